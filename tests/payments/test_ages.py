"""Who owes what since when: each invoice in the age of its due date, and nothing that is paid."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from core.tenancy import company_scope
from customers import merging
from customers.models import Party
from documents.models import Balance, Document
from payments import queries, states
from payments.queries import LateCustomer, Open
from payments.services import recording
from payments.states import Age
from tests.payments.conftest import Bill, credit
from users.models import Company, User

D = Decimal
TODAY = date(2026, 11, 24)
# Days since the due date, and the age that they make.
EDGES = {-5: Age.NOT_DUE, 0: Age.NOT_DUE, 1: Age.LATE_30, 30: Age.LATE_30, 31: Age.LATE_60, 60: Age.LATE_60}
EDGES |= {61: Age.LATE_90, 90: Age.LATE_90, 91: Age.LATE_MORE, 300: Age.LATE_MORE}


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(f"{TODAY} 10:00+01:00", tick=False):
        yield


@pytest.fixture
def hotel(scope: Company) -> Party:
    return Party.objects.create(
        company=scope,
        number="C2",
        name="Hôtel Astrid",
        name_key="hotel astrid",
        street="Place Albert",
        postal_code="8400",
        city="Oostende",
    )


@pytest.fixture
def old(bill: Bill) -> Any:
    """An invoice that was due so many days ago; to be asked for the oldest first."""

    def make(days: int, total: str = "121.00", **fields: Any) -> Document:
        due = TODAY - timedelta(days=days)
        with time_machine.travel(f"{due - timedelta(days=10)} 10:00+01:00", tick=False):
            return bill(total, payment_term_days=10, **fields)

    return make


def test_every_due_date_has_one_age(old: Any) -> None:
    made = {old(days).pk: age for days, age in sorted(EDGES.items(), reverse=True)}
    found = {
        pk: age
        for age in Age
        for pk in Document.objects.filter(states.open_only(), states.due_since(age, today=TODAY)).values_list(
            "pk", flat=True
        )
    }
    assert found == made
    assert {age: owed.count for age, owed in queries.ages(today=TODAY).items()} == dict.fromkeys(Age, 2)


def test_ages_add_up_what_is_open_and_nothing_else(old: Any, alice: User) -> None:
    part, gone, paid, over = old(45, "100.00"), old(40, "50.00"), old(40, "20.00"), old(40, "30.00")
    fresh = old(-3, "12.10")
    recording.record(part, amount=D("40.01"), by=alice)
    recording.record(paid, amount=D("20.00"), by=alice)
    recording.record(over, amount=D("31.00"), by=alice)
    credit(gone, alice)
    nothing = Open(D("0.00"), 0)
    assert queries.ages(today=TODAY) == {
        Age.NOT_DUE: Open(fresh.total_gross, 1),
        Age.LATE_30: nothing,
        Age.LATE_60: Open(D("59.99"), 1),
        Age.LATE_90: nothing,
        Age.LATE_MORE: nothing,
    }
    assert queries.to_refund() == nothing


def test_a_credit_note_on_a_paid_invoice_is_to_be_paid_back_and_never_late(old: Any, alice: User) -> None:
    paid = old(40, "50.00")
    recording.record(paid, amount=D("50.00"), by=alice)
    credit(paid, alice, 30)
    assert queries.to_refund() == Open(D("15.00"), 1)
    assert sum((owed.amount for owed in queries.ages(today=TODAY).values()), D(0)) == 0


def test_who_owes_most_past_its_day_comes_first(old: Any, dupont: Party, hotel: Party) -> None:
    old(50, "70.00")
    old(20, "40.00", party=hotel)
    old(5, "60.00", party=hotel)
    old(-5, "900.00")
    late = queries.late_customers(today=TODAY, limit=5)
    assert late == [
        LateCustomer(hotel.pk, "Hôtel Astrid", Open(D("100.00"), 2)),
        LateCustomer(dupont.pk, "Boulangerie Dupont SRL", Open(D("70.00"), 1)),
    ]
    assert queries.late_customers(today=TODAY, limit=1) == late[:1]


def test_a_merge_takes_what_is_owed_along(old: Any, dupont: Party, hotel: Party, alice: User) -> None:
    old(20, "40.00", party=hotel)
    merging.merge(dupont, other=hotel, by=alice)
    assert [owed.party_id for owed in queries.late_customers(today=TODAY, limit=5)] == [dupont.pk]
    assert Balance.objects.get().party_id == dupont.pk


def test_nothing_of_another_company_is_added_up(old: Any, other_company: Company) -> None:
    old(20)
    with company_scope(other_company.pk):
        assert queries.late_customers(today=TODAY, limit=5) == []
        assert {owed.count for owed in queries.ages(today=TODAY).values()} == {0}
