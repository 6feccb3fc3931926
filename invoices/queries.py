"""What an issued document still asks to be paid."""

from collections.abc import Iterable
from decimal import Decimal

from django.db.models import QuerySet

from core.money import ZERO
from documents.models import Document, Link, Relation, State


def links_with_targets() -> "QuerySet[Link]":
    """Links to what came of documents, with what `open_amount` reads."""
    rows: QuerySet[Link] = Link.objects.select_related("target").only(
        "id", "source_id", "relation", "target__id", "target__kind", "target__number", "target__state",
        "target__total_gross",
    )  # fmt: skip
    return rows


def links_with_sources() -> "QuerySet[Link]":
    """Links to what documents came of."""
    rows: QuerySet[Link] = Link.objects.select_related("source").only(
        "id", "target_id", "relation", "source__id", "source__kind", "source__number"
    )
    return rows


def open_amount(document: Document, *, links: Iterable[Link]) -> Decimal:
    """The total less the issued credit notes among `links`; nothing for a draft, nor for a credit note, which its
    invoice counts."""
    if document.is_draft or document.declaration.sign < 0:
        return ZERO
    credited = [
        link.target.total_gross
        for link in links
        if link.relation == Relation.CREDITS and link.target.state == State.ISSUED
    ]
    rest: Decimal = document.total_gross - sum(credited, ZERO)
    return rest
