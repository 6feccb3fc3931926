"""Merging: nothing is left behind, whatever model points at a customer."""

from typing import Any

import pytest
from django.apps import apps
from django.db import models

from activity.models import Event
from core.errors import Conflict, Refused
from core.tenancy import ForeignCompany, company_scope
from customers import merging, services
from customers.models import Address, Party
from customers.services import AddressInput, ContactInput
from documents.models import Balance, Document
from integrations.models import Connection, ExternalRef
from users.models import Company, User
from work_orders.models import WorkOrder


def actions(obj: Any) -> list[str]:
    return list(Event.objects.about(obj).values_list("action", flat=True))


def references() -> list[Any]:
    """Every foreign key to a party, found from the side of the models that have one."""
    return [
        field
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.local_fields
        if isinstance(field, models.ForeignKey) and field.related_model is Party
    ]


def pointing_at(party: Party, key: Any) -> int:
    return int(key.model._base_manager.filter(**{key.name: party}).count())


def test_merging_moves_everything_that_points_at_the_other(scope: Company, alice: User, dupont: Party) -> None:
    double = services.create_party(
        company=scope,
        by=None,
        name="Boulangerie Dupont",
        contacts=[ContactInput(name="Anne")],
        addresses=[AddressInput(city="Bruxelles")],
        is_supplier=True,
    )
    earlier = Party.objects.create(company=scope, number="C9", name="Old", is_archived=True, merged_into=double)
    document = Document.objects.create(company=scope, kind="invoice", party=double)
    balance = Balance.objects.create(company=scope, document=document, party=double)
    connection = Connection.objects.create(company=scope, provider="climapulse")
    order = WorkOrder.objects.create(
        company=scope, connection=connection, external_id="w-1", number="W1", document=document, party=double
    )
    ref = ExternalRef.objects.create(
        company=scope, connection=connection, kind="customer", external_id="c-1", object_id=double.pk
    )
    assert {(key.model._meta.label, key.name): pointing_at(double, key) for key in references()} == {
        ("customers.Party", "merged_into"): 1,
        ("customers.Contact", "party"): 1,
        ("customers.Address", "party"): 1,
        ("documents.Document", "party"): 1,
        ("documents.Balance", "party"): 1,
        ("work_orders.WorkOrder", "party"): 1,
    }, "make a row of the new model here, so that its move is proved"
    merging.merge(dupont, other=double, by=alice)
    assert [key for key in references() if pointing_at(double, key)] == []
    for row in (dupont, double, earlier, document, balance, order, ref):
        row.refresh_from_db()
    assert (balance.party_id, order.party_id) == (dupont.pk, dupont.pk)
    assert document.party_id == dupont.pk
    assert ref.object_id == dupont.pk
    assert earlier.merged_into_id == dupont.pk
    assert (dupont.contacts.count(), dupont.addresses.count()) == (1, 1)
    assert (dupont.name, dupont.is_supplier, dupont.is_archived) == ("Boulangerie Dupont SRL", True, False)
    assert (double.is_archived, double.merged_into_id) == (True, dupont.pk)
    assert actions(dupont) == ["customers.party.merged"]
    with pytest.raises(Conflict, match="Boulangerie Dupont SRL"):
        services.restore_party(double, by=alice)
    with pytest.raises(Conflict):
        merging.merge(dupont, other=double, by=alice)


def test_a_party_is_not_merged_with_itself(scope: Company, alice: User, dupont: Party) -> None:
    with pytest.raises(Refused):
        merging.merge(dupont, other=dupont, by=alice)
    dupont.refresh_from_db()
    assert not dupont.is_archived


def test_a_party_of_another_company_is_not_merged(
    scope: Company, alice: User, dupont: Party, other_company: Company
) -> None:
    with company_scope(other_company.pk):
        theirs = services.create_party(company=other_company, by=None, name="Theirs")
    with pytest.raises(ForeignCompany):
        merging.merge(dupont, other=theirs, by=alice)
    with company_scope(other_company.pk):
        theirs.refresh_from_db()
        assert not theirs.is_archived
        assert Address.objects.count() == 0
