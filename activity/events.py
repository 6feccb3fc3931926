"""Recording what happened, and telling those who asked to hear of it.

`record` writes in the caller's transaction. After the commit a dispatcher numbers and chains the company's new events
and makes one job per subscriber, so that a subscriber is retried and healed like any other work. A follower hears of
every action, in the transaction that numbers it. An event that nobody waits for is left to the next dispatch or to the
sweep: it would only cost its request a transaction.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import models, transaction

from activity import chain, jobs
from activity.models import Event, EventCounter
from core import origin
from core.tenancy import company_scope

_WORDS = re.compile(r"(?<!^)(?=[A-Z])")
BATCH = 500  # events numbered in one transaction, so that a long queue never holds the lock for long

type Happening = tuple[str, models.Model, Mapping[str, Any]]  # an action, what it happened to, its data

_subscribers: dict[str, list[str]] = defaultdict(list)


@dataclass(frozen=True)
class _Follower:
    hand_over: Callable[[Sequence[Event]], None]
    is_awaited: Callable[[], bool]


_followers: list[_Follower] = []


def record(
    action: str,
    obj: models.Model,
    *,
    by: Any = None,
    data: Mapping[str, Any] | None = None,
    company_id: UUID | None = None,
) -> Event:
    """Write that `action` happened to `obj`; `by` None is the system; `data` holds ids and plain values.

    The API token behind the request is written beside the person. An object is known outside by its `event_kind`.
    """
    event = _event(action, obj, by=by, data=data, company_id=company_id)
    with company_scope(event.company_id):
        event.save(force_insert=True)
    _announce(event.company_id, {action})
    return event


def record_all(happened: Sequence[Happening], *, by: Any = None) -> None:
    """Write many events of one company at once: what happened, to what, and its data."""
    written = [_event(action, obj, by=by, data=data) for action, obj, data in happened]
    if written:
        with company_scope(written[0].company_id):
            Event.objects.bulk_create(written)
        _announce(written[0].company_id, {event.action for event in written})


def _event(
    action: str, obj: models.Model, *, by: Any, data: Mapping[str, Any] | None, company_id: UUID | None = None
) -> Event:
    token = origin.token()
    return Event(
        company_id=company_id or obj.company_id,  # type: ignore[attr-defined]
        action=action,
        object_type=kind_of(obj),
        object_id=obj.pk,
        actor_id=by.pk if by is not None else None,
        actor_name=str(by) if by is not None else "",
        token_id=token.id if token is not None else None,
        token_name=token.name if token is not None else "",
        data=dict(data or {}),
    )


def _announce(company_id: UUID, actions: set[str]) -> None:
    """Once the transaction stands, number the new events if anybody waits for them."""
    if not actions.isdisjoint(_subscribers):
        transaction.on_commit(lambda: dispatch(company_id), robust=True)
    elif _followers:
        transaction.on_commit(lambda: _dispatch_if_awaited(company_id), robust=True)


def kind_of(obj: models.Model) -> str:
    """What an object is called outside: its own `event_kind`, else the name of its model, `sync_run`."""
    kind: str = getattr(obj, "event_kind", "") or _WORDS.sub("_", obj._meta.object_name or "").lower()
    return kind


def on(action: str, **options: Any) -> Callable[[Callable[[Event], None]], Callable[[Event], None]]:
    """Subscribe a function to an action. It gets the event in its company's scope and must be idempotent."""

    def register(function: Callable[[Event], None]) -> Callable[[Event], None]:
        name = f"{function.__module__}.{function.__name__}"

        def run(job: jobs.Running) -> None:
            function(Event.objects.get(pk=job.params["event_id"]))

        jobs.register(name, run, **options)
        _subscribers[action].append(name)
        return function

    return register


def follow(hand_over: Callable[[Sequence[Event]], None], *, is_awaited: Callable[[], bool]) -> None:
    """Hear of every event of every company, each exactly once: `hand_over` runs in the transaction that numbers them.

    Both run in the company's scope; `is_awaited` says after each commit whether somebody waits there at all.
    """
    _followers.append(_Follower(hand_over, is_awaited))


def dispatch(company_id: UUID) -> int:
    """Number the company's new events and queue their subscribers; returns how many events were new."""
    total = 0
    while True:
        numbered = _dispatch_batch(company_id)
        total += numbered
        if numbered < BATCH:
            return total


def _dispatch_if_awaited(company_id: UUID) -> None:
    with company_scope(company_id):
        awaited = any(follower.is_awaited() for follower in _followers)
    if awaited:
        dispatch(company_id)


def _dispatch_batch(company_id: UUID) -> int:
    with company_scope(company_id), transaction.atomic():
        counter = _counter(company_id)
        fresh = list(Event.objects.filter(sequence__isnull=True).order_by("at", "id")[:BATCH])
        for event in fresh:
            counter.last += 1
            counter.last_hash = chain.link(event, sequence=counter.last, after=counter.last_hash)
            for name in _subscribers.get(event.action, ()):
                jobs.enqueue(
                    name,
                    company_id=company_id,
                    key=f"{name}:{event.pk}",
                    params={"event_id": str(event.pk)},
                    object_id=event.object_id,
                )
        if fresh:
            Event.objects.bulk_create(  # as an upsert: a third of the time of `bulk_update`
                fresh,
                update_conflicts=True,
                unique_fields=["id"],
                update_fields=["sequence", "previous_hash", "hash"],
            )
            counter.save(update_fields=["last", "last_hash"])
            for follower in _followers:
                follower.hand_over(fresh)
    return len(fresh)


def _counter(company_id: UUID) -> EventCounter:
    """The company's counter, locked."""
    locked = EventCounter.objects.select_for_update()
    counter: EventCounter | None = locked.filter(company_id=company_id).first()
    if counter is None:
        EventCounter.objects.get_or_create(company_id=company_id)
        counter = locked.get(company_id=company_id)
    return counter
