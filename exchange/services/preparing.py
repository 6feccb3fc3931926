"""From a file to a preview: it is kept, read as guessed or as told, and every row is planned in a job."""

import hashlib
from collections.abc import Callable, Mapping
from itertools import batched
from uuid import UUID

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activity import events, jobs
from core import files, sheets
from core.errors import Conflict, Refused
from core.sheets import Sheet
from core.sheets.words import fold, in_every_language
from exchange import reading
from exchange.models import Import, ImportRow, ImportState
from exchange.planning import Options, Planned, Planner
from exchange.reading import Reading, guessing
from users.models import Company, User

CHECK = "exchange.check"
BATCH = 500
REASON = gettext_lazy("Reason")  # the column that a file of failed rows has more

type Report = Callable[[int, int], None]


def start(sheet: Sheet, *, company: Company, filename: str, content: bytes, by: User) -> Import:
    """Keep the file and guess how it is read; Refused when it is no list, or too large."""
    if len(content) > reading.MOST_BYTES:
        raise Refused(_("This file is larger than 20 MB. Split it into several files."), code="too_large")
    how = guessing.guess(content, sheet.columns)
    stored = files.store(content, company_id=company.pk)
    source = Import(
        company=company,
        sheet_key=sheet.key,
        filename=_name(filename),
        file_key=stored.key,
        size=stored.size,
        made_by=by,
    )
    _understand(source, content, how)
    with transaction.atomic():
        source.save()
        events.record("exchange.import.opened", source, by=by, data={"sheet": sheet.key, "filename": source.filename})
    return source


def read_as(source: Import, how: Reading, *, by: User) -> Import:
    """Read the file in another way; columns are understood anew where the headers are others."""
    content = files.read(source.file_key)
    with transaction.atomic():
        source = _locked(source)
        if how != source.how:
            _understand(source, content, how)
            source.state = ImportState.OPEN
            source.save(update_fields=["reading", "headers_key", "columns", "clears", "creates", "state"])
    return source


def choose_columns(source: Import, columns: Mapping[str, int], *, clears: bool, creates: bool, by: User) -> Import:
    """Say which place of the file fills which column, and have every row checked."""
    sheet = source.sheet
    if len(set(columns.values())) != len(columns):
        raise Refused(_("Each column can be filled only once. Choose another one."), code="twice")
    if not any(set(match.columns) <= columns.keys() for match in sheet.matches):
        named = " / ".join(str(sheet.column(match.columns[0]).label) for match in sheet.matches[:3])
        message = _("Say which column holds one of these, so that rows find what they speak of: %(names)s.")
        raise Refused(message % {"names": named}, code="no_match")
    missing = [column for column in sheet.columns if column.is_needed and column.key not in columns]
    if creates and missing:
        message = _("Something new needs “%(column)s”: choose its column, or let the file only change what exists.")
        raise Refused(message % {"column": missing[0].label}, code="needed")
    with transaction.atomic():
        source = _locked(source)
        source.columns, source.clears, source.creates = dict(columns), clears, creates
        source.state, source.error = ImportState.CHECKING, ""
        source.save(update_fields=["columns", "clears", "creates", "state", "error"])
        jobs.enqueue(
            CHECK,
            company_id=source.company_id,
            key=f"check:{source.pk}",
            params={"import_id": str(source.pk)},
            object_id=source.pk,
            again=True,
        )
    return source


@transaction.atomic
def discard(source: Import, *, by: User) -> None:
    """Throw away one that was not run."""
    source = _locked(source)
    events.record("exchange.import.discarded", source, by=by, data={"filename": source.filename})
    source.delete()


def check(import_id: UUID, *, report: Report) -> dict[str, int]:
    """What the job does: plan every row and keep the plans; again from the start when it is run again."""
    source: Import = Import.objects.select_related("company").get(pk=import_id)
    if source.state != ImportState.CHECKING:
        return {}
    ImportRow.objects.filter(source=source).delete()
    planner = Planner(source.sheet, options(source))
    done, content = 0, files.read(source.file_key)
    try:
        rows = list(reading.data_rows(content, source.how))
        for batch in batched(rows, BATCH):
            planned = planner.plan((line, _cells(source, cells)) for line, cells in batch)
            ImportRow.objects.bulk_create([_row(source, one) for one in planned])
            done += len(batch)
            report(done, len(rows))
    except Refused as refusal:
        Import.objects.filter(pk=source.pk).update(state=ImportState.OPEN, error=str(refusal))
        return {}
    counts = count(source)
    Import.objects.filter(pk=source.pk).update(state=ImportState.CHECKED, counts=counts)
    return counts


def options(source: Import) -> Options:
    return Options(decimal=source.how.decimal, clears=source.clears, creates=source.creates)


def count(source: Import) -> dict[str, int]:
    """Rows by outcome."""
    rows = ImportRow.objects.filter(source=source).order_by().values_list("outcome")
    return dict(rows.annotate(rows=Count("id")))


def label(row: Planned, sheet: Sheet) -> str:
    """What a row is called: its object, or the first two columns of what it says."""
    said = (row.cells.get(column.key, "") for column in sheet.columns[:2])
    return (str(row.obj) if row.obj is not None else " ".join(filter(None, said)))[:240]


def _understand(source: Import, content: bytes, how: Reading) -> None:
    """Read the headers; a file with the same ones tells which columns they are."""
    headers, first = reading.look(content, how, 1)
    if not first:
        raise Refused(
            _("No row stands below the headers. Choose another file, sheet or line of headers."), code="empty"
        )
    source.reading = how.kept()
    key = _headers_key(source.sheet_key, headers) if how.header else ""
    if key and key == source.headers_key:
        return
    source.headers_key = key
    earlier = Import.objects.filter(headers_key=key).exclude(columns={}).exclude(state=ImportState.OPEN)
    known = earlier.order_by("-created_at").first() if key else None
    if known is not None:
        source.clears, source.creates = known.clears, known.creates
    remembered = known.columns if known is not None else {}
    source.columns = guessing.columns_for(headers, sheets.get(source.sheet_key).columns, remembered)


def _headers_key(sheet_key: str, headers: list[str]) -> str:
    own = in_every_language(REASON)
    said = [fold(header) for header in headers if fold(header) not in own]
    return hashlib.sha256("\n".join([sheet_key, *said]).encode()).hexdigest()


def _cells(source: Import, cells: list[str]) -> dict[str, str]:
    """The texts of a row by column; empty ones only where they mean something."""
    found = {key: cells[place] if place < len(cells) else "" for key, place in source.columns.items()}
    return found if source.clears else {key: text for key, text in found.items() if text}


def _row(source: Import, planned: Planned) -> ImportRow:
    return ImportRow(
        company_id=source.company_id,
        source=source,
        line=planned.line,
        outcome=planned.outcome,
        label=label(planned, source.sheet),
        cells=dict(planned.cells),
        changes=planned.changes,
        errors=planned.errors,
        object_id=planned.obj.pk if planned.obj is not None else None,
    )


def _locked(source: Import) -> Import:
    """The import, locked, while it can still be prepared."""
    locked: Import = Import.objects.select_for_update(of=("self",)).get(pk=source.pk)
    is_stuck = locked.state == ImportState.CHECKING and jobs.has_failed(
        company_id=locked.company_id, object_id=locked.pk
    )
    if locked.state not in (ImportState.OPEN, ImportState.CHECKED) and not is_stuck:
        raise Conflict(_("This import is already on its way. Load the page again."), code="busy")
    return locked


def _name(filename: str) -> str:
    """The file's own name, without its folders and what cannot be printed."""
    bare = filename.replace("\\", "/").rpartition("/")[2]
    return "".join(letter for letter in bare if letter.isprintable())[-200:] or "import"
