"""Lists that people take out as a file and bring back: an app declares its own in `exports.py`, `exchange` reads them.

A sheet says which columns there are, how a row of a file finds the object it speaks of, and which service writes. What
goes over is plain values (texts, decimals, flags), so that a file, a preview and an undo all speak of the same thing.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.db.models import QuerySet

from core.errors import Refused
from core.sheets.columns import Column

type Values = Mapping[str, Any]


@dataclass(frozen=True)
class Change:
    """What a row asks for: these values for this object, or for a new one."""

    obj: Any | None
    values: Values


class Save(Protocol):
    """Makes and changes many at once. Each answer is the object or why it was refused; none keeps another back."""

    def __call__(self, changes: Sequence[Change], /, *, company: Any, by: Any) -> list[Any | Refused]: ...


class Withdraw(Protocol):
    """Takes back that an object was made: True when it is gone, False when it is in use and so only archived."""

    def __call__(self, obj: Any, /, *, by: Any) -> bool: ...


@dataclass(frozen=True)
class Match:
    """One way to find the object of a row that fills all of `columns`: the same `key`.

    Candidates are the rows whose model `field` has the `wanted` value.
    """

    columns: tuple[str, ...]
    field: str
    wanted: Callable[[Values], Hashable]
    key: Callable[[Values], Hashable]


def same(column: str) -> Match:
    """The same value in a column that is a field of the model, too."""
    return Match((column,), column, lambda values: values[column], lambda values: values[column])


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A list that goes out and comes back. `place` names the panel of its page that holds the links.

    Of `matches` the first that finds decides, unless an earlier one tells the two apart; `barred` says why an object
    takes no changes.
    """

    key: str
    label: Any
    import_label: Any
    place: str
    list_url: str
    columns: Sequence[Column]
    matches: Sequence[Match]
    rows: Callable[[], QuerySet[Any]]
    exported: Callable[[], QuerySet[Any]]
    values: Callable[[Any], dict[str, Any]]
    save: Save
    withdraw: Withdraw
    url: Callable[[Any], str]
    barred: Callable[[Any], str] = lambda obj: ""

    def column(self, key: str) -> Column:
        return next(column for column in self.columns if column.key == key)


_sheets: dict[str, Sheet] = {}


def declare(sheet: Sheet) -> None:
    _sheets[sheet.key] = sheet


def get(key: str) -> Sheet:
    """The sheet of this key; LookupError when no app declares it."""
    return _sheets[key]


def all_sheets() -> list[Sheet]:
    return list(_sheets.values())
