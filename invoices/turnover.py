"""Turnover: what was issued without VAT, less what was credited, by the date of issue.

Kept by month, because adding up a year of documents for each look at the start page takes longer than the page may.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, DecimalField, F, QuerySet, Sum, When

from core.money import ZERO, half_up
from core.periods import months_later
from customers.models import Party
from documents import kinds
from documents.models import Document, DocumentQuerySet
from invoices.kinds import SALES
from invoices.models import MonthlyTurnover
from users.models import User

AMOUNTS = ("net", "vat", "gross")
_SIGNS = {key: kinds.get(key).sign for key in SALES}


def documents() -> DocumentQuerySet:
    """Everything that counts as turnover."""
    rows: DocumentQuerySet = Document.objects.issued().filter(kind__in=SALES)
    return rows


def signed(column: str, *, kind: str = "kind") -> Case:
    """An amount as it counts, by the `kind` of its document: a credit note takes off."""
    credits = [key for key, sign in _SIGNS.items() if sign < 0]
    return Case(When(**{f"{kind}__in": credits}, then=-F(column)), default=F(column), output_field=DecimalField())


def with_signs(rows: "QuerySet[Document]") -> "QuerySet[Document]":
    """Documents that also know their amounts as they count: `signed_net`, `signed_vat`, `signed_gross`."""
    return rows.annotate(**{f"signed_{name}": signed(f"total_{name}") for name in AMOUNTS})


def sums(rows: "QuerySet[Document]") -> dict[str, Any]:
    """How many documents there are and what they come to, credit notes taken off."""
    found = rows.order_by().aggregate(count=Count("pk"), **{name: Sum(signed(f"total_{name}")) for name in AMOUNTS})
    return {"count": found["count"], **{name: half_up(found[name] or ZERO) for name in AMOUNTS}}


@dataclass(frozen=True)
class Month:
    """A month of this year with its amounts; `now` is None while it has not begun."""

    first: date
    now: Decimal | None
    before: Decimal


@dataclass(frozen=True)
class Year:
    """This year up to today beside the year before, up to the same day and as a whole."""

    today: date
    same_day_before: date
    months: list[Month]
    so_far: Decimal
    before_so_far: Decimal
    before: Decimal

    @property
    def is_empty(self) -> bool:
        return not any(month.now or month.before for month in self.months)


@dataclass(frozen=True)
class OfCustomer:
    """What one customer bought in one currency: beside the year before, and since ever."""

    currency: str
    year: Year
    ever: Decimal


def year(today: date) -> Year:
    """The turnover of this year and of the one before, by month."""
    by_month: dict[date, Decimal] = defaultdict(lambda: ZERO)
    for month in MonthlyTurnover.objects.filter(month__range=(date(today.year - 1, 1, 1), today)):
        by_month[month.month] += _SIGNS[month.kind] * month.net
    same_day = _a_year_earlier(today)
    begun = documents().filter(issue_date__range=(same_day.replace(day=1), same_day))
    return _compared(
        today, by_month, begun_before=half_up(begun.aggregate(net=Sum(signed("total_net")))["net"] or ZERO)
    )


def of_customer(party: Party, *, today: date) -> list[OfCustomer]:
    """The turnover with one customer, by currency."""
    rows = documents().filter(party=party, issue_date__lte=today).order_by("currency")
    by_currency: dict[str, dict[date, Decimal]] = {}
    for currency, day, net in rows.values_list("currency", "issue_date").annotate(net=Sum(signed("total_net"))):
        by_currency.setdefault(currency, {})[day] = half_up(net)
    return [
        OfCustomer(currency, _of_days(days, today), sum(days.values(), ZERO)) for currency, days in by_currency.items()
    ]


def _of_days(days: dict[date, Decimal], today: date) -> Year:
    by_month: dict[date, Decimal] = defaultdict(lambda: ZERO)
    for day, net in days.items():
        by_month[day.replace(day=1)] += net
    same_day = _a_year_earlier(today)
    begun = (net for day, net in days.items() if same_day.replace(day=1) <= day <= same_day)
    return _compared(today, by_month, begun_before=sum(begun, ZERO))


def _compared(today: date, by_month: Mapping[date, Decimal], *, begun_before: Decimal) -> Year:
    """`begun_before` is what this month came to a year ago, up to the same day."""
    start, same_day = date(today.year - 1, 1, 1), _a_year_earlier(today)
    months = []
    for number in range(12):
        first = months_later(start, number + 12)
        months.append(Month(first, by_month[first] if first <= today else None, by_month[months_later(start, number)]))
    return Year(
        today=today,
        same_day_before=same_day,
        months=months,
        so_far=sum((month.now or ZERO for month in months), ZERO),
        before_so_far=sum((month.before for month in months[: same_day.month - 1]), begun_before),
        before=sum((month.before for month in months), ZERO),
    )


def add(document: Document, _by: User | None) -> None:
    """Count an issued document in its month, inside its own transaction; the lock of its series keeps others out."""
    if document.kind not in SALES or document.issue_date is None:
        return
    month = document.issue_date.replace(day=1)
    rows = MonthlyTurnover.objects.filter(kind=document.kind, month=month)
    if not rows.update(net=F("net") + document.total_net):
        MonthlyTurnover.objects.create(
            company_id=document.company_id, kind=document.kind, month=month, net=document.total_net
        )


def faults() -> Iterator[str]:
    """A line for each month that is not what its documents come to."""
    counted: dict[tuple[str, date], Decimal] = defaultdict(lambda: ZERO)
    days = documents().order_by().values_list("kind", "issue_date").annotate(net=Sum("total_net"))
    for kind, day, net in days:
        counted[kind, day.replace(day=1)] += half_up(net)
    kept = {(row.kind, row.month): row.net for row in MonthlyTurnover.objects.all()}
    for kind, month in sorted({*counted, *kept}):
        told, expected = kept.get((kind, month), ZERO), counted[kind, month]
        if told != expected:
            yield f"{kind} {month:%Y-%m}: the turnover says {told}, the documents come to {expected}"


def _a_year_earlier(day: date) -> date:
    """The same day of the year before; of a 29 February the 28th."""
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)
