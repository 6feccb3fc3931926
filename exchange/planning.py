"""What a row of a file would do: which object it speaks of, what changes, and why it cannot. Nothing is written here.

The same plan is made twice: for the preview, and under lock at the moment it is carried out.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from core.sheets import Change, Match, Sheet
from core.sheets.columns import KEPT, Unreadable
from core.sheets.texts import unguard
from exchange.models import Outcome

WHOLE_ROW = ""  # the key of an error that belongs to no single cell


@dataclass(frozen=True)
class Options:
    """How the rows of one import are taken."""

    decimal: str
    clears: bool
    creates: bool


@dataclass
class Planned:
    """One row: its texts, what they say, the object they are about, and what follows."""

    line: int
    cells: Mapping[str, str]
    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    changes: dict[str, list[Any]] = field(default_factory=dict)
    obj: Any | None = None
    is_open: bool = True  # no rule has found anything yet
    outcome: str = Outcome.UNCHANGED

    @property
    def change(self) -> Change:
        """What the service is asked for."""
        if self.obj is None:
            return Change(None, self.values)
        return Change(self.obj, {key: self.values[key] for key in self.changes})


class Planner:
    """Plans the rows of one file, batch by batch, and remembers which line spoke of what."""

    def __init__(self, sheet: Sheet, options: Options) -> None:
        self.sheet = sheet
        self.options = options
        self._columns = {column.key: column for column in sheet.columns}
        self._lines: dict[Hashable, int] = {}  # an object's id, or how a new one is recognised, to its first line

    def plan(self, rows: Iterable[tuple[int, Mapping[str, str]]], *, lock: bool = False) -> list[Planned]:
        """What each row would do; `lock` keeps the objects from changing until the transaction ends."""
        planned = [Planned(line, cells) for line, cells in rows]
        for row in planned:
            self._parse(row)
        for place, match in enumerate(self.sheet.matches):
            self._find(place, match, [row for row in planned if row.is_open and _fills(match, row.values)], lock)
        for row in planned:
            if row.obj is not None:
                self._compare(row)
            elif not row.errors:
                self._complete(row)
            if row.errors:
                row.outcome = Outcome.FAILED
            else:
                self._claim(row)
        return planned

    def _parse(self, row: Planned) -> None:
        for key, text in row.cells.items():
            column = self._columns[key]
            text = unguard(text)
            if not text:
                if self.options.clears and column.empty is not KEPT:
                    row.values[key] = column.empty
                continue
            try:
                row.values[key] = column.parse(text, self.options.decimal)
            except Unreadable as error:
                row.errors[key] = str(error)

    def _find(self, place: int, match: Match, rows: Sequence[Planned], lock: bool) -> None:
        """Give each row the object that this rule finds for it, if no stronger rule tells the two apart."""
        if not rows:
            return
        objects = self.sheet.rows().filter(**{f"{match.field}__in": {match.wanted(row.values) for row in rows}})
        if lock:
            objects = objects.select_for_update(of=("self",)).order_by("pk")
        found: dict[Hashable, list[tuple[Any, dict[str, Any]]]] = defaultdict(list)
        for obj in objects:
            values = self.sheet.values(obj)
            if _fills(match, values):
                found[match.key(values)].append((obj, values))
        stronger = self.sheet.matches[:place]
        for row in rows:
            fitting = [
                obj
                for obj, values in found.get(match.key(row.values), ())
                if not any(_differ(one, row.values, values) for one in stronger)
            ]
            row.is_open = not fitting
            if len(fitting) > 1:
                named = ", ".join(str(obj) for obj in fitting[:3])
                message = _("Several fit: %(names)s. Give the number of the one you mean.")
                row.errors[match.columns[0]] = message % {"names": named}
            elif fitting:
                row.obj = fitting[0]

    def _compare(self, row: Planned) -> None:
        """What differs. A cell that stands as it would go out is no change and no mistake."""
        now = self.sheet.values(row.obj)
        for key, text in row.cells.items():
            column = self._columns[key]
            if key in row.values and row.values[key] == now[key]:
                continue
            if column.write(now[key]).strip() in (text, unguard(text)):
                row.errors.pop(key, None)
            elif key in row.values:
                row.changes[key] = [column.pack(now[key]), column.pack(row.values[key])]
        row.outcome = Outcome.CHANGED if row.changes else Outcome.UNCHANGED
        if row.changes and (reason := self.sheet.barred(row.obj)):
            row.errors[WHOLE_ROW] = reason

    def _complete(self, row: Planned) -> None:
        """A new object: everything that it needs is there."""
        if not self.options.creates:
            row.outcome = Outcome.SKIPPED
            return
        row.outcome = Outcome.NEW
        for column in self.sheet.columns:
            if column.is_needed and not row.values.get(column.key):
                message = _("“%(column)s” is missing. Something new needs it.") % {"column": column.label}
                row.errors[column.key] = message

    def _claim(self, row: Planned) -> None:
        """Each object and each new thing has one line; another line about the same is a mistake of the file."""
        if row.outcome == Outcome.SKIPPED:
            return
        filled = [match for match in self.sheet.matches if _fills(match, row.values)]
        name: Hashable = row.obj.pk if row.obj else (filled[0].columns, filled[0].key(row.values)) if filled else None
        if name is None:
            return
        first = self._lines.setdefault(name, row.line)
        if first != row.line:
            row.outcome = Outcome.FAILED
            row.errors[WHOLE_ROW] = _("Line %(line)s already speaks of the same.") % {"line": first}


def _fills(match: Match, values: Mapping[str, Any]) -> bool:
    return all(values.get(column) for column in match.columns)


def _differ(match: Match, one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return _fills(match, one) and _fills(match, other) and match.key(one) != match.key(other)
