"""An invoice in one call, and its credit note in another."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from customers.models import Party
from documents.models import Document
from documents.services import crediting, drafting, issuing
from documents.services.drafting import LineInput
from users.models import Company, User

D = Decimal
type Bill = Callable[..., Document]


@pytest.fixture
def bill(scope: Company, dupont: Party, alice: User) -> Bill:
    """An issued invoice of so much, VAT included."""

    def make(total: str = "121.00", **fields: Any) -> Document:
        party = fields.pop("party", dupont)
        draft = drafting.create(
            "invoice",
            company=scope,
            party=party,
            by=alice,
            prices_include_vat=True,
            lines=[LineInput("x", quantity=D(100), unit_price=D(total) / 100)],
            **fields,
        )
        return issuing.issue(draft, by=alice)

    return make


def credit(invoice: Document, by: User, quantity: int = 100) -> Document:
    """An issued credit note for so many hundredths of the invoice."""
    line = invoice.lines.get()
    return issuing.issue(crediting.credit(invoice, by=by, quantities={line.pk: D(quantity)}), by=by)
