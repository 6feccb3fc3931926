"""The subject and text that a mail starts from: the company's own, else the built-in one in the customer's language."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from activity import events
from core.errors import Refused
from documents import kinds, tags
from sending.models import MessageText
from users.models import Company, Language, User


@dataclass(frozen=True)
class Text:
    subject: str
    body: str


# By the sign of the kind: what is to be paid, and what is given back.
BUILT_IN = {
    (1, Language.FRENCH): Text(
        "Facture %number% de %company%",
        "Bonjour,\n\nVous trouverez en annexe notre facture %number% d'un montant de %amount%.\n"
        "Merci de la régler au plus tard le %due_date% sur le compte %iban%, avec la communication "
        "%structured_message%.\n\nBien à vous,\n%company%",
    ),
    (1, Language.DUTCH): Text(
        "Factuur %number% van %company%",
        "Beste,\n\nIn bijlage vindt u onze factuur %number% voor een bedrag van %amount%.\n"
        "Gelieve te betalen tegen %due_date% op rekening %iban%, met de mededeling %structured_message%.\n\n"
        "Met vriendelijke groeten,\n%company%",
    ),
    (1, Language.ENGLISH): Text(
        "Invoice %number% from %company%",
        "Hello,\n\nPlease find attached our invoice %number% for %amount%.\n"
        "Kindly pay it by %due_date% to account %iban%, with the communication %structured_message%.\n\n"
        "Kind regards,\n%company%",
    ),
    (-1, Language.FRENCH): Text(
        "Note de crédit %number% de %company%",
        "Bonjour,\n\nVous trouverez en annexe notre note de crédit %number% d'un montant de %amount%.\n\n"
        "Bien à vous,\n%company%",
    ),
    (-1, Language.DUTCH): Text(
        "Creditnota %number% van %company%",
        "Beste,\n\nIn bijlage vindt u onze creditnota %number% voor een bedrag van %amount%.\n\n"
        "Met vriendelijke groeten,\n%company%",
    ),
    (-1, Language.ENGLISH): Text(
        "Credit note %number% from %company%",
        "Hello,\n\nPlease find attached our credit note %number% for %amount%.\n\nKind regards,\n%company%",
    ),
}


def built_in(kind: kinds.Kind, language: str) -> Text:
    return BUILT_IN[kind.sign, Language(language)]


def of(kind: kinds.Kind, language: str) -> Text:
    """The company in scope's own text for this kind and language, else the built-in one."""
    own = MessageText.objects.filter(kind=kind.key, language=language).first()
    return Text(own.subject, own.body) if own else built_in(kind, language)


@transaction.atomic
def change(company: Company, kind: kinds.Kind, *, language: str, subject: str, body: str, by: User) -> MessageText:
    """Propose this text from now on; a tag that does not exist is refused."""
    subject = " ".join(subject.split())
    if not subject:
        raise Refused(_("A mail needs a subject."), code="required", pointer="/subject")
    tags.check(subject, pointer="/subject")
    tags.check(body, pointer="/body")
    text, _created = MessageText.objects.update_or_create(
        company=company, kind=kind.key, language=Language(language), defaults={"subject": subject, "body": body}
    )
    events.record("sending.message_text.changed", text, by=by, data={"kind": kind.key, "language": language})
    return text


@transaction.atomic
def restore(company: Company, kind: kinds.Kind, *, language: str, by: User) -> None:
    """Go back to the built-in text."""
    text = MessageText.objects.filter(company=company, kind=kind.key, language=language).first()
    if text is not None:
        events.record("sending.message_text.restored", text, by=by, data={"kind": kind.key, "language": language})
        text.delete()
