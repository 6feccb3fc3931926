"""Webhook endpoints over the API: made with a secret told once, changed, tested, replayed, and read by their owner."""

from typing import Any

import pytest
from django.db import connection
from django.test import override_settings

from activity.models import Event, IdempotencyKey
from core.tenancy import company_scope
from tests.api.conftest import ApiClient, pointers, problem, token_for
from tests.webhooks.conftest import Receiver, receiver
from users.models import Company, User
from webhooks.models import Delivery, Endpoint

__all__ = ["receiver"]
URL = "https://shop.example/hooks"


@pytest.fixture
def made(api: ApiClient, receiver: Receiver) -> dict[str, Any]:
    """An endpoint at the receiver, as its creation answered."""
    answer = api.send("webhook-endpoints/", {"url": receiver.url, "events": ["customers.*"]})
    assert answer.status_code == 201, answer.content
    body: dict[str, Any] = answer.json()
    return body


def test_the_secret_is_told_once(api: ApiClient, company: Company) -> None:
    answer = api.send("webhook-endpoints/", {"url": URL})
    assert (answer.status_code, answer["Cache-Control"]) == (201, "no-store")
    body = answer.json()
    assert answer["Location"] == f"/api/v1/webhook-endpoints/{body['id']}/"
    assert set(body) == {
        "id", "created_at", "updated_at", "url", "description", "events", "is_active", "disabled_reason", "disabled_at",
        "failing_since", "secret",
    }  # fmt: skip
    assert (body["url"], body["events"], body["is_active"], body["description"]) == (URL, ["*"], True, "")
    assert (body["disabled_reason"], body["disabled_at"], body["failing_since"]) == ("", None, None)
    assert (body["secret"][:6], len(body["secret"])) == ("whsec_", 50)
    again = api.read(f"webhook-endpoints/{body['id']}/")
    assert again.json() == {**body, "secret": None}
    assert again["ETag"] == answer["ETag"]
    assert body["secret"].encode() not in api.read("webhook-endpoints/").content
    with company_scope(company.pk):
        event = Event.objects.get(action="webhooks.endpoint.created")
        assert (event.actor_name, event.token_name) == ("Alice Martin", "test")
        assert event.data == {"url": URL, "events": ["*"]}


def test_the_same_key_tells_the_same_secret_and_keeps_it_encrypted(api: ApiClient, company: Company) -> None:
    first = api.send("webhook-endpoints/", {"url": URL}, Idempotency_Key="hook-1")
    again = api.send("webhook-endpoints/", {"url": URL}, Idempotency_Key="hook-1")
    assert (again.status_code, again["Idempotent-Replayed"]) == (201, "true")
    assert (again.content, again["Content-Type"]) == (first.content, first["Content-Type"])
    assert "sealed" not in again
    secret = first.json()["secret"]
    with company_scope(company.pk):
        assert Endpoint.objects.count() == 1
        assert secret.encode() not in bytes(IdempotencyKey.objects.get().body)
    with connection.cursor() as cursor:
        cursor.execute("SELECT secrets FROM webhooks_endpoint")
        assert secret not in str(cursor.fetchall())


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, [("/url", "required")]),
        ({"url": ""}, [("/url", "blank")]),
        ({"url": 7}, [("/url", "invalid")]),
        ({"url": "shop.example/hooks"}, [("/url", "invalid_url")]),
        ({"url": "ftp://shop.example/hooks"}, [("/url", "invalid_url")]),
        ({"url": "https://"}, [("/url", "invalid_url")]),
        ({"url": "https://[::1/hooks"}, [("/url", "invalid_url")]),
        ({"url": "https://shop.example:99999/"}, [("/url", "invalid_url")]),
        ({"url": "https://user:secret@shop.example/"}, [("/url", "invalid_url")]),
        ({"url": "https://shop.example/#part"}, [("/url", "invalid_url")]),
        ({"url": "https://shop.example/a b"}, [("/url", "invalid_url")]),
        ({"url": f"https://shop.example/{'x' * 2000}"}, [("/url", "max_length")]),
        ({"url": URL, "events": "invoices.*"}, [("/events", "not_a_list")]),
        ({"url": URL, "events": [7]}, [("/events/0", "invalid")]),
        ({"url": URL, "events": ["*", "shop.order.paid"]}, [("/events/1", "unknown_events")]),
        ({"url": URL, "events": ["invoices"]}, [("/events/0", "unknown_events")]),
        ({"url": URL, "events": ["invoices.*.issued"]}, [("/events/0", "unknown_events")]),
        ({"url": URL, "events": ["webhooks.endpoint.created"]}, [("/events/0", "unknown_events")]),
        ({"url": URL, "events": ["*"] * 51}, [("/events", "max_length")]),
        ({"url": URL, "secret": "whsec_mine"}, [("/secret", "read_only")]),
        ({"url": URL, "failing_since": None}, [("/failing_since", "read_only")]),
        ({"url": URL, "active": True}, [("/active", "unknown_field")]),
        ({"url": URL, "is_active": "yes"}, [("/is_active", "invalid")]),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_made(
    api: ApiClient, company: Company, body: Any, expected: list[tuple[str, str]]
) -> None:
    answer = api.send("webhook-endpoints/", body)
    assert answer.status_code == 422, answer.content
    assert pointers(answer) == expected
    with company_scope(company.pk):
        assert Endpoint.objects.count() == 0


def test_only_encrypted_addresses_where_private_ones_are_refused(api: ApiClient) -> None:
    with override_settings(WEBHOOKS_ALLOW_PRIVATE=False):
        assert pointers(api.send("webhook-endpoints/", {"url": "http://shop.example/"})) == [("/url", "invalid_url")]
        assert api.send("webhook-endpoints/", {"url": URL}).status_code == 201
    assert api.send("webhook-endpoints/", {"url": "http://shop.example/"}).status_code == 201


def test_a_company_has_twenty_at_most(api: ApiClient, company: Company) -> None:
    for _ in range(20):
        assert api.send("webhook-endpoints/", {"url": URL}).status_code == 201
    answer = api.send("webhook-endpoints/", {"url": URL})
    assert (answer.status_code, problem(answer)["errors"][0]["code"]) == (409, "too_many")


def test_an_endpoint_is_changed_switched_and_removed(api: ApiClient, made: dict[str, Any], company: Company) -> None:
    path = f"webhook-endpoints/{made['id']}/"
    body = api.change(path, {"events": ["invoices.invoice.issued"], "description": "Shop"}).json()
    assert (body["events"], body["description"], body["url"]) == (["invoices.invoice.issued"], "Shop", made["url"])
    off = api.change(path, {"is_active": False}).json()
    assert (off["is_active"], off["disabled_reason"]) == (False, "by_hand")
    on = api.change(path, {"is_active": True}).json()
    assert (on["is_active"], on["disabled_reason"], on["disabled_at"]) == (True, "", None)
    assert api.change(path, {"url": URL}, If_Match='"stale"').status_code == 412
    listed = api.read("webhook-endpoints/?is_active=true").json()["results"]
    assert [row["id"] for row in listed] == [made["id"]]
    assert api.remove(path).status_code == 204
    assert api.read(path).status_code == 404
    with company_scope(company.pk):
        told = Event.objects.filter(action__startswith="webhooks.").order_by("at", "id")
        assert [(event.action.rpartition(".")[2], event.token_name) for event in told] == [
            (word, "test") for word in ("created", "updated", "switched_off", "switched_on", "deleted")
        ]


def test_a_new_secret_signs_beside_the_old_one(
    api: ApiClient, made: dict[str, Any], receiver: Receiver, django_capture_on_commit_callbacks: Any
) -> None:
    answer = api.send(f"webhook-endpoints/{made['id']}/rotate-secret/")
    assert answer.status_code == 200
    fresh = answer.json()["secret"]
    assert fresh not in {None, made["secret"]}
    with django_capture_on_commit_callbacks(execute=True):
        api.send(f"webhook-endpoints/{made['id']}/ping/")
    assert [receiver.got[0].is_signed_with(secret) for secret in (fresh, made["secret"])] == [True, True]


def test_a_ping_and_its_log(
    api: ApiClient, made: dict[str, Any], receiver: Receiver, django_capture_on_commit_callbacks: Any
) -> None:
    receiver.will(503, body=b"closed")
    with django_capture_on_commit_callbacks(execute=True):
        answer = api.send(f"webhook-endpoints/{made['id']}/ping/")
    assert answer.status_code == 200
    sent = answer.json()
    assert (sent["type"], sent["state"], sent["attempts"]) == ("webhooks.endpoint.pinged", "pending", [])
    path = f"webhook-endpoints/{made['id']}/deliveries/"
    [row] = api.read(path).json()["results"]
    assert row == api.read(f"{path}{sent['id']}/").json()
    assert (row["id"], row["event"], row["state"], row["next_attempt_at"]) == (
        sent["id"],
        sent["event"],
        "failed",
        None,
    )
    [attempt] = row["attempts"]
    assert set(attempt) == {
        "id", "at", "request_headers", "request_body", "status", "response", "error", "duration_ms",
    }  # fmt: skip
    assert (attempt["status"], attempt["response"], attempt["error"]) == (503, "closed", "")
    assert attempt["request_headers"]["webhook-signature"] == "v1,…"
    assert attempt["request_body"].encode() == receiver.got[0].body
    with django_capture_on_commit_callbacks(execute=True):
        replayed = api.send(f"{path}{sent['id']}/replay/")
    assert (replayed.status_code, replayed.json()["state"]) == (200, "pending")
    row = api.read(f"{path}{sent['id']}/").json()
    assert (row["state"], [attempt["status"] for attempt in row["attempts"]]) == ("delivered", [503, 200])


def test_a_write_of_the_api_reaches_the_endpoint(
    api: ApiClient, made: dict[str, Any], receiver: Receiver, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        customer = api.send("customers/", {"name": "Snack Nord"}).json()
        api.send("products/", {"name": "Vanne"})
    [got] = receiver.got
    assert (got.content["type"], got.content["object"]["id"]) == ("customers.party.created", customer["id"])
    assert api.read(f"events/{got.content['id']}/").json()["object"] == got.content["object"]
    path = f"webhook-endpoints/{made['id']}/deliveries/"
    assert len(api.read(f"{path}?state=delivered&type=customers.party.created").json()["results"]) == 1
    assert api.read(f"{path}?state=failed").json()["results"] == []


def test_a_replay_of_a_switched_off_endpoint_is_refused(
    api: ApiClient, made: dict[str, Any], receiver: Receiver, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        api.send("customers/", {"name": "Snack Nord"})
    api.change(f"webhook-endpoints/{made['id']}/", {"is_active": False})
    path = f"webhook-endpoints/{made['id']}/deliveries/"
    [row] = api.read(path).json()["results"]
    answer = api.send(f"{path}{row['id']}/replay/")
    assert (answer.status_code, problem(answer)["errors"][0]["code"]) == (409, "switched_off")


def test_owners_write_and_members_read(bobs: ApiClient, made: dict[str, Any]) -> None:
    path = f"webhook-endpoints/{made['id']}/"
    assert (bobs.read(path).status_code, bobs.read(f"{path}deliveries/").status_code) == (200, 200)
    for answer in (
        bobs.send("webhook-endpoints/", {"url": URL}),
        bobs.change(path, {"url": URL}),
        bobs.remove(path),
        bobs.send(f"{path}rotate-secret/"),
        bobs.send(f"{path}ping/"),
        bobs.send(f"{path}deliveries/{made['id']}/replay/"),
    ):
        assert answer.status_code == 403
        problem(answer)


def test_a_token_needs_the_scope(company: Company, alice: User, made: dict[str, Any]) -> None:
    reads = ApiClient(token_for(company, alice, scopes=["webhooks:read"]))
    assert reads.read("webhook-endpoints/").status_code == 200
    assert reads.send("webhook-endpoints/", {"url": URL}).status_code == 403
    other = ApiClient(token_for(company, alice, scopes=["events:write"]))
    assert other.read(f"webhook-endpoints/{made['id']}/deliveries/").status_code == 403


def test_an_outsider_finds_nothing(
    outsider: ApiClient, api: ApiClient, made: dict[str, Any], company: Company, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        delivery = api.send(f"webhook-endpoints/{made['id']}/ping/").json()["id"]
    path = f"webhook-endpoints/{made['id']}/"
    own = outsider.send("webhook-endpoints/", {"url": URL}).json()["id"]
    for answer in (
        outsider.read(path),
        outsider.change(path, {"url": URL}),
        outsider.remove(path),
        outsider.send(f"{path}rotate-secret/"),
        outsider.send(f"{path}ping/"),
        outsider.read(f"{path}deliveries/"),
        outsider.read(f"{path}deliveries/{delivery}/"),
        outsider.send(f"{path}deliveries/{delivery}/replay/"),
        outsider.read(f"webhook-endpoints/{own}/deliveries/{delivery}/"),
        outsider.send(f"webhook-endpoints/{own}/deliveries/{delivery}/replay/"),
    ):
        assert answer.status_code == 404
    assert [row["id"] for row in outsider.read("webhook-endpoints/").json()["results"]] == [own]
    with company_scope(company.pk):
        assert Endpoint.objects.get().url == made["url"]
        assert Delivery.objects.get().turn == 1


def test_the_log_costs_the_same_whatever_it_holds(
    api: ApiClient,
    made: dict[str, Any],
    receiver: Receiver,
    django_capture_on_commit_callbacks: Any,
    django_assert_num_queries: Any,
) -> None:
    path = f"webhook-endpoints/{made['id']}/deliveries/"
    for count in (1, 5):
        with django_capture_on_commit_callbacks(execute=True):
            for _ in range(count):
                api.send(f"webhook-endpoints/{made['id']}/ping/")
        with django_assert_num_queries(4):  # token, endpoint, deliveries, attempts
            assert api.read(path).status_code == 200
