"""The forms of a payment and of a set-off."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.forms import DecimalField
from core.templatetags.formats import money
from documents.models import Document
from payments import queries
from payments.models import Direction, Method

DIGITS = {"max_digits": 12, "decimal_places": 2}


class PaymentForm(forms.Form):
    """What came in, or what was paid back."""

    direction = forms.ChoiceField(choices=Direction.choices, required=False, widget=forms.HiddenInput)
    amount = DecimalField(label=_("Amount"), **DIGITS)
    date = forms.DateField(label=_("Date"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    method = forms.ChoiceField(label=_("Method"), choices=Method.choices, initial=Method.TRANSFER)
    reference = forms.CharField(
        label=_("Reference"), required=False, max_length=140, help_text=_("For example the number of the statement.")
    )

    @staticmethod
    def initial_of(document: Document, direction: str) -> dict[str, Any]:
        """What is owed, today."""
        amount = abs(document.open_amount) or None
        return {"amount": amount, "date": timezone.localdate(), "direction": direction}


class InvoiceChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.number} · {money(obj.open_amount, obj.currency)}"


class ApplicationForm(forms.Form):
    """Which invoice a credit note is set against, and how much of it."""

    invoice = InvoiceChoice(label=_("Invoice"), queryset=Document.objects.none(), empty_label=None)
    amount = DecimalField(
        label=_("Amount"), required=False, help_text=_("Left empty: as much as both are open."), **DIGITS
    )

    def __init__(self, *args: Any, credit_note: Document, **options: Any) -> None:
        super().__init__(*args, **options)
        choice: Any = self.fields["invoice"]
        choice.queryset = queries.open_invoices_for(credit_note)
