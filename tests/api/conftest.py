"""Clients of the API: each carries a token and speaks JSON."""

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client
from django.test.client import encode_multipart

from core.tenancy import company_scope
from users import services
from users.models import Company, User


class ApiClient(Client):
    """Sends JSON below `/api/v1/` with a bearer token; answers are read with `.json()`."""

    def __init__(self, token: str = "", **defaults: Any) -> None:
        super().__init__(**defaults)
        self.token = token

    def call(self, method: str, path: str, body: Any = None, raw: bytes | None = None, **headers: str) -> Any:
        content = raw if raw is not None else b"" if body is None else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token:
            named.setdefault("Authorization", f"Bearer {self.token}")
        content_type = named.pop("Content-Type", "application/json")
        address = path if path.startswith("/") or "://" in path else f"/api/v1/{path}"
        return self.generic(method, address, content, content_type=content_type, headers=named)

    def read(self, path: str, **headers: str) -> Any:
        return self.call("GET", path, **headers)

    def send(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.call("POST", path, body, **headers)

    def upload(self, path: str, parts: dict[str, Any], **headers: str) -> Any:
        """A form, with the boundary of its own that every program draws."""
        boundary = uuid4().hex
        content = encode_multipart(boundary, parts)
        return self.call("POST", path, raw=content, Content_Type=f"multipart/form-data; boundary={boundary}", **headers)

    def change(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.call("PATCH", path, body, **headers)

    def remove(self, path: str, **headers: str) -> Any:
        return self.call("DELETE", path, **headers)


def token_for(company: Company, user: User, **options: Any) -> str:
    with company_scope(company.pk):
        _token, text = services.create_token(company=company, user=user, name="test", by=user, **options)
    return text


@pytest.fixture(autouse=True)
def _fresh_windows() -> None:
    cache.clear()


@pytest.fixture
def make_client() -> Callable[..., ApiClient]:
    return lambda company, user, **options: ApiClient(token_for(company, user, **options))


@pytest.fixture
def api(company: Company, alice: User) -> ApiClient:
    """Alice's token, with every scope."""
    return ApiClient(token_for(company, alice))


@pytest.fixture
def bobs(company: Company, bob: User) -> ApiClient:
    return ApiClient(token_for(company, bob))


@pytest.fixture
def outsider(other_company: Company, charlie: User) -> ApiClient:
    return ApiClient(token_for(other_company, charlie))


def problem(response: Any) -> dict[str, Any]:
    """The body of a problem document, once its form has been checked."""
    assert response["Content-Type"] == "application/problem+json", response.content[:300]
    body: dict[str, Any] = response.json()
    assert body["status"] == response.status_code
    assert {"type", "title", "status", "detail"} <= set(body)
    return body


def pointers(response: Any) -> list[tuple[str, str]]:
    """Pointer and code of each fault, in the order of the pointers."""
    return sorted((error["pointer"], error["code"]) for error in problem(response)["errors"])
