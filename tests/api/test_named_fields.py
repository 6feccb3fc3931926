"""The fields that the API promises, by the names it promised: what a program relies on is added to, never renamed."""

from typing import Any

import pytest

from core.api.openapi.generator import Generator

pytestmark = pytest.mark.once

ADDRESS = "street street_number box postal_code city country"
DOCUMENT = (
    "number state customer journal issue_date due_date delivery_date currency language vat_regime prices_include_vat "
    "reference structured_message intro note terms internal_note lines vat_lines total_net total_vat total_gross "
    "open_amount warnings attachments links"
)
PROMISED = {
    "company": f"name slug vat_number email phone iban bic language currency {ADDRESS} mileage_rate default_vat_rate "
    "vat_scheme payment_term_days time_rounding",
    "users": "email first_name last_name language role hourly_cost billable_rate color is_active",
    "customers": "number name is_company vat_number vat_regime email phone language currency payment_term_days "
    f"{ADDRESS} contacts addresses custom_fields external_id is_archived",
    "product-groups": "name ledger_account margin_percent",
    "products": "number name description group unit unit_price price_includes_vat vat_rate renovation_rate "
    "purchase_price ledger_account ean external_id is_active",
    "invoices": DOCUMENT,
    "credit-notes": DOCUMENT,
    "events": "action object actor at data",
    "webhook-endpoints": "url events is_active secret",
    "connections": "provider state last_error settings",
    "sync-runs": "connection state total done created updated unchanged removed failed left_out errors started_at "
    "finished_at",
    "work-orders/received": "connection external_id number state warnings invoice received_at",
}
INSIDE = {
    "lines": "id role product description quantity unit unit_price discount_percent vat_rate vat_category net",
    "vat_lines": "category rate base amount",
    "warnings": "code message pointer",
    "attachments": "id kind filename media_type size sha256 send_along",
}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return Generator().get_schema()


def properties(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]["properties"]
    return found


def answer(document: dict[str, Any], path: str) -> dict[str, Any]:
    """The properties of one object of a resource."""
    got = document["paths"][f"/api/v1/{path}/"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    return properties(document, got if path == "company" else properties(document, got)["results"]["items"])


@pytest.mark.parametrize("path", PROMISED)
def test_an_object_has_the_promised_fields(document: dict[str, Any], path: str) -> None:
    promised = {"id", "created_at", "updated_at", *PROMISED[path].split()}
    assert promised - set(answer(document, path)) == set()


@pytest.mark.parametrize("name", INSIDE)
def test_the_rows_of_an_invoice_have_the_promised_fields(document: dict[str, Any], name: str) -> None:
    rows = answer(document, "invoices")[name]
    assert set(INSIDE[name].split()) - set(properties(document, rows["items"])) == set()
