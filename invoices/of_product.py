"""What invoices show on a product's page: where it was sold, to whom and at which price. A draft sold nothing yet."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet, Sum
from django.http import HttpRequest
from django.utils import timezone

from core import keysets, periods, tabs
from core.money import ZERO, half_up
from documents.models import Line, LineRole, State
from invoices import turnover
from invoices.kinds import INVOICE, SALES
from products.models import Product

PAGE_SIZE = 50
PAGE, TAB = "products:edit", "sold"
ORDERING = keysets.of(Line, "-document__issue_date", "-id")


@dataclass
class Sold:
    """What was sold of a product in one currency and unit: quantity and net of each period, "" being all of them."""

    currency: str
    unit: str
    sums: dict[str, tuple[Decimal, Decimal]]


def lines(product: Product) -> QuerySet[Line]:
    """The lines of issued documents that name a product; `signed_quantity` and `signed_net` are as they count."""
    issued = Line.objects.filter(document__state=State.ISSUED, document__kind__in=SALES)
    return issued.filter(product=product, role=LineRole.ITEM).annotate(
        signed_quantity=turnover.signed("quantity", kind="document__kind"),
        signed_net=turnover.signed("net", kind="document__kind"),
    )


def totals(rows: QuerySet[Line], *, today: date) -> list[Sold]:
    """What the lines come to this year, the year before and since ever."""
    shown = (str(today.year), str(today.year - 1), "")
    found: dict[tuple[str, str], Sold] = {}
    columns = ("document__currency", "unit", "document__issue_date__year")
    years = rows.order_by(*columns).values_list(*columns)
    for currency, unit, year, quantity, net in years.annotate(Sum("signed_quantity"), Sum("signed_net")):
        sold = found.setdefault((currency, unit), Sold(currency, unit, dict.fromkeys(shown, (ZERO, ZERO))))
        for period in {str(year), ""} & set(shown):
            before = sold.sums[period]
            sold.sums[period] = (before[0] + half_up(quantity, 8), before[1] + half_up(net))
    return list(found.values())


def last_price(rows: QuerySet[Line]) -> Line | None:
    """The line of the latest invoice that asked a price for the product."""
    asked = rows.filter(document__kind=INVOICE.key, quantity__gt=0).select_related("document")
    return asked.order_by(*ORDERING.terms(backwards=False)).first()


def sold_tab(request: HttpRequest, product: Product) -> dict[str, Any]:
    """The lines that sold a product, newest first and a page at a time, with what they come to."""
    today, period = timezone.localdate(), request.GET.get("period", "")
    rows = lines(product)
    days = periods.bounds(period, today)
    chosen = rows.filter(document__issue_date__range=days) if days else rows
    return {
        "page": keysets.page(
            chosen.select_related("document"), ORDERING, cursor=request.GET.get("cursor", ""), size=PAGE_SIZE
        ),
        "sold": totals(rows, today=today),
        "last": last_price(rows),
        "period": period if days else "",
        "url": tabs.url(PAGE, TAB, product),
    }
