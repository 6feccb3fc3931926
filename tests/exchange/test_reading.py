import io
import zipfile
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from core import sheets
from core.errors import Refused
from core.sheets.texts import guard, unguard
from exchange import reading
from exchange.reading import Reading, guessing, texts
from tests.exchange.conftest import workbook

COLUMNS = sheets.get("products").columns
ROWS = [["Référence", "Désignation", "Prix net"], ["A1", "Élément", "1.234,56"], ["A2", "Câble 3/8", "12,50"]]


def lines(*rows: list[str], separator: str = ";", end: str = "\r\n") -> str:
    return "".join(separator.join(row) + end for row in rows)


def read(content: bytes) -> tuple[Reading, list[list[str]]]:
    how = guessing.guess(content, COLUMNS)
    return how, [cells for _line, cells in reading.rows(content, how)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_a_text_is_read_in_its_encoding_and_with_its_separator(encoding: str, separator: str) -> None:
    how, rows = read(lines(*ROWS, separator=separator).encode(encoding))
    assert rows == ROWS
    assert (how.separator, how.header, how.decimal) == (separator, 1, ",")


def test_a_comma_between_columns_goes_with_decimal_points_or_quotes() -> None:
    how, rows = read(b'SKU,Title,List price\nA1,"Pipe, copper",1234.5\nA2,Valve,"1,000.25"\n')
    assert (how.separator, how.decimal) == (",", ".")
    assert rows[1:] == [["A1", "Pipe, copper", "1234.5"], ["A2", "Valve", "1,000.25"]]


def test_decimal_commas_in_every_row_are_no_separators() -> None:
    how, rows = read(b"Code;Prix\nA;1,50\nB;2,25\nC;3,75\n")
    assert (how.separator, how.decimal, rows[1]) == (";", ",", ["A", "1,50"])


def test_the_line_by_which_excel_names_the_separator_is_no_row() -> None:
    content = b"sep=;\r\nCode;Nom\r\nA,1;Un\r\n"
    how, rows = read(content)
    assert (how.separator, how.header) == (";", 2)
    assert rows == [["Code", "Nom"], ["A,1", "Un"]]


def test_titles_and_empty_rows_above_the_headers_are_passed() -> None:
    how, _rows = read("Tarif 2026;;\n;;\nGrossiste SA;;\nRéf.;Libellé;Tarif\nA;Un;1,00\n".encode())
    assert how.header == 4
    content = b'Code;Nom\n\n;;\nA;Un\n"B";"Deux\nlignes"\nC;Trois\n'
    assert list(reading.data_rows(content, guessing.guess(content, COLUMNS))) == [
        (4, ["A", "Un"]), (5, ["B", "Deux\nlignes"]), (7, ["C", "Trois"]),
    ]  # fmt: skip


def test_a_file_without_headers_calls_its_columns_by_letters() -> None:
    content = b"A1;Vanne;12,50\nA2;Filtre;3,00\n"
    how = guessing.guess(content, COLUMNS)
    assert how.header == 0
    assert reading.look(content, how, 5)[0] == ["A", "B", "C"]
    assert reading.letters(25) + reading.letters(26) + reading.letters(701) == "ZAAZZ"


@pytest.mark.parametrize(
    ("cells", "sign"),
    [
        (["12,50", "3,00"], ","),
        (["12.50", "3.00"], "."),
        (["1.234,56"], ","),
        (["1,234.56"], "."),
        (["1.234", "12"], ","),
        (["1.234.567"], ","),
        (["1,234,567"], "."),
        (["0.125"], "."),
        (["1234.567"], "."),
        (["A1.5", "x,y", ""], ","),
        (["€ 12.50", "1,234"], "."),
        ([], ","),
    ],
)
def test_the_decimal_sign_is_the_one_that_numbers_prove(cells: list[str], sign: str) -> None:
    assert guessing.guess_decimal(cells) == sign


@given(
    rows=st.lists(
        st.lists(
            st.text(st.characters(codec="utf-8", exclude_characters="\x00\ufeff\r"), max_size=12),
            min_size=3,
            max_size=3,
        ),
        min_size=1,
        max_size=8,
    )
)
@settings(deadline=None)
def test_what_a_spreadsheet_writes_is_read_back(rows: list[list[str]]) -> None:
    import csv

    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerows(rows)
    found = list(texts.rows(text.getvalue().encode("utf-8"), "utf-8", ";"))
    if not text.getvalue().casefold().startswith("sep="):
        assert [cells for _line, cells in found] == [[cell.strip() for cell in row] for row in rows]


@given(content=st.binary(max_size=400))
@settings(deadline=None)
def test_any_bytes_are_a_list_or_refused(content: bytes) -> None:
    try:
        how = guessing.guess(content, COLUMNS)
        list(reading.rows(content, how))
    except Refused as refused:
        assert refused.code in {"empty", "no_list", "unreadable", "too_wide", "old_workbook", "web_page"}  # noqa: PT017


@given(text=st.text(max_size=20))
def test_a_guarded_text_is_given_back_and_never_begins_a_formula(text: str) -> None:
    assert unguard(guard(text)) == text
    assert not guard(text).startswith(("=", "+", "-", "@", "\t", "\r"))


def test_a_workbook_gives_values_as_texts() -> None:
    content = workbook(
        ["Tarif"], ["Article", "Omschrijving", "Prijs", "EAN"], ["007", "Ventiel", 12.5, 5412345000013], [],
        [1001, True, 1234567.891, None], title="Prijzen",
    )  # fmt: skip
    how, rows = read(content)
    assert (how.tab, how.header, how.decimal) == ("Prijzen", 2, ",")
    assert rows[2:] == [["007", "Ventiel", "12,5", "5412345000013"], ["1001", "true", "1234567,891"]]


def test_the_sheet_with_known_headers_is_chosen_and_a_merged_title_is_passed() -> None:
    book = Workbook()
    book.active.title = "Lisez-moi"
    book.active.append(["Conditions générales", "de vente"])
    page = book.create_sheet("Tarif")
    page.append(["Prix valables dès janvier", None, None])
    page.merge_cells("A1:C1")
    page.append(["Réf", "Désignation", "Prix"])
    page.append(["A1", "Vanne", "1,234.50"])
    stored = io.BytesIO()
    book.save(stored)
    how, rows = read(stored.getvalue())
    assert (how.tab, how.header, how.decimal) == ("Tarif", 2, ".")
    assert rows[2] == ["A1", "Vanne", "1,234.50"]


def packed(**parts: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return content.getvalue()


def test_a_bomb_is_not_unpacked() -> None:
    content = packed(**{"xl/sharedStrings.xml": b"a" * 160_000_000})
    assert len(content) < 500_000
    with pytest.raises(Refused) as refused:
        guessing.guess(content, COLUMNS)
    assert refused.value.code == "too_large"


def rewritten(content: bytes, name: str, change: Any) -> bytes:
    """A workbook with one of its parts changed."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {part: archive.read(part) for part in archive.namelist()}
    return packed(**{part: change(data) if part == name else data for part, data in parts.items()})


def test_entities_that_grow_are_refused() -> None:
    bomb = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    evil = f'<!DOCTYPE x [<!ENTITY e0 "{"ha" * 50}">{bomb}]>'.encode()
    content = rewritten(
        workbook(["Code", "Nom"], ["A", "Un"]),
        "xl/worksheets/sheet1.xml",
        lambda data: evil + data.replace(b"<t>Un</t>", b"<t>&e9;</t>"),
    )
    with pytest.raises(Refused) as refused:
        list(reading.rows(content, guessing.guess(content, COLUMNS)))
    assert refused.value.code == "unreadable"


def test_a_sheet_that_lies_about_its_size_is_read_by_its_rows() -> None:
    content = rewritten(
        workbook(["Code", "Nom"], ["A", "Un"]),
        "xl/worksheets/sheet1.xml",
        lambda data: data.replace(b'ref="A1:B2"', b'ref="A1:XFD1048576"'),
    )
    assert read(content)[1] == [["Code", "Nom"], ["A", "Un"]]


NO_LISTS = {
    "nothing": (b"", "empty"),
    "blanks": (b" \r\n ", "empty"),
    "pdf": (b"%PDF-1.7\n", "no_list"),
    "picture": (b"\x89PNG\r\n\x1a\n", "no_list"),
    "bytes": (bytes(range(256)) * 4, "no_list"),
    "zeroes": (b"\x7fELF" + bytes(4000), "no_list"),
    "old": (b"\xd0\xcf\x11\xe0" + bytes(100), "old_workbook"),
    "page": (b"<html><table><tr><td>1</td></tr></table>", "web_page"),
    "half": (b"PK\x03\x04 broken", "unreadable"),
    "archive": (packed(**{"hello.txt": b"hello"}), "unreadable"),
    "quote": (b'Code;Nom\nA;"' + b"x" * 140_000, "unreadable"),
    "wide": (b"a" + b";" * 300 + b"z", "too_wide"),
}


@pytest.mark.parametrize(("content", "code"), NO_LISTS.values(), ids=NO_LISTS)
def test_what_is_no_list_is_refused_with_a_reason(content: bytes, code: str) -> None:
    with pytest.raises(Refused) as refused:
        list(reading.rows(content, guessing.guess(content, COLUMNS)))
    assert (refused.value.code, bool(refused.value.message)) == (code, True)


def test_more_rows_than_fit_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_ROWS", 3)
    content = b"Code;Nom\n" + b"A;Un\n" * 4
    with pytest.raises(Refused) as refused:
        list(reading.rows(content, Reading(encoding="utf-8", separator=";")))
    assert refused.value.code == "too_long"


@pytest.mark.parametrize(
    ("headers", "columns"),
    [
        (
            ["Réf.", "Désignation article", "Prix d'achat HTVA", "Prix public", "TVA", "Code EAN"],
            {"number": 0, "name": 1, "purchase_price": 2, "unit_price": 3, "vat_rate": 4, "ean": 5},
        ),
        (
            ["Artikelnummer", "Omschrijving", "Nettoprijs", "Brutoprijs", "Eenheid", "BTW"],
            {"number": 0, "name": 1, "purchase_price": 2, "unit_price": 3, "unit": 4, "vat_rate": 5},
        ),
        (["SKU", "Product name", "Cost", "Price", "Category"],
         {"number": 0, "name": 1, "purchase_price": 2, "unit_price": 3, "group": 4}),
    ],
)  # fmt: skip
def test_headers_are_understood_in_three_languages(headers: list[str], columns: dict[str, int]) -> None:
    found = guessing.guess_columns(headers, COLUMNS)
    assert {key: found.get(key) for key in columns} == columns
