"""Forms of the connection's page and of the list of what came in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

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
