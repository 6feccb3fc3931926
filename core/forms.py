"""Form parts that every app's forms share: decimals as people type them, and refusals put beside their field."""

from decimal import Decimal
from typing import Any

from django import forms

from core.errors import Refused


class DecimalField(forms.DecimalField):
    """A decimal with the reader's separator: `65,00` and `65.00` are taken; more than two decimals show when used."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
        super().__init__(localize=True, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, Decimal) or not value.is_finite():
            return value
        trimmed = value.normalize()
        exponent = trimmed.as_tuple().exponent
        return trimmed.quantize(Decimal("0.01")) if isinstance(exponent, int) and exponent > -2 else trimmed


class SearchForm(forms.Form):
    """The search box of a list, and its filters; the `rare` ones are folded away until they are used."""

    rare: tuple[str, ...] = ()

    q = forms.CharField(required=False, max_length=100)

    def text(self) -> str:
        """What to search for; nothing when the query was not a usable text."""
        return self.cleaned_data.get("q", "") if self.is_valid() else ""

    def uses_rare(self) -> bool:
        return any(self[name].value() for name in self.rare)


def show_refusal(form: forms.BaseForm, refusal: Refused) -> None:
    """Put a service's refusal beside the field that its pointer names, else above the form."""
    name = refusal.pointer.removeprefix("/")
    form.add_error(name if name in form.fields else None, str(refusal))
