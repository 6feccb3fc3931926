"""The chain of a company's events: each carries the hash of the one before, so that no later change goes unseen.

The dispatcher links events as it numbers them, and the counter keeps the end, so that a cut at the tail is seen too.
docs/decisions/0013 says what is hashed, what it proves and what it cannot. The serialisation never changes: whoever
needs another one begins a new chain.
"""

import json
from hashlib import sha256
from typing import Any
from uuid import UUID

from activity.models import GENESIS, Event, EventCounter

CHUNK = 2000  # events held in memory at once while the chain is walked


def link(event: Any, *, sequence: int, after: str) -> str:
    """Give an event its number and its place after the hash `after`; answers its own hash."""
    event.sequence, event.previous_hash = sequence, after
    event.hash = seal(event)
    sealed: str = event.hash
    return sealed


def seal(event: Any) -> str:
    """SHA-256 (hex) over every column; what may name a person goes in as a salted digest, so that it can be erased."""
    personal = _digest([event.salt, event.actor_name, event.token_name, event.data])
    return _digest(
        [
            event.previous_hash,
            str(event.company_id),
            event.sequence,
            str(event.id),
            event.action,
            event.object_type,
            str(event.object_id),
            _text(event.actor_id),
            _text(event.token_id),
            int(event.at.timestamp()) * 1_000_000 + event.at.microsecond,
            personal,
        ]
    )


def fault() -> str:
    """The first place where the chain of the company in scope is broken, in words; empty when it holds."""
    before = EventCounter.objects.first() or EventCounter()
    last, end = 0, GENESIS
    for event in Event.objects.filter(sequence__isnull=False).order_by("sequence").iterator(chunk_size=CHUNK):
        name = f"event {event.sequence} ({event.action}, {event.id})"
        if event.sequence != last + 1:
            return f"event {last + 1} is missing before {name}"
        if seal(event) != event.hash:
            return f"{name} is not what was written"
        if event.previous_hash != end:
            return f"{name} does not follow event {last}: one was put in, taken out or moved"
        last, end = event.sequence, event.hash
        if last == before.last and end != before.last_hash:
            return f"{name} is not the one that was last at {last}"
    if last < before.last:
        return f"event {last + 1} is missing: the last one given was {before.last}"
    after = EventCounter.objects.first() or before
    if last > after.last:
        return f"event {after.last + 1} was put in: the last one given was {after.last}"
    return ""


def end() -> tuple[int, str]:
    """Number and hash of the last event of the company in scope: what a copy kept elsewhere can be held against."""
    counter = EventCounter.objects.first() or EventCounter()
    return counter.last, counter.last_hash


def _digest(values: list[Any]) -> str:
    text = json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _text(value: UUID | None) -> str | None:
    return None if value is None else str(value)
