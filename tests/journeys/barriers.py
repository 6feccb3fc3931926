"""What keeps people out of a page, as axe-core finds it."""

from playwright.sync_api import Page

from tests.journeys.installation import ROOT

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
CHECK = """async (only) => {
  const tags = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"];
  const runOnly = only.length ? {type: "rule", values: only} : {type: "tag", values: tags};
  const found = await axe.run(document, {runOnly, iframes: false, preload: false, resultTypes: ["violations"]});
  const told = (rule) => rule.nodes.map((node) => `${rule.id}: ${node.target} ${node.failureSummary}`);
  return found.violations.flatMap(told);
}"""


def barriers_of(page: Page, *only: str) -> list[str]:
    """Every violation of WCAG 2.2 AA and of good practice; `only` narrows it to some rules."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    found: list[str] = page.evaluate(CHECK, list(only))
    return found


def settled(page: Page) -> None:
    """Colours fade from one scheme to the other; they are judged where they arrive. What turns for ever may turn."""
    page.wait_for_function(
        "() => document.getAnimations().every((one) => one.playState !== 'running'"
        " || one.effect.getComputedTiming().iterations === Infinity)"
    )
