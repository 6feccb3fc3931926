"""The page of a document for whoever has its address, from the button that makes it to the day it is closed."""

import pytest
from playwright.sync_api import expect

from tests.journeys.barriers import barriers_of
from tests.journeys.places import Places
from tests.journeys.visiting import Visitor, paper

pytestmark = pytest.mark.once


def test_a_customer_reads_and_pays_from_the_address_alone(visitor: Visitor, passer_by: Visitor, places: Places) -> None:
    page = visitor.sign_in(at=places.issued)
    number = page.inner_text("h1").split()[-1]
    page.click("aside form[action$='/share/'] button")
    address = page.inner_text(".share-address")
    visitor.picture("share-panel")
    page.locator(".page-head [popovertarget]").focus()
    page.keyboard.press("Enter")
    for _entry in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.dataset.copy") == address:
            break
    page.keyboard.press("Enter")
    expect(page.locator(".toast-success", has_text="Copié")).to_be_visible()
    assert page.url == visitor.address(places.issued)

    phone = passer_by.go(address)
    expect(phone.locator("h1")).to_contain_text(number)
    expect(phone.locator(".shared-code img")).to_be_visible()
    assert phone.locator(".shared-code img").evaluate("(image) => image.naturalWidth") > 100
    assert barriers_of(passer_by, "shared") == []
    assert number in paper(passer_by.download(lambda: phone.click(".shared-title a[href$='?download']")))

    page.reload()
    expect(page.locator(".timeline")).to_contain_text("Quelqu'un a lu la page publique")
    page.click("form[action$='/withdraw/'] button")
    visitor.confirm()
    expect(page.locator(".share-address")).to_have_count(0)
    with passer_by.refused(410):
        phone.reload()
    expect(phone.locator("h1")).to_have_text("Deze pagina is gesloten")
    assert barriers_of(passer_by, "shared-closed") == []
