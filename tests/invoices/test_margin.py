"""The margin beside the totals of the editor."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from documents.models import Document, Line
from documents.services import crediting, issuing
from invoices.margin import Margin
from products.models import Product
from users.models import User


def line(net: str, quantity: str = "1", cost: str | None = "4.005", **fields: Any) -> Line:
    product = Product(purchase_price=None if cost is None else Decimal(cost), unit="C62")
    return Line(product=product, net=Decimal(net), quantity=Decimal(quantity), **{"unit": "C62", **fields})


def test_the_margin_is_net_less_cost_of_the_lines_whose_cost_is_known() -> None:
    lines = [line("20.00", "3"), line("1.00", cost=None), line("7.00", unit="HUR"), Line(role="text"), line("2.00")]
    found = Margin.of(lines)
    assert found == Margin(net=Decimal("22.00"), cost=Decimal("16.03"), unknown=2)
    assert (found.profit, found.percent) == (Decimal("5.97"), Decimal("27.14"))


def test_what_is_given_away_has_a_cost_and_no_percentage() -> None:
    found = Margin.of([line("0.00")])
    assert found is not None
    assert (found.profit, found.percent) == (Decimal("-4.01"), None)


@pytest.mark.parametrize("lines", [[], [line("9.00", cost=None)], [Line(role="section")]])
def test_without_a_known_cost_there_is_none(lines: list[Line]) -> None:
    assert Margin.of(lines) is None


def test_the_editor_shows_it_and_the_paper_does_not(as_alice: Client, draft: Document) -> None:
    Product.objects.filter(number="P0001").update(purchase_price=Decimal("10"))
    page = as_alice.get(f"/invoices/{draft.pk}/edit/")
    margin = page.context["margin"]
    assert margin.cost == Decimal("20.00")
    assert margin.unknown == 1
    assert "Marge" in page.content.decode()
    assert "Marge" not in as_alice.get(f"/documents/{draft.pk}/sheet/").content.decode()


def test_a_credit_note_shows_none(as_alice: Client, draft: Document, alice: User) -> None:
    Product.objects.filter(number="P0001").update(purchase_price=Decimal("10"))
    credit_note = crediting.credit(issuing.issue(draft, by=alice), by=alice)
    assert as_alice.get(f"/credit-notes/{credit_note.pk}/edit/").context["margin"] is None
