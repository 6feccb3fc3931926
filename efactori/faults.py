"""What a fault of our own looks like: a page for people, a problem document for clients of the API."""

from django.http import HttpRequest, HttpResponse
from django.views import defaults

from core.api.errors import server_error as problem


def server_error(request: HttpRequest) -> HttpResponse:
    """The answer of status 500."""
    if request.path.startswith("/api/"):
        return problem(request)
    return defaults.server_error(request)
