"""The message as Standard Webhooks describe it: a thin body, and a signature under each live secret.

`HMAC-SHA256(secret, id + "." + timestamp + "." + body)`, in base64 after `v1,`; the secret is base64 after `whsec_`.
"""

import base64
import json
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from django.utils import timezone
from standardwebhooks import Webhook

from activity.models import Event
from webhooks.models import Endpoint

PREFIX = "whsec_"
OLD_SECRET_LIVES = timedelta(hours=24)
HIDDEN = "v1,…"


def new_secret() -> str:
    """A fresh secret of 32 bytes."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def fresh(endpoint: Endpoint) -> str:
    """Give the endpoint a new secret, without saving; the one in use until now lives for another day."""
    now, secret = timezone.now(), new_secret()
    replaced = [
        {"secret": entry["secret"], "until": (now + OLD_SECRET_LIVES).isoformat()}
        for entry in endpoint.secrets.get("live", [])[:1]  # two at a time: an older one ends now
    ]
    endpoint.secrets = {"live": [{"secret": secret, "until": ""}, *replaced]}
    return secret


def live_secrets(endpoint: Endpoint) -> list[str]:
    """The secret in use, and the replaced one while it lives."""
    now = timezone.now()
    entries = endpoint.secrets.get("live", [])
    return [entry["secret"] for entry in entries if not entry["until"] or datetime.fromisoformat(entry["until"]) > now]


def old_secret_until(endpoint: Endpoint) -> datetime | None:
    """Until when the replaced secret still signs; None when it does no more."""
    ends = [datetime.fromisoformat(entry["until"]) for entry in endpoint.secrets.get("live", []) if entry["until"]]
    return ends[0] if ends and ends[0] > timezone.now() else None


def body(event: Event) -> bytes:
    """What is told: that it happened, and to what. Whoever wants more asks the API, with its own rights."""
    content = {
        "id": str(event.pk),
        "type": event.action,
        "timestamp": event.at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "company": str(event.company_id),
        "object": {"kind": event.object.kind, "id": str(event.object.id)},
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def headers(event: Event, content: bytes, *, secrets: Sequence[str], at: datetime) -> dict[str, str]:
    """The three headers of the standard; the id is the event's, the same at every attempt."""
    signatures = [Webhook(secret).sign(str(event.pk), at.astimezone(UTC), content.decode()) for secret in secrets]
    return {
        "webhook-id": str(event.pk),
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
