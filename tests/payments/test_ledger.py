"""The proof of the ledger says nothing when all is right, and names whatever was changed behind the services' back."""

from collections.abc import Callable
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from core.tenancy import company_scope
from documents import freezing
from documents.models import Balance, Document, Line, Series, VatLine
from documents.services import drafting
from payments import ledger
from payments.models import Payment, Settlement
from payments.services import applying, recording
from tests.payments.conftest import Bill, credit
from users.models import Company, User

D = Decimal


@pytest.fixture
def books(bill: Bill, alice: User) -> dict[str, Document]:
    """Invoices in every state, a credit note set against one of them and one paid back, a payment undone."""
    half, over, credited, paid = bill(), bill("60.50"), bill("10.03"), bill("33.33")
    recording.record(half, amount=D("21.00"), by=alice)
    recording.undo(recording.record(half, amount=D("9.00"), by=alice), by=alice)
    recording.record(over, amount=D("70.00"), by=alice)
    recording.record(over, amount=D("5.00"), direction="out", by=alice)
    recording.record(paid, amount=D("33.33"), by=alice)
    refunded = credit(paid, alice, 50)
    recording.record(refunded, amount=D("10.00"), by=alice)
    return {"half": half, "over": over, "credited": credited, "note": credit(credited, alice, 33), "refunded": refunded}


def run(*arguments: str) -> tuple[list[str], str]:
    """The lines of the command, and what it failed with."""
    out = StringIO()
    try:
        call_command("check_ledger", *arguments, stdout=out)
    except CommandError as error:
        return out.getvalue().splitlines(), str(error)
    return out.getvalue().splitlines(), ""


def test_a_ledger_that_is_right_is_said_to_be(books: dict[str, Document], other_company: Company) -> None:
    assert run() == (["The ledger is right. Companies: 2."], "")
    assert run("--company", "frigotech") == (["The ledger is right. Companies: 1."], "")


def test_an_unknown_company_is_named(company: Company) -> None:
    assert run("--company", "nobody") == ([], "There is no company with the slug 'nobody'.")


def damage_balance(books: dict[str, Document]) -> list[str]:
    Balance.objects.filter(document=books["half"]).update(open_amount=D("99.00"))
    return [f"{books['half'].number}: the balance says 99.00, total less settlements is 100.00"]


def lose_balance(books: dict[str, Document]) -> list[str]:
    Balance.objects.filter(document=books["half"]).delete()
    return [f"{books['half'].number}: issued without a balance"]


def mislay_balance(books: dict[str, Document]) -> list[str]:
    Balance.objects.filter(document=books["half"]).update(due_date=None)
    return [f"{books['half'].number}: the balance is of another party or due date"]


def open_a_draft(books: dict[str, Document]) -> list[str]:
    half = books["half"]
    draft = drafting.create("invoice", company=half.company, party=half.party, by=None, lines=[])
    Balance.objects.create(company=half.company, document=draft)
    return [f"draft {draft.pk}: has a balance"]


def lose_settlement(books: dict[str, Document]) -> list[str]:
    settlement = Settlement.objects.get(credit_note=books["note"])
    settlement.delete()
    return [
        f"{books['credited'].number}: the balance says 6.72, total less settlements is 10.03",
        f"{books['note'].number}: the balance says 0.00, total less settlements is 3.31",
    ]


def change_payment(books: dict[str, Document]) -> list[str]:
    payment = Payment.objects.get(settlements__document=books["half"])
    Payment.objects.filter(pk=payment.pk).update(amount=D("22.00"))
    return [f"payment {payment.pk}: settles 21.00 instead of 22.00"]


def undo_behind_the_back(books: dict[str, Document]) -> list[str]:
    payment = Payment.objects.get(settlements__document=books["refunded"])
    Payment.objects.filter(pk=payment.pk).update(undone_at=timezone.now())
    return [f"payment {payment.pk}: settles -10.00 instead of 0.00"]


def change_currency(books: dict[str, Document]) -> list[str]:
    settlement = Settlement.objects.get(document=books["half"])
    Payment.objects.filter(pk=settlement.payment_id).update(currency="USD")
    return [f"settlement {settlement.pk}: joins two currencies"]


def skip_a_number(books: dict[str, Document]) -> list[str]:
    series = Series.objects.get(family="invoice")
    Series.objects.filter(pk=series.pk).update(next_number=11)
    year = timezone.localdate().year
    missing = [f"series invoice {year}: number {number} is missing" for number in range(5, 10)]
    return [*missing, f"series invoice {year}: 1 more numbers are missing"]


def go_back(books: dict[str, Document]) -> list[str]:
    Series.objects.filter(family="invoice").update(next_number=4)
    return [f"series invoice {timezone.localdate().year}: number 4 is given, and 4 would be next"]


def thaw_line(books: dict[str, Document]) -> list[str]:
    line = Line.objects.get(document=books["half"])
    Line.objects.filter(pk=line.pk).update(net=D("99.00"))
    return [f"{books['half'].number}: total_net is 100.00, its lines come to 99.00"]


def thaw_vat(books: dict[str, Document]) -> list[str]:
    VatLine.objects.filter(document=books["half"]).update(base=D("99.00"), amount=D("20.00"))
    return [
        f"{books['half'].number}: total_net is 100.00, its VAT bases come to 99.00",
        f"{books['half'].number}: total_vat is 21.00, its VAT lines come to 20.00",
    ]


@pytest.mark.parametrize(
    "damage",
    [
        damage_balance, lose_balance, mislay_balance, open_a_draft, lose_settlement, change_payment,
        undo_behind_the_back, change_currency, skip_a_number, go_back, thaw_line, thaw_vat,
    ],
)  # fmt: skip
def test_a_fault_is_a_line_and_exit_code_1(
    books: dict[str, Document], damage: Callable[[dict[str, Document]], list[str]]
) -> None:
    freezing.drop()
    expected = damage(books)
    lines, failure = run()
    assert lines == [f"frigotech: {line}" for line in expected]
    assert failure == f"The ledger has {len(expected)} fault{'s' if len(expected) > 1 else ''}."


def test_the_proof_is_of_the_company_in_scope(books: dict[str, Document], other_company: Company) -> None:
    damage_balance(books)
    with company_scope(other_company.pk):
        assert list(ledger.faults()) == []
    assert run("--company", "polar") == (["The ledger is right. Companies: 1."], "")


def test_a_set_off_moved_elsewhere_is_still_right(books: dict[str, Document], alice: User) -> None:
    applying.undo(Settlement.objects.get(credit_note=books["note"]), by=alice)
    applying.apply(books["note"], to=books["half"], by=alice)
    assert list(ledger.faults()) == []
