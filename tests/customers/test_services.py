from typing import Any
from uuid import uuid4

import pytest

from activity.models import Event
from core.errors import Refused
from customers import services
from customers.models import Contact, Party
from customers.services import AddressInput, ContactInput
from users.models import Company, User


def actions(obj: Any) -> list[str]:
    return list(Event.objects.about(obj).values_list("action", flat=True))


def test_a_new_party_takes_the_next_number(scope: Company, alice: User, dupont: Party) -> None:
    second = services.create_party(company=scope, by=alice, name="Garage Leclercq")
    Party.objects.create(company=scope, number="CX9", name="Typed by hand")
    third = services.create_party(company=scope, by=alice, name="Hotel Zeezicht")
    assert (second.number, third.number) == ("C00002", "C00003")
    assert second.language == "fr"
    assert actions(second) == ["customers.party.created"]


def test_numbers_go_on_past_their_width(scope: Company, alice: User) -> None:
    Party.objects.create(company=scope, number="C99999", name="Last of five digits")
    assert services.create_party(company=scope, by=alice, name="A").number == "C100000"
    assert services.create_party(company=scope, by=alice, name="B").number == "C100001"


def test_a_number_may_be_chosen_once(scope: Company, alice: User, dupont: Party) -> None:
    assert services.create_party(company=scope, by=alice, number="VIP-1", name="A").number == "VIP-1"
    with pytest.raises(Refused) as refused:
        services.create_party(company=scope, by=alice, number="C00001", name="B")
    assert (refused.value.pointer, refused.value.code) == ("/number", "taken")
    assert not Party.objects.filter(name="B").exists()


def test_a_vat_number_is_stored_in_one_spelling(scope: Company, alice: User) -> None:
    party = services.create_party(company=scope, by=alice, name="Dupont", vat_number="be 0403.019.261")
    assert party.vat_number == "BE0403019261"


@pytest.mark.parametrize("number", ["BE0403019262", "FR00000000000", "hello", "BE"])
def test_an_invalid_vat_number_is_refused(scope: Company, alice: User, number: str) -> None:
    with pytest.raises(Refused) as refused:
        services.create_party(company=scope, by=alice, name="X", vat_number=number)
    assert refused.value.pointer == "/vat_number"
    assert not Party.objects.exists()


def test_an_invalid_vat_number_from_the_field_is_kept(scope: Company) -> None:
    party = services.create_party(
        company=scope, by=None, name="X", vat_number="BE 0403.019.262", allow_invalid_vat=True
    )
    assert party.vat_number == "BE0403019262"
    assert services.update_party(party, by=None, phone="+32 2 1").phone == "+32 2 1"


def test_contacts_and_addresses_are_made_with_the_party(scope: Company, alice: User) -> None:
    party = services.create_party(
        company=scope,
        by=alice,
        name="Régie Bruxelles",
        contacts=[ContactInput(name="Anne", email="anne@regie.example")],
        addresses=[AddressInput(name="Quai 1", city="Bruxelles", vat_regime="renovation")],
    )
    assert [contact.email for contact in party.contacts.all()] == ["anne@regie.example"]
    assert [(row.kind, row.vat_regime) for row in party.addresses.all()] == [("site", "renovation")]


def test_given_rows_are_the_whole_new_list(scope: Company, alice: User) -> None:
    party = services.create_party(
        company=scope, by=alice, name="X", contacts=[ContactInput(name="Anne"), ContactInput(name="Bert")]
    )
    anne = party.contacts.get(name="Anne")
    services.update_party(
        party, by=alice, contacts=[ContactInput(id=anne.pk, name="Anne", phone="1"), ContactInput(name="Carl")]
    )
    assert [(c.pk == anne.pk, c.name, c.phone) for c in party.contacts.all()] == [
        (True, "Anne", "1"),
        (False, "Carl", ""),
    ]
    services.update_party(party, by=alice, name="Y")
    assert party.contacts.count() == 2
    assert Event.objects.about(party).last().data == {"changed": ["name"]}


def test_a_bad_row_leaves_nothing_behind(scope: Company, alice: User) -> None:
    rows = [ContactInput(name="Anne"), ContactInput(name="Bert", email="not an address")]
    with pytest.raises(Refused) as refused:
        services.create_party(company=scope, by=alice, name="X", contacts=rows)
    assert refused.value.pointer == "/contacts/1/email"
    assert (Party.objects.count(), Contact.objects.count(), Event.objects.count()) == (0, 0, 0)


def test_a_row_of_somebody_else_is_unknown(scope: Company, alice: User, dupont: Party) -> None:
    theirs = Contact.objects.create(company=scope, party=dupont, name="Anne")
    party = services.create_party(company=scope, by=alice, name="X")
    for row_id in (theirs.pk, uuid4()):
        with pytest.raises(Refused) as refused:
            services.update_party(party, by=alice, contacts=[ContactInput(id=row_id, name="Stolen")])
        assert refused.value.pointer == "/contacts/0/id"
    theirs.refresh_from_db()
    assert (theirs.name, theirs.party_id) == ("Anne", dupont.pk)


@pytest.mark.parametrize("text", ["a\x00b", "a\ud800b"])
def test_text_that_cannot_be_stored_is_refused(scope: Company, alice: User, text: str) -> None:
    with pytest.raises(Refused) as refused:
        services.create_party(company=scope, by=alice, name=text)
    assert refused.value.pointer == "/name"


def test_nothing_changed_is_no_event(scope: Company, alice: User, dupont: Party) -> None:
    services.update_party(dupont, by=alice, name="Boulangerie Dupont SRL", vat_number="BE0403019261")
    assert actions(dupont) == []


def test_a_new_name_gets_a_new_key(scope: Company, alice: User, dupont: Party) -> None:
    services.update_party(dupont, by=alice, name="Pâtisserie Dupont NV")
    dupont.refresh_from_db()
    assert dupont.name_key == "patisserie dupont"


def test_archiving_and_restoring_are_recorded_once(scope: Company, alice: User, dupont: Party) -> None:
    services.archive_party(dupont, by=alice)
    services.archive_party(dupont, by=alice)
    assert Party.objects.current().count() == 0
    services.restore_party(dupont, by=alice)
    assert actions(dupont) == ["customers.party.archived", "customers.party.restored"]
