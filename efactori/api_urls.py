"""The addresses of the REST API, below `api/v1/`."""

from django.urls import URLPattern, path, re_path
from rest_framework.routers import SimpleRouter

from activity.api import EventView
from core.api.views import Nothing
from customers.api import CustomerView
from integrations.api import ConnectionView, SyncRunView
from invoices.api import CreditNoteView, InvoiceView
from invoices.kinds import CREDIT_NOTE, INVOICE
from payments.api import ApplicationView, BelowDocument, PaymentView
from products.api import GroupView, ProductView
from users.api import CompanyView, MemberView
from webhooks.api import DeliveryView, EndpointView
from work_orders.api import ReceivedView

router = SimpleRouter(use_regex_path=False)
router.register("users", MemberView, basename="user")
router.register("customers", CustomerView, basename="customer")
router.register("product-groups", GroupView, basename="product-group")
router.register("products", ProductView, basename="product")
router.register("invoices", InvoiceView, basename="invoice")
router.register("credit-notes", CreditNoteView, basename="credit-note")
router.register("connections", ConnectionView, basename="connection")
router.register("sync-runs", SyncRunView, basename="sync-run")
router.register("work-orders/received", ReceivedView, basename="received-work-order")
router.register("events", EventView, basename="event")
router.register("webhook-endpoints", EndpointView, basename="webhook-endpoint")
router.register("webhook-endpoints/<uuid:endpoint>/deliveries", DeliveryView, basename="webhook-delivery")


def below(parent: str, name: str, view: type[BelowDocument], kind: str) -> list[URLPattern]:
    """The two addresses of what lives below a document."""
    many = view.as_view({"get": "list", "post": "create"}, kind=kind)
    one = view.as_view({"get": "retrieve", "delete": "destroy"}, kind=kind)
    start = f"{parent}/<uuid:document>/{name}/"
    return [path(start, many, name=f"{parent}-{name}"), path(f"{start}<uuid:pk>/", one, name=f"{parent}-{name}-one")]


app_name = "api"
urlpatterns = [
    path("company/", CompanyView.as_view({"get": "retrieve", "patch": "partial_update"}), name="company"),
    *router.urls,
    *below("invoices", "payments", PaymentView, INVOICE.key),
    *below("credit-notes", "payments", PaymentView, CREDIT_NOTE.key),
    *below("credit-notes", "applications", ApplicationView, CREDIT_NOTE.key),
    re_path("", Nothing.as_view(), name="nothing"),
]
