"""Sixteen threads issue four hundred invoices, a third of them rolled back: no gap, no duplicate, no failure."""

import random
import threading
from collections import Counter
from decimal import Decimal

import pytest
from django.db import connection, transaction

from core.tenancy import company_scope
from customers.models import Party
from documents.models import Document, Series
from documents.services import drafting, issuing
from documents.services.drafting import LineInput
from users.models import Company, User

THREADS, INVOICES = 16, 400


class Rollback(Exception):
    pass


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_numbers_have_no_gap_and_no_duplicate_under_threads(
    company: Company, alice: User, dupont: Party, scope: Company, waiting_tasks: None
) -> None:
    wanted = iter(range(INVOICES))
    lock = threading.Lock()
    failures: list[BaseException] = []
    rolled_back = Counter[str]()

    def work(seed: int) -> None:
        chance = random.Random(seed)
        try:
            with company_scope(company.pk):
                while True:
                    with lock:
                        if next(wanted, None) is None:
                            return
                    done = False
                    while not done:
                        done = one(chance)
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    def one(chance: random.Random) -> bool:
        fails = chance.random() < 1 / 3
        try:
            with transaction.atomic():
                draft = drafting.create(
                    "invoice", company=company, party=dupont, by=alice, lines=[LineInput("x", unit_price=Decimal(10))]
                )
                issuing.issue(draft, by=alice)
                if fails:
                    raise Rollback
        except Rollback:
            rolled_back["times"] += 1
            return False
        return True

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert rolled_back["times"] > 50
    numbers = sorted(Document.objects.issued().values_list("sequence_number", flat=True))
    assert numbers == list(range(1, INVOICES + 1))
    assert Document.objects.drafts().count() == 0
    assert Series.objects.get(family="invoice").next_number == INVOICES + 1
