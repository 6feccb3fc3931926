"""What was paid of a document, and where a credit note could go."""

from typing import Any

from django.db.models import Case, DecimalField, F, Q, QuerySet, Sum, When

from core.money import half_up
from customers.models import Party
from documents import kinds
from documents.models import Balance, Document
from payments.models import Settlement


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
