"""Invoices and credit notes over the REST API."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, ClassVar

from django.db.models import Prefetch, QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _
from rest_framework.decorators import action
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from core import files
from core.api import queries
from core.api.errors import Invalid, fault
from core.api.fields import (
    Amount,
    Choice,
    Computed,
    Currency,
    Day,
    Flag,
    Free,
    Identifier,
    Reference,
    RowId,
    Text,
    Whole,
)
from core.api.serializers import Kept, Resource
from core.api.views import ApiView, Changed, Created, Deleted, Listed, Read
from core.units import UNIT_CHOICES
from core.vat import RATES, Category, Regime
from customers.api import CustomerResource
from customers.models import Party
from documents import warnings
from documents.models import Document, File, FileRole, Line, LineRole, State, VatLine, Warning
from documents.services import crediting, drafting, issuing, printing
from documents.services.drafting import LineInput
from invoices.formats_api import Formats
from invoices.kinds import INVOICE
from invoices.models import CreditNote, Invoice
from invoices.queries import links_with_sources, links_with_targets
from payments import states
from payments.api import DOCUMENT_FILTERS
from products.api import ProductResource
from products.models import Product
from users.models import Language


def _customer(**options: Any) -> Reference:
    return Reference(
        rows=lambda: Party.objects.all(),
        relation="party",
        source="party",
        expands=lambda: CustomerResource,
        allow_null=True,
        **options,
    )


def _product(**options: Any) -> Reference:
    return Reference(rows=lambda: Product.objects.all(), relation="product", expands=lambda: ProductResource, **options)


# ── what is read ──


class LineResource(Resource):
    id = Identifier()
    role = Choice(LineRole.choices)
    product = _product()
    description = Text(multiline=True)
    detail = Text(multiline=True)
    quantity = Amount(places=8, least=0)
    unit = Text()
    unit_price = Amount(places=8, least=4)
    discount_percent = Amount()
    vat_rate = Amount()
    vat_category = Choice(Category.choices)
    net = Amount()


class VatLineResource(Resource):
    category = Choice(Category.choices)
    rate = Amount()
    base = Amount()
    amount = Amount()


class WarningResource(Resource):
    code = Text()
    message = Computed(warnings.message, kind=Text())
    pointer = Text()


class AttachmentResource(Resource):
    id = Identifier()
    kind = Computed(lambda file: file.label or file.role, kind=Text())
    filename = Text()
    media_type = Text()
    size = Whole()
    sha256 = Text()
    send_along = Flag()


def _links(document: Any) -> list[dict[str, str]]:
    """What this document did to others, and others to it."""
    done = [_link(link.relation, link.source) for link in document.known_links_in]
    undergone = {"credits": "credited_by", "replaces": "replaced_by"}
    return done + [_link(undergone[link.relation], link.target) for link in document.known_links_out]


def _link(relation: str, other: Document) -> dict[str, str]:
    return {"relation": relation, "kind": other.kind, "id": str(other.pk), "number": other.number}


def _links_out() -> "Prefetch[str]":
    return Prefetch("links_out", queryset=links_with_targets(), to_attr="known_links_out")


def _links_in() -> "Prefetch[str]":
    return Prefetch("links_in", queryset=links_with_sources(), to_attr="known_links_in")


def _fetch(relation: str, rows: Callable[[], QuerySet[Any]]) -> Callable[[], list[Any]]:
    """A relation fetched as a plain list, `known_lines`."""
    return lambda: [Prefetch(relation, queryset=rows(), to_attr=f"known_{relation}")]


class DocumentResource(Kept):
    related: ClassVar[Any] = {
        "lines": _fetch("lines", lambda: Line.objects.order_by("position", "id")),
        "vat_lines": _fetch("vat_lines", lambda: VatLine.objects.order_by("-rate", "category")),
        "warnings": _fetch("warnings", lambda: Warning.objects.order_by("created_at", "id")),
        "attachments": _fetch(
            "files", lambda: File.objects.filter(role=FileRole.ATTACHMENT).order_by("created_at", "id")
        ),
        "links": lambda: [_links_out(), _links_in()],
    }
    filters: ClassVar[Any] = DOCUMENT_FILTERS

    number = Text()
    state = Choice(State.choices)
    customer = _customer()
    journal = Computed(lambda document: document.declaration.family, kind=Text())
    issue_date = Day()
    due_date = Day()
    delivery_date = Day()
    payment_term_days = Whole()
    currency = Text()
    language = Choice(Language.choices)
    vat_regime = Choice(Regime.choices)
    vat_reason = Text()
    prices_include_vat = Flag()
    attention = Text()
    site = Free()
    reference = Text()
    structured_message = Text()
    intro = Text(multiline=True)
    note = Text(multiline=True)
    terms = Text(multiline=True)
    internal_note = Text(multiline=True)
    lines = LineResource(many=True, source="known_lines")
    vat_lines = VatLineResource(many=True, source="known_vat_lines")
    total_net = Amount()
    total_vat = Amount()
    total_gross = Amount()
    open_amount = Amount(read_only=True)
    payment_state = Computed(states.of, kind=Choice(states.PaymentState.choices))
    warnings = WarningResource(many=True, source="known_warnings")
    attachments = AttachmentResource(many=True, source="known_files")
    links = Computed(_links, kind=Free())


# ── what is written ──


class LineBody(Resource):
    id = RowId(required=False)
    role = Choice(LineRole.choices, required=False)
    product = _product(required=False, allow_null=True)
    description = Text(required=False, multiline=True)
    detail = Text(required=False, multiline=True)
    quantity = Amount(required=False, places=8, digits=11)
    unit = Choice(UNIT_CHOICES, required=False)
    unit_price = Amount(required=False, places=8, digits=11, min_value=0)
    discount_percent = Amount(required=False, min_value=0, max_value=100)
    vat_rate = Amount(required=False, one_of=RATES, source="own_rate")


class DraftBody(Resource):
    customer = _customer(required=False)
    delivery_date = Day(required=False, allow_null=True)
    payment_term_days = Whole(required=False, min_value=0, max_value=365)
    currency = Currency()
    language = Choice(Language.choices, required=False)
    vat_regime = Choice(Regime.choices, required=False)
    vat_reason = Text(required=False, max_length=300)
    prices_include_vat = Flag(required=False)
    attention = Text(required=False, max_length=200)
    reference = Text(required=False, max_length=100)
    intro = Text(required=False, multiline=True)
    note = Text(required=False, multiline=True)
    terms = Text(required=False, multiline=True)
    internal_note = Text(required=False, multiline=True)
    lines = LineBody(many=True, required=False, max_length=drafting.MOST_LINES)  # type: ignore[call-arg]


class IssueBody(Resource):
    issue_date = Day(required=False, allow_null=True)
    accept_warnings = Flag(required=False)


class CreditedLine(Resource):
    id = RowId()
    quantity = Amount(places=8, digits=11)


class CreditBody(Resource):
    lines = CreditedLine(many=True, required=False, max_length=drafting.MOST_LINES)  # type: ignore[call-arg]
    note = Text(required=False, multiline=True)


# ── endpoints ──


class PdfRenderer(JSONRenderer):
    """Lets `Accept: application/pdf` through. The view writes the bytes itself; what is rendered here is a problem."""

    media_type = "application/pdf"
    format = "pdf"


class DocumentView(Formats, Listed, Read, Changed, Deleted):
    """What both kinds have: reading, drafts, issuing and the PDF."""

    area = "invoices"
    resource = DocumentResource
    written = DraftBody
    ordering = ("created_at", "updated_at", "issue_date", "due_date", "number", "total_gross")
    default_ordering = "-created_at"
    searchable = True

    def perform_update(self, row: Document, values: dict[str, Any]) -> None:
        lines = values.pop("lines", None)
        inputs = None if lines is None else _lines(lines, known={line.pk for line in row.lines.all()})
        drafting.update(row, by=self.user, lines=inputs, **values)

    def perform_destroy(self, row: Document) -> None:
        drafting.delete(row, by=self.user)

    @action(detail=True, methods=["post"])
    def issue(self, request: Request, pk: Any) -> Response:
        """Number the draft and freeze it."""
        wish = self.body(IssueBody)
        document = self.checked(pk)
        issuing.issue(
            document,
            by=self.user,
            on=wish.get("issue_date"),
            accept_warnings=wish.get("accept_warnings", False),
        )
        return self.show(pk)

    @action(detail=True, methods=["get"], renderer_classes=[PdfRenderer, JSONRenderer])
    def pdf(self, request: Request, pk: Any) -> HttpResponse:
        """The kept PDF of an issued document; of a draft, how it would look now."""
        queries.known_only(request, ())
        document = self.find(pk)
        if document.is_draft:
            return _pdf(printing.preview(document), filename="draft.pdf")
        kept = printing.pdf(document)
        response = _pdf(files.read(kept.key), filename=kept.filename)
        response["ETag"] = f'"{kept.sha256}"'
        return response


class InvoiceView(Created, DocumentView):
    """`invoices/`."""

    def rows(self) -> QuerySet[Any]:
        return _with_balance(Invoice.objects.all())

    def perform_create(self, values: dict[str, Any]) -> Document:
        party = values.pop("party", None)
        lines = _lines(values.pop("lines", []), known=set())
        return drafting.create(INVOICE.key, company=self.company, party=party, by=self.user, lines=lines, **values)

    @action(detail=True, methods=["post"])
    def credit(self, request: Request, pk: Any) -> Response:
        """A draft credit note for what remains, or for these lines."""
        wish = self.body(CreditBody)
        note = crediting.credit(
            self.checked(pk), by=self.user, quantities=_quantities(wish.get("lines")), note=wish.get("note", "")
        )
        return CreditNoteView.made(self, note)


class CreditNoteView(DocumentView):
    """`credit-notes/`; made by crediting an invoice."""

    def rows(self) -> QuerySet[Any]:
        return _with_balance(CreditNote.objects.all())

    @classmethod
    def made(cls, view: ApiView, note: Document) -> Response:
        """The answer of another endpoint that made a credit note."""
        own = cls(request=view.request)
        response = own.show(note.pk, status=HTTPStatus.CREATED)
        response["Location"] = f"/api/v1/credit-notes/{note.pk}/"
        return response


def _with_balance(documents: QuerySet[Any]) -> QuerySet[Any]:
    return states.with_state(documents.select_related("balance").defer("seller", "buyer", "mentions"))


def _lines(lines: list[dict[str, Any]], *, known: set[Any]) -> list[LineInput]:
    """Lines as the service takes them; an id has to be one of the draft's own."""
    faults = [
        fault(f"/lines/{index}/id", "unknown", _("This draft has no such line."))
        for index, line in enumerate(lines)
        if "id" in line and line["id"] not in known
    ]
    if faults:
        raise Invalid(faults)
    return [LineInput(**line) for line in lines]


def _quantities(lines: list[dict[str, Any]] | None) -> dict[Any, Any] | None:
    if lines is None:
        return None
    quantities: dict[Any, Any] = {}
    for index, line in enumerate(lines):
        if line["id"] in quantities:
            raise Invalid([fault(f"/lines/{index}/id", "twice", _("Name each line once."))])
        quantities[line["id"]] = line["quantity"]
    return quantities


def _pdf(content: bytes, *, filename: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{filename}"', "Cache-Control": "private, no-cache"},
    )
