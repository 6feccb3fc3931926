from django.contrib import admin

from core.admin import ReadOnlyAdmin
from work_orders.models import WorkOrder


@admin.register(WorkOrder)
class WorkOrderAdmin(ReadOnlyAdmin):
    list_display = ("number", "company", "external_id", "document", "party", "created_at")
    search_fields = ("number", "external_id")
