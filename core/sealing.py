"""Bytes that must not lie open in the database: encrypted under the installation's key, as encrypted fields are."""

from functools import cache
from typing import Any

from encrypted_fields.fields import EncryptedTextField


@cache
def _key() -> Any:
    return EncryptedTextField().f


def seal(content: bytes) -> bytes:
    sealed: bytes = _key().encrypt(content)
    return sealed


def unseal(content: bytes) -> bytes:
    """What `seal` was given; an error when the installation's key has changed since."""
    opened: bytes = _key().decrypt(content)
    return opened
