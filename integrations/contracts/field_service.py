"""Field service: a platform where technicians record work orders, and which shows our products to them.

Work orders come in through the hook and become invoices; products go out into the platform's inventory.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, Protocol

from integrations.contracts.errors import ProviderError

CAPABILITY = "field_service"

ItemStatus = Literal["created", "updated", "unchanged", "rejected"]

# --- going out: the inventory -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Account:
    """The account that the credentials open."""

    id: str
    company_name: str
    inventory_count: int
    inventory_limit: int


@dataclass(frozen=True)
class InventoryItemInput:
    """A product as we push it; `external_id` is our product id, `unit` a UN/ECE Recommendation 20 code.

    No price, ever.
    """

    external_id: str
    reference: str
    name: str
    description: str
    unit: str


@dataclass(frozen=True)
class InventoryItem:
    """An item as it stands there; `id` is the platform's own. `external_id` is empty for what others put in."""

    external_id: str
    id: str
    reference: str
    name: str
    description: str
    unit: str


@dataclass(frozen=True)
class ItemResult:
    """What became of one pushed item, in the order of the call; `error` says why it was rejected."""

    external_id: str
    id: str
    status: ItemStatus
    error: str


class InventoryFull(ProviderError):
    """The call would pass the inventory's limit; nothing of it was applied."""


class FieldService(Protocol):
    """A connected account. Every method may raise ProviderError."""

    batch_size: int
    inventory_limit: int

    def account(self) -> Account:
        """Check the credentials and read the account."""

    def register(self, hook_url: str, secret: str) -> None:
        """Tell the platform where work orders go and the secret (`whsec_…`) to sign them with."""

    def unregister(self) -> None:
        """Make the platform forget the registration."""

    def items(self) -> Iterator[InventoryItem]:
        """Everything in the inventory, all pages."""

    def put_items(self, items: Sequence[InventoryItemInput]) -> tuple[ItemResult, ...]:
        """Create or update at most `batch_size` items by external id; one result per item, in order."""

    def delete_item(self, external_id: str) -> None:
        """Remove an item; no error when it was not there."""

    def fetch_attachment(self, work_order_id: str, attachment_id: str) -> bytes:
        """The file's bytes; NotThere when there is none."""


# --- coming in: work orders ---------------------------------------------------------------------------------------
# A text that was not sent is "", a group that was not sent is None. `pointer` is the JSON pointer from the message
# body.


@dataclass(frozen=True)
class Address:
    """A postal address; `country` is ISO 3166-1 alpha-2, upper case."""

    street: str
    number: str
    box: str
    postal_code: str
    city: str
    country: str


@dataclass(frozen=True)
class Person:
    """A user of the platform, or a contact."""

    id: str
    full_name: str
    email: str


@dataclass(frozen=True)
class Customer:
    """The customer as the platform knows it; `language` is fr, nl, en, de or ""."""

    id: str
    name: str
    vat_number: str
    email: str
    phone: str
    language: str
    address: Address | None
    contact: Person | None


@dataclass(frozen=True)
class Location:
    """Where the work was done; `region` is flanders, brussels, wallonia, other or ""."""

    name: str
    address: Address | None
    region: str


@dataclass(frozen=True)
class Installation:
    """A device that was worked on; `kind` is cooling, heating, ventilation, other or ""."""

    reference: str
    kind: str
    model: str
    refrigerant: str
    charge_kg: Decimal | None
    co2_tonnes: Decimal | None


@dataclass(frozen=True)
class TimeEntry:
    """Minutes (1 to 1440) that one technician spent; `activity` is on_site, workshop or travel."""

    person: Person
    date: date | None
    minutes: int
    activity: str
    description: str
    pointer: str


@dataclass(frozen=True)
class Material:
    """Something used; `external_id` is our product id, `inventory_id` the platform's.

    Quantity > 0 with up to 4 decimals.
    """

    external_id: str
    inventory_id: str
    reference: str
    name: str
    quantity: Decimal
    unit: str
    serial_numbers: tuple[str, ...]
    pointer: str


@dataclass(frozen=True)
class AttachmentRef:
    """A file that belongs to the order: inline (`content`), to be fetched (None), or unusable for the reason in
    `problem`.

    `filename` is a bare name without folders. Nothing about the bytes has been checked, not even `size` and `sha256`.
    """

    id: str
    kind: str
    filename: str
    media_type: str
    size: int | None
    sha256: str
    content: bytes | None
    pointer: str
    problem: str = ""


@dataclass(frozen=True)
class WorkOrder:
    """A finished work order that somebody wants an invoice for. It holds no price."""

    id: str
    number: str
    title: str
    performed_on: date | None
    customer_reference: str
    customer: Customer
    location: Location | None
    installations: tuple[Installation, ...]
    time_entries: tuple[TimeEntry, ...]
    distance_km: Decimal | None
    materials: tuple[Material, ...]
    memo: str
    internal_notes: str
    attachments: tuple[AttachmentRef, ...]
    requested_by: Person | None


@dataclass(frozen=True)
class FieldError:
    """One wrong field of a message; `code` is stable, `detail` a sentence."""

    pointer: str
    code: str
    detail: str


class InvalidWorkOrder(Exception):
    """The message is no valid work order; `errors` names every wrong field."""

    def __init__(self, errors: tuple[FieldError, ...]) -> None:
        super().__init__("; ".join(f"{error.pointer or '/'}: {error.detail}" for error in errors[:5]))
        self.errors = errors


# --- and back: what came of it ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Warning:
    """Something a person has to look at before the invoice leaves; `pointer` is "" when it is about the whole order."""

    code: str
    message: str
    pointer: str


@dataclass(frozen=True)
class InvoiceFacts:
    """The invoice as the other side may see it; `state` is draft or issued, a draft has no number."""

    id: str
    state: str
    number: str | None
    total_net: Decimal
    total_vat: Decimal
    total_gross: Decimal
    currency: str
    url: str


@dataclass(frozen=True)
class CustomerFacts:
    """The customer on the invoice; `matched_by` is external_id, vat_number, email, name_and_postal_code, or None."""

    id: str
    name: str
    created: bool
    matched_by: str | None


@dataclass(frozen=True)
class Outcome:
    """What a message led to; `repeated` when it was known before, `updated` when an untouched draft was refreshed."""

    delivery_id: str
    work_order_id: str
    repeated: bool
    updated: bool
    invoice: InvoiceFacts
    customer: CustomerFacts
    warnings: tuple[Warning, ...]
