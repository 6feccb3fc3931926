"""Products go out: the cap, the order of steps, only what changed, and runs that survive a crash."""

import time
from decimal import Decimal
from typing import Any

import pytest
import requests

from activity import jobs
from core.errors import Conflict
from integrations.models import Connection, ExternalRef, SyncRun, SyncState
from integrations.services import connecting, syncing
from products.models import Product, ProductGroup
from tests.climapulse import Sandbox
from users.models import Company
from work_orders.services import selecting


def make_products(company: Company, count: int, *, first: int = 1, **fields: Any) -> list[Product]:
    return Product.objects.bulk_create(
        Product(
            company=company, number=f"P{number:04d}", name=f"Produit {number}", unit_price=Decimal("12.3456"), **fields
        )
        for number in range(first, first + count)
    )


def run(connection: Connection) -> SyncRun:
    connection.refresh_from_db()
    sync_run, job = syncing.start(connection, by=None, foreground=True)
    assert jobs.run(job.pk)
    sync_run.refresh_from_db()
    return sync_run


def put_there(sandbox: Sandbox, count: int, prefix: str = "theirs") -> None:
    headers = {"Authorization": f"Bearer {sandbox.state()['api_key']}"}
    for start in range(0, count, 100):
        items = [
            {"external_id": f"{prefix}-{n}", "reference": f"X{n}", "name": f"Autre {n}"}
            for n in range(start, min(count, start + 100))
        ]
        requests.put(
            f"{sandbox.url}/inventory/items", json={"items": items}, headers=headers, timeout=10
        ).raise_for_status()


def test_first_run_sends_every_active_product_without_a_price(
    climapulse: Connection, sandbox: Sandbox, scope: Company
) -> None:
    products = make_products(scope, 3, unit="MTR", description="Longueur")
    make_products(scope, 1, first=10, is_active=False)
    done = run(climapulse)
    assert (done.state, syncing.counts(done)) == (
        SyncState.DONE,
        {"total": 3, "done": 3, "created": 3, "updated": 0, "unchanged": 0, "removed": 0, "failed": 0, "left_out": 0},
    )
    items = sandbox.items()
    assert set(items) == {str(product.pk) for product in products}
    item = items[str(products[0].pk)]
    assert (item["reference"], item["name"], item["unit"], item["description"]) == (
        "P0001",
        "Produit 1",
        "MTR",
        "Longueur",
    )
    assert "12.3456" not in str(items)
    refs = ExternalRef.objects.filter(kind="product")
    assert {ref.remote_id for ref in refs} == {entry["id"] for entry in items.values()}


def test_second_run_with_nothing_changed_calls_no_item(
    climapulse: Connection, sandbox: Sandbox, scope: Company
) -> None:
    make_products(scope, 250)
    run(climapulse)
    before = sandbox.item_calls()
    again = run(climapulse)
    assert sandbox.item_calls() == before
    assert (again.state, again.unchanged, again.created, again.done) == (SyncState.DONE, 250, 0, 250)


def test_only_the_changed_product_is_sent_again(climapulse: Connection, sandbox: Sandbox, scope: Company) -> None:
    product = make_products(scope, 3)[1]
    run(climapulse)
    Product.objects.filter(pk=product.pk).update(name="Nouveau nom")
    done = run(climapulse)
    assert (done.updated, done.unchanged, done.created) == (1, 2, 0)
    assert sandbox.items()[str(product.pk)]["name"] == "Nouveau nom"


def test_products_that_leave_the_choice_are_removed(climapulse: Connection, sandbox: Sandbox, scope: Company) -> None:
    group = ProductGroup.objects.create(company=scope, name="Froid")
    kept = make_products(scope, 2, group=group)
    make_products(scope, 3, first=10)
    run(climapulse)
    connecting.configure(climapulse, by=None, groups=[str(group.pk)])
    done = run(climapulse)
    assert (done.removed, done.unchanged, done.total, done.done) == (3, 2, 5, 5)
    assert set(sandbox.items()) == {str(product.pk) for product in kept}
    connecting.configure(climapulse, by=None, groups=[selecting.NO_GROUP])
    assert [product.number for product in selecting.select(Connection.objects.get()).chosen] == [
        "P0010",
        "P0011",
        "P0012",
    ]


def test_never_more_than_the_limit_and_the_rest_is_counted(
    climapulse: Connection, sandbox: Sandbox, scope: Company
) -> None:
    put_there(sandbox, 40)
    make_products(scope, 2_505)
    done = run(climapulse)
    assert (done.state, done.created, done.left_out, done.failed) == (SyncState.DONE, 2_460, 45, 0)
    items = sandbox.items()
    assert len(items) == 2_500
    assert {item["reference"] for item in items.values() if item["reference"].startswith("P")} == {
        f"P{number:04d}" for number in range(1, 2_461)
    }


def test_room_is_looked_up_again_when_others_filled_it(
    climapulse: Connection, sandbox: Sandbox, scope: Company
) -> None:
    make_products(scope, 2_450)
    assert run(climapulse).created == 2_450
    put_there(sandbox, 50)
    make_products(scope, 10, first=5_000)
    done = run(climapulse)
    assert (done.state, done.created, done.left_out, done.removed) == (SyncState.DONE, 0, 10, 0)
    assert len(sandbox.items()) == 2_500


def test_a_run_whose_answer_was_lost_is_taken_up_without_doubling(
    climapulse: Connection, sandbox: Sandbox, scope: Company
) -> None:
    products = make_products(scope, 150)
    sync_run, job = syncing.start(climapulse, by=None, foreground=True)
    # What a killed worker leaves: the first batch stands there, nothing is noted here.
    headers = {"Authorization": f"Bearer {sandbox.state()['api_key']}"}
    items = [{"external_id": str(p.pk), "reference": p.number, "name": p.name, "unit": p.unit} for p in products[:100]]
    requests.put(f"{sandbox.url}/inventory/items", json={"items": items}, headers=headers, timeout=10)
    SyncRun.objects.filter(pk=sync_run.pk).update(state="running", started_at=sync_run.created_at, done=100, total=150)
    assert jobs.run(job.pk)
    sync_run.refresh_from_db()
    assert (sync_run.state, sync_run.created, sync_run.unchanged, sync_run.done) == (SyncState.DONE, 50, 100, 150)
    assert len(sandbox.items()) == 150


def test_two_runs_at_once_are_refused(climapulse: Connection, scope: Company) -> None:
    syncing.start(climapulse, by=None, foreground=True)
    with pytest.raises(Conflict):
        syncing.start(climapulse, by=None, foreground=True)
    assert SyncRun.objects.count() == 1


def test_a_refused_item_is_named_and_the_rest_goes_on(climapulse: Connection, sandbox: Sandbox, scope: Company) -> None:
    bad = make_products(scope, 3)[1]
    Product.objects.filter(pk=bad.pk).update(name="")
    done = run(climapulse)
    assert (done.state, done.created, done.failed, done.done) == (SyncState.DONE, 2, 1, 3)
    assert [(error["id"], error["number"]) for error in done.errors] == [(str(bad.pk), "P0002")]
    assert done.errors[0]["error"] != ""
    assert len(sandbox.items()) == 2
    Product.objects.filter(pk=bad.pk).update(name="Filtre")
    assert run(climapulse).created == 1


def test_a_silent_other_side_is_tried_again_and_the_run_stays_open(
    climapulse: Connection, scope: Company, settings: Any
) -> None:
    make_products(scope, 1)
    settings.CLIMAPULSE_API_URL = "http://127.0.0.1:9"
    sync_run, job = syncing.start(climapulse, by=None, foreground=True)
    assert jobs.run(job.pk)
    sync_run.refresh_from_db()
    assert (sync_run.state, bool(sync_run.error)) == (SyncState.RUNNING, True)
    job.refresh_from_db()
    assert job.state == "queued"


def test_a_revoked_key_ends_the_run_and_marks_the_connection(
    climapulse: Connection, sandbox: Sandbox, scope: Company
) -> None:
    climapulse.secrets = {**climapulse.secrets, "credentials": {"api_key": "cp_old"}}
    climapulse.save()
    done = run(climapulse)
    climapulse.refresh_from_db()
    assert (done.state, climapulse.state) == (SyncState.FAILED, "failing")
    assert done.error == climapulse.last_error != ""


def test_products_invoiced_latest_go_first_when_there_are_too_many(climapulse: Connection, scope: Company) -> None:
    make_products(scope, 5)
    selection = selecting.select(climapulse, room=3)
    assert [product.number for product in selection.chosen] == ["P0001", "P0002", "P0003"]
    assert [product.number for product in selection.left_out] == ["P0004", "P0005"]


@pytest.mark.slow
def test_two_thousand_five_hundred_products_go_out_in_time(
    climapulse: Connection, sandbox: Sandbox, scope: Company
) -> None:
    make_products(scope, 2_500)
    begun = time.perf_counter()
    assert run(climapulse).created == 2_500
    first = time.perf_counter() - begun
    begun = time.perf_counter()
    assert run(climapulse).unchanged == 2_500
    second = time.perf_counter() - begun
    assert (first < 10, second < 2) == (True, True), (first, second)
    # At the limit, five products make room for five others: only removing first leaves room to add.
    leaving = list(Product.objects.order_by("number")[:5])
    Product.objects.filter(pk__in=[product.pk for product in leaving]).update(is_active=False)
    make_products(scope, 5, first=3_000)
    swapped = run(climapulse)
    assert (swapped.removed, swapped.created, swapped.failed) == (5, 5, 0)
    items = sandbox.items()
    assert len(items) == 2_500
    assert not {str(product.pk) for product in leaving} & set(items)
