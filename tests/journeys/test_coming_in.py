"""Diane starts a company, asks Bob in, and both work there: each in a browser of their own, in French."""

from email import message_from_bytes, policy
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.barriers import barriers_of
from tests.journeys.visiting import Visitor, texts

pytestmark = pytest.mark.once

COMPANY = "Chauffage Lambert SRL"
PASSWORD = "quatre mots faciles"
BOB = "bob@lambert.example"


def test_a_newcomer_starts_a_company_and_brings_a_colleague_in(visitor: Visitor, colleague: Visitor) -> None:
    page = visitor.go("/sign-in/")
    page.click("a[href='/sign-up/']")
    page.fill("[name=company_name]", COMPANY)
    page.fill("[name=vat_number]", "BE 0403.019.262")
    page.fill("[name=first_name]", "Diane")
    page.fill("[name=last_name]", "Lambert")
    page.fill("[name=email]", "Diane@Lambert.example")
    page.fill("[name=password]", PASSWORD)
    page.click(".auth-fields .btn-create")
    expect(page.locator("#id_vat_number_error")).to_contain_text("n'est pas un numéro de TVA valide")
    assert barriers_of(visitor, "sign-up-refused") == []
    page.fill("[name=vat_number]", "BE 0403.019.261")
    page.fill("[name=password]", PASSWORD)
    page.click(".auth-fields .btn-create")
    expect(page.locator(".top-user")).to_contain_text(COMPANY)
    assert barriers_of(visitor, "first-page") == []

    visitor.go("/users/")
    page.click("a[href='/users/invite/']")
    page.fill("[name=email]", BOB)
    page.click(".form-actions .btn-create")
    page.wait_for_url("**/users/")
    expect(page.locator(".toast")).to_contain_text("est invité")
    assert texts(page, "tr:has(a[href*='/invitations/']) .cell-main") == [BOB]
    link = page.get_attribute("a[href*='/invitations/']", "href") or ""
    assert barriers_of(visitor, "invited") == []

    theirs = colleague.go(link)
    expect(theirs.locator("h1")).to_have_text(f"Travailler chez {COMPANY}")
    assert barriers_of(colleague, "invitation") == []
    theirs.fill("[name=first_name]", "Bob")
    theirs.fill("[name=last_name]", "Claes")
    theirs.fill("[name=password]", PASSWORD)
    theirs.click(".auth-fields .btn-create")
    expect(theirs.locator(".top-user")).to_contain_text(COMPANY)
    expect(theirs.locator(".top-user")).to_contain_text(BOB)

    visitor.go("/users/")
    assert sorted(texts(page, "a.cell-main")) == ["Bob Claes", "Diane Lambert"]
    expect(page.locator("a[href*='/invitations/']")).to_have_count(0)
    visitor.reload_until(lambda _page: _mail_to(BOB, visitor.installation.data) is not None)
    subject, body = _mail_to(BOB, visitor.installation.data) or ("", "")
    assert subject == f"{COMPANY} vous invite dans eFactori"
    assert link in body

    with colleague.refused(410):
        colleague.go(link)
    expect(theirs.locator("main")).to_contain_text("a été utilisée")
    assert barriers_of(colleague, "used-link") == []
    colleague.go("/profile/")
    assert texts(theirs, "td .cell-main")[:1] == ["Chrome, Linux"]
    assert barriers_of(colleague, "sessions") == []


@pytest.mark.parametrize("name", ["sign-in", "sign-up", "forgotten-password"])
def test_no_door_bars_anybody(visitor: Visitor, name: str) -> None:
    visitor.go(f"/{name}/")
    assert barriers_of(visitor, name) == []


def _mail_to(address: str, data: Path) -> tuple[str, str] | None:
    """Subject and text of what the outbox of the installation holds for somebody."""
    for path in (data / "outbox").glob("*.eml"):
        mail = message_from_bytes(path.read_bytes(), policy=policy.default)
        if mail["To"] == address:
            return mail["Subject"], mail.get_content()  # type: ignore[attr-defined]
    return None
