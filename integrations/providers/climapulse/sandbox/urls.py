"""Three doors: the API of the contract at the root, the pages under `app/`, buttons for scripts under `sandbox/`."""

from django.urls import path
from django.views.generic import RedirectView

from integrations.providers.climapulse.sandbox import api, control, pages

urlpatterns = [
    path("account", api.account),
    path("integrations/efactori", api.registration),
    path("inventory/items", api.inventory),
    path("inventory/items/<path:external_id>", api.item),
    path("work-orders/<str:work_order_id>/attachments/<str:attachment_id>", api.attachment),
    path("healthz", control.healthz),
    path("sandbox/state", control.state),
    path("sandbox/faults", control.faults),
    path("sandbox/work-orders/<str:work_order_id>/create-invoice", control.create_invoice),
    path("", RedirectView.as_view(pattern_name="work_orders")),
    path("favicon.ico", pages.icon),
    path("app/style.css", pages.style, name="style"),
    path("app/work-orders", pages.work_orders, name="work_orders"),
    path("app/work-orders/new", pages.edit_work_order, name="new_work_order"),
    path("app/work-orders/<str:work_order_id>", pages.work_order, name="work_order"),
    path("app/work-orders/<str:work_order_id>/edit", pages.edit_work_order, name="edit_work_order"),
    path("app/work-orders/<str:work_order_id>/create-invoice", pages.create_invoice, name="create_invoice"),
    path("app/work-orders/<str:work_order_id>/files/<str:attachment_id>", pages.file, name="file"),
    path("app/inventory", pages.inventory, name="inventory"),
    path("app/profile", pages.profile, name="profile"),
    path("app/deliveries", pages.deliveries, name="deliveries"),
    path("app/deliveries/<int:seq>", pages.delivery, name="delivery"),
    path("app/misbehaviour", pages.misbehaviour, name="misbehaviour"),
]
