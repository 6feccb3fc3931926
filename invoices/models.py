"""Names for the two kinds over the one table of documents."""

from typing import ClassVar, Self

from django.utils.translation import gettext_lazy as _

from core.tenancy import scoped_manager
from documents.models import Document, DocumentManager
from invoices.kinds import CREDIT_NOTE, INVOICE


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
