"""Pages of mails: write one, see what left and what did not, choose the texts they start from."""

from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.mail import mailers
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.access import member_required, owner_required
from core.errors import Refused
from core.forms import show_refusal
from documents import kinds, tags
from documents.models import Document, File, FileRole
from sending import senders, services, texts
from sending.backends import OutboxBackend
from sending.forms import MailForm, SenderForm, TextForm
from sending.models import Message, MessageState, MessageText
from users.models import Language

PAGE_SIZE = 50


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def compose(request: Any, pk: UUID) -> HttpResponse:
    """Write the mail of a document and queue it."""
    document = get_object_or_404(Document.objects.select_related("company", "party"), pk=pk)
    if document.is_draft:
        messages.warning(request, _("Issue the document before you send it."))
        return redirect(document)
    if request.method == "POST":
        form = MailForm(request.POST, document=document)
        if form.is_valid() and _queue(request, document, form):
            return redirect(document)
    else:
        with override(document.language):
            proposal = services.compose(document)
        form = MailForm(initial=MailForm.initial_of(proposal, uuid4().hex), document=document)
    context = {"document": document, "form": form, "sender": senders.of(document.company)}
    return render(request, "sending/compose.html", context, status=422 if form.errors else 200)


def _queue(request: Any, document: Document, form: MailForm) -> bool:
    data = form.cleaned_data
    try:
        queued = services.queue(
            document,
            by=request.user,
            to=data["to"],
            cc=data["cc"],
            bcc=data["bcc"],
            subject=data["subject"],
            body=data["body"],
            file_ids=form.chosen_files(),
            click_id=data["click_id"],
        )
    except Refused as refusal:
        show_refusal(form, refusal)
        return False
    names = ", ".join(message.to for message in queued)
    messages.success(request, _("The e-mail to %s is on its way.") % names)
    return True


@member_required
@require_GET
def outbox(request: Any) -> HttpResponse:
    """Every mail of the company, latest first."""
    rows = Message.objects.select_related("document").order_by("-created_at", "-pk")
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page_obj": page, "kept_here": _keeps_mails(), "annexes": _annexes(list(page.object_list))}
    return render(request, "sending/message_list.html", context)


@member_required
@require_GET
def message(request: Any, pk: UUID) -> HttpResponse:
    """One mail as it was written, with what went along."""
    row = get_object_or_404(Message.objects.select_related("document", "created_by"), pk=pk)
    context = {
        "message": row,
        "files": _annexes([row])[row.pk],
        "pdf": File.objects.filter(document=row.document, role=FileRole.PDF).first(),
        "eml": _kept(row) is not None,
    }
    return render(request, "sending/message_detail.html", context)


@member_required
@require_GET
def eml(request: Any, pk: UUID) -> HttpResponseBase:
    """The mail as the outbox keeps it, for any mail program."""
    path = _kept(get_object_or_404(Message, pk=pk))
    if path is None:
        raise Http404
    return FileResponse(path.open("rb"), as_attachment=True, filename=path.name, content_type="message/rfc822")


@member_required
@require_POST
def try_again(request: Any, pk: UUID) -> HttpResponse:
    """Queue a failed mail anew."""
    row = get_object_or_404(Message.objects.select_related("document"), pk=pk)
    try:
        services.try_again(row, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The e-mail to %s is tried again.") % row.to)
    return redirect("sending:message", pk)


@owner_required
@require_GET
def text_list(request: Any) -> HttpResponse:
    """The proposed texts, per kind of document and language."""
    own = set(MessageText.objects.values_list("kind", "language"))
    rows = [
        {
            "kind": kind,
            "language": language,
            "subject": texts.of(kind, language.value).subject,
            "is_own": (kind.key, language.value) in own,
        }
        for kind in kinds.every()
        for language in Language
    ]
    return render(request, "sending/text_list.html", {"rows": rows})


@owner_required
@require_http_methods(["GET", "HEAD", "POST"])
def text_edit(request: Any, kind: str, language: str) -> HttpResponse:
    """Change the proposed text of one kind and language, or go back to the built-in one."""
    declaration = next((declared for declared in kinds.every() if declared.key == kind), None)
    if declaration is None or language not in Language.values:
        raise Http404
    text = texts.of(declaration, language)
    form = TextForm(request.POST or None, initial={"subject": text.subject, "body": text.body})
    if request.method == "POST":
        if "restore" in request.POST:
            texts.restore(request.company, declaration, language=language, by=request.user)
            messages.success(request, _("The built-in text is back."))
            return redirect("sending:texts")
        if form.is_valid() and _change(request, declaration, language, form):
            messages.success(request, _("Text saved."))
            return redirect("sending:texts")
    context: dict[str, Any] = {
        "form": form,
        "kind": declaration,
        "language": Language(language),
        "tags": [(f"%{name}%", tag.label) for name, tag in tags.TAGS.items()],
        "is_own": MessageText.objects.filter(kind=kind, language=language).exists(),
        "url": reverse("sending:text", args=[kind, language]),
    }
    return render(request, "sending/text_edit.html", context, status=422 if form.errors else 200)


@owner_required
@require_http_methods(["GET", "HEAD", "POST"])
def sender(request: Any) -> HttpResponse:
    """Who the mails come from, and who always gets a copy."""
    form = SenderForm(request.POST or None, sender=senders.of(request.company))
    if request.method == "POST" and form.is_valid():
        try:
            senders.change(request.company, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("The sender is saved."))
            return redirect("sending:sender")
    return render(request, "sending/sender.html", {"form": form}, status=422 if form.errors else 200)


def _change(request: Any, kind: kinds.Kind, language: str, form: TextForm) -> bool:
    try:
        texts.change(request.company, kind, language=language, by=request.user, **form.cleaned_data)
    except Refused as refusal:
        show_refusal(form, refusal)
        return False
    return True


def _keeps_mails() -> bool:
    """Whether mails stay here instead of leaving through a mail server."""
    return isinstance(mailers.default, OutboxBackend)


def _kept(row: Message) -> Path | None:
    """The outbox's file of a sent mail, where it keeps one."""
    mailer = mailers.default
    if row.state != MessageState.SENT or not isinstance(mailer, OutboxBackend):
        return None
    path = mailer.path_of(row.message_id)
    return path if path.exists() else None


def _annexes(rows: list[Message]) -> dict[UUID, list[File]]:
    """The annexes of each message that are still there, in two queries at most."""
    wanted = {file_id for row in rows for file_id in row.file_ids}
    found = {str(file.pk): file for file in File.objects.filter(pk__in=wanted)} if wanted else {}
    return {row.pk: [found[file_id] for file_id in row.file_ids if file_id in found] for row in rows}
