"""Names for the two kinds over the one table of documents, and what they come to by month."""

from typing import ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.tenancy import scoped_manager
from documents.models import Document, DocumentManager, money_field
from invoices.kinds import CREDIT_NOTE, INVOICE
from users.models import User
from users.tenant import TenantModel

LONGEST_NAME = 40
LONGEST_QUERY = 1000  # every field of the filter bar filled to its end fits


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


class ListColumns(TenantModel):
    """The columns that a person wants to see in the list of a kind; `keys` are those of `invoices.columns`."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=30)
    keys = models.JSONField(default=list)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "user", "kind"], name="list_columns_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {', '.join(self.keys)}"


class SavedFilter(TenantModel):
    """A filter that a person gave a name; `query` is the address's part behind the question mark."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=30)
    name = models.CharField(_("name"), max_length=LONGEST_NAME)
    query = models.CharField(max_length=LONGEST_QUERY)

    class Meta:
        ordering: ClassVar = ["name", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "user", "kind", "name"], name="saved_filter_name_once"),
        ]

    def __str__(self) -> str:
        return self.name
