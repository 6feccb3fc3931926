"""Files are kept once per company under their SHA-256, so that storing again is harmless and bytes can be proven."""

import hashlib
import os
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.csp import CSP

from core.ids import uuid7

# What came from outside runs nothing and loads nothing, wherever it is opened.
POLICY: dict[str, Any] = {"default-src": [CSP.NONE], "sandbox": True}


@dataclass(frozen=True)
class StoredFile:
    """Where the bytes lie: `key` in the storage, their `sha256` (hex) and `size` in bytes."""

    key: str
    sha256: str
    size: int


def store(content: bytes, *, company_id: UUID) -> StoredFile:
    """Keep `content`; the same bytes of the same company are stored once."""
    sha256 = hashlib.sha256(content).hexdigest()
    key = f"{company_id}/{sha256[:2]}/{sha256}"
    if not default_storage.exists(key):
        # Written beside its place, then moved there: a killed process leaves no half file under a name that counts.
        written = default_storage.save(f"{key}.{uuid7()}", ContentFile(content))
        os.replace(default_storage.path(written), default_storage.path(key))
    return StoredFile(key=key, sha256=sha256, size=len(content))


def read(key: str) -> bytes:
    """The stored bytes; raises FileNotFoundError when they are gone."""
    with default_storage.open(key) as handle:
        return bytes(handle.read())
