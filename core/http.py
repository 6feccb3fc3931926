"""Outgoing HTTP, for every call to somebody else's machine.

Everything that a careless call gets wrong is decided here once: a timeout, a bounded answer, a retry ladder with
jitter that honours `Retry-After`, no redirects, no proxy from the environment, no private address unless asked for,
and no secret in an error or a log line.
"""

import email.utils
import ipaddress
import json as jsonlib
import logging
import random
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NoReturn
from urllib.parse import urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests_hardened.ip_filter import InvalidIPAddress  # type: ignore[import-untyped]
from requests_hardened.ip_filter_adapter import IPFilterAdapter  # type: ignore[import-untyped]

logger = logging.getLogger(__name__)

MEBIBYTE = 1024 * 1024
MAX_ANSWER = 25 * MEBIBYTE
MAX_ERROR_BODY = 64 * 1024
PATIENCE = 30.0  # seconds after which no new attempt begins: what takes longer is for a job, not for a waiting worker
ANSWER_DEADLINE = 60.0  # seconds for the whole body: the read timeout alone never ends on a slow drip

IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
RETRYABLE_STATUSES = frozenset({429, 500, 502, 503, 504})


def is_loopback(url: str) -> bool:
    """Whether the operator named this very machine, as the embedded run does for its sandbox."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class HttpFailure(Exception):
    """A call that got no usable answer.

    `retryable` when the same call may succeed later, `body` is the start of an error's text. Without an
    answer `reason` says why: private, certificate, timeout, connection, unreadable.
    """

    def __init__(
        self,
        message: str,
        *,
        retryable: bool,
        status: int | None = None,
        retry_after: float | None = None,
        body: bytes = b"",
        applied: bool = True,
        reason: str = "",
    ) -> None:
        super().__init__(message)
        self.retryable = retryable
        self.status = status
        self.retry_after = retry_after
        self.body = body
        self.may_have_applied = applied
        self.reason = reason

    def problem(self) -> dict[str, Any]:
        """The JSON object that came with the error, empty when it was something else."""
        try:
            value = jsonlib.loads(self.body)
        except (ValueError, RecursionError):
            return {}
        return value if isinstance(value, dict) else {}


@dataclass(frozen=True)
class HttpAnswer:
    """An answer: 2xx and read completely, unless `exchange` was asked for whatever comes."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body as JSON; HttpFailure when it is not."""
        try:
            return jsonlib.loads(self.body)
        except (ValueError, RecursionError):
            raise HttpFailure("the answer is not JSON", retryable=False, status=self.status) from None


class _Session(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> None:
        """No answer is a redirect here: to look where it leads, its whole body would be read."""


class HttpClient:
    """Calls to one base address.

    `timeout` is (connect, read) in seconds, `retries` counts the calls after the first.
    """

    def __init__(
        self,
        base_url: str,
        *,
        headers: Mapping[str, str] | None = None,
        timeout: tuple[float, float] = (3.05, 15),
        allow_private: bool = False,
        retries: int = 4,
        backoff: float = 0.5,
    ) -> None:
        parts = urlsplit(base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("an address must start with http:// or https:// and name a host")
        if parts.username or parts.password:
            raise ValueError("an address must not carry a password")
        self._base_url = base_url.rstrip("/")
        self._timeout = timeout
        self._retries = retries
        self._backoff = backoff
        self._session = _Session()
        self._session.trust_env = False  # a proxy would connect for us, out of reach of the address check
        self._session.headers.update({"User-Agent": "eFactori", "Accept": "application/json"})
        self._session.headers.update(headers or {})
        for scheme in ("http", "https"):
            # The hardened adapter connects to the very address it has checked, so a second DNS answer changes nothing.
            adapter = HTTPAdapter() if allow_private else IPFilterAdapter(is_https_proto=scheme == "https")
            self._session.mount(f"{scheme}://", adapter)

    def __repr__(self) -> str:
        return f"HttpClient({self._base_url!r})"

    def request(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        content: bytes | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        idempotent: bool | None = None,
        limit: int = MAX_ANSWER,
    ) -> HttpAnswer:
        """The 2xx answer to `method path`, or HttpFailure; `limit` bounds the body in bytes.

        What may already have been done on the other side is repeated only when that changes nothing (`idempotent`, by
        default what the method promises); what certainly was not (no connection, 429) always is.
        """
        repeatable = method in IDEMPOTENT if idempotent is None else idempotent
        if json is not None:
            content = jsonlib.dumps(json, ensure_ascii=False, separators=(",", ":")).encode()
            headers = {"Content-Type": "application/json", **(headers or {})}
        attempt, start = 0, time.monotonic()
        while True:
            try:
                return self._once(method, path, content=content, params=params, headers=headers, limit=limit)
            except HttpFailure as failure:
                pause = self._pause(failure, attempt) if repeatable or not failure.may_have_applied else None
                if pause is None or time.monotonic() - start + pause > PATIENCE:
                    raise
                logger.info("%s; attempt %d, again in %.1f s", failure, attempt + 1, pause)
            time.sleep(pause)
            attempt += 1

    def exchange(
        self,
        method: str,
        path: str,
        *,
        content: bytes,
        headers: Mapping[str, str] | None = None,
        limit: int,
        deadline: float,
    ) -> HttpAnswer:
        """Whatever is answered, in one attempt, with the first `limit` bytes of its body; HttpFailure for no answer.

        What the other side has not sent `deadline` seconds after its headers is left unread.
        """
        with self._answer(method, path, content=content, params=None, headers=headers) as (response, _name):
            body, until = bytearray(), time.monotonic() + deadline
            while len(body) < limit and time.monotonic() < until:
                chunk = response.raw.read1(limit - len(body), decode_content=True)
                if not chunk:
                    break
                body += chunk
            return HttpAnswer(response.status_code, dict(response.headers), bytes(body[:limit]))

    def _pause(self, failure: HttpFailure, attempt: int) -> float | None:
        """Seconds until the next attempt, None when there is none."""
        if not failure.retryable or attempt >= self._retries:
            return None
        ladder = self._backoff * 2**attempt
        pause = random.uniform(ladder / 2, ladder)  # noqa: S311 - spreads the load, hides nothing
        if failure.retry_after is not None:
            pause += failure.retry_after
        return pause

    def _once(
        self,
        method: str,
        path: str,
        *,
        content: bytes | None,
        params: Mapping[str, str] | None,
        headers: Mapping[str, str] | None,
        limit: int,
    ) -> HttpAnswer:
        with self._answer(method, path, content=content, params=params, headers=headers) as (response, name):
            if not 200 <= response.status_code < 300:
                _refuse(response, name)
            return HttpAnswer(response.status_code, dict(response.headers), _read(response, limit, name))

    @contextmanager
    def _answer(
        self,
        method: str,
        path: str,
        *,
        content: bytes | None,
        params: Mapping[str, str] | None,
        headers: Mapping[str, str] | None,
    ) -> Iterator[tuple[requests.Response, str]]:
        """An open answer and the call's name, with every fault on the way told as an HttpFailure."""
        name = f"{method} {self._base_url}{path}"
        try:
            with self._session.request(
                method,
                self._base_url + path,
                data=content,
                params=params,
                headers=headers,
                timeout=self._timeout,
                allow_redirects=False,
                stream=True,
            ) as response:
                yield response, name
        except InvalidIPAddress:
            raise HttpFailure(
                f"{name}: this address is private", retryable=False, applied=False, reason="private"
            ) from None
        except requests.exceptions.SSLError:
            raise HttpFailure(
                f"{name}: the certificate was not accepted", retryable=False, applied=False, reason="certificate"
            ) from None
        except requests.Timeout as error:
            raise HttpFailure(
                f"{name}: no answer in time", retryable=True, applied=not _never_sent(error), reason="timeout"
            ) from None
        except (requests.ConnectionError, requests.exceptions.ChunkedEncodingError) as error:
            raise HttpFailure(
                f"{name}: no connection", retryable=True, applied=not _never_sent(error), reason="connection"
            ) from None
        except (requests.RequestException, urllib3.exceptions.HTTPError):
            raise HttpFailure(f"{name}: the answer could not be read", retryable=True, reason="unreadable") from None


def _chunks(response: requests.Response, name: str) -> Iterator[bytes]:
    """The body as it arrives, until the deadline."""
    deadline = time.monotonic() + ANSWER_DEADLINE
    while chunk := response.raw.read1(65_536, decode_content=True):
        yield chunk
        if time.monotonic() > deadline:
            raise HttpFailure(f"{name}: the answer came too slowly", retryable=True, status=response.status_code)


def _read(response: requests.Response, limit: int, name: str) -> bytes:
    """The whole body, refused as soon as it passes `limit` bytes."""
    body = bytearray()
    for chunk in _chunks(response, name):
        body += chunk
        if len(body) > limit:
            raise HttpFailure(
                f"{name}: the answer is larger than {limit} bytes", retryable=False, status=response.status_code
            )
    return bytes(body)


def _refuse(response: requests.Response, name: str) -> NoReturn:
    """Turn an answer that is not 2xx into its failure, with as much of the body as an error may have."""
    status = response.status_code
    body = bytearray()
    for chunk in _chunks(response, name):
        body += chunk
        if len(body) >= MAX_ERROR_BODY:
            break
    raise HttpFailure(
        f"{name} answered {status}",
        retryable=status in RETRYABLE_STATUSES,
        status=status,
        retry_after=_retry_after(response.headers.get("Retry-After")),
        body=bytes(body[:MAX_ERROR_BODY]),
        applied=status != 429,
    )


def _retry_after(header: str | None) -> float | None:
    """Seconds to wait, from the two spellings of the header (RFC 9110 §10.2.3); nonsense counts as absent."""
    if header is None:
        return None
    header = header.strip()
    if header.isascii() and header.isdigit():
        return float(header[:9])
    try:
        moment = email.utils.parsedate_to_datetime(header)
    except ValueError:
        return None
    return max(0.0, moment.timestamp() - time.time())


def _never_sent(error: requests.RequestException) -> bool:
    """Whether the connection was never made, so that nothing can have happened on the other side."""
    if isinstance(error, requests.ConnectTimeout):
        return True
    cause = error.args[0] if error.args else None
    reason = getattr(cause, "reason", cause)
    return isinstance(reason, urllib3.exceptions.NewConnectionError)
