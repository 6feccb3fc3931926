"""What a browser waits for: the bytes of a first visit, when the largest part is painted, and how far things jump.

Headless Chromium on this machine visits each page with an empty cache, then again with what it kept. Bytes are those on
the wire, compressed, headers included; the largest paint and the layout shift are the browser's own figures (web
vitals), read once the page has been still for a while.
"""

import argparse
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, sync_playwright

from bench import ground
from bench.archive import Archive
from bench.figures import Figure, at_most, exactly, tell
from bench.pages import visited
from bench.server import HOST, running
from core.tenancy import company_scope
from efactori.management.commands.run import collect_static_files

FIRST_BAR_KB, PAINT_BAR_MS, SHIFT_BAR = 250, 1000, 0.02
LINES = 10
STILL_MS = 1200
WINDOWS = {"desk": {"width": 1280, "height": 800}, "phone": {"width": 375, "height": 740}}
WATCH = """
window.seen = {paint: 0, shift: 0};
const watch = (type, hear) =>
  new PerformanceObserver((list) => list.getEntries().forEach(hear)).observe({type, buffered: true});
watch("largest-contentful-paint", (entry) => (seen.paint = entry.startTime));
watch("layout-shift", (entry) => entry.hadRecentInput || (seen.shift += entry.value));
"""


@dataclass(frozen=True)
class Visit:
    """Kilobytes of the first visit and of the second, static files that the second fetched again, milliseconds to the
    largest paint, and the sum of the shifts.
    """

    first: float
    again: float
    refetched: int
    paint: float
    shift: float


def main(arguments: Sequence[str]) -> int:
    """Visit the pages people look at all day; 1 when a bar was missed."""
    options = argparse.ArgumentParser(prog="bench.one painting")
    options.add_argument("--invoices", type=int, default=1_000)
    options.add_argument("--rounds", type=int, default=5)
    chosen = options.parse_args(arguments)
    collect_static_files()
    seeded = ground.seed()
    client = Client(SERVER_NAME=HOST)
    client.force_login(seeded.owner)
    with company_scope(seeded.company.pk):
        Archive(seeded, lines=LINES).fill(chosen.invoices)
        pages = {"sign-in": "/sign-in/", **visited()}
    figures: list[Figure] = []
    with running() as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=("--no-sandbox", "--disable-gpu")
        )
        for name, path in pages.items():
            session = "" if name == "sign-in" else client.cookies[settings.SESSION_COOKIE_NAME].value
            for window, size in WINDOWS.items():
                visits = [
                    _visit(browser, f"http://{HOST}:{server.port}{path}", session, size) for _ in range(chosen.rounds)
                ]
                figures += _told(f"{name}, {window}", visits)
        browser.close()
    return tell(figures)


def _told(name: str, visits: Sequence[Visit]) -> list[Figure]:
    return [
        at_most(f"{name}: first visit", max(visit.first for visit in visits), FIRST_BAR_KB, "kB"),
        Figure(f"{name}: next visit", f"{max(visit.again for visit in visits):.1f} kB"),
        exactly(f"{name}: static files fetched again", max(visit.refetched for visit in visits), 0),
        at_most(f"{name}: largest paint, median", median(visit.paint for visit in visits), PAINT_BAR_MS, "ms"),
        at_most(
            f"{name}: layout shift × 1000, worst", 1000 * max(visit.shift for visit in visits), 1000 * SHIFT_BAR, ""
        ),
    ]


def _visit(browser: Browser, url: str, session: str, size: dict[str, int]) -> Visit:
    """Two visits in a window that has seen nothing before."""
    context = browser.new_context(viewport=size)  # type: ignore[arg-type]
    if session:
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": url}])
    context.add_init_script(WATCH)
    page = context.new_page()
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    received: dict[str, float] = {}
    fetched: dict[str, str] = {}
    wire.on("Network.loadingFinished", lambda event: received.update({event["requestId"]: event["encodedDataLength"]}))
    wire.on("Network.responseReceived", lambda event: fetched.update({event["requestId"]: event["response"]["url"]}))
    seen: list[dict[str, Any]] = []
    bytes_of = []
    for _ in range(2):
        received.clear()
        page.goto(url)
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(STILL_MS)
        seen.append(page.evaluate("window.seen"))
        bytes_of.append(sum(received.values()) / 1000)
    again = sum(size > 0 and settings.STATIC_URL in fetched.get(request, "") for request, size in received.items())
    context.close()
    return Visit(bytes_of[0], bytes_of[1], again, seen[0]["paint"], seen[0]["shift"])
