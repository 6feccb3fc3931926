"""Outgoing HTTP against real servers: what is repeated, what is refused, what stays secret."""

import logging
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
from pytest_httpserver import HTTPServer

from core.http import HttpClient, HttpFailure, _retry_after

SECRET = "Bearer top-secret-key"


def client(base_url: str, **options: object) -> HttpClient:
    arguments = {"headers": {"Authorization": SECRET}, "allow_private": True, "backoff": 0.01} | options
    return HttpClient(base_url, **arguments)


@contextmanager
def raw_server(*answers: bytes, pause: float = 0) -> Iterator[tuple[str, list[bytes]]]:
    """Answers each connection with the next bytes, `pause` seconds between two halves, and hangs up."""
    requests: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            for answer in answers:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection, suppress(OSError):  # the caller may hang up first
                    requests.append(connection.recv(65_536))
                    half = len(answer) // 2
                    connection.sendall(answer[:half])
                    time.sleep(pause)
                    connection.sendall(answer[half:])

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", requests
        thread.join(timeout=5)


OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"


def test_the_answer_is_read_with_status_and_json(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/things", method="POST", json={"a": "é"}).respond_with_json({"b": 1}, status=201)
    answer = client(httpserver.url_for("")).request("POST", "/things", json={"a": "é"})
    assert (answer.status, answer.json()) == (201, {"b": 1})


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_passing_failure_is_repeated_until_it_passes(httpserver: HTTPServer, status: int) -> None:
    for _ in range(2):
        httpserver.expect_ordered_request("/").respond_with_data("no", status=status)
    httpserver.expect_ordered_request("/").respond_with_data("yes")
    assert client(httpserver.url_for("")).request("PUT", "/", json={}).body == b"yes"
    assert len(httpserver.log) == 3


def test_the_ladder_ends_after_the_given_number_of_retries(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/").respond_with_data("no", status=503)
    with pytest.raises(HttpFailure) as caught:
        client(httpserver.url_for(""), retries=2).request("GET", "/")
    assert (caught.value.status, caught.value.retryable, len(httpserver.log)) == (503, True, 3)


@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 409, 422])
def test_a_final_answer_is_never_repeated(httpserver: HTTPServer, status: int) -> None:
    httpserver.expect_request("/").respond_with_json({"code": "inventory_full"}, status=status)
    with pytest.raises(HttpFailure) as caught:
        client(httpserver.url_for("")).request("GET", "/")
    assert (caught.value.status, caught.value.retryable, len(httpserver.log)) == (status, False, 1)
    assert caught.value.problem() == {"code": "inventory_full"}


def test_an_error_that_is_not_a_json_object_has_an_empty_problem(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/").respond_with_data("[1]", status=400)
    with pytest.raises(HttpFailure) as caught:
        client(httpserver.url_for("")).request("GET", "/")
    assert (caught.value.problem(), caught.value.body) == ({}, b"[1]")


def test_a_post_that_may_have_worked_is_not_repeated(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/").respond_with_data("no", status=500)
    with pytest.raises(HttpFailure):
        client(httpserver.url_for("")).request("POST", "/", json={})
    assert len(httpserver.log) == 1


def test_a_post_called_idempotent_is_repeated(httpserver: HTTPServer) -> None:
    httpserver.expect_ordered_request("/").respond_with_data("no", status=500)
    httpserver.expect_ordered_request("/").respond_with_data("yes")
    assert client(httpserver.url_for("")).request("POST", "/", json={}, idempotent=True).body == b"yes"


def test_a_post_refused_with_429_is_repeated_because_nothing_was_done(httpserver: HTTPServer) -> None:
    httpserver.expect_ordered_request("/").respond_with_data("no", status=429)
    httpserver.expect_ordered_request("/").respond_with_data("yes")
    assert client(httpserver.url_for("")).request("POST", "/", json={}).body == b"yes"


def test_retry_after_is_waited_for(httpserver: HTTPServer) -> None:
    httpserver.expect_ordered_request("/").respond_with_data("no", status=429, headers={"Retry-After": "1"})
    httpserver.expect_ordered_request("/").respond_with_data("yes")
    start = time.monotonic()
    client(httpserver.url_for("")).request("GET", "/")
    assert 1.0 <= time.monotonic() - start < 1.5


def test_a_long_retry_after_is_handed_to_the_caller_at_once(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/").respond_with_data("no", status=503, headers={"Retry-After": "3600"})
    with pytest.raises(HttpFailure) as caught:
        client(httpserver.url_for("")).request("GET", "/")
    assert (caught.value.retry_after, caught.value.retryable, len(httpserver.log)) == (3600.0, True, 1)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [(None, None), ("7", 7.0), ("soon", None), ("-1", None), ("²", None), ("Fri, 31 Dec 1999 23:59:59 GMT", 0.0)],
)
def test_retry_after_reads_both_spellings(header: str | None, seconds: float | None) -> None:
    assert _retry_after(header) == seconds


def test_a_dropped_connection_is_repeated_for_a_get() -> None:
    with raw_server(b"", OK) as (url, requests):
        assert client(url).request("GET", "/").body == b"ok"
    assert len(requests) == 2


def test_a_dropped_connection_is_not_repeated_for_a_post() -> None:
    with raw_server(b"", OK) as (url, requests):
        with pytest.raises(HttpFailure) as caught:
            client(url).request("POST", "/", json={})
        assert (caught.value.retryable, caught.value.status, len(requests)) == (True, None, 1)
        client(url).request("GET", "/")


def test_an_answer_cut_in_the_middle_is_not_taken_for_whole() -> None:
    cut = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"
    with raw_server(cut, OK) as (url, requests):
        assert client(url).request("GET", "/").body == b"ok"
    assert len(requests) == 2


def test_a_port_where_nobody_listens_is_retryable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(HttpFailure) as caught:
        client(f"http://127.0.0.1:{port}", retries=1).request("POST", "/", json={})
    assert (caught.value.retryable, caught.value.may_have_applied) == (True, False)


def test_a_slow_answer_ends_at_the_read_timeout() -> None:
    with raw_server(OK, pause=1.0) as (url, _), pytest.raises(HttpFailure) as caught:
        client(url, timeout=(1, 0.2), retries=0).request("GET", "/")
    assert caught.value.retryable


@pytest.mark.parametrize("length", [b"", b"Content-Length: 200000\r\n"])
def test_an_answer_over_the_limit_is_refused_with_or_without_a_declared_length(length: bytes) -> None:
    answer = b"HTTP/1.1 200 OK\r\n" + length + b"\r\n" + b"x" * 200_000
    with raw_server(answer) as (url, requests), pytest.raises(HttpFailure, match="larger than 1000 bytes") as caught:
        client(url).request("GET", "/", limit=1000)
    assert (caught.value.retryable, len(requests)) == (False, 1)


def test_an_answer_of_exactly_the_limit_is_taken(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/").respond_with_data(b"x" * 1000)
    assert len(client(httpserver.url_for("")).request("GET", "/", limit=1000).body) == 1000


def test_a_redirect_is_not_followed(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/").respond_with_data("", status=302, headers={"Location": httpserver.url_for("/in")})
    httpserver.expect_request("/in").respond_with_data("secret")
    with pytest.raises(HttpFailure) as caught:
        client(httpserver.url_for("")).request("GET", "/")
    assert caught.value.status == 302
    assert [request.path for request, _ in httpserver.log] == ["/"]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "0", "[::ffff:127.0.0.1]", "2130706433"])
def test_a_loopback_address_is_refused_however_it_is_written(httpserver: HTTPServer, host: str) -> None:
    httpserver.expect_request("/").respond_with_data("inside")
    with pytest.raises(HttpFailure) as caught:
        client(f"http://{host}:{httpserver.port}", allow_private=False, retries=0).request("GET", "/")
    assert httpserver.log == []
    assert caught.value.status is None


@pytest.mark.parametrize("host", ["10.0.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "[fe80::1]", "[fd00::1]"])
def test_a_private_address_is_refused_without_a_second_try(host: str) -> None:
    with pytest.raises(HttpFailure, match="private") as caught:
        client(f"http://{host}", allow_private=False, timeout=(0.5, 0.5)).request("GET", "/")
    assert not caught.value.retryable


def test_a_proxy_from_the_environment_is_not_used(httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "")
    httpserver.expect_request("/").respond_with_data("direct")
    assert client(httpserver.url_for("")).request("GET", "/").body == b"direct"


def test_no_secret_shows_in_an_error_or_a_log_line(httpserver: HTTPServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    httpserver.expect_request("/").respond_with_data("no", status=503)
    caller = client(httpserver.url_for(""), retries=1)
    with pytest.raises(HttpFailure) as caught:
        caller.request("GET", "/", params={"token": "other-secret"})
    logged = "".join(record.getMessage() for record in caplog.records if record.name == "core.http")
    assert "answered 503; attempt 1" in logged
    for secret in ("top-secret-key", "other-secret"):
        assert secret not in f"{logged} {caught.value} {caught.value!r} {caller!r}"


@pytest.mark.parametrize(
    "url", ["", "example.org", "ftp://example.org", "http://", "file:///etc", "http://a:b@example.org"]
)
def test_an_address_that_is_none_is_refused_at_once(url: str) -> None:
    with pytest.raises(ValueError, match="an address must"):
        HttpClient(url)


def test_an_answer_that_is_not_json_says_so(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/").respond_with_data("<html>")
    with pytest.raises(HttpFailure, match="not JSON"):
        client(httpserver.url_for("")).request("GET", "/").json()


# ── whatever is answered, once ──


@pytest.mark.parametrize(("status", "location"), [(200, ""), (302, "/in"), (410, ""), (500, ""), (503, "")])
def test_an_exchange_tells_any_answer_after_one_attempt(httpserver: HTTPServer, status: int, location: str) -> None:
    headers = {"Location": location} if location else None
    httpserver.expect_request("/", method="POST", data=b"hello").respond_with_data(
        "seen", status=status, headers=headers
    )
    answer = client(httpserver.url_for("")).exchange("POST", "/", content=b"hello", limit=100, deadline=5)
    assert (answer.status, answer.body, len(httpserver.log)) == (status, b"seen", 1)


def test_an_exchange_reads_no_more_than_it_was_told(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/").respond_with_data("x" * 10_000)
    answer = client(httpserver.url_for("")).exchange("POST", "/", content=b"", limit=10, deadline=5)
    assert answer.body == b"x" * 10


def test_an_exchange_leaves_what_does_not_come_in_time() -> None:
    with raw_server(b"HTTP/1.1 200 OK\r\n\r\n" + b"a" * 40, pause=0.5) as (url, _requests):
        answer = client(url).exchange("POST", "/", content=b"", limit=1000, deadline=0)
    assert (answer.status, answer.body) == (200, b"")


@pytest.mark.parametrize(("host", "reason"), [("10.0.0.1", "private"), ("nobody.invalid", "connection")])
def test_an_exchange_without_an_answer_says_why(host: str, reason: str) -> None:
    caller = client(f"http://{host}", allow_private=False, timeout=(0.5, 0.5))
    with pytest.raises(HttpFailure) as caught:
        caller.exchange("POST", "/", content=b"", limit=10, deadline=1)
    assert (caught.value.reason, caught.value.status) == (reason, None)
