"""Invoices and credit notes over the API: drafts, issuing, crediting, the PDF, and how fast they are listed."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.tenancy import company_scope
from customers.models import Party
from documents import warnings
from documents.models import Document, File, Line
from documents.services import annexing, wording
from invoices.kinds import INVOICE
from products.models import Product
from tests.api.conftest import ApiClient, pointers, problem
from users.models import Company, User

TODAY = timezone.localdate()


@pytest.fixture
def body(dupont: Party, products: dict[str, Product]) -> dict[str, Any]:
    return {
        "customer": str(dupont.pk),
        "reference": "PO-7",
        "lines": [
            {"role": "section", "description": "Entretien"},
            {"product": str(products["P0001"].pk), "quantity": 2},
            {"product": str(products["P0007"].pk), "quantity": "0.85"},
            {"description": "Main-d'œuvre", "quantity": "2.5", "unit": "HUR", "unit_price": "65", "vat_rate": "21"},
        ],
    }


@pytest.fixture
def draft(api: ApiClient, body: dict[str, Any]) -> dict[str, Any]:
    answer = api.send("invoices/", body)
    assert answer.status_code == 201, answer.content
    made: dict[str, Any] = answer.json()
    return made


def test_a_draft_is_made_with_its_lines_and_totals(draft: dict[str, Any], dupont: Party, products: Any) -> None:
    shown = {name: draft[name] for name in ("number", "state", "customer", "journal", "issue_date", "reference")}
    assert shown == {
        "number": "",
        "state": "draft",
        "customer": str(dupont.pk),
        "journal": "invoice",
        "issue_date": None,
        "reference": "PO-7",
    }
    totals = [draft[name] for name in ("total_net", "total_vat", "total_gross", "open_amount")]
    assert totals == ["287.95", "60.47", "348.42", "0.00"]
    assert draft["vat_lines"] == [{"category": "S", "rate": "21.00", "base": "287.95", "amount": "60.47"}]
    assert [draft[name] for name in ("warnings", "attachments", "links")] == [[], [], []]
    line = draft["lines"][2]
    assert {name: line[name] for name in set(line) - {"id"}} == {
        "role": "item",
        "product": str(products["P0007"].pk),
        "description": "Réfrigérant R-410A",
        "detail": "",
        "quantity": "0.85",
        "unit": "KGM",
        "unit_price": "89.0000",
        "discount_percent": "0.00",
        "vat_rate": "21.00",
        "vat_category": "S",
        "net": "75.65",
    }
    assert [(row["role"], row["quantity"], row["net"]) for row in draft["lines"]] == [
        ("section", "1", "0.00"),
        ("item", "2", "49.80"),
        ("item", "0.85", "75.65"),
        ("item", "2.5", "162.50"),
    ]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"customer": "0197c0de-1234-7abc-8def-0123456789ab"}, [("/customer", "unknown")]),
        ({"total_gross": "5"}, [("/total_gross", "unknown_field")]),
        ({"delivery_date": "2026-02-30"}, [("/delivery_date", "invalid")]),
        ({"delivery_date": "20260201"}, [("/delivery_date", "invalid")]),
        ({"delivery_date": 20260201}, [("/delivery_date", "invalid")]),
        ({"vat_regime": "none"}, [("/vat_regime", "invalid_choice")]),
        ({"lines": [{"unit_price": "-1"}]}, [("/lines/0/unit_price", "min_value")]),
        ({"lines": [{"vat_rate": "19"}]}, [("/lines/0/vat_rate", "one_of")]),
        ({"lines": [{"discount_percent": "100.01"}]}, [("/lines/0/discount_percent", "max_value")]),
        ({"lines": [{"quantity": "0.123456789"}]}, [("/lines/0/quantity", "places")]),
        ({"lines": [{"net": "1"}]}, [("/lines/0/net", "unknown_field")]),
        ({"lines": [{"product": "0197c0de-1234-7abc-8def-0123456789ab"}]}, [("/lines/0/product", "unknown")]),
        ({"lines": [{}, {"id": "0197c0de-1234-7abc-8def-0123456789ab"}]}, [("/lines/1/id", "unknown")]),
        ({"lines": [5]}, [("/lines/0", "invalid_type")]),
        ({"lines": None}, [("/lines", "null")]),
    ],
)
def test_a_wrong_draft_is_refused_and_not_kept(
    api: ApiClient, body: dict[str, Any], change: dict[str, Any], expected: Any
) -> None:
    answer = api.send("invoices/", {**body, **change})
    assert answer.status_code == 422, answer.content
    assert pointers(answer) == expected
    assert Document.objects.count() == 0


def test_customers_and_products_of_others_are_unknown(
    api: ApiClient, outsider: ApiClient, body: dict[str, Any], draft: dict[str, Any], other_company: Company
) -> None:
    stolen = outsider.send("invoices/", body)
    assert stolen.status_code == 422
    assert pointers(stolen) == [
        ("/customer", "unknown"),
        ("/lines/1/product", "unknown"),
        ("/lines/2/product", "unknown"),
    ]
    path = f"invoices/{draft['id']}/"
    assert [
        outsider.read(path).status_code,
        outsider.change(path, {"note": "x"}).status_code,
        outsider.remove(path).status_code,
        outsider.send(f"{path}issue/").status_code,
        outsider.send(f"{path}credit/").status_code,
        outsider.read(f"{path}pdf/").status_code,
    ] == [404] * 6
    assert outsider.read("invoices/").json()["results"] == []
    assert api.read(path).json() == draft
    with company_scope(other_company.pk):
        assert Document.objects.count() == 0


def test_a_draft_is_changed_and_thrown_away(api: ApiClient, draft: dict[str, Any]) -> None:
    path = f"invoices/{draft['id']}/"
    kept = draft["lines"][3]["id"]
    lines = [{"id": kept, "description": "Main-d'œuvre", "quantity": "1", "unit": "HUR", "unit_price": "65.01"}]
    changed = api.change(path, {"note": "Merci.\nÀ bientôt.", "lines": lines}, If_Match=api.read(path)["ETag"])
    assert changed.status_code == 200, changed.content
    assert changed.json()["note"] == "Merci.\nÀ bientôt."
    assert [(line["id"], line["net"]) for line in changed.json()["lines"]] == [(kept, "65.01")]
    assert changed.json()["total_gross"] == "78.66"
    assert api.change(path, {"note": "Trop tard"}, If_Match='"stale"').status_code == 412
    assert api.remove(path, If_Match='"stale"').status_code == 412
    assert api.remove(path).status_code == 204
    assert api.read(path).status_code == 404
    assert Line.objects.count() == 0


def test_issuing_numbers_and_freezes(api: ApiClient, draft: dict[str, Any]) -> None:
    path = f"invoices/{draft['id']}/"
    answer = api.send(f"{path}issue/", {"issue_date": TODAY.isoformat()}, Idempotency_Key="k-1")
    assert answer.status_code == 200, answer.content
    issued = answer.json()
    assert (issued["number"], issued["state"]) == (f"{TODAY.year}-0001", "issued")
    assert issued["issue_date"] == TODAY.isoformat()
    assert issued["due_date"] == (TODAY + timedelta(days=30)).isoformat()
    assert issued["open_amount"] == "348.42"
    assert len(issued["structured_message"]) == 12
    again = api.send(f"{path}issue/", {"issue_date": TODAY.isoformat()}, Idempotency_Key="k-1")
    assert (again.content, again["Idempotent-Replayed"]) == (answer.content, "true")
    refused = api.send(f"{path}issue/")
    assert refused.status_code == 409
    assert [error["code"] for error in problem(refused)["errors"]] == ["issued"]
    for change in ({"note": "x"}, {"lines": []}, {"customer": None}):
        assert api.change(path, change).status_code == 409
    assert api.remove(path).status_code == 409
    annotated = api.change(path, {"internal_note": "Payé en mars"})
    assert (annotated.status_code, annotated.json()["internal_note"]) == (200, "Payé en mars")


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        ({"issue_date": (TODAY + timedelta(days=1)).isoformat()}, ("/issue_date", "future_date")),
        ({"issue_date": "yesterday"}, ("/issue_date", "invalid")),
        ({"accept_warnings": "yes"}, ("/accept_warnings", "invalid")),
        ({"date": TODAY.isoformat()}, ("/date", "unknown_field")),
    ],
)
def test_a_wrong_wish_issues_nothing(api: ApiClient, draft: dict[str, Any], wish: Any, expected: Any) -> None:
    answer = api.send(f"invoices/{draft['id']}/issue/", wish)
    assert answer.status_code == 422
    assert pointers(answer) == [expected]
    assert api.read(f"invoices/{draft['id']}/").json() == draft


def test_open_prices_ask_for_a_yes(api: ApiClient, draft: dict[str, Any]) -> None:
    warnings.register("test_price", lambda data: f"No price for {data['name']}.", is_price=True)
    document = Document.objects.get()
    warnings.add(document, "test_price", pointer="/work_order/materials/0", name="Filtre")
    path = f"invoices/{draft['id']}/"
    assert api.read(path).json()["warnings"] == [
        {"code": "test_price", "message": "No price for Filtre.", "pointer": "/work_order/materials/0"}
    ]
    refused = api.send(f"{path}issue/")
    assert refused.status_code == 409
    assert [error["code"] for error in problem(refused)["errors"]] == ["price_warnings"]
    assert api.read(path).json()["state"] == "draft"
    assert api.send(f"{path}issue/", {"accept_warnings": True}).json()["state"] == "issued"


def test_crediting_in_part_and_in_full_closes_the_invoice(api: ApiClient, draft: dict[str, Any]) -> None:
    path = f"invoices/{draft['id']}/"
    assert api.send(f"{path}credit/").status_code == 409
    issued = api.send(f"{path}issue/").json()
    hours = issued["lines"][3]["id"]
    answer = api.send(f"{path}credit/", {"lines": [{"id": hours, "quantity": "1"}], "note": "Geste"})
    assert answer.status_code == 201, answer.content
    note = answer.json()
    assert answer["Location"] == f"/api/v1/credit-notes/{note['id']}/"
    assert answer["ETag"] == api.read(answer["Location"])["ETag"]
    assert (note["state"], note["total_gross"], note["note"], note["journal"]) == (
        "draft",
        "78.65",
        "Geste",
        "credit_note",
    )
    assert note["links"] == [{"relation": "credits", "kind": "invoice", "id": draft["id"], "number": issued["number"]}]
    assert api.read(path).json()["open_amount"] == "348.42"
    credited = api.send(f"credit-notes/{note['id']}/issue/").json()
    assert credited["number"].startswith("CN")
    assert (credited["state"], credited["open_amount"]) == ("issued", "0.00")
    seen = api.read(path).json()
    assert seen["open_amount"] == "269.77"
    assert seen["links"] == [
        {"relation": "credited_by", "kind": "credit_note", "id": note["id"], "number": credited["number"]}
    ]
    too_much = api.send(f"{path}credit/", {"lines": [{"id": hours, "quantity": "1.6"}]})
    assert (too_much.status_code, [code for _pointer, code in pointers(too_much)]) == (422, ["more_than_remains"])
    rest = api.send(f"{path}credit/").json()
    assert rest["total_gross"] == "269.77"
    api.send(f"credit-notes/{rest['id']}/issue/")
    assert api.read(path).json()["open_amount"] == "0.00"
    assert api.send(f"{path}credit/").status_code == 409
    assert [row["id"] for row in api.read("credit-notes/").json()["results"]] == [rest["id"], note["id"]]
    assert api.read(f"credit-notes/{draft['id']}/").status_code == 404
    assert api.send("credit-notes/", {}).status_code == 405


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([{"id": "0197c0de-1234-7abc-8def-0123456789ab", "quantity": "1"}], ("/lines/0/id", "unknown_line")),
        ([{"id": "hours", "quantity": "1"}], ("/lines/0/id", "invalid")),
        ([{"quantity": "1"}], ("/lines/0/id", "required")),
        ("all", ("/lines", "not_a_list")),
    ],
)
def test_a_wrong_credit_makes_nothing(api: ApiClient, draft: dict[str, Any], lines: Any, expected: Any) -> None:
    api.send(f"invoices/{draft['id']}/issue/")
    answer = api.send(f"invoices/{draft['id']}/credit/", {"lines": lines})
    assert answer.status_code == 422
    assert pointers(answer) == [expected]
    assert Document.objects.count() == 1


def test_a_line_is_credited_once_per_request(api: ApiClient, draft: dict[str, Any]) -> None:
    issued = api.send(f"invoices/{draft['id']}/issue/").json()
    line = {"id": issued["lines"][3]["id"], "quantity": "1"}
    assert pointers(api.send(f"invoices/{draft['id']}/credit/", {"lines": [line, line]})) == [("/lines/1/id", "twice")]


def test_the_pdf_of_an_issued_invoice_is_the_kept_one(api: ApiClient, draft: dict[str, Any]) -> None:
    path = f"invoices/{draft['id']}/"
    preview = api.read(f"{path}pdf/", Accept="application/pdf")
    assert (preview.status_code, preview["Content-Type"], preview.content[:5]) == (200, "application/pdf", b"%PDF-")
    assert File.objects.count() == 0
    api.send(f"{path}issue/")
    first, second = api.read(f"{path}pdf/"), api.read(f"{path}pdf/")
    kept = File.objects.get()
    assert first.content == second.content
    assert first["ETag"] == f'"{kept.sha256}"'
    assert first["Content-Disposition"] == f'inline; filename="{TODAY.year}-0001.pdf"'
    assert api.read(path).json()["attachments"] == []


def test_annexes_are_named(api: ApiClient, draft: dict[str, Any]) -> None:
    content = b"%PDF-1.4 certificate"
    file = annexing.add(Document.objects.get(), content=content, filename="a.pdf", by=None, label="certificate")
    assert api.read(f"invoices/{draft['id']}/").json()["attachments"] == [
        {
            "id": str(file.pk),
            "created_at": file.created_at.isoformat().replace("+00:00", "Z"),
            "kind": "certificate",
            "filename": "a.pdf",
            "media_type": "application/pdf",
            "size": len(content),
            "sha256": file.sha256,
            "send_along": True,
        }
    ]


def test_the_list_is_filtered_searched_and_unfolded(api: ApiClient, draft: dict[str, Any], dupont: Party) -> None:
    for query in (
        "state=draft",
        f"customer={dupont.pk}",
        "search=dupont",
        "reference=PO-7",
        "total_gross__gte=348.42",
        "currency=EUR&language=fr",
        "ordering=issue_date",
        "ordering=-due_date,number",
    ):
        assert [row["id"] for row in api.read(f"invoices/?{query}").json()["results"]] == [draft["id"]], query
    for query in ("state=issued", "search=martin", "total_gross__gt=348.42", "issue_date__gte=2020-01-01"):
        assert api.read(f"invoices/?{query}").json()["results"] == [], query
    rows = api.read("invoices/?expand=customer,lines.product&fields=customer,lines").json()["results"]
    assert set(rows[0]) == {"customer", "lines"}
    assert (rows[0]["customer"]["name"], rows[0]["customer"]["contacts"]) == ("Boulangerie Dupont SRL", [])
    assert [line["product"] and line["product"]["number"] for line in rows[0]["lines"]] == [
        None,
        "P0001",
        "P0007",
        None,
    ]
    assert api.read("invoices/?expand=lines").json()["results"] == api.read("invoices/").json()["results"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", 4),
        ("fields=number,total_gross", 2),
        ("fields=number,open_amount,payment_state", 2),
        ("expand=customer", 7),
        ("expand=customer,lines.product", 8),
    ],
)
def test_the_number_of_queries_does_not_follow_the_invoices(
    api: ApiClient, draft: dict[str, Any], body: dict[str, Any], query: str, expected: int
) -> None:
    api.send("invoices/", body)
    for number in (1, 2):
        with CaptureQueriesContext(connection) as captured:
            rows = api.read(f"invoices/?limit={number}&{query}").json()["results"]
        assert len(rows) == number
        assert len(captured) == expected, [entry["sql"][:150] for entry in captured]


def test_what_no_invoice_of_the_page_has_is_not_asked_for(
    api: ApiClient, draft: dict[str, Any], body: dict[str, Any]
) -> None:
    annexing.add(Document.objects.get(), content=b"%PDF-1.4 plan", filename="plan.pdf", by=None)
    api.send("invoices/", body)
    counts = []
    for page in ("limit=1&ordering=-created_at", "limit=2"):
        with CaptureQueriesContext(connection) as captured:
            rows = api.read(f"invoices/?{page}").json()["results"]
        counts.append((len(captured), [len(row["attachments"]) for row in rows]))
    assert counts == [(4, [0]), (5, [0, 1])]


def test_a_closing_text_that_is_not_given_is_the_companys(
    api: ApiClient, body: dict[str, Any], company: Company, alice: User
) -> None:
    with company_scope(company.pk):
        for language, text in (("fr", "Facture %number%."), ("nl", "Factuur %number%.")):
            wording.add(company, INVOICE, language=language, name="Usual", body=text, by=alice)
    draft = api.send("invoices/", body).json()
    assert draft["terms"] == "Facture %number%."
    changed = api.change(f"invoices/{draft['id']}/", {"language": "nl"}).json()
    assert changed["terms"] == "Factuur %number%."
    assert api.send("invoices/", {**body, "terms": ""}).json()["terms"] == ""
    assert api.send("invoices/", {**body, "terms": "À la main."}).json()["terms"] == "À la main."
    issued = api.send("invoices/", {**body, "issue": True}).json()
    assert issued["terms"] == f"Facture {issued['number']}."
