"""Where a product was sold: worked out by hand, and each amount the sum of the list that it leads to."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from customers.models import Party
from documents.models import Document
from documents.services import drafting
from documents.services.drafting import LineInput
from invoices import of_product
from products.models import Product
from tests.invoices.conftest import Credit, Sell
from users.models import Company, User

D = Decimal
TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(f"{TODAY} 10:00+01:00", tick=False):
        yield


@pytest.fixture
def filter_g4(products: dict[str, Product]) -> Product:
    return products["P0001"]


@pytest.fixture
def sales(
    sell: Sell,
    credit: Credit,
    scope: Company,
    alice: User,
    filter_g4: Product,
    hotel: Party,
    products: dict[str, Product],
) -> list[Document]:
    """Three years of a filter with a credit note and a discount, another product between them, and a draft."""
    line = {"product": filter_g4}
    first = sell("2024-12-31", "1000.00", line=line)
    second = sell("2025-03-01", "300.00", line=line)
    sell("2025-04-01", "77.00", line={"product": products["P0007"]})
    third = sell(
        "2026-02-01", "500.00", line={**line, "quantity": D(10), "unit_price": D("20"), "discount_percent": D(5)}
    )
    note = credit(second, "2026-03-01", 30)
    fourth = sell("2026-04-01", party=hotel, line={**line, "quantity": D("2.5"), "unit_price": D("24.1250")})
    drafting.create("invoice", company=scope, party=hotel, by=alice, lines=[LineInput("y", product=filter_g4)])
    return [fourth, note, third, second, first]


def shown(client: Client, product: Product, query: str = "") -> str:
    client.post("/language/", {"language": "en", "next": "/"})
    answer = client.get(f"/products/{product.pk}/edit/?tab=sold{query}")
    assert answer.status_code == 200
    return str(answer.content.decode())


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def rows(page: str) -> list[list[str]]:
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    return [
        [words(cell) for cell in re.findall(r"<td.*?</td>", row, re.S)]
        for row in re.findall(r"<tr.*?</tr>", body, re.S)
    ]


def facts(page: str) -> list[tuple[str, str]]:
    found = re.findall(r"<div><dt>(.*?)</dt><dd>(.*?)</dd></div>", page, re.S)
    return [(words(name), words(value)) for name, value in found]


def test_each_sale_is_a_row_the_newest_first(as_bob: Client, filter_g4: Product, sales: list[Document]) -> None:
    page = shown(as_bob, filter_g4)
    assert rows(page) == [
        ["2026-0002 Invoice", "01/04/2026", "Hôtel Astrid", "2,5 pc × 24,125", "24,125", "60,31 €"],
        ["CN2026-0001 Credit note", "01/03/2026", "Boulangerie Dupont SRL", "−30 pc × 3,00", "3,00", "−90,00 €"],
        ["2026-0001 Invoice", "01/02/2026", "Boulangerie Dupont SRL", "10 pc × 20,00 −5%", "20,00 −5%", "190,00 €"],
        ["2025-0001 Invoice", "01/03/2025", "Boulangerie Dupont SRL", "100 pc × 3,00", "3,00", "300,00 €"],
        ["2024-0001 Invoice", "31/12/2024", "Boulangerie Dupont SRL", "100 pc × 10,00", "10,00", "1.000,00 €"],
    ]
    assert re.findall(r'<tr data-href="([^"]+)"', page) == [document.get_absolute_url() for document in sales]


@pytest.mark.usefixtures("sales")
def test_the_figures_take_credit_notes_off(as_bob: Client, filter_g4: Product) -> None:
    assert facts(shown(as_bob, filter_g4)) == [
        ("2026", "160,31 € −17,5 pc"),
        ("2025", "300,00 € 100 pc"),
        ("Since the first invoice", "1.460,31 € 182,5 pc"),
        ("Last price", "24,125 € Hôtel Astrid · 01/04/2026"),
    ]


@pytest.mark.usefixtures("sales")
def test_a_figure_leads_to_the_rows_that_add_up_to_it(as_bob: Client, filter_g4: Product) -> None:
    address = f"/products/{filter_g4.pk}/edit/?tab=sold"
    page = shown(as_bob, filter_g4)
    assert re.findall(r'<dd><a class="figure-link" href="([^"]+)"', page)[:3] == [
        f"{address}&amp;period=2026", f"{address}&amp;period=2025", address,
    ]  # fmt: skip
    assert [row[5] for row in rows(shown(as_bob, filter_g4, "&period=2026"))] == ["60,31 €", "−90,00 €", "190,00 €"]
    assert [row[5] for row in rows(shown(as_bob, filter_g4, "&period=2025"))] == ["300,00 €"]
    assert "Not sold in 2023" in shown(as_bob, filter_g4, "&period=2023")
    for nonsense in ("x", "%00", "2026-99"):
        assert len(rows(shown(as_bob, filter_g4, f"&period={nonsense}"))) == 5


def test_other_units_and_currencies_have_figures_of_their_own(as_bob: Client, sell: Sell, filter_g4: Product) -> None:
    line = {"product": filter_g4, "quantity": D(2), "unit_price": D(10)}
    sell("2026-01-01", line=line)
    sell("2026-01-02", line={**line, "unit": "HUR"})
    sell("2026-01-03", line=line, currency="USD", prices_include_vat=True)
    page = shown(as_bob, filter_g4)
    assert [fact for fact in facts(page) if fact[0] != "2025"] == [
        ("2026", "20,00 € 2 pc"),
        ("Since the first invoice", "20,00 € 2 pc"),
        ("2026", "20,00 € 2:00"),
        ("Since the first invoice", "20,00 € 2:00"),
        ("2026", "16,53 US$ 2 pc"),
        ("Since the first invoice", "16,53 US$ 2 pc"),
        ("Last price", "10,00 US$ incl. VAT · Boulangerie Dupont SRL · 03/01/2026"),
    ]
    assert rows(page)[0][3:] == ["2 pc × 10,00", "10,00 incl. VAT", "16,53 US$"]


def test_what_was_never_sold_says_so(as_bob: Client, scope: Company, alice: User, filter_g4: Product) -> None:
    drafting.create("invoice", company=scope, party=None, by=alice, lines=[LineInput("y", product=filter_g4)])
    page = shown(as_bob, filter_g4)
    assert "Not sold yet" in page
    assert (rows(page), facts(page)) == ([], [])


@pytest.mark.usefixtures("sales")
def test_pages_hold_every_line_once_at_one_price(
    as_bob: Client, sell: Sell, filter_g4: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"/products/{filter_g4.pk}/edit/?tab=sold"
    shown(as_bob, filter_g4)
    with CaptureQueriesContext(connection) as few:
        as_bob.get(address)
    for _number in range(4):
        sell("2026-04-02", line={"product": filter_g4})
    with CaptureQueriesContext(connection) as more:
        every = rows(as_bob.get(address).content.decode())
    assert (len(every), len(few), len(more)) == (9, 9, 9)
    monkeypatch.setattr(of_product, "PAGE_SIZE", 2)
    seen: list[Any] = []
    url = address
    while url:
        page = as_bob.get(url).content.decode()
        seen.append(rows(page))
        following = re.search(r'rel="next" href="([^"]+)"', page)
        url = f"/products/{filter_g4.pk}/edit/{following[1].replace('&amp;', '&')}" if following else ""
    assert [row for found in seen for row in found] == every
    assert [len(found) for found in seen] == [2, 2, 2, 2, 1]
    previous = re.search(r'rel="prev" href="([^"]+)"', page)
    assert previous
    back = as_bob.get(f"/products/{filter_g4.pk}/edit/{previous[1].replace('&amp;', '&')}").content.decode()
    assert rows(back) == seen[-2]


def test_nobody_sees_where_another_company_sold(as_charlie: Client, filter_g4: Product, sales: list[Document]) -> None:
    assert as_charlie.get(f"/products/{filter_g4.pk}/edit/?tab=sold").status_code == 404
