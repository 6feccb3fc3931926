"""Choosing the columns of a list, and keeping and removing its filters."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import filters
from core.access import member_required
from core.errors import Refused
from documents import kinds
from invoices import habits
from invoices.forms import FilterForm
from invoices.kinds import list_url
from invoices.models import SavedFilter


@require_POST
@member_required
def choose_columns(request: Any, kind: str) -> HttpResponseBase:
    """Show the ticked columns, or the usual ones again."""
    declaration = kinds.get(kind)
    if "reset" in request.POST:
        habits.forget_columns(declaration, user=request.user)
    else:
        keys = request.POST.getlist("column")
        habits.choose_columns(declaration, company=request.company, user=request.user, keys=keys)
    return _back(request, kind)


@require_POST
@member_required
def save_filter(request: Any, kind: str) -> HttpResponseBase:
    """Give the filter in use a name."""
    query = _query(request, kind)
    name = request.POST.get("name", "")
    try:
        kept = habits.save_filter(kinds.get(kind), company=request.company, user=request.user, name=name, query=query)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The filter “%(name)s” stands above the list from now on.") % {"name": kept.name})
    return _back(request, kind)


@require_POST
@member_required
def remove_filter(request: Any, pk: UUID) -> HttpResponseBase:
    """Forget a filter of one's own."""
    kept = get_object_or_404(SavedFilter, pk=pk, user=request.user)
    kept.delete()
    messages.success(request, _("The filter “%(name)s” is removed.") % {"name": kept.name})
    return redirect(list_url(kept.kind))


def _query(request: Any, kind: str) -> str:
    """The filter that the page sent along, as far as it is one."""
    form = FilterForm(request.POST, kind=kinds.get(kind))
    form.is_valid()
    return filters.given(form).urlencode()


def _back(request: Any, kind: str) -> HttpResponseBase:
    query = _query(request, kind)
    url = list_url(kind)
    return redirect(f"{url}?{query}" if query else url)
