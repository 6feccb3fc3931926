"""Credit notes: an issued document corrected in full or in part, never by more than remains."""

from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from activity import events
from core.errors import Conflict, Refused
from documents import remainders
from documents.models import Document, Line, Link, Relation
from documents.services import drafting
from users.models import User


@transaction.atomic
def credit(
    document: Document, *, by: User | None, quantities: Mapping[UUID, Decimal] | None = None, note: str = ""
) -> Document:
    """A draft credit note for what remains of `document`, or for these quantities by line id.

    The credited document is locked, so that two credits at once cannot take the same remainder.
    """
    source = Document.objects.select_for_update(of=("self",)).get(pk=document.pk)
    kind = source.declaration
    if not kind.credited_by:
        raise Conflict(_("This kind of document cannot be credited."), code="not_creditable")
    if source.is_draft:
        raise Conflict(_("A draft needs no credit note: change it or delete it."), code="draft")
    remaining = remainders.of_lines(source)
    wanted = _wanted(remaining, quantities)
    if not wanted:
        raise Conflict(_("Everything on %s is credited already.") % source.number, code="nothing_remains")
    draft = drafting.create(
        kind.credited_by,
        company=source.company,
        party=source.party,
        by=by,
        lines=[
            drafting.LineInput(
                product=line.product, source=line, description=line.description, detail=line.detail, quantity=quantity
            )
            for line, quantity in wanted.items()
        ],
        language=source.language,
        currency=source.currency,
        payment_term_days=source.payment_term_days,
        vat_regime=source.vat_regime,
        vat_reason=source.vat_reason,
        prices_include_vat=source.prices_include_vat,
        reference=source.reference,
        site=source.site,
        delivery_date=source.delivery_date,
        attention=source.attention,
        theme=source.theme,
        note=note,
    )
    Link.objects.create(company_id=source.company_id, source=source, target=draft, relation=Relation.CREDITS)
    events.record(kind.event("credited"), source, by=by, data={"credit_note": str(draft.pk)})
    return draft


def _wanted(
    remaining: Mapping[Line, remainders.Remaining], quantities: Mapping[UUID, Decimal] | None
) -> dict[Line, Decimal]:
    """Which lines to credit and how much of each; refuses what is not there."""
    if quantities is None:
        return {line: left.quantity for line, left in remaining.items() if left.quantity != 0}
    lines = {line.pk: line for line in remaining}
    for index, line_id in enumerate(quantities):
        if line_id not in lines:
            raise Refused(_("This line is not on the invoice."), code="unknown_line", pointer=f"/lines/{index}/id")
    return {lines[line_id]: quantity for line_id, quantity in quantities.items() if quantity != 0}
