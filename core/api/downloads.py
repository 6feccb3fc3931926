"""Answers that are a file: its bytes with an ETag, or 304 to who has them already."""

from collections.abc import Callable, Mapping
from http import HTTPStatus

from django.http import HttpResponse
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from core.api import etags


def renderer(media_type: str) -> type[JSONRenderer]:
    """Lets `Accept: <media_type>` through. The view writes the bytes itself; what is rendered here is a problem."""
    return type("Bytes", (JSONRenderer,), {"media_type": media_type, "format": media_type.rpartition("/")[2]})


def answer(
    request: Request,
    read: Callable[[], bytes],
    *,
    sha256: str,
    media_type: str,
    headers: Mapping[str, str],
) -> HttpResponse:
    """What `read` answers, whose hash is known before it is read."""
    etag = f'"{sha256}"'
    kept = {"ETag": etag, "Cache-Control": "private, no-cache"}
    if not etags.is_known(request, etag):
        return HttpResponse(read(), content_type=media_type, headers={**kept, **headers})
    response = HttpResponse(status=HTTPStatus.NOT_MODIFIED, headers=kept)
    del response["Content-Type"]
    return response
