"""Charlie's token on everything of Alice's: each operation of the document by itself, so that a new one is tried too.

An operation fails here when the furnished company has nothing to try it on: put that into `tests/api/world.py`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.apps import apps
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from pytest_django import DjangoDbBlocker

from core.tenancy import every_company
from integrations.models import Connection
from tests.api.conftest import ApiClient, pointers, problem, token_for
from tests.api.operations import Ids, Operation, objects, operations, resolved
from tests.api.world import furnish
from tests.conftest import make_company, make_member
from users.models import Company

pytestmark = pytest.mark.django_db
NOBODY = "0197c0de-1234-7abc-8def-0123456789ab"


@dataclass(frozen=True)
class Side:
    """A company, its owner's token, and the ids that a body may name."""

    company: Company
    api: ApiClient
    named: dict[str, str]


@dataclass(frozen=True)
class Two:
    alice: Side
    charlie: Side


def _side(slug: str, name: str, first: str, **fields: Any) -> Side:
    company = make_company(slug, name, **fields)
    owner = make_member(company, f"{first.lower()}@{slug}.example", first, "Martin", "owner")
    connection = Connection.objects.create(
        company=company, provider="climapulse", secrets={"credentials": {"api_key": "key"}}
    )
    named = furnish(company, owner, connection=connection)
    return Side(company, ApiClient(token_for(company, owner), headers={"Accept-Language": "en"}), named)


@pytest.fixture(scope="module")
def two(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Two]:
    """Two furnished companies, made once: what is refused changes nothing."""
    with django_db_blocker.unblock(), transaction.atomic(), every_company():
        yield Two(
            _side("frigotech", "Frigotech SRL", "Alice"),
            _side("polar", "Polar BV", "Charlie", vat_number="BE0403170701"),
        )
        transaction.set_rollback(True)


def kept(company: Company) -> dict[str, list[Any]]:
    """Every row of the company, whole."""
    found = {}
    for model in apps.get_models():
        names = {field.attname for field in model._meta.concrete_fields}
        if "company_id" in names and model.__name__ != "ApiToken":  # which notes its last use
            rows = model._base_manager.filter(company_id=company.pk).order_by("pk")
            found[model.__name__] = list(rows.values_list(*sorted(names)))
    return found


def _send(api: ApiClient, operation: Operation, ids: Ids, body: Any) -> Any:
    cache.clear()  # the limit of requests is not what is asked here
    path = operation.path.format(**ids)
    if operation.media_type == "multipart/form-data":
        file = SimpleUploadedFile("charlie.pdf", b"%PDF-1.4 charlie")
        raw = encode_multipart(BOUNDARY, {"file": file})
        return api.call(operation.method, path, raw=raw, **{"Content-Type": MULTIPART_CONTENT})
    return api.call(operation.method, path, body)


@pytest.mark.parametrize("operation", [one for one in operations() if one.has_ids], ids=lambda one: one.label)
def test_what_is_of_another_company_is_not_there(two: Two, operation: Operation) -> None:
    tried = objects(two.alice.api, operation.path)
    assert tried, "there is nothing to try it on: add it to tests/api/world.py"
    before = kept(two.alice.company)
    body = _named(operation.example, two.charlie.named)
    for ids in tried:
        answer = _send(two.charlie.api, operation, ids, body)
        assert answer.status_code == 404, answer.content
        assert problem(answer)["detail"] == "There is nothing at this address."
    assert kept(two.alice.company) == before


def _named(content: Any, named: dict[str, str]) -> Any:
    """An example with ids that exist."""
    if isinstance(content, list):
        return [_named(item, named) for item in content]
    if not isinstance(content, dict):
        return content
    return {
        name: named[name] if isinstance(value, str) and name in named else _named(value, named)
        for name, value in content.items()
    }


# ── ids in bodies ──


def _references(schema: dict[str, Any], pointer: str = "") -> Iterator[str]:
    """The places of a body that take the id of something."""
    whole = resolved(schema)
    if whole.get("type") == "array":
        yield from _references(whole["items"], f"{pointer}/0")
    for name, one in whole.get("properties", {}).items():
        branches = [one, *one.get("anyOf", ())]
        if any(branch.get("format") == "uuid" for branch in branches):
            yield f"{pointer}/{name}"
        else:
            for branch in branches:
                yield from _references(branch, f"{pointer}/{name}")


def _cases() -> list[tuple[Operation, str]]:
    return [(one, pointer) for one in operations() if one.body for pointer in _references(one.body)]


def _put(body: Any, schema: dict[str, Any], steps: list[str], value: str) -> Any:
    """The body with the value at its place, and what has to stand around it."""
    step, *rest = steps
    whole = resolved(schema)
    if step.isdigit():
        item = (body or [{}])[0]
        return [_put(item, whole["items"], rest, value) if rest else value]
    named = dict(body or {}) | {name: "Anne" for name in whole.get("required", ()) if name not in (body or {})}
    inner = whole["properties"][step]
    return named | {step: _put(named.get(step), inner, rest, value) if rest else value}


@pytest.mark.parametrize(("operation", "pointer"), _cases(), ids=lambda one: getattr(one, "label", one))
def test_an_id_of_another_company_in_a_body_is_named(two: Two, operation: Operation, pointer: str) -> None:
    place = re.sub(r"^/0/", "/", pointer) if operation.path.endswith("/bulk/") else pointer
    name = re.sub(r"/\d+", "", place).rpartition("/")
    key = name[2] if name[2] != "id" else f"{name[0].rpartition('/')[2]}.id"
    foreign = two.alice.named[key]
    before = kept(two.alice.company), kept(two.charlie.company)
    wrong = _put(_named(operation.example, two.charlie.named), operation.body, pointer.strip("/").split("/"), foreign)
    found = set()
    for ids in objects(two.charlie.api, operation.path):
        answer = _send(two.charlie.api, operation, ids, wrong)
        if answer.status_code == 409:  # of this state no body would be taken
            continue
        if operation.path.endswith("/bulk/"):
            (result,) = answer.json()["results"]
            found |= {(fault["pointer"], result["status"]) for fault in result["errors"]}
        else:
            found |= {(one, answer.status_code) for one, _code in pointers(answer)}
    assert (place, 422) in found, found
    assert (kept(two.alice.company), kept(two.charlie.company)) == before


def test_an_id_of_nothing_is_answered_like_a_foreign_one(two: Two) -> None:
    """So that nobody learns which ids there are."""
    foreign = two.alice.api.read("invoices/").json()["results"][0]["id"]
    answers = [two.charlie.api.read(f"invoices/{one}/") for one in (foreign, NOBODY)]
    assert answers[0].status_code == 404
    assert answers[0].content == answers[1].content


def test_there_is_something_to_try_for_every_kind(two: Two) -> None:
    assert len([one for one in operations() if one.has_ids]) >= 50
    assert len(_cases()) >= 10
