"""The sales journal: what was issued, invoices and credit notes together, as it counts for the turnover."""

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from core import periods
from core.access import member_required
from core.forms import SearchForm
from core.periods import PeriodField
from customers.models import Party
from invoices import turnover

PAGE_SIZE = 50


class JournalForm(SearchForm):
    """Search and period; without a choice, this year."""

    q = forms.CharField(label=_("Number, customer, reference"), required=False, max_length=100)
    period = PeriodField(required=False)
    customer = forms.UUIDField(required=False, widget=forms.HiddenInput)
    currency = forms.CharField(required=False, max_length=3, widget=forms.HiddenInput)


@member_required
@require_GET
def index(request: Any) -> HttpResponse:
    """Issued documents of a period, the latest first, with what they come to."""
    form = JournalForm(request.GET or {"period": "year"})
    chosen = form.cleaned_data if form.is_valid() else {}
    rows = turnover.documents().search(chosen.get("q", ""))
    if days := periods.bounds(chosen.get("period", ""), timezone.localdate()):
        rows = rows.filter(issue_date__range=days)
    if chosen.get("customer"):
        rows = rows.filter(party=chosen["customer"])
    if chosen.get("currency"):
        rows = rows.filter(currency=chosen["currency"])
    sums = turnover.sums(rows)
    paginator = Paginator(turnover.with_signs(rows).order_by("-issue_date", "-id"), PAGE_SIZE)
    paginator.count = sums["count"]  # counted with the sums
    context = {
        "form": form,
        "page_obj": paginator.get_page(request.GET.get("page")),
        "sums": sums,
        "currency": chosen.get("currency") or request.company.currency,
        "customer": Party.objects.filter(pk=chosen["customer"]).first() if chosen.get("customer") else None,
    }
    return render(request, "invoices/journal.html", context)
