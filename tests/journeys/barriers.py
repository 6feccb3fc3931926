"""What keeps people out of a page, as axe-core finds it in every look of the page."""

from typing import Literal

from playwright.sync_api import Page, ViewportSize

from tests.journeys.installation import ROOT
from tests.journeys.visiting import Visitor

AXE = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text()
CHECK = """async (runOnly) => {
  const found = await axe.run(document, {runOnly, iframes: false, preload: false, resultTypes: ["violations"]});
  const told = (rule) => rule.nodes.map((node) => `${rule.id}: ${node.target} ${node.failureSummary}`);
  return found.violations.flatMap(told);
}"""
ALL = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOURS = ["color-contrast", "link-in-text-block"]
SMALLEST = 360
PHONE: ViewportSize = {"width": SMALLEST, "height": 740}
DESK: ViewportSize = {"width": 1280, "height": 900}


def barriers_of(visitor: Visitor, name: str) -> list[str]:
    """Every violation of WCAG 2.2 AA and of good practice in the page that stands open, with the dialog or menu open in
    it, by day and by night, on a desk and on the smallest phone; and whether it is wider than that phone.

    The page is not loaded again: its style sheets answer to another window and scheme at any time. By night only the
    rules about colours are asked, since a scheme changes nothing else. Each look is kept as a picture, where somebody
    asked for pictures.
    """
    page = visitor.page
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    before = page.viewport_size or DESK
    desk = max(before, DESK, key=lambda window: window["width"])
    looks: dict[str, tuple[ViewportSize, Literal["light", "dark"], list[str]]] = {
        "day": (desk, "light", ALL),
        "night": (desk, "dark", COLOURS),
        "phone-night": (PHONE, "dark", COLOURS),
        "phone": (PHONE, "light", ALL),
    }
    found = []
    for look, (window, scheme, rules) in looks.items():
        page.set_viewport_size(window)
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        settled(page)
        visitor.picture(f"{look}-{name}")
        found += [f"{name} by {look}: {violation}" for violation in page.evaluate(CHECK, rules)]
    if (width := page.evaluate("document.documentElement.scrollWidth")) > SMALLEST:
        found.append(f"{name} is {width} pixels wide on a phone of {SMALLEST}")
    page.emulate_media(color_scheme="light", reduced_motion="null")
    page.set_viewport_size(before)
    return found


def settled(page: Page) -> None:
    """Colours fade from one scheme to the other; they are judged where they arrive. What turns for ever may turn."""
    page.wait_for_function(
        "() => document.getAnimations().every((one) => one.playState !== 'running'"
        " || one.effect.getComputedTiming().iterations === Infinity)"
    )
