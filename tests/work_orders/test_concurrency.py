"""One invoice per work order, whatever arrives at once: real threads, a real database, exact counts."""

import copy
import json
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connections, transaction
from django.test import Client

from activity import jobs
from activity.models import Job
from core.tenancy import company_scope
from customers.models import Party
from documents.models import Document
from integrations.models import Connection, HookState, InboundHook
from integrations.services import receiving
from products.models import Product
from tests.climapulse import deliver, hook_path, sample
from users.models import Company, User
from work_orders.models import LineSource, WorkOrder

pytestmark = pytest.mark.django_db(transaction=True)
ORDER = sample("repair-new-private-customer")


def numbered(number: int) -> dict[str, Any]:
    payload = copy.deepcopy(ORDER)
    payload["work_order"] |= {"id": f"wo-{number}", "number": f"WB-{number}"}
    return payload


def in_threads(work: Callable[[int], Any], count: int, *, threads: int = 6) -> list[Any]:
    def closing(number: int) -> Any:
        try:
            return work(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(closing, range(count)))


def until_answered(connection: Connection, payload: Any, message_id: str) -> Any:
    """As a sender does: again after a 429."""
    while True:
        response = deliver(connection, payload, message_id)
        if response.status_code != 429:
            return response


def finish_jobs(company: Company) -> None:
    with company_scope(company.pk):
        waiting = list(Job.objects.filter(name=receiving.PROCESS, state="queued"))
        for job in waiting:
            Job.objects.filter(pk=job.pk).update(run_after=job.created_at)
    for job in waiting:
        assert jobs.run(job.pk)


@pytest.mark.slow
@pytest.mark.usefixtures("waiting_tasks")
def test_a_hundred_messages_three_times_each_at_once_make_a_hundred_invoices(
    climapulse: Connection, company: Company, marc: User
) -> None:
    responses = in_threads(lambda n: until_answered(climapulse, numbered(n % 100), f"msg_{n % 100}").status_code, 300)
    counted = Counter(responses)
    assert set(counted) <= {200, 201, 202}
    assert counted[201] <= 100
    finish_jobs(company)
    with company_scope(company.pk):
        assert (InboundHook.objects.count(), WorkOrder.objects.count(), Document.objects.count()) == (100, 100, 100)
        assert InboundHook.objects.exclude(state=HookState.PROCESSED).count() == 0
        assert LineSource.objects.count() == 200
        assert Party.objects.count() == 1
        nets = Counter(WorkOrder.objects.values_list("document__lines__net", flat=True))
        assert nets == {Decimal("0.00"): 200, Decimal("102.92"): 100}
    again = in_threads(lambda n: until_answered(climapulse, numbered(n), f"msg_{n}").json()["repeated"], 100)
    assert again == [True] * 100


@pytest.mark.usefixtures("waiting_tasks")
def test_different_messages_about_one_order_at_once_make_one_invoice(
    climapulse: Connection, company: Company, marc: User
) -> None:
    statuses = Counter(in_threads(lambda n: until_answered(climapulse, ORDER, f"msg_{n}").status_code, 20))
    assert statuses[201] <= 1
    finish_jobs(company)
    with company_scope(company.pk):
        assert (InboundHook.objects.count(), Document.objects.count(), Party.objects.count()) == (20, 1, 1)
        assert InboundHook.objects.exclude(state=HookState.PROCESSED).count() == 0
        assert Document.objects.get().lines.count() == 3


@pytest.mark.usefixtures("waiting_tasks")
def test_order_that_is_being_processed_is_answered_202_at_once(
    climapulse: Connection, company: Company, is_postgres: bool
) -> None:
    if not is_postgres:
        pytest.skip("SQLite has one writer: the second message waits for the first")
    assert deliver(climapulse, ORDER, "msg_1").status_code == 201
    held, done = threading.Event(), threading.Event()

    def hold(_number: int) -> None:
        with company_scope(company.pk), transaction.atomic():
            list(WorkOrder.objects.select_for_update())
            held.set()
            done.wait(10)

    with ThreadPoolExecutor(1) as pool:
        holding = pool.submit(lambda: (hold(0), connections.close_all()))
        held.wait(10)
        response = deliver(climapulse, ORDER, "msg_2")
        done.set()
        holding.result()
    assert response.status_code == 202
    finish_jobs(company)
    answered = Client().get(response.json()["status_url"].removeprefix("http://testserver"))
    assert (answered.status_code, answered.json()["updated"]) == (200, True)
    assert answered.json()["delivery"] in response.json()["status_url"]
    assert hook_path(climapulse) in response.json()["status_url"]


def test_sync_command_draws_a_bar_and_prints_its_counts(
    climapulse: Connection, company: Company, capsys: pytest.CaptureFixture[str]
) -> None:
    with company_scope(company.pk):
        Product.objects.create(company=company, number="P0001", name="Filtre")
    call_command("sync_climapulse", company="frigotech")
    printed = capsys.readouterr()
    counts = json.loads(printed.out)
    assert counts == {
        "state": "done",
        "total": 1,
        "done": 1,
        "created": 1,
        "updated": 0,
        "unchanged": 0,
        "removed": 0,
        "failed": 0,
        "left_out": 0,
        "errors": [],
    }
    assert "1/1" in printed.err


def test_sync_command_fails_when_the_other_side_does(
    climapulse: Connection, company: Company, settings: LazySettings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.CLIMAPULSE_API_URL = "http://127.0.0.1:9"
    with pytest.raises(CommandError):
        call_command("sync_climapulse", company="frigotech")
    assert json.loads(capsys.readouterr().out)["state"] == "running"
    with pytest.raises(CommandError):
        call_command("sync_climapulse", company="nobody")
