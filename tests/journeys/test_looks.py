"""Every main page on a desk and on a phone, by day and by night, for eyes, keys and screen readers."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys.barriers import barriers_of, settled
from tests.journeys.places import Places
from tests.journeys.visiting import Visitor

pytestmark = pytest.mark.once

GROUND = "() => getComputedStyle(document.documentElement).backgroundColor"


def test_no_main_page_bars_anybody_by_day_or_by_night(visitor: Visitor, places: Places) -> None:
    page = visitor.sign_in()
    barriers: dict[str, Any] = {}
    for name, path in places.main().items():
        visitor.go(path)
        visitor.picture(f"day-{name}")
        barriers[name] = barriers_of(page)
        page.emulate_media(color_scheme="dark")
        settled(page)
        visitor.picture(f"night-{name}")
        barriers[f"{name} by night"] = barriers_of(page, "color-contrast")
        page.emulate_media(color_scheme="light")
    assert {name: found for name, found in barriers.items() if found} == {}


def test_the_door_bars_nobody(visitor: Visitor) -> None:
    page = visitor.go("/sign-in/")
    visitor.picture("day-sign-in")
    assert barriers_of(page) == []
    page.emulate_media(color_scheme="dark")
    settled(page)
    visitor.picture("night-sign-in")
    assert barriers_of(page, "color-contrast") == []


def test_no_main_page_is_wider_than_a_phone(passer_by: Visitor, places: Places) -> None:
    page = passer_by.sign_in()
    widths = {}
    for name, path in places.main().items():
        passer_by.go(path)
        passer_by.picture(f"phone-{name}")
        widths[name] = page.evaluate("document.documentElement.scrollWidth")
    assert {name: width for name, width in widths.items() if width > 375} == {}


def test_a_phone_reaches_every_page_through_its_menu(passer_by: Visitor) -> None:
    page = passer_by.sign_in()
    expect(page.locator("#side")).to_be_hidden()
    page.tap(".tabbar [popovertarget=side]")
    expect(page.locator("#side")).to_be_visible()
    passer_by.picture("phone-menu")
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


def test_the_living_page_of_the_design_bars_nobody(visitor: Visitor) -> None:
    visitor.installation.shell("from users.models import User; User.objects.update(is_staff=True)")
    visitor.sign_in()
    page = visitor.go("/design/")
    assert barriers_of(page) == []
    visitor.picture("day-design")
    page.emulate_media(color_scheme="dark")
    settled(page)
    assert barriers_of(page, "color-contrast") == []
    visitor.picture("night-design")
