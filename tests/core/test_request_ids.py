"""Request ids: in every answer and in every line that is logged meanwhile. No answer speaks of CORS."""

import io
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from activity import jobs
from core import origin
from tests.api.conftest import ApiClient, token_for
from users import services
from users.models import Company, User


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What the installation's own handler writes, and nothing else."""
    handler: Any = next(handler for handler in logging.getLogger().handlers if handler.name == "console")
    written = io.StringIO()
    before = handler.setStream(written)
    yield written
    handler.setStream(before)


def api_client(company: Company, alice: User) -> ApiClient:
    return ApiClient(token_for(company, alice))


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("get", "/sign-in/", 200),
        ("get", "/customers/", 302),
        ("get", "/nothing/here/", 404),
        ("post", "/sign-in/", 403),
        ("get", "/api/v1/products/", 401),
        ("get", "/api/v1/nothing/", 404),
        ("post", "/hooks/climapulse/nobody/", 404),
    ],
)
def test_every_answer_carries_the_given_id(db: None, method: str, address: str, status: int) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = getattr(client, method)(address, headers={"X-Request-ID": "shop-7.A_b"})
    assert (answer.status_code, answer["X-Request-ID"]) == (status, "shop-7.A_b")


@pytest.mark.parametrize("given", ["", "short", "two words", "a" * 65, "line\tbreak", "é" * 10, "<script>x</script>"])
def test_an_id_that_is_no_plain_word_is_replaced(db: None, given: str) -> None:
    answers = [Client().get("/sign-in/", headers={"X-Request-ID": given}) for _ in range(2)]
    ids = {answer["X-Request-ID"] for answer in answers}
    assert len(ids) == 2
    assert given not in ids
    assert {len(made) for made in ids} == {32}


def test_a_fault_of_our_own_is_answered_and_logged_under_its_id(
    company: Company, alice: User, lines: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        logging.getLogger("customers").warning("about to break")
        raise RuntimeError("broken")

    monkeypatch.setattr(services, "update_company", fail)
    client = api_client(company, alice)
    client.raise_request_exception = False
    answer = client.change("company/", {"name": "Frigotech SA"}, X_Request_ID="broken-request-1")
    assert (answer.status_code, answer["X-Request-ID"]) == (500, "broken-request-1")
    logged = [line for line in lines.getvalue().splitlines() if " WARNING " in line or " ERROR " in line]
    assert len(logged) == 2
    assert " WARNING customers [broken-request-1] about to break" in logged[0]
    assert " ERROR django.request [broken-request-1] Internal Server Error: /api/v1/company/" in logged[1]


def test_the_line_on_a_refused_request_carries_its_id(db: None, lines: io.StringIO) -> None:
    Client().get("/nothing/here/", headers={"X-Request-ID": "lost-request-1"})
    assert "[lost-request-1] Not Found: /nothing/here/" in lines.getvalue()
    assert str(origin.work()) == "-"


def test_a_jobs_lines_carry_the_id_of_the_job(
    scope: Company, lines: io.StringIO, django_capture_on_commit_callbacks: Any
) -> None:
    jobs.register("tests.speak", lambda job: logging.getLogger("tests").info("spoken"))
    with origin.at(origin.Work(request="request-in-front")):
        with django_capture_on_commit_callbacks(execute=True):
            row = jobs.enqueue("tests.speak", company_id=scope.pk, key="speak")
        assert str(origin.work()) == "request-in-front"
    assert f" INFO tests [job {row.pk}] spoken" in lines.getvalue()


def test_a_line_outside_of_any_work_carries_a_dash(lines: io.StringIO) -> None:
    logging.getLogger("tests").info("nobody asked")
    assert " INFO tests [-] nobody asked" in lines.getvalue()


@pytest.mark.parametrize("method", ["get", "post", "options", "patch"])
@pytest.mark.parametrize("address", ["/api/v1/products/", "/api/v1/nothing/", "/sign-in/", "/customers/"])
def test_no_answer_lets_another_site_in(
    company: Company, alice: User, as_alice: Client, method: str, address: str
) -> None:
    headers = {
        "Origin": "https://shop.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization",
        "Authorization": f"Bearer {token_for(company, alice)}",
    }
    answer = getattr(as_alice, method)(address, headers=headers)
    assert [name for name in answer.headers if name.lower().startswith("access-control-")] == []
