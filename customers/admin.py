from django.contrib import admin

from core.admin import ReadOnlyAdmin
from customers.models import Address, Contact, Party


@admin.register(Party)
class PartyAdmin(ReadOnlyAdmin):
    list_display = ("name", "number", "company", "vat_number", "city", "is_archived", "created_at")
    list_filter = ("is_archived", "is_company")
    list_select_related = ("company",)
    search_fields = ("name", "number", "vat_number", "email", "company__name")


@admin.register(Contact)
class ContactAdmin(ReadOnlyAdmin):
    list_display = ("name", "party", "company", "email")
    list_select_related = ("party", "company")
    search_fields = ("name", "email", "party__name")


@admin.register(Address)
class AddressAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "party", "company", "kind", "city", "vat_regime")
    list_select_related = ("party", "company")
    search_fields = ("name", "street", "city", "party__name")
