"""Invoices and credit notes over the REST API."""

from http import HTTPStatus
from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.fields import (
    Amount,
    Choice,
    Computed,
    Day,
    Flag,
    Free,
    Identifier,
    Text,
    Whole,
)
from core.api.serializers import Joined, Kept, Resource
from core.api.views import ApiView, Bulk, Changed, Deleted, Listed, Read
from core.vat import Category, Regime
from documents import kinds, warnings
from documents.api import AttachmentResource
from documents.models import Document, File, FileRole, Line, LineRole, Link, State, VatLine, Warning
from documents.services import copying, crediting, drafting, issuing
from invoices.bodies_api import (
    CreditBody,
    CustomerReference,
    DraftBody,
    InvoiceBody,
    IssueBody,
    lines_of,
    party_of,
    product_reference,
    quantities_of,
    wish_of,
)
from invoices.formats_api import Formats
from invoices.kinds import INVOICE
from invoices.models import CreditNote, Invoice
from invoices.sending_api import Sent
from payments import states
from payments.api import DOCUMENT_FILTERS
from users.models import Language

# ── what is read ──


class LineResource(Resource):
    id = Identifier()
    role = Choice(LineRole.choices)
    product = product_reference()
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
    message = Computed(warnings.message, kind=Text(), reads=("code", "data"))
    pointer = Text()


LINKS = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            "relation": {"type": "string"},
            "kind": {"type": "string"},
            "id": {"type": "string", "format": "uuid"},
            "number": {"type": "string"},
        },
        "required": ["relation", "kind", "id", "number"],
    },
}


UNDERGONE = {"credits": "credited_by", "replaces": "replaced_by", "copied": "copied_to"}


class LinkInResource(Resource):
    """What this document did to another."""

    relation = Text()
    kind = Text(source="source.kind")
    id = Identifier(source="source.id")
    number = Text(source="source.number")


class LinkOutResource(Resource):
    """What another document did to this one."""

    relation = Computed(lambda link: UNDERGONE[link.relation], kind=Text(), reads=("relation",))
    kind = Text(source="target.kind")
    id = Identifier(source="target.id")
    number = Text(source="target.number")


class DocumentResource(Kept):
    related: ClassVar[Any] = {
        "lines": lambda: Line.objects.order_by("position", "id"),
        "vat_lines": lambda: VatLine.objects.order_by("-rate", "category"),
        "warnings": lambda: Warning.objects.order_by("created_at", "id"),
        "files": lambda: File.objects.filter(role=FileRole.ATTACHMENT).order_by("created_at", "id"),
        "links_in": lambda: Link.objects.order_by("id"),
        "links_out": lambda: Link.objects.order_by("id"),
    }
    rare: ClassVar[Any] = {"warnings": {}, "files": {"role": FileRole.ATTACHMENT}, "links_in": {}, "links_out": {}}
    filters: ClassVar[Any] = DOCUMENT_FILTERS
    example: ClassVar[Any] = {"state": "issued", "journal": "INV", "site": None, "warnings": []}

    number = Text()
    state = Choice(State.choices)
    customer = CustomerReference()
    journal = Computed(lambda document: kinds.get(document.kind).family, kind=Text(), reads=("kind",))
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
    lines = LineResource(many=True)
    vat_lines = VatLineResource(many=True)
    total_net = Amount()
    total_vat = Amount()
    total_gross = Amount()
    open_amount = Computed(states.open_amount, kind=Amount(), reads=("state", "balance__open_amount"))
    payment_state = Computed(
        states.of,
        kind=Choice(states.PaymentState.choices, allow_null=True),
        reads=("state", "due_date", "total_gross", "balance__open_amount"),
    )
    warnings = WarningResource(many=True)
    attachments = AttachmentResource(many=True, source="files")
    links = Joined(kind=Free(shape=LINKS), links_in=LinkInResource, links_out=LinkOutResource)


# ── endpoints ──


class DocumentView(Formats, Sent, Listed, Read, Changed, Deleted):
    """What both kinds have: reading, drafts, issuing, sending and the other forms."""

    area = "invoices"
    resource = DocumentResource
    written = DraftBody
    ordering = ("created_at", "updated_at", "issue_date", "due_date", "number", "total_gross")
    default_ordering = "-created_at"
    searchable = True
    is_steady = True

    def filterable(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return states.with_state(rows)

    def perform_update(self, row: Document, values: dict[str, Any]) -> None:
        lines = values.pop("lines", None)
        inputs = None if lines is None else lines_of(lines, known={line.pk for line in row.lines.all()})
        drafting.update(row, by=self.user, lines=inputs, **values)

    def perform_destroy(self, row: Document) -> None:
        drafting.delete(row, by=self.user)

    @action(detail=True, methods=["post"], takes=IssueBody)
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


class InvoiceView(Bulk, DocumentView):
    """`invoices/`."""

    made_from = InvoiceBody

    def rows(self) -> QuerySet[Any]:
        return _for_reading(Invoice.objects.all())

    def perform_create(self, values: dict[str, Any]) -> Document:
        wish = wish_of(values)
        lines = lines_of(values.pop("lines", []), known=set())
        party = party_of(values.pop("party", None), company=self.company, by=self.user)
        make = drafting.create if wish is None else issuing.create
        return make(INVOICE.key, company=self.company, party=party, by=self.user, lines=lines, **(wish or {}), **values)

    @action(detail=True, methods=["post"], takes=CreditBody, status=HTTPStatus.CREATED)
    def credit(self, request: Request, pk: Any) -> Response:
        """A draft credit note for what remains, or for these lines."""
        wish = self.body(CreditBody)
        note = crediting.credit(
            self.checked(pk), by=self.user, quantities=quantities_of(wish.get("lines")), note=wish.get("note", "")
        )
        return CreditNoteView.made(self, note)

    @action(detail=True, methods=["post"], status=HTTPStatus.CREATED)
    def duplicate(self, request: Request, pk: Any) -> Response:
        """A new draft with the same customer, texts and lines."""
        self.body(Resource)
        draft = copying.duplicate(self.checked(pk), by=self.user)
        response = self.show(draft.pk, status=HTTPStatus.CREATED)
        response["Location"] = f"/api/v1/invoices/{draft.pk}/"
        return response


class CreditNoteView(DocumentView):
    """`credit-notes/`; made by crediting an invoice."""

    def rows(self) -> QuerySet[Any]:
        return _for_reading(CreditNote.objects.all())

    @classmethod
    def made(cls, view: ApiView, note: Document) -> Response:
        """The answer of another endpoint that made a credit note."""
        own = cls(request=view.request)
        response = own.show(note.pk, status=HTTPStatus.CREATED)
        response["Location"] = f"/api/v1/credit-notes/{note.pk}/"
        return response


def _for_reading(documents: QuerySet[Any]) -> QuerySet[Any]:
    return documents.select_related("balance").defer("seller", "buyer", "mentions")
