"""How far a document has come, and the list of documents filtered by it."""

from datetime import date
from typing import Any

from django.db.models import Count, DecimalField, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from core.money import ZERO
from documents.models import Document, DocumentQuerySet, Link, Relation, State
from invoices.forms import period_bounds
from sending.models import Message, MessageState


def with_course(documents: QuerySet[Document]) -> QuerySet[Document]:
    """Documents that also know what was credited of them, and whether a mail of theirs arrived at a server."""
    credits = (
        Link.objects.filter(source=OuterRef("pk"), relation=Relation.CREDITS, target__state=State.ISSUED)
        .order_by()
        .values("source")
        .annotate(total=Sum("target__total_gross"))
        .values("total")
    )
    return documents.annotate(
        credited=Coalesce(Subquery(credits), ZERO, output_field=DecimalField(max_digits=14, decimal_places=2)),
        was_sent=Exists(Message.objects.filter(document=OuterRef("pk"), state=MessageState.SENT)),
    )


def overdue(documents: QuerySet[Document]) -> QuerySet[Document]:
    """Issued, past their due date, and not credited in full; of documents `with_course`."""
    late = Q(state=State.ISSUED, due_date__lt=timezone.localdate())
    return documents.filter(late, total_gross__gt=F("credited"))


def shown_state(document: Any) -> str:
    """The one word that tells how far a document `with_course` has come."""
    if document.is_draft:
        return "draft"
    if document.total_gross and document.credited >= document.total_gross:
        return "credited"
    if document.is_overdue:
        return "late"
    return "sent" if document.was_sent else "issued"


def filtered(documents: DocumentQuerySet, chosen: dict[str, Any], *, today: date) -> QuerySet[Document]:
    """What the filter bar asks for, drafts first, then the latest."""
    found = with_course(documents.search(chosen.get("q", "")))
    if chosen.get("customer"):
        found = found.filter(party=chosen["customer"])
    if chosen.get("period"):
        days = period_bounds(chosen["period"], today)
        found = found.filter(Q(issue_date__range=days) | Q(issue_date=None, created_at__date__range=days))
    if chosen.get("state") == "overdue":
        found = overdue(found)
    elif chosen.get("state"):
        found = found.filter(state=chosen["state"])
    return found.order_by("state", "-issue_date", "-id")


def sums(documents: QuerySet[Document]) -> dict[str, Any]:
    """How many there are and what they come to."""
    net, gross = Coalesce(Sum("total_net"), ZERO), Coalesce(Sum("total_gross"), ZERO)
    return documents.order_by().aggregate(count=Count("pk"), net=net, gross=gross)


def credits_of(document: Document) -> list[Document]:
    """The credit notes made of a document, drafts too."""
    links = document.links_out.filter(relation=Relation.CREDITS).select_related("target").order_by("pk")
    return [link.target for link in links]
