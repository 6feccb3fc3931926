"""While the operator works on it: pages, hooks and the API answer 503 with a time to come back, whatever is broken.

A file in the data folder is the switch, so that it works without database and cache; `manage.py maintenance` turns it.
Nothing that was sent is lost: what calls the hook or the API tries again.
"""

from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import get_template
from django.utils.translation import gettext as _

from core.api.errors import MEDIA_TYPE, body_of

RETRY_SECONDS = "120"
MACHINES = ("/api/", "/hooks/")
STAYS = ("/healthz", "/readyz")  # say by themselves how things are


def switch() -> Path:
    """The file that is there while it is on."""
    return Path(settings.DATA_DIR) / "maintenance"


class MaintenanceMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response
        self._switch = switch()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not self._switch.exists() or request.path in STAYS:
            return self._get_response(request)
        if request.path.startswith(MACHINES):
            told = body_of(HTTPStatus.SERVICE_UNAVAILABLE, _("eFactori is being worked on. Try again in two minutes."))
            answer: HttpResponse = JsonResponse(told, content_type=MEDIA_TYPE)
        else:
            answer = HttpResponse(get_template("503.html").render())
        answer.status_code = HTTPStatus.SERVICE_UNAVAILABLE
        answer["Retry-After"] = RETRY_SECONDS
        return answer
