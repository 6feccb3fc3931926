"""What every page may show: the company, the membership, and the navigation that the apps declared."""

from typing import Any

from django.http import HttpRequest

from core import navigation


def company(request: HttpRequest) -> dict[str, Any]:
    return {
        "company": getattr(request, "company", None),
        "membership": getattr(request, "membership", None),
        "navigation": navigation.for_request(request),
    }
