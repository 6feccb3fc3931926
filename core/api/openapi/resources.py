"""A resource and its fields as JSON Schema: one shape for what is answered, one for what a POST and a PATCH take."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Model
from drf_spectacular.plumbing import ComponentRegistry, ResolvedComponent
from rest_framework import serializers

from core.api.columns import column_at, path_of
from core.api.fields import (
    Amount,
    Choice,
    Computed,
    Country,
    Currency,
    Day,
    Flag,
    Free,
    Identifier,
    Moment,
    Reference,
    RowId,
    Scalar,
    Text,
    Upload,
    Whole,
)
from core.api.openapi import samples, words
from core.api.serializers import Resource, bound

ANSWER, BODY, CHANGE = "answer", "body", "change"
JSONSchema = dict[str, Any]

# What the parser refuses everywhere: control characters that XML cannot carry, and what is no character at all.
_CHARACTER = r"[^\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]"
_VISIBLE = r"[^\u0000-\u0020\ufffe\uffff]"
ANY_TEXT = f"^{_CHARACTER}*$"
SOME_TEXT = f"^{_CHARACTER}*{_VISIBLE}{_CHARACTER}*$"
UUID_SCHEMA = {"type": "string", "format": "uuid"}


class Describer:
    """Makes the components of one document."""

    def __init__(self, registry: ComponentRegistry) -> None:
        self.registry = registry

    # ── resources ──

    def reference(
        self, resource: type[Resource], use: str, *, model: type[Model] | None = None, nested: bool = False
    ) -> JSONSchema:
        """A `$ref` to the resource's component, which is made when it is not there yet."""
        fields = fields_of(resource, use)
        if not fields:
            return {"type": "object", "additionalProperties": False}
        component = ResolvedComponent(name_of(resource, use), ResolvedComponent.SCHEMA, object=resource)
        if component not in self.registry:
            self.registry.register(component)
            component.schema = self._object(resource, use, fields, model=model, nested=nested)
        elif use == ANSWER and not nested:
            self.registry[component].schema.pop("required", None)  # it was nested first; `?fields=` may leave out here
        return component.ref

    def _object(
        self, resource: type[Resource], use: str, fields: Mapping[str, Any], *, model: Any, nested: bool
    ) -> JSONSchema:
        content: JSONSchema = {"type": "object"}
        if doc := words.plain(vars(resource).get("__doc__")):
            content["description"] = doc
        content["properties"] = {
            name: described(self.field(field, use, model=model), field) for name, field in fields.items()
        }
        if use == ANSWER:
            required = list(fields) if nested else []  # `?fields=` may leave out any of an object's own fields
        else:
            required = [name for name, field in fields.items() if field.required and use == BODY]
        if required:
            content["required"] = required
        if use != ANSWER:
            content["additionalProperties"] = False
        return content

    # ── fields ──

    def field(self, field: Any, use: str, *, model: type[Model] | None = None) -> JSONSchema:
        """The schema of one field; what a column can be tells whether an answer may be null."""
        content = self._plain(field, use, model)
        return nullable(content) if self._may_be_null(field, use, model) else content

    def _may_be_null(self, field: Any, use: str, model: type[Model] | None) -> bool:
        if use != ANSWER:
            return bool(field.allow_null)
        if isinstance(field, Computed):
            return bool(field.kind.allow_null)
        if isinstance(field, serializers.BaseSerializer):
            return bool(field.allow_null)
        column = _column(field, model)
        if column is None:
            return bool(field.allow_null) or isinstance(field, Moment | Reference)
        return bool(column.null)

    def _plain(self, field: Any, use: str, model: type[Model] | None) -> JSONSchema:
        # `Resource` comes first: the others are leaves.
        if isinstance(field, serializers.ListSerializer):
            return self._rows(field, use, model)
        if isinstance(field, Resource):
            inner = use if use == ANSWER else BODY
            return self.reference(type(field), inner, model=_related(field, model), nested=True)
        if isinstance(field, Computed):
            return self.field(field.kind, use)
        if isinstance(field, Reference):
            return self._named(field, use)
        for kind, make in _LEAVES.items():
            if isinstance(field, kind):
                return make(field, use, model)
        if isinstance(field, serializers.ListField):
            content: JSONSchema = {"type": "array", "items": self.field(field.child, use)}
            return content if use == ANSWER or field.max_length is None else content | {"maxItems": field.max_length}
        if isinstance(field, serializers.DictField):
            content = {"type": "object", "additionalProperties": self.field(field.child, use) or True}
            if use != ANSWER:
                content["propertyNames"] = {"type": "string", "pattern": ANY_TEXT}
            return content if field.allow_empty else content | {"minProperties": 1}
        return {}

    def _rows(self, field: Any, use: str, model: type[Model] | None) -> JSONSchema:
        inner = use if use == ANSWER else BODY
        items = self.reference(type(field.child), inner, model=_related(field, model), nested=True)
        content: JSONSchema = {"type": "array", "items": items}
        if use != ANSWER and field.max_length is not None:
            content["maxItems"] = field.max_length
        return content

    def _named(self, field: Reference, use: str) -> JSONSchema:
        if use == ANSWER and field.expands is not None:
            unfolded = self.reference(field.expands(), ANSWER, model=field.rows().model)
            return {"anyOf": [dict(UUID_SCHEMA), unfolded]}
        inline = getattr(field, "inline", None)
        if use != ANSWER and inline is not None:
            return {"anyOf": [dict(UUID_SCHEMA), self.reference(inline, BODY)]}
        return dict(UUID_SCHEMA)


def fields_of(resource: type[Resource], use: str) -> dict[str, Any]:
    fields = bound(resource).fields.items()
    return {name: one for name, one in fields if not (one.write_only if use == ANSWER else one.read_only)}


def name_of(resource: type[Resource], use: str) -> str:
    name = resource.__name__.removesuffix("Resource").removesuffix("Body")
    return {ANSWER: name, BODY: f"{name}Request", CHANGE: f"Patched{name}Request"}[use]


def described(content: JSONSchema, field: Any) -> JSONSchema:
    """With the field's `help_text`, where it has one."""
    return {**content, "description": str(field.help_text)} if field.help_text else content


def nullable(content: JSONSchema) -> JSONSchema:
    if isinstance(content.get("type"), list):
        return content
    if isinstance(content.get("type"), str):
        content = {**content, "type": [content["type"], "null"]}
        return {**content, "enum": [*content["enum"], None]} if "enum" in content else content
    if "anyOf" in content:
        return {**content, "anyOf": [*content["anyOf"], {"type": "null"}]}
    return {"anyOf": [content, {"type": "null"}]} if content else {}


def _column(field: Any, model: type[Model] | None) -> Any:
    """The column behind a field of an answer."""
    if model is None:
        return None
    return column_at(model, path_of(field))


def _related(field: Any, model: type[Model] | None) -> type[Model] | None:
    """The model of the rows behind a nested resource, found by the name of the field or of the fetched relation."""
    if model is None:
        return None
    names = {relation.name: relation.related_model for relation in model._meta.get_fields() if relation.is_relation}
    for name in (field.field_name, field.source, str(field.source).removeprefix("known_")):
        found: Any = names.get(name)
        if found is not None:
            return found  # type: ignore[no-any-return]
    return None


# ── leaves ──


def _text(field: Any, use: str, model: Any) -> JSONSchema:
    content: JSONSchema = {"type": "string"}
    if isinstance(field, serializers.EmailField) and not (use == ANSWER or field.allow_blank):
        content["format"] = "email"
    if use == ANSWER:
        return content
    if field.max_length:
        content["maxLength"] = field.max_length
    if isinstance(field, Country | Currency):
        return {"type": "string", "pattern": f"^[A-Z]{{{field.max_length}}}$"}
    return content | {"pattern": ANY_TEXT if field.allow_blank else SOME_TEXT}


def _choice(field: Any, use: str, model: Any) -> JSONSchema:
    column = _column(field, model)
    has_blank = field.allow_blank or (use == ANSWER and column is not None and column.blank)
    values = [str(value) for value in field.choices if value != ""]
    labels = [f"`{value}` {label}" for value, label in field.choices.items() if value != "" and str(label) != value]
    content: JSONSchema = {"type": "string", "enum": [*values, ""] if has_blank else values}
    return {**content, "description": ", ".join(labels)} if labels else content


def _amount(field: Any, use: str, model: Any) -> JSONSchema:
    if use == ANSWER:
        places = f"{{{field.least},{field.places}}}" if field.least != field.places else f"{{{field.places}}}"
        decimals = rf"\.[0-9]{places}" if field.least else rf"(\.[0-9]{{1,{field.places}}})?"
        return {"type": "string", "pattern": f"^-?[0-9]+{decimals}$"}
    if field.one_of:
        texts = [field.to_representation(value) for value in field.one_of]
        numbers = [int(value) if value == int(value) else float(value) for value in field.one_of]
        return {"anyOf": [{"type": "string", "enum": texts}, {"type": "number", "enum": numbers}]}
    sign = "" if field.min_value is not None and field.min_value >= 0 else "-?"
    written = rf"{sign}[0-9]{{1,{field.digits}}}(\.[0-9]{{1,{field.places}}})?"
    if field.max_value == 100:
        written = rf"(100(\.0{{1,{field.places}}})?|{sign}[0-9]{{1,2}}(\.[0-9]{{1,{field.places}}})?)"
    text = {"type": "string", "pattern": f"^{written}$"}
    most = 10**field.digits - 1 if field.max_value is None else field.max_value
    least = -most if field.min_value is None else field.min_value
    number = {"type": "number", "minimum": int(least), "maximum": int(most)}
    return {"anyOf": [text, number]}


def _scalar(field: Any, use: str, model: Any) -> JSONSchema:
    if use == ANSWER:
        return {}
    text = {"type": "string", "maxLength": field.longest, "pattern": ANY_TEXT}
    number = {"type": "number", "minimum": -field.greatest, "maximum": field.greatest}
    return {"anyOf": [text, number, {"type": "boolean"}]}


def _whole(field: Any, use: str, model: Any) -> JSONSchema:
    content: JSONSchema = {"type": "integer"}
    if use != ANSWER:
        if field.min_value is not None:
            content["minimum"] = int(field.min_value)
        if field.max_value is not None:
            content["maximum"] = int(field.max_value)
    return content


def _always(content: JSONSchema) -> Callable[[Any, str, Any], JSONSchema]:
    return lambda field, use, model: dict(content)


_LEAVES: Mapping[Any, Callable[[Any, str, Any], JSONSchema]] = {
    Text: _text,
    Choice: _choice,
    Amount: _amount,
    Whole: _whole,
    Scalar: _scalar,
    Flag: _always({"type": "boolean"}),
    Day: _always({"type": "string", "format": "date"}),
    Moment: _always({"type": "string", "format": "date-time"}),
    Identifier: _always(UUID_SCHEMA),
    RowId: _always(UUID_SCHEMA),
    Free: lambda field, use, model: dict(field.shape),
    Upload: _always({"type": "string", "format": "binary"}),
}


# ── examples ──


def example(resource: type[Resource], use: str) -> dict[str, Any]:
    """What an object looks like: all of an answer; of a body what it needs and what is commonly given."""
    own: Mapping[str, Any] = resource.example
    fields = fields_of(resource, use)
    if use == ANSWER:
        return {name: own.get(name, value(field, use)) for name, field in fields.items()}
    if own:
        found = {name: given for name, given in own.items() if name in fields}
    else:
        wanted = {name: one for name, one in fields.items() if one.required or name in samples.SHOWN}
        found = {name: value(field, BODY) for name, field in wanted.items()}
    if use == CHANGE:
        optional = [name for name in found if not fields[name].required and not isinstance(found[name], list)]
        found = {name: found[name] for name in (optional or list(found))[:2]}
    return found


def value(field: Any, use: str) -> Any:
    """A value that the field could have."""
    if isinstance(field, serializers.ListSerializer):
        return [example(type(field.child), use if use == ANSWER else BODY)]  # type: ignore[arg-type]
    if isinstance(field, Resource):
        return example(type(field), use)
    if isinstance(field, Computed):
        return _value_named(field.field_name, field.kind, use)
    return _value_named(field.field_name, field, use)


def _value_named(name: str | None, field: Any, use: str) -> Any:
    given = samples.TEXTS.get(name or "")
    match field:
        case Choice():
            return given if given in field.choices else next(iter(field.choices))
        case Identifier() | RowId() | Reference():
            return samples.ID
        case Moment():
            return samples.MOMENT
        case Day():
            return samples.DAY
        case Flag():
            return given if isinstance(given, bool) else False
        case Whole():
            return given if isinstance(given, int) else max(1, int(field.min_value or 0))
        case Amount():
            text = given if isinstance(given, str) else "1.00"
            return field.to_representation(Decimal(text)) if use == ANSWER else text
        case serializers.ListField():
            return given if isinstance(given, list) else [_value_named(name, field.child, use)]
        case serializers.DictField():
            return given if isinstance(given, dict) else {"key": _value_named(None, field.child, use)}
        case Free():
            return given if isinstance(given, dict | list) else [] if field.shape.get("type") == "array" else {}
        case Text():
            return given if isinstance(given, str) else "" if field.allow_blank or use == ANSWER else "text"
    return given if isinstance(given, dict | list) else {}
