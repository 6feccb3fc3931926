from django.contrib import admin

from core.admin import ReadOnlyAdmin
from exchange.models import Import


@admin.register(Import)
class ImportAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "company", "sheet_key", "filename", "state", "counts")
    list_filter = ("sheet_key", "state")
    list_select_related = ("company",)
    search_fields = ("filename", "company__name")
