"""`invoices/{id}/duplicate/`: the same once more, as a draft."""

from typing import Any
from uuid import uuid4

import pytest

from activity.models import Event
from core.tenancy import company_scope
from customers.models import Party
from documents.models import Document
from products.models import Product
from tests.api.conftest import ApiClient, pointers
from users.models import Company, User

KEPT = (
    "customer", "payment_term_days", "attention", "currency", "language", "vat_regime", "prices_include_vat",
    "reference", "intro", "note", "terms", "total_net", "total_vat", "total_gross", "vat_lines",
)  # fmt: skip


@pytest.fixture
def invoice(api: ApiClient, dupont: Party, products: dict[str, Product]) -> dict[str, Any]:
    """An issued invoice with a section, a product, and a line of its own."""
    body = {
        "customer": str(dupont.pk),
        "delivery_date": "2026-01-05",
        "payment_term_days": 14,
        "reference": "PO-7",
        "note": "Merci.",
        "internal_note": "rappeler",
        "lines": [
            {"role": "section", "description": "Entretien"},
            {"product": str(products["P0001"].pk), "quantity": "2", "discount_percent": "10"},
            {"description": "Main-d'œuvre", "quantity": "2.5", "unit": "HUR", "unit_price": "65", "vat_rate": "6"},
        ],
    }
    draft = api.send("invoices/", body).json()
    made: dict[str, Any] = api.send(f"invoices/{draft['id']}/issue/").json()
    return made


def lines(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [{name: value for name, value in line.items() if name != "id"} for line in document["lines"]]


def count(company: Company) -> int:
    with company_scope(company.pk):
        return Document.objects.count()


def test_an_issued_invoice_is_a_draft_once_more(api: ApiClient, invoice: dict[str, Any], company: Company) -> None:
    answer = api.send(f"invoices/{invoice['id']}/duplicate/")
    assert answer.status_code == 201, answer.content
    copy = answer.json()
    assert answer["Location"] == f"/api/v1/invoices/{copy['id']}/"
    seen = api.read(answer["Location"])
    assert (seen.json(), seen["ETag"]) == (copy, answer["ETag"])
    assert {name: copy[name] for name in KEPT} == {name: invoice[name] for name in KEPT}
    assert lines(copy) == lines(invoice)
    assert {line["id"] for line in copy["lines"]}.isdisjoint({line["id"] for line in invoice["lines"]})
    new = {"number", "state", "issue_date", "due_date", "delivery_date", "structured_message", "internal_note"}
    assert {name: copy[name] for name in new} == {
        "number": "",
        "state": "draft",
        "issue_date": None,
        "due_date": None,
        "delivery_date": None,
        "structured_message": "",
        "internal_note": "",
    }
    assert (copy["attachments"], copy["open_amount"], copy["payment_state"]) == ([], "0.00", None)
    assert copy["links"] == [
        {"relation": "copied", "kind": "invoice", "id": invoice["id"], "number": invoice["number"]}
    ]
    told = {"relation": "copied_to", "kind": "invoice", "id": copy["id"], "number": ""}
    assert api.read(f"invoices/{invoice['id']}/").json() == {**invoice, "links": [told]}
    with company_scope(company.pk):
        event = Event.objects.get(action="invoices.invoice.duplicated")
        assert (str(event.object_id), event.data) == (invoice["id"], {"copy": copy["id"]})


def test_a_draft_is_copied_too_and_the_copy_goes_its_own_way(
    api: ApiClient, dupont: Party, invoice: dict[str, Any]
) -> None:
    draft = api.send("invoices/", {"customer": str(dupont.pk), "lines": [{"description": "Une fois"}]}).json()
    copy = api.send(f"invoices/{draft['id']}/duplicate/").json()
    assert lines(copy) == lines(draft)
    api.change(f"invoices/{copy['id']}/", {"lines": [{"description": "Deux fois"}]})
    assert api.read(f"invoices/{draft['id']}/").json()["lines"] == draft["lines"]
    assert api.send(f"invoices/{copy['id']}/issue/").json()["number"] != invoice["number"]
    assert api.remove(f"invoices/{draft['id']}/").status_code == 204
    assert api.read(f"invoices/{copy['id']}/").json()["links"] == []


def test_a_product_archived_since_leaves_its_text_and_price(
    api: ApiClient, invoice: dict[str, Any], products: dict[str, Product]
) -> None:
    assert api.change(f"products/{products['P0001'].pk}/", {"is_active": False}).status_code == 200
    copy = api.send(f"invoices/{invoice['id']}/duplicate/").json()
    assert lines(copy) == [{**line, "product": None} for line in lines(invoice)]


def test_the_same_key_is_one_copy(api: ApiClient, invoice: dict[str, Any], company: Company) -> None:
    path = f"invoices/{invoice['id']}/duplicate/"
    first = api.send(path, Idempotency_Key="k-1")
    again = api.send(path, Idempotency_Key="k-1")
    assert (first.content, again["Idempotent-Replayed"]) == (again.content, "true")
    assert count(company) == 2
    assert api.send(path, Idempotency_Key="k-2").json()["id"] != first.json()["id"]
    assert count(company) == 3


def test_what_cannot_be_copied_makes_nothing(
    api: ApiClient, outsider: ApiClient, make_client: Any, invoice: dict[str, Any], company: Company, alice: User
) -> None:
    path = f"invoices/{invoice['id']}/duplicate/"
    assert outsider.send(path).status_code == 404
    assert api.send(f"invoices/{uuid4()}/duplicate/").status_code == 404
    assert make_client(company, alice, scopes=["invoices:read"]).send(path).status_code == 403
    assert api.send(path, {}, If_Match='"stale"').status_code == 412
    assert pointers(api.send(path, {"customer": None})) == [("/customer", "unknown_field")]
    assert pointers(api.send(f"{path}?times=2")) == [("?times", "unknown_parameter")]
    note = api.send(f"invoices/{invoice['id']}/credit/").json()
    assert api.send(f"credit-notes/{note['id']}/duplicate/").status_code == 404
    assert api.send(f"invoices/{note['id']}/duplicate/").status_code == 404
    assert count(company) == 2
