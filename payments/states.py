"""Unpaid, partly paid, paid, overdue, and for how long: never stored, always what balance and due date say today."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Case, CharField, F, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.money import ZERO
from documents.models import State


class PaymentState(models.TextChoices):
    UNPAID = "unpaid", _("Unpaid")
    PARTLY_PAID = "partly_paid", _("Partly paid")
    PAID = "paid", _("Paid")
    OVERDUE = "overdue", _("Late")


class Age(models.TextChoices):
    """How long ago the due date of what is still to be paid lies back."""

    NOT_DUE = "not_due", _("Not due yet")
    LATE_30 = "late_30", _("1–30 days late")
    LATE_60 = "late_60", _("31–60 days late")
    LATE_90 = "late_90", _("61–90 days late")
    LATE_MORE = "late_more", _("More than 90 days late")


_FEWEST_DAYS = {Age.LATE_30: 1, Age.LATE_60: 31, Age.LATE_90: 61, Age.LATE_MORE: 91}
_MOST_DAYS = {Age.LATE_30: 30, Age.LATE_60: 60, Age.LATE_90: 90}


def open_amount(document: Any) -> Decimal:
    """What is still to be paid of a document, or of a row with its state and balance."""
    amount: Decimal = ZERO if document.state == State.DRAFT else document.balance.open_amount
    return amount


def of(document: Any, *, today: date | None = None) -> str | None:
    """The state of a document that was read with its balance; None for a draft, which nobody owes yet.

    A row does as well that has its state, due date, total and balance. A credit note has no due date: unpaid, it waits
    to be paid back.
    """
    if document.state == State.DRAFT:
        return None
    still_open = open_amount(document)
    if still_open <= 0:
        return PaymentState.PAID.value
    if document.due_date is not None and document.due_date < (today or timezone.localdate()):
        return PaymentState.OVERDUE.value
    partly = still_open < document.total_gross
    return PaymentState.PARTLY_PAID.value if partly else PaymentState.UNPAID.value


def with_state[D: QuerySet[Any]](documents: D, *, today: date | None = None) -> D:
    """Documents that can be filtered by `payment_state` and `open_amount`; neither costs anything unless asked for."""
    return documents.alias(
        shown_open_amount=Coalesce("balance__open_amount", ZERO),
        payment_state=Case(
            When(state=State.DRAFT, then=Value(None)),
            When(balance__open_amount__lte=0, then=Value(PaymentState.PAID.value)),
            When(due_date__lt=today or timezone.localdate(), then=Value(PaymentState.OVERDUE.value)),
            When(balance__open_amount__lt=F("total_gross"), then=Value(PaymentState.PARTLY_PAID.value)),
            default=Value(PaymentState.UNPAID.value),
            output_field=CharField(),
        ),
    )


def in_state(state: str) -> Q:
    """For documents `with_state`."""
    return Q(payment_state=state)


def open_only() -> Q:
    """Something is still to be paid, or of a credit note: to be paid back."""
    return Q(balance__open_amount__gt=0)


def due_since(age: str, *, today: date) -> Q:
    """Due dates of that age: of documents, or of balances."""
    if age == Age.NOT_DUE:
        return Q(due_date__gte=today)
    late = Q(due_date__lte=today - timedelta(days=_FEWEST_DAYS[Age(age)]))
    return late & Q(due_date__gte=today - timedelta(days=_MOST_DAYS[Age(age)])) if age in _MOST_DAYS else late
