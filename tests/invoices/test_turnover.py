"""Turnover: what was issued less what was credited, by month, kept at issue and proved from the documents."""

from datetime import date
from decimal import Decimal
from importlib import import_module
from types import SimpleNamespace

import pytest
import time_machine
from django.apps import apps
from django.db import connection
from django.test import Client

from core.tenancy import company_scope
from customers.models import Party
from documents.services import crediting, drafting, issuing
from documents.services.drafting import LineInput
from invoices import turnover
from invoices.models import MonthlyTurnover
from payments import ledger
from tests.invoices.conftest import Credit, Sell
from users.models import Company, User

D = Decimal
TODAY = date(2026, 11, 24)
MIGRATION = import_module("invoices.migrations.0003_add_up_what_was_issued")


def months(year: turnover.Year) -> list[tuple[str, str]]:
    """The months of this year and of the one before, as texts; a dash for one that has not begun."""
    return [("–" if month.now is None else str(month.now), str(month.before)) for month in year.months]


@pytest.fixture
def _two_years(sell: Sell, credit: Credit) -> None:
    sell("2024-12-31", "9999.00")
    first = sell("2025-01-01", "100.00")
    sell("2025-11-24", "40.00")
    sell("2025-11-25", "7.00")
    sell("2025-12-31", "5.00")
    sell("2026-01-15", "200.00")
    credit(first, "2026-01-20", 30)
    sell("2026-11-01", "60.00")
    sell("2026-11-24", "1.23")


@pytest.mark.usefixtures("_two_years")
def test_the_year_stands_beside_the_one_before_month_by_month() -> None:
    year = turnover.year(TODAY)
    begun = [("0.00", "0.00")] * 9
    assert months(year) == [("170.00", "100.00"), *begun, ("61.23", "47.00"), ("–", "5.00")]
    assert [month.first for month in year.months][::11] == [date(2026, 1, 1), date(2026, 12, 1)]
    assert (year.so_far, year.before_so_far, year.before) == (D("231.23"), D("140.00"), D("152.00"))
    assert year.same_day_before == date(2025, 11, 24)


@pytest.mark.usefixtures("_two_years")
def test_a_month_may_fall_below_nothing(sell: Sell, credit: Credit) -> None:
    invoice = sell("2027-01-05", "80.00")
    credit(invoice, "2027-02-01")
    assert months(turnover.year(date(2027, 2, 10)))[:2] == [("80.00", "170.00"), ("-80.00", "0.00")]


def test_the_29th_of_february_is_compared_with_the_28th(sell: Sell) -> None:
    sell("2027-02-28", "10.00")
    sell("2027-03-01", "90.00")
    year = turnover.year(date(2028, 2, 29))
    assert (year.same_day_before, year.before_so_far) == (date(2027, 2, 28), D("10.00"))


def test_drafts_count_for_nothing(scope: Company, dupont: Party, alice: User) -> None:
    lines = [LineInput("x", unit_price=D(10))]
    drafting.create("invoice", company=scope, party=dupont, by=alice, lines=lines)
    assert turnover.year(TODAY).is_empty
    assert MonthlyTurnover.objects.count() == 0


def test_what_is_refused_is_not_counted(scope: Company, dupont: Party, alice: User, sell: Sell) -> None:
    invoice = sell("2026-11-02", "10.00")
    with time_machine.travel("2026-11-03 10:00+01:00"):
        too_early = crediting.credit(invoice, by=alice)
        issuing.issue(too_early, by=alice)
        again = drafting.create("invoice", company=scope, party=dupont, by=alice, lines=[])
        with pytest.raises(issuing.Refused):
            issuing.issue(again, by=alice)
    assert turnover.year(TODAY).so_far == 0
    assert {row.kind: row.net for row in MonthlyTurnover.objects.all()} == {
        "invoice": D("10.00"),
        "credit_note": D("10.00"),
    }


def test_another_company_has_its_own(sell: Sell, other_company: Company) -> None:
    sell("2026-11-02")
    with company_scope(other_company.pk):
        assert turnover.year(TODAY).is_empty


@pytest.mark.usefixtures("_two_years")
def test_the_ledger_proves_every_month() -> None:
    assert list(ledger.faults()) == []
    MonthlyTurnover.objects.filter(month=date(2026, 11, 1)).update(net=D("61.24"))
    MonthlyTurnover.objects.filter(month=date(2024, 12, 1)).delete()
    MonthlyTurnover.objects.create(company=Company.objects.get(), kind="invoice", month=date(2026, 7, 1), net=D(1))
    assert list(ledger.faults()) == [
        "invoice 2024-12: the turnover says 0.00, the documents come to 9999.00",
        "invoice 2026-07: the turnover says 1.00, the documents come to 0.00",
        "invoice 2026-11: the turnover says 61.24, the documents come to 61.23",
    ]


@pytest.mark.usefixtures("_two_years")
def test_what_was_issued_before_is_added_up_by_the_migration() -> None:
    kept = sorted(MonthlyTurnover.objects.values_list("kind", "month", "net"))
    editor = SimpleNamespace(connection=connection)
    MIGRATION.empty(apps, editor)
    assert MonthlyTurnover.objects.count() == 0
    for _turn in range(2):
        MIGRATION.fill(apps, editor)
        assert sorted(MonthlyTurnover.objects.values_list("kind", "month", "net")) == kept
    assert list(ledger.faults()) == []


@pytest.mark.usefixtures("_two_years")
def test_the_journal_of_each_period_comes_to_the_same(as_alice: Client, alice: User) -> None:
    with time_machine.travel(f"{TODAY} 10:00+01:00"):
        as_alice.force_login(alice)

        def net(query: str) -> Decimal:
            net: Decimal = as_alice.get(f"/sales-journal/?{query}").context["sums"]["net"]
            return net

        year = turnover.year(TODAY)
        for month in year.months:
            first = month.first
            assert net(f"period={first:%Y-%m}") == (month.now or 0)
            assert net(f"period={first.replace(year=2025):%Y-%m}") == month.before
        assert net("") == net("period=year") == net("period=2026") == year.so_far
        assert net("period=2025-01-01..2025-11-24") == year.before_so_far
        assert net("period=2025") == year.before


@pytest.mark.usefixtures("_two_years")
def test_the_journal_lists_credit_notes_with_a_minus(as_alice: Client) -> None:
    page = as_alice.get("/sales-journal/?period=2026-01")
    rows = [(row.number, row.signed_net, row.signed_vat, row.signed_gross) for row in page.context["page_obj"]]
    assert rows == [
        ("CN2026-0001", D("-30.00"), D("-6.30"), D("-36.30")),
        ("2026-0001", D("200.00"), D("42.00"), D("242.00")),
    ]
    assert page.context["sums"] == {"count": 2, "net": D("170.00"), "vat": D("35.70"), "gross": D("205.70")}
    assert "−30,00" in page.content.decode()


@pytest.mark.usefixtures("_two_years")
def test_the_journal_is_searched_and_narrowed_to_a_customer(as_alice: Client, dupont: Party) -> None:
    def numbers(query: str) -> list[str]:
        return [row.number for row in as_alice.get(f"/sales-journal/?{query}").context["page_obj"]]

    assert numbers("q=CN2026&period=") == ["CN2026-0001"]
    assert len(numbers(f"customer={dupont.pk}&period=")) == 9
    assert numbers("customer=0197c0de-0000-7abc-8def-0123456789ab&period=") == []
    assert numbers("q=nothing") == []
    assert len(numbers("period=nonsense")) == 9


def test_an_outsiders_journal_is_empty(as_charlie: Client, sell: Sell) -> None:
    sell("2026-11-02")
    assert list(as_charlie.get("/sales-journal/?period=2026").context["page_obj"]) == []
