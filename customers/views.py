"""Pages of customers: list, file, editor, merge."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import panels
from core.access import member_required
from core.errors import Refused
from core.forms import SearchForm
from customers import merging, services, tabs
from customers.forms import FilterForm, PartyEditor
from customers.models import Party

PAGE_SIZE = 50
PREFILLED = ("name", "email", "phone", "vat_number", "street", "street_number", "postal_code", "city", "country")


@member_required
def index(request: Any) -> HttpResponseBase:
    form = FilterForm(request.GET)
    state = form.cleaned_data.get("state", "") if form.is_valid() else ""
    parties = Party.objects.search(form.text()).order_by("name", "id")
    if state != "all":
        parties = parties.filter(is_archived=state == "archived")
    page = Paginator(parties, PAGE_SIZE).get_page(request.GET.get("page"))
    is_filtered = bool(form.text() or state)
    links = panels.render("customers.list", request, None)
    context = {"form": form, "page": page, "is_filtered": is_filtered, "links": links}
    return render(request, "customers/list.html", context)


@member_required
def detail(request: Any, pk: UUID) -> HttpResponseBase:
    """A customer's own details beside the tab that is asked for."""
    party = get_object_or_404(Party.objects.select_related("merged_into"), pk=pk)
    tab = tabs.chosen(request.GET.get("tab", ""))
    body = render_to_string(tab.template, {"party": party, **tab.context(request, party)}, request)
    context = {"party": party, "tabs": tabs.links(tab, party), "body": body}
    return render(request, "customers/detail.html", context)


@member_required
def create(request: Any) -> HttpResponseBase:
    """A new customer; the query may fill the form."""
    initial = {"language": request.company.language}
    initial |= {name: request.GET[name] for name in PREFILLED if name in request.GET}
    editor = PartyEditor(request.POST or None, initial=initial)
    if request.method == "POST" and "add" not in request.POST and editor.is_valid():
        try:
            party = services.create_party(company=request.company, by=request.user, **editor.fields())
        except Refused as refusal:
            editor.show_refusal(refusal)
        else:
            named = {"name": party.name, "number": party.number}
            messages.success(request, _("%(name)s is added with number %(number)s.") % named)
            return redirect("customers:detail", party.pk)
    return render(request, "customers/edit.html", {"editor": editor})


@member_required
def edit(request: Any, pk: UUID) -> HttpResponseBase:
    party = get_object_or_404(Party, pk=pk)
    editor = PartyEditor(request.POST or None, party=get_object_or_404(Party, pk=pk))
    if request.method == "POST" and "add" not in request.POST and editor.is_valid():
        try:
            services.update_party(party, by=request.user, **editor.fields())
        except Refused as refusal:
            editor.show_refusal(refusal)
        else:
            messages.success(request, _("Saved. Invoices already made keep the old details."))
            return redirect("customers:detail", party.pk)
    return render(request, "customers/edit.html", {"editor": editor, "party": party})


@require_POST
@member_required
def archive(request: Any, pk: UUID) -> HttpResponseBase:
    party = services.archive_party(get_object_or_404(Party, pk=pk), by=request.user)
    messages.success(request, _("%(name)s is in the archive. Its invoices stay.") % {"name": party})
    return redirect("customers:detail", pk)


@require_POST
@member_required
def restore(request: Any, pk: UUID) -> HttpResponseBase:
    try:
        services.restore_party(get_object_or_404(Party, pk=pk), by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The customer is back in the list."))
    return redirect("customers:detail", pk)


@member_required
def merge(request: Any, pk: UUID) -> HttpResponseBase:
    """Choose the other customer; those that look alike come first."""
    party = get_object_or_404(Party, pk=pk, merged_into=None)
    form = SearchForm(request.GET)
    text = form.text()
    others = Party.objects.filter(merged_into=None).exclude(pk=pk)
    others = others.search(text) if text else others.filter(name_key=party.name_key)
    context = {"party": party, "form": form, "text": text, "others": others.order_by("name", "id")[:20]}
    return render(request, "customers/merge.html", context)


@member_required
def merge_with(request: Any, pk: UUID, other_pk: UUID) -> HttpResponseBase:
    """Both sides; the one to keep is chosen and confirmed."""
    party = get_object_or_404(Party, pk=pk)
    other = get_object_or_404(Party, pk=other_pk)
    sides = {str(party.pk): party, str(other.pk): other}
    keep = sides.get(request.POST.get("keep", ""))
    if request.method == "POST" and keep is not None:
        try:
            merging.merge(keep, other=other if keep is party else party, by=request.user)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Merged. Everything now stands under %(name)s.") % {"name": keep})
        return redirect("customers:detail", keep.pk)
    older = min(party, other, key=lambda side: side.created_at)
    sides_with_counts = [_side(side, is_chosen=side is older) for side in (party, other)]
    return render(request, "customers/merge_with.html", {"party": party, "sides": sides_with_counts})


def _side(party: Party, *, is_chosen: bool) -> dict[str, Any]:
    return {
        "party": party,
        "contacts": party.contacts.count(),
        "addresses": party.addresses.count(),
        "is_chosen": is_chosen,
    }
