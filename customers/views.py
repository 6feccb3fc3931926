"""Pages of customers: list, file, editor, merge."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import panels, tabs, ways
from core.access import member_required
from core.errors import Refused
from core.forms import SearchForm
from core.identifiers import format_vat
from customers import merging, registrations, services
from customers.forms import FilterForm, PartyEditor
from customers.models import Party

PAGE_SIZE = 50
MOST_DOUBLES = 3  # named on the page of a customer
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
    has_doubles = not is_filtered and merging.doubles().exists()
    context = {"form": form, "page": page, "is_filtered": is_filtered, "links": links, "has_doubles": has_doubles}
    return render(request, "customers/list.html", context)


@member_required
def detail(request: Any, pk: UUID) -> HttpResponseBase:
    """A customer's own details beside the tab that is asked for."""
    party = get_object_or_404(Party.objects.select_related("merged_into"), pk=pk)
    tab = tabs.chosen("customers:detail", request.GET.get("tab", ""))
    body = render_to_string(tab.template, {"party": party, **tab.context(request, party)}, request)
    doubles = [] if party.is_archived else list(merging.doubles_of(party)[:MOST_DOUBLES])
    checked = registrations.last_check(party)
    context = {"party": party, "tabs": tabs.links(tab, party), "body": body, "doubles": doubles, "checked": checked}
    return render(request, "customers/detail.html", context)


@member_required
def create(request: Any) -> HttpResponseBase:
    """A new customer; the query may fill the form."""
    initial = {"language": request.company.language}
    initial |= {name: request.GET[name] for name in PREFILLED if name in request.GET}
    if "look_up" in request.POST:
        return _looked_up(request)
    editor = PartyEditor(request.POST or None, initial=initial)
    if request.method == "POST" and "add" not in request.POST and editor.is_valid():
        try:
            party = services.create_party(company=request.company, by=request.user, **editor.fields())
        except Refused as refusal:
            editor.show_refusal(refusal)
        else:
            registrations.keep(party, by=request.user)
            named = {"name": party.name, "number": party.number}
            messages.success(request, _("%(name)s is added with number %(number)s.") % named)
            return redirect("customers:detail", party.pk)
    return render(request, "customers/edit.html", {"editor": editor})


@member_required
def edit(request: Any, pk: UUID) -> HttpResponseBase:
    party = get_object_or_404(Party, pk=pk)
    if "look_up" in request.POST:
        return _looked_up(request, party)
    editor = PartyEditor(request.POST or None, party=get_object_or_404(Party, pk=pk))
    if request.method == "POST" and "add" not in request.POST and editor.is_valid():
        try:
            party = services.update_party(party, by=request.user, **editor.fields())
        except Refused as refusal:
            editor.show_refusal(refusal)
        else:
            registrations.keep(party, by=request.user)
            messages.success(request, _("Saved. Invoices already made keep the old details."))
            return redirect(ways.back(request, default=reverse("customers:detail", args=[party.pk])))
    return render(request, "customers/edit.html", {"editor": editor, "party": party})


def _looked_up(request: Any, party: Party | None = None) -> HttpResponseBase:
    """The same page with what the register knows of the number that is typed; nothing but the check is saved."""
    finding = registrations.find(
        request.POST.get("vat_number", "")[:40],
        company=request.company,
        country=request.POST.get("country", "")[:2],
        party=party,
    )
    if party is not None:
        registrations.keep(party, by=request.user)
    editor = PartyEditor.of_typed(request.POST, finding.values, party=party)
    return render(request, "customers/edit.html", {"editor": editor, "party": party, "finding": finding})


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
    alike = Q(name_key=party.name_key) | Q(pk__in=merging.doubles_of(party).values("pk"))
    others = others.search(text) if text else others.filter(alike)
    context = {"party": party, "form": form, "text": text, "others": others.order_by("name", "id")[:20]}
    return render(request, "customers/merge.html", context)


@member_required
def duplicates(request: Any) -> HttpResponseBase:
    """The customers that look like another one."""
    page = Paginator(merging.doubles(), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "customers/duplicates.html", {"page": page})


@member_required
def merge_with(request: Any, pk: UUID, other_pk: UUID) -> HttpResponseBase:
    """Both sides, field by field; the one to keep and the values that stay are chosen and confirmed."""
    party = get_object_or_404(Party, pk=pk)
    other = get_object_or_404(Party, pk=other_pk)
    sides = {str(party.pk): party, str(other.pk): other}
    keep = sides.get(request.POST.get("keep", ""))
    if request.method == "POST" and keep is not None:
        gone = other if keep is party else party
        take = [name for name in merging.CHOICES if request.POST.get(name) == str(gone.pk)]
        try:
            merging.merge(keep, other=gone, by=request.user, take=take)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Merged. Everything now stands under %(name)s.") % {"name": keep})
        return redirect(ways.back(request, default=reverse("customers:detail", args=[keep.pk])))
    older = min(party, other, key=lambda side: side.created_at)
    shown = [
        {"party": side, "counts": tabs.counts("customers:detail", side), "is_chosen": side is older}
        for side in (party, other)
    ]
    rows = [_row(name, party, other, older) for name in merging.CHOICES]
    return render(request, "customers/merge_with.html", {"party": party, "sides": shown, "rows": rows})


def _row(name: str, party: Party, other: Party, older: Party) -> dict[str, Any]:
    """A field of both sides; the older one's value is proposed, unless it has none."""
    texts = {side: _value(name, side) for side in (party, other)}
    newer = other if older is party else party
    proposed = older if texts[older] or not texts[newer] else newer
    cells = [{"party": side, "text": text, "is_chosen": side is proposed} for side, text in texts.items()]
    label = _("address") if name == "address" else Party._meta.get_field(name).verbose_name  # type: ignore[union-attr]
    return {"name": name, "label": label, "cells": cells, "differs": texts[party] != texts[other]}


def _value(name: str, party: Party) -> str:
    """What a field says, as people read it."""
    if name == "address":
        street = f"{party.street} {party.street_number} {party.box}".strip()
        city = f"{party.postal_code} {party.city}".strip()
        return ", ".join(filter(None, (street, city, party.country))) if street or city else ""
    if name == "is_company":
        return _("Company") if party.is_company else _("Private person")
    if name == "vat_number":
        return format_vat(party.vat_number)
    if name in {"vat_regime", "language"}:
        return str(getattr(party, f"get_{name}_display")())
    value = getattr(party, name)
    return "" if value is None else str(value)
