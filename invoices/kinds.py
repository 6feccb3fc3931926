"""The two kinds that this app declares."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from documents.kinds import Kind, register

INVOICE = register(
    Kind(
        key="invoice",
        app="invoices",
        label=_("Invoice"),
        label_plural=_("Invoices"),
        family="invoice",
        number_format="%Y-(4)",
        sign=1,
        ubl_type="380",
        url_name="invoices:detail",
        has_due_date=True,
        communication_series="01",
        credited_by="credit_note",
    )
)
CREDIT_NOTE = register(
    Kind(
        key="credit_note",
        app="invoices",
        label=_("Credit note"),
        label_plural=_("Credit notes"),
        family="credit_note",
        number_format="CN%Y-(4)",
        sign=-1,
        ubl_type="381",
        url_name="invoices:credit-note-detail",
    )
)
SALES = (INVOICE.key, CREDIT_NOTE.key)  # what makes the turnover: the one adds, the other takes off


def list_url(kind: str) -> str:
    """Where the documents of a kind are listed."""
    return reverse("invoices:list" if kind == INVOICE.key else "invoices:credit-notes")
