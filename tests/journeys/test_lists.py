"""A list as somebody likes it: their columns and their filters."""

import pytest
from playwright.sync_api import expect

from tests.journeys.barriers import barriers_of
from tests.journeys.visiting import Visitor

pytestmark = pytest.mark.once


def test_columns_and_a_filter_are_kept_for_the_next_time(visitor: Visitor) -> None:
    page = visitor.sign_in(at="/invoices/")
    page.fill(".filter-bar [name=q]", "dupont")
    expect(page.locator(".in-use-one")).to_have_count(1)
    page.click("[commandfor=save-filter]")
    assert barriers_of(visitor, "save-filter") == []
    page.fill("#filter-name", "Boulangerie")
    page.keyboard.press("Enter")
    page.wait_for_url("**/invoices/?q=dupont")
    page.click("[commandfor=columns]:visible")
    page.check("#columns [value=buyer_vat]")
    assert barriers_of(visitor, "columns") == []
    page.click("#columns .btn-edit")
    visitor.go("/invoices/")
    expect(page.locator("thead")).to_contain_text("Numéro de TVA")
    assert barriers_of(visitor, "invoices-more-columns") == []
    page.click(".in-use-name")
    page.wait_for_url("**/invoices/?q=dupont")
    expect(page.locator(".in-use-name")).to_have_attribute("aria-current", "true")
    page.click(".is-saved button")
    visitor.confirm()
    page.wait_for_url("**/invoices/")
    expect(page.locator(".is-saved")).to_have_count(0)
