"""From rows of the database to rows of an answer, for a whole page at once.

Wherever a resource shows nothing but columns, and values made of columns that it names, its rows are read as plain
tuples: a page of a hundred documents holds a thousand lines, and making objects of them, only to take the values out
again, cost more than all the rest. Nested lists take one query for all rows, whatever their number; so do expansions.
A nested list that is rare takes none where no row of the page has one.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from operator import attrgetter, itemgetter
from types import SimpleNamespace
from typing import Any

from django.db import connection
from django.db.models import BooleanField, CharField, F, Func, Model, QuerySet, UUIDField, Value
from rest_framework import serializers

from core.api.columns import column_at, path_of
from core.api.fields import Amount, Computed, Reference, to_json
from core.api.serializers import Joined, Resource, below, bound
from core.prepared import Among, GivenIds, Prepared

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
        self.resource, self.fields = resource, fields
        self.model: type[Model] = model
        self.shape = None if objects else _whole(resource, model) if fields is None else _shape(resource, model, fields)
        self._lists = {name: field for name, field in resource.shown(fields).items() if relations_of(field)}
        self._along = along
        self._columns = [] if self.shape is None else list(self.shape.columns.values())
        self._columns += [path for path in along if path not in self._columns]
        self._edges = [self._columns.index(path) for path in along]
        relations = {relation for field in self._lists.values() for relation in relations_of(field)}
        self._rare = {name: place for place, name in enumerate(set(resource.rare) & relations, len(self._columns))}

    def select(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """`rows` as `write` reads them: as tuples where the resource allows it."""
        if self.shape is None:
            return rows
        rare = (Present(_link(self.model, name), **self.resource.rare[name]) for name in self._rare)
        return rows.values_list(*self._columns, *rare)

    def edge(self, row: Any) -> list[Any]:
        """The values of the columns `along` in one of the rows."""
        if self.shape is None:
            return [attrgetter(path.replace("__", "."))(row) for path in self._along]
        return [row[place] for place in self._edges]

    def write(self, rows: Collection[Any]) -> list[Written]:
        """Rows that were selected as plain JSON values, nested lists included."""
        if self.shape is None:
            write = self.resource.writer(fields=self.fields)
            keys = [str(row.pk) for row in rows]
        else:
            write, key = self.shape.write, self.shape.key
            keys = [row[key] for row in rows]
        written = [write(row) for row in rows]
        for name, field in self._lists.items() if rows else ():
            lists = [
                self._nested(relation, child, self._having(relation, keys, rows))
                for relation, child in relations_of(field).items()
            ]
            for key_of_row, row in zip(keys, written, strict=True):
                row[name] = [item for found in lists for item in found.get(key_of_row, ())]
        return written

    def _having(self, relation: str, keys: Sequence[str], rows: Collection[Any]) -> Sequence[str]:
        """The parents that may have such rows."""
        place = None if self.shape is None else self._rare.get(relation)
        return keys if place is None else [key for key, row in zip(keys, rows, strict=True) if row[place]]

    def _nested(self, relation: str, child: type[Resource], keys: Sequence[str]) -> Mapping[str, list[Written]]:
        """The nested rows of these parents, by the parent's id."""
        found: dict[str, list[Written]] = {key: [] for key in keys}
        if keys:
            write, rows = _nesting(self.resource, self.model, relation, child)
            for values in rows.ask(parents=keys):
                found[values[-1]].append(write(values))
        return found


def _link(model: type[Model], relation: str) -> Any:
    """The field of the nested rows that names their parent."""
    return model._meta.concrete_model._meta.get_field(relation).field  # type: ignore[union-attr]


@cache
def _nesting(
    resource: type[Resource], model: type[Model], relation: str, child: type[Resource]
) -> tuple[Callable[[Sequence[Any]], Written], Prepared]:
    """How a nested row is written, and the rows of the given `parents`, each with its parent's id behind."""
    link = _link(model, relation)
    shape = _whole(child, link.model)
    if shape is None:
        raise TypeError(f"{child.__name__} is nested, so its computed fields have to name what they read")

    def build() -> QuerySet[Any]:
        rows = resource.related[relation]().filter(Among(link.attname, GivenIds("parents")))
        return rows.values_list(*shape.columns.values(), Spelled(link.attname))

    return shape.write, Prepared(build)


def unfold(resource: type[Resource], rows: Sequence[Written], expand: Collection[str]) -> None:
    """Put the object itself where an id stands, as `expand` asks."""
    for name, field in bound(resource).fields.items():
        if name not in expand:
            continue
        if isinstance(field, Reference):
            target: type[Resource] = field.expands()  # type: ignore[misc]
            reader, named = _unfolding(field, target)
            unfolded = reader.write(named.ask(ids={row[name] for row in rows if row.get(name)}))
            unfold(target, unfolded, below(expand, name))
            by_id = {one["id"]: one for one in unfolded}
            for row in rows:
                if name in row:
                    row[name] = by_id.get(row[name])
        elif isinstance(field, serializers.ListSerializer):
            nested = [item for row in rows for item in row.get(name, ())]
            unfold(type(field.child), nested, below(expand, name))  # type: ignore[arg-type]


@cache
def _unfolding(field: Reference, target: type[Resource]) -> tuple[Reader, Prepared]:
    """The objects that a reference names, by `ids`, and what writes them."""
    reader = Reader(target, field.rows().model)
    return reader, Prepared(lambda: reader.select(field.named()))


def relations_of(field: Any) -> Mapping[str, type[Resource]]:
    """The relations whose rows a field lists, and what each row is."""
    if isinstance(field, serializers.ListSerializer):
        return {str(field.source): type(field.child)}  # type: ignore[dict-item]
    return field.parts if isinstance(field, Joined) else {}


# ── rows as tuples ──


@dataclass(frozen=True)
class Shape:
    """Which columns are selected of each row, and how its JSON values are made of them.

    `key` says in which column the row's id stands, `pick` takes the values of `names` out of the columns, `converts`
    change the value of one, `computes` make one of several.
    """

    columns: Mapping[str, Any]
    key: int
    names: Sequence[str]
    pick: Callable[[Sequence[Any]], tuple[Any, ...]]
    converts: Sequence[tuple[str, Callable[[Any], Any]]]
    computes: Sequence[tuple[str, Computed, Mapping[str, int]]]

    def write(self, values: Sequence[Any]) -> Written:
        """One row as JSON values."""
        row = dict(zip(self.names, self.pick(values), strict=True))
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
    names, places, converts, computes = [], [], [], []
    for name, field in resource.shown(fields).items():
        names.append(name)
        if relations_of(field):
            places.append(0)  # the list follows
            continue
        reads = field.reads if isinstance(field, Computed) else (path_of(field),)
        if not reads or any(column_at(model, path) is None for path in reads):
            return None
        if isinstance(field, Computed):
            for path in reads:
                columns.setdefault(path, Spelled(path) if _is_uuid(column_at(model, path)) else path)
            order = list(columns)
            computes.append((name, field, {path: order.index(path) for path in reads}))
            places.append(order.index(reads[0]))
            continue
        key, value, convert = _shown(field, column_at(model, reads[0]), reads[0])
        columns.setdefault(key, value)
        places.append(list(columns).index(key))
        if convert is not None:
            converts.append((name, convert))
    pick = itemgetter(*places) if len(places) > 1 else lambda values: tuple(values[place] for place in places)
    return Shape(columns, 0, names, pick, converts, computes)


def _shown(field: Any, column: Any, path: str) -> tuple[str, Any, Callable[[Any], Any] | None]:
    """The name of a column, what is selected for it, and what makes JSON of its value. What is read only to be written
    out again is asked for as text, where the database writes it as JSON shows it.
    """
    if _is_uuid(column):
        return path, Spelled(path), None
    if not isinstance(field, Amount) or field.places != column.decimal_places:
        return path, path, to_json(field)
    if connection.vendor == "postgresql":
        return f"{path} as text", WrittenOut(path, field), None
    is_written_out = field.least == field.places <= _NEVER_AN_EXPONENT
    return path, path, str if is_written_out else to_json(field)


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


class WrittenOut(Func):
    """An amount as JSON shows it, written by PostgreSQL: without the zeros at its end past the least decimals."""

    output_field = CharField()

    def __init__(self, path: str, amount: Amount) -> None:
        super().__init__(F(path))
        shown = "%(expressions)s"
        if amount.least < amount.places:
            shown = f"round({shown}, greatest(min_scale({shown}), {amount.least}))"
        self.template = f"{shown}::text"


class Present(Func):
    """Whether any row points to this one through `link` and has these values.

    Django's own Exists builds a query each time, which takes as long as asking for the rows; and an EXISTS that is
    selected makes PostgreSQL read the whole table once where it believes that many rows will be fetched.
    """

    output_field = BooleanField()

    def __init__(self, link: Any, **values: str) -> None:
        super().__init__(F("pk"), *map(Value, values.values()))
        self.table, self.names = link.model._meta.db_table, [link.column, *values]

    def as_sql(self, compiler: Any, connection: Any, *_options: Any, **context: Any) -> Any:
        compiled = [compiler.compile(expression) for expression in self.source_expressions]
        quote = connection.ops.quote_name
        met = [f"{quote(name)} = {sql}" for name, (sql, _params) in zip(self.names, compiled, strict=True)]
        sql = f"(SELECT 1 FROM {quote(self.table)} WHERE {' AND '.join(met)} LIMIT 1) IS NOT NULL"  # noqa: S608 - our own
        return sql, [one for _sql, params in compiled for one in params]
