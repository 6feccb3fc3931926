"""Connections, synchronisations and received work orders over the API, against the sandbox."""

from typing import Any

import pytest

from core.tenancy import company_scope
from customers.models import Party
from integrations.models import Connection, InboundHook, SyncRun
from products.models import Product
from tests.api.conftest import ApiClient, pointers, problem
from tests.climapulse import Sandbox, climapulse, deliver, running_sandbox, sample, sandbox
from users.models import Company, User

__all__ = ["climapulse", "running_sandbox", "sandbox"]


def test_connecting_keeps_the_credentials_and_never_tells_them(
    api: ApiClient, company: Company, sandbox: Sandbox
) -> None:
    key = sandbox.state()["api_key"]
    answer = api.send("connections/", {"provider": "climapulse", "credentials": {"api_key": key}})
    assert answer.status_code == 201, answer.content
    made = answer.json()
    assert (made["provider"], made["state"], made["last_error"]) == ("climapulse", "connected", "")
    assert set(made) == {
        "id", "created_at", "updated_at", "provider", "state", "last_error", "settings", "account", "connected_at",
        "disconnected_at",
    }  # fmt: skip
    assert key.encode() not in answer.content
    assert key.encode() not in api.read("connections/").content
    with company_scope(company.pk):
        assert Connection.objects.get().secrets["credentials"] == {"api_key": key}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, [("/credentials", "required"), ("/provider", "required")]),
        ({"provider": "sap", "credentials": {"api_key": "x"}}, [("/provider", "unknown_provider")]),
        ({"provider": "climapulse", "credentials": {}}, [("/credentials", "empty")]),
        ({"provider": "climapulse", "credentials": {"key": "x"}}, [("/credentials/api_key", "required")]),
        ({"provider": "climapulse", "credentials": {"api_key": 5}}, [("/credentials/api_key", "invalid")]),
        ({"provider": "climapulse", "credentials": "x"}, [("/credentials", "not_a_dict")]),
        ({"provider": "climapulse", "credentials": {"api_key": "wrong"}}, [("/credentials", "connection_refused")]),
    ],
)
def test_wrong_credentials_connect_nothing(
    api: ApiClient, company: Company, sandbox: Sandbox, body: Any, expected: Any
) -> None:
    answer = api.send("connections/", body)
    assert answer.status_code == 422, answer.content
    assert pointers(answer) == expected
    with company_scope(company.pk):
        assert Connection.objects.count() == 0


def test_an_owner_connects_and_nobody_else(bobs: ApiClient, outsider: ApiClient, climapulse: Connection) -> None:
    path = f"connections/{climapulse.pk}/"
    assert bobs.read(path).status_code == 200
    for action in ("sync/", "disconnect/"):
        assert bobs.send(path + action).status_code == 403
        assert outsider.send(path + action).status_code == 404
    assert outsider.read(path).status_code == 404
    with company_scope(climapulse.company_id):
        climapulse.refresh_from_db()
    assert climapulse.is_active


def test_a_synchronisation_is_started_and_followed(
    api: ApiClient, outsider: ApiClient, climapulse: Connection, products: dict[str, Product]
) -> None:
    answer = api.send(f"connections/{climapulse.pk}/sync/", Idempotency_Key="k-1")
    assert answer.status_code == 200, answer.content
    run = SyncRun.objects.get()
    assert (answer.json()["id"], answer.json()["connection"]) == (str(run.pk), str(climapulse.pk))
    again = api.send(f"connections/{climapulse.pk}/sync/")
    assert again.status_code == 409
    assert [error["code"] for error in problem(again)["errors"]] == ["already_running"]
    replayed = api.send(f"connections/{climapulse.pk}/sync/", Idempotency_Key="k-1")
    assert replayed.content == answer.content
    SyncRun.objects.update(state="done", total=2, done=2, created=2, errors=[{"number": "P0009"}])
    seen = api.read(f"sync-runs/{run.pk}/").json()
    names = ("state", "total", "done", "created", "failed", "errors")
    assert [seen[name] for name in names] == ["done", 2, 2, 2, 0, [{"number": "P0009"}]]
    listed = api.read(f"sync-runs/?connection={climapulse.pk}&expand=connection").json()["results"]
    assert [row["connection"]["provider"] for row in listed] == ["climapulse"]
    assert outsider.read("sync-runs/").json()["results"] == []
    assert outsider.read(f"sync-runs/{run.pk}/").status_code == 404


def test_disconnecting_forgets_the_credentials(api: ApiClient, climapulse: Connection) -> None:
    path = f"connections/{climapulse.pk}/"
    assert api.send(f"{path}disconnect/").json()["state"] == "disconnected"
    with company_scope(climapulse.company_id):
        climapulse.refresh_from_db()
    assert climapulse.secrets == {}
    for action in ("disconnect/", "sync/"):
        refused = api.send(path + action)
        assert (refused.status_code, problem(refused)["errors"][0]["code"]) == (409, "disconnected")
    assert pointers(api.send(f"{path}sync/", {"force": True})) == [("/force", "unknown_field")]


def test_received_orders_name_their_invoice_and_warnings(
    api: ApiClient, outsider: ApiClient, climapulse: Connection, marc: User, dupont: Party, products: dict[str, Product]
) -> None:
    hook_answer: Any = deliver(climapulse, sample("repair-new-private-customer"), "msg_1")
    assert hook_answer.status_code == 201, hook_answer.content
    refused: Any = deliver(climapulse, sample("invalid"), "msg_2")
    assert refused.status_code == 422
    rows = api.read("work-orders/received/").json()["results"]
    assert [row["state"] for row in rows] == ["refused", "processed"]
    assert (rows[0]["invoice"], rows[0]["warnings"]) == (None, [])
    told = hook_answer.json()
    assert rows[1]["id"] == told["delivery"]
    assert rows[1]["invoice"] == told["invoice"]["id"]
    assert rows[1]["external_id"] == told["work_order"]
    assert {warning["code"] for warning in rows[1]["warnings"]} >= {"unknown_material", "check_vat_regime"}
    assert rows[1]["warnings"] == api.read(f"invoices/{rows[1]['invoice']}/").json()["warnings"]
    path = f"work-orders/received/{rows[1]['id']}/"
    again = api.send(f"{path}process/")
    assert (again.status_code, again.json()["invoice"]) == (200, rows[1]["invoice"])
    assert api.read("work-orders/received/?state=processed").json()["results"] == [api.read(path).json()]
    assert outsider.read("work-orders/received/").json()["results"] == []
    assert (outsider.read(path).status_code, outsider.send(f"{path}process/").status_code) == (404, 404)
    api.remove(f"invoices/{rows[1]['invoice']}/")
    gone = api.read(path).json()
    assert (gone["invoice"], gone["warnings"]) == (None, [])
    assert InboundHook.objects.count() == 2
