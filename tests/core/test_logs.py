"""Log lines as JSON: what a line belongs to stands beside it, and no secret stands in it, nor in a line for people."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from activity import jobs
from core import logs
from tests.api.conftest import ApiClient, token_for
from users import services
from users.models import Company, User


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What the installation's own handler writes, as JSON."""
    handler: Any = next(handler for handler in logging.getLogger().handlers if handler.name == "console")
    stream = io.StringIO()
    before, formatter = handler.setStream(stream), handler.formatter
    handler.setFormatter(logs.JsonFormatter())
    yield stream
    handler.setStream(before)
    handler.setFormatter(formatter)


def lines(written: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


def test_people_read_text_unless_the_operator_wants_json() -> None:
    assert settings.LOG_FORMAT == settings.LOGGING["handlers"]["console"]["formatter"] == "text"


def test_a_line_outside_of_any_work_says_no_more_than_itself(written: io.StringIO) -> None:
    logging.getLogger("tests").info("née %s", "Élodie")
    (line,) = lines(written)
    assert list(line) == ["time", "level", "logger", "message"]
    assert (line["level"], line["logger"], line["message"]) == ("info", "tests", "née Élodie")
    assert line["time"].endswith("+00:00")


def test_a_page_names_request_company_and_user(as_alice: Client, alice: User, written: io.StringIO) -> None:
    as_alice.get("/nothing/here/", headers={"X-Request-ID": "lost-request-1"})
    (line,) = lines(written)
    del line["time"]
    assert line == {
        "level": "warning",
        "logger": "django.request",
        "message": "Not Found: /nothing/here/",
        "request": "lost-request-1",
        "company": str(alice.memberships.get().company_id),
        "user": str(alice.pk),
    }


def test_the_api_names_them_too_and_tells_the_error_in_the_same_line(
    company: Company, alice: User, written: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        logging.getLogger("customers").warning("about to break")
        raise RuntimeError("broken")

    monkeypatch.setattr(services, "update_company", fail)
    client = ApiClient(token_for(company, alice))
    client.raise_request_exception = False
    client.change("company/", {"name": "Frigotech SA"}, X_Request_ID="broken-request-1")
    first, second = lines(written)
    for line in (first, second):
        assert (line["request"], line["company"], line["user"]) == (
            "broken-request-1",
            str(company.pk),
            str(alice.pk),
        )
    assert "error" not in first
    assert second["error"].startswith("Traceback")
    assert second["error"].endswith("RuntimeError: broken")


def test_a_job_names_itself_and_its_company(
    scope: Company, written: io.StringIO, django_capture_on_commit_callbacks: Any
) -> None:
    jobs.register("tests.write", lambda job: logging.getLogger("tests").info("written"))
    with django_capture_on_commit_callbacks(execute=True):
        row = jobs.enqueue("tests.write", company_id=scope.pk, key="write")
    (line,) = [line for line in lines(written) if line["logger"] == "tests"]
    assert (line["job"], line["company"]) == (str(row.pk), str(scope.pk))
    assert "request" not in line
    assert "user" not in line


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("Authorization: Bearer ef_abc.DEF-123 refused", "Authorization: Bearer … refused"),
        ("redis://:hunter2@redis:6379/0 is gone", "redis://:…@redis:6379/0 is gone"),
        ("postgres://efactori:hunter2@postgres/efactori", "postgres://efactori:…@postgres/efactori"),
        ('{"api_key": "cp_0123", "name": "x"}', '{"api_key": "…", "name": "x"}'),
        ("?token=abc&page=2", "?token=…&page=2"),
        ("password='hunter2', host='db'", "password='…', host='db'"),
        ("the password is wrong", "the password is wrong"),
        ("https://invoices.example:8000/a@b", "https://invoices.example:8000/a@b"),
    ],
)
def test_a_secret_is_masked_in_either_format(told: str, kept: str) -> None:
    record = logging.LogRecord("tests", logging.INFO, "", 0, "%s", (told,), None)
    assert json.loads(logs.JsonFormatter().format(record))["message"] == kept
    assert logs.LineFormatter("%(message)s").format(record) == kept


def test_a_secret_in_an_exception_is_masked_in_either_format() -> None:
    try:
        raise ValueError("cannot reach amqp://me:hunter2@queue")
    except ValueError as error:
        record = logging.LogRecord("tests", logging.ERROR, "", 0, "failed", (), (ValueError, error, None))
    assert json.loads(logs.JsonFormatter().format(record))["error"] == "ValueError: cannot reach amqp://me:…@queue"
    assert logs.LineFormatter("%(message)s").format(record) == "failed\nValueError: cannot reach amqp://me:…@queue"


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/hooks/climapulse/ClJ0m3xqkq2nYV0yqf3mS1v8Z-_abcde", "/hooks/climapulse/…"),
        ("/shared/ClJ0m3xqkq2nYV0yqf3mS1v8Z-_abcde/pdf/", "/shared/…/pdf/"),
        ("/forgotten-password/MQ/d1xkq2-0123456789abcdef0123456789abcdef/", "/forgotten-password/MQ/…/"),
        ("/invoices/01900000-0000-7000-8000-000000000001/", "/invoices/01900000-0000-7000-8000-000000000001/"),
    ],
)
@pytest.mark.parametrize("formatter", [logs.JsonFormatter(), logs.LineFormatter("%(message)s")])
def test_the_key_of_a_link_is_masked_in_the_line_on_its_request(
    formatter: logging.Formatter, path: str, kept: str
) -> None:
    record = logging.LogRecord("django.request", logging.WARNING, "", 0, "Not Found: %s", (path,), None)
    record.request = object()
    assert f"Not Found: {kept}" in formatter.format(record)
    assert path == kept or path not in formatter.format(record)
