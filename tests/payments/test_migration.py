"""What was issued before there were balances gets the ones that the rule of before gave it."""

from decimal import Decimal
from importlib import import_module
from types import SimpleNamespace

from django.apps import apps
from django.db import connection

from documents.models import Balance
from payments import ledger
from payments.models import Settlement
from tests.payments.conftest import Bill, credit
from users.models import User

MIGRATION = import_module("payments.migrations.0002_open_what_was_issued")
COPYING = import_module("payments.migrations.0003_copy_party_and_due_date")


def test_balances_are_filled_and_emptied_again(bill: Bill, alice: User) -> None:
    whole, part, gone = bill(), bill("60.50"), bill("10.03")
    notes = [credit(part, alice, 33), credit(gone, alice, 50), credit(gone, alice, 50)]
    documents = [whole, part, gone, *notes]

    def balances() -> list[Decimal]:
        return [Balance.objects.get(document=document).open_amount for document in documents]

    editor = SimpleNamespace(connection=connection)
    MIGRATION.empty(apps, editor)
    assert (Balance.objects.count(), Settlement.objects.count()) == (0, 0)
    for _turn in range(2):
        MIGRATION.fill(apps, editor)
        assert balances() == [Decimal(text) for text in ("121.00", "40.53", "0.00", "0.00", "0.00", "0.00")]
    assert [settlement.amount for settlement in Settlement.objects.order_by("pk")] == [
        Decimal("19.97"),
        Decimal("5.02"),
        Decimal("5.01"),
    ]
    assert len(list(ledger.faults())) == len(documents)  # no balance knows its party yet
    COPYING.fill(apps, editor)
    assert list(ledger.faults()) == []
