"""Climapulse as the registry sees it."""

import ipaddress
from collections.abc import Mapping
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from integrations.contracts.declaration import CredentialField, ProviderDeclaration
from integrations.contracts.errors import ProviderError
from integrations.contracts.field_service import CAPABILITY, FieldService
from integrations.providers.climapulse import mapping
from integrations.providers.climapulse.client import Climapulse


def connect(credentials: Mapping[str, str]) -> FieldService:
    """A client for the account that the key opens; nothing is called yet."""
    base_url: str = settings.CLIMAPULSE_API_URL
    if not base_url:
        raise ProviderError(
            gettext("No Climapulse address is configured. Ask your administrator to set CLIMAPULSE_API_URL.")
        )
    try:
        return Climapulse(base_url, credentials["api_key"].strip(), allow_private=_is_loopback(base_url))
    except ValueError:
        raise ProviderError(
            gettext("CLIMAPULSE_API_URL is not a web address. Ask your administrator to correct it.")
        ) from None


def _is_loopback(base_url: str) -> bool:
    """Whether the operator named this very machine, as the embedded run does for its sandbox."""
    host = urlsplit(base_url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


PROVIDER = ProviderDeclaration(
    key="climapulse",
    label="Climapulse",
    description=_("Turns a Climapulse work order into an invoice and shows your products in the Climapulse inventory."),
    capability=CAPABILITY,
    credential_fields=(
        CredentialField(
            name="api_key",
            label=_("API key"),
            help=_(
                "In Climapulse: set Profile → Login information → API access to “yes”, "
                "then copy the key from Profile → Overview."
            ),
        ),
    ),
    adapter=connect,
    parse=mapping.parse,
    answer=mapping.answer,
)
