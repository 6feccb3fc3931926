"""One installation and one browser for all journeys; a fresh visitor for each."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.journeys.installation import Installation, running
from tests.journeys.places import Places, furnish
from tests.journeys.visiting import SECONDS, Visitor
from tests.vies import Vies

CHROMIUM = shutil.which("chromium")
OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--disable-sync",
)
DESKTOP = {"width": 1280, "height": 900}
expect.set_options(timeout=SECONDS * 1000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All journeys go to one worker, where the suite runs in several, because they share the installation."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            for marker in (pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("journeys")):
                item.add_marker(marker)


@pytest.fixture(scope="package")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with Vies() as register:
        Thread(target=register.serve_forever, daemon=True).start()
        with running(tmp_path_factory.mktemp("installation"), VIES_API_URL=register.url) as installed:
            yield installed
        register.shutdown()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    assert CHROMIUM, "the journeys need Chromium: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        yield browser
        browser.close()


@pytest.fixture
def visitor(installation: Installation, browser: Browser) -> Iterator[Visitor]:
    """A person at a desk, whose window must stay free of problems."""
    yield from _visitor(browser, installation)


@pytest.fixture
def colleague(installation: Installation, browser: Browser) -> Iterator[Visitor]:
    """A second person, at a desk of their own."""
    yield from _visitor(browser, installation)


@pytest.fixture
def passer_by(installation: Installation, browser: Browser) -> Iterator[Visitor]:
    """A person with a phone."""
    yield from _visitor(browser, installation, viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)


@pytest.fixture(scope="package")
def places(installation: Installation, browser: Browser) -> Iterator[Places]:
    """The main pages with something on them."""
    for visitor in _visitor(browser, installation):
        yield furnish(visitor)


def _visitor(browser: Browser, installation: Installation, **options: object) -> Iterator[Visitor]:
    settings = {"viewport": DESKTOP, "locale": "fr-BE", "timezone_id": "Europe/Brussels", **options}
    context = browser.new_context(**settings)  # type: ignore[arg-type]
    visitor = Visitor(context, installation)
    yield visitor
    context.close()
    assert visitor.problems == []
