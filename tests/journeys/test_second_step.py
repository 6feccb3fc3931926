"""Emma switches on two-step sign-in, adds a passkey, and comes in with a code, a recovery code and the passkey."""

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import CDPSession, Page, expect

from tests.journeys.barriers import barriers_of
from tests.journeys.visiting import Visitor, texts
from tests.users.conftest import code_of

pytestmark = pytest.mark.once

EMAIL = "emma@froid.example"
PASSWORD = "quatre mots faciles"
HALF_MINUTE = 30
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def emma(visitor: Visitor) -> Iterator[Visitor]:
    """She comes by the name of the machine, for a passkey belongs to a name, and her computer unlocks itself."""
    device: CDPSession = visitor.context.new_cdp_session(visitor.page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    yield visitor
    device.detach()


def test_two_steps_and_a_passkey(emma: Visitor) -> None:
    here = emma.installation.url.replace("127.0.0.1", "localhost")
    page = emma.go(f"{here}/sign-up/")
    fields = {"company_name": "Froid SRL", "first_name": "Emma", "last_name": "Dubois", "email": EMAIL}
    for name, value in {**fields, "password": PASSWORD}.items():
        page.fill(f"[name={name}]", value)
    page.click(".auth-fields .btn-create")
    expect(page.locator(".top-user")).to_contain_text("Froid SRL")

    emma.go(f"{here}/profile/")
    assert barriers_of(emma, "profile-two-step-off") == []
    page.click("a[href='/profile/two-step/']")
    secret = page.inner_text("code.mono").replace(" ", "")
    page.fill("[name=code]", "000000")
    page.click(".form-actions .btn-create")
    expect(page.locator("#id_code_error")).to_contain_text("Ce code est incorrect")
    assert barriers_of(emma, "two-step-on") == []
    page.fill("[name=code]", code_of(secret))
    page.click(".form-actions .btn-create")
    expect(page.locator("#recovery-codes li")).to_have_count(10)
    codes = texts(page, "#recovery-codes li")
    assert barriers_of(emma, "recovery-codes") == []
    kept = emma.download(lambda: page.click("a[download]")).decode()
    assert kept.split("\n") == codes
    page.click("a[href='/profile/'].btn-create")
    assert barriers_of(emma, "profile-two-step-on") == []

    page.click("a[href='/profile/passkeys/new/']")
    assert page.input_value("[name=name]") == "Chrome, Linux"
    assert barriers_of(emma, "passkey-new") == []
    page.fill("[name=name]", "Portable d'Emma")
    page.click("form[data-passkey] .btn-create")
    page.wait_for_url("**/profile/")
    expect(page.locator("a[href^='/profile/passkeys/'].cell-main")).to_have_text("Portable d'Emma")
    assert barriers_of(emma, "profile-passkey") == []

    sign_out(page)
    assert barriers_of(emma, "sign-in-passkey") == []
    page.click("form[data-passkey] button")
    expect(page.locator(".top-user")).to_contain_text(EMAIL)

    sign_out(page)
    give_password(page)
    assert barriers_of(emma, "second-step") == []
    page.fill("[name=code]", "12 34 56")
    page.click(".auth-fields .btn-create")
    expect(page.locator("#id_code_error")).to_contain_text("Ce code est incorrect")
    page.fill("[name=code]", code_of(secret, moment=time.time() + HALF_MINUTE))  # the first one is used up
    page.click(".auth-fields .btn-create")
    expect(page.locator(".top-user")).to_contain_text(EMAIL)

    sign_out(page)
    give_password(page)
    page.fill("[name=code]", codes[0])
    page.click(".auth-fields .btn-create")
    expect(page.locator(".top-user")).to_contain_text(EMAIL)
    sign_out(page)
    give_password(page)
    page.fill("[name=code]", codes[0])
    page.click(".auth-fields .btn-create")
    expect(page.locator("#id_code_error")).to_contain_text("il a déjà servi")
    page.click("form[data-passkey] button")
    expect(page.locator(".top-user")).to_contain_text(EMAIL)

    emma.go(f"{here}/profile/")
    page.click("a[href^='/profile/passkeys/'].cell-main")
    assert barriers_of(emma, "passkey") == []
    page.click("form[action$='/remove/'] button")
    emma.confirm()
    page.wait_for_url("**/profile/")
    expect(page.locator("a[href^='/profile/passkeys/'].cell-main")).to_have_count(0)
    page.click("a[href='/profile/two-step/off/']")
    assert barriers_of(emma, "two-step-off") == []
    page.fill("[name=password]", PASSWORD)
    page.click(".form-actions .btn-danger")
    expect(page.locator("a[href='/profile/two-step/']")).to_be_visible()

    sign_out(page)
    page.click("form[data-passkey] button")
    expect(page.locator(".auth-box > .note-danger")).to_contain_text("Cette clé d'accès n'ouvre aucun compte ici")
    give_password(page)
    expect(page.locator(".top-user")).to_contain_text(EMAIL)


def test_where_the_address_is_a_number_passkeys_are_not_offered(visitor: Visitor) -> None:
    page = visitor.go("/sign-in/")
    expect(page.locator("form[data-passkey]")).to_be_hidden()
    visitor.give_password("bob@frigotech.example")
    visitor.go("/profile/passkeys/new/")
    expect(page.locator("[data-passkey-missing]")).to_contain_text("Les clés d'accès ne fonctionnent pas ici")
    expect(page.locator("form[data-passkey]")).to_be_hidden()
    assert barriers_of(visitor, "passkey-missing") == []
    visitor.go("/profile/prove/")
    assert barriers_of(visitor, "prove") == []


def give_password(page: Page) -> None:
    page.fill("[name=username]", EMAIL)
    page.fill("[name=password]", PASSWORD)
    page.click("form:has([name=password]) button:not([type=button])")


def sign_out(page: Page) -> None:
    page.click(".top-user")
    page.click("form[action='/sign-out/'] button")
    page.wait_for_url("**/sign-in/")
