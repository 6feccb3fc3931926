"""The one way through the door: whoever signs in passes here, and is asked for the second step where it is on.

Between the steps nobody is signed in. The session remembers whose password was right, for ten minutes.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect, resolve_url
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme

from users import sessions, two_step
from users.models import User

BACKEND = settings.AUTHENTICATION_BACKENDS[0]
WAITING = "second_step"
WAITS_FOR = timedelta(minutes=10)


@dataclass(frozen=True)
class Waiting:
    """A person whose password was right, and the address they wanted."""

    user: User
    to: str


def own_address(request: HttpRequest, wanted: str, *, otherwise: str) -> str:
    """The address that was wanted, if it is one of ours."""
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if is_ours else resolve_url(otherwise)


def enter(request: HttpRequest, user: User, *, to: str) -> HttpResponseRedirect:
    """Sign in a person who proved one thing: at once, or after the second step."""
    if not two_step.is_on(user):
        return finish(request, user, to=to)
    request.session.cycle_key()
    request.session[WAITING] = {
        "user": str(user.pk),
        "hash": user.get_session_auth_hash(),
        "until": (timezone.now() + WAITS_FOR).timestamp(),
        "to": to,
    }
    return redirect("users:second-step")


def waiting(request: HttpRequest) -> Waiting | None:
    """Who stands between the two steps; nobody once ten minutes went by or the password changed."""
    noted = request.session.get(WAITING)
    if noted is None or noted["until"] < timezone.now().timestamp():
        return None
    user = User.objects.filter(pk=UUID(noted["user"]), is_active=True).first()
    if user is None or not constant_time_compare(noted["hash"], user.get_session_auth_hash()):
        return None
    return Waiting(user, noted["to"])


def finish(request: HttpRequest, user: User, *, to: str) -> HttpResponseRedirect:
    """Sign in a person who proved all there is to prove."""
    request.session.pop(WAITING, None)
    login(request, user, backend=BACKEND)
    sessions.begin(request)
    return redirect(to)
