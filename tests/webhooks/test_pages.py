"""The owner's pages: endpoints, the secret shown once, the log with request and answer, and the buttons."""

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from customers import services as customers
from tests.webhooks.conftest import MakeEndpoint, Receiver
from users.models import Company, User
from webhooks.models import Delivery, Endpoint, OffReason
from webhooks.services import configuring, delivering

HOME = "/settings/webhooks/"


@pytest.fixture(autouse=True)
def _english(request: pytest.FixtureRequest) -> None:
    request.getfixturevalue("alice")
    User.objects.update(language="en")


def text_of(response: Any) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode())))


def test_the_empty_list_says_what_it_is_for(as_alice: Client) -> None:
    answer = as_alice.get(HOME)
    assert "A webhook calls an address of yours when something happens" in text_of(answer)
    assert f'href="{HOME}new/"' in answer.content.decode()
    assert f'href="{HOME}"' in as_alice.get("/customers/").content.decode()


def test_a_new_webhook_shows_its_secret_this_once(as_alice: Client, scope: Company, receiver: Receiver) -> None:
    data = {"url": receiver.url, "description": "Shop", "events": ["invoices.*"], "others": "branding.theme.updated"}
    answer = as_alice.post(f"{HOME}new/", data)
    endpoint = Endpoint.objects.get()
    secret = endpoint.secrets["live"][0]["secret"]
    assert answer.status_code == 200
    assert (answer.content.decode().count(secret), "no-store" in answer["Cache-Control"]) == (2, True)
    assert (endpoint.url, endpoint.description) == (receiver.url, "Shop")
    assert endpoint.events == ["invoices.*", "branding.theme.updated"]
    for page in (HOME, f"{HOME}{endpoint.pk}/", f"{HOME}{endpoint.pk}/edit/"):
        assert secret not in as_alice.get(page).content.decode()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"url": ""}, "This field is required."),
        ({"url": "shop.example"}, "Give the whole address"),
        ({"url": "https://a:b@shop.example/"}, "must not carry a password"),
        ({"url": "https://shop.example/", "others": "nothing.of.this"}, "There are no events “nothing.of.this”."),
    ],
)
def test_what_is_wrong_stands_beside_its_field(as_alice: Client, scope: Company, data: Any, message: str) -> None:
    answer = as_alice.post(f"{HOME}new/", data)
    assert answer.status_code == 422
    assert message in text_of(answer)
    assert Endpoint.objects.count() == 0


def test_a_webhook_is_edited(as_alice: Client, make_endpoint: MakeEndpoint) -> None:
    endpoint, _secret = make_endpoint(events=["customers.*", "documents.file.*"], description="Shop")
    form = as_alice.get(f"{HOME}{endpoint.pk}/edit/").context["form"]
    assert (form["events"].value(), form["others"].value()) == (["customers.*"], "documents.file.*")
    answer = as_alice.post(f"{HOME}{endpoint.pk}/edit/", {"url": "https://shop.example/", "others": ""})
    assert answer["Location"] == f"{HOME}{endpoint.pk}/"
    endpoint.refresh_from_db()
    assert (endpoint.url, endpoint.events, endpoint.description) == ("https://shop.example/", ["*"], "")


def test_the_log_shows_request_and_answer(
    as_alice: Client,
    scope: Company,
    alice: User,
    make_endpoint: MakeEndpoint,
    receiver: Receiver,
    django_capture_on_commit_callbacks: Any,
) -> None:
    endpoint, _secret = make_endpoint()
    receiver.will(500, body=b"<b>out of order</b>")
    with django_capture_on_commit_callbacks(execute=True):
        customers.create_party(company=scope, by=alice, name="Snack Nord")
    delivery = Delivery.objects.get()
    page = as_alice.get(f"{HOME}{endpoint.pk}/")
    assert "customers.party.created" in text_of(page)
    assert "Nothing has got through since" in text_of(page)
    page = as_alice.get(f"{HOME}{endpoint.pk}/deliveries/{delivery.pk}/")
    words = text_of(page)
    assert f"webhook-id: {delivery.event_id}" in words
    assert "webhook-signature: v1,…" in words
    assert '"type":"customers.party.created"' in words
    assert "&lt;b&gt;out of order&lt;/b&gt;" in page.content.decode()
    assert receiver.got[0].headers["webhook-signature"] not in page.content.decode()
    assert "Failing" in text_of(as_alice.get(HOME))


def test_buttons_test_replay_rotate_switch_and_delete(
    as_alice: Client,
    scope: Company,
    make_endpoint: MakeEndpoint,
    receiver: Receiver,
    django_capture_on_commit_callbacks: Any,
) -> None:
    endpoint, secret = make_endpoint()
    home = f"{HOME}{endpoint.pk}/"

    def press(path: str) -> Any:
        with django_capture_on_commit_callbacks(execute=True):
            return as_alice.post(home + path)

    answer = press("ping/")
    delivery = Delivery.objects.get()
    assert answer["Location"] == f"{home}deliveries/{delivery.pk}/"
    assert [got.content["type"] for got in receiver.got] == ["webhooks.endpoint.pinged"]
    assert "Delivered" in text_of(as_alice.get(answer["Location"]))
    assert press(f"deliveries/{delivery.pk}/replay/")["Location"] == answer["Location"]
    assert len(receiver.got) == 2
    shown = press("rotate-secret/")
    endpoint.refresh_from_db()
    fresh = endpoint.secrets["live"][0]["secret"]
    assert (fresh != secret, fresh in shown.content.decode(), secret in shown.content.decode()) == (True, True, False)
    assert "The former secret signs along until" in text_of(shown)
    assert press("switch-off/")["Location"] == home
    endpoint.refresh_from_db()
    assert (endpoint.is_active, endpoint.disabled_reason) == (False, OffReason.BY_HAND)
    assert "Switched off by hand" in text_of(as_alice.get(home))
    press("switch-on/")
    endpoint.refresh_from_db()
    assert endpoint.is_active
    page = as_alice.get(home).content.decode()
    assert "This cannot be undone." in page
    assert press("delete/")["Location"] == HOME
    assert not Endpoint.objects.exists()


def test_a_replay_that_is_refused_says_why(
    as_alice: Client, scope: Company, alice: User, make_endpoint: MakeEndpoint, django_capture_on_commit_callbacks: Any
) -> None:
    endpoint, _secret = make_endpoint()
    with django_capture_on_commit_callbacks(execute=True):
        customers.create_party(company=scope, by=alice, name="Snack Nord")
    configuring.switch_off(endpoint, by=alice)
    path = f"{HOME}{endpoint.pk}/deliveries/{Delivery.objects.get().pk}/"
    assert f"{path}replay/" not in as_alice.get(path).content.decode()
    answer = as_alice.post(f"{path}replay/", follow=True)
    assert "This webhook is switched off. Switch it on, then replay." in text_of(answer)


def test_a_reason_is_shown_where_it_was_switched_off(as_alice: Client, make_endpoint: MakeEndpoint) -> None:
    endpoint, _secret = make_endpoint()
    Endpoint.objects.update(is_active=False, disabled_reason=OffReason.GONE, disabled_at=timezone.now())
    assert "The receiver answered that it is gone (410)." in text_of(as_alice.get(f"{HOME}{endpoint.pk}/"))


def test_owners_alone_come_in(as_bob: Client, as_charlie: Client, alice: User, make_endpoint: MakeEndpoint) -> None:
    endpoint, _secret = make_endpoint()
    delivery = delivering.ping(endpoint, by=alice)
    home = f"{HOME}{endpoint.pk}/"
    for path in (HOME, f"{HOME}new/", home, f"{home}edit/", f"{home}deliveries/{delivery.pk}/"):
        assert as_bob.get(path).status_code == 403
    assert as_charlie.get(home).status_code == 404
    assert as_charlie.get(f"{home}deliveries/{delivery.pk}/").status_code == 404
    actions = ("ping", "rotate-secret", "switch-on", "switch-off", "delete", f"deliveries/{delivery.pk}/replay")
    for action in actions:
        assert as_bob.post(f"{home}{action}/").status_code == 403
        assert as_charlie.post(f"{home}{action}/").status_code == 404
        assert Client().post(f"{home}{action}/").status_code == 302
        assert as_bob.get(f"{home}{action}/").status_code == 405
    endpoint.refresh_from_db()
    assert (endpoint.is_active, Delivery.objects.get().turn, len(endpoint.secrets["live"])) == (True, 1, 1)


def test_the_pages_cost_the_same_whatever_they_hold(
    as_alice: Client, alice: User, make_endpoint: MakeEndpoint, django_assert_num_queries: Any
) -> None:
    endpoint, _secret = make_endpoint()
    for _ in range(2):
        for _n in range(4):
            delivering.ping(endpoint, by=alice)
            make_endpoint()
        for path, queries in ((HOME, 5), (f"{HOME}{endpoint.pk}/", 7)):
            with django_assert_num_queries(queries):
                assert as_alice.get(path).status_code == 200
