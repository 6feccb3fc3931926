"""What a person does with deliveries: test, replay, change the secret, remove; and how long the log is kept."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from activity.models import Event, Job, JobState
from core.errors import Conflict
from customers import services as customers
from customers.models import Party
from tests.webhooks.conftest import Committed, MakeEndpoint, Receiver, run_due, statuses
from users.models import Company, User
from webhooks.models import Attempt, Delivery, DeliveryState
from webhooks.services import configuring, delivering
from webhooks.tasks import forget_deliveries


def test_a_test_message_is_sent_once_and_says_so(
    make_endpoint: MakeEndpoint, receiver: Receiver, committed: Committed, alice: User
) -> None:
    endpoint, secret = make_endpoint(events=["products.*"])
    make_endpoint()
    receiver.will(500)
    with committed():
        delivery = delivering.ping(endpoint, by=alice)
    [got] = receiver.got
    assert (got.content["type"], got.is_signed_with(secret)) == ("webhooks.endpoint.pinged", True)
    assert got.content["object"] == {"kind": "webhook_endpoint", "id": str(endpoint.pk)}
    delivery.refresh_from_db()
    endpoint.refresh_from_db()
    assert (delivery.state, endpoint.failing_since) == ("failed", None)
    assert not Job.objects.filter(state=JobState.QUEUED).exists()


def test_a_replay_sends_the_same_message_anew(
    make_endpoint: MakeEndpoint, receiver: Receiver, committed: Committed, alice: User, scope: Company
) -> None:
    endpoint, secret = make_endpoint()
    with committed():
        customers.create_party(company=scope, by=alice, name="Snack Nord")
    delivery = Delivery.objects.get()
    with committed():
        delivering.replay(delivery, by=alice)
    first, second = receiver.got
    assert (first.body, first.headers["webhook-id"]) == (second.body, second.headers["webhook-id"])
    assert second.is_signed_with(secret)
    assert statuses(delivery) == [200, 200]
    event = Event.objects.get(action="webhooks.delivery.replayed")
    assert (event.actor_name, event.object_type) == ("Alice Martin", "webhook_delivery")
    configuring.switch_off(endpoint, by=alice)
    with pytest.raises(Conflict):
        delivering.replay(delivery, by=alice)
    assert len(receiver.got) == 2


def test_a_replay_leaves_one_plan_and_not_two(
    make_endpoint: MakeEndpoint, receiver: Receiver, committed: Committed, alice: User, scope: Company
) -> None:
    make_endpoint()
    receiver.will(500, 500)
    with committed():
        customers.create_party(company=scope, by=alice, name="Snack Nord")
    with committed():
        delivering.replay(Delivery.objects.get(), by=alice)
    delivery = Delivery.objects.get()
    assert (delivery.step, delivery.turn, len(receiver.got)) == (1, 4, 2)
    run_due(committed)
    assert statuses(delivery) == [500, 500, 200]


def test_both_secrets_sign_for_a_day(
    make_endpoint: MakeEndpoint, receiver: Receiver, committed: Committed, alice: User
) -> None:
    endpoint, first = make_endpoint()
    start = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

    def ping_at(moment: datetime) -> list[bool]:
        with time_machine.travel(moment, tick=False), committed():
            delivering.ping(endpoint, by=alice)
        return [receiver.got[-1].is_signed_with(secret) for secret in (first, second, third)]

    with time_machine.travel(start, tick=False):
        _endpoint, second = configuring.rotate_secret(endpoint, by=alice)
    third = "whsec_" + "A" * 43 + "="
    assert ping_at(start + timedelta(hours=23, minutes=59)) == [True, True, False]
    assert receiver.got[-1].headers["webhook-signature"].count("v1,") == 2
    assert ping_at(start + timedelta(hours=24)) == [False, True, False]
    with time_machine.travel(start + timedelta(hours=25), tick=False):
        _endpoint, third = configuring.rotate_secret(endpoint, by=alice)
    assert ping_at(start + timedelta(hours=26)) == [False, True, True]
    with time_machine.travel(start + timedelta(hours=27), tick=False):
        endpoint.refresh_from_db()
        _endpoint, fourth = configuring.rotate_secret(endpoint, by=alice)
    assert ping_at(start + timedelta(hours=28)) == [False, False, True]
    assert receiver.got[-1].is_signed_with(fourth)


def test_what_is_removed_is_sent_no_more(
    make_endpoint: MakeEndpoint, receiver: Receiver, committed: Committed, alice: User, scope: Company
) -> None:
    endpoint, _secret = make_endpoint()
    receiver.will(500)
    with committed():
        customers.create_party(company=scope, by=alice, name="Snack Nord")
    configuring.delete(endpoint, by=alice)
    run_due(committed)
    assert (Delivery.objects.count(), Attempt.objects.count(), len(receiver.got)) == (0, 0, 1)
    assert Job.objects.filter(state=JobState.FAILED).count() == 0
    assert Event.objects.get(action="webhooks.endpoint.deleted").data == {"url": receiver.url}


def test_the_log_is_kept_for_ninety_days(
    make_endpoint: MakeEndpoint, receiver: Receiver, committed: Committed, alice: User, scope: Company
) -> None:
    make_endpoint()
    receiver.will(200, 200, 500)
    with committed():
        for name in ("Nord", "Sud", "Est"):
            customers.create_party(company=scope, by=alice, name=f"Snack {name}")
    old, young, waiting = Delivery.objects.order_by("created_at")
    Delivery.objects.exclude(pk=young.pk).update(created_at=timezone.now() - timedelta(days=91))
    forget_deliveries()
    assert set(Delivery.objects.values_list("pk", flat=True)) == {young.pk, waiting.pk}
    assert waiting.state == DeliveryState.PENDING
    assert not Attempt.objects.filter(delivery_id=old.pk).exists()
    assert Event.objects.filter(action="customers.party.created").count() == 3
    assert Party.objects.count() == 3
