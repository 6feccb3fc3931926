"""What invoices show on the start page: turnover, what is still to be paid, and the drafts that wait for somebody.

Every amount comes with the address of the list that adds up to it.
"""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Count, Sum
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core import charts, locales, periods
from core.money import ZERO, half_up
from core.templatetags.formats import money
from documents import warnings
from documents.models import Document, Warning
from invoices import course, turnover
from invoices.forms import OPEN, TO_CHECK
from invoices.kinds import INVOICE
from payments import queries
from payments.queries import Open
from payments.states import Age, PaymentState

LATE_CUSTOMERS = 5
DRAFTS = 5


def sales(_request: HttpRequest, company: Any) -> dict[str, Any]:
    """The turnover of this year beside the one before, drawn and in words."""
    year = turnover.year(timezone.localdate())
    change = _change(year.so_far, year.before_so_far)
    this_month = year.months[year.today.month - 1]
    return {
        "year": year,
        "now_year": str(year.today.year),
        "before_year": str(year.today.year - 1),
        "currency": company.currency,
        "change": change,
        "words": _in_words(year, change, company.currency),
        "this_month": {"label": periods.label(periods.of_month(year.today)), "amount": this_month.now},
        "chart": _chart(year),
        "urls": {
            "year": _journal(str(year.today.year)),
            "so_far": _journal(periods.of_days(date(year.today.year, 1, 1), year.today)),
            "before_so_far": _journal(periods.of_days(date(year.today.year - 1, 1, 1), year.same_day_before)),
            "before": _journal(str(year.today.year - 1)),
            "month": _journal(periods.of_month(year.today)),
        },
    }


def _chart(year: turnover.Year) -> dict[str, Any]:
    """The months as the chart and its table show them; a month that has not begun leads to the one of last year."""
    language = get_language() or "fr"
    scale = charts.compare([month.now for month in year.months], [month.before for month in year.months])
    names = zip(locales.month_names(language), locales.month_names(language, "narrow"), strict=True)
    wide = locales.month_names(language, "wide")
    slots = []
    for month, slot, (name, letter), full in zip(year.months, scale.slots, names, wide, strict=True):
        now, before = periods.of_month(month.first), periods.of_month(month.first.replace(year=month.first.year - 1))
        amounts = [(before, month.before)] if month.now is None else [(now, month.now), (before, month.before)]
        slots.append(
            {
                "slot": slot,
                "name": name,
                "letter": letter,
                "full": full,
                "now": month.now,
                "before": month.before,
                "title": "\n".join(f"{periods.label(period)}: {money(amount)}" for period, amount in amounts),
                "url": _journal(amounts[0][0]),
                "url_now": _journal(now),
                "url_before": _journal(before),
                "is_current": month.first.month == year.today.month,
            }
        )
    ticks = [
        {"y": tick.y, "label": locales.format_compact(tick.value, language), "is_zero": tick.value == 0}
        for tick in scale.ticks
    ]
    return {"slots": slots, "ticks": ticks, "width": scale.width}


def _in_words(year: turnover.Year, change: dict[str, Any] | None, currency: str) -> str:
    """How this year stands to the one before, as a person would say it."""
    said = {
        "year": str(year.today.year),
        "before_year": str(year.today.year - 1),
        "difference": money(abs(year.so_far - year.before_so_far), currency),
    }
    if change is None:
        return (
            _("Without VAT since 1 January %(year)s. There is nothing to compare with on this day in %(before_year)s.")
            % said
        )
    if change["is_same"]:
        return _("Without VAT since 1 January %(year)s: as much as on this day in %(before_year)s.") % said
    if change["is_more"]:
        return (
            _("Without VAT since 1 January %(year)s: %(difference)s more than on this day in %(before_year)s.") % said
        )
    return _("Without VAT since 1 January %(year)s: %(difference)s less than on this day in %(before_year)s.") % said


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


def drafts(_request: HttpRequest, company: Any) -> dict[str, Any] | None:
    """Drafts with a warning, the latest first, each with its first cure; None where there is no draft at all."""
    rows = Document.objects.drafts().filter(kind=INVOICE.key)
    every = rows.aggregate(count=Count("pk"), net=Sum("total_net"))
    if not every["count"]:
        return None
    waiting = course.to_check(rows)
    latest = list(waiting.select_related("party").order_by("-created_at", "-id")[:DRAFTS])
    found = _warnings([document.pk for document in latest])
    return {
        "count": every["count"],
        "net": half_up(every["net"]),
        "currency": company.currency,
        "to_check": waiting.count(),
        "drafts": [_attention(document, found[document.pk]) for document in latest],
        "urls": {"drafts": _invoices(state="draft"), "to_check": _invoices(state=TO_CHECK)},
    }


def _attention(document: Document, found: list[Warning]) -> dict[str, Any]:
    """The first warning in words with its cure, and how many more there are."""
    first = found[0]
    first.document = document  # some cures need the customer, which is read already
    return {
        "document": document,
        "text": warnings.message(first),
        "cure": warnings.cure(first),
        "more": len(found) - 1,
    }


def _warnings(drafts: list[UUID]) -> dict[UUID, list[Warning]]:
    found: dict[UUID, list[Warning]] = defaultdict(list)
    for warning in Warning.objects.filter(document__in=drafts).order_by("created_at", "id"):
        found[warning.document_id].append(warning)
    return found


def _change(now: Decimal, before: Decimal) -> dict[str, Any] | None:
    """By how much percent this year is above or below the one before; None where there is nothing to compare with."""
    if before <= 0:
        return None
    percent = int(half_up((now - before) / before * 100, 0))
    return {"percent": abs(percent), "is_more": percent > 0, "is_same": percent == 0}


def _journal(period: str) -> str:
    return f"{reverse('invoices:journal')}?{urlencode({'period': period})}"


def _invoices(**query: Any) -> str:
    return f"{reverse('invoices:list')}?{urlencode(query)}"
