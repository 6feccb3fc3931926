"""What invoices add to other pages: the timeline's sentences, a customer's documents, and most of the start page."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activity.timeline import register_sentence
from core import first_steps, panels, tabs
from documents.models import Document
from documents.pages import Action, register_action
from invoices import of_customer, of_product, start
from invoices.kinds import CREDIT_NOTE, INVOICE


def _excepted(data: Mapping[str, Any]) -> str:
    return _("“%(line)s” keeps its own VAT rate: %(reason)s") % {"line": data["line"], "reason": data["reason"]}


def _url_of(pk: str | None) -> str:
    """The page of what came of a document, as long as it is there: a draft may be deleted."""
    document = Document.objects.filter(pk=pk).first() if pk else None
    return document.get_absolute_url() if document else ""


for kind in (INVOICE.key, CREDIT_NOTE.key):
    register_sentence(f"invoices.{kind}.created", lambda data: _("Draft made"), icon="file-plus")
    register_sentence(f"invoices.{kind}.updated", lambda data: _("Draft changed"), icon="pencil-line", minor=True)
    register_sentence(f"invoices.{kind}.annotated", lambda data: _("Internal note changed"), icon="lock", minor=True)
    register_sentence(f"invoices.{kind}.vat_excepted", _excepted, icon="percent", tone="warn")
    register_sentence(
        f"invoices.{kind}.issued", lambda data: _("Issued as %s") % data["number"], icon="file-check", tone="ok"
    )
register_sentence(
    "invoices.invoice.credited",
    lambda data: _("Credit note made"),
    icon="undo-2",
    tone="info",
    each=True,
    url=lambda data: _url_of(data.get("credit_note")),
)
register_sentence(
    "invoices.invoice.duplicated",
    lambda data: _("Copied to a new draft"),
    icon="copy",
    each=True,
    url=lambda data: _url_of(data["copy"]),
)


@register_action
def duplicate(document: Document) -> Action | None:
    """Start a new invoice from this one; a credit note belongs to its invoice."""
    if not document.declaration.credited_by:
        return None
    return Action(_("Duplicate"), reverse("invoices:duplicate", args=[document.pk]), icon="copy", post=True)


tabs.declare(
    tabs.Tab(
        "customers:detail",
        "documents",
        20,
        gettext_lazy("Documents"),
        "invoices/customer_documents.html",
        of_customer.documents_tab,
        of_customer.count,
    )
)
tabs.declare(
    tabs.Tab(
        of_product.PAGE,
        of_product.TAB,
        20,
        gettext_lazy("History of use"),
        "invoices/product_sold.html",
        of_product.sold_tab,
    )
)
panels.declare(panels.Panel("customers.party", 10, "invoices/customer_habits.html", of_customer.habits_panel))
panels.declare(panels.Panel("customers.party", 20, "invoices/customer_turnover.html", of_customer.turnover_panel))
panels.declare(panels.Panel("start.actions", 10, "invoices/start_action.html", lambda _request, _company: {}))
panels.declare(panels.Panel("start.main", 10, "invoices/turnover.html", start.sales))
panels.declare(panels.Panel("start.main", 20, "invoices/start_drafts.html", start.drafts))
panels.declare(panels.Panel("start.aside", 10, "invoices/start_receivables.html", start.receivables))
first_steps.declare(
    first_steps.Step(
        order=50,
        label=gettext_lazy("Issue your first invoice"),
        hint=gettext_lazy("Until you issue it, nothing is final."),
        icon="receipt-text",
        url_name="invoices:create",
        is_done=lambda _company: Document.objects.issued().filter(kind=INVOICE.key).exists(),
    )
)
