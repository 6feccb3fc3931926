"""Addresses as people type them: each checked, each once."""

import re
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from core.errors import Refused

_BETWEEN = re.compile(r"[,;\s]+")


def split(text: str) -> list[str]:
    """The addresses of one field, with commas, semicolons or spaces between them."""
    return [address for address in _BETWEEN.split(text) if address]


def valid(given: Sequence[str], *, pointer: str) -> list[str]:
    """Valid addresses, each once whatever its case."""
    found: dict[str, str] = {}
    for text in given:
        address = text.strip()
        if not address:
            continue
        try:
            validate_email(address)
        except ValidationError:
            raise Refused(_("“%s” is not an e-mail address.") % address, code="invalid", pointer=pointer) from None
        if len(address) > 254:
            raise Refused(_("“%s” is too long for an e-mail address.") % address, code="invalid", pointer=pointer)
        found.setdefault(address.lower(), address)
    return list(found.values())
