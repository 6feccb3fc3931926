from decimal import Decimal

import pytest

from customers.models import Party
from documents.models import Document
from documents.services import drafting, issuing
from documents.services.drafting import LineInput
from users.models import Company, User


@pytest.fixture
def issued(scope: Company, dupont: Party, alice: User) -> Document:
    """An invoice of 121.00."""
    lines = [LineInput("Entretien annuel", unit_price=Decimal(100))]
    draft = drafting.create("invoice", company=scope, party=dupont, by=alice, lines=lines)
    return issuing.issue(draft, by=alice)
