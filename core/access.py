"""Who may open a page: people of a company, or its owners alone. `request.membership` is set by the middleware."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

type View = Callable[..., HttpResponseBase]


def member_required(view: View) -> View:
    """Signed in, and in a company; others are sent to sign in, or told that they belong to none."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if request.membership is None:  # type: ignore[attr-defined]
            return render(request, "users/no_company.html", status=403)
        return view(request, *args, **kwargs)

    return guarded


def owner_required(view: View) -> View:
    """A member with the role of owner; others get a 403 that says so."""

    @member_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.membership.role != "owner":  # type: ignore[attr-defined]
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded
