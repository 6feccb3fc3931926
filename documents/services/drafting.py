"""Drafts: made, changed and thrown away. Every save computes the totals anew from the lines that are kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from activity import events
from core import vat
from core.errors import Conflict, Refused
from core.ids import uuid7
from core.tenancy import same_company
from core.units import PIECE
from customers.models import Party
from documents import kinds, remainders, warnings
from documents.calculation import PricedLine, Totals, calculate
from documents.models import Document, Line, LineRole, State, VatLine, Warning
from documents.services import wording
from products.models import Product
from users.models import Company, User, VatScheme

FIELDS = {
    "delivery_date",
    "payment_term_days",
    "attention",
    "site",
    "currency",
    "language",
    "vat_regime",
    "vat_reason",
    "prices_include_vat",
    "reference",
    "intro",
    "note",
    "terms",
    "internal_note",
    "theme",
}
# What a person may change without touching the content of the document.
NOT_CONTENT = {"internal_note"}
LIMIT = Decimal(10) ** 11
MOST_LINES = 2000


@dataclass(frozen=True)
class LineInput:
    """A line as a caller gives it. None takes the product's or the company's value; `id` keeps an existing line."""

    description: str = ""
    role: str = LineRole.ITEM
    detail: str = ""
    quantity: Decimal = Decimal(1)
    unit: str | None = None
    unit_price: Decimal | None = None
    discount_percent: Decimal = Decimal("0.00")
    own_rate: Decimal | None = None
    vat_exception: str = ""
    product: Product | None = None
    source: Line | None = None
    id: UUID | None = None


@transaction.atomic
def create(
    kind: str,
    *,
    company: Company,
    party: Party | None,
    by: User | None,
    lines: Sequence[LineInput] = (),
    pk: UUID | None = None,
    **fields: Any,
) -> Document:
    """A draft with its lines and totals. Language, currency, term and regime come from the customer unless given, the
    closing text from the company.

    `pk` is an id that the caller chose beforehand, so that asking twice cannot make two.
    """
    draft, _totals = insert(kind, company=company, party=party, by=by, lines=lines, pk=pk, **fields)
    events.record(draft.declaration.event("created"), draft, by=by)
    return draft


def insert(
    kind: str,
    *,
    company: Company,
    party: Party | None,
    by: User | None,
    lines: Sequence[LineInput] = (),
    pk: UUID | None = None,
    **fields: Any,
) -> tuple[Document, Totals]:
    """What `create` writes, in the caller's transaction, which records the event."""
    document = Document(company=company, kind=kinds.get(kind).key, pk=pk or uuid7())
    document.edited_at = timezone.now() if by else None
    _set_party(document, party, defaults_unless=set(fields))
    _set_fields(document, fields)
    if "terms" not in fields:
        document.terms = wording.first(document.kind, document.language)
    inputs = _checked(document, lines)
    if by is not None:
        _refuse_archived(inputs, kept={})
    rows = [_line(document, position, given, None) for position, given in enumerate(inputs)]
    totals = _compute(document, rows)
    document.save(force_insert=True)
    Line.objects.bulk_create(rows)
    _insert_vat_lines(document, totals)
    return document, totals


@transaction.atomic
def update(
    document: Document,
    *,
    by: User | None,
    lines: Sequence[LineInput] | None = None,
    version: int | None = None,
    **fields: Any,
) -> Document:
    """Change a draft; `lines`, where given, are all of them. `version` refuses a change made on an older reading.

    `by` None is the system at work: it does not count as touched by a person. In another language the closing text
    follows unless it was touched. An issued document keeps but its internal note and theme open.
    """
    locked = Document.objects.select_for_update(of=("self",)).get(pk=document.pk)
    if version is not None and locked.version != version:
        raise Conflict(
            _("Somebody changed this draft in the meantime. Reload it and make your change again."), code="stale"
        )
    if not locked.is_draft:
        return _annotate(locked, by=by, lines=lines, fields=fields)
    if by is not None and (lines is not None or set(fields) - NOT_CONTENT):
        locked.edited_at = timezone.now()
    named = sorted(fields)
    old = {name: getattr(locked, name) for name in fields}
    old_language = locked.language
    if "party" in fields:
        _set_party(locked, fields.pop("party"), defaults_unless=set(fields))
    _set_fields(locked, fields)
    if "terms" not in fields and locked.language != old_language:
        wording.follow(locked, old_language=old_language)
    if by is not None:
        warnings.settle(locked, {name for name, value in old.items() if getattr(locked, name) != value})
    locked.version += 1
    kept = {line.pk: line for line in _rows(locked)}
    before = {pk: _values(line) for pk, line in kept.items()}
    if lines is None:
        rows = list(kept.values())
    else:
        free: dict[Any, Line] = dict(kept)  # an id given twice is one line kept and one made
        inputs = _checked(locked, lines)
        if by is not None:
            _refuse_archived(inputs, kept=kept)
        rows = [_line(locked, position, given, free.pop(given.id, None)) for position, given in enumerate(inputs)]
    _record_exceptions(locked, kept, rows, by=by)
    totals = _compute(locked, rows)
    _save_lines(locked, before, rows)
    _save_vat_lines(locked, totals)
    locked.save()
    events.record(locked.declaration.event("updated"), locked, by=by, data={"fields": named})
    return locked


@transaction.atomic
def delete(document: Document, *, by: User | None) -> None:
    """Throw a draft away; an issued document stays for ever."""
    locked = Document.objects.select_for_update(of=("self",)).get(pk=document.pk)
    if not locked.is_draft:
        raise Conflict(_("An issued document cannot be deleted. Make a credit note instead."), code="issued")
    events.record(locked.declaration.event("deleted"), locked, by=by, data={"buyer": locked.buyer_name})
    locked.delete()


def estimate(document: Document, *, lines: Sequence[LineInput], **fields: Any) -> tuple[list[Line], Totals]:
    """The rows and totals that saving these values would give. Nothing is written; `document` is the caller's copy."""
    if "party" in fields:
        _set_party(document, fields.pop("party"), defaults_unless=set(fields))
    _set_fields(document, fields)
    inputs = _checked(document, lines)
    rows = [_line(document, position, given, None) for position, given in enumerate(inputs)]
    return rows, _compute(document, rows)


def revalue(document: Document) -> Totals:
    """The amounts that `recalculate` would keep, on the caller's copy of a draft; nothing is written."""
    return _compute(document, _rows(document))


def recalculate(document: Document) -> Totals:
    """Compute a locked draft's amounts anew and keep what changed; the caller saves the document itself."""
    rows = _rows(document)
    before = [[getattr(row, name) for name in AMOUNT_FIELDS] for row in rows]
    kept = (document.total_net, document.total_vat)
    totals = _compute(document, rows)
    changed = [
        row for row, old in zip(rows, before, strict=True) if [getattr(row, name) for name in AMOUNT_FIELDS] != old
    ]
    if changed:
        Line.objects.bulk_update(changed, AMOUNT_FIELDS)
    # VAT lines follow from the lines alone, but for a credit note: there they depend on what others have taken.
    if changed or kept != (totals.net, totals.vat) or any(row.source_id for row in rows):
        _save_vat_lines(document, totals)
    return totals


def _rows(document: Document) -> list[Line]:
    """The lines with what their amounts depend on."""
    rows = list(document.lines.all())
    if document.vat_regime == vat.Regime.RENOVATION:
        prefetch_related_objects(rows, "product")
    if any(row.source_id for row in rows):
        prefetch_related_objects(rows, "source")
    return rows


RELATIONS = {"product", "source"}
AMOUNT_FIELDS = ["vat_category", "vat_rate", "amount", "net"]
INPUT_FIELDS = [
    "position",
    "role",
    "product",
    "source",
    "description",
    "detail",
    "quantity",
    "unit",
    "unit_price",
    "discount_percent",
    "own_rate",
    "vat_exception",
]


def _annotate(document: Document, *, by: User | None, lines: Any, fields: dict[str, Any]) -> Document:
    """The little that an issued document still takes."""
    if lines is not None or not fields or set(fields) - {"internal_note", "theme"}:
        raise Conflict(
            _("This document is issued and cannot change any more. Correct it with a credit note."), code="issued"
        )
    _set_fields(document, fields)
    document.version += 1
    document.save(update_fields=[*fields, "version", "updated_at"])
    events.record(document.declaration.event("annotated"), document, by=by, data={"fields": sorted(fields)})
    return document


def _set_party(document: Document, party: Party | None, *, defaults_unless: set[str]) -> None:
    same_company(document.company_id, party)
    document.party = party
    if party is None:
        document.buyer_name = document.buyer_vat = ""
        return
    if party.is_archived:
        raise Refused(_("This customer is archived. Restore them first."), code="archived", pointer="/customer")
    document.buyer_name, document.buyer_vat = party.name, party.vat_number
    company = document.company
    defaults = {
        "language": party.language or company.language,
        "currency": party.currency,
        "payment_term_days": (
            company.payment_term_days if party.payment_term_days is None else party.payment_term_days
        ),
        "vat_regime": party.vat_regime or vat.Regime.STANDARD,
    }
    for name, value in defaults.items():
        if name not in defaults_unless:
            setattr(document, name, value)


def _set_fields(document: Document, fields: dict[str, Any]) -> None:
    unknown = set(fields) - FIELDS
    if unknown:
        raise TypeError(f"not a field of a draft: {', '.join(sorted(unknown))}")
    same_company(document.company_id, fields.get("theme"))
    for name, value in fields.items():
        setattr(document, name, value)
    if document.company.vat_scheme == VatScheme.SMALL_BUSINESS:
        document.vat_regime = vat.Regime.SMALL_BUSINESS
    try:
        document.clean_fields(exclude={field.name for field in Document._meta.fields} - FIELDS | {"theme", "site"})
    except ValidationError as error:
        name, messages = next(iter(error.message_dict.items()))
        raise Refused(messages[0], code="invalid", pointer=f"/{name}") from error


def _checked(document: Document, lines: Sequence[LineInput]) -> Sequence[LineInput]:
    """The lines, when every one of them can stand on a document."""
    if len(lines) > MOST_LINES:
        raise Refused(_("A document holds at most %d lines.") % MOST_LINES, code="too_many_lines", pointer="/lines")
    for index, given in enumerate(lines):
        pointer = f"/lines/{index}"
        same_company(document.company_id, given.product, given.source)
        if given.role not in LineRole.values:
            raise Refused(_("A line is an item, a text or a section."), code="invalid", pointer=f"{pointer}/role")
        if given.unit_price is not None and not 0 <= given.unit_price < LIMIT:
            raise Refused(_("A unit price is zero or more."), code="invalid", pointer=f"{pointer}/unit_price")
        if not given.quantity.is_finite() or abs(given.quantity) >= LIMIT:
            raise Refused(_("This quantity is too large."), code="invalid", pointer=f"{pointer}/quantity")
        if not 0 <= given.discount_percent <= 100:
            raise Refused(
                _("A discount is between 0 and 100 %."), code="invalid", pointer=f"{pointer}/discount_percent"
            )
        if given.own_rate is not None and given.own_rate not in vat.RATES:
            raise Refused(
                _("%s is not a Belgian VAT rate. Choose 21, 12, 6 or 0.") % given.own_rate,
                code="unknown_vat_rate",
                pointer=f"{pointer}/vat_rate",
            )
    return lines


def _refuse_archived(lines: Sequence[LineInput], *, kept: Mapping[UUID, Line]) -> None:
    """A person puts no archived product on a line; one that stands there already, or is credited, stays."""
    for index, given in enumerate(lines):
        product = given.product
        if product is None or product.is_active or given.source is not None:
            continue
        if given.id is None or given.id not in kept or kept[given.id].product_id != product.pk:
            raise Refused(
                _("%(name)s is archived. Take another product, or restore this one first.") % {"name": product.name},
                code="archived",
                pointer=f"/lines/{index}/product",
            )


def _line(document: Document, position: int, given: LineInput, existing: Line | None) -> Line:
    """The row of an input: an existing line keeps its id, a credited line gives price and VAT."""
    product, source = given.product, given.source
    line = existing or Line(company_id=document.company_id, document=document)
    line.position = position
    line.role = given.role
    line.product, line.source = product, source
    line.description = given.description or (product.name if product else "")
    line.detail = given.detail
    line.quantity = given.quantity
    line.vat_exception = given.vat_exception
    if source is not None:
        line.unit, line.unit_price, line.discount_percent = source.unit, source.unit_price, source.discount_percent
        line.own_rate = source.own_rate
        return line
    line.unit = given.unit or (product.unit if product else PIECE)
    line.discount_percent = given.discount_percent
    line.own_rate = given.own_rate if given.own_rate is not None else _rate(document, product)
    line.unit_price = given.unit_price if given.unit_price is not None else _price(document, product)
    return line


def _rate(document: Document, product: Product | None) -> Decimal:
    return product.vat_rate if product else document.company.default_vat_rate


def _price(document: Document, product: Product | None) -> Decimal:
    """The product's price in the basis that the document's prices have."""
    if product is None:
        return Decimal(0)
    if not document.prices_include_vat:
        return product.net_unit_price
    if product.price_includes_vat:
        return product.unit_price
    return vat.including(product.unit_price, product.vat_rate)


def _compute(document: Document, rows: Sequence[Line]) -> Totals:
    """Set every amount on the rows and the document."""
    items = [row for row in rows if row.role == LineRole.ITEM]
    for row in items:
        if row.source is not None:
            row.vat_category, row.vat_rate = row.source.vat_category, row.source.vat_rate
            continue
        row.vat_category, row.vat_rate = vat.treat(
            document.vat_regime,
            row.own_rate,
            renovation_rate=_renovation_rate(document, row),
            exception=bool(row.vat_exception),
        )
    source = _credited(document, items)
    if source is None:
        totals = calculate([_priced(row) for row in items], prices_include_vat=document.prices_include_vat)
    else:
        totals = _compute_credit(document, items, source)
    for row, amount, net in zip(items, totals.amounts, totals.nets, strict=True):
        row.amount, row.net = amount, net
    if abs(totals.gross) >= LIMIT:
        raise Refused(_("The total is too large."), code="total_too_large", pointer="/lines")
    document.total_net, document.total_vat, document.total_gross = totals.net, totals.vat, totals.gross
    return totals


def _renovation_rate(document: Document, row: Line) -> str:
    """What the regime makes of the product; other regimes do not ask, so the product need not be read."""
    if document.vat_regime != vat.Regime.RENOVATION or row.product is None:
        return vat.RenovationRate.ALLOWED
    return row.product.renovation_rate


def _credited(document: Document, items: Sequence[Line]) -> Document | None:
    """The one document whose lines these credit; None when nothing is credited."""
    sources = {row.source.document_id for row in items if row.source is not None}
    if not sources:
        return None
    if len(sources) > 1 or any(row.source is None for row in items):
        raise Refused(_("A credit note takes the lines of one invoice."), code="mixed_sources", pointer="/lines")
    # Locked, so that two credit notes changed at once cannot take the same remainder.
    credited: Document = Document.objects.select_for_update(of=("self",)).get(pk=sources.pop())
    return credited


def _compute_credit(document: Document, items: Sequence[Line], source: Document) -> Totals:
    """Totals of a credit: never more than remains, and the last one takes the remainder to the cent."""
    remaining = remainders.of_lines(source, besides=document)
    by_id: dict[UUID | None, remainders.Remaining] = {line.pk: left for line, left in remaining.items()}
    priced = []
    for index, row in enumerate(items):
        left = by_id[row.source_id]
        if row.quantity == 0 or abs(row.quantity) > abs(left.quantity) or row.quantity * left.quantity <= 0:
            raise Refused(
                _("Of “%(line)s” %(quantity)s can still be credited.")
                % {"line": row.description, "quantity": format(left.quantity.normalize(), "f")},
                code="more_than_remains",
                pointer=f"/lines/{index}/quantity",
            )
        priced.append(_priced(row, closing=left.amount if row.quantity == left.quantity else None))
        by_id[row.source_id] = remainders.Remaining(left.quantity - row.quantity, left.amount - priced[-1].amount)
    rests = remainders.of_vat(
        source, remaining=remaining, taking=[(row.source_id, row.quantity) for row in items], besides=document
    )
    return calculate(priced, prices_include_vat=document.prices_include_vat, rests=rests)


def _priced(row: Line, closing: Decimal | None = None) -> PricedLine:
    return PricedLine(
        quantity=row.quantity,
        unit_price=row.unit_price,
        discount_percent=row.discount_percent,
        category=row.vat_category,
        rate=row.vat_rate,
        closing=closing,
    )


def _record_exceptions(document: Document, kept: dict[Any, Line], rows: Sequence[Line], *, by: User | None) -> None:
    """A VAT exception made by hand is kept on the timeline with its reason."""
    known = set(Line.objects.filter(pk__in=kept).exclude(vat_exception="").values_list("pk", "vat_exception"))
    for row in rows:
        if row.vat_exception and (row.pk, row.vat_exception) not in known:
            events.record(
                document.declaration.event("vat_excepted"),
                document,
                by=by,
                data={"line": row.description, "rate": str(row.own_rate), "reason": row.vat_exception},
            )


def _values(line: Line) -> list[Any]:
    """What a save writes of a line."""
    return [getattr(line, f"{name}_id" if name in RELATIONS else name) for name in INPUT_FIELDS + AMOUNT_FIELDS]


def _save_lines(document: Document, before: Mapping[UUID, list[Any]], rows: Sequence[Line]) -> None:
    """Write the lines that are new or differ from `before`, and take the others' rows away."""
    gone = set(before) - {row.pk for row in rows}
    if gone:
        Warning.objects.filter(line_id__in=gone, code__in=warnings.price_codes()).delete()
        Line.objects.filter(pk__in=gone).delete()
    Line.objects.bulk_create([row for row in rows if row.pk not in before])
    changed = [row for row in rows if row.pk in before and _values(row) != before[row.pk]]
    if changed:
        Line.objects.bulk_update(changed, INPUT_FIELDS + AMOUNT_FIELDS)
    priced = [row.pk for row in rows if row.unit_price > 0]
    Warning.objects.filter(document=document, line_id__in=priced, code__in=warnings.price_codes()).delete()


def _save_vat_lines(document: Document, totals: Totals) -> None:
    if document.state != State.DRAFT:
        raise Conflict(_("This document is issued and cannot change any more."), code="issued")
    VatLine.objects.filter(document=document).delete()
    _insert_vat_lines(document, totals)


def _insert_vat_lines(document: Document, totals: Totals) -> None:
    VatLine.objects.bulk_create(
        VatLine(
            company_id=document.company_id,
            document=document,
            category=group.category,
            rate=group.rate,
            base=group.base,
            amount=group.vat,
        )
        for group in totals.groups
    )
