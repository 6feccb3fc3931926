import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client, override_settings
from django.utils import timezone

from activity.models import Event
from core.tenancy import company_scope
from tests.users.conftest import Mailbox, body, link
from users import keys, places, services, tasks
from users.models import Company, Membership, SignUp, User

PASSWORD = "four words are easy"


def ask(client: Client, mailbox: Mailbox, **changes: Any) -> Any:
    fields = {
        "company_name": "Chauffage Lambert SRL", "vat_number": "be 0403.019.261", "first_name": "Diane",
        "last_name": "Lambert", "email": "Diane@Lambert.example", "password": PASSWORD, "language": "fr",
    }  # fmt: skip
    with mailbox.delivering():
        return client.post("/sign-up/", {**fields, **changes})


def test_a_company_stands_once_its_mail_is_confirmed(db: None, mailbox: Mailbox) -> None:
    client = Client()
    page = ask(client, mailbox)
    assert (page.status_code, User.objects.count(), Company.objects.count()) == (200, 0, 0)
    mail = mailbox.take()
    assert (mail["To"], mail["Subject"]) == ("diane@lambert.example", "Confirmez votre adresse e-mail")
    assert "Lambert SRL" not in body(mail)  # what a stranger typed is not mailed on
    elsewhere = Client()
    assert "Chauffage Lambert SRL" in elsewhere.get(link(mail)).content.decode()
    assert Company.objects.count() == 0  # a mail program that follows links makes nothing
    assert elsewhere.post(link(mail)).url == "/"
    user, company = User.objects.get(), Company.objects.get()
    assert (user.email, str(user), user.check_password(PASSWORD)) == ("diane@lambert.example", "Diane Lambert", True)
    assert (company.name, company.vat_number, company.language, company.email) == (
        "Chauffage Lambert SRL", "BE0403019261", "fr", "diane@lambert.example",
    )  # fmt: skip
    assert Membership.objects.get().role == "owner"
    assert elsewhere.get("/customers/").context["company"] == company
    assert SignUp.objects.count() == 0
    assert Client().post(link(mail)).status_code == 410
    with company_scope(company.pk):
        assert set(Event.objects.values_list("action", flat=True)) == {"users.company.created", "users.member.created"}


def test_password_and_key_of_a_waiting_sign_up_are_not_readable(db: None, mailbox: Mailbox) -> None:
    ask(Client(), mailbox)
    key = link(mailbox.take()).split("/")[2]
    row = SignUp.objects.get()
    assert row.digest == keys.digest(key)
    assert not {key, PASSWORD} & set(map(str, SignUp.objects.values_list().get()))


def test_a_known_address_gets_the_same_answer_and_another_mail(alice: User, mailbox: Mailbox) -> None:
    known = ask(Client(), mailbox, email="ALICE@frigotech.example")
    mail = mailbox.take()
    assert (mail["To"], mail["Subject"]) == ("alice@frigotech.example", "Vous avez déjà un compte")
    unknown = ask(Client(), mailbox, email="alicf@frigotech.example")
    answers = {page.content.decode().replace("alicf@", "alice@") for page in (known, unknown)}
    without_tokens = {text.lower().replace("alice@frigotech.example", "") for text in map(strip_tokens, answers)}
    assert len(without_tokens) == 1
    assert (User.objects.count(), Company.objects.count(), SignUp.objects.count()) == (1, 1, 1)
    alice.refresh_from_db()
    assert alice.check_password("correct horse")


def strip_tokens(text: str) -> str:
    return re.sub(r'(nonce|value)="[^"]*"', "", text)


def test_a_person_who_was_only_listed_proves_the_address_and_starts_a_company(
    scope: Company, alice: User, mailbox: Mailbox
) -> None:
    services.create_member(company=scope, by=alice, email="diane@lambert.example", first_name="D.")
    ask(Client(), mailbox)
    client = Client()
    assert client.post(link(mailbox.take())).url == "/"
    user = User.objects.get(email="diane@lambert.example")
    assert (user.first_name, sorted((place.company.name, place.role) for place in places.of(user))) == (
        "Diane", [("Chauffage Lambert SRL", "owner"), ("Frigotech SRL", "employee")],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("vat_number", "BE0403019262"),
        ("vat_number", "blabla"),
        ("email", "nobody"),
        ("password", "short"),
        ("password", "diane@lambert.example"),
        ("company_name", ""),
        ("company_name", "x" * 201),
        ("company_name", "a\x00b"),
        ("first_name", ""),
        ("language", "de"),
    ],
)
def test_bad_input_comes_back_beside_its_field(db: None, mailbox: Mailbox, field: str, value: str) -> None:
    page = ask(Client(), mailbox, **{field: value})
    assert (page.status_code, list(page.context["form"].errors)) == (200, [field])
    assert (SignUp.objects.count(), mailbox.all()) == (0, [])


def test_a_company_without_vat_number_may_start(db: None, mailbox: Mailbox) -> None:
    ask(Client(), mailbox, vat_number="")
    Client().post(link(mailbox.take()))
    assert Company.objects.get().vat_number == ""


def test_a_late_link_opens_nothing_and_is_forgotten(db: None, mailbox: Mailbox) -> None:
    ask(Client(), mailbox)
    address = link(mailbox.take())
    SignUp.objects.update(created_at=timezone.now() - timedelta(days=2, seconds=1))
    assert (Client().get(address).status_code, Client().post(address).status_code) == (410, 410)
    assert User.objects.count() == 0
    tasks.forget_sign_ups()
    assert SignUp.objects.count() == 0


def test_the_second_of_two_sign_ups_finds_the_account(db: None, mailbox: Mailbox) -> None:
    ask(Client(), mailbox)
    mailbox.take()
    ask(Client(), mailbox)
    waiting = list(SignUp.objects.order_by("created_at"))
    assert Client().post(f"/sign-up/{keys.of_link(waiting[0])}/").url == "/"
    assert Client().post(f"/sign-up/{keys.of_link(waiting[1])}/").status_code == 410
    assert Company.objects.count() == 1


def test_sign_ups_are_limited_by_address(db: None, mailbox: Mailbox) -> None:
    for _n in range(3):
        assert ask(Client(), mailbox).context.get("form") is None
    page = ask(Client(), mailbox, email="DIANE@lambert.example")
    assert page.context["form"].errors.as_data()["__all__"][0].code == "limited"
    assert SignUp.objects.count() == 3


def test_without_a_mail_server_the_account_stands_at_once(alice: User, mailbox: Mailbox) -> None:
    client = Client()
    with mailbox.without_server():
        assert ask(client, mailbox).url == "/"
        assert client.get("/customers/").context["company"].name == "Chauffage Lambert SRL"
        page = ask(Client(), mailbox, email="alice@frigotech.example", password="another long phrase")
    assert [error.code for error in page.context["form"].errors.as_data()["__all__"]] == [None]
    alice.refresh_from_db()
    assert (alice.check_password("correct horse"), Company.objects.count(), mailbox.all()) == (True, 2, [])


def test_sign_up_can_be_switched_off(db: None, mailbox: Mailbox) -> None:
    with override_settings(SIGN_UP="closed"):
        assert (Client().get("/sign-up/").status_code, ask(Client(), mailbox).status_code) == (403, 403)
        assert "/sign-up/" not in Client().get("/sign-in/").content.decode()
    with override_settings(SIGN_UP="first"):
        assert Client().get("/sign-up/").status_code == 200
        ask(Client(), mailbox)
        Client().post(link(mailbox.take()))
        assert (Company.objects.count(), Client().get("/sign-up/").status_code) == (1, 403)


def test_who_is_signed_in_has_no_sign_up_but_may_start_another_company(
    as_alice: Client, alice: User, company: Company
) -> None:
    assert as_alice.get("/sign-up/").url == "/"
    fields = {"company_name": "Frigotech Service SRL", "vat_number": ""}
    assert as_alice.post("/companies/new/", {**fields, "vat_number": "BE1"}).status_code == 200
    assert as_alice.post("/companies/new/", fields).url == "/"
    assert as_alice.get("/customers/").context["company"].name == "Frigotech Service SRL"
    with override_settings(SIGN_UP="closed"):
        assert as_alice.post("/companies/new/", fields).status_code == 403
        alice.is_staff = True
        alice.save()
        assert as_alice.get("/companies/new/").status_code == 200
    assert Company.objects.count() == 2


def test_somebody_without_company_may_start_one(db: None) -> None:
    client = Client()
    client.force_login(User.objects.create_user("lost@nowhere.example", "correct horse"))
    assert "/companies/new/" in client.get("/customers/").content.decode()
    with override_settings(SIGN_UP="closed"):
        assert "/companies/new/" not in client.get("/customers/").content.decode()
