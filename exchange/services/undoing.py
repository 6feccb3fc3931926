"""Undoing an import: old values come back and what was made goes, but nobody's later change is lost."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from activity import events, jobs
from core.errors import Conflict, Refused
from core.sheets import Change
from exchange.models import Import, ImportRow, ImportState, Outcome, Undo
from exchange.planning import WHOLE_ROW
from exchange.services.preparing import Report
from exchange.services.running import WRITTEN, note, refused_column
from users.models import User

UNDO = "exchange.undo"
BATCH = 200
NOTED = ("errors", "undo")


@transaction.atomic
def start(source: Import, *, by: User) -> Import:
    """Have it undone; again where an earlier attempt broke off."""
    source = Import.objects.select_for_update(of=("self",)).get(pk=source.pk)
    is_stuck = source.state == ImportState.UNDOING and jobs.has_failed(
        company_id=source.company_id, object_id=source.pk
    )
    if source.state != ImportState.DONE and not is_stuck:
        raise Conflict(_("Only an import that is done can be undone. Load the page again."), code="busy")
    source.state = ImportState.UNDOING
    source.save(update_fields=["state"])
    jobs.enqueue(
        UNDO,
        company_id=source.company_id,
        key=f"undo:{source.pk}",
        params={"import_id": str(source.pk), "by": str(by.pk)},
        object_id=source.pk,
        again=True,
    )
    return source


def undo(import_id: UUID, *, by: User, report: Report) -> dict[str, int]:
    """What the job does; it goes on where it broke off."""
    source: Import = Import.objects.select_related("company").get(pk=import_id)
    if source.state != ImportState.UNDOING:
        return {}
    written = ImportRow.objects.filter(source=source, is_applied=True, outcome__in=WRITTEN)
    total, done = written.count(), written.exclude(undo="").count()
    while batch := list(written.filter(undo="").order_by("-line")[:BATCH]):
        with transaction.atomic():
            _take_back(source, batch, by=by)
        done += len(batch)
        report(done, total)
    counts = dict(written.order_by().values_list("undo").annotate(rows=Count("id")))
    with transaction.atomic():
        source.state, source.undo_counts, source.undone_at = ImportState.UNDONE, counts, timezone.now()
        source.save(update_fields=["state", "undo_counts", "undone_at"])
        events.record("exchange.import.undone", source, by=by, data={"counts": counts})
    return counts


def _take_back(source: Import, batch: list[ImportRow], *, by: User) -> None:
    sheet = source.sheet
    locked = sheet.rows().filter(pk__in=[row.object_id for row in batch]).select_for_update(of=("self",)).order_by("pk")
    objects = {obj.pk: obj for obj in locked}
    restored: list[tuple[ImportRow, Change]] = []
    for row in batch:
        obj = objects.get(row.object_id)
        if obj is None:
            row.undo = Undo.DELETED
        elif row.outcome == Outcome.CHANGED:
            if others := _changed_since(row, sheet.values(obj), source):
                _keep(row, WHOLE_ROW, _("Changed since: %(columns)s.") % {"columns": ", ".join(others)})
            else:
                old = {key: sheet.column(key).unpack(values[0]) for key, values in row.changes.items()}
                restored.append((row, Change(obj, old)))
        elif obj.updated_at != row.stamp:
            _keep(row, WHOLE_ROW, _("Somebody changed this since."))
        else:
            row.undo = Undo.DELETED if sheet.withdraw(obj, by=by) else Undo.ARCHIVED
    answers = sheet.save([change for _row, change in restored], company=source.company, by=by)
    for (row, _change), answer in zip(restored, answers, strict=True):
        if isinstance(answer, Refused):
            _keep(row, refused_column(answer, source), str(answer))
        else:
            row.undo = Undo.RESTORED
    note(batch, NOTED)


def _changed_since(row: ImportRow, now: dict[str, Any], source: Import) -> list[str]:
    """Columns that no longer hold what the import wrote."""
    columns = [source.sheet.column(key) for key in row.changes]
    return [str(column.label) for column in columns if now[column.key] != column.unpack(row.changes[column.key][1])]


def _keep(row: ImportRow, key: str, reason: str) -> None:
    row.undo, row.errors = Undo.KEPT, {key: reason}
