"""Columns and named filters of a list: each person their own."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from documents.models import Document
from invoices import habits
from invoices.models import ListColumns, SavedFilter
from users.models import Company

USUAL = ["issue_date", "due_date", "shown_state", "total_net", "total_gross", "open_amount"]


def columns(client: Client, url: str = "/invoices/") -> list[str]:
    return [column.key for column in client.get(url).context["columns"]]


def names(client: Client, url: str = "/invoices/") -> list[str]:
    return [kept.name for kept in client.get(url).context["saved"]]


def test_the_usual_columns_stand_until_a_person_chooses(as_alice: Client, as_bob: Client, draft: Document) -> None:
    assert columns(as_alice) == USUAL
    assert columns(as_alice, "/credit-notes/") == [key for key in USUAL if key != "due_date"]
    chosen = {"column": ["buyer_vat", "issue_date", "structured_message"], "q": "dup"}
    answer = as_alice.post("/invoices/columns/", chosen)
    assert answer["Location"] == "/invoices/?q=dup"
    assert columns(as_alice) == ["issue_date", "buyer_vat", "structured_message", "shown_state", "total_gross"]
    assert columns(as_bob) == USUAL
    assert columns(as_alice, "/credit-notes/") == [key for key in USUAL if key != "due_date"]
    as_alice.post("/invoices/columns/", {"reset": "yes"})
    assert columns(as_alice) == USUAL
    assert not ListColumns.objects.exists()


def test_none_and_nonsense_leave_the_fixed_columns(as_alice: Client, draft: Document) -> None:
    as_alice.post("/invoices/columns/", {"column": ["x", "\0", "total_gross"]})
    assert ListColumns.objects.get().keys == []
    assert columns(as_alice) == ["shown_state", "total_gross"]


def test_every_column_is_drawn(as_alice: Client, draft: Document) -> None:
    as_alice.post("/invoices/columns/", {"column": [column.key for column in habits.columns.COLUMNS]})
    page = as_alice.get("/invoices/").content.decode()
    for label in ("Livraison", "Communication structurée", "TVA"):
        assert label in page
    assert len(re.findall("<th[ >]", page)) == 3 + len(habits.columns.COLUMNS)


def test_a_filter_is_kept_by_name_and_leads_back(as_alice: Client, as_bob: Client, draft: Document) -> None:
    kept = {"name": "  Ce  mois ", "q": "dup", "period": "month", "amount_from": "10,5", "nonsense": "x", "state": "x"}
    answer = as_alice.post("/invoices/filters/", kept)
    assert parse_qs(urlsplit(answer["Location"]).query) == {"q": ["dup"], "period": ["month"], "amount_from": ["10,5"]}
    found = SavedFilter.objects.get()
    assert (found.name, found.query) == ("Ce mois", "q=dup&period=month&amount_from=10%2C5")
    assert names(as_alice) == ["Ce mois"]
    assert names(as_alice, "/credit-notes/") == []
    assert names(as_bob) == []
    assert 'href="?q=dup&amp;period=month&amp;amount_from=10%2C5"' in as_alice.get("/invoices/").content.decode()


def test_the_same_name_replaces_and_another_is_added(as_alice: Client, draft: Document) -> None:
    for name, q in (("A", "one"), ("A", "two"), ("B", "three")):
        as_alice.post("/invoices/filters/", {"name": name, "q": q})
    assert list(SavedFilter.objects.values_list("name", "query")) == [("A", "q=two"), ("B", "q=three")]


@pytest.mark.parametrize(
    "typed", [{"name": "", "q": "x"}, {"name": "n"}, {"name": "n" * 41, "q": "x"}, {"name": "n", "state": "nonsense"}]
)
def test_what_cannot_be_kept_is_refused_with_a_sentence(as_alice: Client, draft: Document, typed: Any) -> None:
    answer = as_alice.post("/invoices/filters/", typed, follow=True)
    assert [message.tags for message in answer.context["messages"]] == ["error"]
    assert not SavedFilter.objects.exists()


def test_a_limit_of_filters_is_said(as_alice: Client, draft: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(habits, "MOST_FILTERS", 1)
    for name in ("A", "B", "A"):
        as_alice.post("/invoices/filters/", {"name": name, "q": name})
    assert [kept.name for kept in SavedFilter.objects.all()] == ["A"]


def test_only_ones_own_filter_is_removed(
    as_alice: Client, as_bob: Client, as_charlie: Client, draft: Document, scope: Company
) -> None:
    as_alice.post("/invoices/filters/", {"name": "A", "q": "x"})
    url = f"/list-filters/{SavedFilter.objects.get().pk}/remove/"
    assert as_bob.post(url).status_code == 404
    assert as_charlie.post(url).status_code == 404
    assert as_alice.get(url).status_code == 405
    assert SavedFilter.objects.count() == 1
    assert as_alice.post(url)["Location"] == "/invoices/"
    assert not SavedFilter.objects.exists()
