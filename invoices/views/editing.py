"""Making and changing drafts: the editor, and its live totals."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.access import member_required
from core.errors import Conflict, Refused
from documents import kinds
from documents.models import Document, Line
from documents.services import drafting
from invoices.editor import Editor, with_row_added, with_row_removed, with_text_put_in
from invoices.forms import NEW_LINE
from invoices.kinds import INVOICE
from invoices.margin import Margin
from invoices.views.autosaving import dispute
from invoices.views.choosing import party_of
from invoices.views.finding import document_or_404, draft_or_404


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: Any) -> HttpResponse:
    """A new invoice, for a customer who may be named in the address."""
    editor = _new(request, data=_typed(request) if request.method == "POST" else None)
    if request.method != "POST":
        return _page(request, editor)
    if editor.draft_id and _is_made(editor.draft_id):  # the page kept it while it was typed
        return _edited(request, document_or_404(INVOICE.key, editor.draft_id))
    if _wants_rows(request) or not editor.is_valid():
        return _page(request, editor)
    try:
        made = editor.create(by=request.user)
    except Refused as refusal:
        editor.show_refusal(refusal)
        return _page(request, editor)
    return _saved(request, made)


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: Any, kind: str, pk: UUID) -> HttpResponse:
    """Change a draft; somebody else's change in the meantime is never overwritten."""
    return _edited(request, document_or_404(kind, pk))


def _edited(request: Any, document: Document) -> HttpResponse:
    if not document.is_draft:
        messages.warning(
            request, _("This document is issued and cannot change any more. Correct it with a credit note.")
        )
        return redirect(document)
    if request.method != "POST":
        return _page(request, Editor(document))
    editor = Editor(document, data=_typed(request))
    if _wants_rows(request) or not editor.is_valid():
        return _page(request, editor)
    try:
        editor.save(by=request.user, over=_overwritten(request))
    except Refused as refusal:
        is_stale = isinstance(refusal, Conflict) and refusal.code == "stale"
        if not is_stale:
            editor.show_refusal(refusal)
        return _page(request, editor, is_stale=is_stale)
    return _saved(request, document)


@member_required
@require_POST
def totals(request: Any, kind: str = INVOICE.key, pk: UUID | None = None) -> HttpResponse:
    """What is typed comes to, by the same arithmetic as saving it; nothing is written."""
    editor = Editor(draft_or_404(kind, pk), data=request.POST) if pk else _new(request, data=request.POST)
    document = editor.document
    context: dict[str, Any] = {"editor": editor, "document": document, "is_live": True}
    if editor.is_valid():
        try:
            rows, computed = drafting.estimate(document, lines=editor.inputs(), **editor.fields())
        except Refused as refusal:
            context["problem"] = str(refusal)
        else:
            context["totals"] = computed
            context["amounts"] = list(zip(editor.kept_rows(), rows, strict=True))
            context["margin"] = _margin(editor, rows)
    return render(request, "invoices/editor_totals.html", context)


def _saved(request: Any, document: Document) -> HttpResponse:
    """Back to the page of the draft, or on to its issue."""
    if "issue" in request.POST:
        return redirect("invoices:issue", document.kind, document.pk)
    messages.success(request, _("The draft is saved."))
    return redirect(document)


def _new(request: Any, *, data: Any = None) -> Editor:
    return Editor.of_new(request.company, data=data, party=party_of(request.GET.get("customer", "")))


def _is_made(pk: UUID) -> bool:
    return Document.objects.filter(pk=pk).exists()


def _overwritten(request: Any) -> int | None:
    """The version that somebody chose to save over."""
    text = request.POST.get("overwrite", "")
    return int(text) if text.isdecimal() and len(text) < 10 else None


def _wants_rows(request: Any) -> bool:
    """Whether a button of the lines or texts was pressed in a browser without JavaScript."""
    return bool({"add", "remove", "text"} & set(request.POST))


def _typed(request: Any) -> Any:
    if "add" in request.POST:
        return with_row_added(request.POST, request.POST["add"])
    if "remove" in request.POST:
        return with_row_removed(request.POST, request.POST["remove"])
    if "text" in request.POST:
        return with_text_put_in(request.POST, request.POST["text"])
    return request.POST


def _page(request: Any, editor: Editor, *, is_stale: bool = False) -> HttpResponse:
    document = editor.document
    is_asking = editor.form.is_bound and not _wants_rows(request)
    context = {
        "editor": editor,
        "document": document,
        "kind": kinds.get(document.kind),
        "form": editor.form,
        "rows": editor.dressed_rows(),
        "blank_rows": _blank_rows(editor),
        "dispute": dispute(editor) if is_stale else None,
        "totals": _kept_totals(editor),
        "margin": _margin(editor, editor.existing.values()),
        "totals_url": reverse("invoices:new-totals")
        if editor.is_new
        else reverse("invoices:totals", args=[document.kind, document.pk]),
        "autosave_url": reverse("invoices:autosave-new")
        if editor.is_new
        else reverse("invoices:autosave", args=[document.kind, document.pk]),
        "back_url": reverse("invoices:list") if editor.is_new else document.get_absolute_url(),
    }
    return render(request, "invoices/document_edit.html", context, status=422 if is_asking else 200)


def _margin(editor: Editor, lines: Iterable[Line]) -> Margin | None:
    """A credit note gives back what an invoice earned; its own margin would say nothing."""
    return None if editor.source else Margin.of(lines)


def _kept_totals(editor: Editor) -> dict[str, Any]:
    """What the saved draft comes to, in the shape of a calculation."""
    document = editor.document
    rows = [] if editor.is_new else document.vat_lines.all()
    groups = [{"category": row.category, "rate": row.rate, "base": row.base, "vat": row.amount} for row in rows]
    return {"net": document.total_net, "gross": document.total_gross, "groups": groups}


def _blank_rows(editor: Editor) -> list[dict[str, Any]]:
    """The lines that the browser copies: one per role."""
    rate = editor.document.company.default_vat_rate
    blanks = []
    for role in ("item", "text", "section"):
        form = editor.lines.empty_form
        form.initial = {**NEW_LINE, "role": role, "own_rate": rate} if role == "item" else {"role": role}
        blanks.append({"form": form, "role": role, "product": None, "line": None})
    return blanks
