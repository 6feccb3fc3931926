"""Products and their groups."""

from decimal import Decimal
from typing import ClassVar, Self

from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.money import half_up
from core.tenancy import scoped_manager
from core.units import PIECE, UNIT_CHOICES
from core.vat import RATE_CHOICES, RenovationRate
from users.tenant import TenantModel


class ProductGroup(TenantModel):
    name = models.CharField(_("name"), max_length=100)
    ledger_account = models.CharField(_("ledger account"), max_length=10, blank=True)
    margin_percent = models.DecimalField(
        _("margin in percent"), max_digits=7, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("product group")
        verbose_name_plural = _("product groups")
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["company", "name"], name="product_group_name_once")]

    def __str__(self) -> str:
        return self.name


class ProductQuerySet(models.QuerySet["Product"]):
    def active(self) -> "ProductQuerySet":
        return self.filter(is_active=True)

    def search(self, text: str) -> "ProductQuerySet":
        """Products whose name, number or EAN holds every word."""
        condition = models.Q()
        for word in text.split():
            condition &= (
                models.Q(name__icontains=word) | models.Q(number__icontains=word) | models.Q(ean__icontains=word)
            )
        return self.filter(condition)


ProductManager = models.Manager.from_queryset(ProductQuerySet)


class Product(TenantModel):
    """Something sold. `unit_price` includes VAT when `price_includes_vat` says so; `unit` is UN/ECE Rec 20."""

    number = models.CharField(_("number"), max_length=30)
    name = models.CharField(_("name"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    group = models.ForeignKey(
        ProductGroup, null=True, blank=True, on_delete=models.PROTECT, related_name="products", verbose_name=_("group")
    )
    unit = models.CharField(_("unit"), max_length=3, choices=UNIT_CHOICES, default=PIECE)
    unit_price = models.DecimalField(
        _("unit price"), max_digits=14, decimal_places=4, default=Decimal(0), validators=[MinValueValidator(0)]
    )
    price_includes_vat = models.BooleanField(_("price includes VAT"), default=False)
    vat_rate = models.DecimalField(
        _("VAT rate"), max_digits=5, decimal_places=2, default=Decimal("21.00"), choices=RATE_CHOICES
    )
    renovation_rate = models.CharField(
        _("renovation at 6 %"), max_length=10, choices=RenovationRate, default=RenovationRate.ALLOWED
    )
    purchase_price = models.DecimalField(
        _("purchase price"), max_digits=14, decimal_places=4, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    ledger_account = models.CharField(_("ledger account"), max_length=10, blank=True)
    ean = models.CharField(_("EAN"), max_length=14, blank=True)
    external_id = models.CharField(_("external id"), max_length=100, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[ProductManager[Self]] = scoped_manager(ProductManager)

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "number"], name="product_number_once"),
            models.UniqueConstraint(
                fields=["company", "external_id"], condition=~models.Q(external_id=""), name="product_external_id_once"
            ),
            models.CheckConstraint(condition=models.Q(unit_price__gte=0), name="product_price_positive"),
        ]
        indexes: ClassVar = [models.Index(fields=["company", "name"], name="product_name")]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    @property
    def net_unit_price(self) -> Decimal:
        """The price without VAT; one that includes VAT is converted with 6 decimals."""
        if not self.price_includes_vat:
            return self.unit_price
        return half_up(self.unit_price * 100 / (100 + self.vat_rate), 6)
