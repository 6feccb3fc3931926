"""What an issued document still asks to be paid."""

from decimal import Decimal

from django.db.models import Prefetch

from core.money import ZERO
from documents.models import Document, Link, Relation, State


def links_out() -> "Prefetch[str]":
    """The documents that came of these, with what `open_amount` reads of them."""
    return Prefetch(
        "links_out",
        queryset=Link.objects.select_related("target").only(
            "id", "source_id", "relation", "target__id", "target__kind", "target__number", "target__state",
            "target__total_gross",
        ),
    )  # fmt: skip


def links_in() -> "Prefetch[str]":
    """The documents that these came of."""
    return Prefetch(
        "links_in",
        queryset=Link.objects.select_related("source").only(
            "id", "target_id", "relation", "source__id", "source__kind", "source__number"
        ),
    )


def open_amount(document: Document) -> Decimal:
    """The total less the issued credit notes; nothing for a draft, nor for a credit note, which its invoice counts."""
    if document.is_draft or document.declaration.sign < 0:
        return ZERO
    credited = [
        link.target.total_gross
        for link in document.links_out.all()
        if link.relation == Relation.CREDITS and link.target.state == State.ISSUED
    ]
    rest: Decimal = document.total_gross - sum(credited, ZERO)
    return rest
