"""A prepared query answers as the query it was built from, in the scope of whoever asks."""

from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from django_scopes.exceptions import ScopeError

from core.prepared import Given, Prepared, given_id
from core.tenancy import company_scope, every_company
from customers.models import Party
from users.models import Membership

pytestmark = pytest.mark.django_db


@pytest.fixture
def built() -> list[str]:
    return []


@pytest.fixture
def by_name(built: list[str]) -> Prepared:
    def build() -> QuerySet[Any]:
        built.append("once")
        name = Given("name", Party._meta.get_field("name"))
        return Party.objects.filter(name=name).order_by("id")

    return Prepared(build)


def _party(company: Any, name: str) -> Party:
    with company_scope(company.pk):
        party: Party = Party.objects.create(company=company, name=name, number=name)
    return party


def test_the_rows_are_those_of_the_query(by_name: Prepared, built: list[str], company: Any) -> None:
    one, two = _party(company, "Alpha"), _party(company, "Beta")
    with company_scope(company.pk):
        assert by_name.ask(name="Alpha") == [one]
        assert by_name.ask(name="Beta") == [two]
        assert by_name.first(name="Gamma") is None
    assert built == ["once"]


def test_each_company_sees_its_own(by_name: Prepared, company: Any, other_company: Any) -> None:
    ours, theirs = _party(company, "Alpha"), _party(other_company, "Alpha")
    for asking, party in ((company, ours), (other_company, theirs)):
        with company_scope(asking.pk):
            assert by_name.ask(name="Alpha") == [party]


def test_without_a_scope_nothing_is_answered(by_name: Prepared, company: Any) -> None:
    _party(company, "Alpha")
    with company_scope(company.pk):
        by_name.ask(name="Alpha")
    with pytest.raises(ScopeError):
        by_name.ask(name="Alpha")
    with every_company(), pytest.raises(ScopeError):
        by_name.ask(name="Alpha")


def test_a_missing_value_is_a_fault(by_name: Prepared, company: Any) -> None:
    with company_scope(company.pk), pytest.raises(KeyError):
        by_name.ask()


def test_columns_and_related_objects_come_as_asked_for(company: Any, alice: Any) -> None:
    member = Membership.objects.get(user=alice)
    prepared = Prepared(lambda: Membership.objects.select_related("user").filter(pk=given_id("pk")))
    with CaptureQueriesContext(connection) as captured:
        found = prepared.first(pk=member.pk)
        assert found.user.email == alice.email
    assert len(captured) == 1
    names = Prepared(lambda: Membership.objects.filter(pk=given_id("pk")).values_list("user__email", "role"))
    assert names.ask(pk=member.pk) == [(alice.email, member.role)]
