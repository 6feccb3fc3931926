"""The hook over real HTTP: work orders of eight lines and two PDF files, from four clients at once.

Then the same messages twice more, shuffled: nothing may be made again. Beside it, the same server refuses the same
bodies for a wrong signature, and the bare driver inserts the rows that were made.
"""

import argparse
import http.client
import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from statistics import quantiles

from django.db import connection as database
from standardwebhooks import Webhook

from bench import driver, ground
from bench.figures import Figure, at_least, exactly, tell
from bench.server import HOST, running
from core.tenancy import company_scope
from documents.models import Document, File, Line, LineRole, Warning
from integrations.authentication import new_secret
from integrations.models import Connection, HookState, InboundHook

BAR = 30
CLIENTS, TIMES = 4, 3
LINES, FILES = 8, 2


class Round:
    """Every message sent once, by four clients: what was answered and how long it took."""

    def __init__(self, port: int, path: str, bodies: Sequence[bytes], secret: str, *, seed: int | None = None) -> None:
        self.answers: Counter[int] = Counter()
        self.milliseconds: list[float] = []
        order = list(range(len(bodies)))
        if seed is not None:
            random.Random(seed).shuffle(order)
        self._port, self._path, self._bodies, self._signer = port, path, bodies, Webhook(secret)
        self._waiting, self._lock = iter(order), threading.Lock()
        clients = [threading.Thread(target=self._be_a_client) for _ in range(CLIENTS)]
        started = time.perf_counter()
        for client in clients:
            client.start()
        for client in clients:
            client.join()
        self.rate = len(bodies) / (time.perf_counter() - started)

    def took(self, percent: int) -> float:
        """Milliseconds within which so many of a hundred answers came."""
        return quantiles(self.milliseconds, n=100)[percent - 1]

    def _be_a_client(self) -> None:
        line = http.client.HTTPConnection(HOST, self._port, timeout=60)
        while True:
            with self._lock:
                number = next(self._waiting, None)
            if number is None:
                return line.close()
            started = time.perf_counter()
            status = self._send(line, number)
            elapsed = (time.perf_counter() - started) * 1000
            with self._lock:
                self.answers[status] += 1
                self.milliseconds.append(elapsed)

    def _send(self, line: http.client.HTTPConnection, number: int) -> int:
        """The status of the answer; 429 is obeyed, 0 stands for a broken connection."""
        body, message_id = self._bodies[number], f"msg_{number}"
        while True:
            now = datetime.now(UTC)
            headers = {
                "Content-Type": "application/json",
                "webhook-id": message_id,
                "webhook-timestamp": str(int(now.timestamp())),
                "webhook-signature": self._signer.sign(message_id, now, body.decode()),
            }
            try:
                line.request("POST", self._path, body, headers)
                answer = line.getresponse()
                answer.read()
            except (OSError, http.client.HTTPException) as error:
                print(f"{message_id}: {error!r}", file=sys.stderr)
                line.close()
                return 0
            if answer.status != http.HTTPStatus.TOO_MANY_REQUESTS:
                return answer.status
            time.sleep(float(answer.headers["Retry-After"]))


def main(arguments: Sequence[str]) -> int:
    """Measure, repeat, count; 1 when a bar was missed."""
    options = argparse.ArgumentParser(prog="bench.one hooks")
    options.add_argument("--messages", type=int, default=1000)
    count = options.parse_args(arguments).messages
    seeded = ground.seed()
    secret = new_secret()
    with company_scope(seeded.company.pk):
        connection = Connection.objects.create(
            company=seeded.company,
            provider="climapulse",
            account={"id": "bench"},
            secrets={"credentials": {"api_key": "none"}, "hook_secrets": [{"secret": secret, "until": ""}]},
        )
    path = f"/hooks/{connection.provider}/{connection.hook_key}"
    bodies = [ground.message(seeded, number) for number in range(count)]
    with running() as server:
        refused = Round(server.port, path, bodies, new_secret())
        before = driver.keys()
        first = Round(server.port, path, bodies, secret)
        rows = driver.insert_rate(before, transactions=count)
        repeats = [Round(server.port, path, bodies, secret, seed=number) for number in range(1, TIMES)]
    name = f"messages of {sum(map(len, bodies)) // count // 1024} KiB, {CLIENTS} clients"
    speed = f"{first.rate:.1f} /s"
    figures = [
        # The bar stands for PostgreSQL; the embedded database is told without one.
        at_least(name, first.rate, BAR, "/s") if database.vendor == "postgresql" else Figure(name, speed),
        Figure("answered within, 50 / 95 of 100", f"{first.took(50):.0f} / {first.took(95):.0f} ms"),
        exactly("failures", count - first.answers[201], 0),
        exactly("repeats answered 200", sum(one.answers[200] for one in repeats), count * (TIMES - 1)),
        *_kept(seeded, count),
        Figure("repeats", " and ".join(f"{one.rate:.0f}" for one in repeats) + " /s"),
        Figure("refusals of the same bodies (401)", f"{refused.rate:.1f} /s"),
        Figure("the same rows by the bare driver", f"{rows:.1f} /s"),
    ]
    return tell(figures)


def _kept(seeded: ground.Ground, count: int) -> list[Figure]:
    """One invoice a message, whole, and nothing else."""
    with company_scope(seeded.company.pk):
        return [
            exactly("invoices", Document.objects.count(), count),
            exactly(
                "messages kept and processed", InboundHook.objects.filter(state=HookState.PROCESSED).count(), count
            ),
            exactly("priced lines", Line.objects.filter(role=LineRole.ITEM, unit_price__gt=0).count(), count * LINES),
            exactly("annexes", File.objects.count(), count * FILES),
            exactly("warnings", Warning.objects.count(), 0),
        ]
