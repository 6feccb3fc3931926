"""Forms of products and their groups."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_scopes.forms import SafeModelChoiceField

from core.forms import DecimalField, SearchForm
from products.models import Product, ProductGroup


class FilterForm(SearchForm):
    """Search, group and state of the list."""

    q = forms.CharField(label=_("Search a product"), required=False, max_length=100)
    group: "forms.ModelChoiceField[ProductGroup]" = forms.ModelChoiceField(
        label=_("Group"), queryset=None, required=False, empty_label=_("All")
    )
    state = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[
            ("", pgettext_lazy("several", "Active")),
            ("archived", pgettext_lazy("several", "Archived")),
            ("all", _("All")),
        ],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["group"].queryset = ProductGroup.objects.all()  # type: ignore[attr-defined]


class ProductForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Product
        fields: ClassVar = [
            "name", "number", "group", "description", "unit", "unit_price", "price_includes_vat", "vat_rate",
            "renovation_rate", "purchase_price", "ledger_account", "ean", "external_id",
        ]  # fmt: skip
        field_classes: ClassVar = {
            "group": SafeModelChoiceField,
            "unit_price": DecimalField,
            "purchase_price": DecimalField,
        }
        widgets: ClassVar = {"description": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_new = self.instance._state.adding
        self.fields["number"].required = not is_new
        if is_new:
            self.fields["number"].help_text = _("Left empty, the next number is taken.")
        self.fields["group"].queryset = ProductGroup.objects.all()  # type: ignore[attr-defined]
        self.fields["description"].help_text = _("Printed under the name on documents.")
        self.fields["unit_price"].help_text = _("0 is allowed; the price is then filled in on the document.")
        self.fields["purchase_price"].help_text = _("For your margin; never printed.")


class PriceForm(forms.ModelForm):  # type: ignore[type-arg]
    """The price alone, changed in the list."""

    class Meta:
        model = Product
        fields: ClassVar = ["unit_price"]
        field_classes: ClassVar = {"unit_price": DecimalField}


class GroupForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = ProductGroup
        fields: ClassVar = ["name", "ledger_account", "margin_percent"]
        field_classes: ClassVar = {"margin_percent": DecimalField}
