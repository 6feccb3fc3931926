"""The form of an endpoint: where to, and what about."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from webhooks.models import Endpoint
from webhooks.patterns import EVERYTHING

COMMON = {
    "invoices.*": _("Invoices and credit notes, all that happens to them"),
    "invoices.invoice.issued": _("An invoice is issued"),
    "invoices.credit_note.issued": _("A credit note is issued"),
    "payments.*": _("Payments"),
    "sending.*": _("E-mails with documents"),
    "customers.*": _("Customers"),
    "products.*": _("Products and groups"),
    "users.*": _("Users, tokens and the company"),
    "integrations.*": _("Applications and synchronisations"),
}


class EndpointForm(forms.Form):
    """Ticked patterns and typed ones are one list; none at all is everything."""

    url = forms.CharField(
        label=_("Address"),
        max_length=2000,
        widget=forms.URLInput(attrs={"placeholder": "https://", "autocomplete": "off"}),
        help_text=_("Your program's address that takes a POST."),
    )
    description = forms.CharField(label=_("Description"), max_length=100, required=False)
    events = forms.MultipleChoiceField(
        label=_("What to tell"),
        choices=list(COMMON.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Tick nothing to hear of everything."),
    )
    others = forms.CharField(
        label=_("Other events"),
        required=False,
        max_length=4000,
        help_text=_("By name or with a star, separated by blanks: branding.theme.updated documents.file.*"),
    )

    def __init__(self, *args: Any, endpoint: Endpoint | None = None, **kwargs: Any) -> None:
        if endpoint is not None:
            chosen = [pattern for pattern in endpoint.events if pattern != EVERYTHING]
            kwargs["initial"] = {
                "url": endpoint.url,
                "description": endpoint.description,
                "events": [pattern for pattern in chosen if pattern in COMMON],
                "others": " ".join(pattern for pattern in chosen if pattern not in COMMON),
            }
        super().__init__(*args, **kwargs)

    def values(self) -> dict[str, Any]:
        """What the services take."""
        data = self.cleaned_data
        return {
            "url": data["url"],
            "description": data["description"],
            "events": [*data["events"], *data["others"].split()],
        }
