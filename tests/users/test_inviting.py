from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from activity.models import Event
from core.errors import Conflict, Refused
from core.tenancy import company_scope
from tests.users.conftest import Mailbox, body, link
from users import inviting, joining, keys, places, services
from users.models import Company, Invitation, Membership, User

NEW = "new.hire@frigotech.example"
CHOICE = {"first_name": "New", "last_name": "Hire", "password": "four words are easy"}


def invite(client: Client, mailbox: Mailbox, email: str = NEW, **fields: Any) -> Any:
    with mailbox.delivering():
        return client.post("/users/invite/", {"email": email, "role": "employee", "language": "fr", **fields})


def actions(company: Company) -> list[str]:
    return list(Event.objects.filter(action__startswith="users.").order_by("at", "id").values_list("action", flat=True))


def test_a_new_person_chooses_a_password_and_comes_in(as_alice: Client, scope: Company, mailbox: Mailbox) -> None:
    assert (
        invite(as_alice, mailbox, role="accountant", language="nl", email="New.Hire@Frigotech.example").url == "/users/"
    )
    mail = mailbox.take()
    assert (mail["To"], mail["Subject"]) == (NEW, "Frigotech SRL nodigt u uit voor eFactori")
    assert "Alice Martin" in body(mail)
    client = Client()
    page = client.get(link(mail))
    assert (page.status_code, page.headers["Cache-Control"]) == (
        200,
        "max-age=0, no-cache, no-store, must-revalidate, private",
    )
    assert 'lang="nl"' in page.content.decode()
    assert client.post(link(mail), CHOICE).url == "/"
    user = User.objects.get(email=NEW)
    member = Membership.objects.get(user=user)
    assert (member.company, member.role, user.language, str(user)) == (scope, "accountant", "nl", "New Hire")
    assert client.get("/customers/").context["company"] == scope
    assert Client().login(username=NEW, password="four words are easy")
    assert actions(scope) == ["users.invitation.created", "users.member.created", "users.invitation.accepted"]


def test_only_a_digest_of_the_link_is_kept(as_alice: Client, company: Company, mailbox: Mailbox) -> None:
    invite(as_alice, mailbox)
    key = link(mailbox.take()).split("/")[2]
    invitation = Invitation.objects.get()
    assert (len(key), invitation.digest) == (43, keys.digest(key))
    assert key not in str(Invitation.objects.values().get())


def test_a_person_with_an_account_signs_in_and_joins(
    as_alice: Client, scope: Company, charlie: User, other_company: Company, mailbox: Mailbox
) -> None:
    charlie.language = "en"
    charlie.save()
    invite(as_alice, mailbox, email="Charlie@POLAR.example")
    mail = mailbox.take()
    assert mail["Subject"] == "Frigotech SRL invites you to eFactori"  # in their language, not the chosen one
    address = link(mail)
    stranger = Client()
    assert f"/sign-in/?next={address}" in stranger.get(address).content.decode()
    assert stranger.post(address, CHOICE).status_code == 200
    assert not Membership.objects.filter(user=charlie, company=scope).exists()
    fields = {"username": "charlie@polar.example", "password": "correct horse", "next": address}
    assert stranger.post("/sign-in/", fields).url == address
    assert stranger.post(address).url == "/"
    assert Membership.objects.get(user=charlie, company=scope).role == "employee"
    charlie.refresh_from_db()
    assert (str(charlie), charlie.check_password("correct horse")) == ("Charlie De Wit", True)
    page = stranger.get("/customers/")
    assert page.context["company"] == scope
    assert "Polar BV" in page.content.decode()  # the other company is in the menu


def test_somebody_else_cannot_use_it(as_alice: Client, as_bob: Client, scope: Company, mailbox: Mailbox) -> None:
    invite(as_alice, mailbox)
    address = link(mailbox.take())
    page = as_bob.get(address).content.decode()
    assert NEW in page
    assert as_bob.post(address).status_code == 200
    with pytest.raises(Refused) as refused:
        inviting.accept(Invitation.objects.get(), by=User.objects.get(email="bob@frigotech.example"))
    assert refused.value.code == "somebody_else"
    assert Invitation.objects.get().accepted_at is None
    assert as_bob.post("/sign-out/", {"next": address}).url == address


def test_a_listed_person_without_password_gets_one_and_keeps_role_and_rates(
    as_alice: Client, scope: Company, alice: User, mailbox: Mailbox
) -> None:
    listed = services.create_member(
        company=scope, by=alice, email=NEW, first_name="N.", role="accountant", billable_rate=60
    )
    assert "/users/invite/?email=" in as_alice.get("/users/").content.decode()
    invite(as_alice, mailbox, role="owner")
    assert Client().post(link(mailbox.take()), CHOICE).url == "/"
    listed.refresh_from_db()
    assert (listed.role, listed.billable_rate, str(listed.user)) == ("accountant", 60, "New Hire")
    assert Client().login(username=NEW, password="four words are easy")


def test_a_weak_password_is_refused_and_nobody_is_made(as_alice: Client, company: Company, mailbox: Mailbox) -> None:
    invite(as_alice, mailbox)
    address = link(mailbox.take())
    for password in ("short", "password123", "new.hire@frigotech", ""):
        page = Client().post(address, {**CHOICE, "password": password})
        assert list(page.context["form"].errors) == ["password"]
    assert not User.objects.filter(email=NEW).exists()
    assert Invitation.objects.get().accepted_at is None


def test_a_dead_link_says_what_to_do(as_alice: Client, scope: Company, alice: User, mailbox: Mailbox) -> None:
    assert Client().get("/invitations/nothing/").status_code == 404
    assert "Copiez" in Client().get("/invitations/nothing/").content.decode()
    invite(as_alice, mailbox)
    address = link(mailbox.take())
    row = Invitation.objects.get()
    Invitation.objects.update(sent_at=timezone.now() - timedelta(days=7, seconds=1))
    assert (Client().get(address).status_code, Client().post(address, CHOICE).status_code) == (410, 410)
    assert "Expiré" in as_alice.get("/users/").content.decode()
    with mailbox.delivering():
        as_alice.post(f"/users/invitations/{row.pk}/send-again/")
    assert link(mailbox.take()) == address  # the same link, good for another week
    assert Client().get(address).status_code == 200
    as_alice.post(f"/users/invitations/{row.pk}/withdraw/")
    page = Client().get(address)
    assert (page.status_code, "Frigotech SRL" in page.content.decode()) == (410, True)
    assert Client().post(address, CHOICE).status_code == 410
    as_alice.post(f"/users/invitations/{row.pk}/send-again/")
    assert mailbox.all() == []
    assert not User.objects.filter(email=NEW).exists()
    assert actions(scope) == ["users.invitation.created", "users.invitation.sent_again", "users.invitation.withdrawn"]


def test_a_used_link_works_once(as_alice: Client, company: Company, mailbox: Mailbox) -> None:
    invite(as_alice, mailbox)
    address = link(mailbox.take())
    assert Client().post(address, CHOICE).url == "/"
    assert Client().post(address, {**CHOICE, "password": "another long phrase"}).status_code == 410
    assert Client().login(username=NEW, password="four words are easy")
    with pytest.raises(Conflict):
        inviting.withdraw(Invitation.objects.get(), by=None)


def test_who_is_here_or_invited_is_not_invited_again(
    as_alice: Client, company: Company, bob: User, mailbox: Mailbox
) -> None:
    invite(as_alice, mailbox)
    for email in (NEW.upper(), "BOB@frigotech.example", "not an address", "a\x00b@x.example"):
        assert list(invite(as_alice, mailbox, email=email).context["form"].errors) == ["email"]
    assert list(invite(as_alice, mailbox, email="x@y.example", role="king").context["form"].errors) == ["role"]
    assert Invitation.objects.count() == 1
    Membership.objects.filter(user=bob).update(is_active=False)
    assert list(invite(as_alice, mailbox, email="bob@frigotech.example").context["form"].errors) == ["email"]


def test_a_person_whose_access_was_taken_away_meanwhile_stays_out(
    as_alice: Client, scope: Company, alice: User, charlie: User, as_charlie: Client, mailbox: Mailbox
) -> None:
    invite(as_alice, mailbox, email=charlie.email)
    address = link(mailbox.take())
    member = joining.join(scope, charlie, by=alice)
    services.deactivate_member(member, by=alice)
    assert as_charlie.post(address).status_code == 410
    assert Invitation.objects.get().accepted_at is None


def test_the_invitations_of_an_owner_who_leaves_are_withdrawn(scope: Company, alice: User, bob: User) -> None:
    of_bob = Membership.objects.get(user=bob)
    services.update_member(of_bob, by=alice, role="owner")
    mine = inviting.invite(company=scope, email="a@x.example", by=alice)
    his = inviting.invite(company=scope, email="b@x.example", by=bob)
    services.deactivate_member(of_bob, by=alice)
    assert list(Invitation.objects.waiting()) == [mine]
    assert his.email == "b@x.example"


def test_one_address_gets_three_mails_an_hour(scope: Company, alice: User, charlie: User, mailbox: Mailbox) -> None:
    invitation = inviting.invite(company=scope, email=NEW, by=alice)
    for _n in range(2):
        inviting.send_again(invitation, by=alice)
    with pytest.raises(Refused) as refused:
        inviting.send_again(invitation, by=alice)
    assert refused.value.code == "limited"
    (elsewhere,) = [place.company for place in places.of(charlie)]
    with company_scope(elsewhere.pk), pytest.raises(Refused):
        inviting.invite(company=elsewhere, email=NEW.upper(), by=charlie)
    assert Invitation.objects.count() == 1


def test_so_many_invitations_an_hour(scope: Company, alice: User, mailbox: Mailbox) -> None:
    for n in range(inviting.MOST_AN_HOUR):
        inviting.invite(company=scope, email=f"{n}@x.example", by=alice)
    with pytest.raises(Refused) as refused:
        inviting.invite(company=scope, email="more@x.example", by=alice)
    assert refused.value.code == "limited"
    Invitation.objects.update(sent_at=timezone.now() - timedelta(hours=1, seconds=1))
    assert inviting.invite(company=scope, email="more@x.example", by=alice).email == "more@x.example"


def test_only_owners_of_the_company_reach_its_invitations(
    as_alice: Client, as_bob: Client, as_charlie: Client, company: Company, mailbox: Mailbox
) -> None:
    invite(as_alice, mailbox)
    row = Invitation.objects.get()
    assert as_bob.get("/users/invite/").status_code == 403
    for action in ("send-again", "withdraw"):
        assert as_bob.post(f"/users/invitations/{row.pk}/{action}/").status_code == 403
        assert as_charlie.post(f"/users/invitations/{row.pk}/{action}/").status_code == 404
    assert NEW not in as_charlie.get("/users/").content.decode()
    assert list(Invitation.objects.waiting()) == [row]


def test_without_a_mail_server_the_owner_gets_the_link(as_alice: Client, company: Company, mailbox: Mailbox) -> None:
    invite(as_alice, mailbox)
    address = link(mailbox.take())
    assert address not in as_alice.get("/users/").content.decode()
    with mailbox.without_server():
        assert f"http://testserver{address}" in as_alice.get("/users/").content.decode()
