"""Credit notes set against invoices: what the one owes the customer is taken off what the other asks of them."""

from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from activity import events
from core.errors import Conflict, Refused
from core.templatetags.formats import money
from core.tenancy import same_company
from documents.models import Balance, Document
from payments.models import Settlement
from payments.services import balances
from payments.services.recording import check_amount, check_issued
from users.models import User


@transaction.atomic
def apply(credit_note: Document, *, to: Document, by: User | None, amount: Decimal | None = None) -> Settlement:
    """Set a credit note against an open invoice of the same customer and currency; without `amount`, as far as both
    are open."""
    same_company(credit_note.company_id, to)
    if credit_note.declaration.sign > 0:
        raise Conflict(_("Only a credit note can be set against an invoice."), code="not_a_credit_note")
    check_issued(credit_note)
    if to.declaration.sign < 0:
        raise Refused(_("A credit note is set against an invoice."), code="not_an_invoice", pointer="/invoice")
    if to.is_draft:
        raise Refused(_("Issue the invoice first; a draft asks for nothing."), code="draft", pointer="/invoice")
    locked = balances.lock(credit_note.pk, to.pk)
    given, taken = locked[credit_note.pk], locked[to.pk]
    _check_pair(given.document, taken.document)
    most = min(given.open_amount, taken.open_amount)
    if given.open_amount <= 0:
        raise Conflict(_("Nothing of this credit note is open any more."), code="nothing_open")
    if taken.open_amount <= 0:
        raise Refused(_("Nothing of this invoice is open any more."), code="nothing_open", pointer="/invoice")
    wanted = most if amount is None else check_amount(amount)
    if wanted > most:
        raise Refused(
            _("At most %s can be set off.") % money(most, to.currency), code="more_than_open", pointer="/amount"
        )
    return settle(given, taken, amount=wanted, by=by)


def settle(given: Balance, taken: Balance, *, amount: Decimal, by: User | None) -> Settlement:
    """Move both locked balances: `given` of the credit note, `taken` of the invoice."""
    settlement: Settlement = Settlement.objects.create(
        company_id=given.company_id, document=taken.document, credit_note=given.document, amount=amount
    )
    balances.move(given, amount)
    balances.move(taken, amount)
    _record("payments.application.made", settlement, given.document, taken.document, by=by)
    return settlement


@transaction.atomic
def undo(settlement: Settlement, *, by: User | None) -> None:
    """Take a credit note off an invoice again: both are open by that amount once more."""
    if settlement.credit_note_id is None:
        raise Conflict(_("This was paid, not set off; undo the payment."), code="not_an_application")
    locked = balances.lock(settlement.document_id, settlement.credit_note_id)
    standing: Settlement | None = Settlement.objects.filter(pk=settlement.pk).first()
    if standing is None:
        raise Conflict(_("This is undone already."), code="undone")
    given, taken = locked[settlement.credit_note_id], locked[settlement.document_id]
    for balance in (given, taken):
        balances.move(balance, -standing.amount)
    _record("payments.application.undone", standing, given.document, taken.document, by=by)
    standing.delete()


def _check_pair(credit_note: Document, invoice: Document) -> None:
    if credit_note.party_id != invoice.party_id:
        raise Refused(_("This invoice is of another customer."), code="other_customer", pointer="/invoice")
    if credit_note.currency != invoice.currency:
        raise Refused(_("This invoice is in another currency."), code="other_currency", pointer="/invoice")


def _record(action: str, settlement: Settlement, credit_note: Document, invoice: Document, *, by: User | None) -> None:
    """Tell it of both documents, each naming the other."""
    for here, there in ((credit_note, invoice), (invoice, credit_note)):
        data = {
            "settlement": str(settlement.pk),
            "document": str(there.pk),
            "number": there.number,
            "amount": str(settlement.amount),
            "currency": there.currency,
        }
        events.record(action, here, by=by, data=data)
