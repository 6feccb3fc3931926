"""Every page on a desk and on a phone, by day and by night, for eyes, keys and screen readers."""

import pytest
from playwright.sync_api import expect

from tests.journeys.barriers import barriers_of, settled
from tests.journeys.places import Places
from tests.journeys.visiting import Visitor
from tests.journeys.walking import walk

pytestmark = pytest.mark.once

# Every operation and object is made by one template; axe would read them all for half a minute.
REPEATED = (
    ".ref-operation:nth-of-type(n + 3):not(:has(.ref-delete)), .ref-side li:nth-of-type(n + 6), .ref-more:not([open])"
)
GROUND = "() => getComputedStyle(document.documentElement).backgroundColor"


def test_no_page_bars_anybody_in_any_look(visitor: Visitor, places: Places) -> None:
    visitor.installation.shell("from users.models import User; User.objects.update(is_staff=True)")
    visitor.sign_in()
    barriers: list[str] = []
    pages = {**places.main(), "design": "/design/"}
    walk(visitor, pages, lambda name: barriers.extend(barriers_of(visitor, name)))
    assert barriers == []


def test_the_pages_of_a_webhook_bar_nobody(visitor: Visitor) -> None:
    page = visitor.sign_in(at="/settings/webhooks/new/")
    page.fill("[name=url]", f"{visitor.installation.url}/nowhere/")
    page.fill("[name=others]", "branding.theme.updated")
    page.click(".form-actions .btn-create")
    page.locator("main .mono").first.wait_for()
    assert barriers_of(visitor, "webhook-secret") == []
    visitor.go("/settings/webhooks/")
    page.locator("main tbody a.cell-main").first.click()
    page.locator("form[action$='/ping/'] button").click()
    page.wait_for_url("**/deliveries/*/")
    assert barriers_of(visitor, "webhook-delivery") == []
    page.click(".page-back")
    page.locator("#log tbody").wait_for()
    assert barriers_of(visitor, "webhook") == []
    edit = page.get_attribute("a[href$='/edit/']", "href") or ""
    visitor.go(edit)
    assert barriers_of(visitor, "webhook-edit") == []
    visitor.go(edit.removesuffix("edit/"))
    visitor.choose("form[action$='/delete/'] button")
    visitor.confirm()
    page.wait_for_url("**/settings/webhooks/")


def test_the_reference_of_the_api_bars_nobody(visitor: Visitor) -> None:
    page = visitor.go("/api/v1/docs/")
    assert page.locator(REPEATED).count() > 100
    page.evaluate(f"document.querySelectorAll('{REPEATED}').forEach((one) => one.remove())")
    assert barriers_of(visitor, "api-reference") == []


def test_what_is_refused_bars_nobody(visitor: Visitor) -> None:
    visitor.sign_in()
    with visitor.refused(404):
        visitor.go("/nowhere/")
    assert barriers_of(visitor, "not-found") == []


def test_a_phone_reaches_every_page_through_its_menu(passer_by: Visitor) -> None:
    page = passer_by.sign_in()
    expect(page.locator("#side")).to_be_hidden()
    page.tap(".tabbar [popovertarget=side]")
    expect(page.locator("#side")).to_be_visible()
    assert barriers_of(passer_by, "side") == []
    page.tap("#side a[href='/customers/']")
    page.wait_for_url("**/customers/")
    assert page.get_attribute("#side a[href='/customers/']", "aria-current") == "page"


def test_keys_are_enough(visitor: Visitor, places: Places) -> None:
    page = visitor.sign_in(at="/invoices/")
    page.keyboard.press("/")
    expect(page.locator(".search-input")).to_be_focused()
    page.keyboard.type("/")
    expect(page.locator(".search-input")).to_have_value("/")  # in a field it is a letter like any other

    visitor.go("/customers/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")

    visitor.go(places.draft)
    opener = page.locator("a[href$='/issue/'][data-dialog]")
    opener.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#sheet")).to_be_visible()
    assert page.evaluate("document.querySelector('#sheet').contains(document.activeElement)")
    page.keyboard.press("Escape")
    expect(page.locator("#sheet")).to_be_hidden()
    expect(opener).to_be_focused()

    visitor.choose("form[action$='/delete/'] button")
    expect(page.locator("#confirm")).to_be_visible()
    assert barriers_of(visitor, "confirm") == []
    page.keyboard.press("Escape")
    expect(page.locator("#confirm")).to_be_hidden()
    visitor.go(places.draft)
    expect(page.locator("a[href$='/edit/']")).to_be_visible()


def test_a_chosen_theme_wins_over_the_device_and_stays(visitor: Visitor) -> None:
    page = visitor.sign_in(at="/customers/")
    day = page.evaluate(GROUND)
    page.click("[popovertarget=account]")
    with page.expect_response("**/profile/theme/"):
        page.click("#account [data-theme-choice=dark]")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    visitor.go("/products/")
    settled(page)
    night = page.evaluate(GROUND)
    assert night != day
    page.click("[popovertarget=account]")
    with page.expect_response("**/profile/theme/"):
        page.click("#account [data-theme-choice=auto]")
    settled(page)
    assert page.evaluate(GROUND) == day
