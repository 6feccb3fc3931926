"""What allauth is told of this house: how its secrets are kept, and under which name authenticators know us.

Of allauth only the second factors are taken, and of these the models and the arithmetic (`docs/decisions/0010`).
"""

from typing import Any

from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from encrypted_fields.fields import EncryptedTextField

_encryption = EncryptedTextField()  # the keys of our own encrypted columns, derived once


class Adapter(DefaultMFAAdapter):  # type: ignore[misc]
    def encrypt(self, text: str) -> str:
        return str(_encryption.f.encrypt(text.encode()).decode())

    def decrypt(self, encrypted_text: str) -> str:
        return str(_encryption.f.decrypt(encrypted_text.encode()).decode())

    def get_public_key_credential_rp_entity(self) -> dict[str, Any]:
        """A passkey belongs to the name in the address bar."""
        return {"id": context.request.get_host().partition(":")[0], "name": "eFactori"}
