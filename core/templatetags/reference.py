"""Texts of the OpenAPI document as HTML: the little Markdown that they use, and JSON with its names marked."""

import re

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

_BOLD = re.compile(r"\*\*(.+?)\*\*")
_CODE = re.compile(r"`([^`]+)`")
_NAME = re.compile(r"^(\s*)(&quot;[^&]+&quot;):", re.MULTILINE)
_PARAGRAPH = re.compile(r"\n\s*\n")


@register.filter
def inline(text: str) -> SafeString:
    """`code` and **strong** within one line of text."""
    return mark_safe(_BOLD.sub(r"<strong>\1</strong>", _CODE.sub(r"<code>\1</code>", escape(text))))


@register.filter
def prose(text: str) -> SafeString:
    """Paragraphs of such text."""
    return mark_safe("".join(f"<p>{inline(part)}</p>" for part in _PARAGRAPH.split(text.strip()) if part))


@register.filter
def keyed(text: str) -> SafeString:
    """JSON whose names stand out from their values."""
    return mark_safe(_NAME.sub(r"\1<b>\2</b>:", escape(text)))
