"""Deliveries: made of events, sent, tried again, replayed.

The network is never asked inside a transaction. A worker that dies between the receiver's answer and our note of it
sends again: a message may arrive twice, under the same `webhook-id`, never not at all.
"""

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity import events, jobs
from activity.models import Event
from core.errors import Conflict
from core.http import HttpClient, HttpFailure
from core.prepared import Prepared
from users.models import User
from webhooks import patterns, signing
from webhooks.models import Attempt, Delivery, DeliveryState, Endpoint, OffReason
from webhooks.services import configuring

SEND = "webhooks.send"
TIMEOUT = 10  # seconds, for the connection, the headers and the body each
EXCERPT = 4096  # bytes of an answer that are kept
GONE = 410
PATIENCE = timedelta(days=3)
LADDER = (
    timedelta(seconds=5), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=5),
    timedelta(hours=10), timedelta(hours=14), timedelta(hours=20), timedelta(hours=24),
)  # fmt: skip


_listening = Prepared(lambda: Endpoint.objects.filter(is_active=True).order_by().values_list("pk")[:1])


def hand_over(fresh: Sequence[Event]) -> None:
    """One delivery for each event and endpoint that waits for it; runs in the transaction that numbers the events."""
    endpoints = list(Endpoint.objects.filter(is_active=True))
    for endpoint in endpoints:
        for event in fresh:
            if event.at >= endpoint.active_since and endpoint.waits_for(event.action):
                _plan(Delivery.objects.create(company_id=endpoint.company_id, endpoint=endpoint, event=event))


def is_awaited() -> bool:
    """Whether an endpoint of the company in scope listens."""
    return bool(_listening.ask())


@transaction.atomic
def ping(endpoint: Endpoint, *, by: User | None) -> Delivery:
    """Send a test message, to an endpoint that is switched off too; it is tried once."""
    event = events.record(patterns.PING, endpoint, by=by)
    delivery: Delivery = Delivery.objects.create(company_id=endpoint.company_id, endpoint=endpoint, event=event)
    _plan(delivery)
    return delivery


@transaction.atomic
def replay(delivery: Delivery, *, by: User | None) -> Delivery:
    """Send again, now, whatever became of it; the ladder starts anew."""
    endpoint = Endpoint.objects.select_for_update(of=("self",)).get(pk=delivery.endpoint_id)
    locked = Delivery.objects.select_for_update(of=("self",)).select_related("event").get(pk=delivery.pk)
    if not endpoint.is_active and not locked.is_test:
        raise Conflict(_("This webhook is switched off. Switch it on, then replay."), code="switched_off")
    locked.state, locked.step, locked.turn = DeliveryState.PENDING, 0, locked.turn + 1
    locked.next_attempt_at, locked.finished_at = timezone.now(), None
    locked.save(update_fields=["state", "step", "turn", "next_attempt_at", "finished_at"])
    _plan(locked)
    data = {"endpoint": str(endpoint.pk), "event": str(locked.event_id)}
    events.record("webhooks.delivery.replayed", locked, by=by, data=data)
    return locked


def send(delivery_id: UUID, *, turn: int) -> None:
    """One attempt; nothing when the delivery is gone, settled, or was planned anew."""
    delivery = Delivery.objects.select_related("endpoint", "event").filter(pk=delivery_id, turn=turn).first()
    if delivery is None or delivery.state != DeliveryState.PENDING:
        return
    attempt, retry_after = _try(delivery)
    with transaction.atomic():
        endpoint = Endpoint.objects.select_for_update(of=("self",)).filter(pk=delivery.endpoint_id).first()
        if endpoint is None:  # removed meanwhile, with its log
            return
        attempt.save(force_insert=True)
        locked = Delivery.objects.select_for_update(of=("self",)).select_related("event").get(pk=delivery.pk)
        if locked.turn == turn and locked.state == DeliveryState.PENDING:
            _settle(endpoint, locked, attempt, retry_after=retry_after)


def _plan(delivery: Delivery, *, delay: timedelta | None = None) -> None:
    """Queue the job of the delivery's present turn."""
    jobs.enqueue(
        SEND,
        company_id=delivery.company_id,
        key=f"webhook:{delivery.pk}:{delivery.turn}",
        params={"delivery_id": str(delivery.pk), "turn": delivery.turn},
        object_id=delivery.endpoint_id,
        delay=delay,
    )


@dataclass(frozen=True)
class _Answer:
    status: int | None
    text: str
    error: str
    retry_after: float | None


def _try(delivery: Delivery) -> tuple[Attempt, float | None]:
    """Send the message once; what came of it, and how many seconds the receiver asks to be left alone."""
    now, endpoint, event = timezone.now(), delivery.endpoint, delivery.event
    content = signing.body(event)
    secrets = signing.live_secrets(endpoint)
    headers = {
        "content-type": "application/json",
        **signing.headers(event, content, secrets=secrets, at=now),
    }
    start = time.monotonic()
    answer = _post(endpoint.url, content, headers)
    attempt = Attempt(
        company_id=delivery.company_id,
        delivery=delivery,
        at=now,
        request_headers={**headers, "webhook-signature": " ".join([signing.HIDDEN] * len(secrets))},
        request_body=content.decode(),
        status=answer.status,
        response=answer.text,
        error=answer.error,
        duration_ms=round((time.monotonic() - start) * 1000),
    )
    return attempt, answer.retry_after


def _post(url: str, content: bytes, headers: dict[str, str]) -> _Answer:
    parts = urlsplit(url)
    base = f"{parts.scheme}://{parts.netloc}"
    client = HttpClient(base, timeout=(TIMEOUT, TIMEOUT), allow_private=settings.WEBHOOKS_ALLOW_PRIVATE)
    try:
        answer = client.exchange(
            "POST", url[len(base) :], content=content, headers=headers, limit=EXCERPT, deadline=TIMEOUT
        )
    except HttpFailure as failure:
        return _Answer(None, "", failure.reason, None)
    asked = {name.lower(): value for name, value in answer.headers.items()}.get("retry-after", "")
    seconds = float(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else None
    text = answer.body.decode("utf-8", "replace").replace("\x00", "�")
    return _Answer(answer.status, text, "", seconds)


def _settle(endpoint: Endpoint, delivery: Delivery, attempt: Attempt, *, retry_after: float | None) -> None:
    """Write what an attempt means for the delivery and its endpoint; both are locked."""
    if attempt.is_success:
        _finish(delivery, DeliveryState.DELIVERED)
        if endpoint.failing_since is not None:
            endpoint.failing_since = None
            endpoint.save(update_fields=["failing_since", "updated_at"])
        return
    if not delivery.is_test and endpoint.failing_since is None:
        endpoint.failing_since = attempt.at
        endpoint.save(update_fields=["failing_since", "updated_at"])
    has_failed_long = endpoint.failing_since is not None and timezone.now() - endpoint.failing_since >= PATIENCE
    is_over = attempt.status == GONE or has_failed_long or delivery.is_test or delivery.step >= len(LADDER)
    if is_over:
        _finish(delivery, DeliveryState.FAILED)
    else:
        _again(delivery, retry_after=retry_after)
    if endpoint.is_active and attempt.status == GONE:
        configuring.give_up(endpoint, OffReason.GONE)
    elif endpoint.is_active and has_failed_long and not delivery.is_test:
        configuring.give_up(endpoint, OffReason.FAILING)


def _finish(delivery: Delivery, state: DeliveryState) -> None:
    delivery.state, delivery.next_attempt_at, delivery.finished_at = state, None, timezone.now()
    delivery.save(update_fields=["state", "next_attempt_at", "finished_at"])


def _again(delivery: Delivery, *, retry_after: float | None) -> None:
    """Plan the next attempt: the ladder's waiting time and up to a tenth more, or what the receiver asks for."""
    wait = LADDER[delivery.step] * random.uniform(1, 1.1)  # noqa: S311 - spreads the load, hides nothing
    if retry_after is not None:
        wait = max(wait, min(timedelta(seconds=retry_after), LADDER[-1]))
    delivery.step, delivery.turn = delivery.step + 1, delivery.turn + 1
    delivery.next_attempt_at = timezone.now() + wait
    delivery.save(update_fields=["step", "turn", "next_attempt_at"])
    _plan(delivery, delay=wait)
