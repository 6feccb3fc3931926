"""Payments on the pages: the panel, the form, undoing, set-offs, the list's filter, the customer's total."""

import re
from datetime import date, timedelta
from decimal import Decimal
from html import unescape
from typing import Any

import time_machine
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from customers.models import Party
from documents.models import Balance, Document
from documents.services import drafting
from payments.models import Payment, Settlement
from payments.services import applying, recording
from tests.payments.conftest import Bill, credit
from users.models import Company, User

D = Decimal


def text_of(response: HttpResponse) -> str:
    """The words of a page, on one line."""
    words = unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).replace("\xa0", " ")
    return re.sub(r"\s+", " ", words)


def page(client: Client, document: Document) -> str:
    return text_of(client.get(document.get_absolute_url(), headers={"Accept-Language": "en"}))


def left(document: Document) -> Decimal:
    return Balance.objects.get(document=document).open_amount


def english(user: User) -> None:
    User.objects.filter(pk=user.pk).update(language="en")


def test_two_equal_payments_of_a_day_are_two_on_the_timeline(as_alice: Client, bill: Bill, alice: User) -> None:
    english(alice)
    invoice = bill()
    for _time in range(2):
        recording.record(invoice, amount=D("50.00"), on=date(2026, 1, 5), by=alice)
    assert left(invoice) == D("21.00")
    assert page(as_alice, invoice).count("50,00 € received on 05/01/2026: Bank transfer") == 2


def test_a_payment_is_recorded_from_the_invoice(as_alice: Client, bill: Bill, alice: User) -> None:
    english(alice)
    invoice = bill()
    assert "Payments To be paid 121,00 € Record a payment" in page(as_alice, invoice)
    url = f"/documents/{invoice.pk}/payments/new/"
    form = as_alice.get(url).context["form"]
    assert form.initial == {"amount": D("121.00"), "date": timezone.localdate(), "direction": "in"}
    answer = as_alice.post(
        url, {"amount": "21.00", "date": "2026-01-05", "method": "card", "reference": "T-7", "direction": "in"}
    )
    assert (answer.status_code, answer["Location"]) == (302, f"/invoices/{invoice.pk}/")
    payment = Payment.objects.get()
    assert (payment.amount, payment.date, payment.method, payment.reference, payment.recorded_by) == (
        D("21.00"),
        date(2026, 1, 5),
        "card",
        "T-7",
        alice,
    )
    words = page(as_alice, invoice)
    assert "To be paid 100,00 € Card 05/01/2026 · T-7 21,00 €" in words
    assert "21,00 € received on 05/01/2026: Card" in words
    assert "Partly paid" in words


def test_a_payment_is_undone_from_the_invoice(as_alice: Client, bill: Bill, alice: User) -> None:
    english(alice)
    invoice, other = bill(), bill()
    payment = recording.record(invoice, amount=D("121.00"), by=alice)
    undo = f"/documents/{invoice.pk}/payments/{payment.pk}/undo/"
    assert (
        f'action="{undo}" data-confirm="The amount will be open again.'
        in as_alice.get(invoice.get_absolute_url()).content.decode()
    )
    assert as_alice.get(undo).status_code == 405
    assert as_alice.post(f"/documents/{other.pk}/payments/{payment.pk}/undo/").status_code == 404
    assert left(invoice) == D("0.00")
    assert as_alice.post(undo)["Location"] == f"/invoices/{invoice.pk}/"
    assert left(invoice) == D("121.00")
    assert as_alice.post(undo).status_code == 404
    assert "Payment of 121,00 € undone" in page(as_alice, invoice)


def test_a_wrong_payment_comes_back_with_its_reason(as_alice: Client, bill: Bill, alice: User) -> None:
    english(alice)
    invoice = bill()
    url = f"/documents/{invoice.pk}/payments/new/"
    good = {"amount": "10.00", "date": timezone.localdate().isoformat(), "method": "transfer", "direction": "in"}
    for change, name, words in (
        ({"amount": "0"}, "amount", "Give an amount above zero."),
        ({"amount": "1.001"}, "amount", "Ensure that there are no more than 2 decimal places."),
        ({"date": "2999-01-01"}, "date", "A payment cannot lie in the future."),
        ({"direction": "out"}, "__all__", "There is nothing to pay back here."),
    ):
        answer = as_alice.post(url, {**good, **change})
        assert answer.status_code == 422
        assert answer.context["form"].errors[name] == [words]
    assert (Payment.objects.count(), left(invoice)) == (0, D("121.00"))


def test_an_overpaid_invoice_shows_the_credit_and_its_refund(as_alice: Client, bill: Bill, alice: User) -> None:
    english(alice)
    invoice = bill()
    recording.record(invoice, amount=D("130.00"), by=alice)
    words = page(as_alice, invoice)
    assert "Overpaid 9,00 € Bank transfer" in words
    url = f"/documents/{invoice.pk}/payments/new/?direction=out"
    assert f'href="{url}"' in as_alice.get(invoice.get_absolute_url()).content.decode()
    form = as_alice.get(url).context["form"]
    assert (form.initial["amount"], form.initial["direction"]) == (D("9.00"), "out")
    as_alice.post(url, {"amount": "9", "date": timezone.localdate(), "method": "transfer", "direction": "out"})
    assert left(invoice) == D("0.00")
    assert f"Paid back {timezone.localdate():%d/%m/%Y} −9,00 €" in page(as_alice, invoice)


def test_a_credit_note_is_refunded_or_set_against_another_invoice(
    as_alice: Client, bill: Bill, alice: User, dupont: Party
) -> None:
    english(alice)
    invoice, other = bill(), bill("60.50")
    recording.record(invoice, amount=D("121.00"), by=alice)
    note = credit(invoice, alice)
    words = page(as_alice, note)
    assert "To refund 121,00 € Record a refund Set against an invoice" in words
    apply = f"/documents/{note.pk}/apply/"
    assert "60,50 €" in text_of(as_alice.get(apply))
    too_much = as_alice.post(apply, {"invoice": other.pk, "amount": "60.51"})
    assert (too_much.status_code, list(too_much.context["form"].errors)) == (422, ["amount"])
    assert as_alice.post(apply, {"invoice": invoice.pk}).status_code == 422
    assert as_alice.post(apply, {"invoice": other.pk, "amount": ""})["Location"] == note.get_absolute_url()
    assert (left(note), left(other)) == (D("60.50"), D("0.00"))
    assert f"60,50 € set against {other.number}" in page(as_alice, note)
    assert f"60,50 € set against {note.number}" in page(as_alice, other)
    release = f"/documents/{other.pk}/applications/{Settlement.objects.get(credit_note=note).pk}/undo/"
    assert release in as_alice.get(other.get_absolute_url()).content.decode()
    assert as_alice.post(release.replace(str(other.pk), str(invoice.pk))).status_code == 404
    assert as_alice.post(release)["Location"] == other.get_absolute_url()
    assert (left(note), left(other)) == (D("121.00"), D("60.50"))
    as_alice.post(
        f"/documents/{note.pk}/payments/new/",
        {"amount": "121.00", "date": timezone.localdate(), "method": "transfer", "direction": "out"},
    )
    assert left(note) == D("0.00")
    assert as_alice.get(apply)["Location"] == note.get_absolute_url()


def test_a_draft_offers_no_payment(as_alice: Client, scope: Company, dupont: Party, alice: User) -> None:
    english(alice)
    draft = drafting.create("invoice", company=scope, party=dupont, by=alice, lines=[])
    assert "Record a payment" not in page(as_alice, draft)
    for name in ("payments/new", "apply"):
        assert as_alice.get(f"/documents/{draft.pk}/{name}/")["Location"] == draft.get_absolute_url()


def test_the_list_shows_and_filters_how_far_invoices_are_paid(as_alice: Client, bill: Bill, alice: User) -> None:
    unpaid, part, paid, late = bill(), bill(), bill(), bill(payment_term_days=0)
    recording.record(part, amount=D("21.00"), by=alice)
    recording.record(paid, amount=D("121.00"), by=alice)
    noted = bill("60.50")
    recording.record(noted, amount=D("60.50"), by=alice)
    note = credit(noted, alice)
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        as_alice.force_login(alice)
        shown = {row.pk: row.shown_state for row in as_alice.get("/invoices/").context["page_obj"]}
        found = {
            state: {row.pk for row in as_alice.get(f"/invoices/?state={state}").context["page_obj"]}
            for state in ("open", "unpaid", "partly_paid", "paid", "overdue")
        }
        notes = as_alice.get("/credit-notes/?state=open")
        sums = as_alice.get("/invoices/?sums=yes").context["sums"]
    assert shown == {
        unpaid.pk: "issued",
        part.pk: "partially_paid",
        paid.pk: "paid",
        late.pk: "late",
        noted.pk: "credited",
    }
    assert found == {
        "open": {unpaid.pk, part.pk, late.pk},
        "unpaid": {unpaid.pk},
        "partly_paid": {part.pk},
        "paid": {paid.pk, noted.pk},
        "overdue": {late.pk},
    }
    assert sums["open"] == D("342.00")
    assert [(row.pk, row.shown_state) for row in notes.context["page_obj"]] == [(note.pk, "to_refund")]
    assert [value for value, _label in notes.context["form"].fields["state"].choices] == [
        "",
        "draft",
        "issued",
        "unsent",
        "open",
    ]


def test_the_customer_owes_what_is_open_less_their_credit(
    as_alice: Client, bill: Bill, alice: User, dupont: Party
) -> None:
    english(alice)
    url = f"/customers/{dupont.pk}/?tab=documents"
    assert "To be paid" not in text_of(as_alice.get(url))
    invoice, paid, _dollars = bill(), bill(), bill("50.00", currency="USD")
    recording.record(invoice, amount=D("21.00"), by=alice)
    recording.record(paid, amount=D("121.00"), by=alice)
    applying_note = credit(paid, alice, 50)
    assert left(applying_note) == D("60.50")
    words = text_of(as_alice.get(url))
    assert "To be paid 39,50 €" in words
    assert "50,00 US$" in words
    assert "121,00 € 100,00 €" in words
    applying.apply(applying_note, to=invoice, by=alice)
    assert "39,50 €" in text_of(as_alice.get(url))


def test_an_outsider_finds_no_payment(as_charlie: Client, bill: Bill, alice: User) -> None:
    invoice = bill()
    payment = recording.record(invoice, amount=D(1), by=alice)
    data: dict[str, Any] = {"amount": "1", "date": timezone.localdate(), "method": "cash"}
    for path in ("payments/new/", f"payments/{payment.pk}/undo/", "apply/"):
        assert as_charlie.post(f"/documents/{invoice.pk}/{path}", data).status_code == 404
    assert (Payment.objects.count(), left(invoice)) == (1, D("120.00"))
