"""What a printed document says, as plain values: the only thing the printing room knows about an invoice.

No database object enters here, so that a frozen document prints the same for ever, a preview costs no query, and a
second engine can be fed with the same values. Amounts are Decimal, days are date, everything else is text; how they
look on paper is decided in `sheet`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

type TitleKind = Literal["invoice", "credit_note"]
type LineRole = Literal["item", "text", "section"]
type ThemeName = Literal["calm", "minimal", "bold"]
type Window = Literal["right", "left"]

_BRAND = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True, kw_only=True)
class PrintParty:
    """The buyer; `lines` are the address lines under the name, six lines in all fit the window of an envelope."""

    name: str
    lines: tuple[str, ...] = ()
    vat_number: str = ""  # printed among the references, never inside the window


@dataclass(frozen=True, kw_only=True)
class PrintLogo:
    """An image already in hand; the engine receives it as a data: URL and fetches nothing."""

    content: bytes
    media_type: str  # image/png, image/jpeg or image/svg+xml


@dataclass(frozen=True, kw_only=True)
class PrintSeller:
    """The company that issues; numbers arrive formatted as people read them."""

    name: str
    lines: tuple[str, ...] = ()
    vat_number: str = ""
    court: str = ""  # of the register of legal persons; the words RPM or RPR are added here
    phone: str = ""
    email: str = ""
    website: str = ""
    iban: str = ""
    bic: str = ""
    logo: PrintLogo | None = None


@dataclass(frozen=True, kw_only=True)
class PrintLine:
    """One row: an item with amounts, a text over the full width (with a detail: a heading), or a section title."""

    description: str
    role: LineRole = "item"
    detail: str = ""
    quantity: Decimal | None = None
    unit: str = ""  # UN/ECE recommendation 20 code: HUR, KMT, C62 …
    unit_price: Decimal | None = None  # without VAT, as the law wants it on paper
    discount_percent: Decimal | None = None
    vat_rate: Decimal | None = None
    vat_category: str = "S"  # EN 16931 code: S Z E AE K G O
    net: Decimal | None = None  # amount without VAT, discount taken off


@dataclass(frozen=True, kw_only=True)
class PrintVat:
    """One row of the tax table."""

    category: str
    rate: Decimal
    base: Decimal
    amount: Decimal


@dataclass(frozen=True, kw_only=True)
class PrintPayment:
    """The payment panel and its QR code; printed on issued invoices only."""

    iban: str
    payee: str
    structured_message: str  # +++010/8068/17183+++
    amount: Decimal
    bic: str = ""
    due_date: date | None = None


@dataclass(frozen=True, kw_only=True)
class PrintTheme:
    """How the company likes its documents; a brand too pale to read is printed darker."""

    name: ThemeName = "calm"
    brand: str = "#0e5a73"
    window: Window = "right"
    vat_on_lines: bool = False  # also where all rates are the same
    payment_code: bool = True
    footer: str = ""  # below the company's own details, one line or two

    def __post_init__(self) -> None:
        if not _BRAND.fullmatch(self.brand):
            raise ValueError(f"A brand colour is written #rrggbb, not {self.brand!r}.")


@dataclass(frozen=True, kw_only=True)
class PrintReference:
    """The invoice that a credit note corrects."""

    number: str
    date: date


@dataclass(frozen=True, kw_only=True)
class PrintDocument:
    """A whole invoice or credit note; amounts of a credit note are positive."""

    language: str  # fr, nl or en
    seller: PrintSeller
    buyer: PrintParty
    lines: tuple[PrintLine, ...]
    vat_lines: tuple[PrintVat, ...]
    total_net: Decimal
    total_vat: Decimal
    total_gross: Decimal
    payable: Decimal
    title_kind: TitleKind = "invoice"
    number: str | None = None
    is_draft: bool = False
    issue_date: date | None = None
    delivery_date: date | None = None
    due_date: date | None = None
    customer_reference: str = ""
    site_address: tuple[str, ...] = ()
    corrects: PrintReference | None = None
    currency: str = "EUR"
    prepaid: tuple[tuple[str, Decimal], ...] = ()  # (label, amount), printed as taken off
    mentions: tuple[str, ...] = ()
    intro: str = ""  # above the lines
    note: str = ""
    payment: PrintPayment | None = None
    theme: PrintTheme = field(default_factory=PrintTheme)

    def __post_init__(self) -> None:
        if not self.is_draft and not self.number:
            raise ValueError("Only a draft prints without a number.")
        if any(_incomplete(line) for line in self.items):
            raise ValueError("An item needs a quantity, a unit price, a VAT rate and an amount.")

    @property
    def items(self) -> Iterable[PrintLine]:
        """The rows that carry amounts."""
        return (line for line in self.lines if line.role == "item")


def _incomplete(line: PrintLine) -> bool:
    return None in (line.quantity, line.unit_price, line.vat_rate, line.net)
