"""Forms of the connection's page and of the list of what came in."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DecimalField
from core.periods import PeriodField
from integrations.contracts.declaration import ProviderDeclaration
from integrations.models import HookState
from products.models import ProductGroup
from work_orders.services.selecting import NO_GROUP


class CredentialsForm(forms.Form):
    """The secrets that a provider asks for; never shown again once given."""

    def __init__(self, *args: Any, provider: ProviderDeclaration, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in provider.credential_fields:
            self.fields[field.name] = forms.CharField(
                label=field.label,
                help_text=field.help,
                max_length=500,
                widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
            )


class GroupsForm(forms.Form):
    """Which products go out: all of them, or those of some groups."""

    every = forms.BooleanField(label=_("All active products"), required=False)
    groups = forms.MultipleChoiceField(
        label=_("Or only these groups"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["groups"].choices = [  # type: ignore[attr-defined]
            *((str(group.pk), group.name) for group in ProductGroup.objects.all()),
            (NO_GROUP, _("Without group")),
        ]

    def chosen(self) -> list[str] | None:
        """The ids of the groups, None for all products."""
        return None if self.cleaned_data["every"] else list(self.cleaned_data["groups"])


class ReceivedForm(forms.Form):
    """State and period of received messages."""

    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("All")), *HookState.choices])
    period = PeriodField(required=False)


class PriceField(DecimalField):
    """A price that is asked for because it is missing, so nothing is no answer; `unit` stands in the control."""

    def __init__(self, *, unit: str, **options: Any) -> None:
        super().__init__(max_digits=12, decimal_places=4, min_value=Decimal("0.0001"), **options)
        self.unit = unit


class RateForm(forms.Form):
    """What an hour of a technician is billed at."""

    billable_rate = PriceField(
        label=_("Billable hourly rate"), unit="€/h", help_text=_("Prices this person's hours on invoices.")
    )


class TechnicianForm(RateForm):
    """A technician whom a work order named and nobody knows yet."""

    first_name = forms.CharField(label=_("First name"), max_length=100, required=False)
    last_name = forms.CharField(label=_("Last name"), max_length=100, required=False)
    email = forms.EmailField(label=_("E-mail"))

    field_order = ("first_name", "last_name", "email", "billable_rate")


class MileageForm(forms.Form):
    """What a kilometre is billed at, by the whole company."""

    mileage_rate = PriceField(
        label=_("Price per kilometre"),
        unit="€/km",
        help_text=_("Kept in the company's settings, for every work order."),
    )


class PriceForm(forms.Form):
    """The price of a line, and whether the next order finds it too."""

    unit_price = PriceField(label=_("Unit price"), unit="€")
    keep = forms.BooleanField(
        label=_("Keep it on the product"),
        help_text=_("A product that does not exist yet is added, so that the next work order finds its price."),
        required=False,
        initial=True,
    )
