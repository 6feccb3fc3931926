"""How Belgium writes amounts, dates and sizes, so that a page, a mail and a PDF never disagree.

Babel holds the conventions of each language; three things are settled here on top of it. Rounding is half up, as
everywhere in the product (Babel rounds half to even). Spaces inside a value are no-break spaces that every font has
(Babel groups French thousands with U+202F, which Inter lacks). A negative value carries a true minus sign.
"""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Literal

from babel import Locale, dates, numbers, units

from core.money import half_up

LOCALES = {"fr": "fr_BE", "nl": "nl_BE", "en": "en_BE"}
NO_BREAK_SPACE = "\u00a0"
MINUS = "\u2212"

_DAY_FORMATS = {"short": "dd/MM/yyyy", "medium": "medium", "long": "long", "full": "full"}


def locale_of(language: str) -> str:
    """The Belgian locale of a language code such as `nl` or `nl-be`; French when the language is not ours."""
    return LOCALES.get(language[:2], LOCALES["fr"])


def format_money(amount: Decimal | int, currency: str, language: str) -> str:
    """An amount with its currency sign, rounded to the currency's own precision."""
    rounded = half_up(Decimal(amount), numbers.get_currency_precision(currency))
    return _number(numbers.format_currency(rounded, currency, locale=locale_of(language)))


def format_amount(amount: Decimal | int, language: str) -> str:
    """An amount with two decimals and no sign, for the rows of a table."""
    return _decimal(half_up(Decimal(amount)), 2, 2, language)


def format_compact(amount: Decimal | int, language: str) -> str:
    """A round number in few letters, for an axis: `20 k`, in Dutch `20K`."""
    return _number(numbers.format_compact_decimal(amount, locale=locale_of(language), fraction_digits=1))


def format_price(amount: Decimal | int, language: str) -> str:
    """A unit price without sign: two decimals, or as many as it has, eight at most."""
    return _decimal(half_up(Decimal(amount), 8), 2, 8, language)


def format_unit_price(amount: Decimal | int, currency: str, language: str) -> str:
    """A unit price with its currency sign: two decimals, or as many as it has, four at most."""
    locale = Locale.parse(locale_of(language))
    pattern = numbers.parse_pattern(locale.currency_formats["standard"].pattern)
    pattern.frac_prec = (2, 4)
    rounded = half_up(Decimal(amount), 4)
    return _number(pattern.apply(rounded, locale, currency=currency, currency_digits=False))


def format_rate(amount: Decimal | int, unit: str, currency: str, language: str) -> str:
    """A price per unit, such as `65,00 €/h` or `0,4415 €/km`."""
    return f"{format_unit_price(amount, currency, language)}/{unit}"


def format_quantity(quantity: Decimal | int, language: str) -> str:
    """A quantity with the decimals it needs, four at most."""
    return _decimal(half_up(Decimal(quantity), 4), 0, 4, language)


def format_hours(hours: Decimal | int) -> str:
    """Decimal hours as hours:minutes, rounded to the minute."""
    minutes = int(half_up(Decimal(hours) * 60, 0))
    return f"{MINUS if minutes < 0 else ''}{abs(minutes) // 60}:{abs(minutes) % 60:02}"


def format_percent(percent: Decimal | int, language: str) -> str:
    """A rate given in percent (21 means 21 %), two decimals at most."""
    rounded = half_up(Decimal(percent)).normalize()
    return _number(units.format_unit(rounded, "percent", length="short", locale=locale_of(language)))


def format_date(day: date, language: str, style: str = "short") -> str:
    """A date as `24/11/2026` (short), `24 nov. 2026` (medium), `24 novembre 2026` (long) or with its weekday (full)."""
    return _joined(dates.format_date(day, _DAY_FORMATS[style], locale=locale_of(language)))


def format_month(day: date, language: str) -> str:
    """The month of a date as `novembre 2026`."""
    return _joined(dates.format_skeleton("yMMMM", day, locale=locale_of(language)))


def month_names(language: str, width: Literal["wide", "abbreviated", "narrow"] = "abbreviated") -> list[str]:
    """January to December: `janv.` (abbreviated), `J` (narrow) or `janvier` (wide)."""
    names = dates.get_month_names(width, context="stand-alone", locale=locale_of(language))
    return [names[month] for month in range(1, 13)]


def format_time(moment: datetime, language: str) -> str:
    """A date and a time of day, in the time zone that `moment` carries."""
    return f"{format_date(moment, language)}{NO_BREAK_SPACE}{moment:%H:%M}"


def format_age(elapsed: timedelta, language: str) -> str:
    """How long ago (or, when negative, how far ahead) something is."""
    return _joined(dates.format_timedelta(-elapsed, add_direction=True, locale=locale_of(language)))


def format_size(octets: int, language: str) -> str:
    """A file's size in whole kilobytes (one at least), or in megabytes with one decimal."""
    if octets >= 1_000_000:
        unit, value = "digital-megabyte", half_up(Decimal(octets) / 1_000_000, 1).normalize()
    else:
        unit, value = "digital-kilobyte", max(half_up(Decimal(octets) / 1_000, 0), Decimal(1))
    return _joined(units.format_unit(value, unit, length="short", locale=locale_of(language)))


def _decimal(value: Decimal, least: int, most: int, language: str) -> str:
    pattern = "#,##0." + "0" * least + "#" * (most - least)
    return _number(numbers.format_decimal(value, pattern, locale=locale_of(language)))


def _number(text: str) -> str:
    return _joined(text).replace("-", MINUS)


def _joined(text: str) -> str:
    return text.replace("\u202f", NO_BREAK_SPACE).replace(" ", NO_BREAK_SPACE)


def country_name(code: str, language: str) -> str:
    """The country's name; a code that nobody knows is shown as it is."""
    return str(Locale.parse(locale_of(language)).territories.get(code, code))
