"""Parties, their contact persons and their delivery and site addresses."""

from typing import ClassVar, Self

from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.tenancy import scoped_manager
from core.vat import Regime
from users.models import Language, Region
from users.tenant import TenantModel

COUNTRY = RegexValidator(r"^[A-Z]{2}$", _("Use the country's two capital letters, for example BE."))


class PostalAddress(models.Model):
    """The fields of an address (EN 16931 BG-5, BG-8)."""

    street = models.CharField(_("street"), max_length=150, blank=True)
    street_number = models.CharField(_("number"), max_length=20, blank=True)
    box = models.CharField(_("box"), max_length=20, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=20, blank=True)
    city = models.CharField(_("city"), max_length=100, blank=True)
    country = models.CharField(_("country"), max_length=2, default="BE", validators=[COUNTRY])

    class Meta:
        abstract = True


class PartyQuerySet(models.QuerySet["Party"]):
    def customers(self) -> "PartyQuerySet":
        return self.filter(is_customer=True)

    def current(self) -> "PartyQuerySet":
        return self.filter(is_archived=False)

    def search(self, text: str) -> "PartyQuerySet":
        """Parties whose name, number, VAT number, e-mail or city holds the text."""
        condition = models.Q()
        for word in text.split():
            condition &= (
                models.Q(name__icontains=word)
                | models.Q(number__icontains=word)
                | models.Q(vat_number__icontains=word.replace(".", ""))
                | models.Q(email__icontains=word)
                | models.Q(city__icontains=word)
            )
        return self.filter(condition)


PartyManager = models.Manager.from_queryset(PartyQuerySet)


class Party(PostalAddress, TenantModel):
    """Someone the company deals with. `name_key` is the name as matching compares it."""

    number = models.CharField(_("number"), max_length=30)
    name = models.CharField(_("name"), max_length=200)
    name_key = models.CharField(max_length=200, editable=False, default="")
    is_customer = models.BooleanField(_("customer"), default=True)
    is_supplier = models.BooleanField(_("supplier"), default=False)
    is_prospect = models.BooleanField(_("prospect"), default=False)
    is_company = models.BooleanField(_("company"), default=True)
    vat_number = models.CharField(_("VAT number"), max_length=20, blank=True)
    vat_regime = models.CharField(_("VAT regime"), max_length=30, choices=Regime, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=Language, default=Language.FRENCH)
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    payment_term_days = models.PositiveSmallIntegerField(
        _("payment term in days"), null=True, blank=True, validators=[MaxValueValidator(365)]
    )
    external_id = models.CharField(_("external id"), max_length=100, blank=True)
    custom_fields = models.JSONField(default=dict, blank=True)
    is_archived = models.BooleanField(_("archived"), default=False)
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="merged", editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[PartyManager[Self]] = scoped_manager(PartyManager)
    event_kind: ClassVar[str] = "customer"

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "number"], name="party_number_once"),
            models.UniqueConstraint(
                fields=["company", "external_id"], condition=~models.Q(external_id=""), name="party_external_id_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "name"], name="party_name"),
            models.Index(fields=["company", "name_key"], name="party_name_key"),
            models.Index(fields=["company", "vat_number"], name="party_vat_number"),
            models.Index(fields=["company", "email"], name="party_email"),
        ]

    def __str__(self) -> str:
        return self.name


class Contact(TenantModel):
    """A person at a party."""

    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="contacts")
    name = models.CharField(_("name"), max_length=200)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    function = models.CharField(_("function"), max_length=100, blank=True)

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class AddressKind(models.TextChoices):
    DELIVERY = "delivery", _("Delivery address")
    SITE = "site", _("Site address")


class Address(PostalAddress, TenantModel):
    """A delivery or site address of a party; a site may preset the VAT regime of works done there."""

    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="addresses")
    kind = models.CharField(_("kind"), max_length=10, choices=AddressKind, default=AddressKind.SITE)
    name = models.CharField(_("name"), max_length=200, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    region = models.CharField(_("region"), max_length=10, choices=Region, blank=True)
    vat_regime = models.CharField(_("VAT regime"), max_length=30, choices=Regime, blank=True)

    class Meta:
        ordering: ClassVar = ["name", "street"]

    def __str__(self) -> str:
        return self.name or self.street
