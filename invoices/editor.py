"""The editor of a draft: head and lines as typed, turned into what the drafting service takes, and its refusals turned
back into errors beside their field."""

import re
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from core.errors import Refused
from core.money import ZERO
from core.units import PIECE
from customers.models import Party
from documents import clauses, remainders
from documents.models import DefaultText, Document, Line, LineRole
from documents.services import drafting, wording
from documents.services.drafting import LineInput
from invoices import sites
from invoices.forms import LONGEST_TERM, NEW_LINE, DraftForm, LineForm, LineFormSet
from invoices.kinds import INVOICE
from invoices.sites import SiteForm
from products.models import Product
from users.models import Company, User, VatScheme

_LINE_POINTER = re.compile(r"/lines/(\d+)/(\w+)")
_FIELDS = {"vat_rate": "own_rate", "customer": "party"}


class Editor:
    """A draft being edited: `document` is saved or new, `data` what was typed."""

    def __init__(self, document: Document, *, data: QueryDict | None = None) -> None:
        self.document = document
        self.is_new = document._state.adding
        self.source = None if self.is_new else remainders.source_of(document)
        self.existing = (
            {} if self.is_new else {line.pk: line for line in document.lines.select_related("product", "source")}
        )
        self.form = DraftForm(
            data,
            initial=DraftForm.initial_of(document),
            is_credit=self.source is not None,
            has_fixed_regime=document.company.vat_scheme == VatScheme.SMALL_BUSINESS,
        )
        self.site = (
            SiteForm(data, kept=document.site, addresses=sites.of_customer(self.party)) if self.source is None else None
        )
        if data is not None:
            self.lines = LineFormSet(data, prefix="lines")
        else:
            initial = [LineForm.initial_of(line) for line in self.existing.values()]
            if self.is_new and not initial:
                initial = [{**NEW_LINE, "own_rate": document.company.default_vat_rate}]
            self.lines = LineFormSet(initial=initial, prefix="lines")

    @classmethod
    def of_new(cls, company: Company, *, data: QueryDict | None = None, party: Party | None = None) -> "Editor":
        """The editor of an invoice to be made, with what the customer, or else the company, presets."""
        document = Document(
            company=company,
            kind=INVOICE.key,
            language=company.language,
            payment_term_days=company.payment_term_days,
        )
        drafting.estimate(document, lines=[], **({"party": party} if party else {}))
        document.terms = wording.first(document.kind, document.language)
        return cls(document, data=data)

    def is_valid(self) -> bool:
        """Check everything, and that customer and products are there."""
        valid = self.form.is_valid() and self.lines.is_valid() and (self.site is None or self.site.is_valid())
        if self.form.is_bound and self.form.cleaned_data.get("party") and self.party is None:
            self.form.add_error(None, _("This customer no longer exists. Choose another."))
            valid = False
        for form in self.rows:
            product_id = getattr(form, "cleaned_data", {}).get("product")
            if product_id and product_id not in self._products:
                form.add_error(
                    "description", _("This product no longer exists. Choose another, or describe it freely.")
                )
                valid = False
        return valid

    @cached_property
    def rows(self) -> list[LineForm]:
        """The forms of the lines that are there, in their order."""
        present = [(index, form) for index, form in enumerate(self.lines.forms) if form["role"].value()]
        present.sort(key=lambda item: (_number(item[1]["position"].value(), item[0]), item[0]))
        return [form for _index, form in present]

    @cached_property
    def party(self) -> Party | None:
        """The customer that is chosen now."""
        if "party" not in self.form.fields:
            return self.document.party
        party_id = _uuid(self.form["party"].value())
        return Party.objects.filter(pk=party_id).first() if party_id else None

    @cached_property
    def _products(self) -> dict[UUID, Product]:
        wanted = {product_id for form in self.lines.forms if (product_id := _uuid(form["product"].value()))}
        return Product.objects.in_bulk(wanted) if wanted else {}

    def dressed_rows(self) -> list[dict[str, Any]]:
        """What the template needs of each line: form, product, amount, and whether its price is asked for."""
        open_prices = set()
        if not self.is_new:
            open_prices = set(self.document.warnings.exclude(line=None).values_list("line_id", flat=True))
        dressed = []
        for form in self.rows:
            line = self.line_of(form)
            dressed.append(
                {
                    "form": form,
                    "role": form["role"].value(),
                    "product": self._products.get(_uuid(form["product"].value())),  # type: ignore[arg-type]
                    "line": line,
                    "is_warned": line is not None and line.pk in open_prices,
                    "is_credit": self.source is not None,
                }
            )
        return dressed

    def regime(self) -> str:
        return str(self.form["vat_regime"].value()) if "vat_regime" in self.form.fields else self.document.vat_regime

    def due_date(self) -> date | None:
        """When the amount is due if the document is issued today; None where nothing is asked."""
        if "payment_term_days" not in self.form.fields:
            return None
        days = _number(self.form["payment_term_days"].value(), -1)
        return timezone.localdate() + timedelta(days=days) if 0 <= days <= LONGEST_TERM else None

    def mentions(self) -> list[str]:
        """The legal text that the chosen regime prints."""
        typed = self.form.data if self.form.is_bound else {}
        return clauses.mentions(
            regime=self.regime(),
            reason=typed.get("vat_reason", self.document.vat_reason),
            is_credit=self.document.declaration.sign < 0,
            language=typed.get("language", self.document.language),
            region=self.document.company.region,
        )

    @cached_property
    def texts(self) -> list[DefaultText]:
        """The closing texts that may be put in, of every language."""
        return list(DefaultText.objects.filter(kind=self.document.kind))

    def fields(self) -> dict[str, Any]:
        """The values of the head, as the drafting service takes them."""
        data = dict(self.form.cleaned_data)
        for name in ("version", "draft"):
            data.pop(name)
        if data["terms"] and self._has_kept_terms():
            del data["terms"]  # so that it follows the language
        if "party" in data:
            data["party"] = self.party
        if self.site is not None:
            data["site"] = self.site.place()
        return data

    def _has_kept_terms(self) -> bool:
        return wording.plain(self.form.cleaned_data["terms"]) == wording.plain(self.document.terms)

    @property
    def version(self) -> int | None:
        found: int | None = self.form.cleaned_data["version"]
        return found

    @property
    def draft_id(self) -> UUID | None:
        """The id that the page gave a new draft, so that it is made once."""
        return _uuid(self.form["draft"].value())

    def is_blank(self) -> bool:
        """Whether nobody wrote anything worth a draft yet."""
        words = ("attention", "reference", "intro", "note", "internal_note")
        given = any(self.form.cleaned_data.get(name) for name in words) or not self._is_offered_text()
        return not (self.party or self.kept_rows() or given)

    def _is_offered_text(self) -> bool:
        """Whether the closing text is still what the page came with, in any language."""
        terms = wording.plain(self.form.cleaned_data["terms"])
        return not terms or any(text.body == terms for text in self.texts)

    def create(self, *, by: User) -> Document:
        """Make the draft that is typed."""
        fields = self.fields()
        company, kind = self.document.company, self.document.kind
        try:
            return drafting.create(kind, company=company, by=by, lines=self.inputs(), pk=self.draft_id, **fields)
        except IntegrityError:  # the same page sent twice at once, or an id that was made up
            raise Refused(_("This invoice was saved already. Open it from the list."), code="saved") from None

    def save(self, *, by: User, over: int | None = None) -> Document:
        """Change the draft to what is typed; `over` is the version that is overwritten knowingly."""
        version = over or self.version
        return drafting.update(self.document, by=by, lines=self.inputs(), version=version, **self.fields())

    def first_error(self) -> tuple[str, str]:
        """The field that is wrong, or first to be, and why."""
        forms: list[Any] = [self.form, *([self.site] if self.site else []), *self.rows]
        for form in forms:
            for name, errors in form.errors.items():
                return str(form[name].label) if name in form.fields else "", str(errors[0])
        return "", " ".join(map(str, self.lines.non_form_errors()))

    def kept_rows(self) -> list[LineForm]:
        """The lines that somebody wrote something on."""
        return [form for form in self.rows if not form.is_blank or self.line_of(form) is not None]

    def inputs(self) -> list[LineInput]:
        """The lines, as the drafting service takes them."""
        return [self._input(form) for form in self.kept_rows()]

    def line_of(self, form: LineForm) -> Line | None:
        """The saved line that a form stands for."""
        return self.existing.get(_uuid(form["id"].value()))  # type: ignore[arg-type]

    def _input(self, form: LineForm) -> LineInput:
        data = form.cleaned_data
        line = self.line_of(form)
        words = {"description": data["description"], "detail": data["detail"], "id": line.pk if line else None}
        if data["role"] != LineRole.ITEM:
            return LineInput(role=data["role"], **words)
        quantity = data["quantity"]
        if line is not None and line.source is not None:
            return LineInput(product=line.product, source=line.source, quantity=quantity, **words)
        return LineInput(
            product=self._products.get(data["product"]),
            quantity=quantity,
            unit=data["unit"] or PIECE,
            unit_price=data["unit_price"],
            discount_percent=data["discount_percent"] or ZERO,
            own_rate=data["own_rate"],
            vat_exception=data["vat_exception"],
            **words,
        )

    def show_refusal(self, refusal: Refused) -> None:
        """Put a refusal beside the field that its pointer names, else above the form."""
        at_line = _LINE_POINTER.fullmatch(refusal.pointer)
        if at_line:
            form: Any = self.kept_rows()[int(at_line.group(1))]
            name = _FIELDS.get(at_line.group(2), at_line.group(2))
        else:
            form, name = self.form, _FIELDS.get(refusal.pointer[1:], refusal.pointer[1:])
        form.add_error(name if name in form.fields and not form.fields[name].widget.is_hidden else None, str(refusal))


def with_text_put_in(data: QueryDict, pk: str) -> QueryDict:
    """What was typed, closing with another of the company's texts."""
    changed = data.copy()
    key = _uuid(pk)
    text = DefaultText.objects.filter(pk=key).first() if key else None
    if text is not None:
        changed["terms"] = text.body
    return changed


def with_row_added(data: QueryDict, role: str) -> QueryDict:
    """What was typed, with one more line: the way to add one without JavaScript."""
    changed = data.copy()
    index = int(_number(changed.get("lines-TOTAL_FORMS"), 0))
    changed["lines-TOTAL_FORMS"] = str(index + 1)
    changed[f"lines-{index}-role"] = role if role in LineRole.values else LineRole.ITEM
    changed[f"lines-{index}-position"] = str(10**6 + index)
    if role == LineRole.ITEM:
        changed[f"lines-{index}-quantity"] = "1"
    return changed


def with_row_removed(data: QueryDict, prefix: str) -> QueryDict:
    """What was typed, without one line."""
    changed = data.copy()
    for key in list(changed):
        if key.startswith(f"{prefix}-"):
            del changed[key]
    return changed


def _uuid(value: Any) -> UUID | None:
    if isinstance(value, UUID):
        return value
    try:
        return UUID(value)
    except (TypeError, ValueError, AttributeError):
        return None


def _number(value: Any, default: int) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        return default
