"""Deliveries against a real receiver: signed, once per event, tried again for three days, switched off when in vain."""

import re
import threading
from datetime import UTC, timedelta
from email import message_from_string
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import override_settings
from django.utils import timezone

from activity import events, jobs, tasks
from activity.models import Event, Job, JobState
from core.tenancy import company_scope
from customers import services as customers
from tests.conftest import make_member
from tests.webhooks.conftest import Committed, MakeEndpoint, Receiver, run_due, statuses
from users.models import Company, User
from webhooks.models import Attempt, Delivery, Endpoint, OffReason
from webhooks.services import configuring, delivering

# ── what arrives ──


def test_an_event_arrives_signed_and_thin(
    make_endpoint: MakeEndpoint, receiver: Receiver, committed: Committed, alice: User, scope: Company
) -> None:
    _endpoint, secret = make_endpoint(events=["customers.*"])
    with committed():
        party = customers.create_party(company=scope, by=alice, name="Boulangerie Dupont SRL")
    event = Event.objects.get(action="customers.party.created")
    [got] = receiver.got
    assert got.path == "/hooks?shop=7"
    assert got.content == {
        "id": str(event.pk),
        "type": "customers.party.created",
        "timestamp": event.at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "company": str(scope.pk),
        "object": {"kind": "customer", "id": str(party.pk)},
    }
    assert got.headers["content-type"] == "application/json"
    assert got.headers["webhook-id"] == str(event.pk)
    assert abs(int(got.headers["webhook-timestamp"]) - timezone.now().timestamp()) < 60
    assert re.fullmatch(r"v1,[A-Za-z0-9+/]{43}=", got.headers["webhook-signature"])
    assert got.is_signed_with(secret)
    assert not got.is_signed_with("whsec_" + "A" * 44)
    assert "Dupont" not in got.body.decode()


def test_the_log_keeps_request_and_answer_without_the_signature(
    make_endpoint: MakeEndpoint, receiver: Receiver, committed: Committed, alice: User, scope: Company
) -> None:
    _endpoint, secret = make_endpoint()
    receiver.will(201, body=b"made\x00 " + b"x" * 10_000)
    with committed():
        customers.create_party(company=scope, by=alice, name="Snack Nord")
    delivery = Delivery.objects.get()
    attempt = delivery.attempts.get()
    assert (delivery.state, delivery.next_attempt_at, attempt.status, attempt.error) == ("delivered", None, 201, "")
    assert attempt.response == "made� " + "x" * 4090
    assert attempt.request_body == receiver.got[0].body.decode()
    assert attempt.request_headers == {
        "content-type": "application/json",
        "webhook-id": str(delivery.event_id),
        "webhook-timestamp": receiver.got[0].headers["webhook-timestamp"],
        "webhook-signature": "v1,…",
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT secrets FROM webhooks_endpoint")
        assert secret not in str(cursor.fetchall())


@pytest.mark.parametrize(
    ("patterns", "heard"),
    [
        (["*"], ["created", "updated", "archived"]),
        ([], ["created", "updated", "archived"]),
        (["customers.*"], ["created", "updated", "archived"]),
        (["customers.party.*"], ["created", "updated", "archived"]),
        (["customers.party.updated"], ["updated"]),
        (["customers.party.updated", "customers.party.*", "*"], ["created", "updated", "archived"]),
        (["customers.part.*", "products.*"], []),
    ],
)
def test_an_endpoint_hears_what_it_asked_for_once(
    make_endpoint: MakeEndpoint,
    receiver: Receiver,
    committed: Committed,
    alice: User,
    scope: Company,
    patterns: list[str],
    heard: list[str],
) -> None:
    make_endpoint(events=patterns)
    with committed():
        party = customers.create_party(company=scope, by=alice, name="Snack Nord")
        customers.update_party(party, by=alice, city="Mons")
        customers.archive_party(party, by=alice)
    assert [got.content["type"] for got in receiver.got] == [f"customers.party.{word}" for word in heard]
    assert Delivery.objects.count() == len(heard)
    events.dispatch(scope.pk)
    tasks.sweep()
    assert len(receiver.got) == len(heard)


def test_what_happens_to_endpoints_is_not_told_to_endpoints(
    make_endpoint: MakeEndpoint, receiver: Receiver, committed: Committed, alice: User
) -> None:
    with committed():
        endpoint, _secret = make_endpoint()
        configuring.rotate_secret(endpoint, by=alice)
        configuring.update(endpoint, by=alice, description="Shop")
    assert Event.objects.filter(action__startswith="webhooks.").count() == 3
    assert receiver.got == []


def test_what_happened_before_is_not_told(
    make_endpoint: MakeEndpoint, receiver: Receiver, committed: Committed, alice: User, scope: Company
) -> None:
    customers.create_party(company=scope, by=alice, name="Snack Nord")
    assert Event.objects.filter(sequence__isnull=True).count() == 1
    with committed():
        make_endpoint()
        party = customers.create_party(company=scope, by=alice, name="Snack Sud")
    assert [got.content["object"]["id"] for got in receiver.got] == [str(party.pk)]


def test_each_company_hears_its_own_events_alone(
    make_endpoint: MakeEndpoint,
    receiver: Receiver,
    committed: Committed,
    scope: Company,
    alice: User,
    other_company: Company,
    charlie: User,
) -> None:
    make_endpoint()
    with committed(), company_scope(other_company.pk):
        configuring.create(company=other_company, url=receiver.url.replace("shop=7", "shop=8"), by=charlie)
        customers.create_party(company=other_company, by=charlie, name="Snack Nord")
    assert [(got.path, got.content["company"]) for got in receiver.got] == [("/hooks?shop=8", str(other_company.pk))]


def test_without_an_endpoint_an_event_costs_one_question(
    scope: Company, alice: User, committed: Committed, django_assert_num_queries: Any
) -> None:
    with committed() as callbacks:
        events.record("tests.thing.happened", scope)
    assert len(callbacks) == 1
    with django_assert_num_queries(1):
        callbacks[0]()
    assert Event.objects.get().sequence is None


@pytest.mark.django_db(transaction=True)
def test_many_dispatchers_at_once_make_one_delivery(make_endpoint: MakeEndpoint, scope: Company, alice: User) -> None:
    endpoint, _secret = make_endpoint()
    Endpoint.objects.update(url="http://127.0.0.1:9/")
    event = events.record("tests.thing.happened", scope)
    Event.objects.filter(pk=event.pk).update(sequence=None)
    Delivery.objects.all().delete()
    Job.objects.all().delete()

    def dispatch() -> None:
        try:
            events.dispatch(scope.pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=dispatch) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert Delivery.objects.filter(endpoint=endpoint, event=event).count() == 1


# ── tried again ──


def test_a_failure_climbs_the_ladder_until_it_gets_through(
    make_endpoint: MakeEndpoint, receiver: Receiver, committed: Committed, alice: User, scope: Company
) -> None:
    endpoint, secret = make_endpoint()
    receiver.will(500, 302, 404, 503)
    with committed():
        customers.create_party(company=scope, by=alice, name="Snack Nord")
    delivery = Delivery.objects.get()
    for step, wait in enumerate(delivering.LADDER[:4], start=1):
        delivery.refresh_from_db()
        job = Job.objects.get(state=JobState.QUEUED)
        assert (delivery.state, delivery.step, delivery.turn) == ("pending", step, step + 1)
        last = delivery.attempts.latest("at")
        assert wait <= job.run_after - last.at <= wait * 1.1 + timedelta(seconds=20)
        assert delivery.next_attempt_at is not None
        assert abs(delivery.next_attempt_at - job.run_after) < timedelta(seconds=5)
        assert not jobs.run(job.pk)  # not before its time
        endpoint.refresh_from_db()
        assert endpoint.failing_since == delivery.attempts.earliest("at").at
        run_due(committed)
    delivery.refresh_from_db()
    endpoint.refresh_from_db()
    assert (delivery.state, statuses(delivery)) == ("delivered", [500, 302, 404, 503, 200])
    assert (endpoint.failing_since, endpoint.is_active) == (None, True)
    assert len({got.headers["webhook-id"] for got in receiver.got}) == 1
    assert len({got.body for got in receiver.got}) == 1
    assert all(got.is_signed_with(secret) for got in receiver.got)
    assert not Job.objects.filter(state=JobState.QUEUED).exists()


def test_the_ladder_spans_three_days() -> None:
    assert timedelta(days=3) <= sum(delivering.LADDER, timedelta()) <= timedelta(days=4)
    assert len(delivering.LADDER) == 9


def test_a_redirect_is_a_failure_and_is_not_followed(
    make_endpoint: MakeEndpoint, receiver: Receiver, committed: Committed, alice: User, scope: Company
) -> None:
    make_endpoint()
    receiver.will(302, headers={"Location": receiver.url.replace("hooks", "elsewhere")})
    with committed():
        customers.create_party(company=scope, by=alice, name="Snack Nord")
    assert [got.path for got in receiver.got] == ["/hooks?shop=7"]
    assert (Attempt.objects.get().status, Delivery.objects.get().state) == (302, "pending")


def test_a_receiver_that_asks_for_time_gets_it(
    make_endpoint: MakeEndpoint, receiver: Receiver, committed: Committed, alice: User, scope: Company
) -> None:
    make_endpoint()
    receiver.will(429, headers={"Retry-After": "3600"})
    with committed():
        customers.create_party(company=scope, by=alice, name="Snack Nord")
    wait = Job.objects.get(state=JobState.QUEUED).run_after - Attempt.objects.get().at
    assert timedelta(seconds=3600) <= wait < timedelta(seconds=3660)


def test_a_slow_receiver_is_not_waited_for(
    make_endpoint: MakeEndpoint,
    receiver: Receiver,
    committed: Committed,
    alice: User,
    scope: Company,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert delivering.TIMEOUT == 10
    monkeypatch.setattr(delivering, "TIMEOUT", 0.2)
    make_endpoint()
    receiver.will(200, pause=1)
    with committed():
        customers.create_party(company=scope, by=alice, name="Snack Nord")
    attempt = Attempt.objects.get()
    assert (attempt.status, attempt.error, Delivery.objects.get().state) == (None, "timeout", "pending")


def test_nobody_at_the_address_is_a_failure(
    make_endpoint: MakeEndpoint, committed: Committed, alice: User, scope: Company
) -> None:
    make_endpoint(url="http://127.0.0.1:9/")
    with committed():
        customers.create_party(company=scope, by=alice, name="Snack Nord")
    assert (Attempt.objects.get().status, Attempt.objects.get().error) == (None, "connection")


def test_a_private_address_is_refused_when_connecting(
    make_endpoint: MakeEndpoint, receiver: Receiver, committed: Committed, alice: User, scope: Company
) -> None:
    make_endpoint()
    with override_settings(WEBHOOKS_ALLOW_PRIVATE=False), committed():
        customers.create_party(company=scope, by=alice, name="Snack Nord")
    assert receiver.got == []
    assert (Attempt.objects.get().error, Delivery.objects.get().state) == ("private", "pending")


def test_a_job_that_runs_twice_sends_once(
    make_endpoint: MakeEndpoint, receiver: Receiver, committed: Committed, alice: User, scope: Company
) -> None:
    """A worker may die after its note and before the job's end: the job runs again, its turn is over."""
    make_endpoint()
    receiver.will(500)
    with committed():
        customers.create_party(company=scope, by=alice, name="Snack Nord")
    delivery = Delivery.objects.get()
    with committed():
        delivering.send(delivery.pk, turn=1)
    assert len(receiver.got) == 1
    run_due(committed)
    with committed():
        delivering.send(delivery.pk, turn=2)
    assert statuses(delivery) == [500, 200]


# ── switched off ──


def test_gone_switches_off_at_once_and_tells_the_owners(
    make_endpoint: MakeEndpoint,
    receiver: Receiver,
    committed: Committed,
    alice: User,
    bob: User,
    scope: Company,
    outbox: Path,
) -> None:
    endpoint, _secret = make_endpoint()
    dora = make_member(scope, "dora@frigotech.example", "Dora", "Maes", "owner")
    User.objects.filter(pk=alice.pk).update(language="en")
    User.objects.filter(pk=dora.pk).update(language="nl")
    receiver.will(500, 410)
    with committed():
        customers.create_party(company=scope, by=alice, name="Snack Nord")
    with committed():
        customers.create_party(company=scope, by=alice, name="Snack Sud")
    endpoint.refresh_from_db()
    assert (endpoint.is_active, endpoint.disabled_reason) == (False, OffReason.GONE)
    assert endpoint.disabled_at is not None
    assert set(Delivery.objects.values_list("state", flat=True)) == {"failed"}
    event = Event.objects.get(action="webhooks.endpoint.switched_off")
    assert (event.actor_id, event.data) == (None, {"reason": "gone"})
    mails = {mail["To"]: mail for mail in map(message_from_string, map(Path.read_text, outbox.iterdir()))}
    assert set(mails) == {"alice@frigotech.example", "dora@frigotech.example"}
    text = mails["alice@frigotech.example"].get_payload(decode=True).decode()
    assert f"Messages to {receiver.url} are no longer sent." in text
    assert "Reason: The receiver answered that it is gone (410)." in text
    assert f"http://testserver/settings/webhooks/{endpoint.pk}/" in text
    with committed():
        customers.create_party(company=scope, by=alice, name="Snack Est")
    run_due(committed)
    assert len(receiver.got) == 2


def test_three_days_in_vain_switch_off(
    make_endpoint: MakeEndpoint, receiver: Receiver, committed: Committed, alice: User, scope: Company, outbox: Path
) -> None:
    endpoint, _secret = make_endpoint()
    receiver.will(*[500] * 20)
    start = timezone.now()
    with committed():
        customers.create_party(company=scope, by=alice, name="Snack Nord")
    for turn in range(2, 11):
        job = Job.objects.get(state=JobState.QUEUED)
        with time_machine.travel(job.run_after + timedelta(seconds=1), tick=False), committed():
            assert jobs.sweep() >= 1
        endpoint.refresh_from_db()
        assert endpoint.is_active == (turn < 10), turn
    assert (endpoint.disabled_reason, len(receiver.got)) == (OffReason.FAILING, 10)
    assert endpoint.disabled_at is not None
    assert timedelta(days=3) <= endpoint.disabled_at - start <= timedelta(days=3.5)
    assert (Delivery.objects.get().state, len(list(outbox.iterdir()))) == ("failed", 1)


def test_one_success_keeps_a_failing_endpoint_alive(
    make_endpoint: MakeEndpoint, receiver: Receiver, committed: Committed, alice: User, scope: Company
) -> None:
    endpoint, _secret = make_endpoint()
    receiver.will(500, 200, 500)
    with committed():
        customers.create_party(company=scope, by=alice, name="Snack Nord")
    Endpoint.objects.update(failing_since=timezone.now() - timedelta(days=2, hours=23))
    with committed():
        customers.create_party(company=scope, by=alice, name="Snack Sud")
    with committed():
        customers.create_party(company=scope, by=alice, name="Snack Est")
    endpoint.refresh_from_db()
    assert endpoint.is_active
    assert endpoint.failing_since == Attempt.objects.latest("at").at


def test_switched_on_again_it_hears_of_what_comes(
    make_endpoint: MakeEndpoint, receiver: Receiver, committed: Committed, alice: User, scope: Company
) -> None:
    endpoint, _secret = make_endpoint()
    with committed():
        configuring.switch_off(endpoint, by=alice)
        customers.create_party(company=scope, by=alice, name="Snack Nord")
    assert receiver.got == []
    endpoint.refresh_from_db()
    assert (endpoint.disabled_reason, endpoint.is_active) == (OffReason.BY_HAND, False)
    with committed():
        configuring.switch_on(endpoint, by=alice)
        party = customers.create_party(company=scope, by=alice, name="Snack Sud")
    endpoint.refresh_from_db()
    assert (endpoint.disabled_reason, endpoint.disabled_at, endpoint.is_active) == ("", None, True)
    assert [got.content["object"]["id"] for got in receiver.got] == [str(party.pk)]
