"""Two records of one customer become one, and what was invoiced goes along."""

import pytest
from playwright.sync_api import expect

from tests.journeys.barriers import barriers_of
from tests.journeys.visiting import Visitor

pytestmark = pytest.mark.once

NAME = "Chaufferie Doublon SRL"


def test_two_records_of_one_customer_become_one(visitor: Visitor) -> None:
    page = visitor.sign_in(at="/customers/new/")
    for email, phone in (("bureau@doublon.example", "+32 2 555 70 01"), ("info@doublon.example", "")):
        visitor.go("/customers/new/")
        page.fill("[name=name]", NAME)
        page.fill("[name=email]", email)
        page.fill("[name=phone]", phone)
        page.fill("[name=postal_code]", "1000")
        page.click(".form-actions .btn-create")
        page.wait_for_url("**/customers/*-*/")
    second = page.url
    visitor.go(f"/invoices/new/?customer={second.rstrip('/').split('/')[-1]}")
    page.fill("[name=lines-0-description]", "Ramonage")
    page.fill("[name=lines-0-unit_price]", "90")
    page.wait_for_url("**/edit/")
    expect(page.locator("[data-saved]")).to_have_attribute("data-state", "saved")

    visitor.go("/customers/duplicates/")
    assert barriers_of(visitor, "duplicates") == []
    page.locator("a.cell-main", has_text=NAME).first.click()
    page.wait_for_url("**/merge/")
    page.locator("main tbody a", has_text=NAME).click()
    page.wait_for_url("**/merge/*/")
    assert barriers_of(visitor, "customer-merge-with") == []
    page.locator("[name=keep]").first.check()
    page.locator("label", has_text="info@doublon.example").locator("[name=email]").check()
    page.click(".form-actions .btn-danger")
    visitor.confirm()
    page.wait_for_url("**/customers/*-*/")
    expect(page.locator("main")).to_contain_text("info@doublon.example")
    expect(page.locator("main")).to_contain_text("+32 2 555 70 01")
    visitor.go(f"{page.url}?tab=documents")
    expect(page.locator("main")).to_contain_text("108,90 €")
    visitor.go("/customers/duplicates/")
    expect(page.locator("main")).not_to_contain_text(NAME)
