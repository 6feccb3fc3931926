"""An issued invoice is corrected by credit notes, in part and then in full, and never for more than remains."""

import pytest
from playwright.sync_api import expect

from tests.journeys.barriers import barriers_of
from tests.journeys.visiting import Visitor, paper, totals

pytestmark = pytest.mark.once


def test_an_invoice_is_credited_by_quantity_and_then_all_that_remains(visitor: Visitor) -> None:
    page = visitor.page
    invoice = visitor.press("wo-2026-0147")
    visitor.sign_in(at=invoice)
    assert totals(page) == ["77,54 €", "16,28 €", "93,82 €"]  # 1.25 h at 58.50 and 9.80 km at 0.45
    number = visitor.issue()

    visitor.choose("a[href$='/credit/']")
    hours, kilometres = page.locator("main tbody input").all()
    assert (hours.input_value(), kilometres.input_value()) == ("1,25", "9,8")
    visitor.picture("credit")
    hours.fill("1,26")
    with visitor.refused(422):
        page.click("main form .btn-create")
        expect(page.locator(".field-error")).to_be_visible()
    hours.fill("0,5")
    kilometres.fill("0")
    page.click("main form .btn-create")
    page.wait_for_url("**/credit-notes/*/")
    assert totals(page) == ["29,25 €", "6,14 €", "35,39 €"]
    credit_number = visitor.issue()
    assert credit_number != number
    visitor.picture("credit-note")
    printed = paper(visitor.download(lambda: visitor.choose("a[href$='/pdf/?download']")))
    assert credit_number in printed
    assert number in printed
    assert "35,39" in printed
    visitor.go(f"/documents/{page.url.rstrip('/').rpartition('/')[2]}/apply/")
    assert barriers_of(visitor, "apply") == []

    visitor.go(invoice)
    visitor.choose("a[href$='/credit/']")
    assert [field.input_value() for field in page.locator("main tbody input").all()] == ["0,75", "9,8"]
    page.click("[name=all]")
    page.wait_for_url("**/credit-notes/*/")
    assert totals(page) == ["48,29 €", "10,14 €", "58,43 €"]
    visitor.issue()

    visitor.go(f"{invoice}credit/")
    expect(page.locator(".empty")).to_be_visible()
    assert page.locator("main form").count() == 0
