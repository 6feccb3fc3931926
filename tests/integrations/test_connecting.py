"""Connecting and switching off: nothing is kept of what was refused, and no secret is ever seen."""

import logging
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection as database

from activity.models import Event
from core.errors import Conflict, Refused, UnableTo
from integrations import registry
from integrations.models import Connection, ExternalRef
from integrations.services import connecting
from tests.climapulse import Sandbox
from users.models import Company, User

pytestmark = pytest.mark.usefixtures("scope")


def connect(company: Company, key: str, by: User | None = None) -> Connection:
    return connecting.connect(company=company, provider_key="climapulse", credentials={"api_key": key}, by=by)


def test_providers_are_found_by_their_folders() -> None:
    assert [provider.key for provider in registry.providers()] == ["climapulse"]
    assert registry.handler("climapulse").page == "work_orders:application"
    with pytest.raises(LookupError):
        registry.provider("elsewhere")


def test_connecting_registers_the_public_address_with_the_secret_that_is_kept(
    company: Company, alice: User, sandbox: Sandbox
) -> None:
    made = connect(company, sandbox.state()["api_key"], alice)
    state = sandbox.state()
    assert (state["registered"], state["webhook_url"]) == (True, connecting.hook_url(made))
    assert state["webhook_url"] == f"http://testserver/hooks/climapulse/{made.hook_key}"
    kept = Connection.objects.get()
    assert (kept.state, kept.last_error, kept.account["company_name"]) == ("connected", "", "Frigotech SRL")
    assert kept.secrets["hook_secrets"][0]["secret"].startswith("whsec_")


def test_no_secret_is_in_the_database_an_event_an_error_or_a_log_line(
    company: Company, alice: User, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    key = sandbox.state()["api_key"]
    with caplog.at_level(logging.DEBUG):
        made = connect(company, key, alice)
        connecting.disconnect(made, by=alice)
        connect(company, key, alice)
        with pytest.raises(Refused) as refused:
            connect(company, f"{key}x", alice)
    secret = Connection.objects.get().secrets["hook_secrets"][0]["secret"]
    with database.cursor() as cursor:
        cursor.execute("SELECT secrets FROM integrations_connection")
        stored = str(cursor.fetchall())
    told = [str(event.data) for event in Event.objects.all()]
    for hidden in (key, secret):
        assert hidden not in stored
        assert hidden not in " ".join(told)
        assert hidden not in caplog.text
        assert hidden not in f"{refused.value!r} {refused.value}"


@pytest.mark.parametrize("key", ["cp_unknown", "clé", "a\nb"])
def test_refused_key_keeps_nothing(company: Company, sandbox: Sandbox, key: str) -> None:
    with pytest.raises(Refused):
        connect(company, key)
    assert (Connection.objects.count(), Event.objects.count(), sandbox.state()["registered"]) == (0, 0, False)


@pytest.mark.parametrize("credentials", [{}, {"api_key": ""}, {"api_key": "  "}])
def test_missing_key_is_named(company: Company, sandbox: Sandbox, credentials: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refused:
        connecting.connect(company=company, provider_key="climapulse", credentials=credentials, by=None)
    assert (refused.value.code, refused.value.pointer) == ("required", "/credentials/api_key")
    assert Connection.objects.count() == 0


def test_unknown_provider_is_refused(company: Company) -> None:
    with pytest.raises(Refused) as refused:
        connecting.connect(company=company, provider_key="elsewhere", credentials={}, by=None)
    assert refused.value.pointer == "/provider"


def test_wrong_key_leaves_a_working_connection_as_it_is(climapulse: Connection, company: Company) -> None:
    with pytest.raises(Refused):
        connect(company, "cp_unknown")
    kept = Connection.objects.get()
    assert (kept.state, kept.secrets) == ("connected", climapulse.secrets)


def test_silent_other_side_asks_to_try_later(company: Company, settings: LazySettings) -> None:
    settings.CLIMAPULSE_API_URL = "http://127.0.0.1:9"
    with pytest.raises(UnableTo):
        connect(company, "cp_any")
    assert Connection.objects.count() == 0


def test_registration_that_fails_leaves_a_state_that_says_so(
    company: Company, sandbox: Sandbox, settings: LazySettings
) -> None:
    settings.PUBLIC_URL = "not an address"
    with pytest.raises(Refused):
        connect(company, sandbox.state()["api_key"])
    kept = Connection.objects.get()
    assert (kept.state, bool(kept.last_error), sandbox.state()["registered"]) == ("failing", True, False)
    settings.PUBLIC_URL = "http://testserver"
    assert connect(company, sandbox.state()["api_key"]).pk == kept.pk
    kept.refresh_from_db()
    assert (kept.state, kept.last_error) == ("connected", "")


def test_another_account_forgets_what_was_known_of_the_first(
    climapulse: Connection, company: Company, sandbox: Sandbox
) -> None:
    ExternalRef.objects.create(
        company=company, connection=climapulse, kind="product", external_id="x", object_id=company.pk
    )
    connect(company, sandbox.state()["api_key"])
    assert ExternalRef.objects.count() == 1
    Connection.objects.update(account={"id": "acc-before", "company_name": "Before", "items": 7})
    again = connect(company, sandbox.state()["api_key"])
    assert (ExternalRef.objects.count(), "items" in again.account) == (0, False)


def test_switching_off_twice_is_refused(climapulse: Connection, alice: User, sandbox: Sandbox) -> None:
    connecting.disconnect(climapulse, by=alice)
    assert sandbox.state()["registered"] is False
    with pytest.raises(Conflict):
        connecting.disconnect(climapulse, by=alice)
    with pytest.raises(Conflict):
        connecting.adapter(Connection.objects.get())
