"""How a customer pays, on cases worked out by hand: what is open, what was paid in full, when, and how late."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from customers.models import Party
from documents.models import Document
from payments import habits
from payments.queries import Open
from payments.services import applying, recording
from tests.payments.conftest import Bill, credit
from users.models import User

D = Decimal
TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(f"{TODAY} 10:00+01:00", tick=False):
        yield


@pytest.fixture
def billed(bill: Bill) -> Any:
    """An invoice of so much, issued on a day and due 30 days later; to be asked for in the order of days."""

    def make(day: str, total: str = "121.00", **fields: Any) -> Document:
        with time_machine.travel(f"{day} 10:00+01:00", tick=False):
            return bill(total, payment_term_days=30, **fields)

    return make


@pytest.fixture
def pay(alice: User) -> Any:
    def make(invoice: Document, day: str, amount: str = "121.00", **fields: Any) -> Any:
        return recording.record(invoice, amount=D(amount), by=alice, on=date.fromisoformat(day), **fields)

    return make


def days(party: Party) -> list[tuple[str, str, int, int]]:
    return [(one.document.number, str(one.paid_date), one.days, one.days_late) for one in habits.paid(party)]


def test_the_last_payment_of_an_invoice_counts(billed: Any, pay: Any, dupont: Party) -> None:
    first, second, third = billed("2026-01-01"), billed("2026-02-01"), billed("2026-03-01")
    pay(first, "2026-01-21")  # due on 31 January
    pay(second, "2026-02-10", "21.00")
    pay(second, "2026-03-13", "100.00")  # due on 3 March
    pay(third, "2026-03-31")  # on the day
    billed("2026-04-01")  # never paid
    assert days(dupont) == [
        (third.number, "2026-03-31", 30, 0),
        (second.number, "2026-03-13", 40, 10),
        (first.number, "2026-01-21", 20, -10),
    ]
    found = habits.habits(habits.paid(dupont))
    assert found == habits.Habits(count=3, late=1, average_days=D("30.0"), average_days_late=D("0.0"))
    assert found.late_percent == D(33)


def test_averages_have_one_decimal(billed: Any, pay: Any, dupont: Party) -> None:
    for day, paid in (("2026-01-01", "2026-01-11"), ("2026-01-01", "2026-01-12"), ("2026-01-01", "2026-01-12")):
        pay(billed(day), paid)
    found = habits.habits(habits.paid(dupont))
    assert found == habits.Habits(count=3, late=0, average_days=D("10.7"), average_days_late=D("-19.3"))
    assert found.late_percent == 0


def test_what_was_credited_need_not_be_paid(billed: Any, pay: Any, dupont: Party, alice: User) -> None:
    invoice = billed("2026-01-01")
    pay(invoice, "2026-01-11", "108.90")
    applying_note = credit(invoice, alice, 10)  # 12.10, much later
    assert applying_note.open_amount == 0
    assert days(dupont) == [(invoice.number, "2026-01-11", 10, -20)]


def test_an_invoice_credited_as_a_whole_says_nothing(billed: Any, dupont: Party, alice: User) -> None:
    credit(billed("2026-01-01"), alice, 100)
    assert habits.paid(dupont) == []
    assert habits.habits([]) is None


def test_paying_too_much_later_makes_nobody_late(billed: Any, pay: Any, dupont: Party) -> None:
    invoice = billed("2026-01-01")
    pay(invoice, "2026-01-11")
    pay(invoice, "2026-05-01")
    assert days(dupont) == [(invoice.number, "2026-01-11", 10, -20)]


def test_money_that_went_back_counts_from_when_it_came_again(billed: Any, pay: Any, dupont: Party) -> None:
    invoice = billed("2026-01-01")
    pay(invoice, "2026-01-11", "131.00")
    pay(invoice, "2026-01-12", "10.00", direction="out")
    assert days(dupont) == [(invoice.number, "2026-01-11", 10, -20)]


def test_an_undone_payment_is_none(billed: Any, pay: Any, dupont: Party, alice: User) -> None:
    payment = pay(billed("2026-01-01"), "2026-01-11")
    recording.undo(payment, by=alice)
    assert habits.paid(dupont) == []


def test_what_is_owed_stands_by_currency_with_what_is_late(billed: Any, pay: Any, dupont: Party, alice: User) -> None:
    late, later = billed("2026-09-01"), billed("2026-10-24")
    pay(late, "2026-11-01", "21.00")
    not_due = billed("2026-10-25")  # due today
    billed("2026-11-01", "50.00", currency="USD")
    assert (later.due_date, not_due.due_date) == (date(2026, 11, 23), TODAY)
    assert habits.owed(dupont, today=TODAY) == [
        habits.Owed("EUR", Open(D("342.00"), 3), Open(D("221.00"), 2)),
        habits.Owed("USD", Open(D("50.00"), 1), Open(D("0.00"), 0)),
    ]
    assert habits.oldest_late(dupont, today=TODAY) == late
    pay(late, "2026-11-02", "100.00")
    note = credit(later, alice, 50)
    assert note.open_amount == 0
    assert habits.owed(dupont, today=TODAY)[0] == habits.Owed("EUR", Open(D("181.50"), 2), Open(D("60.50"), 1))
    assert habits.oldest_late(dupont, today=TODAY) == later


def test_a_note_set_against_another_invoice_lowers_what_it_asks(
    billed: Any, pay: Any, dupont: Party, alice: User
) -> None:
    paid, other = billed("2026-01-01"), billed("2026-02-01")
    pay(paid, "2026-01-31")
    applying.apply(credit(paid, alice, 50), to=other, by=alice)
    pay(other, "2026-03-10", "60.50")  # due on 3 March
    assert days(dupont) == [(other.number, "2026-03-10", 37, 7), (paid.number, "2026-01-31", 30, 0)]


def test_nothing_of_another_customer_counts(billed: Any, pay: Any, dupont: Party, scope: Any) -> None:
    hotel = Party.objects.create(
        company=scope, number="C2", name="Hotel", street="Place Albert", postal_code="8400", city="Oostende"
    )
    pay(billed("2026-01-01", party=hotel), "2026-05-01")
    billed("2026-02-01", party=hotel)
    assert habits.paid(dupont) == []
    assert habits.owed(dupont, today=TODAY) == []
    assert habits.oldest_late(dupont, today=TODAY) is None


def test_habits_cost_the_same_for_any_number(
    billed: Any, pay: Any, dupont: Party, django_assert_num_queries: Any
) -> None:
    for _ in range(3):
        pay(billed("2026-01-01"), "2026-01-11")
    with django_assert_num_queries(2):
        assert len(habits.paid(dupont)) == 3
