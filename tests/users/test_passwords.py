from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from activity.models import Event
from tests.users.conftest import Mailbox, link
from users import services
from users.models import Company, User

NEW = "a much longer phrase"


def ask(email: str) -> Any:
    return Client().post("/forgotten-password/", {"email": email})


def follow(client: Client, address: str) -> Any:
    """The link as the mail gives it, then the page it leads to."""
    return client.get(address, follow=True)


def test_a_forgotten_password_is_renewed_by_mail(
    scope: Company, alice: User, as_alice: Client, mailbox: Mailbox
) -> None:
    assert ask("ALICE@Frigotech.example").status_code == 200
    mail = mailbox.take()
    assert (mail["To"], mail["Subject"]) == ("alice@frigotech.example", "Choisissez un nouveau mot de passe")
    client = Client()
    page = follow(client, link(mail))
    place = page.redirect_chain[-1][0]
    assert link(mail).split("/")[3] not in place  # the token does not stay in the address
    assert client.post(place, {"new_password": "short"}).context["form"].errors.keys() == {"new_password"}
    assert client.post(place, {"new_password": NEW}).url == "/sign-in/"
    alice.refresh_from_db()
    assert alice.check_password(NEW)
    assert as_alice.get("/customers/").status_code == 302  # signed out
    assert Event.objects.get(action="users.user.password_renewed").company_id == scope.pk


def test_a_link_works_once_and_for_a_day(alice: User, mailbox: Mailbox) -> None:
    ask(alice.email)
    address = link(mailbox.take())
    with time_machine.travel(timezone.localtime() + timedelta(days=1, minutes=1)):
        assert follow(Client(), address).context["validlink"] is False
    client = Client()
    client.post(follow(client, address).redirect_chain[-1][0], {"new_password": NEW})
    page = follow(Client(), address)
    assert (page.context["validlink"], "/forgotten-password/" in page.content.decode()) == (False, True)


@pytest.mark.parametrize("address", ["/forgotten-password/xx/set-password/", "/forgotten-password/MQ/nonsense/"])
def test_a_made_up_link_opens_nothing(alice: User, address: str) -> None:
    assert Client().get(address, follow=True).status_code == 410
    assert Client().post(address, {"new_password": NEW}).status_code == 410
    alice.refresh_from_db()
    assert alice.check_password("correct horse")


def test_nobody_learns_who_has_an_account(scope: Company, alice: User, bob: User, mailbox: Mailbox) -> None:
    services.create_member(company=scope, by=alice, email="listed@frigotech.example")
    User.objects.filter(pk=bob.pk).update(is_active=False)
    answers = set()
    for email in ("alice@frigotech.example", "listed@frigotech.example", "bob@frigotech.example", "no@where.example"):
        page = ask(email)
        answers.add((page.status_code, page.templates[0].name, page.context["what"]))
    assert answers == {(200, "users/mail_sent.html", "password")}
    assert mailbox.take()["To"] == "alice@frigotech.example"


def test_an_address_gets_three_mails_an_hour_known_or_not(alice: User, mailbox: Mailbox) -> None:
    for email in ("alice@frigotech.example", "no@where.example"):
        for _n in range(3):
            assert ask(email).context.get("form") is None
        assert ask(email.upper()).context["form"].errors.as_data()["__all__"][0].code == "limited"
    assert len(mailbox.all()) == 3


def test_who_was_locked_out_may_sign_in_with_the_new_password(alice: User, mailbox: Mailbox) -> None:
    for _n in range(6):
        Client().post("/sign-in/", {"username": alice.email, "password": "wrong"})
    ask(alice.email)
    client = Client()
    client.post(follow(client, link(mailbox.take())).redirect_chain[-1][0], {"new_password": NEW})
    assert Client().post("/sign-in/", {"username": alice.email, "password": NEW}).status_code == 302


def test_the_sign_in_page_leads_to_it(db: None) -> None:
    page = Client().get("/sign-in/").content.decode()
    assert "/forgotten-password/" in page
    assert "/sign-up/" in page
