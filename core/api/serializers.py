"""Resources: one declaration that reads input strictly and writes output fast.

The framework's own output walks every field of every row through several calls. `core.api.reading` reads whole pages as
plain tuples instead; where that needs objects, the wanted fields are compiled once per answer to plain getters.
"""

from collections.abc import Callable, Collection, Mapping
from functools import cache
from operator import attrgetter
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework import serializers

from core.api.columns import path_of
from core.api.errors import NON_FIELD, Invalid, faults_of
from core.api.fields import Computed, Identifier, Moment, Named, Reference, to_json

Writer = Callable[[Any], dict[str, Any]]


class Rows(serializers.ListSerializer[Any]):
    """A list of resources inside another. What their references name is read in one query for all rows."""

    def to_internal_value(self, data: Any) -> Any:
        most = self.max_length  # type: ignore[attr-defined]
        is_read = isinstance(data, list) and (most is None or len(data) <= most)
        return super().to_internal_value(self._with_objects(data) if is_read else data)

    def _with_objects(self, data: list[Any]) -> list[Any]:
        fields: dict[str, Any] = self.child.fields  # type: ignore[union-attr]
        for name, field in fields.items():
            if not isinstance(field, Reference) or field.read_only:
                continue
            ids = {row[name]: parsed for row in data if (parsed := field.id_in(row, name)) is not None}
            if ids:
                found = field.find(set(ids.values()))
                named = {text: Named(found.get(parsed)) for text, parsed in ids.items()}
                data = [{**row, name: named[row[name]]} if field.id_in(row, name) else row for row in data]
        return data


class Resource(serializers.Serializer[Any]):
    """What an object looks like from outside. Subclasses add fields; `related` gives the rows of nested lists in their
    order, by the name of the relation; `rare` names those of which most objects have none, each
    with what its rows have in common; `filters` names parameters of the list beside the fields' own: a path in the
    ORM, and a field that reads the value. `example` is what the reference shows of it, where the samples by name
    (`core.api.openapi.samples`) say too little.
    """

    class Meta:
        list_serializer_class = Rows

    related: ClassVar[Mapping[str, Callable[[], QuerySet[Any]]]] = {}
    rare: ClassVar[Mapping[str, Mapping[str, str]]] = {}
    filters: ClassVar[Mapping[str, tuple[str, Any]]] = {}
    example: ClassVar[Mapping[str, Any]] = {}

    def to_internal_value(self, data: Any) -> Any:
        """Known fields only: an unknown or read-only one is named, not ignored."""
        if self.parent is not None and getattr(self.root, "partial", False):
            # A row of a list is whole, also where its object is changed in part.
            return bound(type(self)).run_validation(data)
        if not isinstance(data, Mapping):
            raise serializers.ValidationError(
                {NON_FIELD: [serializers.ErrorDetail(_("Send a JSON object."), "invalid_type")]}
            )
        refused: dict[str, Any] = {}
        for name in data:
            field = self.fields.get(name)
            if field is None:
                refused[name] = [serializers.ErrorDetail(_("There is no such field here."), "unknown_field")]
            elif field.read_only:
                refused[name] = [serializers.ErrorDetail(_("This field cannot be written."), "read_only")]
        try:
            value = super().to_internal_value(data)
        except serializers.ValidationError as error:
            raise serializers.ValidationError({**error.detail, **refused}) from error  # type: ignore[dict-item]
        if refused:
            raise serializers.ValidationError(refused)
        return value

    @classmethod
    def read(cls, data: Any, *, partial: bool = False) -> dict[str, Any]:
        """The clean values in `data`, by source name; raises `Invalid` with a pointer for each fault."""
        try:
            return dict(bound(cls, partial).run_validation(data))
        except serializers.ValidationError as error:
            raise Invalid(list(faults_of(error.detail))) from error

    @classmethod
    def shown(cls, names: Collection[str] | None = None) -> dict[str, Any]:
        """The fields of an answer: all, or those of these names."""
        fields = bound(cls).fields.items()
        return {name: one for name, one in fields if not one.write_only and (names is None or name in names)}

    @classmethod
    def expandable(cls, path: str = "") -> list[str]:
        """What `?expand=` may name: references, and nested lists (always there) on the way to theirs."""
        found = []
        for name, field in bound(cls).fields.items():
            if isinstance(field, Reference) and field.expands is not None:
                found.append(path + name)
            elif isinstance(field, serializers.ListSerializer):
                found += [path + name, *_rows_of(field).expandable(f"{path}{name}.")]
        return found

    @classmethod
    def writer(cls, *, fields: Collection[str] | None = None) -> Writer:
        """A function from an object to plain JSON values, without nested lists."""
        steps = [(name, *_step(field)) for name, field in cls.shown(fields).items()]

        def write(row: Any) -> dict[str, Any]:
            result = {}
            for name, get, convert in steps:
                value = get(row)
                result[name] = value if convert is None or value is None else convert(value)
            return result

        return write


class Joined(Computed):
    """The rows of several relations as one list, one after the other: `parts` says what the rows of each look like."""

    def __init__(self, *, kind: Any, **parts: type[Resource]) -> None:
        super().__init__(lambda row: None, kind=kind)
        self.parts = parts


class Kept(Resource):
    """An object with an id and two moments."""

    id = Identifier()
    created_at = Moment()
    updated_at = Moment()


@cache
def bound(resource: type[Resource], partial: bool = False) -> Resource:
    """The one instance that reads and describes: binding its fields costs more than a request's work with them."""
    return resource(partial=partial)


def _rows_of(field: Any) -> type[Resource]:
    """The resource that each row of a nested list is."""
    found: type[Resource] = type(field.child)
    return found


def below(paths: Collection[str], name: str) -> set[str]:
    """The paths that start at `name`, without it."""
    start = f"{name}."
    return {path[len(start) :] for path in paths if path.startswith(start)}


def _step(field: Any) -> tuple[Callable[[Any], Any], Callable[[Any], Any] | None]:
    """How to get a field's value of an object, and how to make JSON of it (None: it is JSON already)."""
    if isinstance(field, serializers.ListSerializer | Joined):
        return lambda row: None, None  # the list follows
    if isinstance(field, Computed):
        return field.function, field.kind.to_representation
    if isinstance(field, Resource):
        return attrgetter(str(field.source)), type(field).writer()
    return attrgetter(path_of(field).replace("__", ".")), to_json(field)
