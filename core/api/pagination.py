"""Pages by cursor: `limit`, `cursor`, and the links around a page."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import FieldError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework.request import Request

from core.api.errors import BadParameter, fault
from core.api.reading import Reader
from core.keysets import BadCursor, Column, Ordering

DEFAULT_LIMIT = 100
HIGHEST_LIMIT = 500


class Page:
    """One page of `rows` in the order of `columns`, as the request's `limit` and `cursor` ask.

    The reader fetches the rows, and tells the values of `columns` in one of them.
    """

    def __init__(self, request: Request, rows: QuerySet[Any], columns: Sequence[Column], reader: Reader) -> None:
        self.request = request
        self.ordering = Ordering(tuple(columns))
        self.reader = reader
        self.limit = _limit(request)
        self.backwards, position = self._position(request.query_params.get("cursor"))
        if position is not None:
            rows = rows.filter(self.ordering.beyond(position, backwards=self.backwards))
        try:
            ordered = rows.order_by(*self.ordering.terms(backwards=self.backwards))
            found = list(reader.select(ordered[: self.limit + 1]))
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
            "next": self._link(backwards=False, edge=self.rows[-1:]) if self.has_next else None,
            "previous": self._link(backwards=True, edge=self.rows[:1]) if self.has_previous else None,
            "results": results,
        }

    def _link(self, *, backwards: bool, edge: Sequence[Any]) -> str:
        position = self.reader.edge(edge[0]) if edge else self.position or ()
        cursor = self.ordering.write(list(position), backwards=backwards)
        parameters = [
            (name, value) for name, values in self.request.query_params.lists() if name != "cursor" for value in values
        ]
        return self.request.build_absolute_uri(f"{self.request.path}?{urlencode([*parameters, ('cursor', cursor)])}")

    def _position(self, cursor: str | None) -> tuple[bool, list[Any] | None]:
        if cursor is None:
            return False, None
        try:
            return self.ordering.read(cursor)
        except BadCursor as error:
            raise _bad_cursor() from error


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
