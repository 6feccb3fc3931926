"""How far a document has come, and the list of documents filtered by it."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, DecimalField, Exists, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from core import keysets, periods
from core.money import ZERO
from customers.models import Party
from documents.models import Document, DocumentQuerySet, Link, Relation, State, Warning
from invoices.forms import OPEN, TO_CHECK, UNSENT
from payments import states
from payments.states import Age, PaymentState
from sending.models import Message, MessageState

_SHOWN = {"partly_paid": "partially_paid", "paid": "paid", "overdue": "late"}
_SENT = {True: "sent", False: "issued"}
ORDERING = keysets.of(Document, "state", "-issue_date", "-id")  # drafts first, then the latest


def with_course(documents: QuerySet[Document]) -> QuerySet[Document]:
    """Documents that also know what was credited of them, and whether a mail of theirs arrived at a server."""
    credits = (
        Link.objects.filter(source=OuterRef("pk"), relation=Relation.CREDITS, target__state=State.ISSUED)
        .order_by()
        .values("source")
        .annotate(total=Sum("target__total_gross"))
        .values("total")
    )
    return states.with_state(documents.select_related("balance")).annotate(
        credited=Coalesce(Subquery(credits), ZERO, output_field=DecimalField(max_digits=14, decimal_places=2)),
        was_sent=Exists(Message.objects.filter(document=OuterRef("pk"), state=MessageState.SENT)),
    )


def shown_state(document: Any) -> str:
    """The one word that tells how far a document `with_course` has come."""
    if document.is_draft:
        return "draft"
    if document.declaration.sign < 0:
        return _SENT[document.was_sent] if document.open_amount <= 0 else "to_refund"
    if document.total_gross and document.credited >= document.total_gross:
        return "credited"
    return _SHOWN.get(states.of(document) or "") or _SENT[document.was_sent]


def filtered(documents: DocumentQuerySet, chosen: dict[str, Any], *, today: date) -> QuerySet[Document]:
    """What the filter bar asks for."""
    found = with_course(documents.search(chosen.get("q", "")))
    if customer := chosen.get("customer"):
        of_party = Q(party=customer) if isinstance(customer, UUID) else Q(party__in=_parties(customer))
        found = found.filter(of_party)
    if chosen.get("currency"):
        found = found.filter(currency=chosen["currency"])
    if chosen.get("period"):
        days = periods.bounds(chosen["period"], today)
        found = found.filter(Q(issue_date__range=days) | Q(issue_date=None, created_at__date__range=days))
    if chosen.get("amount_from") is not None:
        found = found.filter(total_gross__gte=chosen["amount_from"])
    if chosen.get("amount_to") is not None:
        found = found.filter(total_gross__lte=chosen["amount_to"])
    return _in_state(found, chosen.get("state", ""), today=today)


def _parties(words: str) -> QuerySet[Party]:
    return Party.objects.customers().search(words)


def _in_state(found: QuerySet[Document], state: str, *, today: date) -> QuerySet[Document]:
    if state == OPEN:
        return found.filter(states.open_only())
    if state in PaymentState.values:
        return found.filter(states.in_state(state))
    if state in Age.values:
        return found.filter(states.open_only(), states.due_since(state, today=today))
    if state == TO_CHECK:
        return to_check(found)
    if state == UNSENT:
        return found.filter(Q(was_sent=False), state=State.ISSUED)
    return found.filter(state=state) if state else found


def to_check[D: QuerySet[Document]](documents: D) -> D:
    """Drafts with something on them that a person should look at."""
    return documents.filter(Exists(Warning.objects.filter(document=OuterRef("pk"))), state=State.DRAFT)


def sums(documents: QuerySet[Document]) -> dict[str, Any]:
    """How many there are and what they come to."""
    amounts = {"net": "total_net", "gross": "total_gross", "open": "balance__open_amount"}
    totals = {name: Coalesce(Sum(column), ZERO) for name, column in amounts.items()}
    return documents.order_by().aggregate(count=Count("pk"), **totals)


def credits_of(document: Document) -> list[Document]:
    """The credit notes made of a document, drafts too."""
    links = document.links_out.filter(relation=Relation.CREDITS).select_related("target").order_by("pk")
    return [link.target for link in links]


def original_of(document: Document) -> Document | None:
    """The document that this one is a copy of."""
    link = document.links_in.filter(relation=Relation.COPIED).select_related("source").first()
    return link.source if link else None
