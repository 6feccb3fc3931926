"""What a structured invoice says, as plain values in the terms of EN 16931 (BT and BG numbers beside them).

Amounts are the stored ones of an issued document, positive for a credit note too. Texts may be empty; the writer leaves
their elements out, since an empty element is an error (PEPPOL-EN16931-R008).
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

type TypeCode = Literal["380", "381"]  # UNCL1001: commercial invoice, credit note


@dataclass(frozen=True, kw_only=True)
class ElectronicAddress:
    """Where a party is reached (BT-34, BT-49): a scheme of the EAS list and an identifier of it."""

    scheme: str
    value: str


@dataclass(frozen=True, kw_only=True)
class UblAddress:
    """A postal address; `country` is ISO 3166-1 alpha-2 and never empty."""

    country: str
    street: str = ""
    postal_code: str = ""
    city: str = ""


@dataclass(frozen=True, kw_only=True)
class UblParty:
    """Seller (BG-4) or buyer (BG-7); `legal_form` is the seller's register, `contact` a person or department."""

    name: str
    address: UblAddress
    electronic_address: ElectronicAddress | None = None
    vat_number: str = ""
    enterprise_number: str = ""  # ten digits of the Belgian register
    legal_form: str = ""
    contact: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, kw_only=True)
class UblDelivery:
    """When and where (BG-13, BG-15)."""

    day: date | None = None
    name: str = ""
    address: UblAddress | None = None


@dataclass(frozen=True, kw_only=True)
class UblReference:
    """The invoice that a credit note corrects (BG-3)."""

    number: str
    day: date


@dataclass(frozen=True, kw_only=True)
class UblPayment:
    """A credit transfer (BG-16); `message` is the structured communication as it is printed (BT-83)."""

    iban: str
    payee: str
    bic: str = ""
    message: str = ""


@dataclass(frozen=True, kw_only=True)
class UblVat:
    """Base and VAT of one category and rate (BG-23); `reason` says why no VAT is charged (BT-120)."""

    category: str
    rate: Decimal
    base: Decimal
    amount: Decimal
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class UblLine:
    """One priced line (BG-25). `unit_price` is without VAT and before the discount, `net` after it."""

    name: str
    quantity: Decimal
    unit: str
    unit_price: Decimal
    net: Decimal
    category: str
    rate: Decimal
    discount_percent: Decimal = Decimal(0)
    description: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class UblAttachment:
    """A file inside the XML (BG-24)."""

    content: bytes
    media_type: str
    filename: str
    description: str = ""


@dataclass(frozen=True, kw_only=True)
class UblDocument:
    """A whole invoice or credit note in one currency."""

    type_code: TypeCode
    number: str
    issue_date: date
    language: str
    currency: str
    buyer_reference: str
    seller: UblParty
    buyer: UblParty
    lines: tuple[UblLine, ...]
    vat_lines: tuple[UblVat, ...]
    total_net: Decimal
    total_vat: Decimal
    total_gross: Decimal
    due_date: date | None = None
    note: str = ""
    order_reference: str = ""
    corrects: UblReference | None = None
    delivery: UblDelivery | None = None
    payment: UblPayment | None = None
    payment_terms: str = ""
    attachments: tuple[UblAttachment, ...] = ()

    @property
    def is_credit_note(self) -> bool:
        return self.type_code == "381"

    @property
    def is_out_of_scope(self) -> bool:
        """Outside VAT altogether; such a document names no VAT number and no rate (BR-O-02, BR-O-05)."""
        return any(vat.category == "O" for vat in self.vat_lines)
