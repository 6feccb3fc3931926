"""A visitor: a browser window that remembers everything that went wrong in it, and the steps that journeys share."""

import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pypdfium2
from django.conf import settings
from playwright.sync_api import BrowserContext, Page, Request, Response, expect

from tests.journeys.installation import Installation

SECONDS = 20  # a busy machine's patience, not a pause
# A task that is lost on its way to the worker is carried again after half a lease: that is what the product promises.
WORKER_SECONDS = settings.JOB_LEASE_SECONDS / 2 + 30
FIRST_BAD_STATUS = 400


class Visitor:
    """One person with one window. Whatever a page logs, blocks or fails to load is a problem."""

    def __init__(self, context: BrowserContext, installation: Installation) -> None:
        self.installation = installation
        self.context = context
        self.problems: list[str] = []
        self._refused: list[int] | None = None
        context.set_default_timeout(SECONDS * 1000)
        context.on("console", lambda message: self._logged(message.type, message.text))
        context.on("weberror", lambda error: self.problems.append(f"script: {error.error}"))
        context.on("requestfailed", self._failed)
        context.on("response", self._answered)
        self.page: Page = context.new_page()

    # ── what goes wrong ──────────────────────────────────────────────────────────────────────────────────────────────

    def _logged(self, kind: str, text: str) -> None:
        # Chromium logs each bad answer too; `_answered` judges those.
        if kind in {"error", "warning"} and not text.startswith("Failed to load resource"):
            self.problems.append(f"console: {text}")

    def _failed(self, request: Request) -> None:
        # A download, and what was still loading when a link was followed, end this way.
        if request.failure != "net::ERR_ABORTED":
            self.problems.append(f"{request.method} {request.url}: {request.failure}")

    def _answered(self, response: Response) -> None:
        if response.status < FIRST_BAD_STATUS:
            return
        if self._refused is None:
            self.problems.append(f"{response.request.method} {response.url}: {response.status}")
        else:
            self._refused.append(response.status)

    @contextmanager
    def refused(self, status: int) -> Iterator[None]:
        """Inside, the application must refuse exactly once, with this status."""
        self._refused = refused = []
        yield
        self._refused = None
        assert refused == [status]

    # ── steps ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def sign_in(self, email: str = "alice@frigotech.example", *, at: str = "/") -> Page:
        """Ask for a page, sign in at the door, and be there."""
        page = self.page
        page.goto(self.address(at))
        self.give_password(email)
        page.wait_for_url(lambda url: "/sign-in/" not in url)
        return page

    def give_password(self, email: str) -> None:
        """Fill the sign-in page that stands open."""
        page = self.page
        assert "/sign-in/" in page.url
        page.fill("[name=username]", email)
        page.fill("[name=password]", self.installation.password)
        page.locator("form:has([name=password]) button:not([type=button])").click()

    def address(self, path: str) -> str:
        return path if path.startswith("http") else self.installation.url + path

    def go(self, path: str) -> Page:
        self.page.goto(self.address(path))
        return self.page

    def press(self, work_order_id: str) -> str:
        """Make a work order an invoice from the menu of its row in the sandbox; the invoice's address."""
        page = self.page
        page.goto(f"{self.installation.sandbox_url}/app/work-orders")
        row = page.locator("tr", has=page.locator(f"a[href$='/{work_order_id}']")).first
        row.locator("summary").click()
        row.locator("form[action$='/create-invoice'] button").click()
        link = page.locator("#answer a.button")
        expect(link).to_be_visible()
        return link.get_attribute("href") or ""

    def issue(self, *, accept_open_prices: bool = False) -> str:
        """Issue the draft whose page stands open, through its confirmation; the number it got."""
        page = self.page
        page.click("a[href$='/issue/'][data-dialog]")
        promised = page.inner_text("#sheet [data-next-number]")
        if accept_open_prices:
            page.check("#sheet [name=accept_warnings]")
        page.click("#sheet form[action$='/issue/'] .btn-create")
        expect(page.locator("h1")).to_contain_text(promised)
        return promised

    def choose(self, selector: str) -> None:
        """Open the menu of actions and take the entry that the selector names."""
        page = self.page
        menu = page.locator(".menu[id^=menu-]", has=page.locator(selector)).first
        page.click(f"[popovertarget={menu.get_attribute('id')}]")
        menu.locator(selector).click()

    def confirm(self) -> None:
        """Say yes to the question that an action asks."""
        self.page.click("#confirm [data-confirm-yes]")

    def download(self, press: Callable[[], None]) -> bytes:
        with self.page.expect_download() as started:
            press()
        return Path(started.value.path()).read_bytes()

    def reload_until(self, condition: Callable[[Page], bool]) -> None:
        """Ask for the page again until the worker has done its part."""
        deadline = time.monotonic() + WORKER_SECONDS
        while not condition(self.page):
            shown = plain(self.page.inner_text("main"))
            assert time.monotonic() < deadline, f"it never happened on {self.page.url}, which says: {shown}"
            self.page.wait_for_timeout(200)
            self.page.reload()

    def picture(self, name: str) -> None:
        """Keep a picture of the page, where somebody asked for pictures."""
        if folder := os.environ.get("JOURNEY_SCREENSHOTS"):
            self.page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def plain(text: str) -> str:
    """Text with ordinary spaces, one at a time."""
    return re.sub(r"\s+", " ", text).strip()


def texts(page: Page, selector: str) -> list[str]:
    return [plain(text) for text in page.locator(selector).all_inner_texts()]


def paper(content: bytes) -> str:
    """What a PDF says, in reading order."""
    document = pypdfium2.PdfDocument(content)
    try:
        return plain(" ".join(page.get_textpage().get_text_range() for page in document))
    finally:
        document.close()


def totals(page: Page) -> list[str]:
    """Net, VAT of each rate, gross, as a document's page shows them."""
    return texts(page, ".document-totals dd")


def field_values(page: Page, *names: str) -> dict[str, Any]:
    return {name: page.input_value(f"[name={name}]") for name in names}
