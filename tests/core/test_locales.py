"""Amounts, dates and sizes, as the three languages of Belgium write them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.template import engines
from django.utils import translation

from core import locales

NB = "\u00a0"


@pytest.mark.parametrize(
    ("language", "written"),
    [("fr", f"1{NB}031,73{NB}€"), ("nl", f"€{NB}1.031,73"), ("en", f"1.031,73{NB}€"), ("de", f"1{NB}031,73{NB}€")],
)
def test_money_follows_the_language(language, written):
    assert locales.format_money(Decimal("1031.73"), "EUR", language) == written


def test_money_rounds_half_up_where_babel_rounds_half_to_even():
    assert locales.format_money(Decimal("2.125"), "EUR", "fr") == f"2,13{NB}€"
    assert locales.format_amount(Decimal("0.125"), "nl") == "0,13"


def test_money_keeps_the_precision_of_its_currency():
    assert locales.format_money(Decimal("1500.4"), "JPY", "fr") == f"1{NB}500{NB}JPY"


def test_a_negative_amount_carries_a_true_minus():
    assert locales.format_money(Decimal("-12.5"), "EUR", "fr") == f"−12,50{NB}€"
    assert locales.format_money(Decimal("-12.5"), "EUR", "nl") == f"€{NB}−12,50"


def test_price_shows_as_many_decimals_as_it_has():
    assert locales.format_price(Decimal("65.00000000"), "fr") == "65,00"
    assert locales.format_price(Decimal("0.4415"), "fr") == "0,4415"


def test_a_unit_price_keeps_the_decimals_it_has():
    assert locales.format_unit_price(Decimal("24.9000"), "EUR", "fr") == f"24,90{NB}€"
    assert locales.format_unit_price(Decimal("1290"), "EUR", "nl") == f"€{NB}1.290,00"
    assert locales.format_rate(Decimal("0.4415"), "km", "EUR", "fr") == f"0,4415{NB}€/km"


def test_rate_names_its_unit():
    assert locales.format_rate(Decimal("58.5"), "h", "EUR", "fr") == f"58,50{NB}€/h"


def test_quantity_drops_idle_zeros_and_long_tails():
    assert locales.format_quantity(Decimal("2.50000000"), "nl") == "2,5"
    assert locales.format_quantity(Decimal("0.83333334"), "nl") == "0,8333"
    assert locales.format_quantity(1234, "nl") == "1.234"


@pytest.mark.parametrize(
    ("value", "written"), [("2.5", "2:30"), ("0.83333334", "0:50"), ("-0.25", "−0:15"), ("0", "0:00")]
)
def test_hours_print_as_hours_and_minutes(value, written):
    assert locales.format_hours(Decimal(value)) == written


def test_percent_takes_the_rate_itself():
    assert locales.format_percent(Decimal("21.00"), "fr") == f"21{NB}%"
    assert locales.format_percent(Decimal("5.50"), "nl") == "5,5%"
    assert locales.format_percent(0, "en") == "0%"
    assert locales.format_percent(Decimal("100.00"), "fr") == f"100{NB}%"


def test_dates_are_aligned_when_short_and_spelled_when_long():
    day = date(2026, 11, 4)
    assert [locales.format_date(day, language) for language in ("fr", "nl", "en")] == ["04/11/2026"] * 3
    assert locales.format_date(day, "fr", "medium") == f"4{NB}nov.{NB}2026"
    assert locales.format_date(day, "nl", "long") == f"4{NB}november{NB}2026"
    assert locales.format_date(day, "en", "full") == f"Wednesday,{NB}4{NB}November{NB}2026"


def test_age_looks_back_and_ahead():
    assert locales.format_age(timedelta(minutes=5), "fr") == f"il{NB}y{NB}a{NB}5{NB}minutes"
    assert locales.format_age(timedelta(days=-2), "nl") == f"over{NB}2{NB}dagen"


@pytest.mark.parametrize(("octets", "written"), [(1, f"1{NB}ko"), (97_400, f"97{NB}ko"), (1_240_000, f"1,2{NB}Mo")])
def test_size_is_told_in_the_unit_people_know(octets, written):
    assert locales.format_size(octets, "fr") == written


def test_filters_follow_the_active_language_and_the_local_day():
    source = "{{ n|money }}|{{ n|money:'USD' }}|{{ n|quantity }}|{{ n|percent }}|"
    source += "{{ late|day }}|{{ late|moment }}|{{ none|money }}"
    values = {"n": Decimal("9.5"), "late": datetime(2026, 11, 23, 23, 30, tzinfo=UTC), "none": None}
    template = engines["django"].from_string(source)
    with translation.override("nl"):
        assert template.render(values) == f"€{NB}9,50|US${NB}9,50|9,5|9,5%|24/11/2026|24/11/2026{NB}00:30|"
    with translation.override("fr"):
        assert template.render(values).startswith(f"9,50{NB}€|9,50{NB}$US|9,5|9,5{NB}%|")


def test_months_are_named_in_every_width():
    assert locales.format_month(date(2026, 11, 1), "fr") == "novembre\u00a02026"
    assert locales.format_month(date(2026, 2, 1), "nl") == "februari\u00a02026"
    assert locales.month_names("fr")[:3] == ["janv.", "févr.", "mars"]
    assert locales.month_names("nl", "narrow") == list("JFMAMJJASOND")


@pytest.mark.parametrize(
    ("amount", "language", "written"),
    [(0, "fr", "0"), (2500, "fr", "2,5\u00a0k"), (20_000, "nl", "20K"), (-1_500_000, "fr", "−1,5\u00a0M")],
)
def test_a_scale_is_written_in_few_letters(amount, language, written):
    assert locales.format_compact(Decimal(amount), language) == written
