"""What the REST API takes for invoices and credit notes: drafts, their lines, and how a customer is named."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from core.api.errors import Invalid, fault
from core.api.fields import Amount, Choice, Currency, Day, Flag, Reference, RowId, Text, Whole
from core.api.serializers import Resource, bound
from core.errors import Refused
from core.units import UNIT_CHOICES
from core.vat import RATES, Regime
from customers import services as customers
from customers.api import CustomerResource, with_rows
from customers.models import Party
from documents.models import LineRole
from documents.services import drafting
from documents.services.drafting import LineInput
from products.api import ProductResource
from products.models import Product
from users.models import Company, Language, User


def product_reference(**options: Any) -> Reference:
    return Reference(rows=lambda: Product.objects.all(), relation="product", expands=lambda: ProductResource, **options)


class CustomerReference(Reference):
    """The id of a customer."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            rows=lambda: Party.objects.all(),
            relation="party",
            source="party",
            expands=lambda: CustomerResource,
            allow_null=True,
            **options,
        )


@dataclass(frozen=True)
class Described:
    """A customer told by its details; `find` says to look among those we have first."""

    values: dict[str, Any]
    find: bool


class InlineCustomer(CustomerResource):
    """A customer inside an invoice: found as `customers.queries.find_party` says where `find_or_create` is true, else
    made.
    """

    find_or_create = Flag(required=False)
    is_archived = None  # type: ignore[assignment]


class CustomerOrDetails(CustomerReference):
    """The id of a customer, or an object that describes one."""

    inline = InlineCustomer

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, Mapping):
            return super().to_internal_value(data)
        values = dict(bound(self.inline).run_validation(data))
        return Described(find=values.pop("find_or_create", False), values=values)


class LineBody(Resource):
    """A product is named by its id or by its number; a line without one is free."""

    id = RowId(required=False)
    role = Choice(LineRole.choices, required=False)
    product = product_reference(required=False, allow_null=True)
    product_number = Text(required=False, max_length=30, allow_blank=False)
    description = Text(required=False, multiline=True)
    detail = Text(required=False, multiline=True)
    quantity = Amount(required=False, places=8, digits=11)
    unit = Choice(UNIT_CHOICES, required=False)
    unit_price = Amount(required=False, places=8, digits=11, min_value=0)
    discount_percent = Amount(required=False, min_value=0, max_value=100)
    vat_rate = Amount(required=False, one_of=RATES, source="own_rate")


class DraftBody(Resource):
    customer = CustomerReference(required=False)
    delivery_date = Day(required=False, allow_null=True)
    payment_term_days = Whole(required=False, min_value=0, max_value=365)
    currency = Currency()
    language = Choice(Language.choices, required=False)
    vat_regime = Choice(Regime.choices, required=False)
    vat_reason = Text(required=False, max_length=300)
    prices_include_vat = Flag(required=False)
    attention = Text(required=False, max_length=200)
    reference = Text(required=False, max_length=100)
    intro = Text(required=False, multiline=True)
    note = Text(required=False, multiline=True)
    terms = Text(required=False, multiline=True)
    internal_note = Text(required=False, multiline=True)
    lines = LineBody(many=True, required=False, max_length=drafting.MOST_LINES)  # type: ignore[call-arg]


class IssueBody(Resource):
    issue_date = Day(required=False, allow_null=True)
    accept_warnings = Flag(required=False)


class InvoiceBody(DraftBody):
    """A draft, and with `issue` the invoice itself, numbered in the same transaction."""

    example = {
        "customer": "0197c0de-1234-7abc-8def-0123456789ab",
        "reference": "PO 4711",
        "lines": [
            {"description": "Filter G4 592x592", "quantity": "2", "unit_price": "24.90", "vat_rate": "21.00"},
            {"product_number": "P0007", "quantity": "1.5"},
        ],
        "issue": True,
    }

    customer = CustomerOrDetails(required=False)
    issue = Flag(required=False)
    issue_date = Day(required=False, allow_null=True)
    accept_warnings = Flag(required=False)


class CreditedLine(Resource):
    id = RowId()
    quantity = Amount(places=8, digits=11)


class CreditBody(Resource):
    """What to credit of each line; without lines all that remains."""

    lines = CreditedLine(many=True, required=False, max_length=drafting.MOST_LINES)  # type: ignore[call-arg]
    note = Text(required=False, multiline=True)


def party_of(given: Party | Described | None, *, company: Company, by: User) -> Party | None:
    """The customer that a body names or describes; a refusal points into `/customer`."""
    if not isinstance(given, Described):
        return given
    make = customers.find_or_create_party if given.find else customers.create_party
    try:
        return make(company=company, by=by, **with_rows(dict(given.values)))
    except Refused as refusal:
        refusal.pointer = f"/customer{refusal.pointer}"
        raise


def wish_of(values: dict[str, Any]) -> dict[str, Any] | None:
    """What `issuing.create` shall be called with, taken out of `values`; None for a draft."""
    is_wanted = values.pop("issue", False)
    wish = {name: values.pop(name) for name in ("issue_date", "accept_warnings") if name in values}
    if is_wanted:  # a new draft has no warnings yet that would have to be accepted
        return {"on": wish.get("issue_date")}
    if wish:
        message = _("This only says something beside “issue”: true.")
        raise Invalid([fault(f"/{name}", "not_issued", message) for name in wish])
    return None


def lines_of(rows: Sequence[dict[str, Any]], *, known: set[Any]) -> list[LineInput]:
    """Lines as the service takes them; an id has to be one of the draft's own."""
    faults = [
        fault(f"/lines/{index}/id", "unknown", _("This draft has no such line."))
        for index, row in enumerate(rows)
        if "id" in row and row["id"] not in known
    ]
    numbers = {row["product_number"] for row in rows if "product_number" in row}
    products = {product.number: product for product in Product.objects.filter(number__in=numbers)} if numbers else {}
    lines = []
    for index, row in enumerate(rows):
        number = row.pop("product_number", None)
        line = LineInput(**row)
        if number is not None:
            product, pointer = products.get(number), f"/lines/{index}/product_number"
            if line.product is not None:
                faults.append(fault(pointer, "twice", _("Name the product by its id or by its number, not by both.")))
            elif product is None:
                faults.append(fault(pointer, "unknown", _("There is no product with this number.")))
            elif not product.is_active:
                faults.append(fault(pointer, "archived", _("This product is archived. Restore it first.")))
            line = replace(line, product=product)
        lines.append(line)
    if faults:
        raise Invalid(faults)
    return lines


def quantities_of(lines: Sequence[dict[str, Any]] | None) -> dict[Any, Any] | None:
    """How much to credit of each line; None is all that remains."""
    if lines is None:
        return None
    quantities: dict[Any, Any] = {}
    for index, line in enumerate(lines):
        if line["id"] in quantities:
            raise Invalid([fault(f"/lines/{index}/id", "twice", _("Name each line once."))])
        quantities[line["id"]] = line["quantity"]
    return quantities
