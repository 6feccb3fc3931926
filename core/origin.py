"""Where the present work comes from: every log line names its request or job, every event the API token behind it.

Both live in context variables, so that no service has to hand them on.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Token:
    """The API token that a request came with, under the name it had then."""

    id: UUID
    name: str


_name: ContextVar[str] = ContextVar("origin_name", default="-")
_token: ContextVar[Token | None] = ContextVar("origin_token", default=None)


def name() -> str:
    """What log lines call the present work; a dash outside of any."""
    return _name.get()


def token() -> Token | None:
    """The API token behind the present work."""
    return _token.get()


@contextmanager
def named(text: str) -> Iterator[None]:
    """Log lines inside carry `text`."""
    before = _name.set(text)
    try:
        yield
    finally:
        _name.reset(before)


@contextmanager
def through(used: Token | None) -> Iterator[None]:
    """Events recorded inside are those of a request with this token; None for work that no request waits for."""
    before = _token.set(used)
    try:
        yield
    finally:
        _token.reset(before)


class OriginFilter(logging.Filter):
    """Puts `origin` on every record; the framework's own line on an answer comes after its request has ended."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        record.origin = getattr(request, "request_id", None) or name()
        return True
