"""Owners ask people in."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.access import owner_required
from core.errors import Refused
from core.forms import show_refusal
from users import inviting
from users.entry_forms import InvitationForm
from users.models import Invitation


def waiting(request: Any) -> QuerySet[Invitation]:
    """What this company's people see of its invitations."""
    rows = Invitation.objects.waiting().filter(company=request.company)
    return rows.select_related("invited_by").order_by("-sent_at")


@owner_required
def invite(request: Any) -> HttpResponseBase:
    """`?email=` fills the form, for somebody who is listed already but cannot sign in."""
    initial = {"language": request.company.language, "email": request.GET.get("email", "")}
    form = InvitationForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            found = inviting.invite(company=request.company, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _sent(found))
            return redirect("users:list")
    return render(request, "users/invite.html", {"form": form})


@require_POST
@owner_required
def send_again(request: Any, pk: UUID) -> HttpResponseBase:
    return _change(request, pk, inviting.send_again, _sent)


@require_POST
@owner_required
def withdraw(request: Any, pk: UUID) -> HttpResponseBase:
    return _change(request, pk, inviting.withdraw, lambda found: _("The invitation of %s is withdrawn.") % found.email)


def _change(
    request: Any, pk: UUID, service: Callable[..., Invitation], told: Callable[[Invitation], str]
) -> HttpResponseBase:
    found = get_object_or_404(Invitation, pk=pk, company=request.company)
    try:
        messages.success(request, told(service(found, by=request.user)))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("users:list")


def _sent(invitation: Invitation) -> str:
    if not settings.HAS_MAIL_SERVER:
        return _("%s is invited. Give them the link below: there is no mail server here.") % invitation.email
    return _("The invitation goes to %s. It works for seven days.") % invitation.email
