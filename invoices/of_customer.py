"""What invoices show on a customer's page. Every figure comes with the address of the list behind it."""

from collections.abc import Sized
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.models import Party
from documents.models import Document, DocumentQuerySet
from invoices import course, turnover, yearly
from invoices.forms import OPEN
from invoices.kinds import SALES
from payments import habits, of_customer
from payments.queries import owed_by
from payments.states import PaymentState

PAGE_SIZE = 25


def _documents(party: Party) -> DocumentQuerySet:
    rows: DocumentQuerySet = Document.objects.filter(party=party, kind__in=SALES)
    return rows


def count(party: Party) -> int:
    """How many documents a customer has, drafts too."""
    return _documents(party).count()


def documents_tab(request: HttpRequest, party: Party) -> dict[str, Any]:
    """A customer's drafts, invoices and credit notes, and what is to be paid in all."""
    rows = course.with_course(_documents(party)).order_by(*course.ORDERING.terms(backwards=False))
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    for document in page.object_list:
        document.shown_state = course.shown_state(document)  # type: ignore[attr-defined]
    return {"page": page, "owed": owed_by(party)}


def turnover_panel(_request: HttpRequest, party: Party) -> dict[str, Any] | None:
    """What a customer bought, by currency where there are several; None before anything was issued."""
    found = turnover.of_customer(party, today=timezone.localdate())
    if not found:
        return None
    shown = []
    for one in found:
        narrowed = _narrowed(party, one.currency, found)
        shown.append(
            {
                "sales": yearly.shown(one.year, currency=one.currency, narrowed=narrowed),
                "ever": one.ever,
                "ever_url": yearly.journal("", narrowed),
                "heading": _("Turnover in %s") % one.currency if len(found) > 1 else "",
            }
        )
    return {"turnover": shown}


def habits_panel(_request: HttpRequest, party: Party) -> dict[str, Any] | None:
    """What is open and late, and how long paying took; None where neither says anything."""
    today = timezone.localdate()
    owed = habits.owed(party, today=today)
    found = habits.habits(habits.paid(party))
    if not owed and found is None:
        return None
    oldest = habits.oldest_late(party, today=today)
    return {
        "owed": [{"owed": one, "urls": _lists_of_open(_narrowed(party, one.currency, owed))} for one in owed],
        "oldest": oldest,
        "oldest_days": (today - oldest.due_date).days if oldest and oldest.due_date else 0,
        "habits": found,
        "urls": of_customer.urls(party),
    }


def _narrowed(party: Party, currency: str, currencies: Sized) -> dict[str, str]:
    """What a list is filtered by, so that it adds up to an amount: the customer, and the currency where several are."""
    return {"customer": str(party.pk), **({"currency": currency} if len(currencies) > 1 else {})}


def _lists_of_open(narrowed: dict[str, str]) -> dict[str, str]:
    states = {"open": OPEN, "late": PaymentState.OVERDUE.value}
    page = reverse("invoices:list")
    return {name: f"{page}?{urlencode({'state': state, **narrowed})}" for name, state in states.items()}
