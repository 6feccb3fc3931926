from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from activity.models import Event
from users import tasks
from users.models import Company, Session, User
from users.sessions import device_of

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML) Version/18.0 Safari/604.1"
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML) Chrome/140.0 Safari/537.36 Edg/140.0"


def signed_in(agent: str) -> Client:
    client = Client(headers={"User-Agent": agent})
    client.post("/sign-in/", {"username": "alice@frigotech.example", "password": "correct horse"})
    return client


@pytest.mark.parametrize(
    ("agent", "name"),
    [(FIREFOX, "Firefox, Linux"), (SAFARI, "Safari, iPhone"), (EDGE, "Edge, Windows"), ("curl/8.1", ""), ("", "")],
)
def test_a_device_has_a_short_name(agent: str, name: str) -> None:
    assert device_of(agent) == name


def test_the_profile_lists_where_one_is_signed_in_and_ends_the_others(
    scope: Company, alice: User, as_bob: Client
) -> None:
    desk, phone = signed_in(FIREFOX), signed_in(SAFARI)
    page = desk.get("/profile/").content.decode()
    assert ("Firefox, Linux" in page, "Safari, iPhone" in page) == (True, True)
    assert desk.session.session_key not in page
    assert phone.session.session_key not in page
    assert desk.post("/profile/sessions/end/").url == "/profile/"
    assert (desk.get("/profile/").status_code, phone.get("/profile/").status_code) == (200, 302)
    assert as_bob.get("/profile/").status_code == 200
    assert list(Session.objects.filter(user=alice).values_list("device", flat=True)) == ["Firefox, Linux"]
    assert Event.objects.get(action="users.user.signed_out_elsewhere").data == {"ended": 1}


def test_signing_out_takes_a_post(as_alice: Client) -> None:
    assert as_alice.get("/profile/sessions/end/").status_code == 405


def test_last_seen_is_true_to_ten_minutes(scope: Company, alice: User) -> None:
    client = signed_in(FIREFOX)
    first = Session.objects.get(user=alice)
    client.get("/customers/")
    assert Session.objects.get(user=alice).seen_at == first.seen_at
    later = timezone.localtime() + timedelta(minutes=11)
    with time_machine.travel(later, tick=False):
        client.get("/customers/")
    row = Session.objects.get(user=alice)
    assert (row.seen_at, row.signed_in_at, row.device) == (later, first.signed_in_at, "Firefox, Linux")


def test_old_sessions_are_forgotten(db: None, alice: User) -> None:
    signed_in(FIREFOX)
    signed_in(SAFARI)
    Session.objects.filter(device="Safari, iPhone").update(expire_date=timezone.now() - timedelta(seconds=1))
    tasks.forget_sessions()
    assert list(Session.objects.values_list("device", flat=True)) == ["Firefox, Linux"]
