"""The events feed: in the order of the numbers, none skipped, and who did it by which token."""

import threading
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client

from activity import events, jobs
from activity.models import Event
from core.tenancy import company_scope
from customers.models import Party
from products.models import Product
from tests.api.conftest import ApiClient, pointers, problem, token_for
from users.models import ApiToken, Company, User


def feed(api: ApiClient, after: int, limit: int = 100) -> list[list[int]]:
    """The pages that a client reads when it goes on as it is told."""
    pages = []
    address: str | None = f"events/?after={after}&limit={limit}"
    while address:
        body = api.read(address).json()
        pages.append([row["sequence"] for row in body["results"]])
        address = body["next"]
    return pages


def test_the_feed_tells_what_happened_in_order(api: ApiClient, alice: User, company: Company) -> None:
    token = ApiToken.objects.get()
    made = api.send("customers/", {"name": "Boulangerie Dupont SRL"}).json()
    api.change(f"customers/{made['id']}/", {"city": "Namur"})
    body = api.read("events/").json()
    rows = body.pop("results")
    assert body == {"next": None, "previous": None, "after": 3}
    assert [row["sequence"] for row in rows] == [1, 2, 3]
    assert [row["action"] for row in rows] == [
        "users.token.created", "customers.party.created", "customers.party.updated",
    ]  # fmt: skip
    last = rows[2]
    assert set(last) == {"id", "created_at", "updated_at", "sequence", "action", "object", "actor", "at", "data"}
    assert last["created_at"] == last["updated_at"] == last["at"]
    assert last["object"] == {"kind": "customer", "id": made["id"]}
    assert last["actor"] == {"id": str(alice.pk), "name": "Alice Martin", "token": "test"}
    assert last["data"] == {"changed": ["city"]}
    assert last["at"].endswith("Z")
    assert rows[0]["object"] == {"kind": "api_token", "id": str(token.pk)}
    assert rows[0]["actor"]["token"] == ""
    one = api.read(f"events/{last['id']}/")
    assert one.json() == last


def test_whoever_goes_on_as_told_misses_none(api: ApiClient, company: Company) -> None:
    for number in range(7):
        api.send("products/", {"name": f"Filtre {number}"})
    assert feed(api, after=0, limit=3) == [[1, 2, 3], [4, 5, 6], [7, 8]]
    assert feed(api, after=6) == [[7, 8]]
    nothing = api.read("events/?after=8").json()
    assert nothing == {"next": None, "previous": None, "results": [], "after": 8}
    api.send("products/", {"name": "Filtre 7"})
    assert feed(api, after=nothing["after"]) == [[9]]
    latest = api.read("events/?ordering=-sequence&limit=2&fields=action").json()
    assert latest["results"] == [{"action": "products.product.created"}] * 2
    assert latest["after"] == 9


def test_an_event_of_the_system_has_no_actor(api: ApiClient, scope: Company) -> None:
    events.record("tests.thing.happened", scope)
    row = api.read("events/?action=tests.thing.happened").json()["results"][0]
    assert (row["actor"], row["object"]) == (None, {"kind": "company", "id": str(scope.pk)})


def test_filters_name_action_object_and_actor(
    api: ApiClient, bobs: ApiClient, bob: User, dupont: Party, scope: Company
) -> None:
    api.change(f"customers/{dupont.pk}/", {"city": "Namur"})
    bobs.change(f"customers/{dupont.pk}/", {"city": "Liège"})
    bobs.send("products/", {"name": "Filtre"})

    def found(query: str) -> list[str]:
        return [row["action"] for row in api.read(f"events/?{query}").json()["results"]]

    assert found("action=customers.party.updated") == ["customers.party.updated"] * 2
    assert found(f"object={dupont.pk}&actor={bob.pk}") == ["customers.party.updated"]
    assert found(f"actor={bob.pk}&after=3") == ["customers.party.updated", "products.product.created"]
    assert found("action=customers") == []
    assert found(f"object={uuid4()}") == []


@pytest.mark.parametrize(
    "query", ["after=x", "after=", "after=1.5", "after=%00", "object=7", "ordering=at", "search=x", "since=1"]
)
def test_a_wrong_parameter_is_named(api: ApiClient, query: str) -> None:
    answer = api.read(f"events/?{query}")
    assert answer.status_code == 400
    assert [pointer for pointer, _code in pointers(answer)] == [f"?{query.partition('=')[0]}"]


def test_the_feed_is_read_only_and_needs_its_scope(api: ApiClient, company: Company, alice: User) -> None:
    for method in ("POST", "PATCH", "DELETE"):
        assert api.call(method, "events/", {}).status_code == 405
    client = ApiClient(token_for(company, alice, scopes=["invoices:read"]))
    answer = client.read("events/")
    assert answer.status_code == 403
    assert "events:read" in problem(answer)["detail"]
    assert ApiClient(token_for(company, alice, scopes=["events:read"])).read("events/").status_code == 200


def test_charlie_reads_his_own_events_alone(api: ApiClient, outsider: ApiClient, other_company: Company) -> None:
    api.send("products/", {"name": "Filtre"})
    row = api.read("events/?action=products.product.created").json()["results"][0]
    assert [entry["object"]["kind"] for entry in outsider.read("events/").json()["results"]] == ["api_token"]
    assert outsider.read(f"events/{row['id']}/").status_code == 404
    with company_scope(other_company.pk):
        assert list(Event.objects.values_list("sequence", flat=True)) == [1]


def test_pages_cost_the_same_whatever_they_hold(api: ApiClient, scope: Company, django_assert_num_queries: Any) -> None:
    api.read("events/")
    for count in (1, 40):
        for _ in range(count):
            events.record("tests.thing.happened", scope)
        api.read("events/")
        with django_assert_num_queries(3):  # token, nothing to number, the page
            assert api.read("events/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_an_event_that_commits_late_gets_a_late_number(company: Company, alice: User, is_postgres: bool) -> None:
    """The one written first commits last: a reader in between must not pass over it."""
    client = ApiClient(token_for(company, alice))
    written, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        try:
            with company_scope(company.pk), transaction.atomic():
                events.record("tests.slow.happened", company)
                written.set()
                assert go_on.wait(20)
        finally:
            connection.close()

    thread = threading.Thread(target=slow)
    if is_postgres:  # SQLite lets one writer in at a time, so that nobody can be in between
        thread.start()
        assert written.wait(20)
    with company_scope(company.pk), transaction.atomic():
        events.record("tests.quick.happened", company)
    before = [row["action"] for row in client.read("events/").json()["results"]]
    assert before == ["users.token.created", "tests.quick.happened"]
    go_on.set()
    if not is_postgres:
        thread.start()
    thread.join(20)
    after = client.read("events/?after=2").json()["results"]
    assert [(row["action"], row["sequence"]) for row in after] == [("tests.slow.happened", 3)]


# ── who did it by which token: over every write that there is ──


TOLD = "Alice Martin with the token test ·"


def last_events(company: Company, after: int) -> list[tuple[str, str, str]]:
    """Action, person and token of what was recorded since."""
    with company_scope(company.pk):
        rows = Event.objects.order_by("at", "id")[after:]
        return [(row.action, row.actor_name, row.token_name) for row in rows]


def count(company: Company) -> int:
    with company_scope(company.pk):
        return Event.objects.count()


def test_every_write_names_the_person_and_the_token(
    company: Company, alice: User, products: dict[str, Product], dupont: Party
) -> None:
    client = ApiClient(token_for(company, alice))
    made: dict[str, str] = {}

    def post(path: str, body: Any = None, key: str = "") -> Any:
        answer = client.send(path, body)
        assert answer.status_code in {200, 201}, answer.content
        if key:
            made[key] = answer.json()["id"]
        return answer

    draft = {"customer": str(dupont.pk), "lines": [{"product": str(products["P0001"].pk), "quantity": "2"}]}
    steps: list[tuple[Any, list[str]]] = [
        (lambda: client.change("company/", {"phone": "+32 2 555 00 00"}), ["users.company.updated"]),
        (lambda: post("users/", {"email": "eve@frigotech.example"}, "user"), ["users.member.created"]),
        (lambda: client.change(f"users/{made['user']}/", {"color": "#112233"}), ["users.member.updated"]),
        (lambda: client.change(f"users/{made['user']}/", {"is_active": False}), ["users.member.deactivated"]),
        (lambda: client.change(f"users/{made['user']}/", {"is_active": True}), ["users.member.activated"]),
        (lambda: post("customers/", {"name": "Snack Nord"}, "customer"), ["customers.party.created"]),
        (lambda: client.change(f"customers/{made['customer']}/", {"city": "Mons"}), ["customers.party.updated"]),
        (
            lambda: client.change(f"customers/{made['customer']}/", {"is_archived": True}),
            ["customers.party.archived"],
        ),
        (
            lambda: client.change(f"customers/{made['customer']}/", {"is_archived": False}),
            ["customers.party.restored"],
        ),
        (lambda: post("customers/bulk/", [{"name": "Snack Sud"}]), ["customers.party.created"]),
        (lambda: post("product-groups/", {"name": "Chaud"}, "group"), ["products.group.created"]),
        (lambda: client.change(f"product-groups/{made['group']}/", {"name": "Tiède"}), ["products.group.updated"]),
        (lambda: client.remove(f"product-groups/{made['group']}/"), ["products.group.deleted"]),
        (lambda: post("products/", {"name": "Vanne"}, "product"), ["products.product.created"]),
        (lambda: client.change(f"products/{made['product']}/", {"name": "Vanne 2"}), ["products.product.updated"]),
        (lambda: post("products/bulk/", [{"name": "Tube"}]), ["products.product.created"]),
        (lambda: post("invoices/", draft, "draft"), ["invoices.invoice.created"]),
        (lambda: client.change(f"invoices/{made['draft']}/", {"note": "Merci"}), ["invoices.invoice.updated"]),
        (lambda: post(f"invoices/{made['draft']}/issue/"), ["invoices.invoice.issued"]),
        (
            lambda: client.change(f"invoices/{made['draft']}/", {"internal_note": "appeler"}),
            ["invoices.invoice.annotated"],
        ),
        (lambda: post("invoices/", draft, "copy"), ["invoices.invoice.created"]),
        (lambda: client.remove(f"invoices/{made['copy']}/"), ["invoices.invoice.deleted"]),
        (
            lambda: post(f"invoices/{made['draft']}/credit/", {}, "credit"),
            ["invoices.credit_note.created", "invoices.invoice.credited"],
        ),
    ]
    assert_told(company, steps)


def test_every_write_below_a_document_names_them_too(company: Company, alice: User, dupont: Party) -> None:
    client = ApiClient(token_for(company, alice))
    lines = [{"description": "Entretien", "unit_price": "100"}]
    new = {"customer": str(dupont.pk), "lines": lines}
    draft, invoice = (client.send("invoices/", {**new, "issue": issue}).json()["id"] for issue in (False, True))
    note = client.send(f"invoices/{invoice}/credit/").json()["id"]
    annexes, payments = f"invoices/{draft}/attachments/", f"invoices/{invoice}/payments/"
    applications = f"credit-notes/{note}/applications/"

    def first(path: str) -> str:
        """The address of the first that stands there."""
        return f"{path}{client.read(path).json()['results'][0]['id']}/"

    file = SimpleUploadedFile("a.pdf", b"%PDF-1.4 a certificate")
    steps: list[tuple[Any, list[str]]] = [
        (
            lambda: client.send("invoices/", {**new, "issue": True}),
            ["invoices.invoice.created", "invoices.invoice.issued"],
        ),
        (lambda: client.send("invoices/bulk/", [new]), ["invoices.invoice.created"]),
        (
            lambda: client.send(f"invoices/{draft}/duplicate/"),
            ["invoices.invoice.created", "invoices.invoice.duplicated"],
        ),
        (lambda: client.send(f"invoices/{draft}/reprice/"), ["invoices.invoice.repriced"]),
        (lambda: client.upload(annexes, {"file": file}), ["documents.file.added"]),
        (lambda: client.change(first(annexes), {"filename": "b.pdf"}), ["documents.file.renamed"]),
        (lambda: client.change(first(annexes), {"send_along": False}), ["documents.file.unticked"]),
        (lambda: client.change(first(annexes), {"send_along": True}), ["documents.file.ticked"]),
        (lambda: client.remove(first(annexes)), ["documents.file.removed"]),
        (lambda: client.send(f"invoices/{invoice}/send/"), ["sending.message.queued"]),
        (lambda: client.send(payments, {"amount": "21.00"}), ["payments.payment.recorded"]),
        (lambda: client.remove(first(payments)), ["payments.payment.undone"]),
        (
            lambda: client.send(f"credit-notes/{note}/issue/"),
            ["invoices.credit_note.issued", *["payments.application.made"] * 2],
        ),
        (lambda: client.remove(first(applications)), ["payments.application.undone"] * 2),
        (lambda: client.send(applications, {"invoice": invoice}), ["payments.application.made"] * 2),
    ]
    assert_told(company, steps)


def assert_told(company: Company, steps: list[tuple[Any, list[str]]]) -> None:
    """Each step records these events and no other, of Alice by her token."""
    for step, expected in steps:
        before = count(company)
        answer = step()
        assert answer.status_code in {200, 201, 204}, answer.content
        told = last_events(company, before)
        assert sorted(action for action, _person, _token in told) == sorted(expected)
        assert {(person, token) for _action, person, token in told} == {("Alice Martin", "test")}


def test_a_page_and_a_job_name_no_token(
    as_alice: Client, scope: Company, api: ApiClient, django_capture_on_commit_callbacks: Any
) -> None:
    token = ApiToken.objects.get()
    as_alice.post(f"/api-access/{token.pk}/revoke/")
    assert last_events(scope, count(scope) - 1) == [("users.token.revoked", "Alice Martin", "")]


def test_what_a_job_does_after_the_request_is_the_systems(
    api: ApiClient, scope: Company, dupont: Party, products: dict[str, Product], django_capture_on_commit_callbacks: Any
) -> None:
    @jobs.job("tests.tell")
    def tell(job: jobs.Running) -> None:
        events.record("tests.thing.happened", scope)

    with django_capture_on_commit_callbacks(execute=True):
        api.send("products/", {"name": "Vanne"})
        jobs.enqueue("tests.tell", company_id=scope.pk, key="tell")
    assert last_events(scope, count(scope) - 1) == [("tests.thing.happened", "", "")]


def test_the_timeline_tells_the_token(
    as_alice: Client, api: ApiClient, alice: User, dupont: Party, products: dict[str, Product]
) -> None:
    User.objects.filter(pk=alice.pk).update(language="en")
    body = {"customer": str(dupont.pk), "lines": [{"product": str(products["P0001"].pk), "quantity": "1"}]}
    made = api.send("invoices/", body).json()
    address = f"/invoices/{made['id']}/"
    as_alice.post(f"{address}note/", {"internal_note": "rappeler"})
    page = as_alice.get(address).content.decode()
    assert [page.count(TOLD), page.count("Alice Martin ·")] == [1, 1]
