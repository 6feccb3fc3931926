"""Payments, refunds and set-offs over the API, and what they do to open amount and payment state."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from customers.models import Party
from payments.models import Payment, Settlement
from tests.api.conftest import ApiClient, pointers, problem
from users.models import Company, User


@pytest.fixture
def invoice(api: ApiClient, dupont: Party) -> dict[str, Any]:
    """An issued invoice of 121.00."""
    return issued(api, dupont)


def issued(api: ApiClient, party: Party, price: str = "100.00", **fields: Any) -> dict[str, Any]:
    body = {"customer": str(party.pk), "lines": [{"description": "x", "unit_price": price}], **fields}
    draft = api.send("invoices/", body).json()
    answer = api.send(f"invoices/{draft['id']}/issue/")
    assert answer.status_code == 200, answer.content
    made: dict[str, Any] = answer.json()
    return made


def credited(api: ApiClient, invoice: dict[str, Any]) -> dict[str, Any]:
    note = api.send(f"invoices/{invoice['id']}/credit/").json()
    made: dict[str, Any] = api.send(f"credit-notes/{note['id']}/issue/").json()
    return made


def standing(api: ApiClient, path: str) -> tuple[str, str]:
    seen = api.read(path).json()
    return seen["open_amount"], seen["payment_state"]


def test_an_invoice_is_paid_in_parts_and_a_part_undone(api: ApiClient, invoice: dict[str, Any], alice: User) -> None:
    path = f"invoices/{invoice['id']}/"
    assert (invoice["open_amount"], invoice["payment_state"]) == ("121.00", "unpaid")
    today = timezone.localdate().isoformat()
    answer = api.send(f"{path}payments/", {"date": "2026-01-05", "amount": "21", "method": "card", "reference": "T-7"})
    assert answer.status_code == 201, answer.content
    first = answer.json()
    assert {name: first[name] for name in set(first) - {"id", "created_at", "updated_at"}} == {
        "date": "2026-01-05",
        "amount": "21.00",
        "currency": "EUR",
        "direction": "in",
        "method": "card",
        "reference": "T-7",
        "recorded_by": str(alice.pk),
    }
    assert answer["Location"] == f"/api/v1/{path}payments/{first['id']}/"
    assert api.read(answer["Location"]).json() == first
    assert standing(api, path) == ("100.00", "partly_paid")
    second = api.send(f"{path}payments/", {"amount": "100.00"}).json()
    assert (second["date"], second["method"]) == (today, "transfer")
    assert standing(api, path) == ("0.00", "paid")
    assert [row["id"] for row in api.read(f"{path}payments/").json()["results"]] == [first["id"], second["id"]]
    assert [row["id"] for row in api.read(f"{path}payments/?method=card").json()["results"]] == [first["id"]]
    assert api.remove(f"{path}payments/{second['id']}/").status_code == 204
    assert api.remove(f"{path}payments/{second['id']}/").status_code == 404
    assert standing(api, path) == ("100.00", "partly_paid")
    assert [row["id"] for row in api.read(f"{path}payments/").json()["results"]] == [first["id"]]
    assert Payment.objects.exclude(undone_at=None).count() == 1


def test_a_draft_has_no_payment_state_and_takes_no_payment(api: ApiClient, dupont: Party) -> None:
    draft = api.send("invoices/", {"customer": str(dupont.pk)}).json()
    assert (draft["open_amount"], draft["payment_state"]) == ("0.00", None)
    answer = api.send(f"invoices/{draft['id']}/payments/", {"amount": "1.00"})
    assert (answer.status_code, pointers(answer)) == (409, [("", "draft")])
    assert Payment.objects.count() == 0


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, [("/amount", "required")]),
        ({"amount": "0"}, [("/amount", "not_positive")]),
        ({"amount": "-1.00"}, [("/amount", "not_positive")]),
        ({"amount": "1.001"}, [("/amount", "places")]),
        ({"amount": "1", "date": "2999-01-01"}, [("/date", "future_date")]),
        ({"amount": "1", "date": "2026-02-30"}, [("/date", "invalid")]),
        ({"amount": "1", "date": "0001-01-01"}, [("/date", "too_early")]),
        ({"amount": "1", "method": "barter"}, [("/method", "invalid_choice")]),
        ({"amount": "1", "reference": "x" * 141}, [("/reference", "max_length")]),
        ({"amount": "1", "direction": "out"}, [("", "nothing_owed")]),
        ({"amount": "1", "payer": "x"}, [("/payer", "unknown_field")]),
        ({"amount": "1", "date": None}, [("/date", "null")]),
    ],
)
def test_a_wrong_payment_saves_nothing(api: ApiClient, invoice: dict[str, Any], body: Any, expected: Any) -> None:
    answer = api.send(f"invoices/{invoice['id']}/payments/", body)
    assert answer.status_code == (409 if expected[0][1] == "nothing_owed" else 422)
    assert pointers(answer) == expected
    assert (Payment.objects.count(), Settlement.objects.count()) == (0, 0)
    assert standing(api, f"invoices/{invoice['id']}/") == ("121.00", "unpaid")


def test_a_retried_payment_is_recorded_once(api: ApiClient, invoice: dict[str, Any]) -> None:
    path = f"invoices/{invoice['id']}/payments/"
    answers = [api.send(path, {"amount": "21.00"}, Idempotency_Key="k-1") for _turn in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert standing(api, f"invoices/{invoice['id']}/")[0] == "100.00"


def test_what_was_paid_of_a_credited_invoice_is_paid_back(api: ApiClient, invoice: dict[str, Any]) -> None:
    api.send(f"invoices/{invoice['id']}/payments/", {"amount": "121.00"})
    note = credited(api, invoice)
    path = f"credit-notes/{note['id']}/"
    assert (note["open_amount"], note["payment_state"]) == ("121.00", "unpaid")
    too_much = api.send(f"{path}payments/", {"amount": "121.01"})
    assert (too_much.status_code, pointers(too_much)) == (422, [("/amount", "more_than_owed")])
    refund = api.send(f"{path}payments/", {"amount": "121.00"}).json()
    assert refund["direction"] == "out"
    assert standing(api, path) == ("0.00", "paid")
    assert api.remove(f"{path}payments/{refund['id']}/").status_code == 204
    assert standing(api, path) == ("121.00", "unpaid")


def test_a_credit_note_is_set_against_another_invoice(api: ApiClient, invoice: dict[str, Any], dupont: Party) -> None:
    other = issued(api, dupont, "50.00")
    note = credited(api, invoice)
    path = f"credit-notes/{note['id']}/applications/"
    [own] = api.read(path).json()["results"]
    assert (own["invoice"], own["amount"]) == (invoice["id"], "121.00")
    assert api.remove(f"{path}{own['id']}/").status_code == 204
    assert standing(api, f"invoices/{invoice['id']}/") == ("121.00", "unpaid")
    answer = api.send(path, {"invoice": other["id"], "amount": "10.00"})
    assert answer.status_code == 201, answer.content
    assert answer["Location"] == f"/api/v1/{path}{answer.json()['id']}/"
    assert standing(api, f"invoices/{other['id']}/") == ("50.50", "partly_paid")
    api.send(path, {"invoice": other["id"]})
    assert standing(api, f"invoices/{other['id']}/") == ("0.00", "paid")
    assert standing(api, f"credit-notes/{note['id']}/") == ("60.50", "partly_paid")
    for body, expected in (
        ({"invoice": note["id"]}, ("/invoice", "unknown")),
        ({"invoice": other["id"]}, ("/invoice", "nothing_open")),
        ({"invoice": invoice["id"], "amount": "60.51"}, ("/amount", "more_than_open")),
    ):
        refused = api.send(path, body)
        assert (refused.status_code, pointers(refused)) == (422, [expected])


def test_lists_are_filtered_by_open_amount_and_payment_state(
    api: ApiClient, invoice: dict[str, Any], dupont: Party, alice: User
) -> None:
    part, paid, late = issued(api, dupont), issued(api, dupont), issued(api, dupont, payment_term_days=0)
    draft = api.send("invoices/", {"customer": str(dupont.pk)}).json()
    api.send(f"invoices/{part['id']}/payments/", {"amount": "21.00"})
    api.send(f"invoices/{paid['id']}/payments/", {"amount": "131.00"})
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        found = {
            query: [row["id"] for row in api.read(f"invoices/?ordering=created_at&{query}").json()["results"]]
            for query in (
                "payment_state=unpaid",
                "payment_state=partly_paid",
                "payment_state=paid",
                "payment_state=overdue",
                "open_amount=100.00",
                "open_amount=0.00",
                "open_amount__gt=100.00",
                "open_amount__lt=0",
            )
        }
    assert found == {
        "payment_state=unpaid": [invoice["id"]],
        "payment_state=partly_paid": [part["id"]],
        "payment_state=paid": [paid["id"]],
        "payment_state=overdue": [late["id"]],
        "open_amount=100.00": [part["id"]],
        "open_amount=0.00": [draft["id"]],
        "open_amount__gt=100.00": [invoice["id"], late["id"]],
        "open_amount__lt=0": [paid["id"]],
    }
    assert api.read("invoices/?payment_state=gone").status_code == 400
    assert api.change(f"invoices/{draft['id']}/", {"open_amount": "1.00"}).status_code == 422


def test_payments_stand_below_their_own_document(
    api: ApiClient, outsider: ApiClient, invoice: dict[str, Any], dupont: Party
) -> None:
    other = issued(api, dupont)
    payment = api.send(f"invoices/{invoice['id']}/payments/", {"amount": "21.00"}).json()
    for path in (f"invoices/{other['id']}", f"credit-notes/{invoice['id']}"):
        assert api.read(f"{path}/payments/{payment['id']}/").status_code == 404
        assert api.remove(f"{path}/payments/{payment['id']}/").status_code == 404
    own = f"invoices/{invoice['id']}/payments/"
    assert outsider.read(own).status_code == 404
    assert outsider.send(own, {"amount": "1.00"}).status_code == 404
    assert outsider.remove(f"{own}{payment['id']}/").status_code == 404
    assert standing(api, f"invoices/{invoice['id']}/") == ("100.00", "partly_paid")


@pytest.mark.parametrize(
    ("scopes", "read", "written"),
    [
        (["read"], 200, 403),
        (["write"], 200, 201),
        (["payments:read"], 200, 403),
        (["payments:write"], 200, 201),
        (["invoices:write"], 403, 403),
    ],
)
def test_payments_have_a_scope_of_their_own(
    make_client: Any, company: Company, invoice: Any, alice: User, scopes: list[str], read: int, written: int
) -> None:
    client = make_client(company, alice, scopes=scopes)
    path = f"invoices/{invoice['id']}/payments/"
    assert client.read(path).status_code == read
    answer = client.send(path, {"amount": "1.00"})
    assert answer.status_code == written
    if written == 403:
        assert "payments:write" in problem(answer)["detail"]
    assert Payment.objects.count() == (written == 201)


def test_a_token_for_payments_reaches_no_invoice(make_client: Any, company: Company, invoice: Any, alice: User) -> None:
    client = make_client(company, alice, scopes=["payments:write"])
    assert client.read("invoices/").status_code == 403
    assert client.read(f"invoices/{invoice['id']}/").status_code == 403


def test_the_list_of_payments_takes_the_same_queries_whatever_its_length(
    api: ApiClient, invoice: dict[str, Any]
) -> None:
    path = f"invoices/{invoice['id']}/payments/"
    for _turn in range(3):
        api.send(path, {"amount": "1.00"})
    counts = []
    for limit in (1, 3):
        with CaptureQueriesContext(connection) as captured:
            assert len(api.read(f"{path}?limit={limit}").json()["results"]) == limit
        counts.append(len(captured))
    assert counts == [3, 3]


def test_a_payment_is_undone_only_as_it_was_seen(api: ApiClient, invoice: dict[str, Any]) -> None:
    path = f"invoices/{invoice['id']}/payments/"
    made = api.send(path, {"amount": "1.00"})
    address = f"{path}{made.json()['id']}/"
    assert api.remove(address, If_Match='"other"').status_code == 412
    assert api.remove(address, If_Match=made["ETag"]).status_code == 204
