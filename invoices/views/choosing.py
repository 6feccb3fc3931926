"""What the editor offers while one types: customers, their sites, products; and a customer made in passing."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods
from django_htmx.http import reswap, retarget, trigger_client_event

from core import vat
from core.access import member_required
from core.errors import Refused
from core.forms import show_refusal
from customers import registrations, services
from customers.forms import NewPartyForm, values_of
from customers.models import Party
from invoices import sites
from invoices.sites import SiteForm
from products.models import Product
from users.models import Company

MOST_OPTIONS = 8


@member_required
@require_GET
def customer_options(request: Any) -> HttpResponse:
    """Customers that fit what is typed, with what a draft takes from them, and the way to a new one."""
    typed = request.GET.get("q", "")[:100].strip()
    found = Party.objects.customers().current().search(typed).order_by("name", "pk")
    options = [_option(party, request.company) for party in found[:MOST_OPTIONS]]
    return render(request, "invoices/customer_options.html", {"options": options, "typed": typed})


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_customer(request: Any) -> HttpResponse:
    """The form in the editor's dialog; once the customer is made, it is the one option that the editor then takes."""
    if request.method != "POST":
        initial = {"name": request.GET.get("name", "")[:200], "language": request.company.language}
        return _asked(request, NewPartyForm(initial=initial))
    form = NewPartyForm(request.POST)
    if "look_up" in request.POST:
        number, country = request.POST.get("vat_number", "")[:40], request.POST.get("country", "")[:2]
        finding = registrations.find(number, company=request.company, country=country)
        return _asked(request, NewPartyForm(initial={**values_of(form), **finding.values}), finding=finding)
    if not form.is_valid():
        return _asked(request, form, status=422)
    try:
        party = services.create_party(company=request.company, by=request.user, **form.cleaned_data)
    except Refused as refusal:
        show_refusal(form, refusal)
        return _asked(request, form, status=422)
    registrations.keep(party, by=request.user)
    answer = render(request, "invoices/customer_options.html", {"options": [_option(party, request.company)]})
    made = trigger_client_event(answer, "customer-made", after="swap")
    return reswap(retarget(made, "#customer-options"), "innerHTML")


@member_required
@require_GET
def site_options(request: Any) -> HttpResponse:
    """The choice of sites for the customer that was just chosen."""
    form = SiteForm(None, kept={}, addresses=sites.of_customer(party_of(request.GET.get("party", ""))))
    return render(request, "invoices/site_options.html", {"site": form})


@member_required
@require_GET
def product_options(request: Any) -> HttpResponse:
    """Products that fit what is typed, with their price in both ways of reading it."""
    found = Product.objects.active().search(request.GET.get("q", "")[:100]).order_by("name", "pk")
    options = [
        {
            "product": product,
            "net": product.net_unit_price,
            "gross": product.unit_price
            if product.price_includes_vat
            else vat.including(product.unit_price, product.vat_rate),
        }
        for product in found[:MOST_OPTIONS]
    ]
    return render(request, "invoices/product_options.html", {"options": options})


def party_of(text: str) -> Party | None:
    """The current customer of that id, where it is one."""
    try:
        return Party.objects.current().filter(pk=UUID(text)).first() if text else None
    except ValueError:
        return None


def _option(party: Party, company: Company) -> dict[str, Any]:
    return {
        "party": party,
        "term": company.payment_term_days if party.payment_term_days is None else party.payment_term_days,
        "regime": party.vat_regime or vat.Regime.STANDARD,
    }


def _asked(request: Any, form: NewPartyForm, *, status: int = 200, **context: Any) -> HttpResponse:
    return render(request, "invoices/new_customer.html", {"form": form, **context}, status=status)
