"""A year of turnover as pages show it: drawn, by month and in words, each amount with the list that adds up to it."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core import charts, locales, periods
from core.money import half_up
from core.templatetags.formats import money
from invoices import turnover


def shown(year: turnover.Year, *, currency: str, narrowed: Mapping[str, str]) -> dict[str, Any]:
    """What `invoices/turnover.html` needs; beside their period, the lists behind the amounts are `narrowed`."""
    change = _change(year.so_far, year.before_so_far)
    this_month = year.months[year.today.month - 1]
    return {
        "year": year,
        "now_year": str(year.today.year),
        "before_year": str(year.today.year - 1),
        "currency": currency,
        "change": change,
        "words": _in_words(year, change, currency),
        "this_month": {"label": periods.label(periods.of_month(year.today)), "amount": this_month.now},
        "chart": _chart(year, currency, narrowed),
        "urls": {
            "year": journal(str(year.today.year), narrowed),
            "so_far": journal(periods.of_days(date(year.today.year, 1, 1), year.today), narrowed),
            "before_so_far": journal(periods.of_days(date(year.today.year - 1, 1, 1), year.same_day_before), narrowed),
            "before": journal(str(year.today.year - 1), narrowed),
            "month": journal(periods.of_month(year.today), narrowed),
        },
    }


def journal(period: str, narrowed: Mapping[str, str]) -> str:
    """The sales journal of a period; of all of them, when it is empty."""
    return f"{reverse('invoices:journal')}?{urlencode({'period': period, **narrowed})}"


def _chart(year: turnover.Year, currency: str, narrowed: Mapping[str, str]) -> dict[str, Any]:
    """The months as the chart and its table show them; a month that has not begun leads to the one of last year."""
    language = get_language() or "fr"
    scale = charts.compare([month.now for month in year.months], [month.before for month in year.months])
    names = zip(locales.month_names(language), locales.month_names(language, "narrow"), strict=True)
    wide = locales.month_names(language, "wide")
    slots = []
    for month, slot, (name, letter), full in zip(year.months, scale.slots, names, wide, strict=True):
        now, before = periods.of_month(month.first), periods.of_month(month.first.replace(year=month.first.year - 1))
        amounts = [(before, month.before)] if month.now is None else [(now, month.now), (before, month.before)]
        slots.append(
            {
                "slot": slot,
                "name": name,
                "letter": letter,
                "full": full,
                "now": month.now,
                "before": month.before,
                "title": "\n".join(f"{periods.label(period)}: {money(amount, currency)}" for period, amount in amounts),
                "url": journal(amounts[0][0], narrowed),
                "url_now": journal(now, narrowed),
                "url_before": journal(before, narrowed),
                "is_current": month.first.month == year.today.month,
            }
        )
    ticks = [
        {"y": tick.y, "label": locales.format_compact(tick.value, language), "is_zero": tick.value == 0}
        for tick in scale.ticks
    ]
    return {"slots": slots, "ticks": ticks, "width": scale.width}


def _in_words(year: turnover.Year, change: dict[str, Any] | None, currency: str) -> str:
    """How this year stands to the one before, as a person would say it."""
    said = {
        "year": str(year.today.year),
        "before_year": str(year.today.year - 1),
        "difference": money(abs(year.so_far - year.before_so_far), currency),
    }
    if change is None:
        return (
            _("Without VAT since 1 January %(year)s. There is nothing to compare with on this day in %(before_year)s.")
            % said
        )
    if change["is_same"]:
        return _("Without VAT since 1 January %(year)s: as much as on this day in %(before_year)s.") % said
    if change["is_more"]:
        return (
            _("Without VAT since 1 January %(year)s: %(difference)s more than on this day in %(before_year)s.") % said
        )
    return _("Without VAT since 1 January %(year)s: %(difference)s less than on this day in %(before_year)s.") % said


def _change(now: Decimal, before: Decimal) -> dict[str, Any] | None:
    """By how much percent this year is above or below the one before; None where there is nothing to compare with."""
    if before <= 0:
        return None
    percent = int(half_up((now - before) / before * 100, 0))
    return {"percent": abs(percent), "is_more": percent > 0, "is_same": percent == 0}
