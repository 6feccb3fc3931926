"""One operation of the document, from what its view declares."""

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.db.models import Model
from drf_spectacular.drainage import warn
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ComponentRegistry, ResolvedComponent
from rest_framework.parsers import MultiPartParser

from core.api import queries
from core.api.fields import LONGEST_WHOLE, Amount, Choice, Day, Flag, Moment, Reference, Whole
from core.api.openapi import parts, samples, words
from core.api.openapi.resources import ANSWER, BODY, CHANGE, UUID_SCHEMA, Describer, JSONSchema, example, name_of, value
from core.api.serializers import Resource, bound
from core.api.views import BULK_ITEMS, ApiView
from core.tenancy import company_scope

JSON = "application/json"
SECURITY = "bearer"
_WRITES = {"POST", "PATCH", "DELETE"}
_OF_ONE = {"retrieve", "create", "partial_update"}  # these answer the object alone, whatever the list adds
_TEXT_SCHEMA = {"type": "string", "maxLength": 200, "pattern": r"^[^\u0000]*$"}
_NOTES = {
    "list": (
        "One page, and the addresses of the next and the previous. Every plain field is a filter; of amounts, whole "
        "numbers, days and moments also with `__gt`, `__gte`, `__lt` and `__lte`."
    ),
    "create": "Answers the new object, its `ETag` and its `Location`.",
    "retrieve": "The object with its `ETag`.",
    "partial_update": "What is not named stays as it is; a list that is named is replaced.",
    "destroy": "Answers nothing.",
}


class ApiSchema(AutoSchema):
    """Describes an `ApiView`. The framework finds operations and keeps components; what they hold is ours."""

    def get_operation(
        self, path: str, path_regex: str, path_prefix: str, method: str, registry: ComponentRegistry
    ) -> JSONSchema | None:
        self.registry = registry
        self.path, self.path_regex, self.path_prefix, self.method = path, path_regex, path_prefix, method.upper()
        self.describer = Describer(registry)
        if not isinstance(self.view, ApiView):
            return None
        view, self.action = self.view, str(self.view.action)
        self.endpoint: ApiView = view
        self.variables = re.findall(r"{(\w+)}", path)
        self.model = self._model()
        self.is_list = self.action == "list"
        self.shown: type[Resource] = view.answers or view.resource
        operation: JSONSchema = {
            "operationId": words.operation_id(path, self.action),
            "summary": words.summary(path, self.action, self._doc()),
            "description": self._description(),
            "tags": [words.tag(path)],
            "parameters": self._parameters(),
        }
        if body := self._body():
            operation["requestBody"] = body
        operation["security"] = [{SECURITY: []}]
        operation["responses"] = self._responses()
        return operation

    # ── what the view says ──

    def _model(self) -> type[Model] | None:
        """The model of the rows. They are not read, so any id stands for those that a request would bring."""
        view: Any = self.endpoint
        view.kwargs = dict.fromkeys(self.variables, samples.NOBODY)
        for name in self.variables:
            setattr(view, name, samples.NOBODY)
        view.request.company = samples.NOBODY
        try:
            with company_scope(samples.NOBODY):
                found: type[Model] = view.rows().model
        except Exception as error:
            warn(f"the rows of {type(view).__name__} cannot be described: {error!r}")
            return None
        return found

    def _shown_model(self) -> type[Model] | None:
        return self.model if self.endpoint.answers is None else None

    @property
    def _is_json(self) -> bool:
        return self._media_types[0] == JSON

    @property
    def _media_types(self) -> list[str]:
        return [str(renderer.media_type) for renderer in self.endpoint.renderer_classes]

    def _doc(self) -> str:
        return words.plain(getattr(self.endpoint, self.action).__doc__)

    def _description(self) -> str:
        view, verb = self.endpoint, "write" if self.method in _WRITES else "read"
        scope = f"Scope: `{view.area}:{verb}`."
        if self.method in view.owner_only:
            scope += " Only for the token of an owner."
        return "\n\n".join(text for text in (self._doc() or _NOTES.get(self.action, ""), scope) if text)

    # ── parameters ──

    def _parameters(self) -> list[JSONSchema]:
        found = [
            {"name": name, "in": "path", "required": True, "description": _place(name), "schema": dict(UUID_SCHEMA)}
            for name in self.variables
        ]
        found += [
            _query(name, self.describer.field(field, BODY), str(field.help_text or ""))
            for name, field in self.endpoint.query.items()
        ]
        if self.is_list:
            found += self._list_parameters()
        if self._is_json and self.action != "bulk" and self.method != "DELETE":
            found += [
                self._shared(name) for name in ("fields", "expand") if name == "fields" or self.shown.expandable()
            ]
        if self.method == "POST":
            found.append({"$ref": "#/components/parameters/IdempotencyKey"})
        elif self.method in {"PATCH", "DELETE"}:
            found.append({"$ref": "#/components/parameters/IfMatch"})
        elif not self.is_list:
            found.append({"$ref": "#/components/parameters/IfNoneMatch"})
        return found

    def _list_parameters(self) -> list[JSONSchema]:
        view: Any = self.endpoint
        found = [{"$ref": f"#/components/parameters/{name}"} for name in ("Limit", "Cursor")]
        names = "|".join(view.ordering)
        ordering = {
            "type": "string",
            "pattern": rf"^-?({names})(,-?({names})){{0,2}}$",
            "default": view.default_ordering,
        }
        choice = ", ".join(f"`{name}`" for name in view.ordering)
        found.append(_query("ordering", ordering, f"Up to three of {choice}; a minus turns the direction."))
        if view.searchable:
            found.append(_query("search", dict(_TEXT_SCHEMA), "Words that the object holds in its main texts."))
        if self.model is not None:
            found += [
                _query(name, _filter(field), _filter_note(name, field))
                for name, (_path, field) in queries.filters_of(self.shown, self.model).items()
            ]
        return found

    def _shared(self, parameter: str) -> JSONSchema:
        """`fields` or `expand` of the resource, which many operations take; generated clients get one type for each."""
        if parameter == "fields":
            kind, values, note = "Field", list(bound(self.shown).fields), "Only these fields; else all of them."
        else:
            kind, values, note = "Expansion", self.shown.expandable(), "Objects to show whole, not by their id."
        word = self._component(kind, ResolvedComponent.SCHEMA, {"type": "string", "enum": values})
        words = {"type": "array", "items": word, "minItems": 1}
        schema = _query(parameter, words, note) | {"style": "form", "explode": False}
        return self._component(parameter.capitalize(), ResolvedComponent.PARAMETER, schema)

    def _component(self, suffix: str, kind: str, content: JSONSchema) -> JSONSchema:
        """A `$ref` to what operations on this resource share."""
        component = ResolvedComponent(f"{name_of(self.shown, ANSWER)}{suffix}", kind, content, self.shown)
        self.registry.register_on_missing(component)
        return dict(component.ref)

    # ── body ──

    def _taken(self) -> tuple[type[Resource] | None, str]:
        """What the body is, and how it is read."""
        view = self.endpoint
        if self.action == "partial_update":
            return view.written or view.resource, CHANGE
        if self.action in {"create", "bulk"}:
            return view.takes or view.made_from or view.written or view.resource, BODY
        return view.takes, BODY

    def _body(self) -> JSONSchema | None:
        if self.method not in {"POST", "PATCH"}:
            return None
        taken, use = self._taken()
        if taken is None:
            empty = {"type": "object", "additionalProperties": False}
            return {"content": {JSON: {"schema": empty, "example": {}}}, "required": False}
        schema, shown = self.describer.reference(taken, use), example(taken, use)
        if self.action == "bulk":
            schema = {"type": "array", "items": schema, "maxItems": BULK_ITEMS}
            return {"content": {JSON: {"schema": schema, "example": [shown]}}, "required": True}
        if issubclass(self.endpoint.parser_classes[0], MultiPartParser):
            return {"content": {"multipart/form-data": {"schema": schema}}, "required": True}
        # A PATCH without a body changes nothing, as one with an empty object.
        is_needed = use != CHANGE and any(field.required for field in bound(taken).fields.values())
        return {"content": {JSON: {"schema": schema, "example": shown}}, "required": is_needed}

    # ── answers ──

    def _responses(self) -> JSONSchema:
        found: JSONSchema = {}
        status = self._status()
        found[str(int(status))] = self._success(status)
        if self.method == "GET" and not self.is_list:
            headers = parts.header_references("ETag", "X-Request-Id")
            found["304"] = {"description": "Nothing has changed since.", "headers": headers}
        for code in sorted(self._refusals()):
            found[str(code)] = {"$ref": f"#/components/responses/{parts.PROBLEMS[code][0]}"}
        return dict(sorted(found.items()))

    def _status(self) -> HTTPStatus:
        if self.action == "destroy":
            return HTTPStatus.NO_CONTENT
        return HTTPStatus.CREATED if self.action == "create" else HTTPStatus(self.endpoint.status)

    def _refusals(self) -> set[int]:
        codes = {400, 401, 403, 406, 429} | ({404} if self.variables else set())
        if self.method in _WRITES:
            codes |= {409, 422}
        if self.method in {"POST", "PATCH"}:
            codes |= {413, 415}
        if self.method in {"PATCH", "DELETE"}:
            codes.add(412)
        if self.method == "POST" and self.endpoint.transactions == "many" and self.action != "bulk":
            codes |= {502, 503}
        return codes | set(self.endpoint.refuses)

    def _success(self, status: HTTPStatus) -> JSONSchema:
        names = ["X-Request-Id", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"]
        is_one = not self.is_list and self.action not in {"bulk", "destroy"}
        if is_one:
            names.insert(0, "ETag")
        if status == HTTPStatus.CREATED:
            names.insert(1, "Location")
        if self.method == "POST":
            names.append("Idempotent-Replayed")
        if not self._is_json:
            names.append("Content-Disposition")
        answer: JSONSchema = {"description": _told(status), "headers": parts.header_references(*names)}
        if status != HTTPStatus.NO_CONTENT:
            answer["content"] = self._content()
        return answer

    def _content(self) -> JSONSchema:
        if not self._is_json:
            return {kind: {"schema": _bytes(kind)} for kind in self._media_types if kind != JSON}
        if self.action == "bulk":
            return {JSON: {"schema": _BULK_ANSWER, "example": _BULK_EXAMPLE}}
        with company_scope(samples.NOBODY):
            schema = self.describer.reference(self.shown, ANSWER, model=self._shown_model())
            adds = {} if self.action in _OF_ONE else self.endpoint.adds
            extra = {name: self.describer.field(field, ANSWER) for name, field in adds.items()}
        shown: JSONSchema = example(self.shown, ANSWER)
        more = {name: value(field, ANSWER) for name, field in adds.items()}
        if self.is_list:
            page = self._component("Page", ResolvedComponent.SCHEMA, _page(schema, extra))
            return {JSON: {"schema": page, "example": _page_example(shown, more)}}
        if extra:
            schema = {"allOf": [schema, {"type": "object", "properties": extra, "required": list(extra)}]}
            return {JSON: {"schema": schema, "example": shown | more}}
        named = self._component("", ResolvedComponent.EXAMPLE, {"value": shown})
        return {JSON: {"schema": schema, "examples": {"one": named}}}


def _bytes(media_type: str) -> JSONSchema:
    return {"type": "string"} if media_type.startswith("text/") else {"type": "string", "format": "binary"}


_BULK_ANSWER: JSONSchema = {
    "type": "object",
    "properties": {
        "results": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "index": {"type": "integer"},
                    "status": {"type": "integer"},
                    "id": dict(UUID_SCHEMA),
                    "errors": {"type": "array", "items": {"$ref": "#/components/schemas/Fault"}},
                },
                "required": ["index", "status"],
            },
        }
    },
    "required": ["results"],
}
_BULK_EXAMPLE = {
    "results": [
        {"index": 0, "status": 201, "id": samples.ID},
        {
            "index": 1,
            "status": 422,
            "errors": [{"pointer": "/name", "code": "required", "detail": "This field is required."}],
        },
    ]
}


def _page(item: JSONSchema, extra: Mapping[str, JSONSchema]) -> JSONSchema:
    link = {"type": ["string", "null"], "format": "uri"}
    properties = {"next": link, "previous": link, "results": {"type": "array", "items": item}, **extra}
    return {"type": "object", "properties": properties, "required": list(properties)}


def _page_example(shown: JSONSchema, more: JSONSchema) -> JSONSchema:
    return {"next": None, "previous": None, "results": [shown], **more}


def _place(name: str) -> str:
    return "The id of the object." if name in {"id", "pk"} else f"The id of the {name.replace('_', ' ')}."


def _query(name: str, schema: JSONSchema, description: str) -> JSONSchema:
    found = {"name": name, "in": "query", "schema": schema}
    return {**found, "description": description} if description else found


def _filter(field: Any) -> JSONSchema:
    match field:
        case Choice():
            return {"type": "string", "enum": [str(value) for value in field.choices if value != ""]}
        case Flag():
            return {"type": "boolean"}
        case Whole():
            return {"type": "integer", "minimum": 1 - 10**LONGEST_WHOLE, "maximum": 10**LONGEST_WHOLE - 1}
        case Amount():
            return {"type": "string", "pattern": rf"^-?[0-9]{{1,{field.digits}}}(\.[0-9]{{1,{field.places}}})?$"}
        case Day():
            return {"type": "string", "format": "date"}
        case Moment():
            return {"type": "string", "format": "date-time"}
        case Reference():
            return dict(UUID_SCHEMA)
    is_text = hasattr(field, "multiline")
    return dict(_TEXT_SCHEMA) if is_text else dict(UUID_SCHEMA)


_RANGES = {"gt": "above", "gte": "at least", "lt": "below", "lte": "at most"}


def _filter_note(name: str, field: Any) -> str:
    plain, _mark, kind = name.rpartition("__")
    if kind in _RANGES and plain:
        return f"`{plain}` {_RANGES[kind]} this."
    return f"{str(field.help_text).rstrip('.')}." if getattr(field, "help_text", None) else f"`{name}` equal to this."


def _told(status: HTTPStatus) -> str:
    return {HTTPStatus.CREATED: "Made.", HTTPStatus.NO_CONTENT: "Deleted."}.get(status, "Done.")
