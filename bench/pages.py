"""The pages people look at all day, at 100,000 invoices and 10,000 customers: server time, p95, and queries.

Time is that of a whole request through Django's own client, middleware and templates included, in one warm process; the
network and the web server are not in it.
"""

import argparse
import math
import time
from collections.abc import Sequence
from datetime import timedelta

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bench import ground
from bench.archive import Archive
from bench.figures import Figure, at_most, exactly, tell
from core.tenancy import company_scope
from customers.models import Party
from documents.models import Document
from efactori.management.commands.run import collect_static_files

BAR_MS = 100
ROUNDS = 40
WARM_UP = 3
OPEN_DAYS = 45  # what was issued longer ago is paid, but for half of one in fifty
LINES = 10


def main(arguments: Sequence[str]) -> int:
    """Measure each page with a few invoices and with all of them; 1 when a bar was missed."""
    options = argparse.ArgumentParser(prog="bench.one pages")
    options.add_argument("--invoices", type=int, default=100_000)
    options.add_argument("--customers", type=int, default=10_000)
    chosen = options.parse_args(arguments)
    collect_static_files()
    seeded = ground.seed()
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(seeded.owner)
    with company_scope(seeded.company.pk):
        archive = Archive(seeded, lines=LINES)
        few = {name: _queries(client, url) for name, url in visited().items()}
        _add_customers(seeded, chosen.customers)
        archive.fill(chosen.invoices)
        _settle()
        pages = visited()
    figures: list[Figure] = []
    for name, url in pages.items():
        figures += [
            at_most(f"{name}: p95", _p95(client, url), BAR_MS, "ms"),
            exactly(f"{name}: queries, as with few invoices", _queries(client, url), few[name]),
        ]
    return tell(figures)


def visited() -> dict[str, str]:
    """The pages, on the document in the middle of what was issued."""
    issued = Document.objects.issued().order_by("pk")
    document = issued[issued.count() // 2]
    return {
        "start": "/",
        "list of invoices": "/invoices/",
        "editor of a new invoice": "/invoices/new/",
        "page of an invoice": document.get_absolute_url(),
    }


def _p95(client: Client, url: str) -> float:
    """The slowest but one in twenty, in milliseconds."""
    taken = []
    for turn in range(WARM_UP + ROUNDS):
        started = time.perf_counter()
        answer = client.get(url)
        elapsed = (time.perf_counter() - started) * 1000
        assert answer.status_code == 200, (url, answer.status_code)
        if turn >= WARM_UP:
            taken.append(elapsed)
    return sorted(taken)[math.ceil(len(taken) * 0.95) - 1]


def _queries(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        client.get(url)
    return len(captured)


def _add_customers(seeded: ground.Ground, count: int) -> None:
    Party.objects.bulk_create(
        (
            Party(company=seeded.company, number=f"K{number:06}", name=f"Klant {number} BV", name_key=f"klant {number}")
            for number in range(count - len(seeded.customers))
        ),
        batch_size=1000,
    )


def _settle() -> None:
    """Make of the copies what years leave behind: spread over all customers, and old ones paid."""
    closed = timezone.localdate() - timedelta(days=OPEN_DAYS)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE bench_parties (id uuid, place bigint)")
        cursor.execute("INSERT INTO bench_parties SELECT id, row_number() OVER (ORDER BY id) - 1 FROM customers_party")
        cursor.execute("CREATE UNIQUE INDEX bench_place ON bench_parties (place)")
        cursor.execute(
            "UPDATE documents_document SET party_id = (SELECT id FROM bench_parties WHERE place = sequence_number % "
            "(SELECT count(*) FROM bench_parties)) WHERE state = 'issued'"
        )
        cursor.execute("DROP TABLE bench_parties")
        cursor.execute(
            "UPDATE documents_balance SET party_id = (SELECT party_id FROM documents_document WHERE id = document_id)"
        )
        cursor.execute(
            "UPDATE documents_balance SET open_amount = 0 WHERE document_id IN "
            "(SELECT id FROM documents_document WHERE issue_date < %s AND sequence_number %% 50 <> 4)",
            [closed],
        )
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
