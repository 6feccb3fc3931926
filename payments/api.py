"""Payments of a document over the REST API, and credit notes set against invoices; both live below their document."""

from typing import Any, ClassVar

from django.db.models import QuerySet

from core.api.fields import Amount, Choice, Day, Identifier, Moment, Reference, Text
from core.api.queries import RANGES
from core.api.serializers import Kept, Resource
from documents.api import BelowDocument
from documents.models import Document
from payments.models import Direction, Method, Payment, Settlement
from payments.queries import receivable_kinds
from payments.services import applying, balances, recording
from payments.states import PaymentState

_OPEN_AMOUNT = "shown_open_amount"  # an alias, as is `payment_state`: `states.with_state`
DOCUMENT_FILTERS: dict[str, tuple[str, Any]] = {
    "payment_state": ("payment_state", Choice(PaymentState.choices)),
    "open_amount": (_OPEN_AMOUNT, Amount()),
    **{f"open_amount__{kind}": (f"{_OPEN_AMOUNT}__{kind}", Amount()) for kind in RANGES},
}


class PaymentResource(Kept):
    date = Day()
    amount = Amount()
    currency = Text()
    direction = Choice(Direction.choices)
    method = Choice(Method.choices)
    reference = Text()
    recorded_by = Reference(rows=Payment.objects.none, relation="recorded_by", read_only=True)


class PaymentBody(Resource):
    date = Day(required=False, source="on")
    amount = Amount()
    method = Choice(Method.choices, required=False)
    reference = Text(required=False, max_length=140)
    direction = Choice(Direction.choices, required=False)


class ApplicationResource(Resource):
    id = Identifier()
    created_at = Moment()
    invoice = Reference(rows=lambda: _invoices(), relation="document", source="document")
    amount = Amount()


class ApplicationBody(Resource):
    invoice = Reference(rows=lambda: _invoices(), relation="document", source="document")
    amount = Amount(required=False)


class SettledView(BelowDocument):
    """Rows that move an open amount."""

    area = "payments"

    def find(self, pk: Any, *, lock: bool = False) -> Any:
        """The row; to lock it is to lock its document first, as the services do."""
        if lock:
            balances.lock(self.document.pk)
        return super().find(pk, lock=lock)


class PaymentView(SettledView):
    """`invoices/{id}/payments/` and `credit-notes/{id}/payments/`: those that stand; DELETE undoes one."""

    resource = PaymentResource
    written = PaymentBody
    ordering: ClassVar[Any] = ("created_at", "date", "amount")

    def rows(self) -> QuerySet[Any]:
        return Payment.objects.filter(settlements__document=self.document)

    def perform_create(self, values: dict[str, Any]) -> Payment:
        return recording.record(self.document, by=self.user, **values)

    def perform_destroy(self, row: Payment) -> None:
        recording.undo(row, by=self.user)


class ApplicationView(SettledView):
    """`credit-notes/{id}/applications/`: the invoices that a credit note is set against."""

    resource = ApplicationResource
    written = ApplicationBody

    def rows(self) -> QuerySet[Any]:
        return Settlement.objects.filter(credit_note=self.document)

    def perform_create(self, values: dict[str, Any]) -> Settlement:
        invoice = values.pop("document")
        return applying.apply(self.document, to=invoice, by=self.user, **values)

    def perform_destroy(self, row: Settlement) -> None:
        applying.undo(row, by=self.user)


def _invoices() -> QuerySet[Document]:
    return Document.objects.filter(kind__in=receivable_kinds())
