"""Payments, and the settlements that make a document's balance of them."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from documents.models import Document, money_field
from users.tenant import TenantModel


class Method(models.TextChoices):
    TRANSFER = "transfer", _("Bank transfer")
    CARD = "card", _("Card")
    CASH = "cash", _("Cash")
    DIRECT_DEBIT = "direct_debit", _("Direct debit")
    OTHER = "other", _("Other")


class Direction(models.TextChoices):
    IN = "in", _("Received")
    OUT = "out", _("Paid back")


class Payment(TenantModel):
    """Money that came in or went out. Undone, it stays as evidence and settles nothing."""

    date = models.DateField(_("date"))
    amount = money_field(_("amount"))
    currency = models.CharField(max_length=3, default="EUR")
    direction = models.CharField(max_length=3, choices=Direction)
    method = models.CharField(_("method"), max_length=20, choices=Method, default=Method.TRANSFER)
    reference = models.CharField(_("reference"), max_length=140, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(amount__gt=0), name="payment_amount_positive")]
        indexes: ClassVar = [models.Index(fields=["company", "-date", "-id"], name="payment_recent")]

    def __str__(self) -> str:
        return f"{self.date} {self.amount}"


class Settlement(TenantModel):
    """What one payment, or one credit note, takes off the open amount of `document`; below zero it adds.

    A credit note that is set against an invoice loses the same amount itself.
    """

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="settlements")
    amount = money_field()
    payment = models.ForeignKey(Payment, null=True, on_delete=models.PROTECT, related_name="settlements")
    credit_note = models.ForeignKey(Document, null=True, on_delete=models.PROTECT, related_name="settlements_given")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(payment__isnull=False, credit_note__isnull=True)
                | Q(payment__isnull=True, credit_note__isnull=False, amount__gt=0),
                name="settlement_one_source",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document_id} {self.amount}"
