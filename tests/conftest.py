"""Three people everywhere: alice owns Frigotech, bob works there, charlie owns another company."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from core.tenancy import company_scope, every_company
from customers.models import Party
from documents import freezing
from efactori.celery import app as celery_app
from products.models import Product, ProductGroup
from users.models import Company, Membership, User


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long ones first, so that two workers end together: the journeys are one worker's, from start to end."""
    items.sort(key=lambda item: (not item.get_closest_marker("browser"), not item.get_closest_marker("slow")))


@pytest.fixture(autouse=True)
def _frozen_tables(request: pytest.FixtureRequest) -> Iterator[None]:
    """Flushing after a transactional test deletes issued documents, so the triggers step aside for it alone."""
    transactional = {"transactional_db", "live_server"} & set(request.fixturenames)
    marker = request.node.get_closest_marker("django_db")
    transactional = transactional or (marker is not None and marker.kwargs.get("transaction", False))
    if not transactional:
        yield
        return
    request.getfixturevalue("transactional_db")
    freezing.install()
    yield
    freezing.drop()


def make_company(slug: str, name: str, **fields: Any) -> Company:
    defaults = {
        "vat_number": "BE0123456749",
        "court": "Bruxelles",
        "email": f"facturation@{slug}.example",
        "phone": "+32 2 555 01 42",
        "street": "Rue de l'Industrie",
        "street_number": "18",
        "postal_code": "1070",
        "city": "Bruxelles",
        "iban": "BE68539007547034",
        "mileage_rate": Decimal("0.4500"),
    }
    return Company.objects.create(slug=slug, name=name, **{**defaults, **fields})


def make_member(company: Company, email: str, first: str, last: str, role: str, **rates: Any) -> User:
    user = User.objects.create_user(email, "correct horse", first_name=first, last_name=last)
    with every_company():
        Membership.objects.create(company=company, user=user, role=role, **rates)
    return user


@pytest.fixture
def company(db: None) -> Company:
    return make_company("frigotech", "Frigotech SRL")


@pytest.fixture
def alice(company: Company) -> User:
    return make_member(company, "alice@frigotech.example", "Alice", "Martin", "owner")


@pytest.fixture
def bob(company: Company) -> User:
    return make_member(company, "bob@frigotech.example", "Bob", "Claes", "employee")


@pytest.fixture
def marc(company: Company) -> User:
    rates = {"hourly_cost": Decimal("38.0000"), "billable_rate": Decimal("65.0000")}
    return make_member(company, "marc@frigotech.example", "Marc", "Peeters", "employee", **rates)


@pytest.fixture
def elodie(company: Company) -> User:
    rates = {"hourly_cost": Decimal("34.0000"), "billable_rate": Decimal("58.5000")}
    return make_member(company, "elodie@frigotech.example", "Élodie", "Renard", "employee", **rates)


@pytest.fixture
def other_company(db: None) -> Company:
    return make_company("polar", "Polar BV", vat_number="BE0403170701")


@pytest.fixture
def charlie(other_company: Company) -> User:
    return make_member(other_company, "charlie@polar.example", "Charlie", "De Wit", "owner")


@pytest.fixture
def scope(company: Company) -> Iterator[Company]:
    """The company's scope, open for the whole test."""
    with company_scope(company.pk):
        yield company


@pytest.fixture
def dupont(scope: Company) -> Party:
    return Party.objects.create(
        company=scope,
        number="C00001",
        name="Boulangerie Dupont SRL",
        name_key="boulangerie dupont",
        vat_number="BE0403019261",
        email="compta@dupont.example",
        language="fr",
        street="Rue du Four",
        street_number="12",
        postal_code="1000",
        city="Bruxelles",
    )


@pytest.fixture
def products(scope: Company) -> dict[str, Product]:
    """P0001, a filter, and P0007, a refrigerant, as the demo company sells them."""
    group = ProductGroup.objects.create(company=scope, name="Froid")
    rows = [
        ("P0001", "Filtre G4 592x592", "24.9000", "C62"),
        ("P0007", "Réfrigérant R-410A", "89.0000", "KGM"),
    ]
    return {
        number: Product.objects.create(
            company=scope, number=number, name=name, unit_price=Decimal(price), unit=unit, group=group
        )
        for number, name, price, unit in rows
    }


@pytest.fixture
def as_alice(alice: User) -> Client:
    client = Client()
    client.force_login(alice)
    return client


@pytest.fixture
def as_bob(bob: User) -> Client:
    client = Client()
    client.force_login(bob)
    return client


@pytest.fixture
def as_charlie(charlie: User) -> Client:
    client = Client()
    client.force_login(charlie)
    return client


@pytest.fixture
def waiting_tasks() -> Iterator[None]:
    """Tasks go to the broker and wait there, instead of running at once."""
    celery_app.conf.task_always_eager = False
    yield
    celery_app.conf.task_always_eager = True


@pytest.fixture
def is_postgres(db: None) -> bool:
    return connection.vendor == "postgresql"
