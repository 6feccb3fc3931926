"""Forms of the pages of invoices and credit notes."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.forms.formsets import BaseFormSet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from branding.models import Theme
from core.forms import DecimalField, SearchForm
from core.money import half_up
from core.periods import PeriodField
from core.units import PIECE, UNITS
from core.vat import RATE_CHOICES, Regime
from customers.models import Party
from documents.kinds import Kind
from documents.models import Document, Line, LineRole
from documents.remainders import Remaining
from documents.services.drafting import MOST_LINES
from invoices.quick import QuickHidden, QuickNumber, QuickSelect, QuickText, QuickTextarea, short_units
from payments.states import Age, PaymentState
from users.models import Language

OPEN = "open"  # whatever is not paid in full
LONGEST_TERM = 365  # days
TO_CHECK = "to_check"  # drafts with a warning on them
UNSENT = "unsent"  # issued, and no mail of it has left


class CustomerField(forms.CharField):
    """A customer by id, as links carry it and then shown by name (`party`), or by words, as people type them."""

    party: Party | None = None

    def clean(self, value: Any) -> Any:
        return self.party.pk if self.party else super().clean(value)

    def bound_data(self, data: Any, initial: Any) -> Any:
        return self.party.name if self.party else data


class FilterForm(SearchForm):
    """How a list is narrowed: text, how far and how paid, period, customer, amount."""

    rare = ("customer", "amount_from", "amount_to")

    q = forms.CharField(label=_("Number, customer, reference"), required=False, max_length=100)
    state = forms.ChoiceField(label=_("State"), required=False)
    period = PeriodField(required=False)
    customer = CustomerField(
        label=_("Customer"), required=False, max_length=100, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    amount_from = DecimalField(label=_("Amount from"), required=False, max_digits=14, decimal_places=2)
    amount_to = DecimalField(label=_("Amount to"), required=False, max_digits=14, decimal_places=2)
    currency = forms.CharField(label=_("Currency"), required=False, max_length=3, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, kind: Kind) -> None:
        super().__init__(data)
        self.party = _party(data.get("customer", ""))
        fields: dict[str, Any] = self.fields
        fields["customer"].party = self.party
        fields["state"].choices = _states(kind)


def _party(text: str) -> Party | None:
    try:
        return Party.objects.filter(pk=UUID(text)).first()
    except ValueError:
        return None


def _states(kind: Kind) -> list[Any]:
    """What may be asked of a kind; of what we pay back, and make ourselves, what is left is all there is to ask."""
    course = [("draft", _("Drafts")), ("issued", pgettext_lazy("several", "Issued")), (UNSENT, _("Issued, not sent"))]
    if not kind.has_due_date:
        return [("", _("All")), *course, (OPEN, _("To refund"))]
    course.insert(1, (TO_CHECK, _("Drafts to check")))
    paying = [(OPEN, _("Not paid in full")), *PaymentState.choices]
    return [("", _("All")), (_("Document"), course), (_("Payment"), paying), (_("Due date"), list(Age.choices))]


class QuantityField(DecimalField):
    """A quantity shows the decimals it has, and none of them when it is whole."""

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, Decimal) or not value.is_finite():
            return value
        return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()


class RateField(forms.TypedChoiceField):
    """A Belgian VAT rate."""

    def __init__(self, **options: Any) -> None:
        choices = [(str(rate), label) for rate, label in RATE_CHOICES]
        super().__init__(choices=choices, coerce=Decimal, empty_value=None, **options)

    def prepare_value(self, value: Any) -> Any:
        return str(half_up(value)) if isinstance(value, Decimal) else value


class DraftForm(forms.Form):
    """The head of a draft; a credit note leaves to its invoice what the invoice decides."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    draft = forms.UUIDField(required=False, widget=forms.HiddenInput)
    party = forms.UUIDField(label=_("Customer"), required=False, widget=forms.HiddenInput)
    attention = forms.CharField(label=_("For the attention of"), required=False, max_length=200)
    reference = forms.CharField(label=_("Customer's reference"), required=False, max_length=100)
    delivery_date = forms.DateField(
        label=_("Delivery date"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    payment_term_days = forms.IntegerField(label=_("Payment term in days"), min_value=0, max_value=LONGEST_TERM)
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)
    vat_regime = forms.ChoiceField(label=_("VAT regime"), choices=Regime.choices)
    vat_reason = forms.CharField(label=_("Reason, printed on the invoice"), required=False, max_length=300)
    prices_include_vat = forms.TypedChoiceField(
        label=_("Prices"),
        choices=[("no", _("Excluding VAT")), ("yes", _("Including VAT"))],
        coerce=lambda value: value == "yes",
    )
    theme: Any = forms.ModelChoiceField(
        label=_("Layout"), queryset=None, required=False, empty_label=_("The company's own")
    )
    intro = forms.CharField(
        label=_("Introduction"),
        required=False,
        max_length=10_000,
        help_text=_("Printed above the lines."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=10_000,
        help_text=_("Printed under the lines."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    terms = forms.CharField(
        label=_("Terms"),
        required=False,
        max_length=10_000,
        help_text=_("Printed under the note: discount for payment in time, guarantee, ownership."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    internal_note = forms.CharField(
        label=_("Internal note"), required=False, max_length=10_000, widget=forms.Textarea(attrs={"rows": 3})
    )

    OF_THE_INVOICE = ("party", "payment_term_days", "vat_regime", "vat_reason", "prices_include_vat")

    def __init__(self, *args: Any, is_credit: bool, has_fixed_regime: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if is_credit:
            for name in self.OF_THE_INVOICE:
                del self.fields[name]
        elif has_fixed_regime:
            self.fields["vat_regime"].disabled = True
        themes = list(Theme.objects.order_by("name", "pk"))
        if len(themes) > 1:
            theme: Any = self.fields["theme"]
            theme.queryset = Theme.objects.order_by("name", "pk")
        else:  # there is nothing to choose
            del self.fields["theme"]

    @staticmethod
    def initial_of(document: Document) -> dict[str, Any]:
        """What the form starts from."""
        names = (
            "version", "attention", "reference", "delivery_date", "payment_term_days", "language", "vat_regime",
            "vat_reason", "intro", "note", "terms", "internal_note",
        )  # fmt: skip
        values = {name: getattr(document, name) for name in names}
        values["draft"] = document.pk
        values["party"] = document.party_id
        values["theme"] = document.theme_id
        values["prices_include_vat"] = "yes" if document.prices_include_vat else "no"
        return values


class LineForm(forms.Form):
    """One line of a draft. A line that credits another keeps everything of it but its quantity and words."""

    id = forms.UUIDField(required=False, widget=QuickHidden)
    role = forms.ChoiceField(choices=LineRole.choices, widget=QuickHidden)
    position = forms.IntegerField(required=False, widget=QuickHidden)
    product = forms.UUIDField(required=False, widget=QuickHidden)
    description = forms.CharField(
        label=_("Description"), required=False, max_length=2000, widget=QuickTextarea(attrs={"rows": 1})
    )
    detail = forms.CharField(
        label=_("More about this line"), required=False, max_length=10_000, widget=QuickTextarea(attrs={"rows": 1})
    )
    quantity = QuantityField(label=_("Quantity"), required=False, max_digits=20, decimal_places=8, widget=QuickNumber)
    unit = forms.CharField(label=_("Unit"), required=False, max_length=3, widget=QuickSelect)
    unit_price = DecimalField(
        label=_("Unit price"), required=False, max_digits=20, decimal_places=8, min_value=0, widget=QuickNumber
    )
    discount_percent = QuantityField(
        label=_("Discount in percent"),
        required=False,
        max_digits=5,
        decimal_places=2,
        min_value=0,
        max_value=100,
        widget=QuickNumber,
    )
    own_rate = RateField(label=_("VAT rate"), required=False, widget=QuickSelect)
    vat_exception = forms.CharField(
        label=_("Why this line keeps its own VAT rate"), required=False, max_length=200, widget=QuickText
    )

    PLACEHOLDERS = {"detail": _("Details"), "vat_exception": _("Reason to keep its own VAT rate")}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for field in self.visible_fields():
            field.field.widget.attrs |= {"class": "cell", "aria-label": field.label}
        for name, hint in self.PLACEHOLDERS.items():
            self.fields[name].widget.attrs |= {"placeholder": hint, "class": "cell cell-more"}
        unit = self["unit"].value()
        unnamed = [(unit, unit)] if unit and unit not in UNITS else []
        self.fields["unit"].widget.choices = [*short_units(), *unnamed]

    @staticmethod
    def initial_of(line: Line) -> dict[str, Any]:
        """What the form of an existing line starts from."""
        names = ("id", "role", "position", "description", "detail", "quantity", "unit", "unit_price", "vat_exception")
        values = {name: getattr(line, name) for name in names}
        values["product"] = line.product_id
        values["discount_percent"] = line.discount_percent or None
        values["own_rate"] = line.own_rate
        return values

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("role") == LineRole.ITEM and not self.is_blank:
            if not data.get("description") and not data.get("product"):
                self.add_error("description", _("Describe what is sold, or choose a product."))
            if data.get("quantity") is None and "quantity" not in self.errors:
                self.add_error("quantity", _("How many?"))
        return data

    @property
    def is_blank(self) -> bool:
        """Whether nobody wrote anything on this line; such a line is not kept."""
        data = self.cleaned_data
        return not any(data.get(name) for name in ("description", "detail", "product", "unit_price"))


class LineFormSet(BaseFormSet):  # type: ignore[type-arg]
    """All lines. Numbers may have gaps, where a line was taken away in the browser."""

    extra = 0
    min_num = 0
    max_num = absolute_max = MOST_LINES
    validate_max = validate_min = can_order = can_delete = can_delete_extra = edit_only = False
    form = LineForm
    renderer = forms.renderers.get_default_renderer()

    def initial_form_count(self) -> int:
        """None counts as kept by itself: what is not posted is taken away."""
        return 0

    def total_form_count(self) -> int:
        return super().total_form_count() if self.is_bound else len(self.initial or ())


class IssueForm(forms.Form):
    """The last yes: the date, the mark of what was shown, and prices that are missing on purpose."""

    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)
    issue_date = forms.DateField(
        label=_("Issue date"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    accept_warnings = forms.BooleanField(label=_("The lines without a price are free of charge"), required=False)

    def date(self) -> date | None:
        """The date alone, whatever else is missing."""
        self.is_valid()
        return self.cleaned_data.get("issue_date")


class CreditForm(forms.Form):
    """How much of each line to credit; what remains is filled in."""

    def __init__(self, *args: Any, remaining: dict[Line, Remaining], **options: Any) -> None:
        super().__init__(*args, **options)
        self.lines = {line: left for line, left in remaining.items() if left.quantity != 0}
        for line, left in self.lines.items():
            self.fields[str(line.pk)] = QuantityField(
                label=line.description, required=False, max_digits=20, decimal_places=8, initial=left.quantity
            )

    def rows(self) -> list[dict[str, Any]]:
        """Line, what remains of it, and its field."""
        return [{"line": line, "left": left, "field": self[str(line.pk)]} for line, left in self.lines.items()]

    def quantities(self) -> dict[UUID, Decimal]:
        """The quantities to credit by line id, without the lines left at zero."""
        return {line.pk: quantity for line in self.lines if (quantity := self.cleaned_data[str(line.pk)])}


NEW_LINE = {"role": LineRole.ITEM, "quantity": Decimal(1), "unit": PIECE}
