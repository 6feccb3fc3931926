"""The chain of events: whatever is done to a numbered event behind the dispatcher's back is named."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from importlib import import_module
from uuid import UUID, uuid4

import pytest
from django.apps import apps
from django.db.models import F

from activity import chain, events
from activity.models import GENESIS, Event, EventCounter
from core.tenancy import company_scope
from users.models import Company, User

pytestmark = pytest.mark.django_db


def record(company: Company, count: int, *, by: User | None = None) -> None:
    for number in range(count):
        events.record("tests.thing.happened", company, by=by, data={"né": [number, 1.5], "a": None})
    events.dispatch(company.pk)


@pytest.fixture
def five(scope: Company, alice: User) -> Company:
    """A company with five numbered events."""
    record(scope, 5, by=alice)
    return scope


def event(sequence: int) -> Event:
    return Event.objects.get(sequence=sequence)


def name(sequence: int) -> str:
    found = event(sequence)
    return f"event {sequence} ({found.action}, {found.id})"


def test_each_event_carries_the_hash_of_the_one_before(five: Company) -> None:
    chained = list(Event.objects.order_by("sequence"))
    assert [item.previous_hash for item in chained] == [GENESIS, *(item.hash for item in chained[:-1])]
    assert len({item.hash for item in chained}) == len({item.salt for item in chained}) == 5
    counter = EventCounter.objects.get()
    assert (counter.last, counter.last_hash) == chain.end() == (5, chained[-1].hash)
    assert chain.fault() == ""


def test_a_batch_goes_on_where_the_last_one_ended(five: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "BATCH", 2)
    record(five, 5)
    assert event(6).previous_hash == event(5).hash
    assert chain.fault() == ""
    assert chain.end()[0] == 10


def test_the_hash_is_what_the_decision_says(scope: Company) -> None:
    one = Event(
        id=UUID("01900000-0000-7000-8000-000000000001"),
        company_id=UUID("01900000-0000-7000-8000-000000000002"),
        action="invoices.invoice.issued",
        object_type="invoice",
        object_id=UUID("01900000-0000-7000-8000-000000000003"),
        actor_id=None,
        actor_name="Élodie",
        data={"b": 1, "a": "é"},
        at=datetime(2026, 11, 25, 1, 2, 3, 4, tzinfo=UTC),
        salt="5a" * 16,
    )
    digest = sha256(('["' + "5a" * 16 + '","Élodie","",{"a":"é","b":1}]').encode()).hexdigest()
    written = (
        f'["{GENESIS}","01900000-0000-7000-8000-000000000002",7,"01900000-0000-7000-8000-000000000001",'
        '"invoices.invoice.issued","invoice","01900000-0000-7000-8000-000000000003",null,null,1795568523000004,'
        f"{json.dumps(digest)}]"
    )
    assert chain.link(one, sequence=7, after=GENESIS) == sha256(written.encode()).hexdigest()


CHANGES: dict[str, object] = {
    "action": "tests.thing.denied",
    "object_type": "other",
    "object_id": uuid4(),
    "actor_id": None,
    "actor_name": "Bob",
    "token_id": uuid4(),
    "token_name": "till",
    "data": {"né": [2, 1.5], "a": 0},
    "at": F("at") + timedelta(microseconds=1),
    "salt": "0" * 32,
    "previous_hash": GENESIS,
    "hash": GENESIS,
}


def test_every_column_is_covered() -> None:
    assert {*CHANGES, "id", "company_id", "sequence"} == {field.attname for field in Event._meta.concrete_fields}


@pytest.mark.parametrize("column", CHANGES)
def test_a_changed_column_is_named(five: Company, column: str) -> None:
    Event.objects.filter(sequence=3).update(**{column: CHANGES[column]})
    assert chain.fault() == f"{name(3)} is not what was written"


def test_a_change_that_is_hashed_anew_breaks_the_next_event(five: Company) -> None:
    changed = event(3)
    changed.data = {}
    chain.link(changed, sequence=3, after=changed.previous_hash)
    changed.save()
    assert chain.fault() == f"{name(4)} does not follow event 3: one was put in, taken out or moved"


def test_a_changed_last_event_that_is_hashed_anew_differs_from_the_counter(five: Company) -> None:
    changed = event(5)
    changed.data = {}
    chain.link(changed, sequence=5, after=changed.previous_hash)
    changed.save()
    assert chain.fault() == f"{name(5)} is not the one that was last at 5"


def remove_first() -> str:
    Event.objects.filter(sequence=1).delete()
    return f"event 1 is missing before {name(2)}"


def remove_middle() -> str:
    Event.objects.filter(sequence=3).delete()
    return f"event 3 is missing before {name(4)}"


def remove_last() -> str:
    Event.objects.filter(sequence__gte=4).delete()
    return "event 4 is missing: the last one given was 5"


def remove_all() -> str:
    Event.objects.all().delete()
    return "event 1 is missing: the last one given was 5"


def remove_and_close_the_gap() -> str:
    Event.objects.filter(sequence=3).delete()
    Event.objects.filter(sequence=4).update(sequence=3)
    return f"{name(3)} is not what was written"


def insert_at_the_end() -> str:
    added = event(5)
    added.id = uuid4()
    chain.link(added, sequence=6, after=event(5).hash)
    added.save(force_insert=True)
    return "event 6 was put in: the last one given was 5"


def insert_in_the_middle() -> str:
    for sequence in (5, 4, 3):
        Event.objects.filter(sequence=sequence).update(sequence=sequence + 1)
    added = event(2)
    added.id = uuid4()
    chain.link(added, sequence=3, after=event(2).hash)
    added.save(force_insert=True)
    return f"{name(4)} is not what was written"


def reorder() -> str:
    Event.objects.filter(sequence=2).update(sequence=None)
    Event.objects.filter(sequence=3).update(sequence=2)
    Event.objects.filter(sequence__isnull=True).update(sequence=3)
    return f"{name(2)} is not what was written"


def forget_the_counter() -> str:
    EventCounter.objects.all().delete()
    return "event 1 was put in: the last one given was 0"


@pytest.mark.parametrize(
    "damage",
    [
        remove_first,
        remove_middle,
        remove_last,
        remove_all,
        remove_and_close_the_gap,
        insert_at_the_end,
        insert_in_the_middle,
        reorder,
        forget_the_counter,
    ],
)
def test_the_first_broken_place_is_named(five: Company, damage: Callable[[], str]) -> None:
    expected = damage()
    assert chain.fault() == expected


def test_an_event_of_another_company_does_not_fit(five: Company, other_company: Company) -> None:
    with company_scope(other_company.pk):
        record(other_company, 1)
        moved = event(1)
        Event.objects.all().delete()
        EventCounter.objects.all().delete()
    moved.company_id, moved.sequence = five.pk, 6
    moved.save(force_insert=True)
    assert chain.fault() == f"{name(6)} is not what was written"


def test_what_was_numbered_before_there_was_a_chain_is_linked(
    five: Company, other_company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    with company_scope(other_company.pk):
        record(other_company, 3)
    migration = import_module("activity.migrations.0005_chain_what_is_numbered")
    monkeypatch.setattr(migration, "BATCH", 2)
    for company in (five, other_company):
        with company_scope(company.pk):
            events.record("tests.thing.waits", company)
            Event.objects.update(salt="0" * 32, previous_hash="", hash="")
            EventCounter.objects.update(last_hash=GENESIS)
    migration.link(apps, None)
    for company, count in ((five, 5), (other_company, 3)):
        with company_scope(company.pk):
            assert (chain.fault(), chain.end()[0]) == ("", count)
            assert Event.objects.values("salt").distinct().count() == count + 1
            events.dispatch(company.pk)
            assert (chain.fault(), chain.end()[0]) == ("", count + 1)
