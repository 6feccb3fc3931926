"""Filters that write values for the reader's language; settings make them available in every template."""

from datetime import date, datetime
from decimal import Decimal

from django import template
from django.utils import timezone, translation
from django.utils.translation import pgettext

from core import identifiers, locales

register = template.Library()

type Number = Decimal | int | None


def _language() -> str:
    return translation.get_language() or "fr"


@register.filter
def money(amount: Number, currency: str = "EUR") -> str:
    """`1 031,73 €`; nothing for None."""
    return "" if amount is None else locales.format_money(amount, currency or "EUR", _language())


@register.filter
def amount(value: Number) -> str:
    """`1 031,73`, for columns whose head or total names the currency."""
    return "" if value is None else locales.format_amount(value, _language())


@register.filter
def price(value: Number) -> str:
    """A unit price without sign, with as many decimals as it has."""
    return "" if value is None else locales.format_price(value, _language())


@register.filter
def unit_price(value: Number, currency: str = "EUR") -> str:
    """`24,90 €`, `0,4415 €`: with as many decimals as it has."""
    return "" if value is None else locales.format_unit_price(value, currency, _language())


@register.filter
def rate(value: Number, unit: str) -> str:
    """`65,00 €/h`, in Dutch `€ 65,00/u`."""
    symbol = pgettext("hour", "h") if unit == "h" else unit
    return "" if value is None else locales.format_rate(value, symbol, "EUR", _language())


@register.filter
def quantity(value: Number) -> str:
    """`2,5`."""
    return "" if value is None else locales.format_quantity(value, _language())


@register.filter
def hours(value: Number) -> str:
    """`2:30` for 2.5."""
    return "" if value is None else locales.format_hours(value)


@register.filter
def percent(value: Number) -> str:
    """`21 %` for 21."""
    return "" if value is None else locales.format_percent(value, _language())


@register.filter
def vat(number: str | None) -> str:
    """`BE 0403.019.261`."""
    return identifiers.format_vat(number or "")


@register.filter
def day(value: date | None, style: str = "short") -> str:
    """`24/11/2026`; styles medium, long and full spell the month. A datetime gives its local day."""
    if value is None:
        return ""
    return locales.format_date(_local(value), _language(), style)


@register.filter
def moment(value: datetime | None) -> str:
    """`24/11/2026 09:05`, in local time."""
    if value is None:
        return ""
    return locales.format_time(timezone.localtime(value), _language())


@register.filter
def age(value: datetime | None) -> str:
    """`il y a 5 minutes`."""
    return "" if value is None else locales.format_age(timezone.now() - value, _language())


@register.filter
def size(octets: int | None) -> str:
    """`97 ko`."""
    return "" if octets is None else locales.format_size(octets, _language())


def _local(value: date) -> date:
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value
