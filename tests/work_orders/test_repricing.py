"""Prices that were missing are filled in once they are known; what a person changed is left alone."""

import copy
from decimal import Decimal
from typing import Any

import pytest

from core.errors import Conflict
from documents.models import Document, Line
from documents.services import drafting, issuing
from documents.services.drafting import LineInput
from integrations.models import Connection
from products.models import Product
from tests.climapulse import deliver, sample
from users.models import Company, Membership, User
from work_orders.services import repricing

pytestmark = pytest.mark.usefixtures("scope")


@pytest.fixture
def draft(climapulse: Connection, company: Company) -> Document:
    """An hour of somebody unknown, ten kilometres at no price, and a pump that is no product yet."""
    Company.objects.update(mileage_rate=None)
    payload = copy.deepcopy(sample("repair-new-private-customer"))
    payload["work_order"] |= {
        "time_entries": [{"user": {"full_name": "New Hire", "email": "new.hire@frigotech.example"}, "minutes": 60}],
        "distance_km": "10",
        "materials": [{"name": "Condensatiepomp", "reference": "P0100", "quantity": "2"}],
    }
    assert deliver(climapulse, payload).status_code == 201
    return Document.objects.get()


def open_codes(document: Document) -> list[str]:
    return sorted(document.warnings.values_list("code", flat=True))


def hire(company: Company, rate: str | None) -> Membership:
    user = User.objects.create_user("new.hire@frigotech.example", first_name="Nele", last_name="Hire")
    return Membership.objects.create(company=company, user=user, billable_rate=Decimal(rate) if rate else None)


def inputs(document: Document, **changes: Any) -> list[LineInput]:
    """The lines as an editor sends them back, the first time line changed."""
    rows = []
    for line in document.lines.all():
        fields = {
            name: getattr(line, name) for name in ("role", "description", "detail", "quantity", "unit", "unit_price")
        }
        if line.unit == "HUR":
            fields |= changes
        rows.append(LineInput(id=line.pk, product=line.product, own_rate=line.own_rate, **fields))
    return rows


def test_everything_known_by_now_gets_its_price(draft: Document, company: Company, alice: User) -> None:
    hire(company, "70")
    Company.objects.update(mileage_rate=Decimal("0.5"))
    Product.objects.create(
        company=company, number="P0100", name="Pompe de relevage", unit_price=Decimal("45.50"), vat_rate=Decimal("6.00")
    )
    ids = set(draft.lines.values_list("pk", flat=True))
    assert repricing.reprice(draft, by=alice) == 3
    document = Document.objects.get()
    lines = list(document.lines.all())
    assert [line.net for line in lines[1:]] == [Decimal("70.00"), Decimal("5.00"), Decimal("91.00")]
    assert (lines[3].product.number, lines[3].description, lines[3].vat_rate) == (
        "P0100", "Pompe de relevage", Decimal("6.00"),
    )  # fmt: skip
    assert "Nele Hire" in lines[1].description
    assert {line.pk for line in lines} == ids
    assert (document.total_net, document.total_vat, document.edited_at) == (Decimal("166.00"), Decimal("21.21"), None)
    assert open_codes(document) == ["check_vat_regime"]
    assert repricing.reprice(document, by=alice) == 0


def test_user_without_a_rate_is_said_to_have_none(draft: Document, company: Company, alice: User) -> None:
    hire(company, None)
    assert repricing.reprice(draft, by=alice) == 0
    assert open_codes(draft) == ["check_vat_regime", "missing_mileage_rate", "missing_rate", "unknown_material"]


@pytest.mark.parametrize(
    "change", [{"quantity": Decimal(2)}, {"description": "Forfait"}, {"discount_percent": Decimal(10)}]
)
def test_line_that_a_person_changed_is_left_alone(
    draft: Document, company: Company, alice: User, change: dict[str, Any]
) -> None:
    drafting.update(draft, by=alice, lines=inputs(draft, **change))
    hire(company, "70")
    assert repricing.reprice(draft, by=alice) == 0
    assert Line.objects.get(unit="HUR").unit_price == 0
    assert "unknown_technician" in open_codes(draft)


def test_price_typed_by_hand_stays_and_ends_its_warning(draft: Document, company: Company, alice: User) -> None:
    drafting.update(draft, by=alice, lines=inputs(draft, unit_price=Decimal("55")))
    hire(company, "70")
    assert repricing.reprice(draft, by=alice) == 0
    assert Line.objects.get(unit="HUR").unit_price == 55
    assert "unknown_technician" not in open_codes(draft)


def test_document_with_prices_including_vat_gets_them_so(draft: Document, company: Company, alice: User) -> None:
    drafting.update(draft, by=alice, prices_include_vat=True)
    hire(company, "70")
    assert repricing.reprice(draft, by=alice) == 1
    assert Line.objects.get(unit="HUR").unit_price == Decimal("84.70")
    assert Document.objects.get().total_net == Decimal("70.00")


def test_issued_invoice_is_not_repriced(draft: Document, company: Company, alice: User) -> None:
    issued = issuing.issue(draft, by=alice, accept_warnings=True)
    hire(company, "70")
    with pytest.raises(Conflict):
        repricing.reprice(issued, by=alice)
    assert Line.objects.get(unit="HUR").unit_price == 0


def test_open_prices_ask_before_issue_and_no_longer_afterwards(draft: Document, company: Company, alice: User) -> None:
    with pytest.raises(issuing.PriceWarningsOpen):
        issuing.issue(draft, by=alice)
    hire(company, "70")
    Company.objects.update(mileage_rate=Decimal("0.5"))
    Product.objects.create(company=company, number="P0100", name="Pompe", unit_price=Decimal("45.50"))
    repricing.reprice(draft, by=alice)
    assert issuing.issue(draft, by=alice).number != ""
