"""What payments add: to a document's page the action, the panel and the timeline's sentences, to a customer's a tab."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activity.timeline import register_sentence
from core import tabs
from core.templatetags.formats import day, money
from documents.models import Document
from documents.pages import Action, Panel, register_action, register_panel
from payments import of_customer, queries
from payments.models import Direction, Method


@register_action
def record(document: Document) -> Action | None:
    """Issued documents can be paid, or paid back."""
    if document.is_draft:
        return None
    is_refund = document.declaration.sign < 0
    label = gettext_lazy("Record a refund") if is_refund else gettext_lazy("Record a payment")
    return Action(label, reverse("payments:record", args=[document.pk]), "wallet")


@register_panel
def paid(document: Document) -> Panel | None:
    """What is open, and what made it so."""
    if document.is_draft:
        return None
    rows = list(queries.settlements_of(document))
    context = {
        "rows": [{"settlement": row, "other": _other(document, row), "label": _label(row)} for row in rows],
        "is_credit_note": document.declaration.sign < 0,
        "overpaid": max(-document.open_amount, Decimal(0)),
        "can_apply": document.declaration.sign < 0
        and document.open_amount > 0
        and queries.open_invoices_for(document).exists(),
    }
    return Panel(gettext_lazy("Payments"), "payments/document_panel.html", context, "wallet")


def _other(document: Document, row: Any) -> Document | None:
    """The document at the other end of a set-off."""
    if row.credit_note is None:
        return None
    other: Document = row.document if row.credit_note_id == document.pk else row.credit_note
    return other


def _label(row: Any) -> Any:
    if row.payment is None:
        return ""
    usual = Direction.IN if row.document.declaration.sign > 0 else Direction.OUT
    return row.payment.get_method_display() if row.payment.direction == usual else row.payment.get_direction_display()


def _money(data: Mapping[str, Any]) -> str:
    return money(Decimal(data["amount"]), data["currency"])


def _paid(received: Callable[[], str], paid_back: Callable[[], str]) -> Callable[[Mapping[str, Any]], str]:
    def sentence(data: Mapping[str, Any]) -> str:
        words = received() if data["direction"] == Direction.IN else paid_back()
        return words % {
            "amount": _money(data),
            "date": day(date.fromisoformat(data["date"])),
            "method": Method(data["method"]).label,
        }

    return sentence


register_sentence(
    "payments.payment.recorded",
    _paid(
        lambda: _("%(amount)s received on %(date)s: %(method)s"),
        lambda: _("%(amount)s paid back on %(date)s: %(method)s"),
    ),
    icon="wallet",
    tone="ok",
    each=True,
)
register_sentence(
    "payments.payment.undone",
    _paid(lambda: _("Payment of %(amount)s undone"), lambda: _("Refund of %(amount)s undone")),
    icon="undo-2",
    tone="warn",
    each=True,
)
register_sentence(
    "payments.application.made",
    lambda data: _("%(amount)s set against %(number)s") % {"amount": _money(data), "number": data["number"]},
    icon="link",
    tone="info",
    each=True,
)
register_sentence(
    "payments.application.undone",
    lambda data: _("%(amount)s no longer set against %(number)s") % {"amount": _money(data), "number": data["number"]},
    icon="undo-2",
    tone="warn",
    each=True,
)

tabs.declare(
    tabs.Tab(
        "customers:detail",
        of_customer.TAB,
        25,
        gettext_lazy("Payment habits"),
        "payments/customer_paid.html",
        of_customer.paid_tab,
    )
)
