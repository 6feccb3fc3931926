"""What invoices show on the start page: turnover, what is still to be paid, and the drafts that wait for somebody.

Every amount comes with the address of the list that adds up to it.
"""

from collections import defaultdict
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Count, Sum
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from core import charts
from core.money import ZERO, half_up
from documents.models import Document, Warning
from invoices import course, points, turnover, yearly
from invoices.forms import OPEN, TO_CHECK
from invoices.kinds import INVOICE
from payments import queries
from payments.queries import Open
from payments.states import Age, PaymentState
from users.models import Membership

LATE_CUSTOMERS = 5
DRAFTS = 5


def sales(_request: HttpRequest, company: Any) -> dict[str, Any]:
    """The turnover of this year beside the one before."""
    return {"sales": yearly.shown(turnover.year(timezone.localdate()), currency=company.currency, narrowed={})}


def receivables(_request: HttpRequest, company: Any) -> dict[str, Any] | None:
    """What is open, since when, and of whom; with what is to be paid back. None before anything was issued."""
    today = timezone.localdate()
    ages = queries.ages(today=today)
    late = sum((owed for age, owed in ages.items() if age != Age.NOT_DUE), Open(ZERO, 0))
    customers = queries.late_customers(today=today, limit=LATE_CUSTOMERS) if late.count else []
    refund = queries.to_refund()
    total = late + ages[Age.NOT_DUE]
    if not total.count and not turnover.documents().exists():
        return None
    parts = charts.shares([owed.amount for owed in ages.values()])
    return {
        "open": total,
        "late": late,
        "ages": [
            {"age": age, "open": owed, "start": start, "width": width, "url": _invoices(state=age)}
            for (age, owed), (start, width) in zip(ages.items(), parts, strict=True)
        ],
        "late_customers": [
            {"owed": owed, "url": _invoices(state=PaymentState.OVERDUE, customer=owed.party_id)} for owed in customers
        ],
        "refund": refund,
        "currency": company.currency,
        "urls": {
            "open": _invoices(state=OPEN),
            "late": _invoices(state=PaymentState.OVERDUE),
            "refund": f"{reverse('invoices:credit-notes')}?{urlencode({'state': OPEN})}",
        },
    }


def drafts(request: HttpRequest, company: Any) -> dict[str, Any] | None:
    """Drafts with a warning, the latest first, each with its first cure; None where there is no draft at all."""
    rows = Document.objects.drafts().filter(kind=INVOICE.key)
    every = rows.aggregate(count=Count("pk"), net=Sum("total_net"))
    if not every["count"]:
        return None
    waiting = course.to_check(rows)
    latest = list(waiting.select_related("party").order_by("-created_at", "-id")[:DRAFTS])
    found = _warnings([document.pk for document in latest])
    viewer = request.membership  # type: ignore[attr-defined]
    return {
        "count": every["count"],
        "net": half_up(every["net"]),
        "currency": company.currency,
        "to_check": waiting.count(),
        "drafts": [_attention(document, found[document.pk], viewer) for document in latest],
        "urls": {"drafts": _invoices(state="draft"), "to_check": _invoices(state=TO_CHECK)},
    }


def _attention(document: Document, found: list[Warning], viewer: Membership) -> dict[str, Any]:
    """The first warning in words with the cure that this person may take, and how many more there are."""
    first = found[0]
    first.document = document  # some cures need the customer, which is read already
    point = points.of_warning(first, viewer=viewer)
    cure = next(iter(point["cures"]), None)
    return {"document": document, "text": point["text"], "cure": cure, "more": len(found) - 1}


def _warnings(drafts: list[UUID]) -> dict[UUID, list[Warning]]:
    found: dict[UUID, list[Warning]] = defaultdict(list)
    for warning in Warning.objects.filter(document__in=drafts).order_by("created_at", "id"):
        found[warning.document_id].append(warning)
    return found


def _invoices(**query: Any) -> str:
    return f"{reverse('invoices:list')}?{urlencode(query)}"
