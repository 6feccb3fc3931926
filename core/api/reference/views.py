"""The document in the form that is asked for, and the page."""

import gzip
from functools import cache
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.http import parse_etags
from django.views.decorators.http import require_safe

from core.api import errors
from core.api.openapi.generator import LANGUAGE
from core.api.reference import document
from core.api.reference.document import JSON, YAML, Served
from core.api.reference.page import page

_FORMS = {"yaml": document.as_yaml, "json": document.as_json}
_ACCEPTED = {
    YAML: "yaml",
    "application/vnd.oai.openapi": "yaml",
    "text/yaml": "yaml",
    JSON: "json",
    "application/vnd.oai.openapi+json": "json",
}
_KEPT_SECONDS = 300


@require_safe
def schema(request: HttpRequest) -> HttpResponse:
    """`?format=` before `Accept`; YAML where both leave the choice."""
    form = request.GET.get("format") or _ACCEPTED.get(request.get_preferred_type(list(_ACCEPTED)) or "")
    if form is None:
        return _refused(HTTPStatus.NOT_ACCEPTABLE, "The document is there as application/yaml and application/json.")
    if form not in _FORMS:
        return _refused(HTTPStatus.BAD_REQUEST, "The document is there as ?format=yaml and ?format=json.")
    response = _answer(request, _FORMS[form]())
    patch_vary_headers(response, ["Accept"])
    return response


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """The same bytes for everybody."""
    return _answer(request, _rendered())


@cache
def _rendered() -> Served:
    with translation.override(LANGUAGE):
        text = render_to_string("api/reference.html", {"reference": page()})
    return Served(text.encode(), "text/html; charset=utf-8")


def _answer(request: HttpRequest, served: Served) -> HttpResponse:
    known = parse_etags(request.headers.get("If-None-Match", ""))
    if any(tag == "*" or tag.removeprefix("W/") == served.etag for tag in known):
        response = HttpResponse(status=HTTPStatus.NOT_MODIFIED)
    elif "gzip" in request.headers.get("Accept-Encoding", ""):
        response = HttpResponse(_compressed(served), content_type=served.media_type)
        response["Content-Encoding"] = "gzip"
    else:
        response = HttpResponse(served.content, content_type=served.media_type)
    response["ETag"] = f"W/{served.etag}"  # weak: compressed or not, it is the same document
    patch_cache_control(response, public=True, max_age=_KEPT_SECONDS)
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


@cache
def _compressed(served: Served) -> bytes:
    return gzip.compress(served.content, mtime=0)


def _refused(status: HTTPStatus, detail: str) -> HttpResponse:
    return JsonResponse(errors.body_of(status, detail), status=status, content_type=errors.MEDIA_TYPE)
