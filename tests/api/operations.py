"""The operations that the committed document names, and the objects that each can be tried on."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.api.conftest import ApiClient

COMMITTED = Path(__file__).parents[2] / "docs" / "openapi.yaml"
VARIABLE = re.compile(r"{(\w+)}")
Ids = dict[str, str]


@cache
def document() -> dict[str, Any]:
    found: dict[str, Any] = yaml.load(COMMITTED.read_bytes(), Loader=yaml.CSafeLoader)
    return found


@dataclass(frozen=True)
class Operation:
    path: str
    method: str

    @property
    def label(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def described(self) -> dict[str, Any]:
        found: dict[str, Any] = document()["paths"][self.path][self.method.lower()]
        return found

    @property
    def has_ids(self) -> bool:
        return "{" in self.path

    @property
    def media_type(self) -> str:
        """Of its body."""
        return next(iter(self.described.get("requestBody", {}).get("content", {})), "")

    @property
    def body(self) -> dict[str, Any]:
        """The schema of its body."""
        if not self.media_type:
            return {}
        found: dict[str, Any] = self.described["requestBody"]["content"][self.media_type]["schema"]
        return found

    @property
    def example(self) -> Any:
        return self.described["requestBody"]["content"][self.media_type].get("example") if self.media_type else None


def resolved(content: dict[str, Any]) -> dict[str, Any]:
    """What a `$ref` names."""
    while "$ref" in content:
        found: Any = document()
        for step in content["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        content = found
    return content


def operations() -> list[Operation]:
    return [Operation(path, method.upper()) for path, methods in document()["paths"].items() for method in methods]


def objects(api: ApiClient, path: str) -> list[Ids]:
    """The ids to fill the path with, as the client's own lists tell them."""
    found: list[Ids] = [{}]
    for name, collection in _levels(path):
        found = [{**ids, name: one} for ids in found for one in _below(api, collection, ids)]
    return found


def _levels(path: str) -> Iterator[tuple[str, str]]:
    """Each variable of the path with the address before it."""
    for match in VARIABLE.finditer(path):
        yield match[1], path[: match.start()]


def _below(api: ApiClient, collection: str, ids: Ids) -> list[str]:
    """The ids of a list; of one that cannot be read by itself, those that its object shows."""
    if "get" in document()["paths"].get(collection, {}):
        return [row["id"] for row in api.read(collection.format(**ids)).json()["results"]]
    parent, _slash, name = collection.rstrip("/").rpartition("/")
    return [row["id"] for row in api.read(f"{parent.format(**ids)}/").json()[name.replace("-", "_")]]
