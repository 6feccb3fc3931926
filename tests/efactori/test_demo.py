from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client

from activity.models import Job, JobState
from branding.models import Theme
from core import files
from core.errors import Refused
from core.identifiers import is_valid_vat
from core.tenancy import company_scope
from customers.models import Party
from documents.models import Document, Warning
from efactori import demo
from invoices import turnover
from payments import ledger, queries
from payments.models import Payment
from payments.states import Age
from products.models import Product
from users.models import Company, Membership, User


@pytest.fixture
def frigotech(db: None) -> Company:
    assert demo.load() is True
    return Company.objects.get(slug="frigotech")


def test_loading_twice_is_loading_once(frigotech: Company) -> None:
    assert demo.load() is False
    assert Company.objects.count() == 1


def test_the_company_can_issue(frigotech: Company) -> None:
    assert (frigotech.vat_number, frigotech.iban) == ("BE0123456749", "BE68539007547034")
    assert (frigotech.mileage_rate, frigotech.payment_term_days) == (Decimal("0.4500"), 30)


def test_technicians_have_rates_and_no_password(frigotech: Company) -> None:
    rates = {m.user.full_name: (m.billable_rate, m.hourly_cost) for m in Membership.objects.filter(company=frigotech)}
    assert rates == {
        "Alice Martin": (None, None),
        "Bob Claes": (None, None),
        "Marc Peeters": (Decimal("65.0000"), Decimal("38.0000")),
        "Élodie Renard": (Decimal("58.5000"), Decimal("34.0000")),
    }
    able = [user.email for user in User.objects.order_by("email") if user.has_usable_password()]
    assert able == ["alice@frigotech.example", "bob@frigotech.example"]


def test_the_printed_sign_ins_work(frigotech: Company) -> None:
    for line in demo.sign_ins():
        email, password = line.split("  ")[0].split(" / ")
        assert Client().login(username=email, password=password)


def test_the_samples_find_what_they_name(frigotech: Company) -> None:
    with company_scope(frigotech.pk):
        prices = {
            product.number: (product.unit_price, product.unit, product.vat_rate)
            for product in Product.objects.filter(number__in=["P0001", "P0007"])
        }
        dupont = Party.objects.get(vat_number="BE0403019261")
        assert Product.objects.count() == 27
        assert Party.objects.count() == 8
        assert not Document.objects.exists()
    assert prices == {
        "P0001": (Decimal("24.9000"), "C62", Decimal("21.00")),
        "P0007": (Decimal("89.0000"), "KGM", Decimal("21.00")),
    }
    assert (dupont.name, dupont.number, dupont.email) == ("Boulangerie Dupont SRL", "C00001", "compta@dupont.example")


def test_every_vat_number_is_well_formed(frigotech: Company) -> None:
    with company_scope(frigotech.pk):
        numbers = [party.vat_number for party in Party.objects.exclude(vat_number="")]
    assert len(numbers) == 5
    assert all(is_valid_vat(number) for number in numbers)


def test_the_theme_has_our_logo(frigotech: Company) -> None:
    with company_scope(frigotech.pk):
        theme = Theme.objects.get(is_default=True)
    assert theme.logo_media_type == "image/svg+xml"
    assert b"Frigotech" in files.read(theme.logo_key)


def test_production_never_gets_demo_sign_ins(db: None, settings: object) -> None:
    settings.PRODUCTION = True  # type: ignore[attr-defined]
    with pytest.raises(Refused):
        demo.load()
    with pytest.raises(CommandError):
        call_command("load_demo", stdout=StringIO())
    assert not User.objects.exists()


def test_the_command_names_the_sign_ins(db: None) -> None:
    out = StringIO()
    call_command("load_demo", stdout=out)
    call_command("load_demo", stdout=out)
    assert out.getvalue().count("alice@frigotech.example") == 2
    assert "The demo company stands already." in out.getvalue()


@pytest.mark.slow
def test_its_history_is_a_business_whose_ledger_is_right(db: None) -> None:
    today = date(2026, 11, 24)
    with time_machine.travel(f"{today} 10:00+01:00", tick=False):
        assert demo.load(with_history=True) is True
        with company_scope(Company.objects.get(slug="frigotech").pk):
            assert list(ledger.faults()) == []
            year = turnover.year(today)
            ages = queries.ages(today=today)
            assert all(month.now for month in year.months[:11])
            assert all(month.before for month in year.months)
            assert year.so_far > year.before_so_far
            assert Payment.objects.count() > 100
            assert {age for age, owed in ages.items() if owed.count} >= {Age.NOT_DUE, Age.LATE_30, Age.LATE_MORE}
            assert Document.objects.filter(issue_date__gte=today).count() == 0
            assert Document.objects.filter(kind="credit_note").count() == 6
            assert [warning.code for warning in Warning.objects.all()] == ["missing_price"]
            assert Job.objects.filter(name="documents.print", state=JobState.QUEUED).count() == 0


@pytest.mark.slow
def test_its_history_begins_in_any_month(db: None) -> None:
    with time_machine.travel("2027-01-01 10:00+01:00", tick=False):
        assert demo.load(with_history=True) is True
        with company_scope(Company.objects.get(slug="frigotech").pk):
            assert turnover.year(date(2027, 1, 1)).so_far == 0
            assert turnover.year(date(2027, 1, 1)).before > 0
