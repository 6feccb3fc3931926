"""The list of invoices: pages that stay in their place, filters that an address carries, and what they come to."""

import re
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.tenancy import company_scope
from customers.models import Party
from documents.models import Document
from documents.services import drafting
from invoices.views import listing
from tests.invoices.conftest import Sell
from users.models import Company, User


def rows(response: HttpResponse) -> list[Any]:
    return [document.pk for document in response.context["page_obj"]]  # type: ignore[index]


def link(response: HttpResponse, rel: str) -> str:
    """Where a page leads, empty when it does not."""
    found = re.search(rf'rel="{rel}" href="([^"]+)"', response.content.decode())
    return unescape(found[1]) if found else ""


@pytest.fixture
def many(scope: Company, dupont: Party, alice: User, sell: Sell) -> list[Any]:
    """Three drafts and five invoices, four of them of one day, in the order of the list."""
    issued = [sell("2026-11-02"), *(sell("2026-11-03") for _number in range(4))]
    drafts = [drafting.create("invoice", company=scope, party=dupont, by=alice, lines=[]) for _number in range(3)]
    return [document.pk for document in (*reversed(drafts), *reversed(issued))]


@pytest.mark.parametrize("size", [1, 2, 3, 4, 8])
def test_pages_hold_every_document_once_forwards_and_back(
    as_alice: Client, many: list[Any], monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(listing, "PAGE_SIZE", size)
    seen, url = [], "/invoices/"
    while True:
        page = as_alice.get(url)
        seen.append(rows(page))
        if not (following := link(page, "next")):
            break
        url = f"/invoices/{following}"
    assert [pk for found in seen for pk in found] == many
    back = [seen[-1]]
    while previous := link(page, "prev"):
        page = as_alice.get(f"/invoices/{previous}")
        back.append(rows(page))
    assert list(reversed(back)) == seen


def test_a_page_stays_in_its_place_when_something_is_added_before_it(
    as_alice: Client, scope: Company, many: list[Any], monkeypatch: pytest.MonkeyPatch, alice: User
) -> None:
    monkeypatch.setattr(listing, "PAGE_SIZE", 4)
    following = link(as_alice.get("/invoices/"), "next")
    drafting.create("invoice", company=scope, party=None, by=alice, lines=[])
    assert rows(as_alice.get(f"/invoices/{following}")) == many[4:]


@pytest.mark.parametrize("cursor", ["x", "AAAA", "WyJuIiwiLWlkIixbInMiXV0", "%00", "é"])
def test_a_cursor_that_says_nothing_is_the_first_page(as_alice: Client, many: list[Any], cursor: str) -> None:
    assert rows(as_alice.get("/invoices/", {"cursor": cursor})) == many


def test_no_page_counts_and_the_queries_do_not_grow(as_alice: Client, sell: Sell) -> None:
    sell("2026-11-02")
    address = "/invoices/?q=dupont&state=issued&period=2026&customer=dupont&amount_from=1&amount_to=900"
    with CaptureQueriesContext(connection) as few:
        as_alice.get(address)
    for _number in range(8):
        sell("2026-11-03")
    with CaptureQueriesContext(connection) as more:
        assert len(rows(as_alice.get(address))) == 9
    assert (len(few), len(more)) == (7, 7)
    counting = [query["sql"] for query in more.captured_queries if "COUNT(" in query["sql"]]
    assert not [sql for sql in counting if "documents_document" in sql]


def test_amounts_customers_and_what_was_not_sent_narrow_the_list(
    as_alice: Client, scope: Company, dupont: Party, sell: Sell
) -> None:
    hotel = Party.objects.create(company=scope, number="C00002", name="Hôtel Astrid", name_key="a", is_company=False)
    small, large = sell("2026-11-02", "100.00"), sell("2026-11-03", "200.00", party=hotel)
    found = {
        query: rows(as_alice.get(f"/invoices/?{query}"))
        for query in (
            "amount_from=121", "amount_from=121,01", "amount_to=242.00", "amount_from=242&amount_to=100",
            "customer=astrid", "customer=C00001", f"customer={hotel.pk}", "customer=nobody", "state=unsent",
        )
    }  # fmt: skip
    assert found == {
        "amount_from=121": [large.pk, small.pk],
        "amount_from=121,01": [large.pk],
        "amount_to=242.00": [large.pk, small.pk],
        "amount_from=242&amount_to=100": [],
        "customer=astrid": [large.pk],
        "customer=C00001": [small.pk],
        f"customer={hotel.pk}": [large.pk],
        "customer=nobody": [],
        "state=unsent": [large.pk, small.pk],
    }


def test_filters_in_use_are_said_in_words_and_taken_away_one_by_one(
    as_alice: Client, alice: User, dupont: Party, sell: Sell
) -> None:
    invoice = sell("2026-11-02")
    page = as_alice.get(f"/invoices/?state=unpaid&customer={dupont.pk}&period=2026-11&amount_from=1,50&q=")
    assert [(str(one.value), one.url) for one in page.context["filters"]] == [
        ("Impayée", f"?period=2026-11&customer={dupont.pk}&amount_from=1%2C50"),
        ("novembre\xa02026", f"?state=unpaid&customer={dupont.pk}&amount_from=1%2C50"),
        ("Boulangerie Dupont SRL", "?state=unpaid&period=2026-11&amount_from=1%2C50"),
        ("1,50", f"?state=unpaid&period=2026-11&customer={dupont.pk}"),
    ]
    assert rows(page) == [invoice.pk]
    assert as_alice.get("/invoices/").context["filters"] == []


def test_a_filter_that_cannot_be_read_is_said_and_the_others_count(as_alice: Client, sell: Sell) -> None:
    sell("2026-11-02", reference="BC-1")
    wanted = sell("2026-11-03", reference="BC-2")
    page = as_alice.get("/invoices/?amount_from=abc&q=BC-2")
    assert rows(page) == [wanted.pk]
    assert "field-error" in page.content.decode()


def test_a_list_is_added_up_only_when_asked(as_alice: Client, sell: Sell) -> None:
    sell("2026-11-02", "100.00")
    sell("2026-11-03", "200.00")
    assert "sums" not in as_alice.get("/invoices/").context
    asked = as_alice.get("/invoices/?amount_from=200&sums=yes", headers={"HX-Target": "sums"})
    assert [template.name for template in asked.templates] == ["invoices/document_sums.html"]
    assert asked.context["sums"] == {
        "count": 1,
        "net": Decimal("200.00"),
        "gross": Decimal("242.00"),
        "open": Decimal("242.00"),
    }


def test_a_customer_of_another_company_narrows_to_nothing(as_alice: Client, sell: Sell, other_company: Company) -> None:
    sell("2026-11-02")
    with company_scope(other_company.pk):
        stranger = Party.objects.create(company=other_company, number="C1", name="Secret", name_key="secret")
    page = as_alice.get(f"/invoices/?customer={stranger.pk}")
    assert rows(page) == []
    assert "Secret" not in page.content.decode()
    assert Document.objects.count() == 1
