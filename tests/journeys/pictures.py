"""A picture of every page, for people: `make screenshots` writes them into docs/screenshots/.

Light in French, dark in Dutch, and a phone in French, of an installation with the demo company. They are made smaller
and kept as WebP, since a picture that nobody loads shows nothing.
"""

import io
import shutil
import sys
import tempfile
from pathlib import Path
from threading import Thread
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from tests.journeys.barriers import settled
from tests.journeys.conftest import CHROMIUM, OPTIONS
from tests.journeys.installation import Installation, running
from tests.journeys.places import furnish
from tests.journeys.visiting import Visitor
from tests.vies import Vies

FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"
DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
# The folder of each round: language, colours, window, and how wide the picture is kept.
ROUNDS: dict[str, tuple[str, str, dict[str, Any], int]] = {
    "light": ("fr", "light", DESKTOP, 960),
    "dark": ("nl", "dark", DESKTOP, 960),
    "phone": ("fr", "light", PHONE, 360),
}
QUALITY = 62


def main() -> None:
    """Make all pictures anew."""
    with tempfile.TemporaryDirectory() as data, Vies() as register, sync_playwright() as playwright:
        Thread(target=register.serve_forever, daemon=True).start()
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        with running(Path(data), VIES_API_URL=register.url) as installation:
            _take_all(installation, browser)
        browser.close()
        register.shutdown()
    kept = list(FOLDER.rglob("*.webp"))
    sys.stdout.write(f"{len(kept)} pictures, {sum(path.stat().st_size for path in kept) / 1e6:.1f} MB\n")


def _take_all(installation: Installation, browser: Browser) -> None:
    furnisher = Visitor(browser.new_context(**DESKTOP, locale="fr-BE", timezone_id="Europe/Brussels"), installation)
    pages = furnish(furnisher).main()
    furnisher.go("/customers/?q=Dupont")
    regular = furnisher.page.get_attribute("tbody a.cell-main", "href") or ""
    furnisher.context.close()
    # The customer of the draft is new; one who buys for years has more to show.
    pages |= {name: regular + pages[name].removeprefix(pages["customer"]) for name in pages if _is_of_customer(name)}
    for folder, (language, scheme, window, width) in ROUNDS.items():
        shutil.rmtree(FOLDER / folder, ignore_errors=True)
        (FOLDER / folder).mkdir(parents=True)
        installation.shell(f"from users.models import User; User.objects.update(language='{language}')")
        options = {**window, "color_scheme": scheme, "locale": f"{language}-BE", "timezone_id": "Europe/Brussels"}
        visitor = Visitor(browser.new_context(**options), installation)
        visitor.go("/sign-in/")
        _keep(visitor, FOLDER / folder / "sign-in.webp", width)
        visitor.sign_in()
        for name, path in pages.items():
            visitor.go(path)
            settled(visitor.page)
            _keep(visitor, FOLDER / folder / f"{name}.webp", width)
        visitor.context.close()


def _is_of_customer(name: str) -> bool:
    return name == "customer" or (name.startswith("customer-") and name != "customer-duplicates")


def _keep(visitor: Visitor, path: Path, width: int) -> None:
    with Image.open(io.BytesIO(visitor.page.screenshot())) as picture:
        height = round(picture.height * width / picture.width)
        picture.resize((width, height), Image.Resampling.LANCZOS).save(path, quality=QUALITY, method=6)


if __name__ == "__main__":
    main()
