"""The cache in files: counters that several processes share."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest
import time_machine

from core.cache import CULLED_EVERY, FolderCache

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def cache(tmp_path: Path) -> FolderCache:
    return FolderCache(str(tmp_path / "cache"), {})


def test_no_count_is_lost_between_many_at_once(cache: FolderCache) -> None:
    cache.add("hits", 0)
    counters = [Thread(target=lambda: [cache.incr("hits") for _ in range(200)]) for _ in range(8)]
    for counter in counters:
        counter.start()
    for counter in counters:
        counter.join()
    assert cache.get("hits") == 1600


def test_a_counter_ends_when_it_was_to_end(cache: FolderCache) -> None:
    with time_machine.travel(NOON, tick=False):
        cache.add("hits", 0, timeout=2)
    with time_machine.travel(NOON + timedelta(seconds=1), tick=False):
        assert cache.incr("hits", 300) == 300
    with time_machine.travel(NOON + timedelta(seconds=2, milliseconds=1), tick=False):
        with pytest.raises(ValueError, match="hits"):
            cache.incr("hits")
        assert cache.add("hits", 0) is True


def test_a_counter_that_nobody_began_is_told(cache: FolderCache) -> None:
    with pytest.raises(ValueError, match="hits"):
        cache.incr("hits")
    assert cache.get("hits") is None


def test_entries_do_not_pile_up(tmp_path: Path) -> None:
    few = FolderCache(str(tmp_path / "few"), {"OPTIONS": {"MAX_ENTRIES": 10}})
    for number in range(20 * CULLED_EVERY):  # that none of them looks has a chance of two in a thousand million
        few.set(f"entry-{number}", "1")
    assert len(list((tmp_path / "few").iterdir())) < 20 * CULLED_EVERY
