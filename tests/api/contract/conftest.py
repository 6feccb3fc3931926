"""A furnished company, once for each worker, and the document with its ids."""

import copy
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
import schemathesis
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from django.test import override_settings
from pytest_django import DjangoDbBlocker
from schemathesis.specs.openapi.schemas import OpenApiSchema

from integrations.services import connecting
from tests.api.conftest import ApiClient, token_for
from tests.api.operations import Operation, document, objects, operations
from tests.api.world import furnish
from tests.climapulse import Sandbox, running_sandbox
from tests.conftest import make_company, make_member

__all__ = ["running_sandbox"]
SEED = int(os.environ.get("CONTRACT_SEED") or 20261124)
EXAMPLES = int(os.environ.get("CONTRACT_EXAMPLES") or 20)
EVERY = int(os.environ.get("CONTRACT_EVERY") or 0)  # of the borders of fields, which are thousands; 0 is none
REFUSALS = ["400", "401", "404", "405", "406", "409", "412", "413", "415", "422"]
CONFIG = {
    "seed": SEED,
    "generation": {"max-examples": EXAMPLES, "deterministic": True, "database": "none"},
    "phases": {
        "coverage": {"enabled": EVERY > 0},
        "stateful": {"enabled": False},  # each request is undone, so that there is nothing to follow
    },
    "checks": {
        # Well formed is not yet allowed: a rule of the business (409, 422) or `If-Match` (412) may still refuse.
        "positive_data_acceptance": {"expected-statuses": ["2xx", "304", "401", "403", "404", "409", "412", "422"]},
        "negative_data_rejection": {"expected-statuses": REFUSALS},  # `If-Match` is looked at before the body
    },
    "operations": [
        # A bulk is answered item by item, with what is wrong about each.
        {
            "include-path-regex": "/bulk/$",
            "checks": {"negative_data_rejection": {"expected-statuses": ["200", *REFUSALS]}},
        }
    ],
}


@dataclass(frozen=True)
class Furnished:
    token: str
    named: dict[str, str]  # ids by the field of a body that may name them


@pytest.fixture(scope="module")
def furnished(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, running_sandbox: Sandbox
) -> Iterator[Furnished]:
    rest = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": {"token": "1000000/second"}}
    told = override_settings(CLIMAPULSE_API_URL=running_sandbox.url, REST_FRAMEWORK=rest)
    with django_db_blocker.unblock(), told, transaction.atomic():
        company = make_company("frigotech", "Frigotech SRL")
        alice = make_member(company, "alice@frigotech.example", "Alice", "Martin", "owner")
        connection = connecting.connect(
            company=company,
            provider_key="climapulse",
            credentials={"api_key": running_sandbox.state()["api_key"]},
            by=alice,
        )
        named = furnish(company, alice, connection=connection)
        yield Furnished(token_for(company, alice), named)
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def known(furnished: Furnished) -> dict[str, Any]:
    """The committed document, in which ids are those of the company."""
    api = ApiClient(furnished.token)
    found = copy.deepcopy(document())
    for operation in operations():
        _name_objects(found["paths"][operation.path][operation.method.lower()], operation, api)
    for name, component in found["components"]["schemas"].items():
        if name.endswith("Request"):
            for field, schema in component.get("properties", {}).items():
                if field in furnished.named:
                    _narrow(schema, furnished.named[field])
    found["components"]["parameters"]["IfMatch"]["example"] = "*"
    credit = found["paths"]["/api/v1/invoices/{id}/credit/"]["post"]
    credit["requestBody"]["content"]["application/json"]["example"] = {}  # all that remains, whatever the lines
    return _with_ids(found, furnished.named)


def _name_objects(described: dict[str, Any], operation: Operation, api: ApiClient) -> None:
    """In the path, ids of what there is, each with the example of the body, for what one object refuses another takes;
    no cursor, for it is nobody's to make (`test_lists` follows real ones).
    """
    ids = objects(api, operation.path)
    assert ids, f"nothing to try {operation.label} on"
    for parameter in described["parameters"]:
        if parameter.get("in") == "path":
            parameter["schema"]["enum"] = list(dict.fromkeys(one[parameter["name"]] for one in ids))
            parameter["examples"] = {str(place): {"value": one[parameter["name"]]} for place, one in enumerate(ids)}
    described["parameters"] = [one for one in described["parameters"] if not one.get("$ref", "").endswith("/Cursor")]


def _narrow(schema: dict[str, Any], one: str) -> None:
    """Where any id is allowed, this one."""
    for branch in [schema, *schema.get("anyOf", ())]:
        if branch.get("format") == "uuid":
            branch["enum"] = [one]


def _with_ids(content: Any, named: dict[str, str]) -> Any:
    """With the ids of what there is in place of those that the examples show."""
    if isinstance(content, list):
        return [_with_ids(item, named) for item in content]
    if not isinstance(content, dict):
        return content
    return {
        name: named[name] if isinstance(value, str) and name in named else _with_ids(value, named)
        for name, value in content.items()
    }


@contextmanager
def undone() -> Iterator[None]:
    """Requests share the test's transaction, as those of Django's own test client do, and leave nothing behind."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture(params=sorted(document()["paths"]))
def place(request: pytest.FixtureRequest, known: dict[str, Any]) -> OpenApiSchema:
    """The document with the operations of one address."""
    paths = {request.param: known["paths"][request.param]}
    schema = schemathesis.openapi.from_dict({**known, "paths": paths}, config=schemathesis.Config.from_dict(CONFIG))
    schema.app = get_wsgi_application()
    return schema


@pytest.fixture
def answers(place: OpenApiSchema) -> Iterator[dict[str, Counter[int]]]:
    """How often each operation answered which status: all were asked enough, and can succeed."""
    found: dict[str, Counter[int]] = {result.ok().label: Counter() for result in place.get_all_operations()}
    yield found
    assert {name: dict(counts) for name, counts in found.items() if counts.total() < 20} == {}
    assert {name: dict(counts) for name, counts in found.items() if min(counts) >= 300} == {}
