"""What the UBL tests share: issuing, crediting, and reading the XML back under schema and rules."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from customers.models import Party
from documents.models import Document
from documents.services import crediting, drafting, issuing, structuring
from documents.services.drafting import LineInput
from tests.documents.ubl_rules import Ubl, approved
from users.models import Company, User

type Issue = Callable[..., Document]


@pytest.fixture
def issue(scope: Company, dupont: Party, alice: User) -> Issue:
    """Issues an invoice to Dupont with these lines and fields."""

    def make(*lines: LineInput, party: Party = dupont, **fields: Any) -> Document:
        fields.setdefault("language", "fr")
        draft = drafting.create("invoice", company=scope, party=party, by=alice, lines=lines, **fields)
        return issuing.issue(draft, by=alice)

    return make


def line(price: str = "100", *, rate: str = "21", quantity: str = "1", **fields: Any) -> LineInput:
    fields.setdefault("description", "Entretien")
    return LineInput(quantity=Decimal(quantity), unit_price=Decimal(price), own_rate=Decimal(rate), **fields)


def read(document: Document, *, but: tuple[str, ...] = (), **options: Any) -> Ubl:
    return approved(structuring.xml(Document.objects.get(pk=document.pk), **options).content, but=but)


def credited(invoice: Document, alice: User, quantities: dict[int, str] | None = None) -> Document:
    """A credit note for these quantities by line position, or for all that remains."""
    rows = list(invoice.lines.all())
    wanted = {rows[index].pk: Decimal(quantity) for index, quantity in quantities.items()} if quantities else None
    return issuing.issue(crediting.credit(invoice, by=alice, quantities=wanted), by=alice)
