"""Who may deliver a message: the connection is found by its unguessable key, the message proven by its signature.

Standard Webhooks: HMAC-SHA256 over `id.timestamp.body`, the secret in base64 after `whsec_`, several signatures while
keys are rotated, five minutes of tolerance. It is computed on the raw bytes, before anything is decoded.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
import time
from collections.abc import Mapping
from datetime import datetime

from django.core.cache import cache
from django.utils import timezone

from core.tenancy import every_company
from integrations.models import Connection

TOLERANCE = 300  # seconds
PER_SECOND = 100
PREFIX = "whsec_"


class Unproven(Exception):
    """The signature is missing, wrong or too old; the message says which."""


def new_secret() -> str:
    """A fresh signing secret of 32 bytes."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def find(provider: str, hook_key: str) -> Connection | None:
    """The connection that a hook address belongs to, whatever its company."""
    if not (hook_key.isascii() and hook_key.isprintable()):
        return None
    with every_company():
        return Connection.objects.select_related("company").filter(provider=provider, hook_key=hook_key).first()


def live_secrets(connection: Connection) -> list[str]:
    """The secret in use, and the replaced ones that are still accepted."""
    now = timezone.now()
    kept = connection.secrets.get("hook_secrets", [])
    return [entry["secret"] for entry in kept if not entry["until"] or datetime.fromisoformat(entry["until"]) > now]


def verify(connection: Connection, headers: Mapping[str, str], body: bytes) -> str:
    """The id of a message whose signature holds; Unproven otherwise."""
    message_id = headers.get("webhook-id", "")
    timestamp = headers.get("webhook-timestamp", "")
    signatures = headers.get("webhook-signature", "")
    if not (message_id and timestamp and signatures):
        raise Unproven("The headers webhook-id, webhook-timestamp and webhook-signature are needed.")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 12):
        raise Unproven("The header webhook-timestamp is not a number of seconds.")
    if abs(time.time() - int(timestamp)) > TOLERANCE:
        raise Unproven("The message is signed too long ago, or in the future.")
    signed = f"{message_id}.{timestamp}.".encode("latin-1", "replace") + body
    expected = [hmac.digest(_key(secret), signed, hashlib.sha256) for secret in live_secrets(connection)]
    for given in signatures.split(" "):
        version, _comma, encoded = given.partition(",")
        if version == "v1" and any(hmac.compare_digest(right, _decoded(encoded)) for right in expected):
            return message_id
    raise Unproven("No signature fits the message.")


def is_within_limit(connection: Connection) -> bool:
    """Count one message; False once the connection has sent its hundred of this second."""
    key = f"hook-rate:{connection.pk}:{int(time.time())}"
    if cache.add(key, 1, timeout=3):
        return True
    try:
        return int(cache.incr(key)) <= PER_SECOND
    except ValueError:  # the entry left the cache in between
        return True


def _key(secret: str) -> bytes:
    return base64.b64decode(secret.removeprefix(PREFIX))


def _decoded(signature: str) -> bytes:
    try:
        return base64.b64decode(signature, validate=True)
    except (binascii.Error, ValueError):
        return b""
