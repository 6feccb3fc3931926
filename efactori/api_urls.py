"""The addresses of the REST API, below `api/v1/`."""

from typing import Any

from django.urls import URLPattern, path, re_path
from rest_framework.routers import SimpleRouter

from activity.api import EventView
from core.api.reference.views import docs, schema
from core.api.views import Nothing
from customers.api import CustomerView
from documents.api import AttachmentView, BelowDocument
from integrations.api import ConnectionView, SyncRunView
from invoices.api import CreditNoteView, InvoiceView
from invoices.kinds import CREDIT_NOTE, INVOICE
from payments.api import ApplicationView, PaymentView
from products.api import GroupView, ProductView
from users.api import CompanyView, MemberView
from webhooks.api import DeliveryView, EndpointView
from work_orders.api import ReceivedView, RepriceView

router = SimpleRouter(use_regex_path=False)
router.register("users", MemberView, basename="user")
router.register("customers", CustomerView, basename="customer")
router.register("product-groups", GroupView, basename="product-group")
router.register("products", ProductView, basename="product")
router.register("invoices", InvoiceView, basename="invoice")
router.register("invoices", RepriceView, basename="invoice-reprice")
router.register("credit-notes", CreditNoteView, basename="credit-note")
router.register("connections", ConnectionView, basename="connection")
router.register("sync-runs", SyncRunView, basename="sync-run")
router.register("work-orders/received", ReceivedView, basename="received-work-order")
router.register("events", EventView, basename="event")
router.register("webhook-endpoints", EndpointView, basename="webhook-endpoint")
router.register("webhook-endpoints/<uuid:endpoint>/deliveries", DeliveryView, basename="webhook-delivery")


VERBS = {"get": "retrieve", "patch": "partial_update", "delete": "destroy"}


def below(parent: str, name: str, view: type[BelowDocument], kind: str) -> list[URLPattern]:
    """The addresses of what lives below a document: the list, one, and the actions on one."""
    start = f"{parent}/<uuid:document>/{name}/"
    one: dict[str, Any] = {method: verb for method, verb in VERBS.items() if hasattr(view, verb)}
    many = view.as_view({"get": "list", "post": "create"}, kind=kind, **view.creating)
    found = [
        path(start, many, name=f"{parent}-{name}"),
        path(f"{start}<uuid:pk>/", view.as_view(one, kind=kind), name=f"{parent}-{name}-one"),
    ]
    actions: list[Any] = view.get_extra_actions()
    for extra in actions:
        made = view.as_view(dict(extra.mapping), kind=kind, **extra.kwargs)
        found.append(path(f"{start}<uuid:pk>/{extra.url_path}/", made, name=f"{parent}-{name}-{extra.url_name}"))
    return found


app_name = "api"
urlpatterns = [
    path("company/", CompanyView.as_view({"get": "retrieve", "patch": "partial_update"}), name="company"),
    *router.urls,
    *below("invoices", "attachments", AttachmentView, INVOICE.key),
    *below("credit-notes", "attachments", AttachmentView, CREDIT_NOTE.key),
    *below("invoices", "payments", PaymentView, INVOICE.key),
    *below("credit-notes", "payments", PaymentView, CREDIT_NOTE.key),
    *below("credit-notes", "applications", ApplicationView, CREDIT_NOTE.key),
    path("schema/", schema, name="schema"),
    path("docs/", docs, name="docs"),
    re_path("", Nothing.as_view(), name="nothing"),
]
