from collections.abc import Callable
from decimal import Decimal

import pytest

from activity.models import Event
from core.errors import Conflict, Refused
from exchange.models import Import, ImportRow
from exchange.services import preparing, running
from products import services
from products.models import Product, ProductGroup
from tests.exchange.conftest import Prepare, errors, outcomes, workbook
from users.models import Company, User

LIST = """Référence;Désignation;Prix d'achat;Prix de vente;Unité;Famille
P0001;Filtre G4 592x592;12,10;25,90 €;pce;Froid
P0007;Réfrigérant R-410A;;89,00;kg;Froid
X100;Détendeur 1/4";1.234,5678;2.345,00;st;Régulation
X101;;3,00;4,00;;
X102;Vanne;abc;4,00;zak;
"""


def test_the_preview_counts_what_is_new_changed_the_same_and_wrong(
    prepare: Prepare, products: dict[str, Product]
) -> None:
    source = prepare(LIST)
    assert (source.state, source.counts) == ("checked", {"new": 1, "changed": 1, "unchanged": 1, "failed": 2})
    assert outcomes(source) == [(2, "changed"), (3, "unchanged"), (4, "new"), (5, "failed"), (6, "failed")]
    changed = ImportRow.objects.get(source=source, line=2)
    assert changed.changes == {"purchase_price": [None, "12.1000"], "unit_price": ["24.9000", "25.9000"]}
    assert {line: sorted(found) for line, found in errors(source).items()} == {
        5: ["name"],
        6: ["purchase_price", "unit"],
    }
    assert Product.objects.count() == 2
    assert Product.objects.get(number="P0001").unit_price == Decimal("24.9000")


def test_running_writes_what_the_preview_showed_and_nothing_else(
    prepare: Prepare, run: Callable[[Import], Import], products: dict[str, Product], alice: User
) -> None:
    source = run(prepare(LIST))
    assert (source.state, source.counts) == ("done", {"new": 1, "changed": 1, "unchanged": 1, "failed": 2})
    made = Product.objects.get(number="X100")
    assert (made.name, made.purchase_price, made.unit_price, made.unit, made.vat_rate, made.group.name) == (
        'Détendeur 1/4"', Decimal("1234.5678"), Decimal("2345.0000"), "C62", Decimal("21.00"), "Régulation",
    )  # fmt: skip
    first = Product.objects.get(number="P0001")
    assert (first.purchase_price, first.unit_price) == (Decimal("12.1000"), Decimal("25.9000"))
    assert Product.objects.count() == 3
    event = Event.objects.about(first).get()
    assert (event.action, event.actor_id, event.data) == (
        "products.product.updated", alice.pk, {"changed": ["purchase_price", "unit_price"]},
    )  # fmt: skip
    assert list(Event.objects.about(made).values_list("action", flat=True)) == ["products.product.created"]
    assert not Event.objects.about(products["P0007"]).exists()
    assert list(Event.objects.about(source).values_list("action", flat=True)) == [
        "exchange.import.opened",
        "exchange.import.started",
        "exchange.import.finished",
    ]


def test_the_same_file_twice_changes_nothing(
    prepare: Prepare, run: Callable[[Import], Import], products: dict[str, Product], alice: User
) -> None:
    run(prepare(LIST))
    again = prepare(LIST)
    assert again.counts == {"unchanged": 3, "failed": 2}
    with pytest.raises(Refused) as refused:
        running.start(again, by=alice)
    assert refused.value.code == "nothing"


def test_a_file_may_only_change_what_exists(
    prepare: Prepare, run: Callable[[Import], Import], products: dict[str, Product]
) -> None:
    source = run(prepare("Code;Nom;Prix\nP0001;Filtre G4 592x592;25,90\nX1;Neuf;1,00\n", creates=False))
    assert source.counts == {"changed": 1, "skipped": 1}
    assert Product.objects.count() == 2


def test_empty_cells_keep_the_value_unless_they_are_told_to_empty_it(
    prepare: Prepare, run: Callable[[Import], Import], products: dict[str, Product], alice: User
) -> None:
    services.update_product(products["P0001"], by=alice, purchase_price=Decimal(9), description="Ancien")
    text = "Code;Nom;Description;Prix d'achat;Prix de vente;Groupe\nP0001;;;;;\n"
    assert prepare(text).counts == {"unchanged": 1}
    source = run(prepare(text, clears=True))
    assert source.counts == {"changed": 1}
    product = Product.objects.get(number="P0001")
    assert (product.name, product.unit_price) == ("Filtre G4 592x592", Decimal("24.9000"))
    assert (product.description, product.purchase_price, product.group) == ("", None, None)


def test_a_row_finds_its_product_by_number_external_id_ean_or_name(
    prepare: Prepare, scope: Company, alice: User
) -> None:
    for number, fields in {
        "A": {"external_id": "e-1", "ean": "5412345000013"},
        "B": {"external_id": "e-2", "ean": "5412345000020"},
        "C": {},
    }.items():
        services.create_product(company=scope, by=alice, number=number, name=f"Product {number}", **fields)
    source = prepare(
        "Code;Nom;EAN;External id;Prix\n"
        "A;;;;1,00\n"  # by its number
        ";;;e-2;1,00\n"  # by its external id
        ";;5412345000020;;1,00\n"  # the same one by its EAN: a line too many
        ";Product C;;;1,00\n"  # by its name
        "D;Product A;5412345000013;e-1;1,00\n"  # another number is another product, though everything else fits
        ";Nouveau;5412345000099;;1,00\n"
    )
    assert outcomes(source) == [
        (2, "changed"), (3, "changed"), (4, "failed"), (5, "changed"), (6, "new"), (7, "new"),
    ]  # fmt: skip
    assert {line: list(found) for line, found in errors(source).items()} == {4: [""]}


def test_two_products_with_the_same_ean_are_not_guessed_between(prepare: Prepare, scope: Company, alice: User) -> None:
    for number in "AB":
        services.create_product(company=scope, by=alice, number=number, name=number, ean="5412345000013")
    source = prepare("EAN;Prix\n5412345000013;1,00\n", creates=False)
    assert list(errors(source)[2]) == ["ean"]
    assert prepare("Code;EAN;Prix\nB;5412345000013;1,00\n", creates=False).counts == {"changed": 1}


def test_a_new_product_twice_in_a_file_fails_the_second_time(prepare: Prepare, scope: Company) -> None:
    source = prepare("Code;Nom\nX1;Un\nX1;Un encore\nX2;Deux\n")
    assert outcomes(source) == [(2, "new"), (3, "failed"), (4, "new")]


def test_rows_without_a_number_get_the_next_one_after_those_that_bring_theirs(
    prepare: Prepare, run: Callable[[Import], Import], products: dict[str, Product]
) -> None:
    source = run(prepare("Code;Nom\n;Sans numéro\nP0008;Avec numéro\n;Sans non plus\n"))
    assert source.counts == {"new": 3}
    numbers = dict(Product.objects.values_list("name", "number"))
    assert [numbers[name] for name in ("Avec numéro", "Sans numéro", "Sans non plus")] == ["P0008", "P0009", "P0010"]


def test_what_a_service_refuses_fails_its_row_and_no_other(
    prepare: Prepare, run: Callable[[Import], Import], products: dict[str, Product], alice: User
) -> None:
    source = prepare("Code;Nom;External id\nX1;Un;e-1\nX2;Deux;e-2\nP0001;Filtre;e-3\n")
    assert source.counts == {"new": 2, "changed": 1}
    services.update_product(products["P0007"], by=alice, external_id="e-1")  # between preview and run
    source = run(source)
    assert source.counts == {"new": 1, "changed": 1, "failed": 1}
    assert {line: list(found) for line, found in errors(source).items()} == {2: ["external_id"]}
    assert sorted(Product.objects.values_list("number", "external_id")) == [
        ("P0001", "e-3"), ("P0007", "e-1"), ("X2", "e-2"),
    ]  # fmt: skip


def test_an_archived_product_comes_back_when_the_file_says_so(
    prepare: Prepare, run: Callable[[Import], Import], products: dict[str, Product], alice: User
) -> None:
    services.archive_product(products["P0001"], by=alice)
    assert prepare("Code;Nom\nP0001;Filtre G4 592x592\n").counts == {"unchanged": 1}
    run(prepare("Code;Actif\nP0001;oui\n", creates=False))
    assert Product.objects.get(number="P0001").is_active
    assert Event.objects.about(products["P0001"]).last().action == "products.product.activated"


def test_columns_are_remembered_for_the_next_file_with_the_same_headers(
    prepare: Prepare, scope: Company, alice: User
) -> None:
    columns = {"number": 0, "purchase_price": 2}
    prepare("A;B;C\nX1;Un;1,00\n", columns=columns, creates=False)
    next_month = prepare("A;B;C\nX2;Deux;2,00\nX3;Trois;3,00\n", creates=False)
    assert next_month.columns == columns
    assert prepare("A;B;D\nX2;Deux;2,00\n", columns=columns, creates=False).headers_key != next_month.headers_key


@pytest.mark.parametrize(
    ("columns", "options", "code"),
    [
        ({"unit_price": 1}, {"creates": False}, "no_match"),
        ({"number": 0}, {}, "needed"),
        ({"number": 0, "name": 0}, {}, "twice"),
    ],
)
def test_columns_that_lead_nowhere_are_refused(
    prepare: Prepare, columns: dict[str, int], options: dict[str, bool], code: str
) -> None:
    with pytest.raises(Refused) as refused:
        prepare("Code;Prix\nX1;1,00\n", columns=columns, **options)
    assert refused.value.code == code
    assert not ImportRow.objects.exists()


def test_a_run_that_broke_off_goes_on_with_what_is_left(
    prepare: Prepare, alice: User, scope: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "BATCH", 2)
    source = prepare("Code;Nom\n" + "".join(f"X{n};Nom {n}\n" for n in range(5)))
    Import.objects.filter(pk=source.pk).update(state="running")

    def dies(done: int, total: int) -> None:
        assert (done, total) != (4, 5)

    with pytest.raises(AssertionError):
        running.run(source.pk, by=alice, report=dies)
    assert Product.objects.count() == 4
    assert running.run(source.pk, by=alice, report=lambda done, total: None) == {"new": 5}
    assert Product.objects.count() == 5
    assert running.run(source.pk, by=alice, report=lambda done, total: None) == {}


def test_an_import_is_run_once(prepare: Prepare, run: Callable[[Import], Import], alice: User) -> None:
    source = run(prepare("Code;Nom\nX1;Un\n"))
    with pytest.raises(Conflict):
        running.start(source, by=alice)
    with pytest.raises(Conflict):
        preparing.discard(source, by=alice)
    with pytest.raises(Conflict):
        preparing.choose_columns(source, {"number": 0, "name": 1}, clears=False, creates=True, by=alice)
    assert Product.objects.count() == 1


def test_a_workbook_is_imported_with_its_numbers_dates_and_formulas_as_values(
    prepare: Prepare, run: Callable[[Import], Import], products: dict[str, Product]
) -> None:
    content = workbook(
        ["Tarif 2026"],
        [],
        ["Article", "Omschrijving", "Nettoprijs", "EAN", "BTW"],
        ["P0001", "Filtre G4 592x592", 12.1, 5412345000013, 0.21],
        [100234, "Ventiel", 0.30000000000000004, None, 21],
        [None, None, None, None, None],
    )
    source = run(prepare(content, name="prijzen.xlsx"))
    assert source.counts == {"changed": 1, "new": 1}
    first = Product.objects.get(number="P0001")
    assert (first.purchase_price, first.ean, first.vat_rate) == (Decimal("12.1000"), "5412345000013", Decimal("21.00"))
    assert Product.objects.get(number="100234").purchase_price == Decimal("0.3000")


def test_groups_that_are_named_are_made_once(prepare: Prepare, run: Callable[[Import], Import], scope: Company) -> None:
    run(prepare("Code;Nom;Groupe\nX1;Un;Gaz\nX2;Deux;Gaz\n"))
    assert [(group.name, group.products.count()) for group in ProductGroup.objects.all()] == [("Gaz", 2)]
