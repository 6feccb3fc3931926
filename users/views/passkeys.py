"""A person's own passkeys: added, renamed, removed."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from core.errors import Refused
from core.forms import show_refusal
from users import passkeys, sessions
from users.security_forms import NewPasskeyForm, PasskeyForm
from users.views.security import proven_required


@never_cache
@proven_required
def create(request: Any) -> HttpResponseBase:
    """The name is asked first; a script lets the browser make the passkey and sends both."""
    initial = {"name": sessions.device_of(request.headers.get("User-Agent", ""))}
    form = NewPasskeyForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            passkey = passkeys.add(request.user, **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("The passkey %(name)s is added.") % {"name": passkey})
            return redirect("users:profile")
    return render(request, "users/passkey_new.html", {"form": form})


@require_POST
@login_required
def options(request: Any) -> HttpResponseBase:
    """The challenge that a new passkey answers."""
    return JsonResponse(passkeys.begin_adding(request.user))


@proven_required
def edit(request: Any, pk: int) -> HttpResponseBase:
    """Another name, and the way to its end."""
    passkey = _passkey(request, pk)
    form = PasskeyForm(request.POST or None, initial={"name": passkey})
    if request.method == "POST" and form.is_valid():
        passkeys.rename(passkey, name=form.cleaned_data["name"])
        messages.success(request, _("The passkey %(name)s is saved.") % {"name": form.cleaned_data["name"]})
        return redirect("users:profile")
    return render(request, "users/passkey_edit.html", {"form": form, "passkey": passkey})


@require_POST
@proven_required
def remove(request: Any, pk: int) -> HttpResponseBase:
    passkey = _passkey(request, pk)
    passkeys.remove(passkey)
    messages.success(request, _("The passkey %(name)s is removed.") % {"name": passkey})
    return redirect("users:profile")


def _passkey(request: Any, pk: int) -> Authenticator:
    return get_object_or_404(Authenticator, pk=pk, user=request.user, type=Authenticator.Type.WEBAUTHN)
