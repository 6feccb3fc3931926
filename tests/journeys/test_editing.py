"""The editor keeps what is typed, tells two people of one another, and lets lines be moved."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from tests.journeys.barriers import barriers_of
from tests.journeys.visiting import Visitor
from tests.vies import NEWCOMER

pytestmark = pytest.mark.once


def write(page: Page, number: int, words: str, price: str) -> None:
    """Fill a line of the editor."""
    page.fill(f"[name=lines-{number}-description]", words)
    page.fill(f"[name=lines-{number}-unit_price]", price)


def kept(page: Page) -> None:
    """Wait until everything that is typed is saved."""
    expect(page.locator("[data-saved]")).to_have_attribute("data-state", "saved")


def descriptions(page: Page) -> list[str]:
    return [field.input_value() for field in page.locator("[data-lines] [name$=-description]").all()]


def new_draft(visitor: Visitor, *lines: tuple[str, str]) -> Page:
    """An invoice being written, which keeps itself."""
    page = visitor.sign_in(at="/invoices/new/")
    page.fill("#customer-search", "dupont")
    page.locator("#customer-options [role=option]").first.click()
    for number, (words, price) in enumerate(lines):
        if number:
            page.click("[data-add=item]")
        write(page, number, words, price)
    kept(page)
    page.wait_for_url("**/edit/")
    return page


def test_an_invoice_that_is_being_typed_survives_the_end_of_the_browser(visitor: Visitor) -> None:
    page = new_draft(visitor, ("Entretien annuel", "100"), ("Déplacement", "25"))
    expect(page.locator("#foot-total")).to_have_text("151,25 €")
    address = page.url
    page.fill("[name=note]", "À bientôt")
    kept(page)
    assert page.locator("[name=draft]").count() == 1
    page.close()
    visitor.page = page = visitor.context.new_page()
    page.goto(address)
    assert descriptions(page) == ["Entretien annuel", "Déplacement"]
    assert page.input_value("[name=note]") == "À bientôt"
    assert barriers_of(visitor, "editor-found-again") == []


def test_two_people_in_one_draft_are_told_and_nothing_is_lost(visitor: Visitor, passer_by: Visitor) -> None:
    page = new_draft(visitor, ("Entretien annuel", "100"))
    other = passer_by.sign_in("bob@frigotech.example", at=urlsplit(page.url).path)
    other.fill("[name=reference]", "de Bob")
    kept(other)

    page.fill("[name=reference]", "d'Alice")
    dispute = page.locator("[data-dispute]")
    expect(dispute).to_be_visible()
    expect(dispute).to_contain_text("Bob")
    expect(dispute).to_contain_text("de Bob")
    expect(dispute).to_contain_text("d'Alice")
    assert barriers_of(visitor, "editor-dispute") == []
    dispute.locator("[name=overwrite]").click()
    page.wait_for_url(lambda url: not url.endswith("/edit/"))
    expect(page.locator("main")).to_contain_text("d'Alice")

    other.fill("[name=note]", "encore Bob")
    expect(other.locator("[data-dispute]")).to_be_visible()
    passer_by.picture("editor-dispute-phone")
    other.click("[data-drop]")
    expect(other.locator("[name=reference]")).to_have_value("d'Alice")
    assert other.input_value("[name=note]") == ""


def grip_at(page: Page, number: int) -> tuple[float, float]:
    box = page.locator("[data-lines] [data-grip]").nth(number).bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_lines_are_dragged_and_moved_by_key_and_stay_where_they_were_put(visitor: Visitor) -> None:
    page = new_draft(visitor, ("Un", "10"), ("Deux", "20"), ("Trois", "30"))
    page.locator("[data-lines]").scroll_into_view_if_needed()
    page.evaluate("scrollTo(0, document.querySelector('.lines').offsetTop - 200)")
    page.mouse.move(*grip_at(page, 2))
    page.mouse.down()
    x, y = grip_at(page, 0)
    page.mouse.move(x, y, steps=4)
    page.mouse.move(x, y - 8)
    expect(page.locator(".is-before")).to_have_count(1)
    visitor.picture("editor-dragging")
    page.mouse.up()
    assert descriptions(page) == ["Trois", "Un", "Deux"]
    page.locator("[data-move=up]").nth(2).press("Enter")
    assert descriptions(page) == ["Trois", "Deux", "Un"]
    page.mouse.move(*grip_at(page, 0))
    page.mouse.down()
    page.mouse.move(5, 5, steps=3)
    page.mouse.up()
    assert page.locator(".is-dragged, .is-before, .is-after").count() == 0
    kept(page)
    page.reload()
    assert descriptions(page) == ["Trois", "Deux", "Un"]
    expect(page.locator("#foot-total")).to_have_text("72,60 €")


def test_a_customer_is_made_without_leaving_the_invoice(visitor: Visitor) -> None:
    page = visitor.sign_in(at="/invoices/new/")
    page.fill("[name=lines-0-description]", "Entretien annuel")
    page.fill("#customer-search", "Nouvelle")
    expect(page.locator("#customer-new")).to_have_text("Nouveau client « Nouvelle »")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#customer-new")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    dialog = page.locator("#new-customer")
    expect(dialog.locator("[name=name]")).to_be_focused()
    assert dialog.locator("[name=name]").input_value() == "Nouvelle"
    dialog.locator("[name=vat_number]").fill("0202.239.951")
    dialog.locator("[name=look_up]").click()
    expect(dialog.locator(".note-warn")).to_be_visible()
    assert dialog.locator("[name=name]").input_value() == "Nouvelle"
    dialog.locator("[name=vat_number]").fill(NEWCOMER)
    dialog.locator("[name=look_up]").click()
    expect(dialog.locator("[name=city]")).to_have_value("Bruxelles")
    assert barriers_of(visitor, "editor-new-customer") == []
    dialog.locator(".btn-create:visible").click()
    expect(dialog).to_be_hidden()
    expect(page.locator("#customer-search")).to_have_value("ATELIER NOUVEAU SRL")
    kept(page)
    page.reload()
    expect(page.locator("#customer-search")).to_have_value("ATELIER NOUVEAU SRL")
    assert descriptions(page) == ["Entretien annuel"]


def test_the_sheet_beside_the_editor_follows_what_is_typed(visitor: Visitor) -> None:
    page = new_draft(visitor, ("Entretien annuel", "100"))
    assert page.locator("[data-beside] iframe").count() == 0
    page.set_viewport_size({"width": 1920, "height": 1000})
    sheet = page.frame_locator("[data-beside] iframe")
    expect(sheet.get_by_text("Entretien annuel")).to_be_visible()
    page.fill("[name=lines-0-description]", "Entretien bisannuel")
    kept(page)
    expect(sheet.get_by_text("Entretien bisannuel")).to_be_visible()
    assert barriers_of(visitor, "editor-beside") == []


def test_a_closing_text_follows_the_language_until_another_is_put_in(visitor: Visitor) -> None:
    page = visitor.sign_in(at="/settings/default-texts/")
    for language, name, body in [("fr", "Usuel", "Merci."), ("fr", "Comptant", "Payé."), ("en", "Usual", "Thank you.")]:
        visitor.go(f"/settings/default-texts/invoice/{language}/new/")
        page.fill("[name=name]", name)
        page.fill("[name=body]", body)
        page.click(".form-actions button")
        page.wait_for_url("**/settings/default-texts/")
    page.locator("main a[href*='/default-texts/'].cell-main, main tbody a").first.click()
    page.locator("[name=body]").wait_for()
    assert barriers_of(visitor, "default-text-edit") == []
    visitor.go("/invoices/new/")
    terms, language = page.locator("[name=terms]"), page.locator("#draft [name=language]")
    expect(terms).to_have_value("Merci.")
    language.select_option("en")
    expect(terms).to_have_value("Thank you.")
    expect(page.locator("[data-text]:visible")).to_have_text(["Usual"])
    language.select_option("fr")
    page.locator("[data-text]", has_text="Comptant").click()
    expect(terms).to_have_value("Payé.")
    language.select_option("en")
    expect(terms).to_have_value("Payé.")
    page.fill("#customer-search", "dupont")
    page.locator("#customer-options [role=option]").first.click()
    page.wait_for_url("**/edit/")
    kept(page)
    page.reload()
    expect(terms).to_have_value("Payé.")
    for _text in range(3):  # others work on this installation too
        visitor.go("/settings/default-texts/")
        page.locator("form[action$='/remove/'] button").first.click()
        with page.expect_navigation():
            page.click("#confirm [value=yes]")
    expect(page.locator("form[action$='/remove/']")).to_have_count(0)


def test_what_is_typed_before_the_scripts_come_is_kept_too(visitor: Visitor) -> None:
    page = new_draft(visitor, ("Entretien annuel", "100"))
    address = page.url
    held: list[Route] = []
    page.route("**/editor*.js", lambda route: held.append(route), times=1)
    page.goto(address, wait_until="commit")
    page.fill("[name=lines-0-unit_price]", "200")
    held[0].continue_()
    expect(page.locator("#foot-total")).to_have_text("242,00 €")
    kept(page)
    page.reload()
    expect(page.locator("#foot-total")).to_have_text("242,00 €")
