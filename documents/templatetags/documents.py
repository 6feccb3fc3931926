"""Words and values of documents, for templates: `{% load documents %}`."""

from decimal import Decimal
from typing import Any

from django import template
from django.utils import formats
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core import identifiers
from core.forms import DecimalField
from core.vat import Category
from documents.rendering.labels import labels_for

register = template.Library()

ANNEX_LABELS = {"work_order": _("Work order"), "certificate": _("Certificate")}


@register.filter
def unit(code: str) -> str:
    """A unit as short as documents print it, in the reader's language, or the code that nobody named."""
    return labels_for(get_language() or "fr").units.get(code, code)


@register.filter
def annex_label(label: str) -> Any:
    """What an annex is; a word that nobody knows is shown as it came."""
    return ANNEX_LABELS.get(label, label)


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
