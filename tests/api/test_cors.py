"""Web pages of other origins read the API only where the operator named them; `test_request_ids` proves the default."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from tests.api.conftest import ApiClient, token_for
from users.models import Company, User

ROOT = Path(__file__).parents[2]
TOOLS = "https://tools.example"


def cors(response: Any) -> dict[str, str]:
    return {name: value for name, value in response.headers.items() if name.startswith("Access-Control-")}


@pytest.fixture
def api(company: Company, alice: User, settings: Settings) -> ApiClient:
    """Alice's token, where one origin is named."""
    settings.CORS_ORIGINS = [TOOLS]
    return ApiClient(token_for(company, alice))


def test_a_page_of_a_named_origin_may_ask_first_without_a_token(api: ApiClient) -> None:
    api.token = ""
    headers = {"Access-Control-Request-Method": "PATCH", "Access-Control-Request-Headers": "authorization,if-match"}
    asked = api.call("OPTIONS", "customers/", Origin=TOOLS, **headers)
    assert (asked.status_code, asked.content) == (204, b"")
    assert asked["Access-Control-Allow-Origin"] == TOOLS
    assert asked["Access-Control-Allow-Methods"] == "GET, HEAD, POST, PATCH, DELETE"
    allowed = asked["Access-Control-Allow-Headers"].split(", ")
    assert {"Authorization", "Content-Type", "Idempotency-Key", "If-Match"} <= set(allowed)
    assert "Access-Control-Allow-Credentials" not in asked.headers
    assert len(asked["X-Request-Id"]) == 32


def test_a_page_of_a_named_origin_reads_answers_and_refusals(api: ApiClient) -> None:
    for path, status in (("company/", 200), ("customers/?limit=0", 400), ("nothing/", 404)):
        answer = api.read(path, Origin=TOOLS)
        assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (status, TOOLS)
        readable = answer["Access-Control-Expose-Headers"].split(", ")
        assert {"ETag", "Location", "Retry-After", "X-Request-Id"} <= set(readable)
        assert "Origin" in answer["Vary"]


@pytest.mark.parametrize("origin", ["https://other.example", "http://tools.example", f"{TOOLS}:8443", "null"])
def test_a_page_of_another_origin_reads_nothing(api: ApiClient, origin: str) -> None:
    for method in ("GET", "OPTIONS"):
        answer = api.call(method, "company/", Origin=origin, Access_Control_Request_Method="GET")
        assert cors(answer) == {}
        assert "Origin" in answer["Vary"]


def test_pages_of_this_installation_are_left_out(api: ApiClient) -> None:
    assert cors(api.read("/sign-in/", Origin=TOOLS)) == {}


@pytest.mark.parametrize("given", ["*", "tools.example", "https://tools.example/", "https://tools.example,ftp://x"])
def test_what_is_no_origin_stops_the_start(given: str, tmp_path: Path) -> None:
    environment = {**os.environ, "EFACTORI_DATA_DIR": str(tmp_path), "EFACTORI_CORS_ORIGINS": given}
    command = (sys.executable, "-c", "import efactori.settings")
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "EFACTORI_CORS_ORIGINS" in done.stderr.splitlines()[-1]
