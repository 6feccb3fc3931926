"""A body of a document or a payment that cannot be right is refused where it is wrong, and nothing is kept."""

from typing import Any

import pytest

from activity.models import Event
from core.tenancy import company_scope
from customers import services
from customers.models import Party
from documents.models import Document
from payments.models import Payment
from tests.api.conftest import ApiClient, pointers
from users.models import Company, User

NOBODY = "0197c0de-1234-7abc-8def-0123456789ab"
LINE = {"description": "Filtre", "quantity": "2", "unit_price": "24.90", "vat_rate": "21.00"}


def kept(company: Company) -> int:
    with company_scope(company.pk):
        return Document.objects.count() + Payment.objects.count() + Party.objects.count() + Event.objects.count()


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"unit_price": "-1"}, ("/lines/0/unit_price", "min_value")),
        ({"unit_price": "-0.00000001"}, ("/lines/0/unit_price", "min_value")),
        ({"discount_percent": "100.01"}, ("/lines/0/discount_percent", "max_value")),
        ({"discount_percent": "-1"}, ("/lines/0/discount_percent", "min_value")),
        ({"vat_rate": "19.00"}, ("/lines/0/vat_rate", "one_of")),
        ({"vat_rate": "-21.00"}, ("/lines/0/vat_rate", "one_of")),
        ({"quantity": "1e9"}, ("/lines/0/quantity", "invalid")),
        ({"quantity": "999999999999"}, ("/lines/0/quantity", "digits")),
        ({"quantity": "99999999999"}, ("/lines", "total_too_large")),
        ({"unit": "parsec"}, ("/lines/0/unit", "invalid_choice")),
        ({"product": NOBODY}, ("/lines/0/product", "unknown")),
        ({"product_number": "P9999"}, ("/lines/0/product_number", "unknown")),
        ({"description": "a\0b"}, ("/lines/0/description", "invalid_characters")),
        ({"net": "1.00"}, ("/lines/0/net", "unknown_field")),
        ({"price": "1.00"}, ("/lines/0/price", "unknown_field")),
    ],
)
@pytest.mark.parametrize("issue", [False, True])
def test_a_wrong_line_is_named(
    api: ApiClient, company: Company, dupont: Party, fields: dict[str, Any], expected: Any, issue: bool
) -> None:
    before = kept(company)
    body = {"customer": str(dupont.pk), "lines": [{**LINE, **fields}], "issue": issue}
    answer = api.send("invoices/", body)
    assert answer.status_code == 422, answer.content
    assert pointers(answer) == [expected]
    assert kept(company) == before


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"issue_date": "2026-02-30"}, ("/issue_date", "invalid")),
        ({"issue_date": "2026-13-01"}, ("/issue_date", "invalid")),
        ({"delivery_date": "31/03/2026"}, ("/delivery_date", "invalid")),
        ({"delivery_date": 20260331}, ("/delivery_date", "invalid")),
        ({"customer": NOBODY}, ("/customer", "unknown")),
        ({"customer": 5}, ("/customer", "invalid")),
        ({"currency": "euro"}, ("/currency", "invalid")),
        ({"vat_regime": "none"}, ("/vat_regime", "invalid_choice")),
        ({"lines": {}}, ("/lines", "not_a_list")),
        ({"lines": ["x"]}, ("/lines/0", "invalid_type")),
        ({"total_gross": "-5.00"}, ("/total_gross", "unknown_field")),
        ({"note": "\ud800"}, ("/note", "invalid_characters")),
    ],
)
def test_a_wrong_field_of_a_document_is_named(
    api: ApiClient, company: Company, dupont: Party, fields: dict[str, Any], expected: Any
) -> None:
    before = kept(company)
    answer = api.send("invoices/", {"customer": str(dupont.pk), "lines": [LINE], **fields, "issue": True})
    assert answer.status_code == 422, answer.content
    assert pointers(answer)[:1] == [expected]
    assert kept(company) == before


def test_an_invoice_below_zero_is_not_issued(api: ApiClient, company: Company, dupont: Party) -> None:
    """A line may take back what another gives; more than that is a credit note."""
    before = kept(company)
    body = {"customer": str(dupont.pk), "lines": [LINE, {**LINE, "quantity": "-3"}]}
    answer = api.send("invoices/", {**body, "issue": True})
    assert answer.status_code == 422
    assert pointers(answer) == [("/lines", "negative_total")]
    assert kept(company) == before

    draft = api.send("invoices/", body).json()
    assert draft["total_gross"] == "-30.13"
    before = kept(company)
    assert pointers(api.send(f"invoices/{draft['id']}/issue/")) == [("/lines", "negative_total")]
    assert kept(company) == before


def test_an_archived_customer_gets_no_document(api: ApiClient, company: Company, alice: User, dupont: Party) -> None:
    services.archive_party(dupont, by=alice)
    before = kept(company)
    for issue in (False, True):
        answer = api.send("invoices/", {"customer": str(dupont.pk), "lines": [LINE], "issue": issue})
        assert answer.status_code == 422, answer.content
        assert pointers(answer) == [("/customer", "archived")]
    assert kept(company) == before


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"amount": "-1.00"}, "/amount"),
        ({"amount": "0"}, "/amount"),
        ({"amount": "1.001"}, "/amount"),
        ({"amount": None}, "/amount"),
        ({"date": "2026-02-30"}, "/date"),
        ({"date": "2999-01-01"}, "/date"),
        ({"method": "gold"}, "/method"),
        ({"colour": "red"}, "/colour"),
    ],
)
def test_a_wrong_payment_is_named(
    api: ApiClient, company: Company, dupont: Party, fields: dict[str, Any], expected: str
) -> None:
    made = api.send("invoices/", {"customer": str(dupont.pk), "lines": [LINE], "issue": True}).json()
    before = kept(company)
    answer = api.send(f"invoices/{made['id']}/payments/", {"amount": "10.00", **fields})
    assert answer.status_code == 422, answer.content
    assert [pointer for pointer, _code in pointers(answer)] == [expected]
    assert kept(company) == before
    assert api.read(f"invoices/{made['id']}/").json()["open_amount"] == made["total_gross"]
