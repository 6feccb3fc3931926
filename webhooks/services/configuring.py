"""Endpoints: made, changed, switched on and off, given a new secret, removed."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity import events, jobs
from core import saving
from core.errors import Conflict, Refused
from users.models import Company, Membership, Role, User
from webhooks import patterns, signing
from webhooks.models import Delivery, DeliveryState, Endpoint, OffReason

TELL_OWNER = "webhooks.tell_owner"
MOST_ENDPOINTS = 20
MOST_PATTERNS = 50
FIELDS = frozenset({"url", "events", "description"})


@transaction.atomic
def create(
    *,
    company: Company,
    url: str,
    by: User | None,
    events: Sequence[str] = (patterns.EVERYTHING,),
    description: str = "",
) -> tuple[Endpoint, str]:
    """An endpoint that hears of what happens from now on, and its secret, which is shown once."""
    Company.objects.select_for_update(no_key=True).get(pk=company.pk)
    if Endpoint.objects.count() >= MOST_ENDPOINTS:
        raise Conflict(_("A company has at most %d webhooks. Remove one first.") % MOST_ENDPOINTS, code="too_many")
    endpoint = Endpoint(company=company, url=_address(url), events=_patterns(events), description=description.strip())
    secret = signing.fresh(endpoint)
    saving.save(endpoint)
    _record("created", endpoint, by=by, url=endpoint.url, events=endpoint.events)
    return endpoint, secret


@transaction.atomic
def update(endpoint: Endpoint, *, by: User | None, is_active: bool | None = None, **fields: Any) -> Endpoint:
    """Change address, events or description, and switch on or off; deliveries that wait go to the new address."""
    locked = _locked(endpoint)
    if "url" in fields:
        fields["url"] = _address(fields["url"])
    if "events" in fields:
        fields["events"] = _patterns(fields["events"])
    if "description" in fields:
        fields["description"] = fields["description"].strip()
    changed = saving.assign(locked, fields, allowed=FIELDS)
    if changed:
        saving.save(locked, update_fields=[*changed, "updated_at"])
        _record("updated", locked, by=by, changed=changed)
    if is_active is not None and is_active != locked.is_active:
        _switch_on(locked, by=by) if is_active else _switch_off(locked, OffReason.BY_HAND, by=by)
    return locked


def switch_on(endpoint: Endpoint, *, by: User | None) -> Endpoint:
    """Hear of what happens from now on; what was missed is replayed by hand or read from the feed."""
    return update(endpoint, by=by, is_active=True)


def switch_off(endpoint: Endpoint, *, by: User | None) -> Endpoint:
    """Stop at once; what still waited is not sent."""
    return update(endpoint, by=by, is_active=False)


@transaction.atomic
def rotate_secret(endpoint: Endpoint, *, by: User | None) -> tuple[Endpoint, str]:
    """A new secret, shown once. Both sign for a day, so that the receiver has time to change."""
    locked = _locked(endpoint)
    secret = signing.fresh(locked)
    locked.save(update_fields=["secrets", "updated_at"])
    _record("secret_rotated", locked, by=by)
    return locked, secret


@transaction.atomic
def delete(endpoint: Endpoint, *, by: User | None) -> None:
    """Remove the endpoint with its log."""
    locked = _locked(endpoint)
    _record("deleted", locked, by=by, url=locked.url)
    locked.delete()


def give_up(locked: Endpoint, reason: OffReason) -> None:
    """Switch off an endpoint, locked by the caller, that does not work; its owners get a mail."""
    _switch_off(locked, reason, by=None)
    owners = Membership.objects.filter(
        company_id=locked.company_id, role=Role.OWNER, is_active=True, user__is_active=True
    )
    for user_id in owners.values_list("user_id", flat=True):
        jobs.enqueue(
            TELL_OWNER,
            company_id=locked.company_id,
            key=f"webhook-off:{locked.pk}:{locked.disabled_at:%Y%m%dT%H%M%S%f}:{user_id}",
            params={"user_id": str(user_id), "endpoint_id": str(locked.pk), "url": locked.url, "reason": reason},
            object_id=locked.pk,
        )


def _switch_on(locked: Endpoint, *, by: User | None) -> None:
    locked.is_active, locked.active_since = True, timezone.now()
    locked.failing_since, locked.disabled_at, locked.disabled_reason = None, None, ""
    locked.save()
    _record("switched_on", locked, by=by)


def _switch_off(locked: Endpoint, reason: OffReason, *, by: User | None) -> None:
    now = timezone.now()
    locked.is_active, locked.disabled_at, locked.disabled_reason = False, now, reason
    locked.save()
    waiting = Delivery.objects.filter(endpoint=locked, state=DeliveryState.PENDING)
    waiting.update(state=DeliveryState.FAILED, next_attempt_at=None, finished_at=now)
    _record("switched_off", locked, by=by, reason=reason)


def _record(what: str, endpoint: Endpoint, *, by: User | None, **data: Any) -> None:
    events.record(f"webhooks.endpoint.{what}", endpoint, by=by, data=data)


def _locked(endpoint: Endpoint) -> Endpoint:
    locked: Endpoint = Endpoint.objects.select_for_update(of=("self",)).get(pk=endpoint.pk)
    return locked


def _address(text: str) -> str:
    """A plain http(s) address; https alone where only public addresses are called."""
    url = text.strip()
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise _refused_address(_("This address cannot be read. Check it for a typing error.")) from None
    if parts.scheme not in {"http", "https"} or not parts.hostname or not url.isprintable() or " " in url or port == 0:
        raise _refused_address(_("Give the whole address, for example https://shop.example/hooks/efactori"))
    if parts.username is not None or parts.password is not None:
        raise _refused_address(_("An address must not carry a password: it is proven by the signature."))
    if parts.fragment:
        raise _refused_address(_("Leave out the part after #: it is never sent."))
    if parts.scheme == "http" and not settings.WEBHOOKS_ALLOW_PRIVATE:
        raise _refused_address(_("Only encrypted addresses are called: use https://"))
    return url


def _refused_address(message: str) -> Refused:
    return Refused(message, code="invalid_url", pointer="/url")


def _patterns(given: Sequence[str]) -> list[str]:
    """Patterns that can match, each once; none at all means everything."""
    chosen = list(dict.fromkeys(given)) or [patterns.EVERYTHING]
    if len(chosen) > MOST_PATTERNS:
        message = _("Give at most %d patterns; a star covers what starts the same.") % MOST_PATTERNS
        raise Refused(message, code="too_many", pointer="/events")
    for index, pattern in enumerate(chosen):
        family = pattern.partition(".")[0]
        if not patterns.is_pattern(pattern) or (pattern != patterns.EVERYTHING and not apps.is_installed(family)):
            message = _("There are no events “%(pattern)s”. Give for example invoices.invoice.issued, invoices.* or *.")
            raise Refused(message % {"pattern": pattern[:80]}, code="unknown_events", pointer=f"/events/{index}")
    return chosen
