"""The way back: a page that is visited on the way to another leads there once its work is done."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def back(request: HttpRequest, *, default: str) -> str:
    """Where `?next=` leads, as long as that is a page of ours; else the default."""
    wanted = request.GET.get("next", "")
    return wanted if wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else default
