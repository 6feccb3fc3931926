"""The operator sees endpoints and what became of their deliveries, never a secret."""

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from webhooks.models import Delivery, Endpoint


@admin.register(Endpoint)
class EndpointAdmin(ReadOnlyAdmin):
    list_display = ("company", "url", "is_active", "failing_since", "disabled_reason")
    list_filter = ("is_active", "disabled_reason")
    list_select_related = ("company",)
    exclude = ("secrets",)


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "company", "endpoint", "state", "step", "next_attempt_at")
    list_filter = ("state",)
    list_select_related = ("company", "endpoint")
