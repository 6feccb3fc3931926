"""A customer's figures: worked out by hand, and each the sum of the list that it leads to."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from html import unescape

import pytest
import time_machine
from django.test import Client

from customers.models import Party
from invoices import turnover
from payments.services import recording
from tests.invoices.conftest import Credit, Sell
from users.models import User

D = Decimal
TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(f"{TODAY} 10:00+01:00", tick=False):
        yield


@pytest.fixture
def _two_years(sell: Sell, credit: Credit, hotel: Party, alice: User) -> None:
    sell("2024-12-31", "1000.00")
    first = sell("2025-01-01", "100.00")
    recording.record(first, amount=D("121.00"), by=alice, on=date(2025, 2, 10))
    sell("2025-11-24", "40.00")
    sell("2025-11-25", "7.00")
    sell("2025-12-01", "500.00", party=hotel)
    sell("2026-01-15", "200.00")
    credit(first, "2026-01-20", 30)
    sell("2026-11-01", "60.00")
    sell("2026-11-24", "1.23")


def links(page: str) -> list[tuple[str, str]]:
    """The address and the text of each link in the page."""
    found = re.findall(r'<a [^>]*href="([^"]+)"[^>]*>(.*?)</a>', page.partition("<main")[2], re.S)
    return [(unescape(url), " ".join(re.sub(r"<[^>]+>", " ", unescape(text)).split())) for url, text in found]


@pytest.mark.usefixtures("_two_years")
def test_the_turnover_is_this_customers_alone(dupont: Party, hotel: Party) -> None:
    (found,) = turnover.of_customer(dupont, today=TODAY)
    assert (found.currency, found.ever) == ("EUR", D("1378.23"))
    assert (found.year.so_far, found.year.before_so_far, found.year.before) == (D("231.23"), D("140.00"), D("147.00"))
    assert [str(month.now) for month in found.year.months] == ["170.00", *["0.00"] * 9, "61.23", "None"]
    assert [str(month.before) for month in found.year.months] == ["100.00", *["0.00"] * 9, "47.00", "0.00"]
    (other,) = turnover.of_customer(hotel, today=TODAY)
    assert (other.ever, other.year.so_far, other.year.before) == (D("500.00"), 0, D("500.00"))


@pytest.mark.usefixtures("_two_years")
def test_all_customers_together_are_the_company(dupont: Party, hotel: Party) -> None:
    whole = turnover.year(TODAY)
    parts = [turnover.of_customer(party, today=TODAY)[0].year for party in (dupont, hotel)]
    assert whole.so_far == sum(part.so_far for part in parts)
    assert whole.before_so_far == sum(part.before_so_far for part in parts)
    for number, month in enumerate(whole.months):
        assert month.before == sum(part.months[number].before for part in parts)


@pytest.mark.usefixtures("_two_years")
@pytest.mark.parametrize("has_dollars", [False, True])
def test_every_amount_is_the_sum_of_the_list_behind_it(
    as_alice: Client, dupont: Party, sell: Sell, has_dollars: bool
) -> None:
    if has_dollars:
        sell("2026-11-24", "77.00", currency="USD")
    shown = links(as_alice.get(f"/customers/{dupont.pk}/").content.decode())
    columns = {"/sales-journal/": "net", "/invoices/": "open"}
    checked = []
    for url, text in shown:
        path = url.split("?")[0]
        amounts = re.findall(r"−?\d[\d ]*,\d\d(?= (?:€|\$US))", text)
        if path in columns and amounts:
            amount = D(amounts[0].replace(" ", "").replace(",", ".").replace("−", "-"))
            added_up = as_alice.get(f"{url}&sums=yes" if path == "/invoices/" else url)
            assert added_up.context["sums"][columns[path]] == amount, (url, text)
            checked.append(url)
    # so far, month, a year ago, last year, ever; months of the chart and of the table with its totals; open, late
    assert len(checked) == (87 if has_dollars else 44)
    assert all(("currency=" in url) == has_dollars for url in checked)


@pytest.mark.usefixtures("_two_years")
def test_the_page_says_how_the_customer_pays(as_alice: Client, dupont: Party) -> None:
    as_alice.post("/language/", {"language": "en", "next": "/"})
    base = f"/customers/{dupont.pk}/"
    shown = links(as_alice.get(base).content.decode())
    assert [text for url, text in shown if "tab=payments" in url] == [
        "Payment habits",
        "Paid on average from the issue date to the last payment after 40 days",
        "Beside the due date on average 10 days late",
        "Paid late 1 of 1 invoice paid in full 100%",
    ]
    assert f"{base}?tab=payments&show=late" in dict(shown)
    assert "Late for longest 2024-0001 663 days" in dict(shown).values()
    for query in ("?tab=payments", "?tab=payments&show=late"):
        page = as_alice.get(base + query).content.decode()
        assert "2025-0001" in page
        assert "10 days late" in page


def test_a_customer_without_documents_has_no_figures(as_alice: Client, dupont: Party, sell: Sell, hotel: Party) -> None:
    as_alice.post("/language/", {"language": "en", "next": "/"})
    sell("2026-11-02", party=hotel)
    page = as_alice.get(f"/customers/{dupont.pk}/").content.decode()
    assert "Nothing sold yet" in page
    assert 'class="chart"' not in page
    assert "Nothing paid in full yet" in as_alice.get(f"/customers/{dupont.pk}/?tab=payments").content.decode()
    assert "Never late" not in page


def test_an_archived_customer_is_offered_no_invoice(as_alice: Client, dupont: Party) -> None:
    assert (
        f"/invoices/new/?customer={dupont.pk}"
        in as_alice.get(f"/customers/{dupont.pk}/?tab=documents").content.decode()
    )
    Party.objects.filter(pk=dupont.pk).update(is_archived=True)
    assert "/invoices/new/?customer" not in as_alice.get(f"/customers/{dupont.pk}/?tab=documents").content.decode()
