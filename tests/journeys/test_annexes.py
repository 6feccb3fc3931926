"""Annexes in a real browser: dropped, told why one is refused, ticked, renamed."""

import pytest
from playwright.sync_api import expect

from tests.journeys.visiting import Visitor, texts

pytestmark = pytest.mark.once

DROP = """([names]) => {
  const carried = new DataTransfer();
  for (const [name, content] of names) carried.items.add(new File([content], name));
  document.dispatchEvent(new DragEvent("dragover", { dataTransfer: carried, cancelable: true }));
  document.dispatchEvent(new DragEvent("drop", { dataTransfer: carried, cancelable: true }));
}"""


def test_files_are_dropped_and_each_is_told_by_itself(visitor: Visitor) -> None:
    page = visitor.page
    invoice = visitor.press("wo-2026-0145")
    visitor.sign_in(at=f"{invoice}?tab=annexes")
    before = page.locator("#annexes .file").count()
    expect(page.locator("form.drop.is-live")).to_be_visible()
    with visitor.refused(422):
        page.evaluate(DROP, [[["rapport.pdf", "%PDF-1.4 a"], ["page.html", "<p>"], ["photo.pdf", "%PDF-1.4 b"]]])
        refused = page.locator("[data-leaving] .file", has_text="page.html")
        expect(refused.locator("[data-problem]")).not_to_be_empty()
        expect(page.locator("#annexes .file")).to_have_count(before + 2)
    assert texts(page, ".tab-link[aria-current] .count") == [str(before + 2)]

    page.set_input_files("[name=uploads]", {"name": "c.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 c"})
    expect(page.locator("#annexes .file")).to_have_count(before + 3)

    row = page.locator("#annexes .file", has_text="c.pdf")
    tick = row.locator("button[name=send_along]")
    expect(tick).to_have_attribute("aria-pressed", "true")
    tick.focus()
    page.keyboard.press("Enter")
    expect(tick).to_have_attribute("aria-pressed", "false")
    expect(tick).to_be_focused()

    row.locator("a[data-dialog]").click()
    page.fill("#sheet [name=filename]", "plan")
    page.click("#sheet .btn-edit")
    expect(page.locator("#annexes .file", has_text="plan.pdf")).to_have_count(1)
