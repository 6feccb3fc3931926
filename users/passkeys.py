"""Passkeys: a key on a phone, computer or stick that signs in by itself, once its owner unlocks it there (WebAuthn).

allauth keeps the public keys and holds the ceremonies; the challenge waits in the session between their two halves.
Whatever a browser sends that does not fit is refused in one sentence.
"""

import json
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth
from cryptography.exceptions import InvalidSignature
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import Refused
from users import telling
from users.models import User

# What parsing and checking a stranger's bytes may raise.
UNFIT = (
    ValidationError, ValueError, TypeError, LookupError, AttributeError, RecursionError, struct.error, InvalidSignature,
)  # fmt: skip


def begin_adding(user: User) -> dict[str, Any]:
    """What the browser needs to make a passkey."""
    options: dict[str, Any] = auth.begin_registration(user, passwordless=True)["publicKey"]
    return options


@transaction.atomic
def add(user: User, *, name: str, credential: str) -> Authenticator:
    """Keep the passkey that the browser made."""
    with _fitting(_("The passkey could not be added. Try again.")):
        answer = json.loads(credential)
        auth.complete_registration(answer)
        passkey = auth.WebAuthn.add(user, name, dict(auth.parse_registration_response(answer))).instance
    telling.tell(user, "passkey_added", by=user, name=name)
    return passkey


@transaction.atomic
def rename(passkey: Authenticator, *, name: str) -> None:
    """Another name; it is for its owner alone."""
    passkey = Authenticator.objects.select_for_update().get(pk=passkey.pk)
    passkey.data["name"] = name
    passkey.save(update_fields=["data"])


@transaction.atomic
def remove(passkey: Authenticator) -> None:
    """It opens nothing any more; the key that stays on the device is worthless."""
    name = passkey.data["name"]
    passkey.delete()
    telling.tell(passkey.user, "passkey_removed", by=passkey.user, name=name)


def begin_signing_in() -> dict[str, Any]:
    """What the browser needs to offer the passkeys that it knows for us; whose they are is not asked."""
    options: dict[str, Any] = auth.begin_authentication()["publicKey"]
    return options


@transaction.atomic
def owner(credential: str) -> User:
    """Whose passkey signed the challenge, unlocked by its owner."""
    with _fitting(_("This passkey opens no account here. Sign in another way.")):
        answer = json.loads(credential)
        user: User = auth.extract_user_from_response(answer)
        passkey = auth.complete_authentication(user, answer)
    if not user.is_active:
        raise Refused(_("This account is switched off. Ask an owner of your company."), code="inactive")
    passkey.record_usage()
    return user


@contextmanager
def _fitting(message: str) -> Iterator[None]:
    try:
        yield
    except UNFIT as error:
        raise Refused(message, code="unfit") from error
