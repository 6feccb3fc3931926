"""The people of the company and their rates."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.access import owner_required
from core.errors import Refused
from core.forms import show_refusal
from users import services
from users.forms import MemberForm
from users.models import Membership
from users.views.invitations import waiting


@owner_required
def index(request: Any) -> HttpResponseBase:
    members = Membership.objects.filter(company=request.company).select_related("user")
    members = members.order_by("-is_active", "user__first_name", "user__last_name", "user__email")
    context = {"members": members, "invitations": waiting(request), "has_mail_server": settings.HAS_MAIL_SERVER}
    return render(request, "users/list.html", context)


@owner_required
def create(request: Any) -> HttpResponseBase:
    """A new person; `?first_name=&last_name=&email=` fill the form, for a technician that a work order named."""
    initial = {"language": request.company.language}
    initial |= {name: request.GET[name] for name in ("first_name", "last_name", "email") if name in request.GET}
    form = MemberForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            membership = services.create_member(company=request.company, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("%(name)s is added.") % {"name": membership.user})
            return redirect("users:list")
    return render(request, "users/edit.html", {"form": form})


@owner_required
def edit(request: Any, pk: UUID) -> HttpResponseBase:
    membership = _membership(request, pk)
    user = membership.user
    initial = {name: getattr(user, name) for name in MemberForm.person_fields}
    is_locked = not services.can_edit_person(membership)
    form = MemberForm(request.POST or None, instance=membership, initial=initial, person_is_locked=is_locked)
    if request.method == "POST" and form.is_valid():
        try:
            services.update_member(_membership(request, pk), by=request.user, **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("%(name)s is saved.") % {"name": user})
            return redirect("users:list")
    context = {"form": form, "member": _membership(request, pk), "is_locked": is_locked}
    return render(request, "users/edit.html", context)


@require_POST
@owner_required
def deactivate(request: Any, pk: UUID) -> HttpResponseBase:
    membership = _membership(request, pk)
    try:
        services.deactivate_member(membership, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(name)s no longer has access.") % {"name": membership.user})
    return redirect("users:list")


@require_POST
@owner_required
def activate(request: Any, pk: UUID) -> HttpResponseBase:
    membership = services.activate_member(_membership(request, pk), by=request.user)
    messages.success(request, _("%(name)s has access again.") % {"name": membership.user})
    return redirect("users:list")


def _membership(request: Any, pk: UUID) -> Membership:
    return get_object_or_404(Membership.objects.select_related("user"), pk=pk, company=request.company)
