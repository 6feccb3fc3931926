"""A JSON Schema in words: the rows of a table of fields."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from core.api.reference.document import resolved

_FORMATS: Mapping[str, str] = {
    "date": "date",
    "date-time": "moment",
    "uuid": "id",
    "email": "e-mail",
    "uri": "URL",
    "binary": "file",
}
_MOST_VALUES = 12
_DECIMALS = re.compile(r"^\^(-\?|)\[0-9\]")
Schema = Mapping[str, Any]


@dataclass(frozen=True)
class Field:
    """`link` names the schema that the type is, where it has a name."""

    name: str
    type: str
    description: str = ""
    place: str = ""
    link: str = ""
    is_required: bool = False
    values: tuple[str, ...] = ()


def anchor(name: str) -> str:
    return f"object-{name}"


def parameter(told: Schema) -> Field:
    return _field(
        told["name"],
        told["schema"],
        description=told.get("description", ""),
        place=told["in"],
        is_required=told.get("required", False),
    )


def fields(schema: Schema) -> tuple[Field, ...]:
    """The fields of an object, or of the objects in a list."""
    return tuple(_fields(schema))


def _fields(schema: Schema) -> Iterator[Field]:
    whole = resolved(dict(schema))
    for part in whole.get("allOf", ()):
        yield from _fields(part)
    if whole.get("type") == "array":
        yield from _fields(whole["items"])
    required = set(whole.get("required", ()))
    for name, one in whole.get("properties", {}).items():
        yield _field(name, one, description=one.get("description", ""), is_required=name in required)


def _field(name: str, schema: Schema, *, description: str, place: str = "", is_required: bool) -> Field:
    values = _values(schema)
    return Field(
        name,
        label(schema),
        description,
        place,
        link=_named(schema),
        is_required=is_required,
        values=values[:_MOST_VALUES] if len(values) <= _MOST_VALUES + 3 else (*values[:_MOST_VALUES], "…"),
    )


def label(schema: Schema) -> str:
    """`text, up to 200`, `amount or null`, `list of LineRequest`."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(label(one) for one in schema["anyOf"]))
    names = schema.get("type", "any value")
    names = names if isinstance(names, list) else [names]
    return " or ".join(_plain(name, schema) for name in names)


def _plain(name: str, schema: Schema) -> str:
    if name == "array":
        return f"list of {label(schema.get('items', {}))}" + _most(schema, "maxItems")
    if name != "string":
        return {"boolean": "true or false", "integer": "whole number" + _range(schema)}.get(name, name)
    if "enum" in schema:
        return "one of"
    if "format" in schema:
        return _FORMATS.get(schema["format"], str(schema["format"]))
    if _DECIMALS.match(schema.get("pattern", "")):
        return "decimal"
    return "text" + _most(schema, "maxLength")


def _most(schema: Schema, name: str) -> str:
    return f", up to {schema[name]}" if name in schema else ""


def _range(schema: Schema) -> str:
    least, most = schema.get("minimum"), schema.get("maximum")
    if least is None or most is None or most >= 2**31 - 1:
        return ""
    return f", {least} to {most}"


def _values(schema: Schema) -> tuple[str, ...]:
    for one in (schema, schema.get("items", {}), *schema.get("anyOf", ())):
        if "enum" in one and "$ref" not in one:
            return tuple("empty" if value == "" else "null" if value is None else str(value) for value in one["enum"])
    return ()


def _named(schema: Schema) -> str:
    for one in (schema, schema.get("items", {}), *schema.get("anyOf", ())):
        if "$ref" in one:
            return anchor(str(one["$ref"]).rpartition("/")[2])
    return ""
