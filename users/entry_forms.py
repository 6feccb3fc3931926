"""Forms of the way in: sign-up, invitations, a forgotten password, another company."""

from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from core.errors import Refused
from users import limits, services
from users.models import Language, Role, User

TOO_MANY = _("That were many attempts. Wait an hour, then try again.")


class PasswordField(forms.CharField):
    """A new password, typed once: the page can show it."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
        super().__init__(label=_("Password"), max_length=1000, strip=False, widget=widget, **kwargs)


class PersonForm(forms.Form):
    """Who somebody is, and the password they choose."""

    first_name = forms.CharField(
        label=_("First name"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    last_name = forms.CharField(
        label=_("Last name"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "family-name"})
    )
    password = PasswordField(help_text=_("At least 10 characters. Three or four words are easy to remember."))

    def __init__(self, *args: Any, known_email: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known_email = known_email

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        person = User(
            email=cleaned.get("email", self.known_email),
            first_name=cleaned.get("first_name", ""),
            last_name=cleaned.get("last_name", ""),
        )
        if "password" in cleaned:
            try:
                password_validation.validate_password(cleaned["password"], person)
            except ValidationError as error:
                self.add_error("password", error)
        return cleaned


class CompanyStartForm(forms.Form):
    """What a company needs to exist; the rest waits in its settings."""

    company_name = forms.CharField(
        label=_("Company name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "organization"})
    )
    vat_number = forms.CharField(
        label=capfirst(_("VAT number")),
        max_length=30,
        required=False,
        help_text=_("For example BE 0403.019.261. Every invoice shows it."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean_vat_number(self) -> str:
        try:
            return services.tidy_vat(self.cleaned_data["vat_number"])
        except Refused as refusal:
            raise ValidationError(str(refusal), code=refusal.code) from None


class SignUpForm(PersonForm, CompanyStartForm):
    """A person and their company."""

    email = forms.EmailField(label=_("E-mail"), widget=forms.EmailInput(attrs={"autocomplete": "username"}))
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)

    field_order = ["company_name", "vat_number", "first_name", "last_name", "email", "password", "language"]

    def __init__(self, *args: Any, address: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.address = address

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors:
            _refuse_a_flood(email=cleaned["email"], address=self.address)
        return cleaned


class ForgottenPasswordForm(forms.Form):
    email = forms.EmailField(label=_("E-mail"), widget=forms.EmailInput(attrs={"autocomplete": "username"}))

    def __init__(self, *args: Any, address: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.address = address

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            _refuse_a_flood(email=cleaned["email"], address=self.address)
        return cleaned


class NewPasswordForm(forms.Form):
    """The end of a forgotten password: the link told who it is."""

    new_password = PasswordField(help_text=_("At least 10 characters. Three or four words are easy to remember."))

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["new_password"].label = _("New password")


class InvitationForm(forms.Form):
    """Whom to ask in, and as what."""

    email = forms.EmailField(label=_("E-mail"))
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.EMPLOYEE)
    language = forms.ChoiceField(
        label=_("Language"),
        choices=Language.choices,
        help_text=_("Of the mail. Who has an account reads it in their own."),
    )


def _refuse_a_flood(*, email: str, address: str) -> None:
    """Count it, whoever the address belongs to, so that the answer tells nothing about who is known."""
    both = [limits.mails(email=email), limits.forms(address=address)]
    if any(limit.is_reached() for limit in both):
        raise ValidationError(TOO_MANY, code="limited")
    for limit in both:
        limit.count()
