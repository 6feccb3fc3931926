"""The address book: each app's pages, the API, the hooks, health and the operator's admin."""

from django.contrib import admin
from django.urls import include, path

from efactori import start
from efactori.design import design
from efactori.health import healthz, readyz
from efactori.pwa import manifest
from users.views.session import admin_sign_in, set_language

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("", start.index, name="home"),
    path("start/first-steps/dismiss/", start.dismiss_first_steps, name="dismiss-first-steps"),
    path("manifest.webmanifest", manifest, name="manifest"),
    path("design/", design, name="design"),
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
    path("", include("exchange.urls")),
    path("jobs/", include("activity.urls")),
    path("admin/login/", admin_sign_in),
    path("admin/", admin.site.urls),
    path("api/v1/", include("efactori.api_urls")),
    path("hooks/", include("integrations.hook_urls")),
    path("settings/applications/", include("integrations.urls")),
    path("settings/webhooks/", include("webhooks.urls")),
    path("work-orders/", include("work_orders.urls")),
]

handler500 = "efactori.faults.server_error"
