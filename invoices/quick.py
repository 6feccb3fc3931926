"""The controls of a line, written in one go: with a template for each, a draft of 500 lines takes seconds to show."""

from functools import lru_cache
from html import escape
from typing import Any

from django import forms
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from core.units import UNITS
from documents.rendering.labels import labels_for


def short_units() -> tuple[tuple[str, str], ...]:
    """The units as short as documents print them, in the reader's language: the column is narrow."""
    return _short_units(get_language() or "fr")


@lru_cache
def _short_units(language: str) -> tuple[tuple[str, str], ...]:
    words = labels_for(language).units
    return tuple((code, words[code]) for code in UNITS)


class _QuickInput(forms.widgets.Input):
    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        shown = self.format_value(value)
        attributes = {**self.attrs, **(attrs or {}), **({"value": shown} if shown is not None else {})}
        return mark_safe(f'<input type="{self.input_type}" name="{name}"{_written(attributes)}>')


class QuickHidden(_QuickInput, forms.HiddenInput):
    pass


class QuickText(_QuickInput, forms.TextInput):
    pass


class QuickNumber(QuickText):
    """A decimal as people type it."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"inputmode": "decimal", "autocomplete": "off", **(attrs or {})})


class QuickTextarea(forms.Textarea):
    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        text = escape(str(self.format_value(value) or ""))
        # A browser drops the first line break, so that a text may begin with one.
        return mark_safe(f'<textarea name="{name}"{_written(self.build_attrs(self.attrs, attrs))}>\n{text}</textarea>')


class QuickSelect(forms.Select):
    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        options = _options(tuple((str(choice), str(label)) for choice, label in self.choices), str(value))
        return mark_safe(f'<select name="{name}"{_written(self.build_attrs(self.attrs, attrs))}>{options}</select>')


def _written(attributes: dict[str, Any]) -> str:
    """Attributes as markup; each name is ours, each value is escaped."""
    return "".join(
        f" {name}" if value is True else f' {name}="{escape(str(value))}"'
        for name, value in attributes.items()
        if value is not None and value is not False
    )


@lru_cache(maxsize=256)
def _options(choices: tuple[tuple[str, str], ...], chosen: str) -> SafeString:
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((choice, mark_safe(" selected") if choice == chosen else "", label) for choice, label in choices),
    )
