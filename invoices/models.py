"""Names for the two kinds over the one table of documents, and what they come to by month."""

from typing import ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.tenancy import scoped_manager
from documents.models import Document, DocumentManager, money_field
from invoices.kinds import CREDIT_NOTE, INVOICE
from users.tenant import TenantModel


class Invoice(Document):
    objects: ClassVar[DocumentManager[Self]] = scoped_manager(DocumentManager, kind=INVOICE.key)

    class Meta:
        proxy = True
        verbose_name = _("invoice")
        verbose_name_plural = _("invoices")


class CreditNote(Document):
    objects: ClassVar[DocumentManager[Self]] = scoped_manager(DocumentManager, kind=CREDIT_NOTE.key)

    class Meta:
        proxy = True
        verbose_name = _("credit note")
        verbose_name_plural = _("credit notes")


class MonthlyTurnover(TenantModel):
    """What the documents of one kind issued in a month come to without VAT; kept by `turnover.add`, at issue."""

    kind = models.CharField(max_length=30)
    month = models.DateField()
    net = money_field()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "month", "kind"], name="monthly_turnover_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.month:%Y-%m}"
