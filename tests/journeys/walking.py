"""A walk over every page that a link leads to, and all that opens on them."""

import re
from collections import deque
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from django.urls import resolve
from playwright.sync_api import Locator

from tests.journeys.visiting import Visitor

LINKS = "[...document.querySelectorAll('a[href^=\"/\"]:not([download])')].map((link) => link.getAttribute('href'))"
OPENERS = "[data-dialog]:visible, [command=show-modal]:visible, [popovertarget]:visible"
OPEN = "dialog[open], :popover-open"


def walk(visitor: Visitor, pages: Mapping[str, str], look: Callable[[str], None]) -> None:
    """Look at each of the pages by its name, at one page more of each address that a link on them leads to, and once at
    each dialog and menu that opens on the way.
    """
    waiting = deque(pages.items())
    known = {_address(path) for path in pages.values()}
    opened: set[str] = set()
    while waiting:
        name, path = waiting.popleft()
        page = visitor.go(path)
        for href in page.evaluate(LINKS):
            address = _address(href)
            if address not in known and _is_page(visitor, href):
                waiting.append((address.replace(":", "-"), href))
            known.add(address)
        look(name)
        for opener in page.locator(OPENERS).all():
            if (what := _opened_by(opener)) not in opened:
                opened.add(what)
                opener.click()
                page.locator(OPEN).wait_for()
                look(f"{name}-{what}")
                page.keyboard.press("Escape")
                page.locator(OPEN).wait_for(state="detached")


def _address(path: str) -> str:
    return resolve(urlsplit(path).path).view_name


def _is_page(visitor: Visitor, href: str) -> bool:
    """Whether a page of ours comes back: not a file, and not the admin's."""
    answer = visitor.context.request.get(visitor.address(href))
    return "text/html" in answer.headers["content-type"] and not href.startswith("/admin/")


def _opened_by(opener: Locator) -> str:
    """What tells a dialog from the others; menus of a page's or a row's actions are all made by one component."""
    if href := opener.get_attribute("href"):
        return _address(href).replace(":", "-")
    target = opener.get_attribute("commandfor") or opener.get_attribute("popovertarget") or ""
    return re.sub(r"^menu-.*", "menu", target)
