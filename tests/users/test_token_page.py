"""The page of API tokens tells a developer what to do next, and what a token may do."""

import re

from django.test import Client

from users import scopes
from users.models import ApiToken

BOX = re.compile(
    r'<input class="checkbox" type="checkbox" name="scopes" value="([a-z_:]+)" aria-label="[^"]+"( checked)?>'
)


def boxes(page: str) -> dict[str, bool]:
    return {scope: bool(mark) for scope, mark in BOX.findall(page)}


def test_every_scope_can_be_ticked(as_alice: Client) -> None:
    found = boxes(as_alice.get("/api-access/").content.decode())
    assert set(found) == scopes.KNOWN
    assert {scope for scope, is_ticked in found.items() if is_ticked} == {"read", "write"}


def test_what_was_ticked_stays_when_the_form_comes_back(as_alice: Client) -> None:
    page = as_alice.post("/api-access/", {"name": "", "scopes": ["products:read", "customers:write"]}).content.decode()
    assert {scope for scope, is_ticked in boxes(page).items() if is_ticked} == {"products:read", "customers:write"}
    assert not ApiToken.objects.exists()


def test_without_a_scope_the_page_says_so_beside_the_boxes(as_alice: Client) -> None:
    answer = as_alice.post("/api-access/", {"name": "Stock"})
    assert list(answer.context["form"].errors) == ["scopes"]
    assert 'class="field-error"' in answer.content.decode()
    assert not ApiToken.objects.exists()


def test_the_page_shows_a_first_call(as_alice: Client) -> None:
    call = 'curl "http://testserver/api/v1/customers/?limit=1" --header "Authorization: Bearer {}"'
    assert as_alice.get("/api-access/").context["example"] == call.format("$TOKEN")
    answer = as_alice.post("/api-access/", {"name": "Stock", "scopes": ["read"]})
    assert answer.context["example"] == call.format(answer.context["new_token"])


def test_the_first_call_works(as_alice: Client) -> None:
    token = as_alice.post("/api-access/", {"name": "Stock", "scopes": ["customers:read"]}).context["new_token"]
    answer = Client().get("/api/v1/customers/?limit=1", headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json()["results"]) == (200, [])
