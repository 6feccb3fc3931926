"""A draft to work on, and issued documents of a given day for figures that depend on it."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from customers.models import Party
from documents.models import Document
from documents.services import crediting, drafting, issuing
from documents.services.drafting import LineInput
from products.models import Product
from users.models import Company, User

type Sell = Callable[..., Document]
type Credit = Callable[..., Document]


@pytest.fixture
def draft(scope: Company, dupont: Party, alice: User, products: dict[str, Product]) -> Document:
    """A draft of two lines, in which nobody has a hand yet: a product twice, and two and a half hours."""
    return drafting.create(
        "invoice",
        company=scope,
        party=dupont,
        by=None,
        lines=[
            LineInput(product=products["P0001"], quantity=Decimal(2)),
            LineInput(description="Main-d'œuvre", quantity=Decimal("2.5"), unit="HUR", unit_price=Decimal("65")),
        ],
    )


@pytest.fixture
def sell(scope: Company, dupont: Party, alice: User) -> Sell:
    """An invoice of so much without VAT, issued on a day; to be asked for in the order of days.

    It has one line of a hundred, whose other values may be given.
    """

    def make(day: str, net: str = "100.00", *, line: dict[str, Any] | None = None, **fields: Any) -> Document:
        with time_machine.travel(f"{date.fromisoformat(day)} 10:00+01:00", tick=False):
            draft = drafting.create(
                "invoice",
                company=scope,
                party=fields.pop("party", dupont),
                by=alice,
                lines=[LineInput("x", **{"quantity": Decimal(100), "unit_price": Decimal(net) / 100, **(line or {})})],
                **fields,
            )
            return issuing.issue(draft, by=alice)

    return make


@pytest.fixture
def hotel(scope: Company) -> Party:
    address = {"street": "Place Albert", "postal_code": "8400", "city": "Oostende"}
    return Party.objects.create(company=scope, number="C2", name="Hôtel Astrid", name_key="hotel astrid", **address)


@pytest.fixture
def credit(alice: User) -> Credit:
    """A credit note for so many hundredths of an invoice, issued on a day."""

    def make(invoice: Document, day: str, hundredths: int = 100) -> Document:
        with time_machine.travel(f"{date.fromisoformat(day)} 10:00+01:00", tick=False):
            quantities = {invoice.lines.get().pk: Decimal(hundredths)}
            return issuing.issue(crediting.credit(invoice, by=alice, quantities=quantities), by=alice)

    return make
