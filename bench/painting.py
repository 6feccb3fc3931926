"""What a browser waits for: the bytes of a first visit, when the largest part is painted, and how far things jump.

Headless Chromium on this machine visits every main page of an installation with the demo company, on a desk and on a
phone, each with an empty cache, and once more with what it kept. Bytes are those on the wire, compressed, headers
included; the largest paint and the layout shift are the browser's own figures (web vitals), read once the page has been
still for a while. Told is the worst of all pages.
"""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from django.conf import settings
from playwright.sync_api import Browser, StorageState, ViewportSize, sync_playwright

from bench.figures import Figure, at_most, exactly, tell
from tests.journeys.conftest import CHROMIUM, OPTIONS
from tests.journeys.installation import running
from tests.journeys.places import furnish
from tests.journeys.visiting import Visitor

FIRST_BAR_KB, PAINT_BAR_MS, SHIFT_BAR = 250, 1000, 0.02
STILL_MS = 300
WINDOWS: dict[str, ViewportSize] = {"desk": {"width": 1280, "height": 800}, "phone": {"width": 360, "height": 740}}
DOORS = {"sign-in": "/sign-in/", "sign-up": "/sign-up/", "forgotten password": "/forgotten-password/"}
WATCH = """
window.seen = {paint: 0, shift: 0};
const watch = (type, hear) =>
  new PerformanceObserver((list) => list.getEntries().forEach(hear)).observe({type, buffered: true});
watch("largest-contentful-paint", (entry) => (seen.paint = entry.startTime));
watch("layout-shift", (entry) => entry.hadRecentInput || (seen.shift += entry.value));
"""


@dataclass(frozen=True)
class Visited:
    """A page in a window: kilobytes of the first visit and of the next, static files that the next fetched again,
    milliseconds to the largest paint (median), and the sum of the shifts (worst).
    """

    name: str
    first: float
    again: float
    refetched: int
    paint: float
    shift: float


def main(arguments: Sequence[str]) -> int:
    """Visit all main pages; 1 when a bar was missed."""
    options = argparse.ArgumentParser(prog="bench.one painting")
    options.add_argument("--rounds", type=int, default=3)
    rounds = options.parse_args(arguments).rounds
    pages: list[Visited] = []
    with running(Path(settings.DATA_DIR) / "installation") as installation, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        visitor = Visitor(browser.new_context(), installation)
        places = furnish(visitor).main()
        session = visitor.context.storage_state()
        for window, size in WINDOWS.items():
            for name, path in DOORS.items():
                pages.append(_visited(f"{name}, {window}", browser, installation.url + path, None, size, rounds))
            for name, path in places.items():
                pages.append(_visited(f"{name}, {window}", browser, installation.url + path, session, size, rounds))
        browser.close()
    return tell(_figures(pages))


def _figures(pages: Sequence[Visited]) -> list[Figure]:
    def worst(of: Callable[[Visited], float]) -> tuple[str, float]:
        page = max(pages, key=of)
        return page.name, of(page)

    first, first_kb = worst(lambda page: page.first)
    again, again_kb = worst(lambda page: page.again)
    paint, paint_ms = worst(lambda page: page.paint)
    shift, shifted = worst(lambda page: page.shift)
    return [
        Figure("pages, on a desk and on a phone", f"{len(pages) // len(WINDOWS)}"),
        at_most(f"first visit, worst ({first})", first_kb, FIRST_BAR_KB, "kB"),
        Figure(f"next visit, worst ({again})", f"{again_kb:.1f} kB"),
        exactly("static files fetched again, all pages", sum(page.refetched for page in pages), 0),
        at_most(f"largest paint, worst median ({paint})", paint_ms, PAINT_BAR_MS, "ms"),
        Figure("largest paint, median of all", f"{median(page.paint for page in pages):.1f} ms"),
        at_most(f"layout shift × 1000, worst ({shift})", 1000 * shifted, 1000 * SHIFT_BAR, ""),
    ]


def _visited(
    name: str, browser: Browser, url: str, session: StorageState | None, size: ViewportSize, rounds: int
) -> Visited:
    """Visits in windows that have seen nothing before, and one more in the last of them."""
    firsts: list[float] = []
    seen: list[dict[str, float]] = []
    for _ in range(rounds):
        context = browser.new_context(viewport=size, storage_state=session)
        context.add_init_script(WATCH)
        page = context.new_page()
        wire = context.new_cdp_session(page)
        wire.send("Network.enable")
        received: dict[str, float] = {}
        fetched: dict[str, str] = {}
        wire.on("Network.loadingFinished", lambda event, into=received: into.update(_bytes_of(event)))
        wire.on("Network.responseReceived", lambda event, into=fetched: into.update(_address_of(event)))
        page.goto(url, wait_until="networkidle")
        page.wait_for_timeout(STILL_MS)
        seen.append(page.evaluate("window.seen"))
        firsts.append(sum(received.values()) / 1000)
        if len(seen) == rounds:
            received.clear()
            page.goto(url, wait_until="networkidle")
        context.close()
    return Visited(
        name,
        first=max(firsts),
        again=sum(received.values()) / 1000,
        refetched=sum(size > 0 and settings.STATIC_URL in fetched.get(one, "") for one, size in received.items()),
        paint=median(one["paint"] for one in seen),
        shift=max(one["shift"] for one in seen),
    )


def _bytes_of(event: dict[str, Any]) -> dict[str, float]:
    return {event["requestId"]: event["encodedDataLength"]}


def _address_of(event: dict[str, Any]) -> dict[str, str]:
    return {event["requestId"]: event["response"]["url"]}
