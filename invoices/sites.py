"""Where the work is done, as the editor asks it: one of the customer's addresses, or another that is typed."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.models import COUNTRY, Address, Party
from documents.snapshots import ADDRESS

TYPED = "typed"
PLACE = ("name", *ADDRESS)


def of_customer(party: Party | None) -> list[Address]:
    """The addresses that a customer is visited at."""
    return list(party.addresses.all()) if party is not None else []


def place_of(address: Address) -> dict[str, str]:
    """An address as a document keeps it."""
    return {name: getattr(address, name) for name in ("name", "region", *ADDRESS)}


def words_of(address: Address) -> str:
    """An address in one line of a list."""
    street = " ".join(part for part in (address.street, address.street_number, address.box) if part)
    town = " ".join(part for part in (address.postal_code, address.city) if part)
    return ", ".join(part for part in (address.name, street, town) if part)


class SiteForm(forms.Form):
    """The site of a draft; the typed fields count only where no address of the customer is chosen."""

    choice = forms.ChoiceField(label=_("Site"), required=False)
    name = forms.CharField(label=_("Name of the site"), required=False, max_length=200)
    street = forms.CharField(label=_("Street"), required=False, max_length=150)
    street_number = forms.CharField(label=_("House number"), required=False, max_length=20)
    box = forms.CharField(label=_("Box"), required=False, max_length=20)
    postal_code = forms.CharField(label=_("Postal code"), required=False, max_length=20)
    city = forms.CharField(label=_("City"), required=False, max_length=100)
    country = forms.CharField(label=_("Country"), required=False, max_length=2, validators=[COUNTRY])

    def __init__(self, data: Any, *, kept: dict[str, Any], addresses: Iterable[Address]) -> None:
        self.kept = kept
        self.addresses = {str(address.pk): address for address in addresses}
        super().__init__(data, prefix="site", initial=self._initial())
        choice: Any = self.fields["choice"]
        choice.choices = [
            ("", _("The customer's own address")),
            *((pk, words_of(address)) for pk, address in self.addresses.items()),
            (TYPED, _("Another address")),
        ]

    def _initial(self) -> dict[str, str]:
        if not self.kept:
            return {"choice": "", "country": "BE"}
        for pk, address in self.addresses.items():
            if all(self.kept.get(name, "") == getattr(address, name) for name in PLACE):
                return {"choice": pk, "country": "BE"}
        return {"choice": TYPED, **{name: self.kept.get(name, "") for name in PLACE}}

    def place(self) -> dict[str, Any]:
        """The site as the document keeps it; empty for none."""
        data = self.cleaned_data
        if data["choice"] != TYPED:
            return place_of(self.addresses[data["choice"]]) if data["choice"] else {}
        typed = {name: data[name] for name in PLACE} | {"country": data["country"] or "BE"}
        if not any(value for name, value in typed.items() if name != "country"):
            return {}
        # What a work order told more of the place, as its region, stays with it while the place does.
        return self.kept if {**self.kept, **typed} == self.kept else typed

    def options(self) -> list[dict[str, Any]]:
        """The choices, each with the VAT regime that works at that site ask for."""
        choice: Any = self.fields["choice"]
        chosen = self["choice"].value() or ""
        return [
            {
                "value": value,
                "label": label,
                "is_chosen": value == chosen,
                "regime": self.addresses[value].vat_regime if value in self.addresses else "",
            }
            for value, label in choice.choices
        ]

    def typed(self) -> list[forms.BoundField]:
        """The fields of an address that is typed."""
        return [self[name] for name in PLACE]
