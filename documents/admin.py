"""The operator sees documents as they stand; they change through the services alone."""

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from documents.models import Document, File, Line, NumberFormat, Series, VatLine


class LineInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Line
    fields = ("position", "role", "description", "quantity", "unit", "unit_price", "vat_category", "vat_rate", "net")
    can_delete = False


class VatLineInline(admin.TabularInline):  # type: ignore[type-arg]
    model = VatLine
    can_delete = False


@admin.register(Document)
class DocumentAdmin(ReadOnlyAdmin):
    list_display = ("number", "kind", "state", "company", "buyer_name", "issue_date", "total_gross")
    list_filter = ("kind", "state")
    list_select_related = ("company",)
    search_fields = ("number", "buyer_name", "structured_message")
    inlines = (LineInline, VatLineInline)


@admin.register(File)
class FileAdmin(ReadOnlyAdmin):
    list_display = ("filename", "role", "company", "document", "size", "created_at")
    list_filter = ("role",)
    list_select_related = ("company", "document")


@admin.register(Series)
class SeriesAdmin(ReadOnlyAdmin):
    list_display = ("company", "family", "year", "next_number", "last_date")
    list_select_related = ("company",)


@admin.register(NumberFormat)
class NumberFormatAdmin(ReadOnlyAdmin):
    list_display = ("company", "family", "format")
    list_select_related = ("company",)
