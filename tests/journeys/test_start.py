"""The page one lands on: its figures lead to the lists that add up to them, in both languages."""

import re

import pytest
from playwright.sync_api import Page

from tests.journeys.barriers import barriers_of
from tests.journeys.visiting import Visitor, plain

pytestmark = pytest.mark.once

SPEAK = """async (language) => {
  const token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
  await fetch("/language/", {method: "POST", headers: {"X-CSRFToken": token}, body: new URLSearchParams({language})});
}"""


def amount_of(page: Page, selector: str) -> str:
    """The last amount that an element shows; a no-break space groups its digits, and stands nowhere else."""
    return plain(re.findall(r"[−\d][\d\u00a0]*,\d\d\u00a0€", page.locator(selector).first.inner_text())[-1])


def test_figures_lead_to_their_lists(visitor: Visitor) -> None:
    page = visitor.sign_in()
    assert page.url == visitor.address("/")
    for selector in (
        ".tile[href*='state=overdue']",
        ".row[href*='state=late_30']",
        ".sales-now .figure",
        ".sales-facts dd a",
    ):
        amount = amount_of(page, selector)
        page.locator(selector).first.click()
        assert amount in plain(page.locator("tfoot, #sums dl").inner_text())
        visitor.go("/")
    page.locator(".more > summary").click()
    shown = plain(page.locator(".more tbody tr").first.locator("a").first.inner_text())
    page.locator(".chart-slot").first.click()
    assert shown in plain(page.locator("tfoot").inner_text())


def test_it_bars_nobody_in_dutch(visitor: Visitor) -> None:
    page = visitor.sign_in()
    page.evaluate(SPEAK, "nl")
    visitor.go("/")
    assert page.get_attribute("html", "lang") == "nl"
    assert barriers_of(visitor, "start-nl") == []
    page.evaluate(SPEAK, "fr")
