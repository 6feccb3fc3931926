"""From rows of the database to rows of an answer, for a whole page at once.

Wherever a resource shows nothing but columns, and values made of columns that it names, its rows are read as plain
tuples: a page of a hundred documents holds a thousand lines, and making objects of them, only to take the values out
again, cost more than all the rest. Nested lists take one query for all rows, whatever their number; so do expansions.
"""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from types import SimpleNamespace
from typing import Any

from django.db.models import BooleanField, CharField, F, Func, Model, QuerySet, UUIDField
from rest_framework import serializers

from core.api.columns import column_at, path_of
from core.api.fields import Amount, Computed, Reference, to_json
from core.api.serializers import Joined, Resource, below, bound

type Written = dict[str, Any]

_HYPHENATED = ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))  # first digit and length of each group of a UUID
_NEVER_AN_EXPONENT = 6  # decimals up to which Python writes even the smallest Decimal out


class Reader:
    """Reads rows of `model` as `resource` shows them; `along` are more columns to be read, for `edge`.

    `objects` asks for objects also where tuples would do.
    """

    def __init__(
        self,
        resource: type[Resource],
        model: type[Model],
        *,
        fields: Collection[str] | None = None,
        along: Sequence[str] = (),
        objects: bool = False,
    ) -> None:
        self.resource, self.fields, self.along = resource, fields, along
        self.model: type[Model] = model
        self.shape = None if objects else _whole(resource, model) if fields is None else _shape(resource, model, fields)
        self._lists = {name: field for name, field in resource.shown(fields).items() if relations_of(field)}

    def fetch(self, rows: QuerySet[Any]) -> list[Any]:
        """The rows, as tuples where the resource allows it."""
        if self.shape is None:
            return list(rows)
        columns = list(self.shape.columns.values())
        columns += [path for path in self.along if path not in columns]
        self._edges = [columns.index(path) for path in self.along]
        return list(rows.values_list(*columns))

    def edge(self, row: Any) -> list[Any]:
        """The values of the columns `along` in one of the fetched rows."""
        if self.shape is None:
            return [attrgetter(path.replace("__", "."))(row) for path in self.along]
        return [row[place] for place in self._edges]

    def write(self, rows: Sequence[Any]) -> list[Written]:
        """Fetched rows as plain JSON values, nested lists included."""
        if self.shape is None:
            write = self.resource.writer(fields=self.fields)
            keys = [str(row.pk) for row in rows]
        else:
            write, key = self.shape.write, self.shape.key
            keys = [row[key] for row in rows]
        written = [write(row) for row in rows]
        for name, field in self._lists.items() if rows else ():
            lists = [self._nested(relation, child, keys) for relation, child in relations_of(field).items()]
            for key_of_row, row in zip(keys, written, strict=True):
                row[name] = [item for found in lists for item in found.get(key_of_row, ())]
        return written

    def _nested(self, relation: str, child: type[Resource], keys: Sequence[str]) -> Mapping[str, list[Written]]:
        """The nested rows of every parent, by the parent's id."""
        link = self.model._meta.concrete_model._meta.get_field(relation).field.attname  # type: ignore[union-attr]
        rows = self.resource.related[relation]().filter(Among(link, keys))
        model: type[Model] = rows.model
        shape = _whole(child, model)
        if shape is None:
            raise TypeError(f"{child.__name__} is nested, so its computed fields have to name what they read")
        found: dict[str, list[Written]] = {key: [] for key in keys}
        for values in rows.values_list(*shape.columns.values(), Spelled(link)):
            found[values[-1]].append(shape.write(values))
        return found


def unfold(resource: type[Resource], rows: Sequence[Written], expand: Collection[str]) -> None:
    """Put the object itself where an id stands, as `expand` asks."""
    for name, field in bound(resource).fields.items():
        if name not in expand:
            continue
        if isinstance(field, Reference):
            target: type[Resource] = field.expands()  # type: ignore[misc]
            found = field.rows().filter(Among("pk", {row[name] for row in rows if row.get(name)}))
            reader = Reader(target, found.model)
            unfolded = reader.write(reader.fetch(found))
            unfold(target, unfolded, below(expand, name))
            by_id = {one["id"]: one for one in unfolded}
            for row in rows:
                if name in row:
                    row[name] = by_id.get(row[name])
        elif isinstance(field, serializers.ListSerializer):
            nested = [item for row in rows for item in row.get(name, ())]
            unfold(type(field.child), nested, below(expand, name))  # type: ignore[arg-type]


def relations_of(field: Any) -> Mapping[str, type[Resource]]:
    """The relations whose rows a field lists, and what each row is."""
    if isinstance(field, serializers.ListSerializer):
        return {str(field.source): type(field.child)}  # type: ignore[dict-item]
    return field.parts if isinstance(field, Joined) else {}


# ── rows as tuples ──


@dataclass(frozen=True)
class Shape:
    """Which columns are selected of each row, and how its JSON values are made of them.

    `key` and `places` say in which column the row's id and each value stand, `converts` change the value of one,
    `computes` make one of several.
    """

    columns: Mapping[str, Any]
    key: int
    places: Sequence[tuple[str, int]]
    converts: Sequence[tuple[str, Callable[[Any], Any]]]
    computes: Sequence[tuple[str, Computed, Mapping[str, int]]]

    def write(self, values: Sequence[Any]) -> Written:
        """One row as JSON values."""
        row = {name: values[place] for name, place in self.places}
        for name, convert in self.converts:
            value = row[name]
            if value is not None:
                row[name] = convert(value)
        for name, field, reads in self.computes:
            value = field.function(_seen(reads, values))
            row[name] = None if value is None else field.to_representation(value)
        return row


def _seen(reads: Mapping[str, int], values: Sequence[Any]) -> SimpleNamespace:
    """What a computed field reads, found where an object would have it."""
    seen = SimpleNamespace()
    for path, place in reads.items():
        *steps, last = path.split("__")
        holder = seen
        for step in steps:
            holder = holder.__dict__.setdefault(step, SimpleNamespace())
        setattr(holder, last, values[place])
    return seen


@cache
def _whole(resource: type[Resource], model: type[Model]) -> Shape | None:
    return _shape(resource, model, None)


def _shape(resource: type[Resource], model: type[Model], fields: Collection[str] | None) -> Shape | None:
    """How to read these fields from columns; None when one of them needs an object."""
    columns: dict[str, Any] = {"id": Spelled("id")}
    places, converts, computes = [], [], []
    for name, field in resource.shown(fields).items():
        if relations_of(field):
            places.append((name, 0))  # the list follows
            continue
        reads = field.reads if isinstance(field, Computed) else (path_of(field),)
        if not reads or any(column_at(model, path) is None for path in reads):
            return None
        for path in reads:
            columns.setdefault(path, Spelled(path) if _is_uuid(column_at(model, path)) else path)
        order = list(columns)
        places.append((name, order.index(reads[0])))
        if isinstance(field, Computed):
            computes.append((name, field, {path: order.index(path) for path in reads}))
        elif columns[reads[0]] == reads[0] and (convert := _convert(field, column_at(model, reads[0]))) is not None:
            converts.append((name, convert))
    return Shape(columns, 0, places, converts, computes)


def _convert(field: Any, column: Any) -> Callable[[Any], Any] | None:
    """What makes JSON of the column's value; an amount that is kept with all its decimals is only written out."""
    if isinstance(field, Amount) and field.least == field.places == column.decimal_places <= _NEVER_AN_EXPONENT:
        return str
    return to_json(field)


def _is_uuid(column: Any) -> bool:
    return isinstance(getattr(column, "target_field", column), UUIDField)


class Spelled(Func):
    """A UUID as the text that JSON carries, written by the database."""

    output_field = CharField()
    template = "%(expressions)s::text"

    def __init__(self, path: str) -> None:
        super().__init__(F(path))

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """It is kept there as 32 digits."""
        groups = [f"substr(%(expressions)s, {first}, {length})" for first, length in _HYPHENATED]
        return self.as_sql(compiler, connection, template=" || '-' || ".join(groups), **context)


class Among(Func):
    """Whether a UUID is one of many, which go to the database as one parameter."""

    output_field = BooleanField()

    def __init__(self, path: str, ids: Collection[str]) -> None:
        super().__init__(F(path))
        self.ids = list(ids)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        sql, params = compiler.compile(self.source_expressions[0])
        return f"{sql} = ANY(%s::uuid[])", (*params, self.ids)

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        sql, params = compiler.compile(self.source_expressions[0])
        kept = [one.replace("-", "") for one in self.ids]
        return f"{sql} IN (SELECT value FROM json_each(%s))", (*params, json.dumps(kept))  # noqa: S608 - our own SQL
