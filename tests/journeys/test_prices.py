"""What a work order brings without a price is seen, cured or accepted before it is issued."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.journeys.visiting import Visitor, field_values, texts, totals

pytestmark = pytest.mark.once


def test_an_unknown_technician_is_created_and_their_hours_are_priced(visitor: Visitor) -> None:
    page = visitor.page
    invoice = visitor.press("wo-2026-0150")
    page.click("#answer a.button")
    visitor.give_password("alice@frigotech.example")
    page.wait_for_url(invoice)
    assert totals(page)[0] == "0,00 €"
    visitor.picture("invoice-warnings")

    cure = page.locator(".cures a[href*='/cure/'][data-dialog]")
    cure.click()
    expect(page.locator("#sheet")).to_be_visible()
    assert field_values(page, "email", "first_name", "last_name") == {
        "email": "new.hire@frigotech.example",
        "first_name": "Unknown",
        "last_name": "Technician",
    }
    visitor.picture("invoice-cure")
    page.fill("#sheet [name=billable_rate]", "55,00")
    page.click("#sheet .form-actions .btn-create")
    expect(page.locator(".document-lines td:nth-child(5)")).to_have_text("55,00")
    assert page.url == invoice
    expect(cure).to_have_count(0)
    assert totals(page)[0] == "55,00 €"


def test_lines_without_a_price_are_issued_only_when_somebody_says_so(visitor: Visitor) -> None:
    page = visitor.page
    invoice = visitor.press("wo-2026-0142")
    visitor.sign_in(at=invoice)
    assert texts(page, ".document-lines td:nth-child(5)") == ["102,92", "0,00"]
    assert totals(page) == ["102,92 €", "21,61 €", "124,53 €"]

    page.click("a[href$='/issue/'][data-dialog]")
    expect(page.locator("#sheet .cures")).to_have_count(0)
    page.fill("#sheet [name=issue_date]", str(timezone.localdate() + timedelta(days=1)))
    expect(page.locator("#sheet .cures")).to_contain_text("futur")
    page.click("#sheet form[action$='/issue/'] .btn-create")
    assert page.locator("#sheet :invalid[name=accept_warnings]").count() == 1
    page.keyboard.press("Escape")
    expect(page.locator("#sheet")).to_be_hidden()
    visitor.go(invoice)
    expect(page.locator("a[href$='/edit/']")).to_be_visible()

    visitor.issue(accept_open_prices=True)
    expect(page.locator("a[href$='/edit/']")).to_have_count(0)
    assert totals(page) == ["102,92 €", "21,61 €", "124,53 €"]
