"""Customers, products, rates and settings are kept by hand, in the language that a person reads."""

import pytest
from playwright.sync_api import expect

from tests.journeys.barriers import barriers_of
from tests.journeys.visiting import Visitor, texts

pytestmark = pytest.mark.once


def test_a_customer_with_a_wrong_vat_number_is_refused_and_nothing_typed_is_lost(visitor: Visitor) -> None:
    page = visitor.sign_in(at="/customers/new/")
    page.fill("[name=name]", "Brasserie du Canal SRL")
    page.fill("[name=vat_number]", "BE 0403.019.262")
    page.fill("[name=city]", "Tubize")
    page.click(".form-actions button")
    expect(page.locator("#id_vat_number_error")).to_be_visible()
    assert len(page.inner_text("#id_vat_number_error").split()) > 3
    assert page.input_value("[name=name]") == "Brasserie du Canal SRL"
    assert page.input_value("[name=vat_number]") == "BE 0403.019.262"
    assert page.input_value("[name=city]") == "Tubize"
    visitor.picture("customer-refused")
    page.fill("[name=vat_number]", "be0403170701")
    page.click(".form-actions button")
    expect(page.locator("h1")).to_have_text("Brasserie du Canal SRL")
    expect(page.locator("main")).to_contain_text("BE 0403.170.701")


def test_a_product_is_made_and_found_again(visitor: Visitor) -> None:
    page = visitor.sign_in(at="/products/new/")
    page.fill("[name=name]", "Raccord flare 3/8 laiton")
    page.fill("[name=unit_price]", "12,505")
    page.click(".form-actions button")
    page.wait_for_url("**/products/")
    page.fill(".search-input", "flare laiton")
    expect(page.locator("#results tbody tr")).to_have_count(1)
    expect(page.locator("#results tbody tr")).to_contain_text("12,505 €")


def test_rates_and_the_price_per_kilometre_are_changed_where_climapulse_shows_them(visitor: Visitor) -> None:
    page = visitor.sign_in(at="/work-orders/applications/climapulse/")
    bob = page.locator("#users tr", has_text="bob@frigotech.example")
    bob.locator("a[href$='/edit/']").click()
    page.fill("[name=hourly_cost]", "31")
    page.fill("[name=billable_rate]", "47,50")
    page.click(".form-actions button")
    page.wait_for_url("**/users/")
    visitor.go("/work-orders/applications/climapulse/")
    expect(bob).to_contain_text("31,00 €/h")
    expect(bob).to_contain_text("47,50 €/h")
    assert texts(page, "#mileage .figure") == ["0,45 €/km"]
    for rate in ("0,4731", "0,45"):
        page.click("#mileage a")
        page.fill("[name=mileage_rate]", rate)
        page.click(".form-actions button")
        expect(page.locator(".toast-success")).to_be_visible()
        visitor.go("/work-orders/applications/climapulse/")
    assert texts(page, "#mileage .figure") == ["0,45 €/km"]


def test_the_language_is_switched_and_the_way_out_is_out(visitor: Visitor) -> None:
    page = visitor.sign_in(at="/customers/")
    for language in ("nl", "en", "fr"):
        page.click("[popovertarget=account]")
        page.click(f"#account [name=language][value={language}]")
        expect(page.locator("html")).to_have_attribute("lang", language)
        assert page.url.endswith("/customers/")
        assert page.get_attribute(f"#account [value={language}]", "aria-pressed") == "true"
    page.click("[popovertarget=account]")
    page.click("#account form[action$='/sign-out/'] button")
    page.wait_for_url("**/sign-in/")
    visitor.go("/customers/")
    assert "/sign-in/?next=" in page.url
    assert texts(page, "table") == []


def test_a_price_is_changed_in_the_list_itself(visitor: Visitor) -> None:
    page = visitor.sign_in(at="/products/")
    cell = page.locator("tr", has_text="P0002").locator("td").last
    old = cell.locator(".price").inner_text().splitlines()[0].strip()
    cell.locator(".price").click()
    field = cell.locator("[name=unit_price]")
    expect(field).to_be_focused()
    field.fill("abc")
    with visitor.refused(422):
        field.press("Enter")
        expect(cell.locator(".field-error")).to_be_visible()
    assert barriers_of(visitor, "products-price") == []
    cell.locator("[name=unit_price]").fill("39,95")
    cell.locator("[name=unit_price]").press("Enter")
    expect(cell.locator(".price")).to_contain_text("39,95")
    cell.locator(".price").click()
    cell.locator("[type=button]").click()
    expect(cell.locator(".price")).to_contain_text("39,95")
    assert old not in cell.inner_text()
