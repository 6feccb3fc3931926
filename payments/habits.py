"""How a customer pays: what is open and late, and how long it took to pay in full what was paid.

An invoice is paid in full from the day on which the payments come to its total less what was credited of it; a credit
note is no payment, so that an invoice which was credited as a whole says nothing about the customer.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, F, Q, Sum

from core.money import ZERO, half_up
from customers.models import Party
from documents.models import Balance, Document
from payments.models import Settlement
from payments.queries import Open, receivable_kinds


@dataclass(frozen=True)
class Owed:
    """What is open of a customer's invoices in one currency, and how much of it is late."""

    currency: str
    open: Open
    late: Open


@dataclass(frozen=True)
class Paid:
    """An invoice that was paid in full, and when. `days_late` is below zero for one that was paid early."""

    document: Document
    paid_date: date
    days: int
    days_late: int


@dataclass(frozen=True)
class Habits:
    """Averages in days with one decimal; below zero the customer pays before the due date."""

    count: int
    late: int
    average_days: Decimal
    average_days_late: Decimal

    @property
    def late_percent(self) -> Decimal:
        """How many of a hundred invoices were paid after their due date."""
        return half_up(Decimal(100 * self.late) / self.count, 0)


def owed(party: Party, *, today: date) -> list[Owed]:
    """What a customer still has to pay, by currency."""
    late = Q(due_date__lt=today)
    rows = (
        Balance.objects.filter(party=party, open_amount__gt=0, due_date__isnull=False)
        .values(currency=F("document__currency"))
        .annotate(
            amount=Sum("open_amount"),
            count=Count("pk"),
            late_amount=Sum("open_amount", filter=late),
            late_count=Count("pk", filter=late),
        )
        .order_by("currency")
    )
    return [
        Owed(
            row["currency"],
            Open(half_up(row["amount"]), row["count"]),
            Open(half_up(row["late_amount"] or ZERO), row["late_count"]),
        )
        for row in rows
    ]


def oldest_late(party: Party, *, today: date) -> Document | None:
    """The invoice that has been late for longest."""
    rows = Balance.objects.filter(party=party, open_amount__gt=0, due_date__lt=today).order_by("due_date", "document")
    balance = rows.select_related("document").first()
    return balance.document if balance else None


def paid(party: Party) -> list[Paid]:
    """The invoices that a customer paid in full, the latest payment first."""
    documents = Document.objects.issued().filter(
        party=party, kind__in=receivable_kinds(), due_date__isnull=False, balance__open_amount__lte=0
    )
    settled: dict[UUID, list[tuple[Decimal, date | None]]] = defaultdict(list)
    rows = Settlement.objects.filter(document__in=documents).order_by("payment__date", "created_at", "pk")
    for pk, amount, day in rows.values_list("document_id", "amount", "payment__date"):
        settled[pk].append((amount, day))
    found = []
    for document in documents:
        paid_date = _paid_date(document.total_gross, settled[document.pk])
        if paid_date and document.issue_date and document.due_date:
            days, days_late = (paid_date - document.issue_date).days, (paid_date - document.due_date).days
            found.append(Paid(document, paid_date, days, days_late))
    return sorted(found, key=lambda one: (one.paid_date, one.document.pk), reverse=True)


def habits(invoices: Iterable[Paid]) -> Habits | None:
    """What the invoices that were paid say together; None where none was."""
    rows = list(invoices)
    if not rows:
        return None
    return Habits(
        count=len(rows),
        late=sum(one.days_late > 0 for one in rows),
        average_days=half_up(Decimal(sum(one.days for one in rows)) / len(rows), 1),
        average_days_late=half_up(Decimal(sum(one.days_late for one in rows)) / len(rows), 1),
    )


def _paid_date(total: Decimal, settled: list[tuple[Decimal, date | None]]) -> date | None:
    """The day since which it has been paid in full; None where nothing had to be paid. Payments come in order."""
    to_pay = total - sum((amount for amount, day in settled if day is None), ZERO)
    if to_pay <= 0:
        return None
    so_far, since = ZERO, None
    for amount, day in settled:
        if day is not None:
            so_far += amount
            since = (since or day) if so_far >= to_pay else None
    return since
