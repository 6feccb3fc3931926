"""A list walked by keys, rows ticked, and all that match done at once, as a person at a desk does it."""

import io
import zipfile

import pytest
from playwright.sync_api import expect

from tests.journeys.barriers import barriers_of
from tests.journeys.visiting import WORKER_SECONDS, Visitor

pytestmark = pytest.mark.once


def test_keys_walk_tick_and_open_the_rows(visitor: Visitor) -> None:
    page = visitor.sign_in(at="/invoices/")
    links = page.locator("tbody a.cell-main")
    page.keyboard.press("j")
    expect(links.nth(0)).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(links.nth(1)).to_be_focused()
    expect(page.locator("tbody input[name=id]").nth(1)).to_be_checked()
    page.keyboard.press("k")
    expect(links.nth(0)).to_be_focused()

    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    assert barriers_of(visitor, "keys") == []
    page.uncheck("#keys [data-keys-on]")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    expect(links.nth(1)).not_to_be_focused()
    page.evaluate("localStorage.removeItem('keys')")

    links.nth(0).focus()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/invoices/*-*/")


def test_all_that_match_become_one_zip(visitor: Visitor) -> None:
    page = visitor.sign_in(at="/invoices/?state=issued&customer=dupont&period=2026-10")
    rows = page.locator("tbody tr").count()
    assert rows > 0
    expect(page.locator("[data-rows-actions]")).to_be_hidden()
    page.check("[data-rows-all]")
    page.click("[data-rows-actions] [popovertarget]")
    page.click("[data-rows-actions] [value=zip]")
    expect(page.locator(".figure")).to_contain_text(str(rows))
    assert barriers_of(visitor, "bulk-confirm") == []
    page.click("main form button")
    link = page.locator("main a[href$='/file/']")
    expect(link).to_be_visible(timeout=WORKER_SECONDS * 1000)
    assert barriers_of(visitor, "bulk-result") == []
    with zipfile.ZipFile(io.BytesIO(visitor.download(link.click))) as archive:
        assert len(archive.namelist()) == rows
