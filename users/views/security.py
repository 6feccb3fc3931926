"""How a person signs in besides their password, changed by themselves."""

from functools import wraps
from typing import Any
from urllib.parse import urlencode

import segno
from allauth.mfa.utils import decrypt, encrypt
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from core.access import View
from core.errors import Refused
from core.forms import show_refusal
from users import entering, factors, sessions, two_step
from users.security_forms import FirstCodeForm, OwnPasswordForm

SECRET = "two_step_secret"  # noqa: S105 - where the session keeps it, encrypted, until the app has it


def proven_required(view: View) -> View:
    """Who showed who they are within the last quarter of an hour; others give their password first."""

    @login_required
    @wraps(view)
    def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not sessions.is_proven(request):
            return redirect(f"{reverse('users:prove')}?{urlencode({'next': request.path})}")
        return view(request, *args, **kwargs)

    return guarded


@never_cache
@sensitive_post_parameters()
@login_required
def prove(request: Any) -> HttpResponseBase:
    """The password once more, then on to the page that asked for it."""
    form = OwnPasswordForm(request.POST or None, user=request.user)
    wanted = request.POST.get("next") or request.GET.get("next", "")
    wanted = entering.own_address(request, wanted, otherwise="users:profile")
    if request.method == "POST" and form.is_valid():
        sessions.prove(request)
        return redirect(wanted)
    return render(request, "users/prove.html", {"form": form, "next": wanted})


@never_cache
@proven_required
def switch_on(request: Any) -> HttpResponseBase:
    """The key as a picture and as text; a code of it switches on and answers with the recovery codes."""
    if two_step.is_on(request.user):
        return redirect("users:profile")
    if SECRET not in request.session:
        request.session[SECRET] = encrypt(two_step.new_secret())
    secret = decrypt(request.session[SECRET])
    form = FirstCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        kept = request.session.session_key
        try:
            codes = two_step.switch_on(request.user, secret=secret, code=form.cleaned_data["code"], kept=kept)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            del request.session[SECRET]
            return _show_codes(request, codes, _("Two-step sign-in is on"))
    address = two_step.address(request.user, secret)
    context = {
        "form": form,
        "picture": segno.make(address, error="m").svg_data_uri(scale=4, border=4, light="#fff"),
        "address": address,
        "secret": " ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
    }
    return render(request, "users/two_step_on.html", context)


@never_cache
@proven_required
def recovery_codes(request: Any) -> HttpResponseBase:
    """Ten new ones, after a word of warning."""
    found = factors.of(request.user)
    if found.app is None:
        return redirect("users:profile")
    if request.method == "POST":
        return _show_codes(request, two_step.renew_codes(request.user), _("New recovery codes"))
    return render(request, "users/recovery_codes_new.html", {"factors": found})


@never_cache
@sensitive_post_parameters()
@login_required
def switch_off(request: Any) -> HttpResponseBase:
    """The password again, however young the session is."""
    if not two_step.is_on(request.user):
        return redirect("users:profile")
    form = OwnPasswordForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        two_step.switch_off(request.user, kept=request.session.session_key)
        messages.success(request, _("Two-step sign-in is off. Other devices are signed out."))
        return redirect("users:profile")
    return render(request, "users/two_step_off.html", {"form": form})


def _show_codes(request: Any, codes: list[str], title: str) -> HttpResponseBase:
    """This one answer shows them."""
    shown = [f"{code[:4]} {code[4:]}" for code in codes]
    return render(request, "users/recovery_codes.html", {"codes": shown, "title": title, "text": "\n".join(shown)})
