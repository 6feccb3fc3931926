"""Products and product groups over the REST API."""

from typing import Any

from django.db.models import QuerySet

from core.api.fields import Amount, Choice, Flag, Reference, Text
from core.api.serializers import Kept
from core.api.views import Bulk, Changed, Created, Deleted, Listed, Read
from core.units import UNIT_CHOICES
from core.vat import RATES, RenovationRate
from products import services
from products.models import Product, ProductGroup


class GroupResource(Kept):
    name = Text(max_length=100)
    ledger_account = Text(required=False, max_length=10)
    margin_percent = Amount(required=False, allow_null=True, digits=5, min_value=0)


class ProductResource(Kept):
    number = Text(required=False, max_length=30)
    name = Text(max_length=200)
    description = Text(required=False, multiline=True)
    group = Reference(
        rows=lambda: ProductGroup.objects.all(),
        relation="group",
        expands=lambda: GroupResource,
        required=False,
        allow_null=True,
    )
    unit = Choice(UNIT_CHOICES, required=False)
    unit_price = Amount(required=False, places=4, min_value=0)
    price_includes_vat = Flag(required=False)
    vat_rate = Amount(required=False, one_of=RATES)
    renovation_rate = Choice(RenovationRate.choices, required=False)
    purchase_price = Amount(required=False, allow_null=True, places=4, min_value=0)
    ledger_account = Text(required=False, max_length=10)
    ean = Text(required=False, max_length=14)
    external_id = Text(required=False, max_length=100)
    is_active = Flag(required=False)


class GroupView(Listed, Read, Created, Changed, Deleted):
    """`product-groups/`."""

    area = "products"
    resource = GroupResource
    ordering = ("name", "created_at", "updated_at")
    default_ordering = "name"

    def rows(self) -> QuerySet[Any]:
        return ProductGroup.objects.all()

    def perform_create(self, values: dict[str, Any]) -> ProductGroup:
        return services.create_group(company=self.company, by=self.user, **values)

    def perform_update(self, row: ProductGroup, values: dict[str, Any]) -> None:
        services.update_group(row, by=self.user, **values)

    def perform_destroy(self, row: ProductGroup) -> None:
        services.delete_group(row, by=self.user)


class ProductView(Listed, Read, Bulk, Changed):
    """`products/`; never deleted: `is_active` archives."""

    area = "products"
    resource = ProductResource
    ordering = ("number", "name", "unit_price", "created_at", "updated_at")
    default_ordering = "number"
    searchable = True

    def rows(self) -> QuerySet[Any]:
        return Product.objects.all()

    def perform_create(self, values: dict[str, Any]) -> Product:
        is_active = values.pop("is_active", True)
        product = services.create_product(company=self.company, by=self.user, **values)
        return product if is_active else services.archive_product(product, by=self.user)

    def perform_update(self, row: Product, values: dict[str, Any]) -> None:
        is_active = values.pop("is_active", row.is_active)
        services.update_product(row, by=self.user, **values)
        change = services.activate_product if is_active else services.archive_product
        change(row, by=self.user)
