"""The address book: each app's pages, the API, the hooks, health and the operator's admin."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from efactori.health import healthz
from users.views.session import set_language

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("", RedirectView.as_view(pattern_name="invoices:list"), name="home"),
    path("", include("users.urls")),
    path("language/", set_language, name="set_language"),
    path("company/theme/", include("branding.urls")),
    path("customers/", include("customers.urls")),
    path("products/", include("products.urls")),
    path("", include("documents.urls")),
    path("", include("sending.urls")),
    path("", include("payments.urls")),
    path("", include("sharing.urls")),
    path("", include("invoices.urls")),
    path("jobs/", include("activity.urls")),
    path("admin/", admin.site.urls),
    path("api/v1/", include("efactori.api_urls")),
    path("hooks/", include("integrations.hook_urls")),
    path("settings/applications/", include("integrations.urls")),
    path("settings/webhooks/", include("webhooks.urls")),
    path("work-orders/", include("work_orders.urls")),
]

handler500 = "efactori.faults.server_error"
