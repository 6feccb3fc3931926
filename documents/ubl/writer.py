"""UBL 2.1 as Peppol BIS Billing 3.0 wants it: the one place that knows element names and their order.

The same model gives the same bytes. Amounts are written as stored; the only arithmetic shows how a line's stored net
follows from its price, by a discount (BG-27) and where a credit closed a line, by the cents of rounding.
"""

import base64
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from core.money import half_up
from documents.ubl.model import (
    UblAddress,
    UblAttachment,
    UblDelivery,
    UblDocument,
    UblLine,
    UblParty,
    UblPayment,
    UblVat,
)

CUSTOMIZATION = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
PROFILE = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
NAMESPACE = "urn:oasis:names:specification:ubl:schema:xsd:"

CREDIT_TRANSFER = "30"  # UNCL4461
DISCOUNT = "95"  # UNCL5189
EXEMPTION_CODES = {"AE": "VATEX-EU-AE", "K": "VATEX-EU-IC", "G": "VATEX-EU-G", "O": "VATEX-EU-O"}
TAXED = {"S", "Z"}  # these name no reason (BR-S-10, BR-Z-10)

DISCOUNT_WORD = {"fr": "Remise", "nl": "Korting", "en": "Discount"}
ROUNDING_WORD = {"fr": "Arrondi", "nl": "Afronding", "en": "Rounding"}

# PEPPOL-EN16931-R040 and R120 want less than this between a written amount and the product of its factors; validators
# differ where it is reached.
SLACK = Decimal("0.02")

_ILLEGAL = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(document: UblDocument) -> bytes:
    """The XML of an invoice (380) or credit note (381), encoded as UTF-8."""
    name = "CreditNote" if document.is_credit_note else "Invoice"
    root = Element(
        name,
        {
            "xmlns": f"{NAMESPACE}{name}-2",
            "xmlns:cac": f"{NAMESPACE}CommonAggregateComponents-2",
            "xmlns:cbc": f"{NAMESPACE}CommonBasicComponents-2",
        },
    )
    _head(root, document)
    _references(root, document)
    _party(SubElement(root, "cac:AccountingSupplierParty"), document.seller, document)
    _party(SubElement(root, "cac:AccountingCustomerParty"), document.buyer, document)
    if document.delivery is not None:
        _delivery(root, document.delivery)
    if document.payment is not None:
        _payment(root, document.payment)
    if document.payment_terms:
        _text(SubElement(root, "cac:PaymentTerms"), "Note", document.payment_terms)
    _totals(root, document)
    for number, line in enumerate(document.lines, start=1):
        _line(SubElement(root, f"cac:{name}Line"), number, line, document)
    indent(root)
    written: bytes = tostring(root, encoding="UTF-8", xml_declaration=True)
    return written + b"\n"


def _head(root: Element, document: UblDocument) -> None:
    _text(root, "CustomizationID", CUSTOMIZATION)
    _text(root, "ProfileID", PROFILE)
    _text(root, "ID", document.number)
    _day(root, "IssueDate", document.issue_date)
    if document.is_credit_note:
        _text(root, "CreditNoteTypeCode", document.type_code)
    else:
        _day(root, "DueDate", document.due_date)
        _text(root, "InvoiceTypeCode", document.type_code)
    _text(root, "Note", document.note)
    _text(root, "DocumentCurrencyCode", document.currency)
    _text(root, "BuyerReference", document.buyer_reference)


def _references(root: Element, document: UblDocument) -> None:
    if document.order_reference:
        _text(SubElement(root, "cac:OrderReference"), "ID", document.order_reference)
    if document.corrects is not None:
        invoice = SubElement(SubElement(root, "cac:BillingReference"), "cac:InvoiceDocumentReference")
        _text(invoice, "ID", document.corrects.number)
        _day(invoice, "IssueDate", document.corrects.day)
    for attachment in document.attachments:
        _attachment(root, attachment)


def _attachment(root: Element, attachment: UblAttachment) -> None:
    reference = SubElement(root, "cac:AdditionalDocumentReference")
    _text(reference, "ID", attachment.filename)
    _text(reference, "DocumentDescription", attachment.description)
    _text(
        SubElement(reference, "cac:Attachment"),
        "EmbeddedDocumentBinaryObject",
        base64.b64encode(attachment.content).decode(),
        mimeCode=attachment.media_type,
        filename=attachment.filename,
    )


# ── who, where, how ──


def _party(role: Element, party: UblParty, document: UblDocument) -> None:
    element = SubElement(role, "cac:Party")
    if party.electronic_address is not None:
        _text(element, "EndpointID", party.electronic_address.value, schemeID=party.electronic_address.scheme)
    _text(SubElement(element, "cac:PartyName"), "Name", party.name)
    _address(SubElement(element, "cac:PostalAddress"), party.address)
    if party.vat_number and not document.is_out_of_scope:
        tax = SubElement(element, "cac:PartyTaxScheme")
        _text(tax, "CompanyID", party.vat_number)
        _scheme(tax)
    legal = SubElement(element, "cac:PartyLegalEntity")
    _text(legal, "RegistrationName", party.name)
    _text(legal, "CompanyID", party.enterprise_number, schemeID="0208")
    _text(legal, "CompanyLegalForm", party.legal_form)
    if party.contact or party.phone or party.email:
        contact = SubElement(element, "cac:Contact")
        _text(contact, "Name", party.contact)
        _text(contact, "Telephone", party.phone)
        _text(contact, "ElectronicMail", party.email)


def _address(element: Element, address: UblAddress) -> None:
    _text(element, "StreetName", address.street)
    _text(element, "CityName", address.city)
    _text(element, "PostalZone", address.postal_code)
    _text(SubElement(element, "cac:Country"), "IdentificationCode", address.country)


def _delivery(root: Element, delivery: UblDelivery) -> None:
    element = SubElement(root, "cac:Delivery")
    _day(element, "ActualDeliveryDate", delivery.day)
    if delivery.address is not None:
        _address(SubElement(SubElement(element, "cac:DeliveryLocation"), "cac:Address"), delivery.address)
    if delivery.name:
        _text(SubElement(SubElement(element, "cac:DeliveryParty"), "cac:PartyName"), "Name", delivery.name)


def _payment(root: Element, payment: UblPayment) -> None:
    element = SubElement(root, "cac:PaymentMeans")
    _text(element, "PaymentMeansCode", CREDIT_TRANSFER)
    _text(element, "PaymentID", payment.message)
    account = SubElement(element, "cac:PayeeFinancialAccount")
    _text(account, "ID", payment.iban)
    _text(account, "Name", payment.payee)
    if payment.bic:
        _text(SubElement(account, "cac:FinancialInstitutionBranch"), "ID", payment.bic)


# ── amounts ──


def _totals(root: Element, document: UblDocument) -> None:
    currency = document.currency
    tax = SubElement(root, "cac:TaxTotal")
    _amount(tax, "TaxAmount", document.total_vat, currency)
    for vat in document.vat_lines:
        subtotal = SubElement(tax, "cac:TaxSubtotal")
        _amount(subtotal, "TaxableAmount", vat.base, currency)
        _amount(subtotal, "TaxAmount", vat.amount, currency)
        _vat(SubElement(subtotal, "cac:TaxCategory"), vat)
    sums = SubElement(root, "cac:LegalMonetaryTotal")
    _amount(sums, "LineExtensionAmount", document.total_net, currency)
    _amount(sums, "TaxExclusiveAmount", document.total_net, currency)
    _amount(sums, "TaxInclusiveAmount", document.total_gross, currency)
    _amount(sums, "PayableAmount", document.total_gross, currency)


def _vat(element: Element, vat: UblVat) -> None:
    _category(element, vat.category, vat.rate)
    if vat.category not in TAXED:
        _text(element, "TaxExemptionReasonCode", EXEMPTION_CODES.get(vat.category, ""))
        _text(element, "TaxExemptionReason", vat.reason)
    _scheme(element)


def _line(element: Element, number: int, line: UblLine, document: UblDocument) -> None:
    _text(element, "ID", str(number))
    _text(element, "Note", line.note)
    quantity = "CreditedQuantity" if document.is_credit_note else "InvoicedQuantity"
    _text(element, quantity, _plain(line.quantity), unitCode=line.unit)
    _amount(element, "LineExtensionAmount", line.net, document.currency)
    for adjustment in adjustments(line):
        _adjustment(element, adjustment, document)
    item = SubElement(element, "cac:Item")
    _text(item, "Description", line.description)
    _text(item, "Name", line.name)
    category = SubElement(item, "cac:ClassifiedTaxCategory")
    _category(category, line.category, line.rate)
    _scheme(category)
    price = SubElement(element, "cac:Price")
    _text(price, "PriceAmount", _plain(line.unit_price, least=2), currencyID=document.currency)


@dataclass(frozen=True)
class Adjustment:
    """What stands between quantity × price and a line's net; `percent` of `base` where it is a discount."""

    amount: Decimal
    is_charge: bool = False
    percent: Decimal | None = None
    base: Decimal = Decimal(0)


def adjustments(line: UblLine) -> list[Adjustment]:
    """The discount of a line, then the cents of rounding where they are more than the rules allow.

    A credit that takes the rest of a line takes every cent that earlier partial credits rounded away.
    """
    full = half_up(line.quantity * line.unit_price)
    off = full - line.net
    if not line.discount_percent:
        discount = Decimal(0)
        rest = off if abs(line.quantity * line.unit_price - line.net) >= SLACK else Decimal(0)
    else:
        meant = full * line.discount_percent / 100
        discount = off if abs(off - meant) < SLACK else half_up(meant)
        rest = off - discount
    found = []
    if discount:
        found.append(Adjustment(amount=discount, percent=line.discount_percent, base=full))
    if rest:
        found.append(Adjustment(amount=abs(rest), is_charge=rest < 0))
    return found


def _adjustment(line: Element, adjustment: Adjustment, document: UblDocument) -> None:
    element = SubElement(line, "cac:AllowanceCharge")
    _text(element, "ChargeIndicator", "true" if adjustment.is_charge else "false")
    if adjustment.percent is None:
        _text(element, "AllowanceChargeReason", ROUNDING_WORD[document.language])
        _amount(element, "Amount", adjustment.amount, document.currency)
        return
    _text(element, "AllowanceChargeReasonCode", DISCOUNT)
    _text(element, "AllowanceChargeReason", DISCOUNT_WORD[document.language])
    _text(element, "MultiplierFactorNumeric", _plain(adjustment.percent))
    _amount(element, "Amount", adjustment.amount, document.currency)
    _amount(element, "BaseAmount", adjustment.base, document.currency)


# ── leaves ──


def _text(parent: Element, name: str, text: str, **attributes: str) -> None:
    """An element of the basic components, unless it would be empty."""
    clean = _ILLEGAL.sub("", text.replace("\r\n", "\n")).strip()
    if clean:
        SubElement(parent, f"cbc:{name}", attributes).text = clean


def _day(parent: Element, name: str, day: date | None) -> None:
    _text(parent, name, day.isoformat() if day else "")


def _amount(parent: Element, name: str, amount: Decimal, currency: str) -> None:
    _text(parent, name, f"{amount:.2f}", currencyID=currency)


def _category(element: Element, category: str, rate: Decimal) -> None:
    _text(element, "ID", category)
    if category != "O":
        _text(element, "Percent", _plain(rate))


def _scheme(element: Element) -> None:
    _text(SubElement(element, "cac:TaxScheme"), "ID", "VAT")


def _plain(number: Decimal, *, least: int = 0) -> str:
    """Without exponent and without more zeros at the end than `least` decimals need."""
    text = f"{number.normalize():f}"
    whole, _, decimals = text.partition(".")
    decimals = decimals.ljust(least, "0")
    return f"{whole}.{decimals}" if decimals else whole
