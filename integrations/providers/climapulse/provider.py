"""Climapulse as the registry sees it."""

from collections.abc import Mapping

from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.http import is_loopback
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
        return Climapulse(base_url, credentials["api_key"].strip(), allow_private=is_loopback(base_url))
    except ValueError:
        raise ProviderError(
            gettext("CLIMAPULSE_API_URL is not a web address. Ask your administrator to correct it.")
        ) from None


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
