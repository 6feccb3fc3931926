"""Pages: a file comes in step by step, past imports, and the lists that go out."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from activity.models import Job, JobState
from core import files, sheets
from core.access import member_required
from core.errors import Refused
from core.sheets import Sheet
from exchange import reading, showing
from exchange.access import importer_required
from exchange.forms import ColumnsForm, FileForm, ReadingForm
from exchange.models import Import, ImportRow, ImportState, Outcome
from exchange.reading import workbooks
from exchange.services import exporting, preparing, running, undoing

PAGE_SIZE = 50
FIRST_ROWS = 6
EXAMPLES = 3


@importer_required
def index(request: Any) -> HttpResponseBase:
    """Every import, newest first."""
    imports = Import.objects.select_related("made_by").order_by("-created_at", "-id")
    page = Paginator(imports, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "exchange/import_list.html", {"page": page, "sheets": sheets.all_sheets()})


@importer_required
def create(request: Any, sheet_key: str) -> HttpResponseBase:
    """Step 1: the file."""
    sheet = _sheet(sheet_key)
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        content = file.read(reading.MOST_BYTES + 1)
        try:
            source = preparing.start(
                sheet, company=request.company, filename=file.name, content=content, by=request.user
            )
        except Refused as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect("exchange:reading", source.pk)
    matches = [" + ".join(str(sheet.column(key).label) for key in match.columns) for match in sheet.matches]
    return render(request, "exchange/import_new.html", {"form": form, "sheet": sheet, "matches": matches})


@importer_required
def read(request: Any, pk: UUID) -> HttpResponseBase:
    """Step 2: how the file is read, beside its first rows."""
    source = get_object_or_404(Import, pk=pk)
    content = files.read(source.file_key)
    tabs = list(workbooks.first_rows(content, 0)) if source.how.is_workbook else []
    form = ReadingForm(request.POST or None, how=source.how, tabs=tabs)
    if request.method == "POST" and form.is_valid():
        try:
            source = preparing.read_as(source, form.reading(), by=request.user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("exchange:reading" if "again" in request.POST else "exchange:columns", pk)
    headers, rows = reading.look(content, source.how, FIRST_ROWS)
    context = {"source": source, "sheet": source.sheet, "form": form, "headers": headers, "rows": rows}
    return render(request, "exchange/import_reading.html", context)


@importer_required
def columns(request: Any, pk: UUID) -> HttpResponseBase:
    """Step 3: which column of the file is which."""
    source = get_object_or_404(Import, pk=pk)
    sheet = source.sheet
    headers, rows = reading.look(files.read(source.file_key), source.how, FIRST_ROWS)
    form = ColumnsForm(request.POST or None, source=source, sheet=sheet, headers=headers)
    if request.method == "POST" and form.is_valid():
        chosen = {name: form.cleaned_data[name] for name in ("clears", "creates")}
        try:
            preparing.choose_columns(source, form.columns(), **chosen, by=request.user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("exchange:detail", pk)
    examples = [list(filter(None, (row[place] for row in rows)))[:EXAMPLES] for place in form.places]
    lines = [(form[f"column-{place}"], headers[place], examples[place]) for place in form.places]
    context = {"source": source, "sheet": sheet, "form": form, "lines": lines}
    return render(request, "exchange/import_columns.html", context)


@importer_required
def detail(request: Any, pk: UUID) -> HttpResponseBase:
    """Step 4, and afterwards the result: counts, rows by outcome, and what can be done."""
    source = get_object_or_404(Import.objects.select_related("made_by"), pk=pk)
    if source.state == ImportState.OPEN:
        return redirect("exchange:columns" if source.error else "exchange:reading", pk)
    job = _job(source)
    context: dict[str, Any] = {"source": source, "sheet": source.sheet, "job": job}
    if not source.is_busy:
        chosen = request.GET.get("outcome", "")
        found = ImportRow.objects.filter(source=source)
        if source.state == ImportState.UNDONE:
            found = found.exclude(undo="")
            found = found.filter(undo=chosen) if chosen in source.undo_counts else found
        elif chosen in source.counts:
            found = found.filter(outcome=chosen)
        page = Paginator(found.order_by("line"), PAGE_SIZE).get_page(request.GET.get("page"))
        context |= {
            "page": page,
            "rows": showing.rows(source, page),
            "tabs": showing.tabs(source, chosen),
            "can_run": any(source.counts.get(outcome) for outcome in running.WRITTEN),
            "failed": source.counts.get(Outcome.FAILED, 0),
        }
    return render(request, "exchange/import_detail.html", context)


@importer_required
def progress(request: Any, pk: UUID) -> HttpResponseBase:
    """How far the job is, asked for every second; the page is loaded anew once it has ended."""
    source = get_object_or_404(Import, pk=pk)
    job = _job(source)
    response = render(request, "exchange/import_progress.html", {"source": source, "job": job})
    if not source.is_busy or (job is not None and job.state == JobState.FAILED):
        response["HX-Refresh"] = "true"
    return response


@require_POST
@importer_required
def run(request: Any, pk: UUID) -> HttpResponseBase:
    return _do(request, pk, running.start)


@require_POST
@importer_required
def undo(request: Any, pk: UUID) -> HttpResponseBase:
    return _do(request, pk, undoing.start)


@require_POST
@importer_required
def discard(request: Any, pk: UUID) -> HttpResponseBase:
    source = get_object_or_404(Import, pk=pk)
    try:
        preparing.discard(source, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("exchange:detail", pk)
    messages.success(request, _("The import is thrown away. Nothing was changed."))
    return redirect(source.sheet.list_url)


@importer_required
def failed(request: Any, pk: UUID) -> HttpResponseBase:
    """The rows that failed, as a file to mend."""
    source = get_object_or_404(Import, pk=pk)
    name = f"{slugify(source.filename.rpartition('.')[0]) or 'import'}-{slugify(_('Failed'))}.csv"
    return _download(exporting.failed_rows(source), exporting.CSV, name)


@importer_required
def template(request: Any, sheet_key: str) -> HttpResponseBase:
    sheet = _sheet(sheet_key)
    return _download(exporting.template(sheet), exporting.CSV, f"{slugify(str(sheet.label))}.csv")


@member_required
def export(request: Any, sheet_key: str, format: str) -> HttpResponseBase:
    """A whole list as a file."""
    sheet = _sheet(sheet_key)
    if format not in exporting.MEDIA_TYPES:
        raise Http404
    name = f"{slugify(str(sheet.label))}-{timezone.localdate():%Y-%m-%d}.{format}"
    return _download(exporting.export(sheet, format), format, name)


def _do(request: Any, pk: UUID, action: Any) -> HttpResponseBase:
    try:
        action(get_object_or_404(Import, pk=pk), by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("exchange:detail", pk)


def _download(content: bytes, format: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=exporting.MEDIA_TYPES[format], headers=headers)


def _job(source: Import) -> Job | None:
    return Job.objects.filter(object_id=source.pk).order_by("-created_at", "-id").first()


def _sheet(key: str) -> Sheet:
    try:
        return sheets.get(key)
    except LookupError:
        raise Http404 from None
