"""Pages by cursor: the values of the last row seen, so that rows added or removed meanwhile shift nothing.

The framework's own cursor pages by one column and counts an offset among equals; this one compares all the ordering
columns and the id, which is exact, works with empty values, and uses the same index as the ordering.
"""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import FieldError, ValidationError
from django.db.models import F, Field, Q, QuerySet
from django.utils.translation import gettext as _
from rest_framework.request import Request

from core.api.errors import BadParameter, fault
from core.api.reading import Reader

DEFAULT_LIMIT = 100
HIGHEST_LIMIT = 500


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

    def value(self, text: str | None) -> Any:
        return None if text is None else self.field.to_python(text)


class Page:
    """One page of `rows` in the order of `columns`, as the request's `limit` and `cursor` ask.

    The reader fetches the rows, and tells the values of `columns` in one of them.
    """

    def __init__(self, request: Request, rows: QuerySet[Any], columns: Sequence[Column], reader: Reader) -> None:
        self.request = request
        self.columns = columns
        self.reader = reader
        self.limit = _limit(request)
        self.backwards, position = self._position(request.query_params.get("cursor"))
        if position is not None:
            rows = rows.filter(self._beyond(position))
        try:
            ordered = rows.order_by(*(c.order(backwards=self.backwards) for c in columns))
            found = reader.fetch(ordered[: self.limit + 1])
        except (FieldError, ValueError, OverflowError) as error:
            raise _bad_cursor() from error
        more = len(found) > self.limit
        self.rows = found[: self.limit]
        if self.backwards:
            self.rows.reverse()
        self.has_next = more if not self.backwards else position is not None
        self.has_previous = more if self.backwards else position is not None
        self.position = position

    def body(self, results: list[Any]) -> dict[str, Any]:
        return {
            "next": self._link("n", self.rows[-1:]) if self.has_next else None,
            "previous": self._link("p", self.rows[:1]) if self.has_previous else None,
            "results": results,
        }

    def _beyond(self, position: Sequence[Any]) -> Q:
        condition = Q(pk__in=[])
        same = Q()
        for column, value in zip(self.columns, position, strict=True):
            after = column.beyond(value, backwards=self.backwards)
            if after is not None:
                condition |= same & after
            same &= column.equal(value)
        return self.columns[0].bound(position[0], backwards=self.backwards) & condition

    def _link(self, direction: str, edge: Sequence[Any]) -> str:
        texts = [_plain(value) for value in (self.reader.edge(edge[0]) if edge else self.position or ())]
        cursor = base64.urlsafe_b64encode(json.dumps([direction, self._shape(), texts]).encode()).decode().rstrip("=")
        parameters = [
            (name, value) for name, values in self.request.query_params.lists() if name != "cursor" for value in values
        ]
        return self.request.build_absolute_uri(f"{self.request.path}?{urlencode([*parameters, ('cursor', cursor)])}")

    def _position(self, cursor: str | None) -> tuple[bool, list[Any] | None]:
        if cursor is None:
            return False, None
        try:
            direction, shape, texts = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
            if direction not in {"n", "p"} or shape != self._shape() or len(texts) != len(self.columns):
                raise ValueError
            for column, text in zip(self.columns, texts, strict=True):
                if (text is None and not column.field.null) or "\0" in (text or ""):
                    raise ValueError
            values = [column.value(text) for column, text in zip(self.columns, texts, strict=True)]
        except (ValueError, TypeError, ValidationError, RecursionError, binascii.Error) as error:
            raise _bad_cursor() from error
        return direction == "p", values

    def _shape(self) -> str:
        return ",".join(f"-{c.path}" if c.descending else c.path for c in self.columns)


def _plain(value: Any) -> str | None:
    return None if value is None else str(value)


def _limit(request: Request) -> int:
    text = request.query_params.get("limit", str(DEFAULT_LIMIT))
    if not (text.isascii() and text.isdigit() and len(text) <= 4 and 1 <= int(text) <= HIGHEST_LIMIT):
        message = _("Give a whole number from 1 to %(highest)s.") % {"highest": HIGHEST_LIMIT}
        raise BadParameter([fault("?limit", "invalid", message)])
    return int(text)


def _bad_cursor() -> BadParameter:
    return BadParameter(
        [fault("?cursor", "invalid", _("Follow `next` and `previous` as they came, with the same ordering."))]
    )
