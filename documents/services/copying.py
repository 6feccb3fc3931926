"""The same once more: a new draft that starts from another document."""

from django.db import transaction
from django.utils.translation import gettext as _

from activity import events
from core.errors import Conflict
from core.tenancy import same_company
from documents.models import Document, Line, Link, Relation
from documents.services import drafting, wording
from users.models import User

COPIED = (
    "payment_term_days", "attention", "site", "currency", "language", "vat_regime", "vat_reason", "prices_include_vat",
    "reference", "intro", "note", "terms", "theme",
)  # fmt: skip


@transaction.atomic
def duplicate(document: Document, *, by: User) -> Document:
    """A draft with the customer, texts and lines of `document` at its prices; it has no delivery date, note or annex.

    A product archived since leaves its text and price on the line, and no link to it.
    """
    same_company(document.company_id, document.party)
    kind = document.declaration
    lines = list(document.lines.select_related("product").order_by("position", "id"))
    if any(line.source_id for line in lines):
        raise Conflict(_("A credit note belongs to its invoice. Credit that invoice again instead."), code="credits")
    fields = {name: getattr(document, name) for name in COPIED}
    if not document.is_draft and wording.is_untouched(document):
        del fields["terms"]  # its tags were filled in for that document
    draft = drafting.create(
        document.kind,
        company=document.company,
        party=document.party,
        by=by,
        lines=[_copy(line) for line in lines],
        **fields,
    )
    Link.objects.create(company_id=document.company_id, source=document, target=draft, relation=Relation.COPIED)
    events.record(kind.event("duplicated"), document, by=by, data={"copy": str(draft.pk)})
    return draft


def _copy(line: Line) -> drafting.LineInput:
    product = line.product
    return drafting.LineInput(
        role=line.role,
        product=product if product is not None and product.is_active else None,
        description=line.description,
        detail=line.detail,
        quantity=line.quantity,
        unit=line.unit,
        unit_price=line.unit_price,
        discount_percent=line.discount_percent,
        own_rate=line.own_rate,
        vat_exception=line.vat_exception,
    )
