"""Payments by hand: recorded on a document, and undone."""

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity import events
from core import saving
from core.errors import Conflict, Refused
from core.money import CENT
from core.templatetags.formats import money
from documents.models import Balance, Document
from payments.models import Direction, Method, Payment, Settlement
from payments.services import balances
from users.models import User

EARLIEST = date(2000, 1, 1)  # before it, a date is a slip of the keyboard


@transaction.atomic
def record(
    document: Document,
    *,
    amount: Decimal,
    by: User | None,
    on: date | None = None,
    method: str = Method.TRANSFER,
    reference: str = "",
    direction: str | None = None,
) -> Payment:
    """Money received on an invoice or paid back on a credit note; `on` is today when not given.

    More than is open may come in: the open amount falls below zero, which is the customer's credit. What goes out is
    never more than is owed: the open amount of a credit note, or that credit of an overpaid invoice.
    """
    check_issued(document)
    check_amount(amount)
    day = _checked_date(on or timezone.localdate())
    balance = balances.lock(document.pk)[document.pk]
    sign = balance.document.declaration.sign
    way = direction or (Direction.IN if sign > 0 else Direction.OUT)
    effect = amount if (way == Direction.IN) == (sign > 0) else -amount
    payment = Payment(
        company_id=document.company_id,
        date=day,
        amount=amount,
        currency=balance.document.currency,
        direction=way,
        method=method,
        reference=" ".join(reference.split()),
        recorded_by=by,
    )
    saving.check(payment)
    if way == Direction.OUT:
        _check_owed(balance, amount, sign=sign)
    elif sign < 0:
        raise Refused(_("On a credit note money goes out."), code="wrong_direction", pointer="/direction")
    payment.save(force_insert=True)
    Settlement.objects.create(company_id=document.company_id, document=balance.document, payment=payment, amount=effect)
    balances.move(balance, effect)
    events.record("payments.payment.recorded", balance.document, by=by, data=about(payment))
    return payment


@transaction.atomic
def undo(payment: Payment, *, by: User | None) -> Payment:
    """Take a payment back: it stays as evidence and settles nothing any more."""
    documents = Settlement.objects.filter(payment=payment).values_list("document_id", flat=True)
    locked = balances.lock(*documents)
    standing: Payment = Payment.objects.select_for_update(of=("self",)).get(pk=payment.pk)
    if standing.undone_at is not None:
        raise Conflict(_("This payment is undone already."), code="undone")
    settlements = list(Settlement.objects.filter(payment=standing))
    for settlement in settlements:
        balances.move(locked[settlement.document_id], -settlement.amount)
        settlement.delete()
        events.record("payments.payment.undone", locked[settlement.document_id].document, by=by, data=about(standing))
    standing.undone_at, standing.undone_by = timezone.now(), by
    standing.save(update_fields=["undone_at", "undone_by", "updated_at"])
    return standing


def about(payment: Payment) -> dict[str, str]:
    """What an event says of a payment."""
    return {
        "payment": str(payment.pk),
        "amount": str(payment.amount),
        "currency": payment.currency,
        "direction": payment.direction,
        "method": payment.method,
        "date": payment.date.isoformat(),
    }


def check_issued(document: Document) -> None:
    if document.is_draft:
        raise Conflict(_("A draft cannot be paid. Issue it first."), code="draft")


def check_amount(amount: Decimal) -> Decimal:
    """More than nothing, in whole cents."""
    if not amount.is_finite() or amount <= 0:
        raise Refused(_("Give an amount above zero."), code="not_positive", pointer="/amount")
    if amount >= balances.LIMIT:
        raise Refused(_("This amount is too large."), code="too_large", pointer="/amount")
    if amount % CENT:
        raise Refused(_("Give an amount with at most two decimals."), code="places", pointer="/amount")
    return amount


def _checked_date(on: date) -> date:
    if on > timezone.localdate():
        raise Refused(_("A payment cannot lie in the future."), code="future_date", pointer="/date")
    if on < EARLIEST:
        raise Refused(_("This date lies too far back. Check the year."), code="too_early", pointer="/date")
    return on


def _check_owed(balance: Balance, amount: Decimal, *, sign: int) -> None:
    owed = balance.open_amount if sign < 0 else -balance.open_amount
    if owed <= 0:
        raise Conflict(_("There is nothing to pay back here."), code="nothing_owed")
    if amount > owed:
        message = _("At most %s can be paid back.") % money(owed, balance.document.currency)
        raise Refused(message, code="more_than_owed", pointer="/amount")
