import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from activity.models import Event
from core.errors import Conflict, Refused
from core.tenancy import company_scope
from tests.users.conftest import Mailbox, body, code_of, link
from users import inviting, keys, two_step
from users.models import Company, Session, User

NOON = datetime(2026, 11, 24, 12, 0, 5, tzinfo=UTC)
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
HALF_MINUTE = timedelta(seconds=30)
PASSWORD = "correct horse"
DOOR = "/sign-in/second-step/"


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    """Noon, until a test moves it."""
    cache.clear()
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def codes(scope: Company, alice: User, clock: Any) -> list[str]:
    """Alice has it on; the half minute of her first code is over. Her recovery codes."""
    codes = two_step.switch_on(alice, secret=SECRET, code=code_of(SECRET), kept="")
    clock.shift(HALF_MINUTE)
    return codes


def give_password(client: Client, *, password: str = PASSWORD, **more: str) -> Any:
    return client.post("/sign-in/", {"username": "alice@frigotech.example", "password": password, **more})


def give_code(client: Client, code: str) -> Any:
    return client.post(DOOR, {"code": code})


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def at_second_step() -> Client:
    client = Client()
    assert give_password(client).url == DOOR
    return client


def fault(answer: Any) -> tuple[str, str]:
    """Where a form was refused, and why."""
    ((field, errors),) = answer.context["form"].errors.as_data().items()
    return field, errors[0].message


def actions(user: User) -> list[str]:
    return list(Event.objects.filter(object_id=user.pk).order_by("at", "pk").values_list("action", flat=True))


# ── codes ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("moment", "code"), [(59, "287082"), (1111111109, "081804"), (2000000000, "279037")])
def test_codes_are_those_of_rfc_6238(scope: Company, alice: User, clock: Any, moment: int, code: str) -> None:
    clock.move_to(moment)
    two_step.switch_on(alice, secret=SECRET, code=code, kept="")
    assert two_step.is_on(alice)


@pytest.mark.parametrize(("late", "fits"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_a_clock_may_be_half_a_minute_off(scope: Company, alice: User, late: int, fits: bool) -> None:
    code = code_of(SECRET, moment=NOON.timestamp() + late)
    if fits:
        two_step.switch_on(alice, secret=SECRET, code=code, kept="")
    else:
        with pytest.raises(Refused, match="demi-minute est dépassée"):
            two_step.switch_on(alice, secret=SECRET, code=code, kept="")
    assert two_step.is_on(alice) is fits


def test_a_code_works_once_and_no_older_one_after_it(codes: list[str], alice: User, clock: Any) -> None:
    older = code_of(SECRET)
    clock.shift(HALF_MINUTE)
    newer = code_of(SECRET)
    two_step.use(alice, newer)
    for code in (newer, older):
        with pytest.raises(Refused) as refusal:
            two_step.use(alice, code)
        assert refusal.value.code == "used"
    clock.shift(HALF_MINUTE)
    two_step.use(alice, f" {code_of(SECRET)[:3]} {code_of(SECRET)[3:]} ")


def test_a_recovery_code_burns_once(codes: list[str], alice: User) -> None:
    assert len(set(codes)) == 10
    two_step.use(alice, f"{codes[3][:4]} {codes[3][4:]}")
    with pytest.raises(Refused, match="Chacun fonctionne une fois"):
        two_step.use(alice, codes[3])
    two_step.use(alice, codes[4])
    row = Authenticator.objects.get(user=alice, type="recovery_codes")
    assert two_step.codes_left(row) == 8
    assert [event.data for event in Event.objects.filter(action="users.user.recovery_code_used").order_by("pk")] == [
        {"left": 9},
        {"left": 8},
    ]


def test_new_recovery_codes_stop_the_old_ones(codes: list[str], alice: User) -> None:
    fresh = two_step.renew_codes(alice)
    assert not set(fresh) & set(codes)
    with pytest.raises(Refused):
        two_step.use(alice, codes[0])
    two_step.use(alice, fresh[0])


def test_nothing_readable_lies_in_the_database(codes: list[str], alice: User) -> None:
    rows = Authenticator.objects.filter(user=alice)
    stored = {row.type: row.data for row in rows}
    assert stored["totp"]["secret"].startswith("gAAAA")
    assert stored["recovery_codes"]["seed"].startswith("gAAAA")
    assert SECRET not in json.dumps(stored)


def test_it_is_switched_on_once(codes: list[str], alice: User) -> None:
    with pytest.raises(Conflict):
        two_step.switch_on(alice, secret=SECRET, code=code_of(SECRET), kept="")
    two_step.switch_off(alice, kept="")
    for change in (two_step.renew_codes, lambda user: two_step.switch_off(user, kept="")):
        with pytest.raises(Conflict):
            change(alice)
    assert not Authenticator.objects.exists()


# ── at the door ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_password_alone_no_longer_signs_in(codes: list[str], alice: User) -> None:
    client = Client()
    assert give_password(client, next="/customers/").url == DOOR
    assert (signed_in(client), client.get("/customers/").status_code) == (False, 302)
    assert client.get(DOOR).status_code == 200
    answer = give_code(client, code_of(SECRET))
    assert (answer.status_code, answer.url, signed_in(client)) == (302, "/customers/", True)
    assert Session.objects.get(user=alice).signed_in_at == timezone.now()
    assert client.get("/customers/").status_code == 200


def test_without_it_the_password_is_enough(scope: Company, alice: User) -> None:
    client = Client()
    assert (give_password(client).url, signed_in(client)) == ("/", True)


@pytest.mark.parametrize("code", ["000000", "12345", "00000000", "nonsense", "١٢٣٤٥٦", "1" * 41])
def test_a_wrong_code_is_refused_at_its_field(codes: list[str], code: str) -> None:
    client = at_second_step()
    assert fault(give_code(client, code))[0] == "code"
    assert not signed_in(client)


def test_a_stale_and_a_used_code_say_why(codes: list[str], clock: Any) -> None:
    stale = code_of(SECRET)
    clock.shift(2 * HALF_MINUTE)
    client = at_second_step()
    assert fault(give_code(client, stale)) == (
        "code",
        "Ce code est incorrect, ou sa demi-minute est dépassée. Saisissez celui que l'application affiche maintenant.",
    )
    used = code_of(SECRET)
    give_code(at_second_step(), used)
    assert fault(give_code(client, used)) == ("code", "Ce code a déjà servi. Attendez le suivant.")
    assert not signed_in(client)


def test_a_recovery_code_opens_the_door_once(codes: list[str]) -> None:
    first, second = at_second_step(), at_second_step()
    assert give_code(first, codes[0]).status_code == 302
    assert fault(give_code(second, codes[0]))[0] == "code"
    assert (signed_in(first), signed_in(second)) == (True, False)


def test_after_five_wrong_codes_even_the_right_one_waits(codes: list[str], clock: Any) -> None:
    for n in range(5):
        client = Client(REMOTE_ADDR=f"10.0.0.{n}")
        give_password(client)
        give_code(client, "000000")
    client = at_second_step()
    assert fault(give_code(client, code_of(SECRET)))[0] == "__all__"
    assert fault(give_code(client, codes[0]))[0] == "__all__"
    assert not signed_in(client)
    cache.clear()  # five minutes
    assert give_code(client, code_of(SECRET)).status_code == 302


def test_nobody_comes_to_the_second_step_but_by_the_first(codes: list[str]) -> None:
    client = Client()
    assert client.get(DOOR).url == "/sign-in/"
    assert give_code(client, code_of(SECRET)).url == "/sign-in/"
    assert give_password(client, password="wrong").status_code == 200
    assert give_code(client, code_of(SECRET)).url == "/sign-in/"
    assert not signed_in(client)


def test_the_second_step_waits_ten_minutes(codes: list[str], clock: Any) -> None:
    client = at_second_step()
    clock.shift(timedelta(minutes=10, seconds=1))
    assert give_code(client, code_of(SECRET)).url == "/sign-in/"
    assert not signed_in(client)
    assert "Cela a pris trop de temps" in client.get("/sign-in/").content.decode()


def test_a_new_password_closes_the_second_step_of_the_old_one(codes: list[str], alice: User) -> None:
    client = at_second_step()
    alice.set_password("another phrase")
    alice.save()
    assert give_code(client, code_of(SECRET)).url == "/sign-in/"
    assert not signed_in(client)


def test_an_account_that_is_switched_off_stays_out(codes: list[str], alice: User) -> None:
    client = at_second_step()
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert give_code(client, code_of(SECRET)).url == "/sign-in/"
    assert not signed_in(client)


def test_the_session_key_changes_at_each_step(codes: list[str]) -> None:
    client = Client()
    client.post("/sign-in/passkey/options/")
    keys_used = [client.session.session_key]
    give_password(client)
    keys_used.append(client.session.session_key)
    give_code(client, code_of(SECRET))
    keys_used.append(client.session.session_key)
    assert len(set(keys_used)) == 3
    assert list(Session.objects.values_list("session_key", flat=True)) == keys_used[2:]


def test_a_forgotten_password_is_no_way_around(codes: list[str], alice: User, mailbox: Mailbox) -> None:
    client = Client()
    client.post("/forgotten-password/", {"email": alice.email})
    place = client.get(link(mailbox.take()), follow=True).redirect_chain[-1][0]
    assert client.post(place, {"new_password": "a much longer phrase"}).url == "/sign-in/"
    assert not signed_in(client)
    assert give_password(client, password="a much longer phrase").url == DOOR
    assert give_code(client, code_of(SECRET)).url == "/"


def test_an_invitation_is_no_way_around(codes: list[str], alice: User, charlie: User, other_company: Company) -> None:
    """An operator took her password away; the link that lets her choose one still asks for the code."""
    User.objects.filter(pk=alice.pk).update(password="!")
    with company_scope(other_company.pk):
        invitation = inviting.invite(company=other_company, email=alice.email, by=charlie)
    client = Client()
    person = {"first_name": "Alice", "last_name": "Martin", "password": "a much longer phrase"}
    assert client.post(f"/invitations/{keys.of_link(invitation)}/", person).url == DOOR
    assert not signed_in(client)
    assert give_code(client, code_of(SECRET)).url == "/"
    assert client.get("/profile/").context["request"].company == invitation.company


def test_the_operators_pages_have_no_door_of_their_own(codes: list[str], alice: User, as_bob: Client) -> None:
    User.objects.filter(pk=alice.pk).update(is_staff=True, is_superuser=True)
    client = Client()
    answer = client.post("/admin/login/?next=/admin/users/", {"username": alice.email, "password": PASSWORD})
    assert (answer.url, signed_in(client)) == ("/sign-in/?next=/admin/users/", False)
    assert client.get("/admin/", follow=True).redirect_chain[-1][0] == "/sign-in/?next=/admin/"
    give_password(client, next="/admin/")
    assert client.get("/admin/").status_code == 302
    assert give_code(client, code_of(SECRET)).url == "/admin/"
    assert client.get("/admin/").status_code == 200
    assert as_bob.get("/admin/", follow=True).status_code == 403


# ── on the profile ───────────────────────────────────────────────────────────────────────────────────────────────────


def at_desk() -> Client:
    """Alice, who has just signed in with her password alone."""
    client = Client()
    give_password(client)
    assert signed_in(client)
    return client


def test_switching_on_shows_the_codes_once_and_ends_other_sessions(
    scope: Company, alice: User, as_bob: Client, mailbox: Mailbox
) -> None:
    desk, phone = at_desk(), at_desk()
    assert "/profile/two-step/" in desk.get("/profile/").content.decode()
    page = desk.get("/profile/two-step/")
    secret = page.context["secret"].replace(" ", "")
    assert page.context["address"] == (f"otpauth://totp/alice%40frigotech.example?secret={secret}&issuer=eFactori")
    assert page.context["picture"].startswith("data:image/svg+xml")
    assert secret not in json.dumps(dict(desk.session))
    assert fault(desk.post("/profile/two-step/", {"code": "000000"}))[0] == "code"
    assert desk.get("/profile/two-step/").context["secret"].replace(" ", "") == secret
    with mailbox.delivering():
        shown = desk.post("/profile/two-step/", {"code": code_of(secret)})
    assert len(re.findall(r"<li>\d{4} \d{4}</li>", shown.content.decode())) == 10
    assert shown["Cache-Control"].startswith("max-age=0")
    assert desk.get("/profile/two-step/").url == "/profile/"
    assert (desk.get("/profile/").status_code, phone.get("/profile/").status_code) == (200, 302)
    assert as_bob.get("/profile/").status_code == 200
    mail = mailbox.take()
    assert (mail["To"], mail["Subject"]) == (alice.email, "La connexion en deux étapes a été activée")
    assert "/forgotten-password/" in body(mail)
    assert actions(alice) == ["users.user.two_factor_enabled"]
    assert Event.objects.get().company_id == scope.pk


def test_what_changes_the_sign_in_asks_for_the_password_after_a_quarter(
    scope: Company, alice: User, clock: Any
) -> None:
    client = at_desk()
    clock.shift(timedelta(minutes=15, seconds=1))
    for path in ("/profile/two-step/", "/profile/two-step/codes/"):
        asked = f"/profile/prove/?next={path.replace('/', '%2F')}"
        assert (client.get(path).url, client.post(path).url) == (asked, asked)
    assert fault(client.post("/profile/prove/", {"password": "wrong", "next": "/profile/two-step/"}))[0] == "password"
    assert client.get("/profile/two-step/").status_code == 302
    proof = {"password": PASSWORD, "next": "/profile/two-step/"}
    assert client.post("/profile/prove/", proof).url == "/profile/two-step/"
    assert client.get("/profile/two-step/").status_code == 200
    assert client.post("/profile/prove/", {**proof, "next": "https://evil.example/"}).url == "/profile/"


def test_five_wrong_passwords_make_the_right_one_wait(scope: Company, alice: User) -> None:
    client = at_desk()
    for _n in range(5):
        client.post("/profile/prove/", {"password": "wrong"})
    assert "Attendez cinq minutes" in fault(client.post("/profile/prove/", {"password": PASSWORD}))[1]


def test_new_codes_come_from_the_profile(codes: list[str], alice: User, mailbox: Mailbox) -> None:
    client = at_second_step()
    give_code(client, code_of(SECRET))
    assert client.get("/profile/two-step/codes/").status_code == 200
    assert Authenticator.objects.filter(user=alice, type="recovery_codes").count() == 1
    with mailbox.delivering():
        shown = client.post("/profile/two-step/codes/").context["codes"]
    assert mailbox.take()["Subject"] == "De nouveaux codes de secours ont été créés"
    two_step.use(alice, shown[9])
    with pytest.raises(Refused):
        two_step.use(alice, codes[9])


def test_switching_off_takes_the_password(codes: list[str], alice: User, mailbox: Mailbox) -> None:
    client, other = at_second_step(), at_second_step()
    give_code(client, code_of(SECRET))
    give_code(other, codes[0])
    assert fault(client.post("/profile/two-step/off/", {"password": "wrong"})) == (
        "password",
        "Ce n'est pas votre mot de passe.",
    )
    assert two_step.is_on(alice)
    with mailbox.delivering():
        assert client.post("/profile/two-step/off/", {"password": PASSWORD}).url == "/profile/"
    assert mailbox.take()["Subject"] == "La connexion en deux étapes a été désactivée"
    assert not Authenticator.objects.filter(user=alice).exists()
    assert (client.get("/profile/").status_code, other.get("/profile/").status_code) == (200, 302)
    assert actions(alice)[-1] == "users.user.two_factor_disabled"
    assert at_desk().get("/profile/two-step/off/").url == "/profile/"


def test_the_profile_counts_the_codes_and_warns_when_few_are_left(codes: list[str], alice: User) -> None:
    client = at_second_step()
    give_code(client, code_of(SECRET))
    assert client.get("/profile/").context["factors"].codes_left == 10
    for code in codes[:8]:
        two_step.use(alice, code)
    page = client.get("/profile/")
    assert page.context["factors"].codes_left == 2
    assert "note-warn" in page.content.decode()


def test_a_page_of_the_profile_is_not_a_strangers(codes: list[str]) -> None:
    for path in ("/profile/prove/", "/profile/two-step/", "/profile/two-step/codes/", "/profile/two-step/off/"):
        assert Client().get(path).url == f"/sign-in/?next={path}"
        assert at_second_step().get(path).url == f"/sign-in/?next={path}"


def test_an_operator_of_no_company_has_it_too(db: None) -> None:
    User.objects.create_superuser("operator@efactori.example", PASSWORD)
    client = Client()
    client.post("/sign-in/", {"username": "operator@efactori.example", "password": PASSWORD, "next": "/profile/"})
    assert client.get("/profile/").status_code == 200
    secret = client.get("/profile/two-step/").context["secret"].replace(" ", "")
    assert len(client.post("/profile/two-step/", {"code": code_of(secret)}).context["codes"]) == 10
    assert client.post("/profile/sessions/end/").url == "/profile/"
    assert not Event.objects.exists()


# ── operators ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_operator_helps_who_lost_everything(codes: list[str], alice: User, mailbox: Mailbox) -> None:
    client = at_second_step()
    give_code(client, code_of(SECRET))
    out = StringIO()
    with mailbox.delivering():
        call_command("remove_second_factors", "Alice@frigotech.example", stdout=out)
    assert out.getvalue().startswith("alice@frigotech.example signs in with the password alone.")
    assert (Authenticator.objects.count(), Session.objects.filter(user=alice).count()) == (0, 0)
    assert client.get("/profile/").status_code == 302
    event = Event.objects.get(action="users.user.second_factors_removed")
    assert (event.actor_id, event.object_id) == (None, alice.pk)
    assert mailbox.take()["To"] == alice.email
    assert at_desk().get("/profile/").status_code == 200


@pytest.mark.parametrize("email", ["nobody@x.example", "bob@frigotech.example"])
def test_who_has_no_second_factor_loses_none(codes: list[str], bob: User, email: str) -> None:
    with pytest.raises(CommandError):
        call_command("remove_second_factors", email, stdout=StringIO())
    assert Authenticator.objects.count() == 2
