"""The client against the sandbox over real HTTP, in good weather and bad."""

import time

import pytest
import requests
from django.test import override_settings

from integrations.contracts.errors import CredentialsRefused, NotThere, ProviderError
from integrations.contracts.field_service import Account, InventoryFull, InventoryItemInput
from integrations.providers.climapulse.client import Climapulse
from integrations.providers.climapulse.provider import PROVIDER
from integrations.providers.climapulse.tests.conftest import Sandbox

pytestmark = pytest.mark.once


def product(number: int, name: str = "Filtre") -> InventoryItemInput:
    return InventoryItemInput(f"p-{number}", f"P{number:04d}", f"{name} {number}", "Un filtre", "C62")


def fill(client: Climapulse, count: int) -> None:
    for start in range(0, count, 100):
        client.put_items([product(number) for number in range(start, min(start + 100, count))])


def test_the_account_says_who_it_is_and_how_full_it_is(sandbox: Sandbox) -> None:
    client = sandbox.client()
    client.put_items([product(1)])
    account = client.account()
    assert account == Account(account.id, "Frigotech SRL", 1, 2500)
    assert account.id.startswith("acc-")


def test_registering_and_forgetting_show_in_the_sandbox(sandbox: Sandbox) -> None:
    client = sandbox.client()
    client.register("http://127.0.0.1:9/hooks/climapulse/x", "whsec_c2VjcmV0")
    assert sandbox.state()["webhook_url"] == "http://127.0.0.1:9/hooks/climapulse/x"
    client.unregister()
    client.unregister()
    assert sandbox.state()["registered"] is False


def test_pushed_items_are_created_then_unchanged_then_updated(sandbox: Sandbox) -> None:
    client = sandbox.client()
    first = client.put_items([product(1), product(2)])
    again = client.put_items([product(1), product(2, name="Autre")])
    assert [(result.external_id, result.status, result.error) for result in first] == [
        ("p-1", "created", ""),
        ("p-2", "created", ""),
    ]
    assert [result.status for result in again] == ["unchanged", "updated"]
    assert [result.id for result in again] == [result.id for result in first]


def test_a_bad_item_is_rejected_alone(sandbox: Sandbox) -> None:
    client = sandbox.client()
    results = client.put_items([InventoryItemInput("p-1", "", "x", "", ""), product(2)])
    assert [(result.status, result.error) for result in results] == [
        ("rejected", "reference is missing"),
        ("created", ""),
    ]
    assert [item.external_id for item in client.items()] == ["p-2"]


def test_a_long_name_is_cut_to_what_the_inventory_takes(sandbox: Sandbox) -> None:
    client = sandbox.client()
    client.put_items([InventoryItemInput("p-1", "P1", "é" * 300, "", "")])
    (item,) = client.items()
    assert item.name == "é" * 200


def test_every_page_of_the_inventory_is_read_newest_first(sandbox: Sandbox) -> None:
    client = sandbox.client()
    fill(client, 450)
    before = sandbox.state()["calls"].get("GET /inventory/items", 0)
    assert [item.external_id for item in client.items()] == [f"p-{number}" for number in reversed(range(450))]
    assert sandbox.state()["calls"]["GET /inventory/items"] - before == 3


def test_an_item_that_is_gone_is_removed_again_without_complaint(sandbox: Sandbox) -> None:
    client = sandbox.client()
    weird = InventoryItemInput("a/b?c#d é%2F", "P1", "Nom", "", "")
    client.put_items([weird])
    client.delete_item(weird.external_id)
    client.delete_item(weird.external_id)
    assert list(client.items()) == []


def test_the_item_after_the_limit_is_refused_and_nothing_of_its_batch_applied(sandbox: Sandbox) -> None:
    client = sandbox.client()
    fill(client, 2499)
    with pytest.raises(InventoryFull) as caught:
        client.put_items([product(0, name="Autre"), product(2499), product(2500)])
    assert (caught.value.needs_user, caught.value.retryable) == (True, False)
    assert client.account().inventory_count == 2499
    assert {item.name for item in client.items() if item.external_id == "p-0"} == {"Filtre 0"}
    assert [result.status for result in client.put_items([product(2499)])] == ["created"]


def test_more_than_a_batch_never_leaves(sandbox: Sandbox) -> None:
    with pytest.raises(ValueError, match="at most 100"):
        sandbox.client().put_items([product(number) for number in range(101)])


def test_no_items_is_no_call(sandbox: Sandbox) -> None:
    before = sandbox.state()["calls"].get("PUT /inventory/items")
    assert sandbox.client().put_items([]) == ()
    assert sandbox.state()["calls"].get("PUT /inventory/items") == before


def test_a_wrong_key_is_for_the_user_to_mend(sandbox: Sandbox) -> None:
    with pytest.raises(CredentialsRefused, match="does not know this API key") as caught:
        Climapulse(sandbox.url, "cp_wrong", allow_private=True).account()
    assert (caught.value.needs_user, caught.value.retryable) == (True, False)


@pytest.mark.parametrize("key", ["", " ", "clé", "a\nb", "a b\r\n"])
def test_a_key_that_cannot_be_one_never_leaves(sandbox: Sandbox, key: str) -> None:
    with pytest.raises(CredentialsRefused, match="not a Climapulse API key"):
        Climapulse(sandbox.url, key, allow_private=True)


def test_api_access_switched_off_is_said_in_the_users_words(sandbox: Sandbox) -> None:
    client = sandbox.client()
    set_api_access(sandbox, "no")
    try:
        with pytest.raises(CredentialsRefused, match="API access is off") as caught:
            client.account()
    finally:
        set_api_access(sandbox, "yes")
    assert caught.value.needs_user
    assert client.account().company_name == "Frigotech SRL"


def set_api_access(sandbox: Sandbox, value: str) -> None:
    with requests.Session() as session:
        session.get(f"{sandbox.url}/app/profile", timeout=5)
        form = {"api_access": value, "csrfmiddlewaretoken": session.cookies["climapulse_sandbox"]}
        assert session.post(f"{sandbox.url}/app/profile", data=form, timeout=5).status_code == 200


@pytest.mark.parametrize("kind", ["rate_limited", "server_error", "dropped"])
def test_a_push_survives_two_failures(sandbox: Sandbox, kind: str) -> None:
    client = sandbox.client()
    sandbox.fault(kind, times=2, seconds=0)
    assert [result.external_id for result in client.put_items([product(1)])] == ["p-1"]
    assert [item.external_id for item in client.items()] == ["p-1"]
    assert sandbox.state()["faults"] == {}


def test_a_push_whose_answer_was_lost_is_unchanged_the_second_time(sandbox: Sandbox) -> None:
    client = sandbox.client()
    sandbox.fault("dropped")
    assert [result.status for result in client.put_items([product(1)])] == ["unchanged"]


def test_a_slow_answer_is_asked_for_again(sandbox: Sandbox) -> None:
    client = sandbox.client(timeout=(1, 0.3))
    sandbox.fault("slow", times=1, seconds=2)
    start = time.monotonic()
    assert client.account().inventory_limit == 2500
    assert time.monotonic() - start < 2


def test_retry_after_of_the_sandbox_is_waited_for(sandbox: Sandbox) -> None:
    client = sandbox.client()
    sandbox.fault("rate_limited", seconds=1)
    start = time.monotonic()
    client.account()
    assert 1 <= time.monotonic() - start < 2


def test_a_long_pause_is_left_to_the_job(sandbox: Sandbox) -> None:
    client = sandbox.client()
    sandbox.fault("rate_limited", seconds=120)
    with pytest.raises(ProviderError) as caught:
        client.account()
    assert (caught.value.retryable, caught.value.needs_user, caught.value.retry_after) == (True, False, 120)


def test_a_failure_that_lasts_is_retryable(sandbox: Sandbox) -> None:
    client = sandbox.client(retries=1)
    sandbox.fault("server_error", times=2)
    with pytest.raises(ProviderError, match="does not answer at the moment") as caught:
        client.account()
    assert (caught.value.retryable, caught.value.needs_user) == (True, False)


def test_an_attachment_is_fetched_whole(sandbox: Sandbox) -> None:
    content = sandbox.client().fetch_attachment("wo-2026-0143", "a-1")
    assert content.startswith(b"%PDF-1.4")
    assert content.endswith(b"%%EOF\n")


@pytest.mark.parametrize(("order", "file"), [("wo-2026-0150", "a-9"), ("nope", "a-1"), ("..", "account"), ("", "x")])
def test_an_attachment_that_is_not_there_says_so(sandbox: Sandbox, order: str, file: str) -> None:
    with pytest.raises(NotThere) as caught:
        sandbox.client().fetch_attachment(order, file)
    assert (caught.value.retryable, caught.value.needs_user) == (False, False)


def test_an_answer_that_is_not_the_contract_is_not_believed(sandbox: Sandbox) -> None:
    stray = Climapulse(f"{sandbox.url}/sandbox/state?", sandbox.state()["api_key"], allow_private=True)
    with pytest.raises(ProviderError, match="does not understand"):
        stray.account()


def test_the_key_shows_in_no_error(sandbox: Sandbox) -> None:
    sandbox.fault("server_error", times=9)
    with pytest.raises(ProviderError) as caught:
        sandbox.client(retries=0).account()
    key = sandbox.state()["api_key"]
    assert key not in f"{caught.value!r} {caught.value.__cause__!r} {caught.value.__context__!r}"


def test_the_provider_connects_to_the_loopback_address_that_the_settings_name(sandbox: Sandbox) -> None:
    with override_settings(CLIMAPULSE_API_URL=sandbox.url):
        service = PROVIDER.adapter({"api_key": f" {sandbox.state()['api_key']}\n"})
        assert service.account().company_name == "Frigotech SRL"
    assert (service.batch_size, service.inventory_limit) == (100, 2500)


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("", "No Climapulse address is configured"),
        ("climapulse", "not a web address"),
        ("http://", "not a web address"),
    ],
)
def test_the_provider_says_what_is_wrong_with_its_address(url: str, sentence: str) -> None:
    with override_settings(CLIMAPULSE_API_URL=url), pytest.raises(ProviderError, match=sentence):
        PROVIDER.adapter({"api_key": "cp_x"})


def test_the_provider_never_calls_a_private_address_that_is_not_this_machine() -> None:
    with override_settings(CLIMAPULSE_API_URL="http://10.255.255.1"), pytest.raises(ProviderError, match="private"):
        PROVIDER.adapter({"api_key": "cp_x"}).account()
