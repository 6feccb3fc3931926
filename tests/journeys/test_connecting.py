"""The Climapulse page: switch the link off, on again with a copied key, and send the products over."""

import re
from collections.abc import Iterator

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.journeys.installation import Installation
from tests.journeys.visiting import Visitor

pytestmark = pytest.mark.once

PAGE = "/work-orders/applications/climapulse/"


@pytest.fixture(autouse=True)
def _still_connected(installation: Installation) -> Iterator[None]:
    """The other journeys find the link whole, however this one ends."""
    yield
    if not (state := installation.sandbox_state())["registered"]:
        installation.manage("connect_climapulse", "--company", "frigotech", "--api-key", state["api_key"])


def _counts(page: Page) -> list[int]:
    """New, changed, unchanged and removed, once the run is over."""
    expect(page.locator("#sync[hx-get]")).to_have_count(0)
    return [int(number) for number in re.findall(r"\d+", page.inner_text("#sync > .hint"))[:4]]


def _synchronise(page: Page) -> None:
    page.click("form[action$='/synchronise/'] button")


def test_the_link_is_cut_made_again_and_used_for_the_products(visitor: Visitor) -> None:
    page, installation = visitor.page, visitor.installation
    hook = installation.sandbox_state()["webhook_url"]
    visitor.sign_in(at=PAGE)
    page.click("#connection form[action$='/deactivate/'] button")
    visitor.confirm()
    page.wait_for_url("**/settings/applications/")
    assert requests.post(hook, json={}, timeout=10).status_code == 410
    assert installation.press("wo-2026-0146")["code"] == "not_registered"
    visitor.picture("applications")

    page.click(f"main a[href='{PAGE}']")
    expect(page.locator("form[action$='/synchronise/']")).to_have_count(0)
    page.fill("[name=api_key]", "cp_wrong")
    with visitor.refused(422):
        page.click("form[action$='/connect/'] button")
        expect(page.locator("#connection .note-danger, #connection .field-error").first).to_be_visible()
    visitor.go(f"{installation.sandbox_url}/app/profile")
    key = page.inner_text("code.key")
    visitor.picture("sandbox-profile")
    visitor.go(PAGE)
    page.fill("[name=api_key]", key)
    page.click("form[action$='/connect/'] button")
    expect(page.locator("form[action$='/synchronise/'] button")).to_be_enabled()
    assert installation.sandbox_state()["webhook_url"] == hook
    assert requests.post(hook, json={}, timeout=10).status_code == 401
    assert key not in page.content()

    products = int(installation.shell(COUNT_PRODUCTS))
    slow = {"kind": "slow", "times": 1, "seconds": 2}
    requests.post(f"{installation.sandbox_url}/sandbox/faults", json=slow, timeout=10).raise_for_status()
    _synchronise(page)
    expect(page.locator("#sync[hx-get] progress")).to_be_visible()  # it moves by itself while the worker works
    visitor.picture("synchronising")
    assert _counts(page) == [products, 0, 0, 0]
    assert installation.sandbox_state()["inventory"] == products
    _synchronise(page)
    visitor.reload_until(lambda shown: _counts(shown) == [0, 0, products, 0])
    visitor.picture("climapulse")


COUNT_PRODUCTS = """
from core.tenancy import every_company
from products.models import Product
with every_company():
    print(Product.objects.filter(is_active=True).count())
"""
