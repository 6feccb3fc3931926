"""Forms of a party with its contacts and addresses; rows are added and removed without JavaScript too."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.forms.formsets import BaseFormSet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.errors import Refused
from core.forms import SearchForm, show_refusal
from core.identifiers import format_vat
from customers.models import Address, Contact, Party
from customers.services import AddressInput, ContactInput

MAX_ROWS = 100


class FilterForm(SearchForm):
    """Search and state of the list."""

    q = forms.CharField(label=_("Search a customer"), required=False, max_length=100)
    state = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[("", _("Current")), ("archived", pgettext_lazy("several", "Archived")), ("all", _("All"))],
    )


class NewPartyForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a customer is made with in passing; the rest has a default."""

    class Meta:
        model = Party
        fields: ClassVar = [
            "name", "is_company", "vat_number", "email", "phone", "language", "street", "street_number", "box",
            "postal_code", "city", "country",
        ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["vat_number"] = format_vat(self.initial.get("vat_number", ""))
        self.fields["is_company"].label = _("A company, not a private person")


class PartyForm(NewPartyForm):
    class Meta(NewPartyForm.Meta):
        fields: ClassVar = [
            *NewPartyForm.Meta.fields, "vat_regime", "payment_term_days", "number", "external_id", "is_customer",
            "is_supplier", "is_prospect",
        ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_new = self.instance._state.adding
        self.fields["number"].required = not is_new
        if is_new:
            self.fields["number"].help_text = _("Left empty, the next number is taken.")
        _name_the_blank(self.fields["vat_regime"], _("Standard for the country"))
        self.fields["payment_term_days"].help_text = _("Empty: the company's own term.")
        self.fields["external_id"].help_text = _("The id in another program, for imports and the API.")


class ContactForm(forms.ModelForm):  # type: ignore[type-arg]
    id = forms.UUIDField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Contact
        fields: ClassVar = ["name", "function", "email", "phone"]


class AddressForm(forms.ModelForm):  # type: ignore[type-arg]
    id = forms.UUIDField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Address
        fields: ClassVar = [
            "kind", "name", "street", "street_number", "box", "postal_code", "city", "country", "region", "vat_regime",
            "phone",
        ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name_the_blank(self.fields["region"], _("Not known"))
        _name_the_blank(self.fields["vat_regime"], _("As the customer"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not any(cleaned.get(name) for name in ("name", "street", "city")):
            raise forms.ValidationError(_("Give the address a name, a street or a city, or remove it."))
        return cleaned


def values_of(form: forms.BaseForm) -> dict[str, Any]:
    """What stands in each field of a form, checked or not."""
    return {name: form[name].value() for name in form.fields}


def _name_the_blank(field: Any, label: Any) -> None:
    """Say what an empty choice means, instead of a row of dashes."""
    field.choices = [("", label), *[choice for choice in field.choices if choice[0]]]


class _Rows(BaseFormSet):  # type: ignore[type-arg]
    """A list of rows; the button "add" of a row list posts the page for one empty row more."""

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        prefix = kwargs["prefix"]
        if data is not None and data.get("add") == prefix:
            data = data.copy()
            total = f"{prefix}-TOTAL_FORMS"
            if data.get(total, "").isdecimal() and int(data[total][:4]) < MAX_ROWS:
                data[total] = str(int(data[total]) + 1)
        super().__init__(data, **kwargs)

    def rows(self) -> list[tuple[int, dict[str, Any]]]:
        """Index and values of the rows to keep."""
        return [
            (index, {name: value for name, value in form.cleaned_data.items() if name != "DELETE"})
            for index, form in enumerate(self.forms)
            if form.cleaned_data and not form.cleaned_data.get("DELETE")
        ]

    def typed_rows(self) -> list[dict[str, Any]]:
        """What stands in the rows, checked or not, but for blank and removed ones."""
        rows = [values_of(form) for form in self.forms if form["id"].value() or form.has_changed()]
        return [row for row in rows if not row.pop("DELETE")]


ContactRows = forms.formset_factory(
    ContactForm, formset=_Rows, extra=0, can_delete=True, max_num=MAX_ROWS, validate_max=True, absolute_max=MAX_ROWS
)
AddressRows = forms.formset_factory(
    AddressForm, formset=_Rows, extra=0, can_delete=True, max_num=MAX_ROWS, validate_max=True, absolute_max=MAX_ROWS
)


class PartyEditor:
    """The three forms of one page as one."""

    def __init__(
        self,
        data: Any = None,
        *,
        party: Party | None = None,
        initial: Mapping[str, Any] | None = None,
        contacts: list[dict[str, Any]] | None = None,
        addresses: list[dict[str, Any]] | None = None,
    ) -> None:
        if contacts is None:
            contacts = list(party.contacts.values("id", *ContactForm.Meta.fields)) if party else []
        if addresses is None:
            addresses = list(party.addresses.values("id", *AddressForm.Meta.fields)) if party else []
        self.party = PartyForm(data, instance=party, initial=initial)
        self.contacts: Any = ContactRows(data, prefix="contacts", initial=contacts)
        self.addresses: Any = AddressRows(data, prefix="addresses", initial=addresses)

    @classmethod
    def of_typed(cls, data: Any, found: Mapping[str, Any], *, party: Party | None = None) -> "PartyEditor":
        """What was typed so far with `found` put in; nothing is checked yet, so nothing is marked as wrong."""
        typed = cls(data, party=party)
        return cls(
            party=party,
            initial={**values_of(typed.party), **found},
            contacts=typed.contacts.typed_rows(),
            addresses=typed.addresses.typed_rows(),
        )

    def is_valid(self) -> bool:
        return all([self.party.is_valid(), self.contacts.is_valid(), self.addresses.is_valid()])

    def fields(self) -> dict[str, Any]:
        """What the service takes."""
        return {
            **self.party.cleaned_data,
            "contacts": [ContactInput(**row) for _index, row in self.contacts.rows()],
            "addresses": [AddressInput(**row) for _index, row in self.addresses.rows()],
        }

    def show_refusal(self, refusal: Refused) -> None:
        """Beside the field of the party or of the row that the pointer names."""
        _empty, first, *rest = refusal.pointer.split("/") if refusal.pointer else ("", "")
        rows: Any = {"contacts": self.contacts, "addresses": self.addresses}.get(first)
        if rows is None or len(rest) != 2:
            show_refusal(self.party, refusal)
            return
        form = rows.forms[rows.rows()[int(rest[0])][0]]
        show_refusal(form, Refused(refusal.message, pointer=f"/{rest[1]}"))
