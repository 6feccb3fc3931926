"""Events: numbered without a gap; who waits for one hears of it at once, the rest costs its request nothing."""

import uuid
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from activity import events, tasks
from activity.models import Event, Job
from users.models import Company


@pytest.fixture
def heard() -> Iterator[list[uuid.UUID]]:
    """What a subscriber to `tests.thing.happened` heard."""
    heard: list[uuid.UUID] = []

    @events.on("tests.thing.happened")
    def hear(event: Event) -> None:
        heard.append(event.object_id)

    yield heard
    del events._subscribers["tests.thing.happened"]


@pytest.mark.django_db(transaction=True)
def test_an_event_that_somebody_waits_for_is_numbered_and_heard_after_the_commit(
    scope: Company, heard: list[uuid.UUID]
) -> None:
    events.record("tests.thing.ignored", scope)
    event = events.record("tests.thing.happened", scope)
    assert list(Event.objects.order_by("sequence").values_list("action", "sequence")) == [
        ("tests.thing.ignored", 1),
        ("tests.thing.happened", 2),
    ]
    assert heard == [scope.pk]
    assert Job.objects.get().key.endswith(str(event.pk))


@pytest.mark.django_db(transaction=True)
def test_an_event_that_nobody_waits_for_is_numbered_by_the_sweep(scope: Company) -> None:
    for _ in range(3):
        events.record("tests.thing.ignored", scope)
    assert list(Event.objects.values_list("sequence", flat=True)) == [None, None, None]
    Event.objects.update(at=timezone.now() - timedelta(seconds=6))
    tasks.sweep()
    assert sorted(Event.objects.values_list("sequence", flat=True)) == [1, 2, 3]
    assert not Job.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_long_queue_is_numbered_in_batches_to_the_end(scope: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "BATCH", 2)
    for _ in range(5):
        events.record("tests.thing.ignored", scope)
    assert events.dispatch(scope.pk) == 5
    assert events.dispatch(scope.pk) == 0
    assert sorted(Event.objects.values_list("sequence", flat=True)) == [1, 2, 3, 4, 5]
