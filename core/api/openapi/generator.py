"""The whole document: all operations, what they share, and the headings they stand under."""

from typing import Any

from django.utils import translation
from drf_spectacular.generators import SchemaGenerator

from core.api.openapi import parts, webhooks, words
from core.api.openapi.schema import SECURITY
from core.api.views import ApiView

LANGUAGE = "en"


class Generator(SchemaGenerator):
    """Always in English, whoever asks: the document is one file."""

    def get_schema(self, request: Any = None, public: bool = True) -> dict[str, Any]:
        with translation.override(LANGUAGE):
            framework: Any = super()
            found: dict[str, Any] = framework.get_schema(request=request, public=True)
        found["info"]["description"] = parts.INTRODUCTION
        found["tags"] = self._tags()
        found["webhooks"] = dict(webhooks.known())
        for kind, shared in _components().items():
            found["components"][kind] = dict(sorted((found["components"].get(kind, {}) | shared).items()))
        return dict(sorted(found.items(), key=lambda pair: _ORDER.index(pair[0])))

    def _tags(self) -> list[dict[str, str]]:
        """One for each heading in use, with the docstring of the first view below it."""
        tags: dict[str, str] = {}
        endpoints: Any = self.endpoints or ()
        for path, _regex, _method, callback in endpoints:
            view = getattr(callback, "cls", None)
            if isinstance(view, type) and issubclass(view, ApiView) and len(words.steps(path)) > 0:
                tags.setdefault(words.tag(path), words.plain(vars(view).get("__doc__")))
        return [{"name": name, "description": tags[name]} for name in sorted(tags)]


_ORDER = ("openapi", "info", "servers", "security", "tags", "paths", "webhooks", "components", "externalDocs")


def _components() -> dict[str, Any]:
    """What stands in `components` beside the resources."""
    return {
        "schemas": {"Problem": parts.PROBLEM, "Fault": parts.FAULT},
        "responses": dict(parts.PROBLEMS.values()),
        "headers": parts.HEADERS,
        "parameters": parts.PARAMETERS,
        "securitySchemes": {
            SECURITY: {
                "type": "http",
                "scheme": "bearer",
                "description": "A token of the page “API access”, or of `manage.py create_api_token`.",
            }
        },
    }
