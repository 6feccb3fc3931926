"""While it is worked on, everybody is told to come back, and nothing else is asked."""

from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.test import Client

from efactori.maintenance import switch


@pytest.fixture
def maintained() -> Iterator[None]:
    call_command("maintenance", "on")
    yield
    call_command("maintenance", "off")
    call_command("maintenance", "off")
    assert not switch().exists()


@pytest.mark.parametrize("path", ["/", "/sign-in/", "/invoices/", "/nowhere/"])
@pytest.mark.usefixtures("maintained")
def test_a_page_says_when_to_come_back_without_a_database(client: Client, path: str) -> None:
    answer = client.get(path, headers={"Accept-Language": "nl"})
    assert (answer.status_code, answer["Retry-After"]) == (503, "120")
    assert "We zijn eraan bezig" in answer.content.decode()


@pytest.mark.parametrize("path", ["/api/v1/invoices/", "/hooks/climapulse/x"])
@pytest.mark.usefixtures("maintained")
def test_a_program_gets_a_problem_document(client: Client, path: str) -> None:
    answer = client.post(path, b"{}", content_type="application/json", headers={"Accept-Language": "fr"})
    assert (answer.status_code, answer["Retry-After"]) == (503, "120")
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"].startswith("eFactori est en maintenance")


@pytest.mark.django_db
@pytest.mark.usefixtures("maintained")
def test_the_health_of_the_parts_is_still_told(client: Client) -> None:
    assert "Retry-After" not in client.get("/healthz")
    assert client.get("/readyz").status_code == 200


@pytest.mark.django_db
def test_afterwards_everybody_is_let_in(client: Client) -> None:
    call_command("maintenance", "on")
    call_command("maintenance", "off")
    assert client.get("/sign-in/").status_code == 200
