"""Received work orders over the REST API, and the prices that their invoices wait for."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.fields import Choice, Computed, Free, Identifier, Moment, Reference, Text, Whole
from core.api.serializers import Resource
from core.api.views import ApiView, Listed, Read
from documents.models import Document, Warning
from integrations.api import ConnectionResource
from integrations.models import Connection, HookState, InboundHook
from integrations.services import receiving
from invoices.api import DocumentResource, InvoiceView, WarningResource
from work_orders.services import repricing


def _warnings(hook: Any) -> list[dict[str, Any]]:
    """What the invoice still warns of; its draft may be gone."""
    write = WarningResource.writer()
    return [] if hook.document is None else [write(warning) for warning in hook.document.warnings.all()]


class ReceivedResource(Resource):
    id = Identifier()
    created_at = Moment(source="received_at")
    updated_at = Computed(lambda hook: hook.processed_at or hook.received_at, kind=Moment())
    connection = Reference(
        rows=lambda: Connection.objects.defer("secrets"), relation="connection", expands=lambda: ConnectionResource
    )
    external_id = Text(source="subject_id")
    number = Text(source="subject_number")
    state = Choice(HookState.choices)
    error = Text(multiline=True)
    warnings = Computed(_warnings, kind=Free())
    invoice = Computed(
        lambda hook: None if hook.document is None else hook.document.pk, kind=Identifier(allow_null=True)
    )
    received_at = Moment()
    processed_at = Moment()


class ReceivedView(Listed, Read):
    """`work-orders/received/`: every message that came, newest first."""

    area = "work_orders"
    transactions = "many"
    resource = ReceivedResource
    ordering = ("received_at", "processed_at", "number")
    default_ordering = "-received_at"
    completes = True

    def rows(self) -> QuerySet[Any]:
        return InboundHook.objects.defer("body", "answer")

    def complete(self, rows: list[Any]) -> None:
        """The invoice of each message: the message keeps an id that may point at a draft thrown away."""
        documents = Document.objects.only("id").prefetch_related(
            Prefetch("warnings", queryset=Warning.objects.order_by("created_at", "id"))
        )
        found = documents.in_bulk([row.object_id for row in rows if row.object_id])
        for row in rows:
            row.document = found.get(row.object_id)

    @action(detail=True, methods=["post"])
    def process(self, request: Request, pk: Any) -> Response:
        """Process the message again, as if it had just come."""
        self.body(Resource)
        receiving.reprocess(self.find(pk), by=self.user)
        return self.show(pk)


class RepriceView(ApiView):
    """`invoices/{id}/reprice/`: an action on invoices that belongs here, for only work orders leave prices open."""

    area = "invoices"
    resource = DocumentResource

    def rows(self) -> QuerySet[Any]:
        return InvoiceView(request=self.request).rows()

    @action(detail=True, methods=["post"], adds={"repriced": Whole()})
    def reprice(self, request: Request, pk: Any) -> Response:
        """Fill in missing prices, as far as they are known by now.

        Answers the invoice with `repriced`, how many lines got a price: 0 where none waits for one, also in a draft
        that came from no work order. A line that a person changed is left alone.
        """
        self.body(Resource)
        count = repricing.reprice(self.checked(pk), by=self.user)
        response = self.show(pk)
        response.data["repriced"] = count
        return response
