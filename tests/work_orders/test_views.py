"""The pages: connect, synchronise, look at what came in; owners act, employees see, strangers get nothing."""

import json
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from customers import merging
from customers.models import Party
from documents.models import Document
from integrations.models import Connection, HookState, InboundHook, SyncRun
from products.models import Product
from tests.climapulse import Sandbox, deliver, sample
from users.models import Company, User

PAGE = "/work-orders/applications/climapulse/"
REPAIR = sample("repair-new-private-customer")
pytestmark = pytest.mark.usefixtures("scope")


def text(response: Any) -> str:
    content: str = response.content.decode()
    return content


def test_activate_leads_to_the_key_and_connect_keeps_it_secret(as_alice: Client, sandbox: Sandbox) -> None:
    listed = text(as_alice.get("/settings/applications/"))
    assert "btn-create" in listed
    assert PAGE in listed
    assert 'name="api_key"' in text(as_alice.get(PAGE))
    key = sandbox.state()["api_key"]
    response = as_alice.post(f"{PAGE}connect/", {"api_key": key}, follow=True)
    assert response.redirect_chain == [(PAGE, 302)]
    connection = Connection.objects.get()
    assert (connection.state, sandbox.state()["registered"]) == ("connected", True)
    pages = text(response) + text(as_alice.get("/settings/applications/"))
    assert "btn-edit" in pages
    for secret in (key, connection.secrets["hook_secrets"][0]["secret"], connection.hook_key):
        assert secret not in pages


def test_wrong_key_says_what_to_do_and_keeps_nothing(as_alice: Client, sandbox: Sandbox) -> None:
    response = as_alice.post(f"{PAGE}connect/", {"api_key": "cp_wrong"})
    assert response.status_code == 422
    assert "Climapulse" in text(response)
    assert "cp_wrong" not in text(response)
    assert Connection.objects.count() == 0


def test_employee_sees_and_may_not_connect(as_bob: Client, climapulse: Connection, sandbox: Sandbox) -> None:
    page = as_bob.get(PAGE)
    assert page.status_code == 200
    assert 'name="api_key"' not in text(page)
    for address in (f"{PAGE}connect/", f"{PAGE}synchronise/", f"{PAGE}groups/"):
        assert as_bob.post(address, {"api_key": "x"}).status_code == 403
    assert as_bob.post(f"/settings/applications/{climapulse.pk}/deactivate/").status_code == 403
    assert Connection.objects.get().state == "connected"
    assert SyncRun.objects.count() == 0


def test_deactivate_forgets_the_key_and_tells_the_other_side(
    as_alice: Client, climapulse: Connection, sandbox: Sandbox
) -> None:
    as_alice.post(f"/settings/applications/{climapulse.pk}/deactivate/")
    connection = Connection.objects.get()
    assert (connection.state, connection.secrets, connection.last_error) == ("disconnected", {}, "")
    assert sandbox.state()["registered"] is False
    assert as_alice.get(PAGE).status_code == 200


def test_deactivate_works_while_the_other_side_is_silent_and_says_so(
    as_alice: Client, climapulse: Connection, settings: Any
) -> None:
    settings.CLIMAPULSE_API_URL = "http://127.0.0.1:9"
    as_alice.post(f"/settings/applications/{climapulse.pk}/deactivate/")
    connection = Connection.objects.get()
    assert (connection.state, connection.secrets) == ("disconnected", {})
    assert connection.last_error != ""
    assert deliver(climapulse, REPAIR).status_code == 410


def test_synchronise_shows_progress_until_it_is_done(
    as_alice: Client, climapulse: Connection, products: dict[str, Product], django_capture_on_commit_callbacks: Any
) -> None:
    assert as_alice.post(f"{PAGE}synchronise/").status_code == 302
    waiting = text(as_alice.get(f"{PAGE}progress/"))
    assert f'hx-get="{PAGE}progress/"' in waiting
    SyncRun.objects.all().delete()
    with django_capture_on_commit_callbacks(execute=True):
        as_alice.post(f"{PAGE}synchronise/")
    done = text(as_alice.get(f"{PAGE}progress/"))
    assert "hx-get" not in done
    assert 'value="2" max="2"' in done
    assert f'action="{PAGE}synchronise/"' in done
    assert "disabled" in waiting


def test_choice_of_groups_is_kept(as_alice: Client, climapulse: Connection, products: dict[str, Product]) -> None:
    group = products["P0001"].group
    as_alice.post(f"{PAGE}groups/", {"groups": [str(group.pk)]})
    assert Connection.objects.get().settings["groups"] == [str(group.pk)]
    as_alice.post(f"{PAGE}groups/", {"every": "on"})
    assert Connection.objects.get().settings["groups"] is None
    as_alice.post(f"{PAGE}groups/", {"groups": ["not-a-group"]})
    assert Connection.objects.get().settings["groups"] is None


def test_received_orders_are_listed_with_their_invoice_and_can_be_processed_again(
    as_bob: Client, climapulse: Connection
) -> None:
    deliver(climapulse, REPAIR)
    deliver(climapulse, sample("invalid"), "msg_2")
    processed, refused = InboundHook.objects.order_by("received_at")
    document = Document.objects.get()
    listed = text(as_bob.get("/work-orders/received/"))
    assert "WB-2026-0142" in listed
    assert f"/invoices/{document.pk}/" in listed
    detail = text(as_bob.get(f"/work-orders/received/{processed.pk}/"))
    assert f"/invoices/{document.pk}/" in detail
    assert "/work_order/number" in text(as_bob.get(f"/work-orders/received/{refused.pk}/"))
    raw = as_bob.get(f"/work-orders/received/{processed.pk}/payload/")
    assert raw.content == bytes(processed.body)
    assert (raw["Content-Type"], raw["Content-Security-Policy"]) == ("text/plain; charset=utf-8", "sandbox")
    document.delete()
    assert as_bob.post(f"/work-orders/received/{processed.pk}/process/").status_code == 302
    processed.refresh_from_db()
    assert (processed.state, processed.object_id) == (HookState.PROCESSED, Document.objects.get().pk)
    assert as_bob.get(f"/work-orders/of-document/{processed.object_id}/").status_code == 302


def test_list_costs_the_same_number_of_queries_whatever_its_length(
    as_bob: Client, climapulse: Connection, django_assert_max_num_queries: Any
) -> None:
    for number in range(5):
        payload = {**REPAIR, "work_order": {**REPAIR["work_order"], "id": f"wo-{number}", "number": f"WB-{number}"}}
        deliver(climapulse, payload, f"msg_{number}")
    with django_assert_max_num_queries(8):
        as_bob.get("/work-orders/received/")


def test_stranger_reaches_nothing(
    as_charlie: Client, climapulse: Connection, other_company: Company, sandbox: Sandbox
) -> None:
    deliver(climapulse, REPAIR)
    hook, document = InboundHook.objects.get(), Document.objects.get()
    seen = text(as_charlie.get("/work-orders/received/"))
    assert "WB-2026-0142" not in seen
    for address in (f"received/{hook.pk}/", f"received/{hook.pk}/payload/", f"of-document/{document.pk}/"):
        assert as_charlie.get(f"/work-orders/{address}").status_code == 404
    for address in (
        f"/work-orders/received/{hook.pk}/process/",
        f"/work-orders/of-document/{document.pk}/fetch-again/",
        f"/work-orders/of-document/{document.pk}/reprice/",
        f"/settings/applications/{climapulse.pk}/deactivate/",
        f"{PAGE}synchronise/",
        f"{PAGE}groups/",
    ):
        assert as_charlie.post(address).status_code == 404
    assert as_charlie.get(f"{PAGE}progress/").status_code == 404
    assert as_charlie.get(PAGE).status_code == 200
    climapulse.refresh_from_db()
    assert climapulse.state == "connected"
    for address in ("/work-orders/received/", PAGE, "/settings/applications/"):
        assert Client().get(address).status_code == 302


def test_connect_command_prints_one_object_and_no_secret(
    sandbox: Sandbox, company: Company, products: dict[str, Product], capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("connect_climapulse", company="frigotech", api_key=sandbox.state()["api_key"])
    printed = json.loads(capsys.readouterr().out)
    connection = Connection.objects.get()
    assert set(printed) == {"connection", "hook_url", "account"}
    assert printed["connection"] == str(connection.pk)
    assert printed["hook_url"] == f"http://testserver/hooks/climapulse/{connection.hook_key}"
    assert set(printed["account"]) == {"id", "company_name"}
    with pytest.raises(CommandError):
        call_command("connect_climapulse", company="nobody", api_key="x")
    with pytest.raises(CommandError) as refused:
        call_command("connect_climapulse", company="frigotech", api_key="cp_secret_wrong")
    assert "cp_secret_wrong" not in str(refused.value)
    assert Connection.objects.get().state == "connected"


def test_merged_customer_takes_the_next_order(climapulse: Connection, alice: User) -> None:
    deliver(climapulse, REPAIR)
    made = Party.objects.get()
    kept = Party.objects.create(company=made.company, number="C9", name="Jan Janssens", name_key="jan janssens")
    merging.merge(kept, other=made, by=alice)
    other = {**REPAIR, "work_order": {**REPAIR["work_order"], "id": "wo-2", "number": "WB-2"}}
    answer = deliver(climapulse, other, "msg_2").json()
    assert answer["customer"] == {
        "id": str(kept.pk),
        "name": "Jan Janssens",
        "created": False,
        "matched_by": "external_id",
    }
