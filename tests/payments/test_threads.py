"""Payments, undoings, credit notes and set-offs from many threads at once leave the exact balances, and none fails."""

import random
import threading
from decimal import Decimal

import pytest
from django.db import connection

from core.errors import Refused
from core.tenancy import company_scope
from documents.models import Balance
from payments import ledger
from payments.models import Payment, Settlement
from payments.services import applying, recording
from tests.payments.conftest import Bill, credit
from users.models import Company, User

THREADS, TURNS = 8, 25


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_balances_are_exact_under_threads(
    company: Company, alice: User, bill: Bill, scope: Company, waiting_tasks: None
) -> None:
    first, second = bill("9999.00"), bill("5000.00")
    note = credit(first, alice, 10)
    failures: list[BaseException] = []

    def work(seed: int) -> None:
        chance = random.Random(seed)
        try:
            with company_scope(company.pk):
                for turn in range(TURNS):
                    one(chance, turn)
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    def one(chance: random.Random, turn: int) -> None:
        invoice = chance.choice([first, second])
        payment = recording.record(invoice, amount=Decimal(chance.randint(1, 999)) / 100, by=alice)
        if turn % 5 == 0:
            recording.undo(payment, by=alice)
        if turn % 5 == 1:
            credit(invoice, alice, 1)
        try:
            if turn % 5 == 2:
                settlement = Settlement.objects.filter(credit_note=note).first()
                if settlement is not None:
                    applying.undo(settlement, by=alice)
            if turn % 5 == 3:
                applying.apply(note, to=invoice, amount=Decimal(10), by=alice)
        except Refused:
            pass  # another thread was there first

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert Payment.objects.filter(undone_at=None).count() == THREADS * TURNS * 4 // 5
    assert Payment.objects.exclude(undone_at=None).count() == THREADS * TURNS // 5
    assert Balance.objects.count() == 3 + THREADS * TURNS // 5
    assert list(ledger.faults()) == []
