"""The second step at the door, and the passkey that needs no first one."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from core.errors import Refused
from users import entering, limits, passkeys
from users.security_forms import SecondStepForm


@never_cache
@sensitive_post_parameters()
def index(request: HttpRequest) -> HttpResponseBase:
    """The code, after a password that was right; who did not come from there, or waited too long, begins again."""
    waiting = entering.waiting(request)
    if waiting is None:
        if entering.WAITING in request.session:
            messages.error(request, _("That took too long. Sign in again."))
        return redirect("users:sign-in")
    form = SecondStepForm(request.POST or None, user=waiting.user)
    if request.method == "POST" and form.is_valid():
        return entering.finish(request, waiting.user, to=waiting.to)
    return render(request, "users/second_step.html", {"form": form, "person": waiting.user})


@require_POST
def passkey_options(request: HttpRequest) -> HttpResponseBase:
    """The challenge for any passkey of ours."""
    limit = limits.passkeys(address=request.META["REMOTE_ADDR"])
    if limit.is_reached():
        return HttpResponse(status=429)
    limit.count()
    return JsonResponse(passkeys.begin_signing_in())


@require_POST
def passkey(request: HttpRequest) -> HttpResponseBase:
    """A passkey is something one has and unlocks: it stands for both steps, and for the second alone as well."""
    waiting = entering.waiting(request)
    try:
        user = passkeys.owner(request.POST.get("credential", ""))
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("users:second-step" if waiting else "users:sign-in")
    wanted = waiting.to if waiting else request.POST.get("next", "")
    return entering.finish(request, user, to=entering.own_address(request, wanted, otherwise="home"))
