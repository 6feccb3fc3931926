"""The demo company: what a newcomer meets after the first start.

Everything goes through the services and nothing is faked; its first invoice is made by a work order through the hook.
"""

from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation

from branding import services as branding
from core.errors import Refused
from core.tenancy import company_scope
from customers import services as customers
from efactori.demo import catalogue, history, people
from products import services as products
from users import services as users
from users.models import Company, Role, User

COMPANY_SLUG = "frigotech"
DEMO_PASSWORD = "demo-frigotech-2026"  # noqa: S105 - printed at the start, and never made in production
SIGN_INS = (("alice@frigotech.example", "owner"), ("bob@frigotech.example", "employee"))


def sign_ins() -> list[str]:
    """The demo accounts as a start screen prints them."""
    return [f"{email} / {DEMO_PASSWORD}  ({role})" for email, role in SIGN_INS]


@transaction.atomic
def load(*, with_history: bool = False) -> bool:
    """Make the demo company, on demand with what it sold; True when it was made, False when it already stood."""
    if settings.PRODUCTION:
        raise Refused("The demo company has known passwords, so it is never made in production.", code="production")
    if Company.objects.filter(slug=COMPANY_SLUG).exists():
        return False
    with translation.override("fr"):
        alice = _person("alice@frigotech.example", "Alice", "Martin")
        company = users.create_company(name="Frigotech SRL", slug=COMPANY_SLUG, owner=alice, **people.COMPANY)
        with company_scope(company.pk):
            _load_people(company, alice)
            _load_products(company, alice)
            _load_customers(company, alice)
            theme = branding.default_theme(company)
            branding.set_logo(theme, content=(Path(__file__).parent / "logo.svg").read_bytes(), by=alice)
    if with_history:
        history.load(company)
    return True


def _person(email: str, first_name: str, last_name: str) -> User:
    """Someone who signs in; a person who stands already keeps their password."""
    user = User.objects.filter(email__iexact=email).first()
    return user or User.objects.create_user(email, DEMO_PASSWORD, first_name=first_name, last_name=last_name)


def _load_people(company: Company, alice: User) -> None:
    _person("bob@frigotech.example", "Bob", "Claes")
    users.create_member(company=company, by=alice, email="bob@frigotech.example", role=Role.EMPLOYEE, color="#7a5c1e")
    for fields in people.TECHNICIANS:
        users.create_member(company=company, by=alice, **fields)


def _load_products(company: Company, alice: User) -> None:
    groups = {name: products.create_group(company=company, by=alice, name=name) for name in catalogue.GROUPS}
    for number, name, group, unit, price, cost, more in catalogue.PRODUCTS:
        fields: dict[str, Any] = {"vat_rate": Decimal("21.00"), **more}
        products.create_product(
            company=company,
            by=alice,
            number=number,
            name=name,
            group=groups[group],
            unit=unit,
            unit_price=Decimal(price),
            purchase_price=Decimal(cost),
            **fields,
        )


def _load_customers(company: Company, alice: User) -> None:
    for fields in people.CUSTOMERS:
        customers.create_party(company=company, by=alice, **fields)
