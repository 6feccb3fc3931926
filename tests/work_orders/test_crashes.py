"""Processes killed without warning, in the middle of a hook or a synchronisation: nothing is lost, nothing doubled.

These run the real programs on a database of their own, because only another process can be killed.
"""

import copy
import json
import os
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests
from standardwebhooks import Webhook

from tests.climapulse import ROOT, Sandbox, sample

pytestmark = pytest.mark.slow
PRODUCTS, ORDERS = 1_200, 40

SETUP = f"""
from decimal import Decimal
from core.tenancy import company_scope
from products.models import Product
from users.models import Company
company = Company.objects.create(slug="frigotech", name="Frigotech SRL", mileage_rate=Decimal("0.45"))
with company_scope(company.pk):
    Product.objects.bulk_create(
        Product(company=company, number=f"P{{n:04d}}", name=f"Produit {{n}}") for n in range({PRODUCTS})
    )
"""
# What the sweep and a worker do, once the dead worker's lease and the message's delay have run out.
HEAL = """
import json
from django.utils import timezone
from activity import jobs
from activity.models import Job
from core.tenancy import every_company
from documents.models import Document
from integrations.models import InboundHook, SyncRun
from work_orders.models import WorkOrder
with every_company():
    Job.objects.filter(state="queued").update(run_after=timezone.now())
    due = list(Job.objects.filter(state__in=["queued", "running"]))
for job in due:
    jobs.run(job.pk)
with every_company():
    print(json.dumps({
        "documents": Document.objects.count(),
        "orders": WorkOrder.objects.exclude(document=None).values("document").distinct().count(),
        "hooks": list(InboundHook.objects.values_list("state", flat=True)),
        "runs": list(SyncRun.objects.values_list("state", "done", "total")),
    }))
"""


class Installation:
    """An eFactori of its own: data folder, database and environment."""

    def __init__(self, folder: Path, sandbox: Sandbox) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self.port = listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = os.environ | {
            "EFACTORI_DATA_DIR": str(folder),
            "EFACTORI_ENV": "embedded",
            "EFACTORI_URL": self.url,
            "EFACTORI_JOB_LEASE_SECONDS": "1",
            "CLIMAPULSE_API_URL": sandbox.url,
            "DATABASE_URL": "",
            "REDIS_URL": "",
            "DJANGO_SETTINGS_MODULE": "efactori.settings",
        }

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "manage.py", *words]

    def run(self, *words: str) -> str:
        done = subprocess.run(
            self.command(*words),
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def heal(self) -> dict[str, Any]:
        time.sleep(1.5)  # the lease of a killed worker
        state: dict[str, Any] = json.loads(self.run("shell", "--no-imports", "-c", HEAL).splitlines()[-1])
        return state

    def serve(self) -> subprocess.Popen[bytes]:
        """The web server, in a process group of its own, ready to answer."""
        command = [
            sys.executable,
            "-m",
            "gunicorn",
            "efactori.wsgi",
            "--bind",
            f"127.0.0.1:{self.port}",
            "--threads",
            "4",
        ]
        process = subprocess.Popen(
            command, cwd=ROOT, env=self.environment, stderr=subprocess.DEVNULL, start_new_session=True
        )
        for _ in range(200):
            try:
                requests.get(f"{self.url}/hooks/climapulse/x", timeout=5)
                return process
            except requests.ConnectionError:
                time.sleep(0.1)
        raise AssertionError("the server does not answer")


@pytest.fixture
def installation(tmp_path: Path, sandbox: Sandbox) -> Installation:
    made = Installation(tmp_path, sandbox)
    made.run("migrate", "--verbosity", "0")
    made.run("shell", "--no-imports", "-c", SETUP)
    return made


def kill(process: subprocess.Popen[Any]) -> None:
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(10)


def test_synchronisation_killed_in_the_middle_is_taken_up(installation: Installation, sandbox: Sandbox) -> None:
    installation.run("connect_climapulse", "--company", "frigotech", "--api-key", sandbox.state()["api_key"])
    command = installation.command("sync_climapulse", "--company", "frigotech")
    process = subprocess.Popen(
        command, cwd=ROOT, env=installation.environment, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    while sandbox.state()["inventory"] < 300:
        time.sleep(0.01)
        assert process.poll() is None
    kill(process)
    there = sandbox.state()["inventory"]
    assert 300 <= there < PRODUCTS
    state = installation.heal()
    assert state["runs"] == [["done", PRODUCTS, PRODUCTS]]
    assert len(sandbox.items()) == PRODUCTS
    calls = sandbox.item_calls()
    again = json.loads(installation.run("sync_climapulse", "--company", "frigotech"))
    assert (again["unchanged"], again["created"], sandbox.item_calls()) == (PRODUCTS, 0, calls)


def test_web_server_killed_in_the_middle_of_hooks_loses_and_doubles_nothing(
    installation: Installation, sandbox: Sandbox
) -> None:
    printed = installation.run("connect_climapulse", "--company", "frigotech", "--api-key", sandbox.state()["api_key"])
    hook_url = json.loads(printed)["hook_url"]
    secret = secret_of(installation)
    process = installation.serve()
    with ThreadPoolExecutor(4) as pool:
        sent = [pool.submit(send, hook_url, secret, number) for number in range(ORDERS)]
        while sum(one.done() for one in sent) < ORDERS // 4:
            time.sleep(0.005)
        kill(process)
        answered = {number for number, one in enumerate(sent) if one.result() is not None}
    assert 0 < len(answered) < ORDERS
    healed = installation.heal()
    assert set(healed["hooks"]) == {"processed"}
    assert len(healed["hooks"]) == healed["documents"] == healed["orders"] >= len(answered)
    process = installation.serve()
    try:
        statuses = {number: send(hook_url, secret, number) for number in range(ORDERS)}
    finally:
        kill(process)
    assert {statuses[number] for number in answered} == {200}
    state = installation.heal()
    assert (state["documents"], state["orders"], len(state["hooks"])) == (ORDERS, ORDERS, ORDERS)


def secret_of(installation: Installation) -> str:
    code = (
        "from core.tenancy import every_company\nfrom integrations.models import Connection\n"
        "with every_company():\n    print(Connection.objects.get().secrets['hook_secrets'][0]['secret'])"
    )
    return installation.run("shell", "--no-imports", "-c", code).split()[-1]


def send(url: str, secret: str, number: int) -> int | None:
    """The status of one order's message, None when nobody answered."""
    payload = copy.deepcopy(sample("repair-new-private-customer"))
    payload["work_order"] |= {"id": f"wo-{number}", "number": f"WB-{number}"}
    body = json.dumps(payload)
    now = datetime.now(UTC)
    headers = {
        "Content-Type": "application/json",
        "webhook-id": f"msg_{number}",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign(f"msg_{number}", now, body),
    }
    try:
        return requests.post(url, body.encode(), headers=headers, timeout=30).status_code
    except requests.ConnectionError:
        return None
