"""Carrying out what the preview showed, batch by batch: each is planned again under lock, written and noted at once."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity import events, jobs
from core.errors import Conflict, Refused
from exchange.models import Import, ImportRow, ImportState, Outcome
from exchange.planning import WHOLE_ROW, Planned, Planner
from exchange.services import preparing
from exchange.services.preparing import Report
from users.models import User

RUN = "exchange.run"
BATCH = 500
WRITTEN = (Outcome.NEW, Outcome.CHANGED)
NOTED = ("outcome", "label", "changes", "errors", "object_id", "is_applied", "stamp")


@transaction.atomic
def start(source: Import, *, by: User) -> Import:
    """Have it carried out; again where an earlier attempt broke off."""
    source = Import.objects.select_for_update(of=("self",)).get(pk=source.pk)
    is_stuck = source.state == ImportState.RUNNING and jobs.has_failed(
        company_id=source.company_id, object_id=source.pk
    )
    if source.state != ImportState.CHECKED and not is_stuck:
        raise Conflict(_("This import is already on its way. Load the page again."), code="busy")
    if not any(source.counts.get(outcome) for outcome in WRITTEN):
        raise Refused(_("There is nothing new and nothing to change in this file."), code="nothing")
    source.state = ImportState.RUNNING
    source.save(update_fields=["state"])
    jobs.enqueue(
        RUN,
        company_id=source.company_id,
        key=f"run:{source.pk}",
        params={"import_id": str(source.pk), "by": str(by.pk)},
        object_id=source.pk,
        again=True,
    )
    events.record("exchange.import.started", source, by=by, data={"counts": source.counts})
    return source


def run(import_id: UUID, *, by: User, report: Report) -> dict[str, int]:
    """What the job does. Rows that are written are not looked at again, so that it goes on where it broke off."""
    source: Import = Import.objects.select_related("company").get(pk=import_id)
    if source.state != ImportState.RUNNING:
        return {}
    planner = Planner(source.sheet, preparing.options(source))
    rows = ImportRow.objects.filter(source=source)
    pending = rows.filter(is_applied=False, outcome__in=WRITTEN)
    done = rows.filter(is_applied=True).count()
    total = done + pending.count()
    # Rows with a number of their own come first, so that no number is handed out which a later row brings along.
    number = source.sheet.matches[0].columns[0]
    for queue in (pending.filter(cells__has_key=number), pending):
        while batch := list(queue.order_by("line")[:BATCH]):
            with transaction.atomic():
                _write(source, planner, batch, by=by)
            done += len(batch)
            report(done, total)
    counts = preparing.count(source)
    with transaction.atomic():
        source.state, source.counts, source.finished_at = ImportState.DONE, counts, timezone.now()
        source.save(update_fields=["state", "counts", "finished_at"])
        events.record("exchange.import.finished", source, by=by, data={"counts": counts})
    return counts


def _write(source: Import, planner: Planner, batch: list[ImportRow], *, by: User) -> None:
    planned = planner.plan([(row.line, row.cells) for row in batch], lock=True)
    written = [one for one in planned if one.outcome in WRITTEN]
    answers = source.sheet.save([one.change for one in written], company=source.company, by=by)
    made = {one.line: answer for one, answer in zip(written, answers, strict=True)}
    for row, one in zip(batch, planned, strict=True):
        _note(row, one, made.get(one.line), source)
    note(batch, NOTED)


def _note(row: ImportRow, planned: Planned, answer: object, source: Import) -> None:
    """What became of the row."""
    if isinstance(answer, Refused):
        planned.outcome = Outcome.FAILED
        planned.errors = {refused_column(answer, source): str(answer)}
    elif answer is not None:
        planned.obj = answer
        row.stamp = _stamp(answer)
    row.is_applied = True
    row.outcome, row.changes, row.errors = planned.outcome, planned.changes, planned.errors
    row.object_id = planned.obj.pk if planned.obj is not None else None
    row.label = preparing.label(planned, source.sheet)


def refused_column(refusal: Refused, source: Import) -> str:
    """The column that a refusal points at."""
    key = refusal.pointer.removeprefix("/")
    return key if any(column.key == key for column in source.sheet.columns) else WHOLE_ROW


def note(rows: list[ImportRow], fields: tuple[str, ...]) -> None:
    """Keep what became of rows, in one statement."""
    ImportRow.objects.bulk_create(rows, update_conflicts=True, unique_fields=["id"], update_fields=fields)


def _stamp(obj: object) -> datetime:
    moment: datetime = obj.updated_at  # type: ignore[attr-defined]
    return moment
