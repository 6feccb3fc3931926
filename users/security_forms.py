"""Forms of the second step, and of what changes how somebody signs in."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.errors import Refused
from core.forms import show_refusal
from users import limits, two_step
from users.models import User

LIMITED = _("Too many attempts. Wait five minutes, then try again.")


class CodeField(forms.CharField):
    """Digits that an app or a list shows; blanks between them are welcome."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"inputmode": "numeric", "autocomplete": "one-time-code"}
        super().__init__(label=_("Code"), max_length=40, widget=forms.TextInput(attrs=attrs), **kwargs)


class SecondStepForm(forms.Form):
    """A code of the app or a recovery code, a limited number of times; a valid form has used it up."""

    code = CodeField(help_text=_("The six digits that your app shows, or a recovery code."))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["code"].widget.attrs["autofocus"] = True

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "code" not in cleaned:
            return cleaned
        limit = limits.second_step(user=str(self.user.pk))
        if limit.is_reached():
            raise ValidationError(LIMITED, code="limited")
        limit.count()
        try:
            two_step.use(self.user, cleaned["code"])
        except Refused as refusal:
            show_refusal(self, refusal)
        else:
            limit.forget()
        return cleaned


class FirstCodeForm(forms.Form):
    """The code that proves that the app has the key."""

    code = CodeField(help_text=_("The six digits that your app shows now."))


class PasskeyForm(forms.Form):
    """How a person calls a passkey of theirs."""

    name = forms.CharField(label=_("Name"), max_length=60, help_text=_("For example the device that it is on."))


class NewPasskeyForm(PasskeyForm):
    """The name, and what the browser made."""

    credential = forms.CharField(max_length=20_000, required=False, widget=forms.HiddenInput)


class OwnPasswordForm(forms.Form):
    """Who is signed in shows that it is really them, a limited number of times."""

    password = forms.CharField(
        label=_("Your password"),
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        limit = limits.own_password(user=str(self.user.pk))
        if limit.is_reached():
            raise ValidationError(LIMITED, code="limited")
        limit.count()
        password: str = self.cleaned_data["password"]
        if not self.user.check_password(password):
            raise ValidationError(_("This is not your password."), code="wrong")
        limit.forget()
        return password
