"""Keeping a draft while it is typed, and what two people read who do so at once."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from activity.models import Event
from core.access import member_required
from core.errors import Conflict, Refused
from documents.models import Document
from invoices import comparison
from invoices.editor import Editor
from invoices.kinds import INVOICE
from invoices.views.finding import document_or_404


def dispute(editor: Editor) -> dict[str, Any]:
    """Who changed the draft meanwhile, when, and what differs from what is typed here."""
    document = editor.document
    return {
        "document": document,
        "event": Event.objects.about(document).last(),
        "differences": comparison.differences(editor),
        "edit_url": reverse("invoices:edit", args=[document.kind, document.pk]),
    }


@member_required
@require_POST
def autosave(request: Any, kind: str, pk: UUID) -> HttpResponse:
    """Keep what is typed of a draft, as JSON for the editor's script: saved, incomplete, refused or stale."""
    document = document_or_404(kind, pk)
    if not document.is_draft:
        return _refused(_issued())
    return _kept(request, Editor(document, data=request.POST))


@member_required
@require_POST
def autosave_new(request: Any) -> HttpResponse:
    """Make the draft that the page's own id names, or keep it where the answer to the first time was lost."""
    editor = Editor.of_new(request.company, data=request.POST)
    made = Document.objects.filter(pk=editor.draft_id, kind=INVOICE.key).first() if editor.draft_id else None
    if made is not None:
        return _kept(request, Editor(made, data=request.POST)) if made.is_draft else _refused(_issued())
    if not editor.is_valid():
        return _incomplete(editor)
    if editor.is_blank():
        return JsonResponse({"state": "blank"})
    try:
        document = editor.create(by=request.user)
    except Refused as refusal:
        return _refused(str(refusal))
    return _saved(editor, document)


def _kept(request: Any, editor: Editor) -> HttpResponse:
    if not editor.is_valid():
        return _incomplete(editor)
    try:
        document = editor.save(by=request.user)
    except Conflict as conflict:
        if conflict.code != "stale":
            return _refused(str(conflict))
        html = render_to_string("invoices/editor_dispute.html", dispute(editor), request)
        return JsonResponse({"state": "stale", "text": _("Not saved: somebody else changed this draft."), "html": html})
    except Refused as refusal:
        return _refused(str(refusal))
    return _saved(editor, document)


def _saved(editor: Editor, document: Document) -> HttpResponse:
    """The new version, and the id of each line by the prefix of its form, so that the next time it is the same line."""
    ids = document.lines.values_list("pk", flat=True)
    return JsonResponse(
        {
            "state": "saved",
            "text": _("Saved at %s") % format(timezone.localtime(), "%H:%M"),
            "version": document.version,
            "lines": {form.prefix: str(pk) for form, pk in zip(editor.kept_rows(), ids, strict=True)},
            "edit_url": reverse("invoices:edit", args=[document.kind, document.pk]),
            "autosave_url": reverse("invoices:autosave", args=[document.kind, document.pk]),
            "sheet_url": reverse("documents:sheet", args=[document.pk]),
        }
    )


def _issued() -> str:
    return _("This document is issued meanwhile and cannot change any more.")


def _incomplete(editor: Editor) -> HttpResponse:
    told = ": ".join(part for part in editor.first_error() if part)
    return JsonResponse({"state": "incomplete", "text": _("Not saved yet. %s") % told})


def _refused(text: str) -> HttpResponse:
    return JsonResponse({"state": "refused", "text": _("Not saved. %s") % text})
