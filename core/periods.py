"""Periods of a filter: named ones that move with the day, and the month, year or range that an address may carry.

`month`, `last_quarter` … are asked by people; `2026`, `2026-11` and `2026-01-01..2026-11-24` by links.
"""

import re
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core import locales

CHOICES = [
    ("", _("All dates")),
    ("month", _("This month")),
    ("last_month", _("Last month")),
    ("quarter", _("This quarter")),
    ("last_quarter", _("Last quarter")),
    ("year", _("This year")),
    ("last_year", _("Last year")),
]
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_ANY_DAY = date(2000, 1, 1)  # what the calendar says depends on no day
_NAMED = re.compile(r"(last_)?(month|quarter|year)")
_CALENDAR = re.compile(r"(\d{4})(?:-(\d{2}))?", re.ASCII)
_RANGE = re.compile(r"(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})", re.ASCII)


def bounds(period: str, today: date) -> tuple[date, date] | None:
    """First and last day; None for what is no period."""
    try:
        if named := _NAMED.fullmatch(period):
            return _named(bool(named[1]), named[2], today)
        if calendar := _CALENDAR.fullmatch(period):
            first = date(int(calendar[1]), int(calendar[2] or 1), 1)
            return first, months_later(first, 1 if calendar[2] else 12) - timedelta(days=1)
        if days := _RANGE.fullmatch(period):
            first, last = date.fromisoformat(days[1]), date.fromisoformat(days[2])
            return (first, last) if first <= last else None
    except ValueError:  # no such day
        return None
    return None


def of_month(day: date) -> str:
    """The month that a day lies in, as an address carries it."""
    return f"{day:%Y-%m}"


def of_days(first: date, last: date) -> str:
    """A range, as an address carries it."""
    return f"{first.isoformat()}..{last.isoformat()}"


def label(period: str) -> str:
    """What people call a period that an address carries: `novembre 2026`, `2026`, `01/01/2026 – 24/11/2026`."""
    language = get_language() or "fr"
    days = bounds(period, _ANY_DAY)
    if days is None:
        return period
    first, last = days
    if _RANGE.fullmatch(period):
        return f"{locales.format_date(first, language)} – {locales.format_date(last, language)}"
    return str(first.year) if len(period) == len("2026") else locales.format_month(first, language)


def months_later(day: date, months: int) -> date:
    """The same day of another month; the first of a month always exists."""
    years, month = divmod(day.month - 1 + months, 12)
    return day.replace(year=day.year + years, month=month + 1)


def _named(is_last: bool, name: str, today: date) -> tuple[date, date]:
    months = _MONTHS[name]
    first = today.replace(day=1, month=(today.month - 1) // months * months + 1)
    if is_last:
        first = months_later(first, -months)
    return first, months_later(first, months) - timedelta(days=1)


class PeriodSelect(forms.Select):
    """Also offers the period that came with the address, so that the bar says what is shown."""

    def optgroups(self, name: str, value: list[str], attrs: dict[str, Any] | None = None) -> Any:
        known = {str(choice) for choice, _label in self.choices}
        self.choices = [
            *self.choices,
            *((one, label(one)) for one in value if one not in known and bounds(one, _ANY_DAY)),
        ]
        return super().optgroups(name, value, attrs)


class PeriodField(forms.ChoiceField):
    """A period of the list, or any other that `bounds` understands."""

    widget = PeriodSelect

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"label": _("Period"), "choices": CHOICES, **options})

    def valid_value(self, value: Any) -> bool:
        return super().valid_value(value) or bounds(str(value), _ANY_DAY) is not None
