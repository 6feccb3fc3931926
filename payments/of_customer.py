"""What payments show on a customer's page: how long it took to pay each invoice."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest

from core import tabs
from customers.models import Party
from payments import habits

PAGE_SIZE = 50
TAB, LATE = "payments", "late"


def urls(party: Party) -> dict[str, str]:
    """The lists behind the figures: of what was paid in full, and of what was paid late."""
    page = tabs.url("customers:detail", TAB, party)
    return {"paid": page, "late": f"{page}&show={LATE}"}


def paid_tab(request: HttpRequest, party: Party) -> dict[str, Any]:
    """The invoices that were paid in full with the days that it took, or only those that were paid late."""
    invoices = habits.paid(party)
    late = [one for one in invoices if one.days_late > 0]
    is_late = request.GET.get("show") == LATE
    return {
        "page": Paginator(late if is_late else invoices, PAGE_SIZE).get_page(request.GET.get("page")),
        "habits": habits.habits(invoices),
        "is_late": is_late,
        "urls": urls(party),
    }
