"""A POST that carries an `Idempotency-Key` has its effect once, however often and from wherever it is sent.

The answer is kept in the transaction of the effect itself, so that a process killed at any point leaves both or
neither. Calls to the outside keep their answer right after it; a bulk keeps the id of each item with the item. Only
answers of success are kept: a refused request changed nothing, and its key may be used for the corrected one.
An answer that tells a secret is kept encrypted.

Where answers are kept is told by the floor above, through `use`.
"""

import hashlib
import re
from collections.abc import Callable, Collection
from contextlib import nullcontext
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Protocol
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from core import sealing
from core.api.errors import BadParameter, Busy, Invalid, fault

HEADER = "Idempotency-Key"
KEPT_HEADERS = ("Content-Type", "ETag", "Location")
RETRY_SECONDS = 1
_SEALED = "sealed"  # stands among the kept headers of an encrypted answer
_KEY = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?")


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


class Claim(Protocol):
    """The right to run a request. When not ours, `fingerprint` and `answer` are those of the key's first request."""

    fingerprint: str
    answer: Answer | None
    is_ours: bool

    def keep(self, answer: Answer) -> bool:
        """Keep the answer; False when the claim was lost meanwhile, and the effect must be undone."""

    def release(self) -> None:
        """Free the key."""


class Store(Protocol):
    def claim(self, *, company_id: UUID, actor_id: UUID, key: str, fingerprint: str) -> Claim: ...

    def recall(self, *, actor_id: UUID, keys: Collection[str]) -> dict[str, str]:
        """The ids that were remembered under these keys."""

    def remember(self, *, company_id: UUID, actor_id: UUID, key: str, made: str) -> None:
        """Keep the id of what was made under a key, in the transaction that makes it."""


_stores: list[Store] = []


def use(store: Store) -> None:
    """Keep answers in `store` from now on."""
    _stores[:] = [store]


def once(
    request: Request,
    run: Callable[[], Response],
    *,
    company_id: UUID,
    actor_id: UUID,
    atomic: bool,
    is_secret: bool = False,
) -> Response | HttpResponse:
    """Run the request, or answer as before when its key was answered already."""
    key = request.headers.get(HEADER)
    if key is None:
        with transaction.atomic() if atomic else nullcontext():
            return run()
    if not _KEY.fullmatch(key):
        message = _("Give 1 to 255 printable ASCII characters.")
        raise BadParameter([fault(HEADER, "invalid", message)])
    fingerprint = _fingerprint(request)
    claim = _stores[0].claim(company_id=company_id, actor_id=actor_id, key=key, fingerprint=fingerprint)
    if not claim.is_ours:
        return _replay(claim, fingerprint)
    try:
        with transaction.atomic() if atomic else nullcontext():
            answer = _answer(request, run())
            if not claim.keep(_sealed(answer) if is_secret else answer) and atomic:
                raise _running()
    except BaseException:
        claim.release()
        raise
    return _response(answer)


class Items:
    """The items of one bulk request: what a call that died half-way has made is not made again by the next."""

    def __init__(self, request: Request, count: int, *, company_id: UUID, actor_id: UUID) -> None:
        self.names = {"company_id": company_id, "actor_id": actor_id}
        key = request.headers.get(HEADER)
        start = "" if key is None else f"{key}\n{_fingerprint(request)}\n"
        self.keys = [hashlib.sha256(f"{start}{index}".encode()).hexdigest() for index in range(count)] if start else []
        self.made = _stores[0].recall(actor_id=actor_id, keys=self.keys) if self.keys else {}

    def known(self, index: int) -> str | None:
        """The id of an item that exists already."""
        return self.made.get(self.keys[index]) if self.keys else None

    def remember(self, index: int, made: Any) -> None:
        if self.keys:
            _stores[0].remember(**self.names, key=self.keys[index], made=str(made))


def _fingerprint(request: Request) -> str:
    """Method, address and body: the bytes as they came, but for the boundary of a form, which each try draws anew."""
    sent: Any = request._request
    body: bytes = sent.body
    if sent.content_type == "multipart/form-data" and (boundary := sent.content_params.get("boundary")):
        body = body.replace(b"--" + boundary.encode(), b"--")
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    digest.update(body)
    return digest.hexdigest()


def _replay(claim: Claim, fingerprint: str) -> HttpResponse:
    if claim.fingerprint != fingerprint:
        message = _("This key was used for another request. Use a new key for each new request.")
        raise Invalid([fault(HEADER, "idempotency_key_reused", message)])
    if claim.answer is None:
        raise _running()
    response = _response(_opened(claim.answer))
    response["Idempotent-Replayed"] = "true"
    return response


def _running() -> Busy:
    return Busy(
        _("The first request with this key is still running. Send it again shortly."),
        status=HTTPStatus.CONFLICT,
        wait=RETRY_SECONDS,
    )


def _answer(request: Request, response: Any) -> Answer:
    """The answer as bytes; the framework's own kind is not rendered yet and says nothing of its type."""
    headers = {name: response[name] for name in KEPT_HEADERS if name in response}
    if isinstance(response, Response):
        headers["Content-Type"] = request.accepted_renderer.media_type
        body: Any = request.accepted_renderer.render(response.data)
    else:
        body = response.content
    return Answer(status=response.status_code, headers=headers, body=body)


def _sealed(answer: Answer) -> Answer:
    return Answer(answer.status, {**answer.headers, _SEALED: "1"}, sealing.seal(answer.body))


def _opened(answer: Answer) -> Answer:
    if _SEALED not in answer.headers:
        return answer
    headers = {name: value for name, value in answer.headers.items() if name != _SEALED}
    return Answer(answer.status, headers, sealing.unseal(answer.body))


def _response(answer: Answer) -> HttpResponse:
    return HttpResponse(answer.body, status=answer.status, headers=answer.headers)
