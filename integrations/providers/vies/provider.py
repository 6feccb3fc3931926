"""VIES as the registry sees it."""

from django.conf import settings

from core.http import is_loopback
from integrations.contracts.vat_register import VatRegister, VatRegisterDeclaration
from integrations.providers.vies.client import Vies


def opened() -> VatRegister:
    """The register at the configured address."""
    return Vies(settings.VIES_API_URL, allow_private=is_loopback(settings.VIES_API_URL))


PROVIDER = VatRegisterDeclaration(opened=opened)
