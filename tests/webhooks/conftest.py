"""A program that receives webhooks: a real HTTP server that answers as it is told and checks signatures by itself."""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from django.utils import timezone

from activity import jobs
from activity.models import Job, JobState
from users.models import Company, User
from webhooks.models import Delivery, Endpoint
from webhooks.services import configuring


@dataclass(frozen=True)
class Answer:
    status: int = 200
    body: bytes = b"thanks"
    headers: dict[str, str] = field(default_factory=dict)
    pause: float = 0


@dataclass(frozen=True)
class Got:
    """A request as it came over the wire."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def content(self) -> Any:
        return json.loads(self.body)

    def is_signed_with(self, secret: str) -> bool:
        """Whether one of the signatures is the one that the standard prescribes for this secret."""
        assert secret[:6] == "whsec_"
        signed = b".".join([self.headers["webhook-id"].encode(), self.headers["webhook-timestamp"].encode(), self.body])
        code = hmac.new(base64.b64decode(secret[6:]), signed, hashlib.sha256).digest()
        return b"v1," + base64.b64encode(code) in self.headers["webhook-signature"].encode().split(b" ")


class Receiver:
    """Answers with the next of `answers`, and 200 when there is none left."""

    def __init__(self) -> None:
        self.got: list[Got] = []
        self.answers: list[Answer] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                receiver.got.append(Got(self.path, headers, body))
                answer = receiver.answers.pop(0) if receiver.answers else Answer()
                time.sleep(answer.pause)
                try:
                    self.send_response(answer.status)
                    for name, value in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
                        self.send_header(name, value)
                    self.end_headers()
                    self.wfile.write(answer.body)
                except OSError:
                    pass  # the sender did not wait

            do_GET = do_POST

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/hooks?shop=7"

    def will(self, *statuses: int, **options: Any) -> None:
        """Answer the next requests with these statuses."""
        self.answers += [Answer(status, **options) for status in statuses]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    running = Receiver()
    yield running
    running.server.shutdown()
    running.server.server_close()


MakeEndpoint = Callable[..., tuple[Endpoint, str]]


@pytest.fixture
def make_endpoint(scope: Company, alice: User, receiver: Receiver) -> MakeEndpoint:
    """An endpoint at the receiver, with its secret."""

    def make(**options: Any) -> tuple[Endpoint, str]:
        return configuring.create(company=scope, by=alice, **{"url": receiver.url} | options)

    return make


@pytest.fixture
def committed(django_capture_on_commit_callbacks: Any) -> Any:
    """`with committed():` what is written inside is committed at its end, and the jobs run."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


type Committed = Any


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Path]:
    mailer = {"BACKEND": "sending.backends.OutboxBackend", "OPTIONS": {"folder": str(tmp_path / "outbox")}}
    with override_settings(MAILERS={"default": mailer}):
        yield tmp_path / "outbox"


def run_due(committed: Committed) -> None:
    """What the sweep does once the waiting time is over: the row's clock is moved, nobody sleeps."""
    Job.objects.filter(state=JobState.QUEUED).update(run_after=timezone.now() - timedelta(seconds=1))
    with committed():
        jobs.sweep()


def statuses(delivery: Delivery) -> list[int | None]:
    return list(delivery.attempts.order_by("at", "id").values_list("status", flat=True))
