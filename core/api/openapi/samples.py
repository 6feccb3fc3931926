"""What the examples show, by the name of the field; a resource may say its own with `example`."""

import uuid
from collections.abc import Mapping
from typing import Any

ID = "0197c0de-1234-7abc-8def-0123456789ab"
MOMENT = "2026-03-31T08:15:00.000000Z"
DAY = "2026-03-31"


class _Nobody(uuid.UUID):
    """Stands for an object and for its id, where rows are described and never read."""

    @property
    def pk(self) -> uuid.UUID:
        return self


NOBODY = _Nobody(ID)

TEXTS: Mapping[str, Any] = {
    "name": "Boulangerie Dupont SRL",
    "first_name": "Marc",
    "last_name": "Peeters",
    "number": "2026-0001",
    "description": "Filter G4 592x592",
    "detail": "Replaced on 30 March",
    "email": "compta@dupont.example",
    "to": "compta@dupont.example",
    "phone": "+32 2 555 01 42",
    "vat_number": "BE0403019261",
    "iban": "BE68539007547034",
    "bic": "GKCCBEBB",
    "language": "fr",
    "currency": "EUR",
    "street": "Rue du Four",
    "street_number": "12",
    "postal_code": "1000",
    "city": "Bruxelles",
    "country": "BE",
    "reference": "PO 4711",
    "structured_message": "+++123/4567/89002+++",
    "unit": "C62",
    "quantity": "2",
    "unit_price": "24.90",
    "price_includes_vat": False,
    "vat_rate": "21.00",
    "rate": "21.00",
    "default_vat_rate": "21.00",
    "discount_percent": "0.00",
    "hourly_cost": "38.00",
    "billable_rate": "65.00",
    "mileage_rate": "0.45",
    "margin_percent": "30.00",
    "net": "49.80",
    "base": "49.80",
    "total_net": "49.80",
    "amount": "60.26",
    "total_vat": "10.46",
    "total_gross": "60.26",
    "open_amount": "60.26",
    "payment_term_days": 30,
    "color": "#0f766e",
    "role": "employee",
    "slug": "frigotech",
    "url": "https://shop.example/hooks/efactori",
    "events": ["invoices.*"],
    "type": "invoices.invoice.issued",
    "action": "invoices.invoice.issued",
    "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "provider": "climapulse",
    "media_type": "application/pdf",
    "filename": "work-order.pdf",
    "size": 48213,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "pointer": "/lines/0/unit_price",
    "subject": "Your invoice 2026-0001",
    "is_active": True,
    "is_archived": False,
    "custom_fields": {"shop_id": "C-1042"},
}
# A body names these where they can be written; the rest of what can be is left out of its example.
SHOWN = frozenset(
    (
        "name", "first_name", "last_name", "description", "email", "vat_number", "language", "street",
        "street_number", "postal_code", "city", "country", "reference", "quantity", "unit_price", "vat_rate",
        "hourly_cost", "billable_rate", "margin_percent", "url", "events", "lines", "contacts", "iban",
        "subject", "unit",
    )
)  # fmt: skip
