"""Pages by keyset: a cursor holds the values of the row at an edge, so rows added or removed meanwhile shift nothing.

All the ordering columns are compared, the last of which is unique: exact among equals and with empty values, it reads
the index of the ordering, counts nothing and skips nothing.
"""

import base64
import binascii
import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F, Field, Q, QuerySet


class BadCursor(ValueError):
    """A cursor that this ordering did not write."""


@dataclass(frozen=True)
class Column:
    """One column of an ordering, by its path in the ORM."""

    path: str
    field: "Field[Any, Any]"
    descending: bool

    def order(self, *, backwards: bool) -> Any:
        """Rows without a value come last, and first when the direction turns."""
        column = F(self.path)
        if self.descending != backwards:
            return column.desc(nulls_first=True) if self.field.null else column.desc()
        return column.asc(nulls_last=True) if self.field.null else column.asc()

    def beyond(self, value: Any, *, backwards: bool) -> Q | None:
        """Rows that come after `value`; None when none can."""
        if self.descending != backwards:
            if value is None:
                return Q(**{f"{self.path}__isnull": False})
            return Q(**{f"{self.path}__lt": value})
        if value is None:
            return None
        after = Q(**{f"{self.path}__gt": value})
        return after | Q(**{f"{self.path}__isnull": True}) if self.field.null else after

    def equal(self, value: Any) -> Q:
        return Q(**{f"{self.path}__isnull": True}) if value is None else Q(**{self.path: value})

    def bound(self, value: Any, *, backwards: bool) -> Q:
        """A plain limit beside the exact condition, for the index."""
        if value is None or self.field.null:
            return Q()
        return Q(**{f"{self.path}__{'lte' if self.descending != backwards else 'gte'}": value})

    def of(self, row: Any) -> Any:
        return attrgetter(self.path.replace("__", "."))(row)

    def value(self, text: str | None) -> Any:
        return None if text is None else self.field.to_python(text)


@dataclass(frozen=True)
class Ordering:
    """The columns by which pages are cut; together they name one row."""

    columns: tuple[Column, ...]

    def terms(self, *, backwards: bool) -> list[Any]:
        """What `order_by` takes."""
        return [column.order(backwards=backwards) for column in self.columns]

    def beyond(self, position: Sequence[Any], *, backwards: bool) -> Q:
        """Rows on the other side of the edge."""
        condition = Q(pk__in=[])
        same = Q()
        for column, value in zip(self.columns, position, strict=True):
            after = column.beyond(value, backwards=backwards)
            if after is not None:
                condition |= same & after
            same &= column.equal(value)
        return self.columns[0].bound(position[0], backwards=backwards) & condition

    def write(self, position: Sequence[Any], *, backwards: bool) -> str:
        """The cursor of an edge."""
        texts = [None if value is None else str(value) for value in position]
        said = json.dumps(["p" if backwards else "n", self._shape(), texts])
        return base64.urlsafe_b64encode(said.encode()).decode().rstrip("=")

    def read(self, cursor: str) -> tuple[bool, list[Any]]:
        """Whether the page goes backwards, and from where; raises BadCursor."""
        try:
            direction, shape, texts = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
            if direction not in {"n", "p"} or shape != self._shape() or len(texts) != len(self.columns):
                raise ValueError
            for column, text in zip(self.columns, texts, strict=True):
                if (text is None and not column.field.null) or "\0" in (text or ""):
                    raise ValueError
            position = [column.value(text) for column, text in zip(self.columns, texts, strict=True)]
        except (ValueError, TypeError, ValidationError, RecursionError, binascii.Error) as error:
            raise BadCursor from error
        return direction == "p", position

    def _shape(self) -> str:
        return ",".join(f"-{c.path}" if c.descending else c.path for c in self.columns)


@dataclass(frozen=True)
class Page:
    """Rows, and the cursors of the pages around them; an empty one where there is none."""

    rows: list[Any]
    previous: str
    next: str

    def __iter__(self) -> Any:
        return iter(self.rows)


def of(model: Any, *paths: str) -> Ordering:
    """An ordering by fields of the model, or of what it points to, written as `order_by` takes them."""
    names = [path.removeprefix("-") for path in paths]
    fields = [_field(model, name) for name in names]
    return Ordering(
        tuple(Column(name, field, path.startswith("-")) for name, field, path in zip(names, fields, paths, strict=True))
    )


def _field(model: Any, path: str) -> Any:
    *relations, name = path.split("__")
    for relation in relations:
        model = model._meta.get_field(relation).related_model
    return model._meta.get_field(name)


def page(rows: "QuerySet[Any]", ordering: Ordering, *, cursor: str, size: int) -> Page:
    """The page that a cursor of this ordering asks for; the first one for any other."""
    backwards, position = False, None
    if cursor:
        with suppress(BadCursor):
            backwards, position = ordering.read(cursor)
    if position is not None:
        rows = rows.filter(ordering.beyond(position, backwards=backwards))
    found = list(rows.order_by(*ordering.terms(backwards=backwards))[: size + 1])
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    has_next = more if not backwards else bool(found)
    has_previous = more if backwards else position is not None and bool(found)
    edge = [[column.of(row) for column in ordering.columns] for row in found[:1] + found[-1:]]
    return Page(
        rows=found,
        previous=ordering.write(edge[0], backwards=True) if has_previous else "",
        next=ordering.write(edge[-1], backwards=False) if has_next else "",
    )
