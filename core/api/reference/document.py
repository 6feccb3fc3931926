"""`docs/openapi.yaml`, which a test compares with the code: to serve the file is exact, and costs nothing to make."""

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml
from django.conf import settings

YAML, JSON = "application/yaml", "application/json"


@dataclass(frozen=True)
class Served:
    """Some bytes, and the ETag that names them."""

    content: bytes
    media_type: str

    @property
    def etag(self) -> str:
        return f'"{hashlib.sha256(self.content).hexdigest()[:32]}"'


@cache
def as_yaml() -> Served:
    return Served((settings.BASE_DIR / "docs" / "openapi.yaml").read_bytes(), YAML)


@cache
def as_json() -> Served:
    return Served(json.dumps(content(), ensure_ascii=False, separators=(",", ":")).encode(), JSON)


@cache
def content() -> dict[str, Any]:
    """The document as plain values; read once, for the file is long."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    found: dict[str, Any] = yaml.load(as_yaml().content, Loader=loader)  # noqa: S506 - both are safe loaders
    return found


def resolved(value: dict[str, Any]) -> dict[str, Any]:
    """What a `$ref` names."""
    while "$ref" in value:
        found: Any = content()
        for step in value["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        value = found
    return value
