"""What the figures work with: a company with rates, customers and products; work orders with real PDF files."""

import base64
import hashlib
import json
import random
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from typing import Any

import pikepdf
from django.utils import timezone

from core.tenancy import company_scope
from customers.models import Party
from customers.services import create_party
from integrations.providers.climapulse.sandbox import pdf
from products.models import Product
from users.models import Company, Membership, User

TECHNICIANS = (("marc", "Marc", "Peeters", "65.0000"), ("elodie", "Élodie", "Renard", "58.5000"))
PAPER_BYTES = 100_000


@dataclass(frozen=True)
class Ground:
    """The seeded rows; `owner` does what a person does."""

    company: Company
    owner: User
    customers: list[Party]
    products: list[Product]


def seed(*, customers: int = 50, products: int = 100) -> Ground:
    """A company as it is after a year's work, without its invoices."""
    company = Company.objects.create(
        slug="bench",
        name="Bench SRL",
        vat_number="BE0123456749",
        street="Rue de l'Industrie",
        street_number="18",
        postal_code="1070",
        city="Bruxelles",
        iban="BE68539007547034",
        mileage_rate=Decimal("0.4500"),
    )
    owner = _member(company, "owner", "Alice", "Martin", role="owner")
    for name, first, last, rate in TECHNICIANS:
        _member(company, name, first, last, billable_rate=Decimal(rate), hourly_cost=Decimal("34.0000"))
    with company_scope(company.pk):
        parties = [
            create_party(
                company=company,
                by=None,
                name=f"Client {number} SRL",
                vat_number=_vat_number(4_000_000 + number),
                email=f"client{number}@example.com",
                street="Rue du Four",
                street_number=str(number),
                postal_code="1000",
                city="Bruxelles",
            )
            for number in range(1, customers + 1)
        ]
        goods = Product.objects.bulk_create(
            Product(
                company=company,
                number=f"P{number:05}",
                name=f"Pièce {number}",
                description=f"Pièce de rechange numéro {number}",
                unit_price=Decimal(number % 90 + 10) / 2,
            )
            for number in range(1, products + 1)
        )
    return Ground(company, owner, parties, goods)


def message(ground: Ground, number: int) -> bytes:
    """A work order that makes eight priced lines (time, kilometres, materials) and has two PDF files."""
    chance = random.Random(number)
    customer = ground.customers[number % len(ground.customers)]
    times = [_time(position, minutes=30 + 10 * position) for position in range(3)]
    materials = [
        {"reference": product.number, "name": product.name, "quantity": str(position + 1), "unit": "C62"}
        for position, product in enumerate(chance.sample(ground.products, 4))
    ]
    order = {
        "id": f"wo-{number}",
        "number": f"BT-{number:05}",
        "title": "Entretien annuel climatisation",
        "performed_on": timezone.localdate().isoformat(),
        "customer": {"id": f"c-{customer.number}", "name": customer.name, "vat_number": customer.vat_number},
        "time_entries": times,
        "distance_km": "42.50",
        "materials": materials,
        "memo": "Contrôle d'étanchéité effectué.",
        "attachments": [_attachment(number, kind, chance) for kind in ("work_order", "certificate")],
    }
    envelope = {
        "event": "work_order.invoice_requested",
        "occurred_at": timezone.localtime().isoformat(timespec="seconds"),
        "work_order": order,
    }
    return json.dumps(envelope).encode()


def _member(company: Company, name: str, first: str, last: str, **fields: Any) -> User:
    user = User.objects.create_user(f"{name}@bench.example", None, first_name=first, last_name=last)
    Membership.objects.create(company=company, user=user, **fields)
    return user


def _vat_number(stem: int) -> str:
    """A Belgian number whose check digits hold."""
    return f"BE{stem:08}{97 - stem % 97:02}"


def _time(position: int, *, minutes: int) -> dict[str, Any]:
    name, first, last, _rate = TECHNICIANS[position % len(TECHNICIANS)]
    return {
        "user": {"id": f"u-{position}", "full_name": f"{first} {last}", "email": f"{name}@bench.example"},
        "date": timezone.localdate().isoformat(),
        "minutes": minutes,
        "activity": "on_site",
        "description": "Nettoyage et contrôle",
    }


def _attachment(number: int, kind: str, chance: random.Random) -> dict[str, Any]:
    content = _paper(f"{kind} {number}", chance)
    return {
        "id": f"a-{number}-{kind}",
        "kind": kind,
        "filename": f"{kind}-{number}.pdf",
        "media_type": "application/pdf",
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "content_base64": base64.b64encode(content).decode(),
    }


def _paper(title: str, chance: random.Random) -> bytes:
    """A page of text beside bytes that do not compress, as a photograph would be."""
    written = BytesIO()
    with pikepdf.open(BytesIO(pdf.write(title))) as paper:
        paper.pages[0].obj["/Photograph"] = paper.make_stream(chance.randbytes(PAPER_BYTES - 1_200))
        paper.save(written)
    return written.getvalue()
