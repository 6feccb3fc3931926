"""Merging: nothing is left behind, whatever model points at a customer."""

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.test import Client

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


def test_the_values_that_are_chosen_come_from_the_other(scope: Company, alice: User, dupont: Party) -> None:
    twin = services.create_party(
        company=scope, by=None, name="Pâtisserie Dupont", phone="12", street="Quai", city="Gent", email="new@x.example"
    )
    merging.merge(dupont, other=twin, by=alice, take=["name", "address", "phone"])
    dupont.refresh_from_db()
    assert (dupont.name, dupont.name_key, dupont.phone) == ("Pâtisserie Dupont", "patisserie dupont", "12")
    assert (dupont.street, dupont.street_number, dupont.postal_code, dupont.city) == ("Quai", "", "", "Gent")
    assert (dupont.email, dupont.number) == ("compta@dupont.example", "C00001")
    told = Event.objects.about(dupont).get().data
    assert (told["name"], told["number"]) == ("Pâtisserie Dupont", twin.number)


@pytest.mark.parametrize(
    ("fields", "is_double"),
    [
        ({"vat_number": "BE0403019261"}, True),
        ({"email": "Compta@Dupont.example"}, True),
        ({"name": "boulangerie dupont", "postal_code": "1000"}, True),
        ({"name": "boulangerie dupont", "postal_code": "9000"}, False),
        ({"postal_code": "1000"}, False),
        ({}, False),
    ],
)
def test_doubles_share_a_vat_number_an_email_or_name_and_place(
    scope: Company, dupont: Party, fields: dict[str, str], is_double: bool
) -> None:
    other = services.create_party(company=scope, by=None, **{"name": "Other", **fields})
    services.create_party(company=scope, by=None, name="Boulangerie Dupont", postal_code="4000")
    assert list(merging.doubles_of(dupont)) == ([other] if is_double else [])
    assert set(merging.doubles()) == ({dupont, other} if is_double else set())
    services.archive_party(other, by=None)
    assert not merging.doubles_of(dupont).exists()
    assert not merging.doubles().exists()


def test_doubles_are_proposed_and_compared_field_by_field(as_alice: Client, scope: Company, dupont: Party) -> None:
    assert "/customers/duplicates/" not in as_alice.get("/customers/").content.decode()
    twin = services.create_party(company=scope, by=None, name="Twin", email="compta@dupont.example", phone="12")
    Party.objects.filter(pk=twin.pk).update(created_at=dupont.created_at - timedelta(days=1))
    url = f"/customers/{dupont.pk}/merge/{twin.pk}/"
    assert "/customers/duplicates/" in as_alice.get("/customers/").content.decode()
    assert f"/customers/{twin.pk}/merge/" in as_alice.get("/customers/duplicates/").content.decode()
    assert url in as_alice.get(f"/customers/{dupont.pk}/").content.decode()
    rows = {row["name"]: row for row in as_alice.get(url).context["rows"]}
    assert [cell["text"] for cell in rows["phone"]["cells"]] == ["", "12"]
    assert [cell["is_chosen"] for cell in rows["phone"]["cells"]] == [False, True]
    assert [cell["is_chosen"] for cell in rows["name"]["cells"]] == [False, True]  # the older one's
    assert [cell["text"] for cell in rows["address"]["cells"]] == ["Rue du Four 12, 1000 Bruxelles, BE", ""]
    assert [cell["is_chosen"] for cell in rows["address"]["cells"]] == [True, False]
    assert (rows["name"]["differs"], rows["email"]["differs"]) == (True, False)
    as_alice.post(url, {"keep": dupont.pk, "phone": twin.pk, "name": dupont.pk, "email": "nonsense"})
    dupont.refresh_from_db()
    assert (dupont.phone, dupont.name) == ("12", "Boulangerie Dupont SRL")
    assert f"Twin ({twin.number})" in as_alice.get(f"/customers/{dupont.pk}/?tab=timeline").content.decode()
