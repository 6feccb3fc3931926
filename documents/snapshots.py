"""Seller and buyer as they are at the moment of issue; later changes of the company or customer never reach them."""

from typing import Any

from customers.models import Party
from users.models import Company

ADDRESS = ("street", "street_number", "box", "postal_code", "city", "country")


def seller(company: Company) -> dict[str, Any]:
    """What the document says of the seller (EN 16931 BG-4)."""
    fields = ("name", "vat_number", "court", "email", "phone", "website", "iban", "bic", "region", *ADDRESS)
    return {name: getattr(company, name) for name in fields}


def buyer(party: Party) -> dict[str, Any]:
    """What the document says of the buyer (EN 16931 BG-7)."""
    fields = ("number", "name", "is_company", "vat_number", "email", "phone", *ADDRESS)
    return {name: getattr(party, name) for name in fields}
