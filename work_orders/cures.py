"""Cures of warnings on the spot: one small form each, shown in a dialog, and back to the invoice."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.access import member_required
from core.errors import Refused
from core.forms import show_refusal
from documents import warnings
from documents.models import Document, Warning
from users.models import Role
from work_orders.forms import MileageForm, PriceForm, RateForm, TechnicianForm
from work_orders.services import curing


@dataclass(frozen=True)
class Remedy:
    """The form of a cure, what it starts from, the service that takes it, and whether it is the owners' alone."""

    form: type[forms.Form]
    take: Callable[..., int]
    owner_only: bool = True
    initial: Callable[[Warning], dict[str, Any]] = lambda warning: {}


def _person(warning: Warning) -> dict[str, Any]:
    first_name, _space, last_name = warning.data["name"].partition(" ")
    return {"email": warning.data["email"], "first_name": first_name, "last_name": last_name}


REMEDIES = {
    "unknown_technician": Remedy(TechnicianForm, curing.hire, initial=_person),
    "missing_rate": Remedy(RateForm, curing.set_rate),
    "missing_mileage_rate": Remedy(MileageForm, curing.set_mileage_rate),
    "unknown_material": Remedy(PriceForm, curing.set_price, owner_only=False),
    "missing_price": Remedy(PriceForm, curing.set_price, owner_only=False),
}


@member_required
def cure(request: HttpRequest, pk: UUID, warning_pk: UUID) -> HttpResponse:
    """Ask what is missing, keep it, price the draft again, and go back to it."""
    document = get_object_or_404(Document.objects.select_related("company"), pk=pk)
    rows = Warning.objects.filter(document=document, code__in=REMEDIES).select_related("line__product")
    warning = rows.filter(pk=warning_pk).first()
    if warning is None:
        messages.info(request, _("This point is settled already."))
        return redirect(document)
    warning.document = document
    remedy = REMEDIES[warning.code]
    if remedy.owner_only and request.membership.role != Role.OWNER:  # type: ignore[attr-defined]
        raise PermissionDenied
    form = remedy.form(request.POST or None, initial=remedy.initial(warning))
    if request.method == "POST" and form.is_valid():
        try:
            count = remedy.take(warning, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            text = ngettext("Done. %d line got a price.", "Done. %d lines got a price.", count) % count
            messages.success(request, text)
            return redirect(document)
    cure = warnings.cure(warning)
    context = {
        "document": document,
        "warning": warning,
        "text": warnings.message(warning),
        "label": cure.label if cure else "",
        "form": form,
    }
    return render(request, "work_orders/cure.html", context, status=422 if form.errors else 200)
