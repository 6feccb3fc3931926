"""Where the present work comes from: every log line names its request or job, every event the API token behind it.

Both live in context variables, so that no service has to hand them on.
"""

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


@dataclass
class Work:
    """A request or a job by its id; company and user join as soon as somebody knows them."""

    request: str = ""
    job: str = ""
    company: UUID | None = None
    user: UUID | None = None

    def __str__(self) -> str:
        """What log lines for people call it; a dash where nothing is at work."""
        return self.request or (f"job {self.job}" if self.job else "-")


_work: ContextVar[Work | None] = ContextVar("origin_work", default=None)
_token: ContextVar[Token | None] = ContextVar("origin_token", default=None)


def work() -> Work:
    """The present work; an empty one outside of any."""
    return _work.get() or Work()


def token() -> Token | None:
    """The API token behind the present work."""
    return _token.get()


@contextmanager
def at(begun: Work) -> Iterator[None]:
    """Log lines inside belong to this work."""
    before = _work.set(begun)
    try:
        yield
    finally:
        _work.reset(before)


def known(*, company: UUID, user: UUID) -> None:
    """Say whom the present work is for; its log lines tell it from now on."""
    present = work()
    present.company, present.user = company, user


@contextmanager
def through(used: Token | None) -> Iterator[None]:
    """Events recorded inside are those of a request with this token; None for work that no request waits for."""
    before = _token.set(used)
    try:
        yield
    finally:
        _token.reset(before)
