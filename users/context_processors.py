"""What every page may show: the company, the membership and the others, and the navigation that the apps declared."""

from functools import partial
from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from core import navigation
from users import signing_up


def company(request: HttpRequest) -> dict[str, Any]:
    membership = getattr(request, "membership", None)
    return {
        "company": getattr(request, "company", None),
        "membership": membership,
        "other_memberships": [place for place in getattr(request, "memberships", []) if place != membership],
        "may_start_company": partial(
            signing_up.may_start_another, getattr(request, "user", None)
        ),  # asked by few pages
        # Counted once, by the page's own frame: a panel that is rendered for itself shows no menu.
        "navigation": SimpleLazyObject(partial(navigation.for_request, request)),
    }
