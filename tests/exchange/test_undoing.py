from collections.abc import Callable
from decimal import Decimal

import pytest

from activity.models import Event
from core.errors import Conflict
from customers.models import Party
from documents.services import drafting
from documents.services.drafting import LineInput
from exchange.models import Import, ImportRow
from exchange.services import undoing
from products import services
from products.models import Product
from tests.exchange.conftest import Prepare
from users.models import Company, User

LIST = """Code;Nom;Prix;Groupe
P0001;Filtre G4;30,00;
P0007;Réfrigérant R-410A;95,00;Gaz
X1;Neuf;1,00;Gaz
X2;Neuf 2;2,00;
"""


def undone(source: Import) -> dict[int, str]:
    return dict(ImportRow.objects.filter(source=source).order_by("line").values_list("line", "undo"))


def test_old_values_come_back_and_what_was_made_is_gone(
    prepare: Prepare,
    run: Callable[[Import], Import],
    undo: Callable[[Import], Import],
    products: dict[str, Product],
    alice: User,
) -> None:
    before = list(Product.objects.order_by("number").values("number", "name", "unit_price", "group_id", "is_active"))
    source = undo(run(prepare(LIST)))
    assert (source.state, source.undo_counts) == ("undone", {"restored": 2, "deleted": 2})
    after = list(Product.objects.order_by("number").values("number", "name", "unit_price", "group_id", "is_active"))
    assert after == before
    assert Event.objects.filter(action="products.product.deleted", actor_id=alice.pk).count() == 2
    assert Event.objects.about(source).last().data == {"counts": {"restored": 2, "deleted": 2}}
    assert prepare(LIST).counts == {"changed": 2, "new": 2}


def test_what_somebody_changed_since_stays_and_is_named(
    prepare: Prepare,
    run: Callable[[Import], Import],
    undo: Callable[[Import], Import],
    products: dict[str, Product],
    alice: User,
    bob: User,
) -> None:
    source = run(prepare(LIST))
    services.update_product(products["P0001"], by=bob, unit_price=Decimal(31))
    services.update_product(products["P0007"], by=bob, description="Fluide")  # a field that the file did not touch
    services.update_product(Product.objects.get(number="X1"), by=bob, name="Repris")
    source = undo(source)
    assert source.undo_counts == {"kept": 2, "restored": 1, "deleted": 1}
    assert undone(source) == {2: "kept", 3: "restored", 4: "kept", 5: "deleted"}
    assert list(ImportRow.objects.get(source=source, line=2).errors) == [""]
    kept = Product.objects.get(number="P0001")
    assert (kept.name, kept.unit_price) == ("Filtre G4", Decimal("31.0000"))
    restored = Product.objects.get(number="P0007")
    assert (restored.unit_price, restored.description) == (Decimal("89.0000"), "Fluide")
    assert Product.objects.get(number="X1").name == "Repris"


def test_what_is_used_by_now_is_archived(
    prepare: Prepare,
    run: Callable[[Import], Import],
    undo: Callable[[Import], Import],
    scope: Company,
    dupont: Party,
    alice: User,
) -> None:
    source = run(prepare("Code;Nom\nX1;Neuf\nX2;Neuf 2\n"))
    used = Product.objects.get(number="X1")
    drafting.create("invoice", company=scope, party=dupont, by=alice, lines=[LineInput(product=used)])
    source = undo(source)
    assert source.undo_counts == {"archived": 1, "deleted": 1}
    assert list(Product.objects.values_list("number", "is_active")) == [("X1", False)]


def test_what_cannot_be_restored_says_why(
    prepare: Prepare, run: Callable[[Import], Import], undo: Callable[[Import], Import], scope: Company, alice: User
) -> None:
    services.create_product(company=scope, by=alice, number="A", name="A", external_id="e-1")
    source = run(prepare("Code;External id\nA;e-2\n", creates=False))
    services.create_product(company=scope, by=alice, number="B", name="B", external_id="e-1")
    source = undo(source)
    assert source.undo_counts == {"kept": 1}
    assert list(ImportRow.objects.get(source=source).errors) == ["external_id"]
    assert Product.objects.get(number="A").external_id == "e-2"


def test_an_undo_that_broke_off_goes_on(
    prepare: Prepare, run: Callable[[Import], Import], alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(undoing, "BATCH", 2)
    source = run(prepare("Code;Nom\n" + "".join(f"X{n};Nom {n}\n" for n in range(5))))
    Import.objects.filter(pk=source.pk).update(state="undoing")

    def dies(done: int, total: int) -> None:
        assert (done, total) != (4, 5)

    with pytest.raises(AssertionError):
        undoing.undo(source.pk, by=alice, report=dies)
    assert Product.objects.count() == 1
    assert undoing.undo(source.pk, by=alice, report=lambda done, total: None) == {"deleted": 5}
    assert Product.objects.count() == 0


def test_only_what_is_done_is_undone_and_once(
    prepare: Prepare, run: Callable[[Import], Import], undo: Callable[[Import], Import], alice: User
) -> None:
    source = prepare("Code;Nom\nX1;Neuf\n")
    with pytest.raises(Conflict):
        undoing.start(source, by=alice)
    source = undo(run(source))
    with pytest.raises(Conflict):
        undoing.start(source, by=alice)
