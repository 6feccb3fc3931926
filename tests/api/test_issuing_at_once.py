"""`POST invoices/` with everything in it: a customer described, products by number, issued in the same transaction."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from customers.models import Party
from customers.services import archive_party
from documents.models import Document, Series
from products.models import Product
from products.services import archive_product
from tests.api.conftest import ApiClient, pointers, problem
from users.models import Company, User

TODAY = timezone.localdate()
MARTIN: dict[str, Any] = {
    "name": "Garage Martin SA",
    "email": "info@martin.example",
    "street": "Chaussée de Mons",
    "street_number": "5",
    "postal_code": "1070",
    "city": "Bruxelles",
}


@pytest.fixture
def body(dupont: Party, products: dict[str, Product]) -> dict[str, Any]:
    return {"customer": str(dupont.pk), "lines": [{"product_number": "P0001", "quantity": "2"}], "issue": True}


def test_one_call_makes_an_issued_invoice(api: ApiClient, body: dict[str, Any], products: dict[str, Product]) -> None:
    yesterday = (TODAY - timedelta(days=1)).isoformat()
    answer = api.send("invoices/", {**body, "issue_date": yesterday}, Idempotency_Key="o-1")
    assert answer.status_code == 201, answer.content
    made = answer.json()
    names = ("state", "number", "issue_date", "total_net", "total_vat", "total_gross", "open_amount")
    assert [made[name] for name in names] == [
        "issued",
        f"{TODAY.year}-0001",
        yesterday,
        "49.80",
        "10.46",
        "60.26",
        "60.26",
    ]
    assert made["lines"][0]["product"] == str(products["P0001"].pk)
    assert answer["Location"] == f"/api/v1/invoices/{made['id']}/"
    assert api.read(answer["Location"]).json() == made
    again = api.send("invoices/", {**body, "issue_date": yesterday}, Idempotency_Key="o-1")
    assert (again.content, again["Idempotent-Replayed"]) == (answer.content, "true")
    assert Document.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "status", "expected"),
    [
        ({"issue_date": (TODAY + timedelta(days=1)).isoformat()}, 422, [("/issue_date", "future_date")]),
        ({"lines": []}, 422, [("/lines", "no_lines")]),
        ({"customer": None}, 422, [("/customer", "no_customer")]),
        ({"vat_regime": "intra_community_goods"}, 422, [("/delivery_date", "delivery_missing")]),
        ({"issue": False, "issue_date": TODAY.isoformat()}, 422, [("/issue_date", "not_issued")]),
        ({"issue": "yes"}, 422, [("/issue", "invalid")]),
        ({"lines": [{"product_number": "P9999"}]}, 422, [("/lines/0/product_number", "unknown")]),
        ({"lines": [{"product_number": ""}]}, 422, [("/lines/0/product_number", "blank")]),
        ({"lines": [{"unit_price": "5", "description": "x"}, {"quantity": 0}] * 1001}, 422, [("/lines", "max_length")]),
        ({"number": "2026-9999"}, 422, [("/number", "unknown_field")]),
    ],
)
def test_what_cannot_be_issued_leaves_nothing(
    api: ApiClient, body: dict[str, Any], change: dict[str, Any], status: int, expected: Any
) -> None:
    answer = api.send("invoices/", {**body, **change})
    assert answer.status_code == status, answer.content
    assert pointers(answer) == expected
    assert Document.objects.count() == 0
    assert Series.objects.filter(next_number__gt=1).count() == 0


def test_archived_customers_and_products_are_named(
    api: ApiClient, body: dict[str, Any], dupont: Party, products: dict[str, Product], alice: User
) -> None:
    archive_product(products["P0001"], by=alice)
    assert pointers(api.send("invoices/", body)) == [("/lines/0/product_number", "archived")]
    by_id = {**body, "lines": [{"description": "x"}, {"product": str(products["P0001"].pk)}]}
    assert pointers(api.send("invoices/", by_id)) == [("/lines/1/product", "archived")]
    both = {"product": str(products["P0007"].pk), "product_number": "P0007"}
    assert pointers(api.send("invoices/", {**body, "lines": [both]})) == [("/lines/0/product_number", "twice")]
    archive_party(dupont, by=alice)
    free = {**body, "lines": [{"description": "x", "unit_price": "5"}]}
    assert pointers(api.send("invoices/", free)) == [("/customer", "archived")]
    assert Document.objects.count() == 0


def test_a_line_keeps_a_product_archived_since(
    api: ApiClient, body: dict[str, Any], products: dict[str, Product], alice: User
) -> None:
    draft = api.send("invoices/", {**body, "issue": False}).json()
    archive_product(products["P0001"], by=alice)
    line = draft["lines"][0]
    kept = {"id": line["id"], "product": line["product"], "quantity": "3"}
    path = f"invoices/{draft['id']}/"
    assert api.change(path, {"lines": [kept]}).json()["lines"][0]["quantity"] == "3"
    assert pointers(api.change(path, {"lines": [kept, {"product": line["product"]}]})) == [
        ("/lines/1/product", "archived")
    ]


def test_products_of_many_lines_are_read_at_once(
    api: ApiClient, body: dict[str, Any], products: dict[str, Product]
) -> None:
    api.read("company/")  # the token's first use is written
    counts = []
    for lines in (1, 40):
        rows = [{"product": str(products["P0001"].pk)}, {"product": str(products["P0007"].pk)}] * lines
        with CaptureQueriesContext(connection) as captured:
            assert api.send("invoices/", {**body, "lines": rows, "issue": False}).status_code == 201
        counts.append(len(captured))
    assert counts[0] == counts[1]
    missing = [{"product": str(products["P0001"].pk)}, {"product": "0197c0de-1234-7abc-8def-0123456789ab"}, {}]
    assert pointers(api.send("invoices/", {**body, "lines": [*missing, {"product": 5}]})) == [
        ("/lines/1/product", "unknown"),
        ("/lines/3/product", "invalid"),
    ]


# ── a customer described ──


def bill(api: ApiClient, body: dict[str, Any], customer: dict[str, Any]) -> str:
    answer = api.send("invoices/", {**body, "customer": customer})
    assert answer.status_code == 201, answer.content
    found: str = answer.json()["customer"]
    return found


def test_a_customer_is_made_with_the_invoice(api: ApiClient, body: dict[str, Any]) -> None:
    person = {"contacts": [{"name": "Anne"}], "addresses": [{"city": "Liège"}], "custom_fields": {"shop": 7}}
    made = Party.objects.get(pk=bill(api, body, {**MARTIN, **person, "find_or_create": True}))
    assert (made.number, made.name, made.custom_fields) == ("C00002", "Garage Martin SA", {"shop": 7})
    assert (made.contacts.get().name, made.addresses.get().city) == ("Anne", "Liège")
    assert Document.objects.get().buyer["city"] == "Bruxelles"


def test_a_described_customer_is_found_step_by_step(api: ApiClient, body: dict[str, Any], dupont: Party) -> None:
    martin = bill(api, body, {**MARTIN, "external_id": "shop-1", "find_or_create": True})
    find = {"find_or_create": True}
    assert bill(api, body, {"name": "Autre nom", "external_id": "shop-1", **find}) == martin
    assert bill(api, body, {"name": "Tout autre", "vat_number": "BE 0403.019.261", **find}) == str(dupont.pk)
    assert bill(api, body, {"name": "dupont boulangerie", "vat_number": "0403019261", **find}) == str(dupont.pk)
    assert bill(api, body, {"name": "GARAGE MARTIN", "email": "Info@Martin.example", **find}) == martin
    assert bill(api, body, {"name": "garage martin", "postal_code": "1070", **find}) == martin
    assert Party.objects.count() == 2
    martin_party = Party.objects.get(pk=martin)
    assert (martin_party.name, martin_party.email) == ("Garage Martin SA", "info@martin.example")


def test_another_id_or_number_is_another_customer(api: ApiClient, body: dict[str, Any], dupont: Party) -> None:
    find = {"find_or_create": True}
    first = bill(api, body, {**MARTIN, "external_id": "shop-1", **find})
    assert bill(api, body, {**MARTIN, "external_id": "shop-2", **find}) != first
    other = {**MARTIN, "name": dupont.name, "email": dupont.email, "vat_number": "BE0403170701", **find}
    assert bill(api, body, other) != str(dupont.pk)
    assert bill(api, body, {**MARTIN, "find_or_create": False}) not in {first, str(dupont.pk)}
    assert Party.objects.count() == 5


def test_a_found_customer_learns_its_external_id(api: ApiClient, body: dict[str, Any], dupont: Party) -> None:
    described = {"name": "x", "vat_number": dupont.vat_number, "external_id": "shop-9", "find_or_create": True}
    assert bill(api, body, described) == str(dupont.pk)
    dupont.refresh_from_db()
    assert (dupont.external_id, dupont.name) == ("shop-9", "Boulangerie Dupont SRL")


def test_two_that_fit_are_not_guessed(api: ApiClient, body: dict[str, Any], dupont: Party, scope: Company) -> None:
    api.send("customers/", {"name": "Succursale", "vat_number": dupont.vat_number})
    answer = api.send("invoices/", {**body, "customer": {**MARTIN, "vat_number": dupont.vat_number}})
    assert answer.status_code == 201
    described = {**MARTIN, "vat_number": dupont.vat_number, "find_or_create": True}
    refused = api.send("invoices/", {**body, "customer": described})
    assert refused.status_code == 409
    assert pointers(refused) == [("/customer", "ambiguous")]
    assert "C00001" in problem(refused)["detail"]


def test_an_archived_customer_is_not_billed_by_its_external_id(
    api: ApiClient, body: dict[str, Any], dupont: Party, alice: User
) -> None:
    Party.objects.filter(pk=dupont.pk).update(external_id="shop-1")
    archive_party(dupont, by=alice)
    described = {**MARTIN, "external_id": "shop-1", "find_or_create": True}
    assert pointers(api.send("invoices/", {**body, "customer": described})) == [("/customer/external_id", "archived")]
    assert (Party.objects.count(), Document.objects.count()) == (1, 0)


@pytest.mark.parametrize(
    ("customer", "expected"),
    [
        ({}, [("/customer/name", "required")]),
        ({"name": "X", "vat_number": "BE1"}, [("/customer/vat_number", "invalid_vat_number")]),
        ({"name": "X", "colour": "red"}, [("/customer/colour", "unknown_field")]),
        ({"name": "X", "is_archived": True}, [("/customer/is_archived", "unknown_field")]),
        ({"name": "X", "find_or_create": 1}, [("/customer/find_or_create", "invalid")]),
        ({"name": "X", "contacts": [{"email": "no"}]}, [
            ("/customer/contacts/0/email", "invalid"), ("/customer/contacts/0/name", "required"),
        ]),
        ({"name": "Sans adresse"}, [("/customer", "buyer_incomplete")]),
        ([], [("/customer", "invalid")]),
    ],
)  # fmt: skip
def test_a_badly_described_customer_is_not_kept(
    api: ApiClient, body: dict[str, Any], customer: Any, expected: Any
) -> None:
    answer = api.send("invoices/", {**body, "customer": customer})
    assert answer.status_code == 422, answer.content
    assert pointers(answer) == expected
    assert (Party.objects.count(), Document.objects.count()) == (1, 0)


def test_a_customer_described_twice_at_once_is_made_once(
    transactional_db: None, make_client: Any, company: Company, alice: User
) -> None:
    clients = [make_client(company, alice) for _ in range(6)]
    body = {"customer": {**MARTIN, "find_or_create": True}, "lines": [{"description": "x", "unit_price": "5"}]}
    answers: list[Any] = []

    def send(client: ApiClient) -> None:
        try:
            answers.append(client.send("invoices/", {**body, "issue": True}))
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [201] * 6
    assert len({answer.json()["customer"] for answer in answers}) == 1
    assert sorted(answer.json()["number"] for answer in answers) == [f"{TODAY.year}-000{n}" for n in range(1, 7)]


# ── many at once ──


def test_invoices_are_made_in_bulk(api: ApiClient, body: dict[str, Any], scope: Company) -> None:
    items = [body, {**body, "lines": []}, {**body, "issue": False, "customer": MARTIN}, {"lines": 5}]
    results = api.send("invoices/bulk/", items, Idempotency_Key="b-1").json()["results"]
    assert [(row["index"], row["status"]) for row in results] == [(0, 201), (1, 422), (2, 201), (3, 422)]
    assert [[error["pointer"] for error in row.get("errors", [])] for row in results] == [
        [],
        ["/lines"],
        [],
        ["/lines"],
    ]
    states = {str(document.pk): document.number for document in Document.objects.all()}
    assert states == {results[0]["id"]: f"{TODAY.year}-0001", results[2]["id"]: ""}
    again = api.send("invoices/bulk/", items, Idempotency_Key="b-1").json()["results"]
    assert again == results
    assert Document.objects.count() == 2
