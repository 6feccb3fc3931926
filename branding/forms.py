"""The form of a theme and its logo."""

from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from branding.models import Theme


class ThemeForm(forms.ModelForm):  # type: ignore[type-arg]
    logo = forms.FileField(
        label=_("Logo"),
        required=False,
        help_text=_("SVG, PNG or JPEG, 1 MB at most. An SVG prints sharpest."),
        widget=forms.FileInput(attrs={"accept": ".svg,.png,.jpg,.jpeg,image/svg+xml,image/png,image/jpeg"}),
    )

    class Meta:
        model = Theme
        fields: ClassVar = ["style", "brand_color", "window", "vat_on_lines", "payment_code", "footer"]
        widgets: ClassVar = {"brand_color": forms.TextInput(attrs={"type": "color"})}
        help_texts: ClassVar = {
            "window": _("Where the address stands, for your envelopes."),
            "vat_on_lines": _(
                "Without it, only where rates differ. Quantity, unit price, discount and amount are always printed: "
                "the law asks for them on an invoice."
            ),
            "footer": _("Below your details on every page, the same in every language."),
        }
