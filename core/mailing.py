"""Plain mails of the application to a person: one sentence, one link. Documents go through `sending`."""

import smtplib

from django.conf import settings
from django.core.mail import EmailMessage, mailers
from django.utils.translation import gettext as _

from core.errors import UnableTo


def mail_domain() -> str:
    """The right half of our Message-IDs."""
    return settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")


def send(*, to: str, subject: str, body: str, key: str) -> None:
    """Hand a mail over; `key` makes the same mail the same Message-ID, so that a repeated one is shown once."""
    mail = EmailMessage(
        subject=" ".join(subject.split()),
        body=body,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[to],
        headers={"Message-ID": f"<{key}@{mail_domain()}>"},
    )
    try:
        mailers.default.send_messages([mail])
    except (OSError, smtplib.SMTPException) as error:
        raise UnableTo(_("The mail server did not take the mail.")) from error
