import csv
import io
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.utils import translation
from openpyxl import load_workbook

from core import sheets
from customers.models import Party
from customers.services import create_party
from exchange.models import Import
from exchange.services import exporting
from products import services
from products.models import Product
from tests.exchange.conftest import Prepare, workbook
from users.models import Company, User


def table(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


@pytest.fixture
def strange(scope: Company, alice: User, products: dict[str, Product]) -> Product:
    """One whose every field is a trap for spreadsheets."""
    return services.create_product(
        company=scope, by=alice, number="-0012", name='=HYPERLINK("http://evil.example";"x")',
        description='@SUM(1+1)\nDeux; "lignes"', unit_price=Decimal("1234.5000"), purchase_price=Decimal("0.4415"),
        vat_rate=Decimal("6.00"), unit="MTK", price_includes_vat=True, renovation_rate="excluded", ean="0012345678905",
        external_id="'=quoted",
    )  # fmt: skip


@pytest.mark.parametrize("format", ["csv", "xlsx"])
@pytest.mark.parametrize(("written", "read"), [("fr", "fr"), ("nl", "fr"), ("en", "nl")])
def test_products_go_out_and_come_back_unchanged(
    prepare: Prepare, strange: Product, format: str, written: str, read: str
) -> None:
    with translation.override(written):
        content = exporting.export(sheets.get("products"), format)
    with translation.override(read):
        source = prepare(content, clears=True)
    assert source.counts == {"unchanged": 3}
    assert len(source.columns) == len(sheets.get("products").columns)


def test_an_edited_export_changes_what_was_edited(
    prepare: Prepare, run: Callable[[Import], Import], strange: Product
) -> None:
    content = exporting.export(sheets.get("products"), "csv").decode("utf-8-sig")
    assert content.count("1234,50") == 1
    run(prepare(content.replace("1234,50", "1.300,25").replace("Filtre G4 592x592", "Filtre G4")))
    assert dict(Product.objects.values_list("number", "unit_price")) == {
        "-0012": Decimal("1300.2500"), "P0001": Decimal("24.9000"), "P0007": Decimal("89.0000"),
    }  # fmt: skip
    assert Product.objects.get(number="P0001").name == "Filtre G4"
    strange.refresh_from_db()
    assert strange.name == '=HYPERLINK("http://evil.example";"x")'


def test_no_cell_of_a_csv_begins_a_formula(strange: Product) -> None:
    rows = table(exporting.export(sheets.get("products"), "csv"))
    assert rows[1][:3] == ["'-0012", '\'=HYPERLINK("http://evil.example";"x")', '\'@SUM(1+1)\nDeux; "lignes"']
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_a_workbook_holds_texts_and_numbers_but_no_formula(strange: Product) -> None:
    page = load_workbook(io.BytesIO(exporting.export(sheets.get("products"), "xlsx"))).active
    cells = {cell.value: cell.data_type for row in page.iter_rows() for cell in row if cell.value is not None}
    assert "f" not in cells.values()
    assert cells['=HYPERLINK("http://evil.example";"x")'] == "s"
    assert (cells[1234.5], cells["-0012"], cells["0012345678905"]) == ("n", "s", "s")


def test_customers_go_out_and_come_back_unchanged(prepare: Prepare, scope: Company, alice: User, dupont: Party) -> None:
    create_party(
        company=scope, by=alice, name="+Jan  Peeters", is_company=False, phone="+32 2 555 01 42", language="nl",
        postal_code="0800", country="NL", payment_term_days=0, is_supplier=True,
    )  # fmt: skip
    create_party(company=scope, by=alice, name="Faux", vat_number="BE0403019262", allow_invalid_vat=True)
    content = exporting.export(sheets.get("customers"), "csv")
    assert prepare(content, sheet="customers", clears=True).counts == {"unchanged": 3}
    content = exporting.export(sheets.get("customers"), "xlsx")
    assert prepare(content, sheet="customers", clears=True).counts == {"unchanged": 3}


def test_failed_rows_go_out_with_their_reasons_and_come_back_mended(
    prepare: Prepare, run: Callable[[Import], Import], products: dict[str, Product]
) -> None:
    source = prepare("Tarif\nCode;Nom;Prix;Rayon\nX1;Un;abc;=A1\nX2;Deux;2,00;B\n;;;\nX3;;3,00;C\n")
    rows = table(exporting.failed_rows(source))
    assert [row[:4] for row in rows] == [
        ["Code", "Nom", "Prix", "Rayon"],
        ["X1", "Un", "abc", "'=A1"],
        ["X3", "", "3,00", "C"],
    ]
    assert all(row[4] for row in rows)
    mended = exporting.failed_rows(source).decode("utf-8-sig").replace("abc", "1,00").replace("X3;", "X3;Trois")
    again = prepare(mended)
    assert again.headers_key == source.headers_key
    assert again.counts == {"new": 2}


def test_the_empty_file_has_every_column() -> None:
    rows = table(exporting.template(sheets.get("customers")))
    assert [len(row) for row in rows] == [len(sheets.get("customers").columns)]


def test_numbers_of_a_workbook_are_no_texts_in_disguise(prepare: Prepare, products: dict[str, Product]) -> None:
    content = workbook(["Code", "Prix"], ["P0001", 24.9], ["P0007", 89])
    assert prepare(content, creates=False).counts == {"unchanged": 2}
