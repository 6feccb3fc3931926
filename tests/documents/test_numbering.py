"""Number formats, the first number, and series per year."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine

from core.errors import Conflict, Refused
from customers.models import Party
from documents import kinds, numbers
from documents.models import Document, NumberFormat, Series
from documents.services import drafting, issuing, numbering
from documents.services.drafting import LineInput
from users.models import Company, User

INVOICE = "invoice"


def issue(company: Company, party: Party, user: User, *, on: date | None = None) -> Document:
    lines = [LineInput("x", unit_price=Decimal(1))]
    return issuing.issue(drafting.create(INVOICE, company=company, party=party, by=user, lines=lines), by=user, on=on)


@pytest.mark.parametrize(
    ("text", "number", "printed"),
    [
        ("%Y-(4)", 17, "2026-0017"),
        ("C(5)", 1, "C00001"),
        ("PK-(3)", 1, "PK-001"),
        ("O%Y%m(3)", 1, "O202603001"),
        ("%y/(1)", 12345, "26/12345"),
    ],
)
def test_a_format_prints_its_tags(text: str, number: int, printed: str) -> None:
    assert numbers.render(numbers.check(text), number, on=date(2026, 3, 9)) == printed


@pytest.mark.parametrize("text", ["%Y", "(4)(4)", "%q(3)", "(0)", "x" * 40 + "(3)", "%(3)", "a\n(3)"])
def test_a_format_that_cannot_number_is_refused(scope: Company, alice: User, text: str) -> None:
    with pytest.raises(Refused):
        numbering.set_format(scope, kinds.get(INVOICE), text=text, by=alice)
    assert NumberFormat.objects.count() == 0


def test_the_first_number_is_settable_once(scope: Company, dupont: Party, alice: User) -> None:
    today = date(2026, 11, 24)
    with time_machine.travel("2026-11-24 10:00+01:00"):
        numbering.set_first_number(scope, kinds.get(INVOICE), number=116, on=today, by=alice)
        assert issue(scope, dupont, alice).number == "2026-0116"
        with pytest.raises(Conflict):
            numbering.set_first_number(scope, kinds.get(INVOICE), number=200, on=today, by=alice)
        assert issue(scope, dupont, alice).number == "2026-0117"


def test_a_new_year_starts_again_and_a_format_without_year_never_does(
    scope: Company, dupont: Party, alice: User
) -> None:
    with time_machine.travel("2026-12-31 10:00+01:00"):
        assert issue(scope, dupont, alice).number == "2026-0001"
    with time_machine.travel("2027-01-02 10:00+01:00"):
        assert issue(scope, dupont, alice).number == "2027-0001"
        numbering.set_format(scope, kinds.get(INVOICE), text="F(5)", by=alice)
        assert issue(scope, dupont, alice).number == "F00001"
    with time_machine.travel("2028-01-02 10:00+01:00"):
        assert issue(scope, dupont, alice).number == "F00002"
    assert sorted(Series.objects.filter(family=INVOICE).values_list("year", "next_number")) == [
        (0, 3),
        (2026, 2),
        (2027, 2),
    ]


def test_structured_communications_are_unique_for_life(scope: Company, dupont: Party, alice: User) -> None:
    with time_machine.travel("2026-11-24 10:00+01:00"):
        first = issue(scope, dupont, alice)
        numbering.set_format(scope, kinds.get(INVOICE), text="F(5)", by=alice)
        second = issue(scope, dupont, alice)
    assert first.structured_message[:10] == "0126000001"
    assert second.structured_message[:10] == "0126000002"
