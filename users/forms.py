"""Forms of people, company settings and API tokens."""

from datetime import datetime, time
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.forms import DecimalField
from core.identifiers import format_iban, format_vat
from core.vat import RATE_CHOICES
from users import limits, scopes
from users.models import Company, Language, Membership, User


class SignInForm(AuthenticationForm):
    """E-mail and password, a limited number of times."""

    error_messages = {
        "invalid_login": _("The e-mail or the password is wrong. Check both and try again."),
        "inactive": _("This account is switched off. Ask an owner of your company."),
        "limited": _("Too many attempts. Wait five minutes, then try again."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].max_length = 1000  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        assert self.request is not None  # noqa: S101 - the view always gives it
        limit = limits.sign_in(email=self.cleaned_data.get("username", ""), address=self.request.META["REMOTE_ADDR"])
        if limit.is_reached():
            raise ValidationError(self.error_messages["limited"], code="limited")
        limit.count()
        cleaned = super().clean()
        limit.forget()
        return cleaned


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = User
        fields: ClassVar = ["first_name", "last_name", "language", "theme"]


class CompanyForm(forms.ModelForm):  # type: ignore[type-arg]
    """Company settings; numbers are shown as people write them and stored compact."""

    default_vat_rate = forms.TypedChoiceField(label=_("Default VAT rate"), choices=RATE_CHOICES, coerce=Decimal)

    class Meta:
        model = Company
        fields: ClassVar = [
            "name", "vat_number", "court", "email", "phone", "website", "street", "street_number", "box", "postal_code",
            "city", "country", "region", "iban", "bic", "language", "mileage_rate", "default_vat_rate", "vat_scheme",
            "payment_term_days", "time_rounding",
        ]  # fmt: skip
        field_classes: ClassVar = {"mileage_rate": DecimalField}

    sections: ClassVar = [
        (_("Identity"), "building-2", ["name", "vat_number", "court", "language"]),
        (
            _("Address and contact"),
            "map-pin",
            ["street", "street_number", "box", "postal_code", "city", "country", "region", "email", "phone", "website"],
        ),
        (_("Bank"), "landmark", ["iban", "bic"]),
        (
            _("Prices and VAT"),
            "percent",
            ["mileage_rate", "time_rounding", "default_vat_rate", "vat_scheme", "payment_term_days"],
        ),
    ]
    units: ClassVar = {"mileage_rate": "€/km"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["vat_number"] = format_vat(self.initial["vat_number"])
        self.initial["iban"] = format_iban(self.initial["iban"])
        self.fields["iban"].max_length = self.fields["iban"].widget.attrs["maxlength"] = 50  # type: ignore[attr-defined]
        self.fields["bic"].help_text = _("Left empty, it is found from the IBAN.")
        self.fields["mileage_rate"].help_text = _("Prices the kilometres of work orders. Empty: 0 with a warning.")
        self.fields["time_rounding"].help_text = _("How the minutes of a work order become billable hours.")

    def parts(self) -> list[dict[str, Any]]:
        """The sections with their bound fields, for the page."""
        return [
            {
                "title": title,
                "icon": icon,
                "rows": [{"field": self[name], "unit": self.units.get(name, "")} for name in names],
            }
            for title, icon, names in self.sections
        ]


class MemberForm(forms.ModelForm):  # type: ignore[type-arg]
    """A person and their place here."""

    first_name = forms.CharField(label=_("First name"), max_length=100, required=False)
    last_name = forms.CharField(label=_("Last name"), max_length=100, required=False)
    email = forms.EmailField(label=_("E-mail"))
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)

    class Meta:
        model = Membership
        fields: ClassVar = ["role", "hourly_cost", "billable_rate", "color"]
        field_classes: ClassVar = {"hourly_cost": DecimalField, "billable_rate": DecimalField}
        widgets: ClassVar = {"color": forms.TextInput(attrs={"type": "color"})}

    person_fields: ClassVar = ["first_name", "last_name", "email", "language"]

    def __init__(self, *args: Any, person_is_locked: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["hourly_cost"].help_text = _("For your margin; never printed.")
        self.fields["billable_rate"].help_text = _("Prices this person's hours on invoices.")
        for name in self.person_fields if person_is_locked else ():
            self.fields[name].disabled = True


class TokenForm(forms.Form):
    """What a new token may do, and until when."""

    name = forms.CharField(label=_("Name"), max_length=100, help_text=_("What will use it, for example: Stock script."))
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        choices=scopes.CHOICES,
        widget=forms.CheckboxSelectMultiple,
        initial=list(scopes.EVERYTHING),
    )
    expires_on = forms.DateField(
        label=_("Expires after"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def scope_rows(self) -> list[dict[str, Any]]:
        """A row for everything and for each area, with the boxes to read and to change it."""
        chosen, words = set(self["scopes"].value() or ()), dict(scopes.CHOICES)
        rows = [(_("Everything, also what is added later"), scopes.EVERYTHING)]
        rows += [(label, (f"{area}:{scopes.READ}", f"{area}:{scopes.WRITE}")) for area, label in scopes.AREAS.items()]
        return [
            {"label": label, "boxes": [(scope, words[scope], scope in chosen) for scope in granted]}
            for label, granted in rows
        ]

    def expires_at(self) -> datetime | None:
        """The end of the chosen day, here."""
        day = self.cleaned_data["expires_on"]
        return timezone.make_aware(datetime.combine(day, time.max)) if day else None
