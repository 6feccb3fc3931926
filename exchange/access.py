"""Who may bring files in: owners and employees. Everybody in the company may take lists out."""

from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from core.access import View, member_required
from users.models import Role


def may_import(request: HttpRequest) -> bool:
    return bool(request.membership.role != Role.ACCOUNTANT)  # type: ignore[attr-defined]


def importer_required(view: View) -> View:
    """A member who may change lists; an accountant gets a 403."""

    @member_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not may_import(request):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded
