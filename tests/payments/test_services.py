"""Payments and set-offs move the balance, and nothing else does."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Sum
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activity.models import Event
from core.errors import Conflict, Refused
from core.tenancy import ForeignCompany, company_scope
from customers.models import Party
from documents.models import Balance, Document
from documents.services import crediting, drafting, issuing
from documents.services.drafting import LineInput
from payments import states
from payments.models import Payment, Settlement
from payments.services import applying, recording
from tests.payments.conftest import Bill, credit
from users.models import Company, User

D = Decimal


def left(document: Document) -> Decimal:
    return Balance.objects.get(document=document).open_amount


def state(document: Document) -> str | None:
    """The state, which the database and the object have to agree on."""
    seen = Document.objects.select_related("balance").get(pk=document.pk)
    rows = states.with_state(Document.objects.filter(pk=document.pk))
    stored = [value for value in states.PaymentState.values if rows.filter(states.in_state(value)).exists()]
    assert stored == ([] if seen.is_draft else [states.of(seen)])
    return states.of(seen)


def actions(document: Document) -> list[str]:
    return [event.action for event in Event.objects.about(document) if event.action.startswith("payments.")]


def test_an_issued_document_is_open_for_its_total(bill: Bill, scope: Company, alice: User) -> None:
    invoice = bill()
    assert (left(invoice), invoice.open_amount, state(invoice)) == (D("121.00"), D("121.00"), "unpaid")
    draft = drafting.create("invoice", company=scope, party=None, by=alice, lines=[])
    assert (draft.open_amount, state(draft)) == (D("0.00"), None)
    assert Balance.objects.count() == 1


def test_a_part_then_the_rest_then_too_much(bill: Bill, alice: User) -> None:
    invoice = bill()
    payment = recording.record(
        invoice, amount=D("21.00"), on=date(2026, 1, 5), method="cash", reference=" Till \n 7 ", by=alice
    )
    assert (payment.direction, payment.currency, payment.reference) == ("in", "EUR", "Till 7")
    assert (left(invoice), state(invoice)) == (D("100.00"), "partly_paid")
    recording.record(invoice, amount=D("100.00"), by=alice)
    assert (left(invoice), state(invoice)) == (D("0.00"), "paid")
    recording.record(invoice, amount=D("5.50"), by=None)
    assert (left(invoice), state(invoice)) == (D("-5.50"), "paid")
    assert actions(invoice) == ["payments.payment.recorded"] * 3
    event = Event.objects.about(invoice).filter(action="payments.payment.recorded").order_by("at", "id").first()
    assert event.data == {
        "payment": str(payment.pk),
        "amount": "21.00",
        "currency": "EUR",
        "direction": "in",
        "method": "cash",
        "date": "2026-01-05",
    }


def test_an_unpaid_invoice_is_overdue_the_day_after_it_is_due(bill: Bill) -> None:
    invoice = bill(payment_term_days=0)
    invoice.refresh_from_db()
    due = invoice.due_date
    assert due == timezone.localdate()
    assert states.of(invoice, today=due) == "unpaid"
    assert states.of(invoice, today=due + timedelta(days=1)) == "overdue"
    rows = states.with_state(Document.objects.all(), today=due + timedelta(days=1))
    assert [row.pk for row in rows.filter(states.in_state("overdue"))] == [invoice.pk]


def test_the_credit_of_an_overpaid_invoice_is_paid_back_and_no_more(bill: Bill, alice: User) -> None:
    invoice = bill()
    with pytest.raises(Conflict) as nothing:
        recording.record(invoice, amount=D(1), direction="out", by=alice)
    assert nothing.value.code == "nothing_owed"
    recording.record(invoice, amount=D("130.00"), by=alice)
    with pytest.raises(Refused) as more:
        recording.record(invoice, amount=D("9.01"), direction="out", by=alice)
    assert (more.value.code, more.value.pointer) == ("more_than_owed", "/amount")
    refund = recording.record(invoice, amount=D("9.00"), direction="out", by=alice)
    assert (left(invoice), Settlement.objects.get(payment=refund).amount) == (D("0.00"), D("-9.00"))


def test_an_undone_payment_stays_and_settles_nothing(bill: Bill, alice: User, bob: User) -> None:
    invoice = bill()
    payment = recording.record(invoice, amount=D("121.00"), by=alice)
    undone = recording.undo(payment, by=bob)
    assert (left(invoice), undone.undone_by, Settlement.objects.count()) == (D("121.00"), bob, 0)
    with pytest.raises(Conflict) as again:
        recording.undo(payment, by=bob)
    assert (again.value.code, left(invoice)) == ("undone", D("121.00"))
    assert actions(invoice) == ["payments.payment.recorded", "payments.payment.undone"]


@pytest.mark.parametrize(
    ("values", "pointer", "code"),
    [
        ({"amount": D("0.00")}, "/amount", "not_positive"),
        ({"amount": D("-1")}, "/amount", "not_positive"),
        ({"amount": D("NaN")}, "/amount", "not_positive"),
        ({"amount": D("1.001")}, "/amount", "places"),
        ({"amount": D("1E+400")}, "/amount", "too_large"),
        ({"amount": D("999999999999.99")}, "/amount", "too_large"),
        ({"on": date(2999, 1, 1)}, "/date", "future_date"),
        ({"on": date(26, 11, 24)}, "/date", "too_early"),
        ({"method": "barter"}, "/method", "invalid"),
        ({"reference": "x" * 141}, "/reference", "invalid"),
        ({"reference": "a\x00b"}, "/reference", "invalid"),
        ({"direction": "up"}, "/direction", "invalid"),
    ],
)
def test_a_wrong_payment_is_refused_with_its_pointer(
    bill: Bill, alice: User, values: dict[str, Any], pointer: str, code: str
) -> None:
    invoice = bill()
    if values.get("amount") == D("999999999999.99"):
        recording.record(invoice, amount=D("9999999999.99"), by=alice)
        recording.record(invoice, amount=D("990000000000.00"), by=alice)
    before = (left(invoice), Payment.objects.count())
    with pytest.raises(Refused) as refusal:
        recording.record(invoice, **{"amount": D("10.00"), "by": alice, **values})
    assert (refusal.value.pointer, refusal.value.code, refusal.value.status) == (pointer, code, 422)
    assert (left(invoice), Payment.objects.count()) == before


def test_a_draft_is_not_paid(scope: Company, dupont: Party, alice: User) -> None:
    draft = drafting.create("invoice", company=scope, party=dupont, by=alice, lines=[LineInput("x", unit_price=D(1))])
    with pytest.raises(Conflict) as refusal:
        recording.record(draft, amount=D(1), by=alice)
    assert (refusal.value.code, Payment.objects.count()) == ("draft", 0)


def test_an_issued_credit_note_is_set_against_its_invoice(bill: Bill, alice: User) -> None:
    invoice = bill()
    note = credit(invoice, alice, 40)
    assert (left(invoice), left(note), note.open_amount) == (D("72.60"), D("0.00"), D("0.00"))
    settlement = Settlement.objects.get()
    assert (settlement.document_id, settlement.credit_note_id, settlement.amount) == (invoice.pk, note.pk, D("48.40"))
    assert (state(invoice), state(note)) == ("partly_paid", "paid")
    assert actions(invoice) == actions(note) == ["payments.application.made"]


def test_what_a_credit_note_cannot_take_is_paid_back(bill: Bill, alice: User) -> None:
    invoice = bill()
    recording.record(invoice, amount=D("100.00"), by=alice)
    note = credit(invoice, alice)
    assert (left(invoice), left(note), state(note)) == (D("0.00"), D("100.00"), "partly_paid")
    with pytest.raises(Refused) as more:
        recording.record(note, amount=D("100.01"), by=alice)
    assert more.value.code == "more_than_owed"
    with pytest.raises(Refused) as wrong:
        recording.record(note, amount=D("1.00"), direction="in", by=alice)
    assert (wrong.value.code, wrong.value.pointer) == ("wrong_direction", "/direction")
    refund = recording.record(note, amount=D("100.00"), by=alice)
    assert (refund.direction, left(note), state(note)) == ("out", D("0.00"), "paid")
    recording.undo(refund, by=alice)
    assert (left(note), left(invoice)) == (D("100.00"), D("0.00"))


def test_a_credit_note_of_an_overpaid_invoice_takes_nothing_of_it(bill: Bill, alice: User) -> None:
    invoice = bill()
    recording.record(invoice, amount=D("130.00"), by=alice)
    note = credit(invoice, alice)
    assert (left(invoice), left(note), Settlement.objects.filter(credit_note=note).count()) == (
        D("-9.00"),
        D("121.00"),
        0,
    )


def test_a_credit_note_moves_to_another_invoice(bill: Bill, alice: User) -> None:
    first, second = bill(), bill("60.50")
    note = credit(first, alice)
    applying.undo(Settlement.objects.get(), by=alice)
    assert (left(first), left(note)) == (D("121.00"), D("121.00"))
    settlement = applying.apply(note, to=second, by=alice)
    assert (settlement.amount, left(second), left(note)) == (D("60.50"), D("0.00"), D("60.50"))
    applying.apply(note, to=first, amount=D("10.00"), by=alice)
    assert (left(first), left(note)) == (D("111.00"), D("50.50"))
    stale = Settlement.objects.get(document=first)
    applying.undo(stale, by=alice)
    with pytest.raises(Conflict) as again:
        applying.undo(stale, by=alice)
    assert (again.value.code, left(first), left(note)) == ("undone", D("121.00"), D("60.50"))
    assert actions(second) == ["payments.application.made"]
    assert actions(first) == ["payments.application.made", "payments.application.undone"] * 2


def test_a_wrong_set_off_changes_nothing(bill: Bill, scope: Company, alice: User, other_company: Company) -> None:
    stranger = Party.objects.create(company=scope, number="C00002", name="Hôtel Astrid", name_key="x", is_company=False)
    invoice = bill()
    note = credit(invoice, alice)
    applying.undo(Settlement.objects.get(), by=alice)
    paid, foreign, dollars = bill(), bill(party=stranger), bill(currency="USD")
    recording.record(paid, amount=D("121.00"), by=alice)
    draft = drafting.create("invoice", company=scope, party=note.party, by=alice, lines=[])
    before = list(Balance.objects.order_by("pk").values_list("open_amount"))
    for target, options, code, pointer in (
        (foreign, {}, "other_customer", "/invoice"),
        (dollars, {}, "other_currency", "/invoice"),
        (paid, {}, "nothing_open", "/invoice"),
        (draft, {}, "draft", "/invoice"),
        (note, {}, "not_an_invoice", "/invoice"),
        (invoice, {"amount": D("121.01")}, "more_than_open", "/amount"),
        (invoice, {"amount": D("0.001")}, "places", "/amount"),
    ):
        with pytest.raises(Refused) as refusal:
            applying.apply(note, to=target, by=alice, **options)  # type: ignore[arg-type]
        assert (refusal.value.code, refusal.value.pointer) == (code, pointer)
    with pytest.raises(Conflict) as invoice_given:
        applying.apply(invoice, to=paid, by=alice)
    assert invoice_given.value.code == "not_a_credit_note"
    with pytest.raises(Conflict) as payment_given:
        applying.undo(Settlement.objects.get(payment__isnull=False), by=alice)
    assert payment_given.value.code == "not_an_application"
    foreigner = Document(company=other_company, kind="invoice")
    with pytest.raises(ForeignCompany):
        applying.apply(note, to=foreigner, by=alice)
    assert list(Balance.objects.order_by("pk").values_list("open_amount")) == before


def test_a_refused_issue_opens_nothing(bill: Bill, alice: User) -> None:
    invoice = bill()
    draft = crediting.credit(invoice, by=alice)
    with pytest.raises(Refused):
        issuing.issue(draft, by=alice, on=timezone.localdate() + timedelta(days=1))
    assert (Balance.objects.count(), Settlement.objects.count(), left(invoice)) == (1, 0, D("121.00"))


def test_another_company_sees_no_payment(bill: Bill, alice: User, other_company: Company) -> None:
    recording.record(bill(), amount=D(1), by=alice)
    with company_scope(other_company.pk):
        assert (Payment.objects.count(), Settlement.objects.count(), Balance.objects.count()) == (0, 0, 0)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["pay", "refund", "undo", "apply", "release"]), st.integers(0, 3), st.integers(1, 15_000)
    ),
    max_size=14,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_whatever_happens_the_balance_is_the_total_less_the_settlements(
    bill: Bill, alice: User, steps: list[tuple[str, int, int]]
) -> None:
    first, second = bill(), bill("60.50")
    documents = [first, second, credit(first, alice, 30), credit(second, alice, 50)]
    for verb, which, cents in steps:
        document, amount = documents[which], D(cents) / 100
        payments = list(Payment.objects.filter(settlements__document=document).order_by("pk"))
        applications = list(Settlement.objects.filter(credit_note=document).order_by("pk"))
        try:
            if verb in {"pay", "refund"}:
                recording.record(document, amount=amount, direction="in" if verb == "pay" else "out", by=alice)
            elif verb == "undo" and payments:
                recording.undo(payments[cents % len(payments)], by=alice)
            elif verb == "apply":
                applying.apply(document, to=documents[cents % 2], amount=amount, by=alice)
            elif verb == "release" and applications:
                applying.undo(applications[cents % len(applications)], by=alice)
        except Refused:
            pass
        for one in documents:
            taken = Settlement.objects.filter(document=one).aggregate(sum=Sum("amount"))["sum"] or 0
            given_away = Settlement.objects.filter(credit_note=one).aggregate(sum=Sum("amount"))["sum"] or 0
            assert left(one) == one.total_gross - taken - given_away
            state(one)
        assert min(left(documents[2]), left(documents[3])) >= 0
