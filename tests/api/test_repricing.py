"""`invoices/{id}/reprice/`: prices that a work order left open are filled in over the API."""

import copy
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from activity.models import Event
from customers.models import Party
from documents.models import Document
from integrations.models import Connection
from products.models import Product
from tests.api.conftest import ApiClient, pointers
from tests.climapulse import climapulse, deliver, running_sandbox, sample, sandbox
from users.models import Company

__all__ = ["climapulse", "running_sandbox", "sandbox"]

pytestmark = pytest.mark.usefixtures("scope")


@pytest.fixture
def draft(climapulse: Connection, company: Company) -> str:
    """The address of a draft with two pumps that are no product yet."""
    payload = copy.deepcopy(sample("repair-new-private-customer"))
    materials = [{"name": "Condensatiepomp", "reference": "P0100", "quantity": "2"}]
    payload["work_order"] |= {"time_entries": [], "distance_km": "0", "materials": materials}
    assert deliver(climapulse, payload).status_code == 201
    return f"invoices/{Document.objects.get().pk}/"


def price(company: Company) -> Product:
    return Product.objects.create(company=company, number="P0100", name="Pompe", unit_price=Decimal("45.50"))


def told() -> list[tuple[str, str, int]]:
    rows = Event.objects.filter(action="invoices.invoice.repriced").order_by("at")
    return [(row.actor_name, row.token_name, row.data["lines"]) for row in rows]


def test_a_price_known_by_now_is_filled_in(api: ApiClient, draft: str, company: Company) -> None:
    before = api.send(f"{draft}reprice/")
    assert (before.status_code, before.json()["repriced"]) == (200, 0)
    assert "unknown_material" in [warning["code"] for warning in before.json()["warnings"]]
    product = price(company)
    answer = api.send(f"{draft}reprice/", {}, Idempotency_Key="k-1", If_Match=before["ETag"])
    assert answer.status_code == 200, answer.content
    body: dict[str, Any] = answer.json()
    assert body.pop("repriced") == 1
    seen = api.read(draft)
    assert (body, answer["ETag"]) == (seen.json(), seen["ETag"])
    [pump] = [line for line in body["lines"] if line["product"] == str(product.pk)]
    assert (pump["quantity"], pump["unit_price"], pump["net"]) == ("2", "45.5000", "91.00")
    assert "unknown_material" not in [warning["code"] for warning in body["warnings"]]
    again = api.send(f"{draft}reprice/", {}, Idempotency_Key="k-1", If_Match=before["ETag"])
    assert (again.content, again["Idempotent-Replayed"]) == (answer.content, "true")
    assert api.send(f"{draft}reprice/").json()["repriced"] == 0
    assert told() == [("Alice Martin", "test", lines) for lines in (0, 1, 0)]


def test_a_draft_of_no_work_order_has_nothing_to_fill_in(api: ApiClient, dupont: Party) -> None:
    lines = [{"description": "À convenir", "unit_price": "0"}]
    made = api.send("invoices/", {"customer": str(dupont.pk), "lines": lines}).json()
    answer = api.send(f"invoices/{made['id']}/reprice/")
    assert (answer.status_code, answer.json()) == (200, {**made, "repriced": 0})


def test_what_cannot_be_repriced_stays_as_it_is(
    api: ApiClient, outsider: ApiClient, make_client: Any, draft: str, company: Company, alice: Any
) -> None:
    price(company)
    before = api.read(draft).json()
    path = f"{draft}reprice/"
    assert outsider.send(path).status_code == 404
    assert api.send(f"invoices/{uuid4()}/reprice/").status_code == 404
    assert make_client(company, alice, scopes=["invoices:read", "work_orders:write"]).send(path).status_code == 403
    assert api.send(path, {}, If_Match='"stale"').status_code == 412
    assert pointers(api.send(path, {"lines": []})) == [("/lines", "unknown_field")]
    assert pointers(api.send(f"{path}?dry=1")) == [("?dry", "unknown_parameter")]
    assert api.read(path).status_code == 405
    assert (api.read(draft).json(), told()) == (before, [])
    issued = api.send(f"{draft}issue/", {"accept_warnings": True}).json()
    refused = api.send(path)
    assert (refused.status_code, pointers(refused)) == (409, [("", "issued")])
    assert api.send(path.replace("invoices", "credit-notes")).status_code == 404
    assert (api.read(draft).json()["lines"], told()) == (issued["lines"], [])
