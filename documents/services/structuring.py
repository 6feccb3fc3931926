"""The structured form of an issued document: its frozen values as UBL.

Only what issue froze enters the XML, so that the same document gives the same bytes whenever it is asked for.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from core import files, identifiers
from core.errors import Conflict
from core.money import half_up
from core.vat import Regime
from documents import remainders, ubl
from documents.models import Document, Line, LineRole
from documents.rendering.labels import Labels, labels_for
from documents.services import printing
from documents.ubl import electronic_addresses
from documents.ubl.model import (
    UblAddress,
    UblAttachment,
    UblDelivery,
    UblDocument,
    UblLine,
    UblParty,
    UblPayment,
    UblReference,
    UblVat,
)

NOTHING_KNOWN = "NA"  # Peppol demands a reference; this is the customary way to say that there is none


@dataclass(frozen=True)
class Structured:
    """The XML and the name it is saved under."""

    content: bytes
    filename: str


def xml(document: Document, *, with_pdf: bool = False) -> Structured:
    """The UBL of an issued document, on demand with its PDF inside. Raises Conflict for a draft."""
    if document.is_draft:
        raise Conflict(_("A draft has no UBL yet: issue it first."), code="draft")
    content = ubl.write(ubl_model(document, with_pdf=with_pdf))
    return Structured(content=content, filename=f"{document.number}.xml".replace("/", "-"))


def ubl_model(document: Document, *, with_pdf: bool = False) -> UblDocument:
    """An issued document in the terms of EN 16931."""
    assert document.issue_date is not None  # noqa: S101 (the database holds it for every issued document)
    kind = document.declaration
    is_credit = kind.sign < 0
    words = labels_for(document.language)
    seller, buyer = document.seller, document.buyer
    source = remainders.source_of(document)
    reason, remarks = _mentions(document, is_credit=is_credit)
    return UblDocument(
        type_code=kind.ubl_type,  # type: ignore[arg-type]
        number=document.number,
        issue_date=document.issue_date,
        due_date=document.due_date,
        language=document.language,
        currency=document.currency,
        note="\n\n".join(text for text in (document.intro, document.note, *remarks) if text),
        buyer_reference=document.reference or document.attention or buyer["number"] or NOTHING_KNOWN,
        order_reference=document.reference,
        corrects=UblReference(number=source.number, day=source.issue_date) if source and source.issue_date else None,
        seller=_seller(seller, document.language, words),
        buyer=_buyer(buyer, document),
        delivery=_delivery(document),
        payment=None if is_credit or not document.total_gross else _payment(document),
        payment_terms=document.terms or (words.in_your_favour if is_credit else ""),
        lines=_lines(document),
        vat_lines=tuple(
            UblVat(category=row.category, rate=row.rate, base=row.base, amount=row.amount, reason=reason)
            for row in document.vat_lines.all()
        ),
        total_net=document.total_net,
        total_vat=document.total_vat,
        total_gross=document.total_gross,
        attachments=(_pdf(document, words, is_credit=is_credit),) if with_pdf else (),
    )


def _mentions(document: Document, *, is_credit: bool) -> tuple[str, list[str]]:
    """Why no VAT is charged, and the mentions that stand among the notes since no element takes them.

    A credit note closes with one paragraph of its own (`clauses.mentions`); what comes before is the regime's.
    """
    mentions = list(document.mentions)
    own = mentions[-1:] if is_credit else []
    regime = mentions[: len(mentions) - len(own)]
    if any(row.category in ubl.TAXED for row in document.vat_lines.all()):
        return "", regime + own
    return "\n".join(regime), own


def _seller(seller: dict[str, Any], language: str, words: Labels) -> UblParty:
    return UblParty(
        name=seller["name"],
        address=_address(seller, language),
        electronic_address=electronic_addresses.of(seller["vat_number"]),
        vat_number=seller["vat_number"],
        enterprise_number=electronic_addresses.enterprise_number(seller["vat_number"]),
        legal_form=f"{words.register} {seller['court']}" if seller["court"] else "",
        phone=seller["phone"],
        email=seller["email"],
    )


def _buyer(buyer: dict[str, Any], document: Document) -> UblParty:
    return UblParty(
        name=buyer["name"],
        address=_address(buyer, document.language),
        electronic_address=electronic_addresses.of(buyer["vat_number"]),
        vat_number=buyer["vat_number"],
        enterprise_number=electronic_addresses.enterprise_number(buyer["vat_number"]),
        contact=document.attention,
        phone=buyer["phone"],
        email=buyer["email"],
    )


def _address(fields: dict[str, Any], language: str, *, country: str = "BE") -> UblAddress:
    return UblAddress(
        street=printing.street_line(fields, language=language),
        postal_code=fields.get("postal_code", ""),
        city=fields.get("city", ""),
        country=fields.get("country") or country,
    )


def _delivery(document: Document) -> UblDelivery | None:
    """Day and place; goods that leave for another member state need the country they go to (BR-IC-12)."""
    site, buyer = document.site, document.buyer
    place = site or (buyer if document.vat_regime == Regime.INTRA_COMMUNITY_GOODS else None)
    if not place and not document.delivery_date:
        return None
    return UblDelivery(
        day=document.delivery_date,
        name=site.get("name", ""),
        address=_address(place, document.language, country=buyer["country"]) if place else None,
    )


def _payment(document: Document) -> UblPayment:
    message = document.structured_message
    return UblPayment(
        iban=document.seller["iban"],
        payee=document.seller["name"],
        bic=document.seller["bic"],
        message=identifiers.format_structured_communication(message) if message else "",
    )


def _lines(document: Document) -> tuple[UblLine, ...]:
    """The priced lines; texts and section titles become the note of the line below them, the last ones of the last."""
    lines: list[tuple[Line, list[str]]] = []
    waiting: list[str] = []
    for line in document.lines.all():
        if line.role == LineRole.ITEM:
            lines.append((line, waiting))
            waiting = []
        else:
            waiting += [text for text in (line.description, line.detail) if text]
    if lines:
        lines[-1][1].extend(waiting)
    return tuple(_line(line, notes, document.prices_include_vat) for line, notes in lines)


def price_without_vat(price: Decimal, rate: Decimal) -> Decimal:
    """A price that includes VAT, without it, 8 decimals."""
    return half_up(price * 100 / (100 + rate), 8)


def _line(line: Line, notes: list[str], prices_include_vat: bool) -> UblLine:
    price = price_without_vat(line.unit_price, line.vat_rate) if prices_include_vat else line.unit_price
    name, _sep, more = (line.description.strip() or line.detail.strip() or NOTHING_KNOWN).partition("\n")
    detail = line.detail if line.description.strip() else ""
    return UblLine(
        name=name,
        description="\n".join(text for text in (more, detail) if text),
        note="\n".join(notes),
        quantity=line.quantity,
        unit=line.unit,
        unit_price=price,
        discount_percent=line.discount_percent,
        net=line.net,
        category=line.vat_category,
        rate=line.vat_rate,
    )


def _pdf(document: Document, words: Labels, *, is_credit: bool) -> UblAttachment:
    kept = printing.pdf(document)
    return UblAttachment(
        content=files.read(kept.key),
        media_type=kept.media_type,
        filename=kept.filename,
        description=words.credit_note if is_credit else words.invoice,
    )
