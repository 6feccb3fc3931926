"""The operator sees payments and settlements; both change through the services alone."""

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from payments.models import Payment, Settlement


@admin.register(Payment)
class PaymentAdmin(ReadOnlyAdmin):
    list_display = ("date", "company", "direction", "amount", "currency", "method", "reference", "undone_at")
    list_filter = ("direction", "method")
    list_select_related = ("company",)
    search_fields = ("reference",)


@admin.register(Settlement)
class SettlementAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "company", "document", "amount", "payment", "credit_note")
    list_select_related = ("company", "document", "payment", "credit_note")
