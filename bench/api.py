"""The REST API over real HTTP, from two web processes: what a shop, a script and an accountant's tool ask for.

A list of 100 invoices with their lines, at its first and its last page, among 10,000 and among 100,000; invoices of ten
lines created and issued in one call by 1, 4 and 16 clients; the same POST sent five times at once; and the memory of
the web tier after 10,000 requests of a mixed day. Beside them, the statements of a page by the bare driver, and the
server's answer to whom it does not know.
"""

import argparse
import itertools
import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from http import HTTPStatus
from statistics import median
from typing import Any

from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench import driver, ground, issuing
from bench.archive import Archive
from bench.figures import Figure, at_least, at_most, exactly, tell
from bench.server import HOST, Server, running
from core.tenancy import company_scope
from documents.models import Document
from users import services

LIST_BAR_MS, ONE_BAR_MS, RATE_BAR, MEMORY_BAR, GROWTH_BAR = 40, 40, 40, 200, 10
CLIENTS = (1, 4, 16)
PAGE = 100
TOKENS = 40  # each may ask 100 times a second
SENT_AT_ONCE, KEYS = 5, 20
INVOICES = "/api/v1/invoices/"


@dataclass(frozen=True)
class Scene:
    """The server, who asks, and about what."""

    server: Server
    ground: ground.Ground
    tokens: Iterator[str]

    def ask(self, line: Any, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, bytes]:
        status, told = line.ask(method, path, body, Authorization=f"Bearer {next(self.tokens)}", **headers)
        return status, told

    def invoice(self, number: int) -> dict[str, Any]:
        """The body of a POST: ten lines by product, to be issued at once."""
        products = self.ground.products
        chosen = [products[(number + position) % len(products)] for position in range(issuing.LINES)]
        lines = [{"product": str(product.pk), "quantity": "2"} for product in chosen]
        customer = self.ground.customers[number % len(self.ground.customers)]
        return {"customer": str(customer.pk), "reference": f"PO {number}", "lines": lines, "issue": True}


def main(arguments: Sequence[str]) -> int:
    """Fill, ask, count; 1 when a bar was missed."""
    options = argparse.ArgumentParser(prog="bench.one api")
    options.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    options.add_argument("--lines", type=int, default=issuing.LINES)
    options.add_argument("--invoices", type=int, default=200)
    options.add_argument("--requests", type=int, default=10_000)
    chosen = options.parse_args(arguments)
    seeded = ground.seed()
    company = seeded.company
    with company_scope(company.pk), running("--workers 2") as server:
        made = [
            services.create_token(company=company, user=seeded.owner, name=f"Client {number}", by=None)[1]
            for number in range(TOKENS)
        ]
        scene = Scene(server, seeded, itertools.cycle(made))
        figures = [*_lists(scene, chosen.sizes, lines=chosen.lines)]
        for clients in CLIENTS:
            figures += _issues(scene, clients, chosen.invoices)
        figures += _repeats(scene)
        figures += _memory(scene, chosen.requests)
        figures += issuing.check_numbers(company)
    return tell(figures)


def _bar(make: Callable[..., Figure], name: str, value: float, bar: float, unit: str) -> Figure:
    """The bars stand for PostgreSQL; the embedded database is told without one."""
    return make(name, value, bar, unit) if database.vendor == "postgresql" else Figure(name, f"{value:.1f} {unit}")


# ── lists ──


def _lists(scene: Scene, sizes: Sequence[int], *, lines: int) -> Iterator[Figure]:
    archive = Archive(scene.ground, lines=lines)
    queries = []
    for size in sizes:
        started = time.perf_counter()
        archive.fill(size)
        yield Figure(f"filled to {size:,} invoices of {lines} lines", f"{time.perf_counter() - started:.1f} s")
        first = f"{INVOICES}?limit={PAGE}"
        for name, path in (("first", first), ("last", _last_page(scene, first))):
            took, unknown, weight = _page(scene, path)
            statements = _statements(path, next(scene.tokens))
            queries.append(len(statements))
            title = f"{name} page of {size:,}"
            yield _bar(at_most, f"{title}, {weight / 1024:.0f} KiB", took, LIST_BAR_MS, "ms")
            yield Figure(f"{title}: its statements by the bare driver", f"{_bare(statements):.1f} ms")
            yield Figure(f"{title}: refused without a token", f"{unknown:.1f} ms")
    yield exactly("queries of each page", sorted(set(queries)), queries[:1])


def _last_page(scene: Scene, path: str) -> str:
    """Where a client comes to that follows `next`, in steps of 500 ids, for the last full page."""
    line, seen, step = scene.server.line(), path, f"{INVOICES}?limit=500&fields=id"
    while step:
        _status, told = scene.ask(line, "GET", step)
        answer = json.loads(told)
        step = answer["next"] and answer["next"].partition(f"{HOST}:{scene.server.port}")[2]
        if step:
            seen = f"{path}&cursor={step.rpartition('cursor=')[2]}"
    return seen


def _page(scene: Scene, path: str, *, times: int = 40) -> tuple[float, float, int]:
    """Milliseconds of the page, of its refusal without a token, and the bytes of the page."""
    line, taken, refused, told = scene.server.line(), [], [], b""
    for _ in range(times):
        started = time.perf_counter()
        status, told = scene.ask(line, "GET", path)
        taken.append(time.perf_counter() - started)
        assert status == HTTPStatus.OK, told
        assert len(json.loads(told)["results"]) == PAGE
        started = time.perf_counter()
        line.ask("GET", path)
        refused.append(time.perf_counter() - started)
    return median(taken) * 1000, median(refused) * 1000, len(told)


def _statements(path: str, token: str) -> list[str]:
    """What the page asks of the database."""
    client = Client(headers={"Authorization": f"Bearer {token}"}, SERVER_NAME=HOST)
    client.get(path)  # the first use of a token is written
    with CaptureQueriesContext(database) as captured:
        client.get(path)
    return [query["sql"] for query in captured]


def _bare(statements: Sequence[str], *, times: int = 20) -> float:
    """Milliseconds to fetch the same rows without us and to write them as JSON."""
    taken = []
    with closing(driver.connect()) as bare:
        cursor = bare.cursor()
        for _ in range(times):
            started = time.perf_counter()
            rows = []
            for statement in statements:
                cursor.execute(statement)
                rows += cursor.fetchall()
            json.dumps(rows, default=str)
            taken.append(time.perf_counter() - started)
    return median(taken) * 1000


# ── writing ──


def _issues(scene: Scene, clients: int, count: int) -> list[Figure]:
    """Invoices created and issued in one call by so many clients."""
    waiting, lock = iter(range(count)), threading.Lock()
    taken: list[float] = []
    failures: list[bytes] = []

    def be_a_client() -> None:
        line = scene.server.line()
        while True:
            with lock:
                number = next(waiting, None)
            if number is None:
                return
            started = time.perf_counter()
            status, told = scene.ask(line, "POST", INVOICES, scene.invoice(number))
            elapsed = time.perf_counter() - started
            with lock:
                taken.append(elapsed * 1000)
                if status != HTTPStatus.CREATED:
                    failures.append(told)

    elapsed = _together(be_a_client, clients)
    rate, half = count / elapsed, median(taken)
    name = f"create + issue, {clients} client{'s' if clients > 1 else ''}"
    told = {1: [_bar(at_most, f"{name}: p50", half, ONE_BAR_MS, "ms")]}
    told[4] = [_bar(at_least, f"{name}", rate, RATE_BAR, "/s")]
    return [
        *told.get(clients, []),
        Figure(f"{name}: p50 and rate", f"{half:.0f} ms, {rate:.1f} /s"),
        exactly(f"{name}: failures", len(failures), 0),
    ]


def _repeats(scene: Scene) -> list[Figure]:
    """Each POST sent five times at once under one key; who comes while the first runs asks again."""
    before = Document.objects.count()
    answers: set[bytes] = set()
    failures = []

    def send(number: int) -> None:
        line = scene.server.line()
        status, told = HTTPStatus.CONFLICT, b""
        while status == HTTPStatus.CONFLICT:
            status, told = scene.ask(line, "POST", INVOICES, scene.invoice(number), Idempotency_Key=f"key {number}")
            time.sleep(0.02 if status == HTTPStatus.CONFLICT else 0)
        answers.add(told)
        if status != HTTPStatus.CREATED:
            failures.append(told)

    for number in range(KEYS):
        _together(lambda number=number: send(number), SENT_AT_ONCE)  # type: ignore[misc]
    return [
        exactly(f"{KEYS} POSTs sent {SENT_AT_ONCE} times at once: invoices", Document.objects.count() - before, KEYS),
        exactly("their different answers", len(answers), KEYS),
        exactly("their failures", len(failures), 0),
    ]


def _together(work: Callable[[], None], count: int) -> float:
    """Seconds that so many threads take for it."""
    threads = [threading.Thread(target=work) for _ in range(count)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - started


# ── memory ──


def _memory(scene: Scene, count: int) -> list[Figure]:
    """A mixed day: of twenty requests one makes an invoice, one lists a hundred, the others read one or a few."""
    ids = [str(pk) for pk in Document.objects.order_by("id").values_list("pk", flat=True)[:PAGE]]
    early = _day(scene, count // 5, ids)
    late = _day(scene, count - count // 5, ids)
    return [
        at_most(f"memory after {count:,} requests, PSS", late, MEMORY_BAR, "MiB"),
        at_most(f"its growth since {count // 5:,}", late - early, GROWTH_BAR, "MiB"),
    ]


def _day(scene: Scene, count: int, ids: Sequence[str]) -> float:
    """MiB after so many more requests by four clients."""
    waiting, lock = iter(range(count)), threading.Lock()

    def be_a_client() -> None:
        line = scene.server.line()
        while True:
            with lock:
                number = next(waiting, None)
            if number is None:
                return
            if number % 20 == 0:
                status, _told = scene.ask(line, "POST", INVOICES, scene.invoice(number))
            elif number % 20 == 1:
                status, _told = scene.ask(line, "GET", f"{INVOICES}?limit={PAGE}")
            elif number % 4 == 2:
                status, _told = scene.ask(line, "GET", "/api/v1/customers/?limit=10")
            else:
                status, _told = scene.ask(line, "GET", f"{INVOICES}{ids[number % len(ids)]}/")
            assert status in {HTTPStatus.OK, HTTPStatus.CREATED}, status

    _together(be_a_client, 4)
    return scene.server.memory()
