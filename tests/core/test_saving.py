import pytest

from core import saving
from core.errors import Refused
from customers.models import Party
from users.models import Company


def test_only_what_differs_is_assigned(dupont: Party) -> None:
    changed = saving.assign(dupont, {"name": dupont.name, "city": "Namur"}, allowed={"name", "city"})
    assert (changed, dupont.city) == (["city"], "Namur")


def test_a_field_outside_the_allowed_ones_is_a_fault_of_the_caller(dupont: Party) -> None:
    with pytest.raises(TypeError, match="is_archived"):
        saving.assign(dupont, {"name": "X", "is_archived": True}, allowed={"name"})
    assert (dupont.name, dupont.is_archived) == ("Boulangerie Dupont SRL", False)


@pytest.mark.parametrize(
    ("field", "value"), [("name", "a\x00"), ("name", "\udfff"), ("city", "x" * 101), ("country", "be"), ("name", "")]
)
def test_a_broken_rule_is_refused_with_its_pointer(dupont: Party, field: str, value: str) -> None:
    setattr(dupont, field, value)
    with pytest.raises(Refused) as refused:
        saving.save(dupont, under="/customer")
    assert refused.value.pointer == f"/customer/{field}"
    dupont.refresh_from_db()
    assert (dupont.name, dupont.city, dupont.country) == ("Boulangerie Dupont SRL", "Bruxelles", "BE")


def test_a_taken_value_is_refused_and_the_transaction_goes_on(scope: Company, dupont: Party) -> None:
    with pytest.raises(Refused) as refused:
        saving.save(Party(company=scope, number="C00001", name="Double"))
    assert (refused.value.code, refused.value.pointer) == ("taken", "/number")
    assert Party.objects.count() == 1


def test_a_taken_slug_is_refused(scope: Company) -> None:
    with pytest.raises(Refused) as refused:
        saving.save(Company(slug="frigotech", name="Twin"))
    assert refused.value.pointer == "/slug"
