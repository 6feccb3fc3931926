"""Lines that had no price when their work order came get one, once the user, product or rate exists."""

from dataclasses import replace
from decimal import Decimal

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from activity import events
from core import vat
from core.errors import Conflict
from documents import warnings
from documents.models import Document, Line, LineRole
from documents.services import drafting
from documents.services.drafting import LineInput
from users.models import User
from work_orders.models import LineSource, SourceKind
from work_orders.services.pricing import Priced, Pricer, material_of
from work_orders.warnings import PRICE_CODES


@transaction.atomic
def reprice(document: Document, *, by: User) -> int:
    """Price the lines of a draft that still stand at 0 as they came; returns how many got a price.

    A line that somebody changed is left alone. The draft does not count as edited: a newer message may still refresh
    it.
    """
    locked = Document.objects.select_for_update(of=("self",)).select_related("company").get(pk=document.pk)
    if not locked.is_draft:
        raise Conflict(_("This document is issued and cannot change any more."), code="issued")
    lines = list(locked.lines.select_related("product", "source").order_by("position"))
    found = _priced_again(locked, lines)
    filled = {line_id: row for line_id, row in found.items() if row.line.unit_price}
    if filled:
        inputs = [_filled(locked, line, filled[line.pk]) if line.pk in filled else as_it_is(line) for line in lines]
        locked = drafting.update(locked, by=None, lines=inputs)
    for line in lines:
        if line.pk in found and line.pk not in filled:
            warnings.remove(locked, *PRICE_CODES, line=line)
            for code, data in found[line.pk].warnings:
                warnings.add(locked, code, pointer=found[line.pk].pointer, line=line, **data)
    events.record(locked.declaration.event("repriced"), locked, by=by, data={"lines": len(filled)})
    return len(filled)


def _priced_again(document: Document, lines: list[Line]) -> dict[object, Priced]:
    """By line id, the rows that still stand as they came and at 0, priced with what is known now."""
    sources = [
        source
        for source in LineSource.objects.select_related("work_order__connection", "line").filter(line__in=lines)
        if _is_as_it_came(source)
    ]
    if not sources:
        return {}
    materials = tuple(material_of(s.data["row"], s.pointer) for s in sources if s.kind == SourceKind.MATERIAL)
    pricer = Pricer(document.company, sources[0].work_order.connection, materials)
    with translation.override(document.language):
        return {source.line_id: pricer.again(source) for source in sources}


def _is_as_it_came(source: LineSource) -> bool:
    line, written = source.line, source.data["written"]
    return (
        line.role == LineRole.ITEM
        and line.unit_price == 0
        and line.discount_percent == 0
        and line.quantity == Decimal(written["quantity"])
        and line.description.split() == written["description"].split()
    )


def _filled(document: Document, line: Line, row: Priced) -> LineInput:
    """The row's price on the line it was made for; an exception made by hand stays."""
    price = row.line.unit_price
    if document.prices_include_vat:
        # The product's own price is taken in the document's basis by drafting.
        price = None if row.line.product or price is None else vat.including(price, row.line.own_rate or Decimal(0))
    return replace(row.line, id=line.pk, unit_price=price, vat_exception=line.vat_exception)


def as_it_is(line: Line) -> LineInput:
    """A line as it would be sent back unchanged."""
    return LineInput(
        id=line.pk,
        role=line.role,
        product=line.product,
        source=line.source,
        description=line.description,
        detail=line.detail,
        quantity=line.quantity,
        unit=line.unit,
        unit_price=line.unit_price,
        discount_percent=line.discount_percent,
        own_rate=line.own_rate,
        vat_exception=line.vat_exception,
    )
