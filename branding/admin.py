from django.contrib import admin

from branding.models import Theme
from core.admin import ReadOnlyAdmin


@admin.register(Theme)
class ThemeAdmin(ReadOnlyAdmin):
    list_display = ("name", "company", "style", "is_default")
    list_select_related = ("company",)
    search_fields = ("name", "company__name")
