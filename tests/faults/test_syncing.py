"""Killed in the middle of a synchronisation: the run ends well, the inventory never holds too much or a thing twice."""

from decimal import Decimal

import pytest

from integrations.models import Connection, ExternalRef, SyncRun, SyncState
from integrations.services import syncing
from products.models import Product
from tests.climapulse import Sandbox
from tests.faults.processes import Programs, wait_until
from users.models import Company

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

LIMIT, TOO_MANY = 2500, 2600


def test_a_run_survives_the_death_of_its_command_and_of_a_worker(
    programs: Programs, climapulse: Connection, sandbox: Sandbox, scope: Company
) -> None:
    Product.objects.bulk_create(
        Product(company=scope, number=f"P{number:05}", name=f"Part {number}", unit_price=Decimal(10))
        for number in range(TOO_MANY)
    )
    sandbox.fault("slow", times=10_000, seconds=0.1)
    sandbox.fault("dropped", times=3)
    most = 0

    def has_done(count: int) -> bool:
        nonlocal most
        most = max(most, sandbox.state()["inventory"])
        return SyncRun.objects.filter(done__gte=count, state=SyncState.RUNNING).exists()

    command = programs.start("manage.py", "sync_climapulse", "--company", scope.slug)
    wait_until(lambda: has_done(500), "the command's 500 items")
    programs.kill(command)
    worker = programs.worker()
    wait_until(lambda: has_done(1500), "the worker's 1500 items")
    programs.kill(worker)
    assert SyncRun.objects.get().state == SyncState.RUNNING
    programs.worker()
    wait_until(lambda: has_done(LIMIT) or not SyncRun.objects.filter(state=SyncState.RUNNING).exists(), "the run's end")
    wait_until(SyncRun.objects.filter(state=SyncState.DONE).exists, "the run done")

    run = SyncRun.objects.get()
    assert (run.done, run.total, run.failed, run.removed, run.left_out) == (LIMIT, LIMIT, 0, 0, TOO_MANY - LIMIT)
    assert run.created + run.updated + run.unchanged == LIMIT
    assert most <= sandbox.state()["inventory"] == LIMIT
    items = sandbox.items()
    refs = ExternalRef.objects.filter(kind=syncing.KIND)
    assert {ref.external_id: ref.remote_id for ref in refs} == {key: item["id"] for key, item in items.items()}
    assert {item["reference"] for item in items.values()} == {f"P{number:05}" for number in range(LIMIT)}
