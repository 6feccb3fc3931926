"""What was paid of a document, and where a credit note could go."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, DecimalField, F, Q, QuerySet, Sum, When

from core.money import ZERO, half_up
from customers.models import Party
from documents import kinds
from documents.models import Balance, Document
from payments.models import Settlement
from payments.states import Age, due_since


@dataclass(frozen=True)
class Open:
    """What is still to be paid of some documents, and how many they are."""

    amount: Decimal
    count: int

    def __add__(self, other: "Open") -> "Open":
        return Open(self.amount + other.amount, self.count + other.count)


@dataclass(frozen=True)
class LateCustomer:
    """A customer with what they owe past its due date."""

    party_id: UUID
    name: str
    open: Open


def settlements_of(document: Document) -> "QuerySet[Settlement]":
    """What settles a document, or what it settles: oldest first, with payments and the other documents."""
    rows: QuerySet[Settlement] = Settlement.objects.select_related("payment", "credit_note", "document")
    return rows.filter(Q(document=document) | Q(credit_note=document)).order_by("created_at", "pk")


def receivable_kinds() -> list[str]:
    """The kinds that ask a customer for money."""
    return [kind.key for kind in kinds.every() if kind.sign > 0]


def open_invoices_for(credit_note: Document) -> "QuerySet[Document]":
    """Invoices that a credit note can be set against, the first due first."""
    rows: QuerySet[Document] = Document.objects.filter(
        kind__in=receivable_kinds(),
        party=credit_note.party_id,
        currency=credit_note.currency,
        balance__open_amount__gt=0,
    )
    return rows.select_related("balance").order_by("due_date", "pk")


def owed_by(party: Party) -> list[dict[str, Any]]:
    """What a customer owes in all, by currency: open invoices less what is open of their credit notes."""
    sign = Case(When(document__kind__in=receivable_kinds(), then=F("open_amount")), default=-F("open_amount"))
    rows = Balance.objects.filter(document__party=party).exclude(open_amount=0).order_by("document__currency")
    sums = rows.values(currency=F("document__currency")).annotate(amount=Sum(sign, output_field=DecimalField()))
    return [{**row, "amount": half_up(row["amount"])} for row in sums]


def ages(*, today: date) -> dict[Age, Open]:
    """What customers still have to pay, by how long it has been due. Overpaid invoices take nothing off."""
    parts: dict[str, Any] = {}
    for age in Age:
        due = due_since(age, today=today)
        parts |= {f"{age}_amount": Sum("open_amount", filter=due), f"{age}_count": Count("open_amount", filter=due)}
    found = _receivable().aggregate(**parts)
    return {age: Open(half_up(found[f"{age}_amount"] or ZERO), found[f"{age}_count"]) for age in Age}


def late_customers(*, today: date, limit: int) -> list[LateCustomer]:
    """The customers with most to pay past its due date, the largest amount first."""
    rows = (
        _receivable()
        .filter(due_date__lt=today)
        .values("party")
        .annotate(amount=Sum("open_amount"), count=Count("open_amount"))
        .order_by("-amount", "party")[:limit]
    )
    found = {row["party"]: Open(half_up(row["amount"]), row["count"]) for row in rows}
    names = dict(Party.objects.filter(pk__in=found).values_list("pk", "name"))
    return [LateCustomer(party, names[party], owed) for party, owed in found.items()]


def to_refund() -> Open:
    """What is still to be paid back on credit notes, which have no due date."""
    rows = Balance.objects.filter(open_amount__gt=0, due_date=None)
    found = rows.aggregate(amount=Sum("open_amount"), count=Count("open_amount"))
    return Open(half_up(found["amount"] or ZERO), found["count"])


def _receivable() -> "QuerySet[Balance]":
    """What customers are asked to pay by a day, from the partial index `balance_due` alone."""
    rows: QuerySet[Balance] = Balance.objects.filter(open_amount__gt=0, due_date__isnull=False)
    return rows
