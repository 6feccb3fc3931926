"""The page of one document, and what can be done with it there: copy, delete, note."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from activity import timeline
from activity.models import Event
from core.access import member_required
from core.errors import Refused
from documents import clauses, pages, remainders
from documents.forms import AnnexForm
from documents.models import Document, FileRole
from documents.services import annexing, copying, drafting
from invoices import course, points
from invoices.kinds import INVOICE
from invoices.views.finding import document_or_404, draft_or_404
from sending.models import Message, MessageState

TABS = ("content", "paper", "annexes", "mails")


@member_required
@require_GET
def detail(request: Any, pk: UUID, kind: str) -> HttpResponse:
    """One document: what it says, its paper, annexes, mails, course."""
    document = document_or_404(kind, pk)
    tab = request.GET.get("tab", "")
    annexes = list(document.files.filter(role=FileRole.ATTACHMENT))
    mails = list(Message.objects.filter(document=document).order_by("-created_at", "-pk"))
    source = remainders.source_of(document)
    context: dict[str, Any] = {
        "document": document,
        "kind": document.declaration,
        "shown_state": course.shown_state(document),
        "tab": tab if tab in TABS else "content",
        "tabs": _tabs(document, tab, annexes=len(annexes), mails=len(mails)),
        "lines": document.lines.all(),
        "vat_lines": document.vat_lines.all(),
        "mentions": _mentions(document),
        "warnings": points.of(document, viewer=request.membership),
        "annexes": annexes,
        "annex_form": AnnexForm(),
        "largest_annex": annexing.LARGEST,
        "mails": mails,
        "is_waiting": any(mail.state == MessageState.QUEUED for mail in mails),
        "source": source,
        "original": course.original_of(document),
        "credit_notes": course.credits_of(document) if document.declaration.credited_by else [],
        "actions": pages.actions(document),
        "panels": [_panel(request, document, panel) for panel in pages.panels(document)],
        "timeline": timeline.tell(Event.objects.about(document).reverse()),
        "can_credit": not document.is_draft and bool(document.declaration.credited_by),
    }
    return render(request, "invoices/document_detail.html", context)


def _panel(request: Any, document: Document, panel: pages.Panel) -> dict[str, Any]:
    body = render_to_string(panel.template, {**panel.context, "document": document}, request)
    return {"title": panel.title, "icon": panel.icon, "body": body}


def _tabs(document: Document, current: str, *, annexes: int, mails: int) -> list[dict[str, Any]]:
    url = document.get_absolute_url()
    labels = {
        "content": _("Content"),
        "paper": _("Preview") if document.is_draft else _("PDF"),
        "annexes": _("Annexes"),
    }
    if not document.is_draft:
        labels["mails"] = _("E-mails")
    counts = {"annexes": annexes, "mails": mails}
    chosen = current if current in labels else "content"
    return [
        {
            "label": label,
            "url": f"{url}?tab={name}" if name != "content" else url,
            "count": counts.get(name),
            "current": name == chosen,
        }
        for name, label in labels.items()
    ]


def _mentions(document: Document) -> list[str]:
    if not document.is_draft:
        return list(document.mentions)
    return clauses.mentions(
        regime=document.vat_regime,
        reason=document.vat_reason,
        is_credit=document.declaration.sign < 0,
        language=document.language,
        region=document.company.region,
    )


@member_required
@require_POST
def duplicate(request: Any, pk: UUID) -> HttpResponse:
    """Open the same once more, as a draft."""
    document = document_or_404(INVOICE.key, pk)
    try:
        draft = copying.duplicate(document, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(document)
    messages.success(request, _("This is the copy, a draft. Change what differs, then issue it."))
    return redirect("invoices:edit", draft.kind, draft.pk)


@member_required
@require_POST
def delete(request: Any, kind: str, pk: UUID) -> HttpResponse:
    """Throw a draft away."""
    document = draft_or_404(kind, pk)
    source = remainders.source_of(document)
    try:
        drafting.delete(document, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(document)
    messages.success(request, _("The draft is deleted."))
    return redirect(source) if source else redirect("invoices:list")


@member_required
@require_POST
def note(request: Any, kind: str, pk: UUID) -> HttpResponse:
    """Keep the internal note, of an issued document too."""
    document = document_or_404(kind, pk)
    text = request.POST.get("internal_note", "").replace("\r\n", "\n").replace("\x00", "").strip()[:10_000]
    if text != document.internal_note:
        drafting.update(document, by=request.user, internal_note=text)
        messages.success(request, _("The internal note is saved. It never leaves."))
    return redirect(document)
