"""Handing a message to the mail server, once.

The order is: connect; mark the message as handed over and commit; hand it over; record the answer. A failed
connection or a temporary refusal (4xx) clears the mark and is retried; a refusal for good (5xx) fails. When the process
dies or the line breaks between the mark and the answer, nobody can know whether the server took the mail: it is not
sent again by itself, but shown as failed with that reason, and a person decides. The window left: a person who tries
such a mail again may send it twice, under the same Message-ID, which most mail programs then show once.
"""

import logging
import smtplib
from email.utils import format_datetime, formataddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, mailers
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from activity import events
from core import files
from core.errors import UnableTo
from documents.models import File, FileRole
from documents.services import printing
from sending import senders, services
from sending.models import Message, MessageState

logger = logging.getLogger(__name__)


def deliver(message: Message, *, is_last_attempt: bool) -> None:
    """Hand a queued message over; raises UnableTo when another attempt may help, which the last one does not."""
    if message.state != MessageState.QUEUED:
        return
    try:
        _deliver(message)
    except UnableTo as error:
        _note(message, str(error))
        if is_last_attempt or not error.retryable:
            _fail(message, str(error))
        raise
    except Exception:
        if is_last_attempt:
            _fail(message, _("The mail could not be made. Try again, or tell the operator."))
        raise


def build(message: Message) -> EmailMultiAlternatives:
    """The mail: text and plain HTML, the document's PDF, the chosen annexes. Internal notes have no way in."""
    document = message.document
    company = document.company
    sender = senders.of(company)
    mail = EmailMultiAlternatives(
        subject=message.subject,
        body=message.body,
        from_email=formataddr((sender.shown_name, settings.DEFAULT_FROM_EMAIL)),
        to=[message.to],
        reply_to=[sender.answers_to] if sender.answers_to else None,
        headers={
            "To": ", ".join(message.addressed_to),
            "Message-ID": message.message_id,
            "Date": format_datetime(timezone.localtime(message.created_at)),
            **({"Cc": ", ".join(message.cc)} if message.cc else {}),
        },
    )
    html = render_to_string("sending/mail.html", {"message": message, "company": company})
    mail.attach_alternative(html, "text/html")
    annexes = document.files.filter(role=FileRole.ATTACHMENT, pk__in=message.file_ids)
    for file in (printing.pdf(document), *annexes):
        _attach(mail, file)
    return mail


def _attach(mail: EmailMultiAlternatives, file: File) -> None:
    mail.attach(file.filename, files.read(file.key), file.media_type)


def _deliver(message: Message) -> None:
    mail = build(message)
    mailer = mailers.default
    try:
        mailer.open()
    except (OSError, smtplib.SMTPException) as error:
        if isinstance(error, smtplib.SMTPAuthenticationError):
            raise UnableTo(_("The mail server refused our sign-in. The operator must correct it.")) from error
        raise UnableTo(_("The mail server cannot be reached: %s") % _reason(error)) from error
    try:
        if not _mark(message, repeatable=getattr(mailer, "repeatable", False)):
            raise UnableTo(
                _("The work broke off while the mail was handed over: it may have arrived. Ask before you try again."),
                retryable=False,
            )
        _hand_over(message, mailer, mail)
    finally:
        try:
            mailer.close()
        except (OSError, smtplib.SMTPException):
            logger.info("the mail server did not say goodbye")
    _record_sent(message)


def _hand_over(message: Message, mailer: Any, mail: EmailMultiAlternatives) -> None:
    """Give the mail to the server; only an answer with a code is a clear refusal."""
    try:
        mailer.send_messages([mail])
    except smtplib.SMTPRecipientsRefused as error:
        code, reason = next(iter(error.recipients.values()))
        raise _refusal(message, code, reason) from error
    except smtplib.SMTPResponseException as error:
        raise _refusal(message, error.smtp_code, error.smtp_error) from error
    except (OSError, smtplib.SMTPException) as error:
        if getattr(mailer, "repeatable", False):
            raise UnableTo(_("The outbox cannot be written: %s") % _reason(error)) from error
        raise UnableTo(
            _("The mail server broke off without an answer: the mail may have arrived. Ask before you try again."),
            retryable=False,
        ) from error


def _refusal(message: Message, code: int, reason: bytes | str) -> UnableTo:
    """What a refusal means: 4xx may pass later, 5xx will not. Either way the server did not take it."""
    Message.objects.filter(pk=message.pk).update(handed_at=None)
    text = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else reason
    return UnableTo(
        _("The mail server refused it: %(code)s %(reason)s") % {"code": code, "reason": text[:300]},
        retryable=400 <= code < 500,
    )


def _mark(message: Message, *, repeatable: bool) -> bool:
    """Record that the server is about to get it; False when an earlier attempt got that far and was never answered."""
    free = Message.objects.filter(pk=message.pk, state=MessageState.QUEUED)
    if not repeatable:
        free = free.filter(handed_at=None)
    return bool(free.update(handed_at=timezone.now(), attempts=F("attempts") + 1))


@transaction.atomic
def _record_sent(message: Message) -> None:
    Message.objects.filter(pk=message.pk).update(state=MessageState.SENT, sent_at=timezone.now(), error="")
    events.record("sending.message.sent", message.document, data=services.about(message))


@transaction.atomic
def _fail(message: Message, reason: str) -> None:
    if Message.objects.filter(pk=message.pk, state=MessageState.QUEUED).update(state=MessageState.FAILED, error=reason):
        events.record("sending.message.failed", message.document, data={**services.about(message), "reason": reason})


def _note(message: Message, reason: str) -> None:
    Message.objects.filter(pk=message.pk, state=MessageState.QUEUED).update(error=reason)


def _reason(error: Exception) -> str:
    return (getattr(error, "strerror", None) or str(error))[:300]
