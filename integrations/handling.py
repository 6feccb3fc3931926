"""What an app above promises when it takes a capability: how it receives, what it sends out, where its page is."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from django.db import connection as database

from integrations.contracts.field_service import InventoryItemInput, Outcome
from integrations.models import Connection, InboundHook


class Busy(Exception):
    """Somebody else works on the same thing right now; the message waits for its turn."""


class Deadline:
    """A moment after which whoever asked stops waiting; work asks it between steps."""

    def __init__(self, seconds: float) -> None:
        self._until = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds left, zero or less when it has passed."""
        return self._until - time.monotonic()

    def check(self) -> None:
        """Raise Busy once the deadline has passed, so that the transaction is rolled back."""
        if self.left() <= 0:
            raise Busy

    def bound_locks(self) -> None:
        """Let no lock of the present transaction be waited for longer than the deadline (PostgreSQL)."""
        self.check()
        if database.vendor == "postgresql":
            with database.cursor() as cursor:
                cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{max(1, int(self.left() * 1000))}ms"])


@dataclass(frozen=True)
class Received:
    """What came of a message: the answer's content, its status (201 made, 200 known), and the object it led to."""

    outcome: Outcome
    status: int
    object_id: UUID


@dataclass(frozen=True)
class Outgoing:
    """What should stand on the other side, in order of importance; `object_ids` are ours, in the same order."""

    items: Sequence[InventoryItemInput]
    object_ids: Sequence[UUID]
    left_out: int


class Receive(Protocol):
    """Runs inside the transaction that also marks the message as processed."""

    def __call__(self, hook: InboundHook, message: Any, prepared: Any, *, deadline: Deadline) -> Received: ...


@dataclass(frozen=True)
class Handler:
    """One capability's work. `prepare` runs outside any transaction and returns what `receive` needs from it.

    `outgoing` chooses at most `room` items, `known` tells which external ids are objects of ours; `page` names the URL
    of the connection's page, which takes the provider's key.
    """

    prepare: Callable[[InboundHook, Any], Any]
    receive: Receive
    outgoing: Callable[[Connection, int], Outgoing]
    known: Callable[[Sequence[str]], dict[str, UUID]]
    page: str
