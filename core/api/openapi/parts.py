"""What all operations share: problem documents, headers, and the parameters of lists."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from core.api.errors import MEDIA_TYPE
from core.api.openapi import samples

INTRODUCTION = """\
Everything that the pages can do, for programs: JSON over HTTPS below `/api/v1/`.

**Signing in.** Send `Authorization: Bearer <token>`. A token belongs to one company and one person, and has scopes:
`read` or `write` for everything, or for one area (`invoices:write`). Make one on the page “API access”, or with
`manage.py create_api_token`. What belongs to another company does not exist: 404.

**Values.** Ids are UUIDs. Amounts and quantities are strings with a dot (`"24.90"`), dates are ISO 8601, currencies
ISO 4217, units UN/ECE Recommendation 20. Unknown fields and parameters are refused, not ignored.

**Lists** come in pages: `{"next", "previous", "results"}`. Follow `next` until it is null; rows that are added
meanwhile shift nothing. `?fields=` keeps some fields, `?expand=` shows an object in place of its id.

**Repeating.** Send an `Idempotency-Key` with every POST: repeated within 24 hours, it has its effect once and gets the
same answer. `If-Match` with the `ETag` that you read keeps you from overwriting somebody else's change.

**Refusals** are problem documents (RFC 9457, `application/problem+json`); `errors` names each fault with a JSON pointer
and a stable code. Sentences follow `Accept-Language` (`en`, `fr`, `nl`).

**Limits.** 100 requests a second per token; `RateLimit-Remaining` says what is left, 429 comes with `Retry-After`.
A body holds up to 2 MiB, a bulk up to 16 MiB and 500 items.

**New fields** may be added to answers at any time; ignore those that you do not know.
"""

FAULT: dict[str, Any] = {
    "type": "object",
    "description": "One thing that is wrong.",
    "properties": {
        "pointer": {
            "type": "string",
            "description": "JSON pointer into the body (RFC 6901), `?name` for a parameter of the address, or the name "
            "of a header.",
        },
        "code": {"type": "string", "description": "Stable, for programs."},
        "detail": {"type": "string"},
    },
    "required": ["pointer", "code", "detail"],
}
PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "A refusal (RFC 9457). `errors` names every fault at once.",
    "properties": {
        "type": {"type": "string", "description": "`urn:efactori:problem:<code>`, or `about:blank`."},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What to do, in the language of `Accept-Language`."},
        "errors": {
            "type": "array",
            "items": {"$ref": "#/components/schemas/Fault"},
        },
    },
    "required": ["type", "title", "status", "detail"],
}


def _problem(
    status: HTTPStatus,
    description: str,
    detail: str,
    *faults: tuple[str, str, str],
    code: str = "",
    headers: tuple[str, ...] = (),
) -> dict[str, Any]:
    body: dict[str, Any] = {
        "type": f"urn:efactori:problem:{code}" if code else "about:blank",
        "title": status.phrase,
        "status": int(status),
        "detail": detail,
    }
    if faults:
        body["errors"] = [dict(zip(("pointer", "code", "detail"), fault, strict=True)) for fault in faults]
    return {
        "description": description,
        "headers": header_references("X-Request-Id", *headers),
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": body}},
    }


def header_references(*names: str) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


PROBLEMS: Mapping[int, tuple[str, dict[str, Any]]] = {
    400: (
        "BadRequest",
        _problem(
            HTTPStatus.BAD_REQUEST,
            "The body is no JSON, or a parameter is unknown or cannot be read.",
            "The request is not valid. Correct the fields that `errors` names, then send it again.",
            ("?limit", "invalid", "Give a whole number from 1 to 500."),
        ),
    ),
    401: (
        "Unauthorized",
        _problem(
            HTTPStatus.UNAUTHORIZED,
            "There is no token, or it is unknown, expired or revoked.",
            "This token is unknown, expired or revoked. Make a new one on the page “API access”.",
            headers=("WWW-Authenticate",),
        ),
    ),
    403: (
        "Forbidden",
        _problem(
            HTTPStatus.FORBIDDEN,
            "The token lacks the scope, or its user the role.",
            "This token lacks the scope invoices:write. Make one that has it.",
        ),
    ),
    404: (
        "NotFound",
        _problem(
            HTTPStatus.NOT_FOUND,
            "No such object in the token's company.",
            "There is nothing at this address.",
        ),
    ),
    406: (
        "NotAcceptable",
        _problem(
            HTTPStatus.NOT_ACCEPTABLE,
            "`Accept` allows none of the forms that there are.",
            "Could not satisfy the request Accept header.",
        ),
    ),
    409: (
        "Conflict",
        _problem(
            HTTPStatus.CONFLICT,
            "The present state of the object forbids it, or the first request with this key still runs.",
            "This document is issued and can no longer be changed.",
            ("", "not_a_draft", "This document is issued and can no longer be changed."),
            code="not_a_draft",
            headers=("Retry-After",),
        ),
    ),
    412: (
        "PreconditionFailed",
        _problem(
            HTTPStatus.PRECONDITION_FAILED,
            "`If-Match` names another version than the present one.",
            "The object has changed since you read it. Read it again, then repeat your change.",
        ),
    ),
    413: (
        "ContentTooLarge",
        _problem(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            "The body is too large.",
            "The body is too large: at most 2097152 bytes are taken here.",
        ),
    ),
    415: (
        "UnsupportedMediaType",
        _problem(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "The body is of another type than is taken here.",
            'Unsupported media type "text/plain" in request.',
        ),
    ),
    422: (
        "UnprocessableContent",
        _problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "The body can be read, but a rule forbids what it says.",
            "The request is not valid. Correct the fields that `errors` names, then send it again.",
            ("/lines/0/unit_price", "invalid", "A valid number is required."),
        ),
    ),
    429: (
        "TooManyRequests",
        _problem(
            HTTPStatus.TOO_MANY_REQUESTS,
            "More requests than the token may send in a second.",
            "Request was throttled. Expected available in 1 second.",
            headers=("Retry-After", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"),
        ),
    ),
    502: (
        "BadGateway",
        _problem(
            HTTPStatus.BAD_GATEWAY,
            "The other side refused; waiting does not help.",
            "Climapulse refuses this key.",
        ),
    ),
    503: (
        "ServiceUnavailable",
        _problem(
            HTTPStatus.SERVICE_UNAVAILABLE,
            "Something outside does not answer; try again after `Retry-After` seconds.",
            "Climapulse cannot be reached.",
            headers=("Retry-After",),
        ),
    ),
}


def _header(description: str, example: str, **schema: Any) -> dict[str, Any]:
    return {"description": description, "schema": {"type": "string", **schema}, "example": example}


ETAG = '"9f86d081884c7d659a2feaa0c55ad015"'
HEADERS = {
    "ETag": _header(
        "The version of the content; for `If-Match` and `If-None-Match`.", '"9f86d081884c7d659a2feaa0c55ad015"'
    ),
    "Location": _header("The address of what was made.", f"/api/v1/customers/{samples.ID}/"),
    "X-Request-Id": _header(
        "Names this request in the log. A plain word of 8 to 64 characters that you send is kept.",
        "0197c0de12347abc8def0123456789ab",
    ),
    "RateLimit-Limit": _header("Requests in a window, per token.", "100", pattern="^[0-9]+$"),
    "RateLimit-Remaining": _header("Requests left in this window.", "99", pattern="^[0-9]+$"),
    "RateLimit-Reset": _header("Seconds until the window ends.", "1", pattern="^[0-9]+$"),
    "Retry-After": _header("Seconds to wait before the next try.", "1", pattern="^[0-9]+$"),
    "Idempotent-Replayed": _header("`true` when the answer is that of an earlier request with the same key.", "true"),
    "WWW-Authenticate": _header("How to sign in.", 'Bearer realm="eFactori"'),
    "Content-Disposition": _header("The name under which to keep the file.", 'inline; filename="2026-0001.pdf"'),
}


def _parameter(name: str, where: str, description: str, schema: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": name, "in": where, "description": description, "schema": schema, **more}


PARAMETERS = {
    "IdempotencyKey": _parameter(
        "Idempotency-Key",
        "header",
        "Makes the call repeatable for 24 hours: the same key and request get the first answer again, the same key "
        "with another request is 422, and 409 while the first still runs.",
        {
            "type": "string",
            "minLength": 1,
            "maxLength": 255,
            "pattern": r"^[\x21-\x7e]([\x20-\x7e]{0,253}[\x21-\x7e])?$",
        },
        example="order-4711",
    ),
    "IfMatch": _parameter(
        "If-Match",
        "header",
        "The `ETag` that you read: the change is refused (412) when the object has changed since.",
        {"type": "string"},
        example=ETAG,
    ),
    "IfNoneMatch": _parameter(
        "If-None-Match",
        "header",
        "The `ETag` that you have: the answer is an empty 304 when nothing has changed.",
        {"type": "string"},
        example=ETAG,
    ),
    "Limit": _parameter(
        "limit",
        "query",
        "Objects on a page.",
        {"type": "integer", "minimum": 1, "maximum": 500, "default": 100},
    ),
    "Cursor": _parameter(
        "cursor",
        "query",
        "Where the page starts. Follow `next` and `previous` as they came instead of making one.",
        {"type": "string"},
    ),
}
