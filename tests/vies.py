"""VIES for tests: an HTTP server that answers as the provider's README says, and counts what it was asked."""

import json
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from django.conf import LazySettings

NEWCOMER = "BE0477711142"  # nobody's in the demo company
REGISTERED = {"valid": True, "name": "SOFINA SA", "address": "Rue de l'Industrie 31\n1040 Bruxelles"}


class Vies(ThreadingHTTPServer):
    """`answers` by number, each a status and a body; every other number is not registered. With `refuses_enquirers` it
    answers nobody who names a number of their own.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answering)
        self.answers: dict[str, tuple[int, Any]] = {
            "BE0403019261": (200, REGISTERED),
            NEWCOMER: (200, {**REGISTERED, "name": "ATELIER NOUVEAU SRL"}),
        }
        self.refuses_enquirers = False
        self.asked: list[Mapping[str, str]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def fail(self, number: str, code: str, status: int = 500) -> None:
        """Let `number` be answered as VIES tells of trouble."""
        self.answers[number] = (status, trouble(code))


def trouble(code: str) -> dict[str, Any]:
    return {"actionSucceed": False, "errorWrappers": [{"error": code}]}


class _Answering(BaseHTTPRequestHandler):
    server: Vies

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append(asked)
        number = asked["countryCode"] + asked["vatNumber"]
        status, answer = self.server.answers.get(number, (200, {"valid": False, "name": "---", "address": "---"}))
        if "requesterNumber" in asked and self.server.refuses_enquirers:
            status, answer = 500, trouble("INVALID_REQUESTER_INFO")
        elif "requesterNumber" in asked and "valid" in answer:
            answer = {"requestIdentifier": "WAPIAAAAY1", **answer}
        body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        self.send_response(status if self.path == "/check-vat-number" else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words: Any) -> None:
        """Say nothing."""


@pytest.fixture
def vies(settings: LazySettings) -> Iterator[Vies]:
    with Vies() as server:
        Thread(target=server.serve_forever, daemon=True).start()
        settings.VIES_API_URL = server.url
        # Answers are kept for an hour: one test must not hear what another was told.
        backend = "django.core.cache.backends.locmem.LocMemCache"
        settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": server.url}}
        yield server
        server.shutdown()
