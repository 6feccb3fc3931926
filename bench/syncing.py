"""The first synchronisation of a full inventory with the sandbox, and a second one with nothing changed.

Beside it, a bare client sends the same batches to another sandbox.
"""

import argparse
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import requests
from django.conf import settings

from activity import jobs
from bench import ground
from bench.figures import Figure, at_most, exactly, tell
from core.tenancy import company_scope
from integrations.models import Connection, SyncRun, SyncState
from integrations.providers.climapulse import mapping
from integrations.services import connecting, syncing
from tests.climapulse import Sandbox, start_sandbox
from work_orders.services import selecting

FIRST_BAR, SECOND_BAR = 10, 2
BATCH = 100


def main(arguments: Sequence[str]) -> int:
    """Measure both runs; 1 when a bar was missed."""
    options = argparse.ArgumentParser(prog="bench.one syncing")
    options.add_argument("--products", type=int, default=2500)
    products = options.parse_args(arguments).products
    seeded = ground.seed(customers=1, products=products)
    with _sandbox("first") as sandbox, _sandbox("reference") as other, company_scope(seeded.company.pk):
        settings.CLIMAPULSE_API_URL = sandbox.url
        connection = connecting.connect(
            company=seeded.company,
            provider_key="climapulse",
            credentials={"api_key": sandbox.state()["api_key"]},
            by=seeded.owner,
        )
        first_run, first = _synchronise(connection)
        calls = sandbox.item_calls()
        second_run, second = _synchronise(connection)
        item_calls = sandbox.item_calls() - calls
        figures = [
            at_most(f"first synchronisation of {products}", first, FIRST_BAR, "s"),
            exactly("first: items created", first_run.created, products),
            at_most("second, nothing changed", second, SECOND_BAR, "s"),
            exactly("second: calls about items", item_calls, 0),
            exactly("second: items unchanged", second_run.unchanged, products),
            exactly("items in the inventory", sandbox.state()["inventory"], products),
            Figure("the same batches by a bare client", f"{_bare(connection, other):.1f} s"),
        ]
    return tell(figures)


@contextmanager
def _sandbox(name: str) -> Iterator[Sandbox]:
    process, sandbox = start_sandbox(Path(settings.DATA_DIR) / name)
    try:
        yield sandbox
    finally:
        process.terminate()
        try:
            process.communicate(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()


def _synchronise(connection: Connection) -> tuple[SyncRun, float]:
    """One run as the worker does it, and its seconds."""
    started = time.perf_counter()
    run, job = syncing.start(connection, by=None, foreground=True)
    jobs.run(job.pk)
    elapsed = time.perf_counter() - started
    run.refresh_from_db()
    assert run.state == SyncState.DONE, run.error
    return run, elapsed


def _bare(connection: Connection, sandbox: Sandbox) -> float:
    items = [mapping.item_body(item) for item in selecting.outgoing(connection, selecting.LIMIT).items]
    headers = {"Authorization": f"Bearer {sandbox.state()['api_key']}"}
    started = time.perf_counter()
    with requests.Session() as session:
        for first in range(0, len(items), BATCH):
            body = {"items": items[first : first + BATCH]}
            session.put(f"{sandbox.url}/inventory/items", json=body, headers=headers, timeout=30).raise_for_status()
    return time.perf_counter() - started
