"""Issue numbers, freezes and refuses."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.db import IntegrityError, transaction

from activity.models import Event
from core.errors import Conflict, Refused
from customers.models import Party
from documents.models import Document, Line, VatLine
from documents.services import drafting, issuing
from documents.services.drafting import LineInput
from products.models import Product
from users.models import Company, User


@pytest.fixture
def draft(scope: Company, dupont: Party, alice: User, products: dict[str, Product]) -> Document:
    return drafting.create(
        "invoice",
        company=scope,
        party=dupont,
        by=alice,
        lines=[
            LineInput(product=products["P0001"], quantity=Decimal(2)),
            LineInput(product=products["P0007"], quantity=Decimal("0.85")),
            LineInput(description="Main-d'œuvre", quantity=Decimal("2.5"), unit="HUR", unit_price=Decimal("65")),
        ],
    )


def test_a_draft_has_totals_and_no_number(draft: Document) -> None:
    assert draft.number == ""
    assert draft.series is None
    assert (draft.total_net, draft.total_vat, draft.total_gross) == (
        Decimal("287.95"),
        Decimal("60.47"),
        Decimal("348.42"),
    )
    assert [line.net for line in draft.lines.all()] == [Decimal("49.80"), Decimal("75.65"), Decimal("162.50")]


def test_issue_takes_the_next_number(draft: Document, alice: User) -> None:
    issued = issuing.issue(draft, by=alice)
    year = issued.issue_date.year
    assert issued.number == f"{year}-0001"
    assert issued.structured_message[:10] == f"01{year % 100:02d}000001"
    assert (issued.due_date - issued.issue_date).days == 30
    assert issued.seller["name"] == "Frigotech SRL"
    assert issued.buyer["vat_number"] == "BE0403019261"
    assert list(Event.objects.filter(action="invoices.invoice.issued").values_list("object_id", flat=True)) == [
        issued.pk
    ]


def test_issuing_twice_is_refused_and_takes_no_number(draft: Document, alice: User) -> None:
    issued = issuing.issue(draft, by=alice)
    with pytest.raises(Conflict):
        issuing.issue(draft, by=alice)
    issued.series.refresh_from_db()
    assert issued.series.next_number == 2


def test_a_draft_without_customer_is_refused_and_keeps_its_state(scope: Company, alice: User) -> None:
    draft = drafting.create(
        "invoice", company=scope, party=None, by=alice, lines=[LineInput("x", unit_price=Decimal(1))]
    )
    with pytest.raises(Refused) as refusal:
        issuing.issue(draft, by=alice)
    assert refusal.value.code == "no_customer"
    draft.refresh_from_db()
    assert (draft.state, draft.number) == ("draft", "")


@pytest.mark.parametrize(
    "change",
    [
        lambda pk: Document.objects.filter(pk=pk).update(total_gross=Decimal(1)),
        lambda pk: Document.objects.filter(pk=pk).update(note="later"),
        lambda pk: Document.objects.filter(pk=pk).update(state="draft"),
        lambda pk: Document.objects.filter(pk=pk).delete(),
        lambda pk: Line.objects.filter(document_id=pk).update(net=Decimal(1)),
        lambda pk: Line.objects.filter(document_id=pk)[0].delete(),
        lambda pk: VatLine.objects.filter(document_id=pk).update(amount=Decimal(1)),
        lambda pk: Line.objects.bulk_create(
            [Line(document_id=pk, company_id=Document.objects.get(pk=pk).company_id, position=9)]
        ),
    ],
)
def test_an_issued_document_is_frozen_whoever_asks(draft: Document, alice: User, change: object) -> None:
    issued = issuing.issue(draft, by=alice)
    with pytest.raises(IntegrityError), transaction.atomic():
        change(issued.pk)  # type: ignore[operator]
    issued.refresh_from_db()
    assert (issued.total_gross, issued.note, issued.lines.count()) == (Decimal("348.42"), "", 3)


def test_internal_note_stays_free_after_issue(draft: Document, alice: User) -> None:
    issued = issuing.issue(draft, by=alice)
    drafting.update(issued, by=alice, internal_note="rappeler en mai")
    issued.refresh_from_db()
    assert issued.internal_note == "rappeler en mai"


def test_an_issue_date_before_the_last_is_refused(draft: Document, dupont: Party, alice: User, scope: Company) -> None:
    with time_machine.travel("2026-11-24 10:00+01:00"):
        issuing.issue(draft, by=alice)
        second = drafting.create(
            "invoice", company=scope, party=dupont, by=alice, lines=[LineInput("x", unit_price=Decimal(1))]
        )
        with pytest.raises(Refused) as refusal:
            issuing.issue(second, by=alice, on=date(2026, 11, 23))
        assert refusal.value.code == "date_before_last"
        with pytest.raises(Refused) as refusal:
            issuing.issue(second, by=alice, on=date(2026, 11, 25))
        assert refusal.value.code == "future_date"
        assert issuing.issue(second, by=alice).number == "2026-0002"
