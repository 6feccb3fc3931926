"""Killed in the middle of a hook: what was stored is finished, what got no 2xx is sent again, nothing is made twice."""

import json
import random
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest
import requests
from django.utils import timezone

from activity.models import Job
from core import files
from customers.models import Party
from documents.models import Document, File, Line
from integrations.models import Connection, HookState, InboundHook
from products.models import Product
from tests.climapulse import headers_for, hook_path, sample
from tests.faults.processes import Programs, children, wait_until
from users.models import Company, User
from work_orders.models import WorkOrder

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

MESSAGES, CLIENTS = 50, 4
KILL_EVERY = 9  # answers between two kills
ATTEMPTS = 40
MANY = 900  # materials on one order


@pytest.fixture
def known(scope: Company, marc: User, elodie: User, dupont: Party, products: dict[str, Product]) -> None:
    """Everybody and everything that the sample speaks of."""


@dataclass
class Clients:
    """Sends messages as Climapulse does: the same message again until it gets a 2xx."""

    connection: Connection
    url: str
    payloads: list[dict[str, Any]]
    answers: dict[int, dict[str, Any]] = field(default_factory=dict)
    statuses: Counter[int] = field(default_factory=Counter)
    answered: threading.Condition = field(default_factory=threading.Condition)

    def start(self) -> list[threading.Thread]:
        waiting = iter(range(len(self.payloads)))
        threads = [threading.Thread(target=self._work, args=(waiting,)) for _ in range(CLIENTS)]
        for thread in threads:
            thread.start()
        return threads

    def wait_for(self, count: int) -> bool:
        """Whether so many messages are answered; False when they will not be."""
        with self.answered:
            return self.answered.wait_for(lambda: len(self.answers) >= count, timeout=60)

    def _work(self, waiting: Iterator[int]) -> None:
        while True:
            with self.answered:
                number = next(waiting, None)
            if number is None:
                return
            answer = self._send(number)
            with self.answered:
                self.answers[number] = answer
                self.answered.notify_all()

    def _send(self, number: int) -> dict[str, Any]:
        body = json.dumps(self.payloads[number]).encode()
        for _ in range(ATTEMPTS):
            headers = {"Content-Type": "application/json", **headers_for(self.connection, body, f"msg_{number}")}
            status, answer = self._post(body, headers)
            with self.answered:
                self.statuses[status] += 1
            if 200 <= status < 300:
                return answer
        return {}

    def _post(self, body: bytes, headers: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """Status 0 stands for a connection that broke."""
        try:
            response = requests.post(self.url, body, headers=headers, timeout=30)
            return response.status_code, response.json()
        except requests.RequestException:
            return 0, {}


def order(number: int, **changes: Any) -> dict[str, Any]:
    payload = sample("maintenance-known-customer")
    payload["work_order"] |= {"id": f"wo-{number}", "number": f"BT-{number}", **changes}
    return payload


def test_messages_survive_web_workers_killed_at_random(programs: Programs, climapulse: Connection, known: None) -> None:
    web = programs.web()
    programs.worker()
    clients = Clients(climapulse, programs.url + hook_path(climapulse), [order(number) for number in range(MESSAGES)])
    threads = clients.start()
    chance, kills = random.Random(7), 0
    for aim in range(KILL_EVERY, MESSAGES, KILL_EVERY):
        assert clients.wait_for(aim)
        victims = children(web)
        if victims:
            chance.choice(victims).kill()
            kills += 1
    for thread in threads:
        thread.join()
    wait_until(lambda: InboundHook.objects.exclude(state=HookState.PROCESSED).count() == 0, "every message processed")

    assert kills >= 4
    assert set(clients.answers) == set(range(MESSAGES))
    assert sum(clients.statuses[status] for status in (200, 201, 202)) == MESSAGES
    messages = InboundHook.objects.values_list("message_id", flat=True)
    assert sorted(messages) == sorted(f"msg_{number}" for number in range(MESSAGES))
    invoices = {row.external_id: str(row.document_id) for row in WorkOrder.objects.all()}
    assert set(invoices) == {f"wo-{number}" for number in range(MESSAGES)}
    for number, answer in clients.answers.items():
        assert answer.get("invoice", {}).get("id", invoices[f"wo-{number}"]) == invoices[f"wo-{number}"]
    assert Document.objects.count() == len(set(invoices.values())) == MESSAGES
    assert Document.objects.filter(total_net=Decimal("355.83"), total_gross=Decimal("430.55")).count() == MESSAGES
    assert Line.objects.count() == MESSAGES * 6
    assert Party.objects.count() == 1
    kept = File.objects.all()
    assert kept.count() == MESSAGES * 2
    assert {files.store(files.read(file.key), company_id=file.company_id).sha256 for file in kept} == {
        file.sha256 for file in kept
    }


def test_a_stored_message_is_finished_by_its_job_when_the_server_dies_before_the_answer(
    programs: Programs, climapulse: Connection, known: None
) -> None:
    web = programs.web()
    materials = [{"reference": "P0001", "name": "Filtre", "quantity": "1", "unit": "C62"}] * MANY  # a second's work
    clients = Clients(climapulse, programs.url + hook_path(climapulse), [order(1, materials=materials)])
    sending = threading.Thread(target=clients._post, args=_signed(climapulse, clients.payloads[0]))
    sending.start()
    wait_until(InboundHook.objects.exists, "the stored message", every=0.002)
    programs.kill(web)
    sending.join()
    assert InboundHook.objects.get().state == HookState.WAITING
    assert not Document.objects.exists()

    Job.objects.update(run_after=timezone.now())  # the quarter of a minute that the job leaves to the request is over
    programs.worker()
    wait_until(InboundHook.objects.exclude(state=HookState.WAITING).exists, "the message processed")
    assert InboundHook.objects.get().answer_status == 201
    invoice = Document.objects.get()
    assert WorkOrder.objects.get().document == invoice
    assert invoice.lines.count() == MANY + 4
    assert invoice.total_net == Decimal("230.38") + MANY * Decimal("24.90")
    wait_until(lambda: not Job.objects.exclude(state="done").exists(), "nothing left to do")


def _signed(connection: Connection, payload: dict[str, Any]) -> tuple[bytes, dict[str, str]]:
    body = json.dumps(payload).encode()
    return body, {"Content-Type": "application/json", **headers_for(connection, body, "msg_1")}
