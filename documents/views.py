"""Pages that every kind of document shares: its paper, its look, its annexes, and how its family is numbered."""

from copy import copy
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.csp import CSP, build_policy
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from branding.forms import ThemeForm
from branding.services import default_theme
from core import files
from core.access import member_required, owner_required
from core.errors import Refused
from core.forms import show_refusal
from documents import kinds, numbers, specimen, warnings
from documents.forms import AnnexForm, NumberingForm, RenameForm
from documents.models import Document, File, FileRole, Series, Warning
from documents.rendering.page import Page
from documents.services import annexing, numbering, printing, structuring

# A browser's PDF reader needs its own styles and plug-in; nothing else may run or load from these answers.
PAPER_POLICY = {
    "default-src": [CSP.NONE],
    "style-src": [CSP.UNSAFE_INLINE],
    "object-src": [CSP.SELF],
    "frame-ancestors": [CSP.SELF],
}


@member_required
@require_GET
@csp_override(PAPER_POLICY)
def pdf(request: Any, pk: UUID) -> HttpResponse:
    """The PDF of an issued document, made now when its job has not come to it yet."""
    document = get_object_or_404(Document.objects.issued(), pk=pk)
    file = printing.pdf(document)
    return answer_file(files.read(file.key), file.media_type, file.filename, as_attachment="download" in request.GET)


@member_required
@require_GET
@csp_override(PAPER_POLICY)
def preview(request: Any, pk: UUID) -> HttpResponse:
    """A draft as it would be printed now; an issued document has its one PDF."""
    document = get_object_or_404(Document.objects.all(), pk=pk)
    if not document.is_draft:
        return redirect("documents:pdf", pk)
    response = answer_file(printing.preview(document), "application/pdf", _("draft.pdf"), as_attachment=False)
    response["Cache-Control"] = "no-store"
    return response


@member_required
@require_GET
def sheet(request: Any, pk: UUID) -> HttpResponse:
    """The same sheet as a page, quick enough to stand beside an editor."""
    return _framed(
        printing.html(get_object_or_404(Document.objects.select_related("company", "party", "theme"), pk=pk))
    )


@member_required
@require_GET
@csp_override(files.POLICY)
def ubl(request: Any, pk: UUID) -> HttpResponse:
    """The structured form of an issued document, as a download."""
    made = structuring.xml(get_object_or_404(Document.objects.issued(), pk=pk))
    return answer_file(made.content, "application/xml", made.filename, as_attachment=True)


@member_required
@require_POST
def dismiss_warning(request: Any, pk: UUID) -> HttpResponse:
    """Somebody looked, and it is right as it is."""
    warning = get_object_or_404(Warning.objects.select_related("document"), pk=pk)
    try:
        warnings.dismiss(warning, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(warning.document)


@member_required
@require_GET
@csp_override(files.POLICY)
def file(request: Any, pk: UUID) -> HttpResponse:
    """An annex, always as a download: it came from outside and is never shown under our own address."""
    annex = get_object_or_404(File, pk=pk)
    return answer_file(files.read(annex.key), annex.media_type, annex.filename, as_attachment=True)


@member_required
@require_POST
def add_annexes(request: Any, pk: UUID) -> HttpResponse:
    """Keep the uploaded files with the document; the good ones stay when another is refused.

    A script that asks for JSON gets the problems themselves; a form is led back to the annexes.
    """
    document = get_object_or_404(Document, pk=pk)
    form = AnnexForm(request.POST, request.FILES)
    problems = [] if form.is_valid() else [str(error) for error in form.errors["uploads"]]
    for upload in form.cleaned_data.get("uploads", ()):
        try:
            annexing.add(document, content=upload.read(), filename=upload.name, by=request.user)
        except Refused as refusal:
            problems.append(f"{annexing.bare_name(upload.name)}: {refusal}")
    if request.get_preferred_type(["text/html", "application/json"]) == "application/json":
        return JsonResponse({"problems": problems}, status=422 if problems else 201)
    for problem in problems:
        messages.error(request, problem)
    return _to_annexes(document)


@member_required
@require_POST
def tick_annex(request: Any, pk: UUID) -> HttpResponse:
    """Choose whether an annex goes along by e-mail."""
    annex = _annex(pk)
    annexing.tick(annex, send_along=request.POST.get("send_along") == "yes", by=request.user)
    return _to_annexes(annex.document)


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def rename_annex(request: Any, pk: UUID) -> HttpResponse:
    """Give an annex another name."""
    annex = _annex(pk)
    form = RenameForm(request.POST or None, initial={"filename": annex.filename})
    if request.method == "POST" and form.is_valid():
        try:
            annexing.rename(annex, filename=form.named_like(annex.filename), by=request.user)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("The annex is now called %s.") % annex.filename)
            return _to_annexes(annex.document)
    back_url = f"{annex.document.get_absolute_url()}?tab=annexes"
    context = {"annex": _annex(pk), "form": form, "back_url": back_url}
    return render(request, "documents/annex_rename.html", context, status=422 if form.errors else 200)


@member_required
@require_POST
def remove_annex(request: Any, pk: UUID) -> HttpResponse:
    """Take an annex away."""
    annex = _annex(pk)
    annexing.remove(annex, by=request.user)
    messages.success(request, _("%s is removed.") % annex.filename)
    return _to_annexes(annex.document)


def _annex(pk: UUID) -> File:
    return get_object_or_404(File.objects.select_related("document"), pk=pk, role=FileRole.ATTACHMENT)


def _to_annexes(document: Document) -> HttpResponse:
    return redirect(f"{document.get_absolute_url()}?tab=annexes")


def _framed(sheet: Page) -> HttpResponse:
    """A sheet for a frame in our own pages, which may see how far it is scrolled."""
    policy = sheet.policy(framed_by=CSP.SELF, sandbox=["allow-same-origin"])
    headers = {"Cache-Control": "no-store", "Content-Security-Policy": build_policy(policy)}
    return HttpResponse(sheet.content, headers=headers)


def answer_file(content: bytes, media_type: str, filename: str, *, as_attachment: bool) -> HttpResponse:
    """Bytes under their name; the caller's policy says what they may do."""
    headers = {
        "Content-Disposition": content_disposition_header(as_attachment, filename) or "inline",
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(content, content_type=media_type, headers=headers)


@owner_required
@require_GET
def theme_preview(request: Any) -> HttpResponse:
    """The frame with the specimen in the layout that is being chosen, as a fragment."""
    return render(request, "documents/theme_preview.html", {"query": request.GET.urlencode()})


@owner_required
@require_GET
def specimen_sheet(request: Any) -> HttpResponse:
    """A specimen in the typed layout; where something typed is wrong, in the saved one."""
    saved = default_theme(request.company)
    form = ThemeForm(request.GET or None, instance=copy(saved))
    theme = form.instance if form.is_valid() else saved
    language = get_language() or request.company.language
    return _framed(specimen.sheet(request.company, theme, language=language[:2], on=timezone.localdate()))


@owner_required
@require_GET
def numbering_list(request: Any) -> HttpResponse:
    """How each kind of document is numbered."""
    today = timezone.localdate()
    company = request.company
    rows = [
        {
            "kind": kind,
            "format": numbering.format_of(company, kind),
            "next": numbering.preview(company, kind, on=today),
        }
        for kind in kinds.every()
    ]
    return render(request, "documents/numbering_list.html", {"rows": rows})


@owner_required
@require_http_methods(["GET", "HEAD", "POST"])
def numbering_edit(request: Any, kind: str) -> HttpResponse:
    """Change the format of a kind, and once its first number."""
    declaration = _kind(kind)
    company = request.company
    today = timezone.localdate()
    form = NumberingForm(request.POST or None, initial={"format": numbering.format_of(company, declaration)})
    if request.method == "POST" and form.is_valid() and _renumber(request, declaration, form):
        number = numbering.preview(company, declaration, on=today)
        messages.success(request, _("Saved. The next number is %s.") % number)
        return redirect("documents:numbering")
    context = {
        "kind": declaration,
        "form": form,
        "next": numbering.preview(company, declaration, on=today),
        "has_begun": _has_begun(declaration),
    }
    return render(request, "documents/numbering_edit.html", context, status=422 if form.errors else 200)


@owner_required
@require_GET
def numbering_preview(request: Any, kind: str) -> HttpResponse:
    """What the typed format makes of the next number, as a fragment."""
    declaration = _kind(kind)
    today = timezone.localdate()
    context: dict[str, Any] = {}
    try:
        text = numbers.check(request.GET.get("format", ""))
    except Refused as refusal:
        context["problem"] = str(refusal)
    else:
        typed = request.GET.get("first_number", "")
        year = numbering.series_year(text, today)
        series = Series.objects.filter(family=declaration.family, year=year).first()
        number = int(typed) if typed.isdecimal() and len(typed) < 10 else (series.next_number if series else 1)
        context["next"] = numbers.render(text, max(number, 1), on=today)
        context["after"] = numbers.render(text, max(number, 1) + 1, on=today)
    return render(request, "documents/numbering_preview.html", context)


def _renumber(request: Any, kind: kinds.Kind, form: NumberingForm) -> bool:
    company, user = request.company, request.user
    data = form.cleaned_data
    try:
        if data["format"] != numbering.format_of(company, kind):
            numbering.set_format(company, kind, text=data["format"], by=user)
        if data["first_number"]:
            numbering.set_first_number(company, kind, number=data["first_number"], on=timezone.localdate(), by=user)
    except Refused as refusal:
        show_refusal(form, refusal)
        return False
    return True


def _has_begun(kind: kinds.Kind) -> bool:
    return Series.objects.filter(family=kind.family).exclude(next_number=1).exists()


def _kind(key: str) -> kinds.Kind:
    found = next((kind for kind in kinds.every() if kind.key == key), None)
    if found is None:
        raise Http404
    return found
