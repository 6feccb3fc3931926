"""Mails about a document: proposed, queued once per click, and tried again by hand when they failed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from activity import events, jobs
from core.errors import Conflict, Refused
from core.ids import uuid7
from core.mailing import mail_domain
from documents import tags
from documents.models import Document, File, FileRole
from sending import addresses, senders, texts
from sending.models import Message, MessageState
from users.models import User

MOST_RECIPIENTS = 20
LARGEST = 20 * 1024 * 1024  # what nearly every mail server takes
LONGEST_BODY = 20_000


@dataclass(frozen=True)
class Proposal:
    """A mail as it is proposed to the person who will send it."""

    to: tuple[str, ...]
    cc: tuple[str, ...]
    bcc: tuple[str, ...]
    subject: str
    body: str
    language: str
    files: tuple[File, ...]


def compose(document: Document) -> Proposal:
    """The mail of a document in the customer's language, with the annexes that are ticked to go along."""
    text = texts.of(document.declaration, document.language)
    sender = senders.of(document.company)
    address = (document.party.email if document.party else "") or document.buyer.get("email", "")
    return Proposal(
        to=(address,) if address else (),
        cc=tuple(sender.cc),
        bcc=tuple(sender.bcc),
        subject=_one_line(tags.fill(text.subject, document))[:200],
        body=tags.fill(text.body, document),
        language=document.language,
        files=tuple(document.files.filter(role=FileRole.ATTACHMENT, send_along=True)),
    )


@transaction.atomic
def queue(
    document: Document,
    *,
    by: User | None,
    to: Sequence[str],
    cc: Sequence[str] = (),
    bcc: Sequence[str] = (),
    subject: str,
    body: str,
    file_ids: Sequence[UUID] = (),
    click_id: str,
) -> list[Message]:
    """One message per recipient, delivered by a job; the same `click_id` again sends nothing more.

    What `bcc` gets names the others, and no other mail names `bcc`.
    """
    if document.is_draft:
        raise Conflict(_("Issue the document before you send it."), code="draft")
    if not click_id or len(click_id) > 64:
        raise Refused(_("Open the page again and send from there."), code="invalid", pointer="/click_id")
    addressed_to = addresses.valid(to, pointer="/to")
    copied = _others(addresses.valid(cc, pointer="/cc"), addressed_to)
    hidden = _others(addresses.valid(bcc, pointer="/bcc"), [*addressed_to, *copied])
    if not addressed_to:
        raise Refused(_("Who should receive this mail? Give at least one address."), code="required", pointer="/to")
    if len(addressed_to) + len(copied) + len(hidden) > MOST_RECIPIENTS:
        raise Refused(_("A mail goes to at most %d addresses.") % MOST_RECIPIENTS, code="too_many", pointer="/to")
    values: dict[str, Any] = {
        "company_id": document.company_id,
        "addressed_to": addressed_to,
        "cc": copied,
        "subject": _subject(subject),
        "body": _body(body),
        "language": document.language,
        "file_ids": _file_ids(document, file_ids),
        "created_by": by,
    }
    messages = []
    for address in (*addressed_to, *copied, *hidden):
        key = uuid7()
        message, created = Message.objects.get_or_create(
            document=document,
            click_id=click_id,
            to=address,
            defaults={**values, "id": key, "message_id": f"<{key}@{mail_domain()}>"},
        )
        if created:
            _deliver_later(message)
            events.record("sending.message.queued", document, by=by, data=about(message))
        messages.append(message)
    return messages


@transaction.atomic
def try_again(message: Message, *, by: User) -> Message:
    """Queue a failed message anew, under the same Message-ID."""
    locked = Message.objects.select_for_update(of=("self",)).get(pk=message.pk)
    if locked.state != MessageState.FAILED:
        raise Conflict(_("This mail did not fail; there is nothing to try again."), code="not_failed")
    locked.state, locked.error, locked.handed_at = MessageState.QUEUED, "", None
    locked.save(update_fields=["state", "error", "handed_at"])
    _deliver_later(locked, turn=f":{uuid7()}")
    events.record("sending.message.requeued", locked.document, by=by, data=about(locked))
    return locked


def about(message: Message) -> dict[str, str]:
    """What an event says of a message."""
    return {"message": str(message.pk), "to": message.to}


def _deliver_later(message: Message, *, turn: str = "") -> None:
    """Queue the delivery; each turn is a job of its own, because the one before may still be ending."""
    jobs.enqueue(
        "sending.deliver",
        company_id=message.company_id,
        key=f"send:{message.pk}{turn}",
        params={"message_id": str(message.pk)},
        object_id=message.document_id,
    )


def _others(found: Sequence[str], taken: Sequence[str]) -> list[str]:
    """Those that do not get the mail already."""
    known = {address.lower() for address in taken}
    return [address for address in found if address.lower() not in known]


def _subject(text: str) -> str:
    """A subject on one line: a line break in it could add a header."""
    subject = text.strip()
    if not subject:
        raise Refused(_("A mail needs a subject."), code="required", pointer="/subject")
    if len(subject) > 200 or not subject.isprintable():
        raise Refused(_("A subject has at most 200 characters on one line."), code="invalid", pointer="/subject")
    return subject


def _body(text: str) -> str:
    body = text.replace("\r\n", "\n").strip()
    if not body:
        raise Refused(_("Write a text for this mail."), code="required", pointer="/body")
    if len(body) > LONGEST_BODY or "\x00" in body:
        raise Refused(_("The text has at most %d characters.") % LONGEST_BODY, code="invalid", pointer="/body")
    return body


def _file_ids(document: Document, wanted: Sequence[UUID]) -> list[str]:
    """Annexes of this very document, small enough together."""
    files = list(document.files.filter(role=FileRole.ATTACHMENT, pk__in=wanted))
    if len(files) != len(set(wanted)):
        raise Refused(_("An annex is gone. Choose the annexes again."), code="unknown_file", pointer="/file_ids")
    if sum(file.size for file in files) > LARGEST:
        raise Refused(
            _("Together the annexes may be at most 20 MB. Leave one out."), code="too_large", pointer="/file_ids"
        )
    return [str(file.pk) for file in files]


def _one_line(text: str) -> str:
    return " ".join(text.split())
