"""An import as its page shows it: the tabs by outcome, and each row in the reader's own words."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from core.sheets.texts import unguard
from exchange.models import Import, ImportRow, ImportState, Outcome, Undo
from exchange.planning import WHOLE_ROW

OUTCOME_TONES = {
    Outcome.NEW: ("paid", "plus"),
    Outcome.CHANGED: ("issued", "pencil"),
    Outcome.UNCHANGED: ("neutral", "minus"),
    Outcome.SKIPPED: ("neutral", "ban"),
    Outcome.FAILED: ("late", "circle-x"),
}
UNDO_TONES = {
    Undo.RESTORED: ("paid", "undo-2"),
    Undo.DELETED: ("neutral", "trash-2"),
    Undo.ARCHIVED: ("neutral", "archive"),
    Undo.KEPT: ("warn", "triangle-alert"),
}


@dataclass(frozen=True)
class Said:
    """One thing about a row: of a column, the old and the new text or the cell, and what is wrong with it."""

    label: Any
    old: str = ""
    new: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Shown:
    line: int
    label: str
    url: str
    word: str | Promise
    tone: str
    icon: str
    details: list[Said]


def tabs(source: Import, chosen: str) -> list[dict[str, Any]]:
    """One tab for each outcome that occurs, after the one for all."""
    counts = source.undo_counts if source.state == ImportState.UNDONE else source.counts
    kinds: Any = Undo if source.state == ImportState.UNDONE else Outcome
    found = [(kind.label, kind.value, counts[kind]) for kind in kinds if counts.get(kind)]
    return [
        {"label": label, "url": f"?outcome={key}" if key else "?", "count": count, "current": key == chosen}
        for label, key, count in [(_("All"), "", sum(counts.values())), *found]
    ]


def rows(source: Import, found: Iterable[ImportRow]) -> Iterator[Shown]:
    """Rows in the reader's language."""
    for row in found:
        tone, icon = UNDO_TONES[Undo(row.undo)] if row.undo else OUTCOME_TONES[Outcome(row.outcome)]
        yield Shown(
            line=row.line,
            label=row.label,
            url=source.sheet.url(row.object_id) if row.object_id and row.undo != Undo.DELETED else "",
            word=row.get_undo_display() if row.undo else row.get_outcome_display(),
            tone=tone,
            icon=icon,
            details=list(_details(source, row)),
        )


def _details(source: Import, row: ImportRow) -> Iterator[Said]:
    sheet = source.sheet
    if reason := row.errors.get(WHOLE_ROW):
        yield Said("", reason=reason)
    for column in sheet.columns:
        text = unguard(row.cells.get(column.key, ""))
        if reason := row.errors.get(column.key):
            yield Said(column.label, new=text, reason=reason)
        elif row.outcome == Outcome.CHANGED and column.key in row.changes:
            old, new = (column.write(column.unpack(value)) or "–" for value in row.changes[column.key])
            yield Said(column.label, *((new, old) if row.undo == Undo.RESTORED else (old, new)))
        elif row.outcome == Outcome.NEW and not row.undo and text and column not in sheet.columns[:2]:
            yield Said(column.label, new=text)
