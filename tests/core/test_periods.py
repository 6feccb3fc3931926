from datetime import date

import pytest
from django.utils import translation

from core import periods
from core.periods import PeriodField

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("month", "2026-11-01", "2026-11-30"),
        ("last_month", "2026-10-01", "2026-10-31"),
        ("quarter", "2026-10-01", "2026-12-31"),
        ("last_quarter", "2026-07-01", "2026-09-30"),
        ("year", "2026-01-01", "2026-12-31"),
        ("last_year", "2025-01-01", "2025-12-31"),
        ("2024", "2024-01-01", "2024-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2025-12", "2025-12-01", "2025-12-31"),
        ("2025-01-01..2025-11-24", "2025-01-01", "2025-11-24"),
    ],
)
def test_a_period_has_a_first_and_a_last_day(period: str, first: str, last: str) -> None:
    assert periods.bounds(period, TODAY) == (date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    "period",
    ["", "week", "2026-13", "0000", "9999", "٢٠٢٦", "2026-02-30..2026-03-01", "2026-02-02..2026-02-01", "2026-1"],
)
def test_nonsense_is_no_period(period: str) -> None:
    assert periods.bounds(period, TODAY) is None


def test_the_last_month_of_january_lies_in_the_year_before() -> None:
    assert periods.bounds("last_month", date(2026, 1, 31)) == (date(2025, 12, 1), date(2025, 12, 31))


def test_links_say_their_period_as_the_filter_reads_it() -> None:
    assert periods.bounds(periods.of_month(TODAY), TODAY) == (date(2026, 11, 1), date(2026, 11, 30))
    assert periods.bounds(periods.of_days(date(2025, 1, 1), TODAY), TODAY) == (date(2025, 1, 1), TODAY)


@pytest.mark.parametrize(
    ("period", "french"),
    [("2026-11", "novembre\u00a02026"), ("2026", "2026"), ("2026-01-01..2026-11-24", "01/01/2026 – 24/11/2026")],
)
def test_the_filter_bar_names_a_period_that_came_with_a_link(period: str, french: str) -> None:
    field = PeriodField(required=False)
    assert field.clean(period) == period
    with translation.override("fr"):
        assert f'<option value="{period}" selected>{french}</option>' in field.widget.render("period", period)
