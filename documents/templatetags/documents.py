"""Words and values of documents, for templates: `{% load documents %}`."""

from decimal import Decimal
from typing import Any

from django import template
from django.utils import formats

from core import identifiers
from core.forms import DecimalField
from core.units import UNITS
from core.vat import Category

register = template.Library()


@register.filter
def unit(code: str) -> Any:
    """The name of a unit, or the code that nobody named."""
    return UNITS.get(code, code)


@register.filter
def vat_category(code: str) -> Any:
    """The name of a VAT category (UNCL5305)."""
    return Category(code).label


@register.filter
def typed(value: Decimal) -> str:
    """A decimal as a form field shows it, with the reader's separator."""
    return str(formats.localize_input(DecimalField().prepare_value(value)))


@register.filter
def communication(digits: str) -> str:
    """A structured communication as it is printed."""
    return identifiers.format_structured_communication(digits)
