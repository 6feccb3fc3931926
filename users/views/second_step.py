"""The second step at the door."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from users import entering
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
