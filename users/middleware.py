"""Opens the company's scope for a signed-in request and speaks the person's language."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation

from core import origin
from core.tenancy import company_scope
from users import places, sessions

SESSION_KEY = "company_id"


class CompanyMiddleware:
    """Sets `request.company`, `request.membership`, and `request.memberships`, all of the person's.

    Without a membership no scope opens and tenant queries raise."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.company = request.membership = None  # type: ignore[attr-defined]
        request.memberships = []  # type: ignore[attr-defined]
        user = getattr(request, "user", None)
        if user is None or not user.is_authenticated:
            return self.get_response(request)
        sessions.note_visit(request)
        translation.activate(user.language)
        request.LANGUAGE_CODE = user.language
        request.memberships = memberships = places.of(user)  # type: ignore[attr-defined]
        if not memberships:
            return self.get_response(request)
        chosen = request.session.get(SESSION_KEY)
        membership = next((m for m in memberships if str(m.company_id) == chosen), memberships[0])
        request.membership = membership  # type: ignore[attr-defined]
        request.company = membership.company  # type: ignore[attr-defined]
        origin.known(company=membership.company_id, user=user.pk)
        with company_scope(membership.company_id):
            return self.get_response(request)
