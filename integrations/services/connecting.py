"""Connecting a company to a provider, and switching it off again.

The network is asked before and after the transaction, never inside it. Secrets live encrypted in the connection's row
and nowhere else: not in an event, an error or a log line.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from activity import events
from core.errors import Conflict, Refused, UnableTo
from core.tenancy import company_scope
from integrations import registry
from integrations.authentication import new_secret
from integrations.contracts.declaration import ProviderDeclaration
from integrations.contracts.errors import ProviderError
from integrations.contracts.field_service import Account, FieldService
from integrations.models import Connection, ConnectionState, ExternalRef
from users.models import Company, User

OLD_SECRET_ACCEPTED = timedelta(days=1)


def connect(*, company: Company, provider_key: str, credentials: Mapping[str, str], by: User | None) -> Connection:
    """Check the credentials with the other side, keep them, and tell it where to deliver.

    Refused credentials change nothing. Connecting again keeps the hook's address and accepts the old signing secret for
    another day.
    """
    try:
        declaration = registry.provider(provider_key)
    except LookupError:
        raise Refused(_("There is no such application."), code="unknown_provider", pointer="/provider") from None
    given = _complete(declaration, credentials)
    try:
        adapter = declaration.adapter(given)
        account = adapter.account()
    except ProviderError as error:
        raise _told(error) from error
    with company_scope(company.pk):
        connection = _save(company, declaration, given, account, by=by)
        try:
            adapter.register(hook_url(connection), connection.secrets["hook_secrets"][0]["secret"])
        except ProviderError as error:
            report_failure(connection, error)
            raise _told(error) from error
        _set_state(connection, ConnectionState.CONNECTED, "")
    return connection


def disconnect(connection: Connection, *, by: User | None) -> Connection:
    """Switch off: the hook answers 410 and the credentials are forgotten, even if the other side is silent."""
    with transaction.atomic():
        locked = Connection.objects.select_for_update(of=("self",)).get(pk=connection.pk)
        if not locked.is_active:
            raise Conflict(_("This application is already switched off."), code="disconnected")
        credentials = locked.secrets.get("credentials", {})
        locked.state, locked.disconnected_at, locked.last_error = ConnectionState.DISCONNECTED, timezone.now(), ""
        locked.secrets = {}
        locked.save(update_fields=["state", "disconnected_at", "last_error", "secrets", "updated_at"])
        events.record("integrations.connection.disconnected", locked, by=by, data={"provider": locked.provider})
    try:
        registry.provider(locked.provider).adapter(credentials).unregister()
    except ProviderError as error:
        _set_state(locked, ConnectionState.DISCONNECTED, str(error))
    return locked


def adapter(connection: Connection) -> FieldService:
    """A working client for a connection; Conflict when it is switched off."""
    if not connection.is_active:
        raise Conflict(_("This application is switched off. Connect it first."), code="disconnected")
    return registry.provider(connection.provider).adapter(connection.secrets["credentials"])


def report_failure(connection: Connection, error: ProviderError) -> None:
    """Remember what the other side said; a connection that only a person can mend is marked so."""
    state = ConnectionState.FAILING if error.needs_user or not error.retryable else ConnectionState(connection.state)
    _set_state(connection, state, str(error))


def report_success(connection: Connection) -> None:
    """The other side works with us again."""
    if connection.last_error or connection.state == ConnectionState.FAILING:
        _set_state(connection, ConnectionState.CONNECTED, "")


def hook_url(connection: Connection) -> str:
    """The public address that messages are delivered to."""
    return settings.PUBLIC_URL + reverse("hooks:receive", args=[connection.provider, connection.hook_key])


@transaction.atomic
def configure(connection: Connection, *, by: User | None, **choices: object) -> Connection:
    """Change the connection's settings; what is not named stays."""
    locked: Connection = Connection.objects.select_for_update(of=("self",)).get(pk=connection.pk)
    locked.settings = {**locked.settings, **choices}
    locked.save(update_fields=["settings", "updated_at"])
    events.record("integrations.connection.configured", locked, by=by, data=choices)
    return locked


def _complete(declaration: ProviderDeclaration, credentials: Mapping[str, str]) -> dict[str, str]:
    given = {}
    for field in declaration.credential_fields:
        value = credentials.get(field.name)
        if not isinstance(value, str) or not value.strip():
            message = _("%(field)s is missing. Paste it to connect.") % {"field": field.label}
            raise Refused(message, code="required", pointer=f"/credentials/{field.name}")
        given[field.name] = value.strip()
    return given


@transaction.atomic
def _save(
    company: Company,
    declaration: ProviderDeclaration,
    credentials: dict[str, str],
    account: Account,
    *,
    by: User | None,
) -> Connection:
    Connection.objects.get_or_create(
        company=company, provider=declaration.key, defaults={"state": ConnectionState.DISCONNECTED}
    )
    connection: Connection = (
        Connection.objects.select_for_update(of=("self",)).select_related("company").get(provider=declaration.key)
    )
    if connection.account.get("id") != account.id:
        # What we know of the former account's objects says nothing about this one's.
        ExternalRef.objects.filter(connection=connection).delete()
        connection.account = {}
    connection.account = {**connection.account, "id": account.id, "company_name": account.company_name}
    fresh = {"secret": new_secret(), "until": ""}  # encrypted leaf by leaf, as texts
    connection.secrets = {"credentials": credentials, "hook_secrets": [fresh, *_still_accepted(connection)]}
    connection.connected_at = timezone.now()
    # Until the other side knows the hook's address the connection is not whole.
    connection.state = ConnectionState.FAILING
    connection.last_error = _("Connecting was not finished. Connect again.")
    connection.disconnected_at = None
    connection.save()
    data = {"provider": declaration.key, "account": account.id}
    events.record("integrations.connection.connected", connection, by=by, data=data)
    return connection


def _still_accepted(connection: Connection) -> list[dict[str, str]]:
    """The replaced secrets, each until a day after it was replaced."""
    now = timezone.now()
    kept = []
    for entry in connection.secrets.get("hook_secrets", []):
        until = datetime.fromisoformat(entry["until"]) if entry["until"] else now + OLD_SECRET_ACCEPTED
        if until > now:
            kept.append({"secret": entry["secret"], "until": until.isoformat()})
    return kept


def _set_state(connection: Connection, state: ConnectionState, error: str) -> None:
    connection.state, connection.last_error = state, error[:2000]
    Connection.objects.filter(pk=connection.pk).update(
        state=state, last_error=connection.last_error, updated_at=timezone.now()
    )


def _told(error: ProviderError) -> Refused | UnableTo:
    """The other side's no in the terms of our services."""
    if error.retryable and not error.needs_user:
        return UnableTo(str(error))
    return Refused(str(error), code="connection_refused", pointer="/credentials")
