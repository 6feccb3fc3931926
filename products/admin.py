from django.contrib import admin

from core.admin import ReadOnlyAdmin
from products.models import Product, ProductGroup


@admin.register(Product)
class ProductAdmin(ReadOnlyAdmin):
    list_display = ("number", "name", "company", "unit_price", "vat_rate", "is_active")
    list_filter = ("is_active",)
    list_select_related = ("company",)
    search_fields = ("number", "name", "ean", "company__name")


@admin.register(ProductGroup)
class ProductGroupAdmin(ReadOnlyAdmin):
    list_display = ("name", "company", "created_at")
    list_select_related = ("company",)
    search_fields = ("name", "company__name")
