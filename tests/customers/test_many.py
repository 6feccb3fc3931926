from typing import Any

from activity.models import Event
from core.errors import Refused
from core.sheets import Change
from customers import services
from customers.models import Contact, Party
from users.models import Company, User


def actions(obj: Any) -> list[str]:
    return list(Event.objects.about(obj).values_list("action", flat=True))


def test_many_customers_are_made_and_changed_as_one_by_one(scope: Company, alice: User, dupont: Party) -> None:
    made, changed, wrong, taken = services.put_parties(
        [
            Change(None, {"name": "Polar NV", "vat_number": "be 0403.170.701", "email": " info@polar.example "}),
            Change(dupont, {"name": "Dupont & Fils SRL", "is_archived": True}),
            Change(None, {"name": "Faux", "vat_number": "BE0403019262"}),
            Change(None, {"name": "Double", "number": "C00001"}),
        ],
        company=scope,
        by=alice,
    )
    assert isinstance(made, Party)
    assert (made.number, made.vat_number, made.email, made.name_key, made.language) == (
        "C00002", "BE0403170701", "info@polar.example", "polar", "fr",
    )  # fmt: skip
    assert changed == dupont
    dupont.refresh_from_db()
    assert (dupont.name_key, dupont.is_archived, dupont.city) == ("dupont fils", True, "Bruxelles")
    assert isinstance(wrong, Refused)
    assert isinstance(taken, Refused)
    assert (wrong.pointer, taken.pointer) == ("/vat_number", "/number")
    assert Party.objects.count() == 2
    assert actions(dupont) == ["customers.party.updated", "customers.party.archived"]
    assert actions(made) == ["customers.party.created"]


def test_a_vat_number_that_was_kept_though_it_is_wrong_stands_in_no_change(scope: Company, alice: User) -> None:
    party = services.create_party(company=scope, by=alice, name="X", vat_number="BE0403019262", allow_invalid_vat=True)
    answer = services.put_parties([Change(party, {"city": "Liège"})], company=scope, by=alice)
    assert answer == [party]
    party.refresh_from_db()
    assert (party.city, party.vat_number) == ("Liège", "BE0403019262")


def test_a_customer_is_withdrawn_or_archived_where_something_hangs_on_it(
    scope: Company, alice: User, dupont: Party
) -> None:
    fresh = services.create_party(company=scope, by=alice, name="Nouveau")
    Contact.objects.create(company=scope, party=dupont, name="Anne")
    assert services.withdraw_party(fresh, by=alice) is True
    assert services.withdraw_party(dupont, by=alice) is False
    assert list(Party.objects.values_list("number", "is_archived")) == [("C00001", True)]
