"""Gives every request a name, so that an answer, a log line and a question to the operator speak of the same one."""

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from core import origin
from core.ids import uuid7

HEADER = "X-Request-Id"
_GOOD = re.compile(r"[A-Za-z0-9._-]{8,64}")


class RequestIdMiddleware:
    """Keeps the id that a proxy or client gave when it is a plain word, else makes one.

    It stands in `request.work`, in the answer and in every log line.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get(HEADER, "")
        name = given if _GOOD.fullmatch(given) else uuid7().hex
        request.work = work = origin.Work(request=name)  # type: ignore[attr-defined]
        with origin.at(work):
            response = self.get_response(request)
        response[HEADER] = name
        return response
