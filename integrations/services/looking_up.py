"""Who stands behind a VAT number, as the register of the member states says."""

from dataclasses import asdict, dataclass
from datetime import datetime

from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import gettext as _
from stdnum.eu.vat import MEMBER_STATES

from core.errors import Refused, UnableTo
from core.identifiers import compact_vat, is_acceptable_vat
from integrations import registry
from integrations.contracts.errors import ProviderError
from integrations.contracts.vat_register import Registration
from users.models import Company

KEPT = 3600  # seconds: long enough for a form that is filled in twice, short enough for a register


@dataclass(frozen=True)
class Answer:
    """What the register said, and when it was asked."""

    registration: Registration
    at: datetime


def look_up(text: str, *, company: Company, country: str = "BE") -> Registration:
    """The registration of a VAT number as people write it, asked in the name of `company`.

    Refused when this cannot be a number of a member state; UnableTo when the register cannot tell now.
    """
    number = compact_vat(text, country=country)
    if not number:
        raise Refused(_("Fill in the VAT number first."), code="required", pointer="/vat_number")
    if not is_acceptable_vat(number):
        message = _("This is not a VAT number: its check digits do not fit. Compare it with a letter or an invoice.")
        raise Refused(message, code="invalid_vat", pointer="/vat_number")
    if number[:2] != "EL" and number[:2].lower() not in MEMBER_STATES:
        message = _("Only numbers of the European Union can be looked up.")
        raise Refused(message, code="not_european", pointer="/vat_number")
    if known := last_answer(number, company=company):
        return known.registration
    try:
        found = registry.vat_register().opened().look_up(number, enquirer=company.vat_number)
    except ProviderError as error:
        raise UnableTo(str(error), retryable=error.retryable) from error
    cache.set(_key(number, company), (asdict(found), timezone.now()), KEPT)
    return found


def last_answer(number: str, *, company: Company) -> Answer | None:
    """What the company was told of a compact number within the last hour."""
    kept = cache.get(_key(number, company))
    return Answer(Registration(**kept[0]), kept[1]) if kept is not None else None


def _key(number: str, company: Company) -> str:
    return f"vat-answer:{company.vat_number}:{number}"
