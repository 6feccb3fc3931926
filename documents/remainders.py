"""What is left to credit of an issued document, derived from the lines that took from it, never from a counter."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import Sum

from core.money import ZERO
from documents.calculation import Key, Rest
from documents.models import Document, Line, LineRole, Relation, VatLine


@dataclass(frozen=True)
class Remaining:
    """Quantity and amount (in the price's own basis) that nobody has credited yet."""

    quantity: Decimal
    amount: Decimal


def of_lines(source: Document, *, besides: Document | None = None) -> dict[Line, Remaining]:
    """Per item line of `source`, what other credits have left; `besides` does not count as one of them."""
    taken = Line.objects.filter(source__document=source)
    if besides is not None:
        taken = taken.exclude(document=besides)
    sums = {
        row["source_id"]: row
        for row in taken.order_by().values("source_id").annotate(quantity_sum=Sum("quantity"), amount_sum=Sum("amount"))
    }
    nothing = {"quantity_sum": Decimal(0), "amount_sum": ZERO}
    return {
        line: Remaining(
            quantity=line.quantity - sums.get(line.pk, nothing)["quantity_sum"],
            amount=line.amount - sums.get(line.pk, nothing)["amount_sum"],
        )
        for line in source.lines.filter(role=LineRole.ITEM)
    }


def of_vat(
    source: Document,
    *,
    remaining: dict[Line, Remaining],
    taking: Iterable[tuple[UUID | None, Decimal]],
    besides: Document | None,
) -> dict[Key, Rest]:
    """Per category and rate, the VAT left and whether `taking` (source line's id, quantity) takes the last of it."""
    quantities: dict[UUID | None, Decimal] = {}
    for line_id, quantity in taking:
        quantities[line_id] = quantities.get(line_id, Decimal(0)) + quantity
    credited = VatLine.objects.filter(
        document__links_in__source=source, document__links_in__relation=Relation.CREDITS
    ).order_by()
    if besides is not None:
        credited = credited.exclude(document=besides)
    gone = {
        (row["category"], row["rate"]): row["amount_sum"]
        for row in credited.values("category", "rate").annotate(amount_sum=Sum("amount"))
    }
    rests = {}
    for vat_line in source.vat_lines.all():
        key = (vat_line.category, vat_line.rate)
        members = [line for line in remaining if (line.vat_category, line.vat_rate) == key]
        closes = all(remaining[line].quantity == quantities.get(line.pk, Decimal(0)) for line in members)
        rests[key] = Rest(vat=vat_line.amount - gone.get(key, ZERO), closes=closes)
    return rests


def source_of(document: Document) -> Document | None:
    """The document that this one credits."""
    link = document.links_in.filter(relation=Relation.CREDITS).select_related("source").first()
    return link.source if link else None
