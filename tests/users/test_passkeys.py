import hashlib
import json
import os
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

from activity.models import Event
from tests.users.conftest import Mailbox, code_of
from users import two_step
from users.models import Company, User

FLAG = AuthenticatorData.FLAG
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36"


@dataclass
class Device:
    """Something that holds one passkey, and unlocks it where its owner does (WebAuthn, sections 6.3.2 and 6.3.3)."""

    origin: str = "http://localhost"
    unlocked: bool = True
    id: bytes = field(default_factory=lambda: os.urandom(16))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    owner: str = ""

    def make(self, options: dict[str, Any]) -> str:
        self.owner = options["user"]["id"]
        public = AttestedCredentialData.create(bytes(16), self.id, ES256.from_cryptography_key(self.key.public_key()))
        data = self._data(options["rp"]["id"], FLAG.AT, public)
        client = self._client("webauthn.create", options)
        attestation = AttestationObject.create("none", data, {})
        return self._credential(
            clientDataJSON=websafe_encode(client),
            attestationObject=websafe_encode(attestation),
            transports=["internal"],
            unknown="\0",
        )

    def sign(self, options: dict[str, Any], **changes: Any) -> str:
        data = self._data(options["rpId"], FLAG(0))
        client = self._client("webauthn.get", options)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        answer = {
            "clientDataJSON": websafe_encode(client),
            "authenticatorData": websafe_encode(data),
            "signature": websafe_encode(signature),
            "userHandle": self.owner,
        }
        return self._credential(**{**answer, **changes})

    def _data(self, name: str, flags: Any, public: bytes = b"") -> AuthenticatorData:
        flags |= FLAG.UP | (FLAG.UV if self.unlocked else FLAG(0))
        return AuthenticatorData.create(hashlib.sha256(name.encode()).digest(), flags, 0, public)

    def _client(self, what: str, options: dict[str, Any]) -> CollectedClientData:
        return CollectedClientData.create(what, options["challenge"], self.origin)

    def _credential(self, **answer: Any) -> str:
        name = websafe_encode(self.id)
        return json.dumps(
            {"id": name, "rawId": name, "type": "public-key", "clientExtensionResults": {}, "response": answer}
        )


def at_localhost() -> Client:
    return Client(headers={"Host": "localhost", "User-Agent": AGENT})


def at_desk(email: str = "alice@frigotech.example") -> Client:
    client = at_localhost()
    client.post("/sign-in/", {"username": email, "password": "correct horse"})
    return client


def add(client: Client, device: Device, name: str = "Phone") -> Any:
    options = client.post("/profile/passkeys/options/").json()
    return client.post("/profile/passkeys/new/", {"name": name, "credential": device.make(options)})


def sign_in(client: Client, device: Device, *, next: str = "", **changes: Any) -> Any:
    options = client.post("/sign-in/passkey/options/").json()
    return client.post("/sign-in/passkey/", {"credential": device.sign(options, **changes), "next": next})


def signed_in(client: Client) -> str | None:
    user: str | None = client.session.get("_auth_user_id")
    return user


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


@pytest.fixture
def phone(scope: Company, alice: User) -> Device:
    """Alice's, added."""
    device = Device()
    assert add(at_desk(), device).url == "/profile/"
    return device


def test_a_passkey_signs_in_by_itself(phone: Device, alice: User) -> None:
    client = at_localhost()
    answer = sign_in(client, phone, next="/customers/")
    assert (answer.url, signed_in(client)) == ("/customers/", str(alice.pk))
    assert client.get("/customers/").status_code == 200
    row = Authenticator.objects.get(user=alice)
    assert (str(row), row.type, row.last_used_at is not None) == ("Phone", "webauthn", True)
    assert "unknown" not in json.dumps(row.data)  # only what a passkey needs is kept of what was sent


def test_a_passkey_leads_only_to_pages_of_ours(phone: Device) -> None:
    assert sign_in(at_localhost(), phone, next="https://evil.example/").url == "/"


def test_the_browser_is_asked_for_a_key_that_its_owner_unlocks(phone: Device, alice: User) -> None:
    client = at_desk()
    options = client.post("/profile/passkeys/options/").json()
    assert (options["rp"], options["user"]["name"]) == ({"id": "localhost", "name": "eFactori"}, alice.email)
    assert websafe_decode(options["user"]["id"]).decode() == alice.pk.hex
    chosen = options["authenticatorSelection"]
    assert (chosen["residentKey"], chosen["userVerification"]) == ("required", "required")
    assert [known["id"] for known in options["excludeCredentials"]] == [websafe_encode(phone.id)]
    asked = at_localhost().post("/sign-in/passkey/options/").json()
    assert (asked["rpId"], asked["userVerification"], asked["allowCredentials"]) == ("localhost", "required", [])


def test_a_passkey_stands_for_the_second_step(phone: Device, alice: User) -> None:
    two_step.switch_on(alice, secret=SECRET, code=code_of(SECRET), kept="")
    client = at_localhost()
    answer = client.post("/sign-in/", {"username": alice.email, "password": "correct horse", "next": "/customers/"})
    assert answer.url == "/sign-in/second-step/"
    assert "data-passkey" in client.get(answer.url).content.decode()
    assert sign_in(client, phone).url == "/customers/"
    assert signed_in(client) == str(alice.pk)


def test_a_passkey_alone_does_not_switch_on_the_second_step(phone: Device, alice: User) -> None:
    assert not two_step.is_on(alice)
    assert signed_in(at_desk()) == str(alice.pk)


@pytest.mark.parametrize(
    "changes",
    [
        {"signature": websafe_encode(b"0" * 70)},
        {"userHandle": websafe_encode(b"nobody")},
        {"userHandle": None},
        {"authenticatorData": websafe_encode(b"short")},
        {"clientDataJSON": websafe_encode(b"[]")},
    ],
    ids=str,
)
def test_what_was_tampered_with_opens_nothing(phone: Device, changes: dict[str, Any]) -> None:
    client = at_localhost()
    assert sign_in(client, phone, **changes).url == "/sign-in/"
    assert signed_in(client) is None
    assert "Cette clé d&#x27;accès n&#x27;ouvre aucun compte ici" in client.get("/sign-in/").content.decode()


@pytest.mark.parametrize("text", ["", "x", "[]", "null", "{}", '{"response": 1}', "[" * 19_000, '"\\ud800"'])
def test_what_is_no_credential_opens_nothing(phone: Device, alice: User, text: str) -> None:
    client, desk = at_localhost(), at_desk()
    client.post("/sign-in/passkey/options/")
    desk.post("/profile/passkeys/options/")
    assert client.post("/sign-in/passkey/", {"credential": text}).url == "/sign-in/"
    assert desk.post("/profile/passkeys/new/", {"name": "x", "credential": text}).context["form"].errors
    assert signed_in(client) is None
    assert Authenticator.objects.count() == 1


def test_a_challenge_is_answered_once_and_by_whom_it_was_given(phone: Device) -> None:
    client, other = at_localhost(), at_localhost()
    signed = phone.sign(client.post("/sign-in/passkey/options/").json())
    other.post("/sign-in/passkey/options/")
    assert other.post("/sign-in/passkey/", {"credential": signed}).url == "/sign-in/"
    assert client.post("/sign-in/passkey/", {"credential": signed}).url == "/"
    client.post("/sign-out/")
    assert client.post("/sign-in/passkey/", {"credential": signed}).url == "/sign-in/"
    assert (signed_in(client), signed_in(other)) == (None, None)


def test_a_key_that_was_not_unlocked_or_is_another_sites_is_refused(phone: Device, alice: User) -> None:
    phone.unlocked = False
    client = at_localhost()
    assert sign_in(client, phone).url == "/sign-in/"
    phone.unlocked, phone.origin = True, "https://evil.example"
    assert sign_in(client, phone).url == "/sign-in/"
    assert signed_in(client) is None
    for wrong in (Device(unlocked=False), Device(origin="https://evil.example")):
        assert add(at_desk(), wrong).context["form"].errors
    assert Authenticator.objects.count() == 1


def test_nobody_else_signs_in_as_alice(phone: Device, alice: User, bob: User) -> None:
    his = Device()
    add(at_desk("bob@frigotech.example"), his)
    his.owner = phone.owner
    client = at_localhost()
    assert sign_in(client, his).url == "/sign-in/"
    assert signed_in(client) is None


def test_an_account_that_is_switched_off_stays_out(phone: Device, alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(is_active=False)
    client = at_localhost()
    assert sign_in(client, phone).url == "/sign-in/"
    assert signed_in(client) is None


def test_challenges_are_not_given_without_end(db: None) -> None:
    for _n in range(60):
        at_localhost().post("/sign-in/passkey/options/")
    assert at_localhost().post("/sign-in/passkey/options/").status_code == 429
    assert Client(REMOTE_ADDR="10.0.0.9", headers={"Host": "localhost"}).post(
        "/sign-in/passkey/options/"
    ).status_code == 200  # fmt: skip


# ── on the profile ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_adding_and_removing_is_told_by_mail_and_event(scope: Company, alice: User, mailbox: Mailbox) -> None:
    client, device = at_desk(), Device()
    assert client.get("/profile/passkeys/new/").context["form"]["name"].value() == "Chrome, Linux"
    with mailbox.delivering():
        add(client, device, name="Téléphone")
    mail = mailbox.take()
    assert (mail["To"], mail["Subject"]) == (alice.email, "Une clé d'accès a été ajoutée")
    row = Authenticator.objects.get()
    assert "Téléphone" in client.get("/profile/").content.decode()
    with mailbox.delivering():
        assert client.post(f"/profile/passkeys/{row.pk}/remove/").url == "/profile/"
    assert mailbox.take()["Subject"] == "Une clé d'accès a été retirée"
    told = Event.objects.filter(object_id=alice.pk).order_by("at", "pk").values_list("action", "data")
    assert list(told) == [
        ("users.user.passkey_added", {"name": "Téléphone"}),
        ("users.user.passkey_removed", {"name": "Téléphone"}),
    ]
    assert sign_in(at_localhost(), device).url == "/sign-in/"


def test_a_passkey_is_renamed(phone: Device) -> None:
    client, row = at_desk(), Authenticator.objects.get()
    assert client.post(f"/profile/passkeys/{row.pk}/", {"name": ""}).context["form"].errors.keys() == {"name"}
    assert client.post(f"/profile/passkeys/{row.pk}/", {"name": "Office"}).url == "/profile/"
    row.refresh_from_db()
    assert str(row) == "Office"
    assert sign_in(at_localhost(), phone).url == "/"


def test_a_passkey_belongs_to_its_owner(phone: Device, bob: User, alice: User) -> None:
    two_step.switch_on(alice, secret=SECRET, code=code_of(SECRET), kept="")
    client = at_desk("bob@frigotech.example")
    for row in Authenticator.objects.filter(user=alice):
        for path in (f"/profile/passkeys/{row.pk}/", f"/profile/passkeys/{row.pk}/remove/"):
            assert client.post(path, {"name": "Mine"}).status_code == 404
    assert sorted(str(row.type) for row in Authenticator.objects.filter(user=alice)) == [
        "recovery_codes", "totp", "webauthn",
    ]  # fmt: skip
    assert str(Authenticator.objects.get(type="webauthn")) == "Phone"


def test_the_factors_of_the_app_are_no_passkeys(phone: Device, alice: User) -> None:
    client = at_desk()
    two_step.switch_on(alice, secret=SECRET, code=code_of(SECRET), kept=client.session.session_key or "")
    for row in Authenticator.objects.exclude(type="webauthn"):
        assert client.post(f"/profile/passkeys/{row.pk}/remove/").status_code == 404
    assert two_step.is_on(alice)


def test_after_a_quarter_the_password_is_asked_again(phone: Device) -> None:
    client, row = at_desk(), Authenticator.objects.get()
    with time_machine.travel(timezone.localtime() + timedelta(minutes=16)):
        for path in ("/profile/passkeys/new/", f"/profile/passkeys/{row.pk}/", f"/profile/passkeys/{row.pk}/remove/"):
            assert client.post(path, {"name": "x"}).url.startswith("/profile/prove/")
    row.refresh_from_db()
    assert str(row) == "Phone"
