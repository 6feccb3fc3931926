"""Charlie reaches nothing of Alice's: every route is visited with every id of hers, by page, API, hook and file."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.core.cache import cache
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from activity import jobs
from activity.models import Job
from core.tenancy import company_scope, every_company
from customers.models import Address, AddressKind, Contact, Party
from documents.models import DefaultText, Document
from documents.services import annexing, crediting, drafting, issuing, printing
from documents.services.drafting import LineInput
from exchange.models import Import, ImportRow
from integrations.models import Connection, ExternalRef, InboundHook, SyncRun
from payments.services import recording
from products.models import Product
from sending.models import Message, MessageText, Sender
from sharing import services as sharing
from users import inviting
from users.models import Company, Session, User
from users.services import create_token
from webhooks.models import Attempt
from webhooks.services import configuring, delivering
from work_orders.models import WorkOrder

pytestmark = [pytest.mark.slow, pytest.mark.once]
MARK = "Secret-Of-Alice"
API = "api/v1/"  # a token's, not a session's
SKIPPED = ("admin/", "static/")
UNHEALTHY = "healthz"  # it answers 503 here, for no worker runs beside the tests
# to whoever comes along
OPEN = {
    "readyz",
    "sign-in/",
    "sign-up/",
    "forgotten-password/",
    "manifest.webmanifest",
    "api/v1/",
    "api/v1/schema/",
    "api/v1/docs/",
}
REFUSALS = {302, 401, 403, 404, 405, 410, 415}


def routes() -> list[tuple[str, list[str]]]:
    """Every address of the project with the names of its parameters; the operator's admin is another wall."""

    def walk(resolver: URLResolver, prefix: str) -> Iterator[str]:
        for entry in resolver.url_patterns:
            path = prefix + str(entry.pattern)
            if isinstance(entry, URLPattern):
                yield path
            else:
                yield from walk(entry, path)

    found = []
    for path in walk(get_resolver(), ""):
        path = re.sub(r"\(\?P<(\w+)>(?:\[[^\]]*\]|[^()])*\)", r"<\1>", path)  # routes written as expressions
        path = path.replace("^", "").replace("$", "").replace(r"\.", ".").replace("\\Z", "")
        if not path.startswith(SKIPPED):
            found.append((path, re.findall(r"<(?:\w+:)?(\w+)>", path)))
    return found


@pytest.fixture
def world(company: Company, alice: User, dupont: Party, products: dict[str, Product]) -> dict[str, str]:
    """One of everything that Alice can own, and every id of it."""
    cache.clear()  # an address is invited so many times an hour
    Party.objects.filter(pk=dupont.pk).update(name=MARK)
    dupont.refresh_from_db()
    Contact.objects.create(company=company, party=dupont, name=MARK)
    Address.objects.create(company=company, party=dupont, name=MARK, kind=AddressKind.SITE)
    lines = [LineInput(MARK, unit_price=Decimal(10)), LineInput(product=products["P0001"])]
    drafting.create("invoice", company=company, party=dupont, by=alice, lines=lines)
    issued = issuing.issue(drafting.create("invoice", company=company, party=dupont, by=alice, lines=lines), by=alice)
    printing.pdf(issued)
    annexing.add(issued, content=b"%PDF-1.4 " + MARK.encode(), filename=f"{MARK}.pdf", by=alice)
    recording.record(issued, amount=Decimal(1), reference=MARK, by=alice)
    issuing.issue(crediting.credit(issued, by=alice), by=alice)
    Message.objects.create(
        company=company, document=issued, click_id="c", to="x@y.example", subject=MARK, body=MARK, language="fr"
    )
    MessageText.objects.create(company=company, kind="invoice", language="fr", subject=MARK, body=MARK)
    Sender.objects.create(company=company, name=MARK)
    DefaultText.objects.create(company=company, kind="invoice", language="en", name=MARK, body=MARK)
    connection = Connection.objects.create(company=company, provider="climapulse", secrets={"api_key": MARK})
    ExternalRef.objects.create(
        company=company, connection=connection, kind="customer", external_id="c-1", object_id=dupont.pk
    )
    InboundHook.objects.create(company=company, connection=connection, message_id="m", body=MARK.encode())
    SyncRun.objects.create(company=company, connection=connection)
    WorkOrder.objects.create(company=company, connection=connection, external_id="w", number=MARK, document=issued)
    sharing.share(issued, by=alice)
    create_token(company=company, user=alice, name=MARK, scopes=["read"], expires_at=None, by=alice)
    inviting.invite(company=company, email=f"{MARK}@x.example", by=alice)
    jobs.enqueue("documents.print", company_id=company.pk, key="k", params={"document_id": str(issued.pk)})
    source = Import.objects.create(
        company=company, sheet_key="products", filename=MARK, file_key=issued.files.first().key, size=1, made_by=alice,
        state="checked", reading={"encoding": "utf-8", "separator": ";", "header": 0}, counts={"new": 1},
    )  # fmt: skip
    ImportRow.objects.create(company=company, source=source, line=1, outcome="new", label=MARK)
    endpoint, _secret = configuring.create(company=company, url=f"http://127.0.0.1:9/{MARK}", by=alice)
    delivery = delivering.ping(endpoint, by=alice)
    Attempt.objects.create(company=company, delivery=delivery, request_body=MARK, response=MARK)
    ids = {"public_key": issued.public_key, "hook_key": connection.hook_key, "sha256": issued.files.first().sha256}
    for model in apps.get_models():
        if model._meta.app_label in {"contenttypes", "auth", "sessions", "admin"}:
            continue
        manager: Any = model._default_manager
        if any(field.attname == "company_id" for field in model._meta.fields):
            rows = manager.filter(company_id=company.pk)
        else:
            rows = manager.filter(pk__in=[company.pk, alice.pk]) if model in {Company, User} else manager.none()
        row = rows.first()
        if row is not None:
            ids[model.__name__] = str(row.pk)
    ids["Draft"] = str(Document.objects.drafts().first().pk)
    ids["Issued"] = str(issued.pk)
    return ids


def addresses(names: list[str], path: str, ids: dict[str, str]) -> Iterator[str]:
    """The path with each of Alice's ids in turn, in all of its places."""
    for value in sorted(set(ids.values())):
        filled = path
        for name in names:
            filled = re.sub(rf"<(?:\w+:)?{name}>", value, filled, count=1)
        yield "/" + filled


def counted() -> dict[str, int]:
    with every_company():
        return {
            model.__name__: model._default_manager.count()
            for model in apps.get_models()
            if model not in {Job, Session} and model._meta.app_label not in {"sessions", "activity", "admin"}
        }


def test_routes_are_found() -> None:
    assert len([path for path, names in routes() if names]) > 30
    assert len([path for path, _ in routes() if path.startswith("api/v1/")]) > 20


def test_an_outsider_with_alices_ids_gets_nothing(
    world: dict[str, str], as_charlie: Client, django_capture_on_commit_callbacks: Any
) -> None:
    before = counted()
    leaks = []
    for path, names in routes():
        if not names or path.startswith(API):
            continue
        for url in addresses(names, path, world):
            for method in ("get", "post"):
                answer = getattr(as_charlie, method)(url)
                body = b"".join(answer.streaming_content) if answer.streaming else answer.content
                if MARK.encode() in body or answer.status_code not in REFUSALS:
                    leaks.append((method, url, answer.status_code))
    assert leaks == []
    assert counted() == before


def test_an_outsiders_lists_show_nothing_of_alice(world: dict[str, str], as_charlie: Client) -> None:
    seen = []
    for path, names in routes():
        if names or path.startswith(("hooks/", "sign-out")):
            continue
        answer = as_charlie.get("/" + path)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        if MARK.encode() in body or (answer.status_code >= 500 and path != UNHEALTHY):
            seen.append((path, answer.status_code))
    assert seen == []


def test_a_stranger_gets_no_further_than_the_door(world: dict[str, str], client: Client) -> None:
    open_doors = []
    for path, names in routes():
        for url in addresses(names, path, world) if names else ["/" + path]:
            answer = client.get(url)
            if path == UNHEALTHY:
                continue
            if MARK.encode() in answer.content or answer.status_code not in REFUSALS | {200}:
                open_doors.append((url, answer.status_code))
            if answer.status_code == 200 and path not in OPEN:
                open_doors.append((url, 200))
    assert open_doors == []


def test_an_outsiders_token_lists_nothing_of_alice(
    world: dict[str, str], other_company: Company, charlie: User
) -> None:
    """What it may do to each object of hers is asked in `tests/api/test_outsider.py`, operation by operation."""
    _, token = create_token(
        company=other_company, user=charlie, name="t", scopes=["read", "write"], expires_at=None, by=charlie
    )
    api = Client(headers={"Authorization": f"Bearer {token}"})
    lists = [path for path, names in routes() if path.startswith(API) and not names]
    assert [path for path in lists if MARK.encode() in api.get("/" + path).content] == []


def test_documents_of_alice_are_not_seen_in_charlies_scope(world: dict[str, str], other_company: Company) -> None:
    with company_scope(other_company.pk):
        assert Document.objects.count() == 0
        assert InboundHook.objects.count() == 0
