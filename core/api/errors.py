"""Every refusal leaves as one RFC 9457 problem document, whoever raised it: Django, the framework or a service."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.core.exceptions import (
    BadRequest,
    ObjectDoesNotExist,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
)
from django.core.exceptions import ValidationError as ModelValidationError
from django.db import DataError, IntegrityError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response

from core.errors import Refused, UnableTo

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
NON_FIELD = "non_field_errors"

Fault = dict[str, str]


class Invalid(exceptions.APIException):
    """The request is well formed but wrong; `faults` name each place by JSON pointer, or `?name` for a parameter."""

    status_code = HTTPStatus.UNPROCESSABLE_ENTITY

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(_("The request is not valid. Correct the fields that `errors` names, then send it again."))
        self.faults = list(faults)


class BadParameter(Invalid):
    """A parameter of the address is unknown or cannot be read."""

    status_code = HTTPStatus.BAD_REQUEST


class TooLarge(exceptions.APIException):
    status_code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE

    def __init__(self, limit: int) -> None:
        super().__init__(_("The body is too large: at most %(limit)s bytes are taken here.") % {"limit": limit})


class Stale(exceptions.APIException):
    """`If-Match` names another version than the present one."""

    status_code = HTTPStatus.PRECONDITION_FAILED

    def __init__(self) -> None:
        super().__init__(_("The object has changed since you read it. Read it again, then repeat your change."))


class Busy(exceptions.APIException):
    """Waiting helps; `wait` is in seconds."""

    def __init__(self, detail: str, *, status: HTTPStatus, wait: int) -> None:
        super().__init__(detail)
        self.status_code = status
        self.wait = wait


def fault(pointer: str, code: str, detail: Any) -> Fault:
    return {"pointer": pointer, "code": code, "detail": str(detail)}


def join(pointer: str, key: str | int) -> str:
    """`pointer` one step deeper, escaped as RFC 6901 asks."""
    return f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}"


def faults_of(detail: Any, pointer: str = "") -> Iterator[Fault]:
    """The framework's nested error details as a flat list with pointers."""
    if isinstance(detail, Mapping):
        for key, value in detail.items():
            yield from faults_of(value, pointer if key == NON_FIELD else join(pointer, key))
    elif isinstance(detail, list | tuple):
        for index, value in enumerate(detail):
            yield from faults_of(value, join(pointer, index) if isinstance(value, Mapping) else pointer)
    else:
        yield fault(pointer, getattr(detail, "code", "invalid"), detail)


def problem(exc: Exception, context: Mapping[str, Any]) -> Response | None:
    """The exception handler of the API; None lets a fault of our own surface as such."""
    response = _answer(exc)
    if response is not None:
        response["Cache-Control"] = "no-store"
    return response


def _answer(exc: Exception) -> Response | None:
    headers: dict[str, str] = {}
    match exc:
        case Invalid():
            return document(exc.status_code, str(exc.detail), faults=exc.faults)
        case exceptions.ValidationError():
            invalid = Invalid(list(faults_of(exc.detail)))
            return document(invalid.status_code, str(invalid.detail), faults=invalid.faults)
        case ModelValidationError():
            invalid = Invalid(list(_model_faults(exc)))
            return document(invalid.status_code, str(invalid.detail), faults=invalid.faults)
        case Refused():
            return document(exc.status, str(exc), code=exc.code, faults=refusal(exc))
        case UnableTo():
            headers = {"Retry-After": "30"} if exc.retryable else {}
            status = HTTPStatus.SERVICE_UNAVAILABLE if exc.retryable else HTTPStatus.BAD_GATEWAY
            return document(status, str(exc), headers=headers)
        case Http404() | ObjectDoesNotExist():
            return document(HTTPStatus.NOT_FOUND, _("There is nothing at this address."))
        case PermissionDenied():
            return document(HTTPStatus.FORBIDDEN, str(exc) or _("You may not do this."))
        case RequestDataTooBig():
            return document(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _("The body is too large."))
        case BadRequest() | SuspiciousOperation():
            return document(HTTPStatus.BAD_REQUEST, _("The request cannot be read."))
        case exceptions.APIException():
            if getattr(exc, "auth_header", None):
                headers["WWW-Authenticate"] = exc.auth_header  # type: ignore[attr-defined]
            wait = getattr(exc, "wait", None)
            if wait is not None:
                headers["Retry-After"] = str(max(1, int(wait)))
            return document(exc.status_code, str(exc.detail), headers=headers)
        case IntegrityError():
            logger.warning("a constraint stopped a request: %s", exc)
            return document(
                HTTPStatus.CONFLICT,
                _("Another object already has one of these values, or this one is in use."),
                code="conflict",
            )
        case DataError():
            logger.warning("the database refused a value: %s", exc)
            return document(HTTPStatus.UNPROCESSABLE_ENTITY, _("A value is out of the range that can be kept."))
        case OperationalError():
            logger.exception("the database did not answer")
            return document(
                HTTPStatus.SERVICE_UNAVAILABLE,
                _("The database is busy. Try again shortly."),
                headers={"Retry-After": "1"},
            )
    return None


def document(
    status: int,
    detail: str,
    *,
    code: str = "",
    faults: Sequence[Fault] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The answer itself; without a code of ours the type is `about:blank` and the title is the status' own."""
    return Response(
        body_of(status, detail, code=code, faults=faults), status, headers=dict(headers or {}), content_type=MEDIA_TYPE
    )


def body_of(status: int, detail: str, *, code: str = "", faults: Sequence[Fault] = ()) -> dict[str, Any]:
    body: dict[str, Any] = {
        "type": f"urn:efactori:problem:{code}" if code else "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": int(status),
        "detail": detail,
    }
    if faults:
        body["errors"] = list(faults)
    return body


def refusal(exc: Refused) -> list[Fault]:
    """A service's refusal as the one entry of `errors`."""
    return [fault(exc.pointer, exc.code, exc)]


def faults_from(exc: Exception) -> tuple[int, list[Fault]] | None:
    """Status and faults of a refusal, for answers that hold several; None when it is no refusal."""
    match exc:
        case Invalid():
            return exc.status_code, exc.faults
        case exceptions.ValidationError():
            return HTTPStatus.UNPROCESSABLE_ENTITY, list(faults_of(exc.detail))
        case ModelValidationError():
            return HTTPStatus.UNPROCESSABLE_ENTITY, list(_model_faults(exc))
        case Refused():
            return exc.status, refusal(exc)
        case IntegrityError():
            return HTTPStatus.CONFLICT, [fault("", "conflict", _("Another object already has one of these values."))]
        case DataError():
            return HTTPStatus.UNPROCESSABLE_ENTITY, [fault("", "out_of_range", _("A value is out of range."))]
    return None


def server_error(request: HttpRequest) -> HttpResponse:
    """What a fault of our own looks like to a client of the API."""
    body = body_of(HTTPStatus.INTERNAL_SERVER_ERROR, _("Something broke on our side. Nothing was kept; it was logged."))
    return JsonResponse(body, status=HTTPStatus.INTERNAL_SERVER_ERROR, content_type=MEDIA_TYPE)


def _model_faults(exc: ModelValidationError) -> Iterator[Fault]:
    if hasattr(exc, "error_dict"):
        for name, errors in exc.error_dict.items():
            pointer = "" if name == "__all__" else join("", name)
            for error in errors:
                for message in error.messages:
                    yield fault(pointer, error.code or "invalid", message)
    else:
        for message in exc.messages:
            yield fault("", getattr(exc, "code", None) or "invalid", message)
