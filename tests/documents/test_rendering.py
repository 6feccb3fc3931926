"""What a printed document says: amounts, words and columns, page after page, and what it refuses."""

import io
from dataclasses import replace
from datetime import date
from decimal import Decimal
from threading import Thread

import pikepdf
import pytest
from pytest_httpserver import HTTPServer

from documents.rendering import colours, render
from documents.rendering.labels import DUTCH, ENGLISH, FRENCH
from documents.rendering.model import PrintDocument, PrintLine, PrintLogo, PrintTheme, PrintVat
from tests.documents import rendering_samples as samples
from tests.documents.paper import NB, glyph_boxes, image, printed, run_python, text, texts

pytestmark = pytest.mark.once

D = Decimal


@pytest.mark.parametrize(
    ("document", "written"),
    [
        (samples.work_order(), [f"Total TVA comprise 1{NB}031,73{NB}€", f"−250,00{NB}€", f"À payer 781,73{NB}€"]),
        (samples.reverse_charge(), [f"Totaal zonder btw €{NB}1.772,78", f"Btw €{NB}0,00", "Verlegd 1.772,78 0,00"]),
        (samples.english(), [f"Total excluding VAT 1.478,55{NB}€", f"Amount due 1.789,05{NB}€"]),
        (samples.renovation(), [f"6{NB}% 7{NB}138,00 428,28", f"21{NB}% 114,00 23,94", f"À payer 7{NB}704,22{NB}€"]),
    ],
    ids=["french", "dutch", "english", "two rates"],
)
def test_amounts_are_written_as_the_customer_reads_them(document: PrintDocument, written: list[str]) -> None:
    content = text(document)
    assert [part for part in written if part not in content] == []


def test_dates_stand_in_the_facts_strip_in_the_customers_language() -> None:
    assert f"Date de facture\n24{NB}novembre{NB}2026" in text(samples.work_order())
    assert f"Vervaldatum\n24{NB}december{NB}2026" in text(samples.reverse_charge())
    assert f"Date of supply\n18{NB}November{NB}2026" in text(samples.english())


@pytest.mark.parametrize(
    ("quantity", "unit", "written"),
    [
        ("2.5", "HUR", "2:30 h"),
        ("0.83333334", "HUR", "0:50 h"),
        ("0.83", "HUR", "0,83 h"),  # 49.8 minutes: 0:50 would not multiply out
        ("-0.25", "HUR", "−0:15 h"),
        ("42.50", "KMT", "42,5 km"),
        ("1250", "C62", f"1{NB}250 pce"),
        ("3", "XCR", "3 XCR"),  # a unit without a name of ours prints its code
    ],
)
def test_a_quantity_prints_with_its_unit(quantity: str, unit: str, written: str) -> None:
    line = samples.item("Pose", quantity, unit, "10.00", "100.00")
    assert f"Pose {written} 10,00 100,00" in text(samples.invoice((line,)))


def test_a_unit_price_shows_the_decimals_it_has() -> None:
    line = samples.item("Vis", "1000", "C62", "0.0425", "42.50")
    assert f"Vis 1{NB}000 pce 0,0425 42,50" in text(samples.invoice((line,)))


def test_discount_and_vat_columns_appear_only_when_earned() -> None:
    assert "Description Quantité Prix unitaire Total HTVA" in text(samples.plain())
    assert "Description Quantité Prix unitaire Remise Total HTVA" in text(samples.work_order())
    assert "Description Quantité Prix unitaire TVA Total HTVA" in text(samples.renovation())
    assert f"118,40 −10{NB}% 106,56" in text(samples.work_order())


def test_five_hundred_lines_repeat_the_head_and_number_every_page() -> None:
    pages = texts(printed(samples.plain(500)))
    assert len(pages) == 16
    for position, page in enumerate(pages, start=1):
        assert page.count("Description Quantité Prix unitaire Total HTVA") == 1
        assert f"{position} / 16" in page
        assert (
            page.count("Frigotech SRL · Rue de l’Industrie 18, 1070 Bruxelles · TVA BE 0123.456.749 · RPM Bruxelles")
            == 1
        )
    assert sum(page.count("Presse-étoupe M20 12 pce 2,15 25,80") for page in pages) == 41
    assert "Facture 2026-0142" in pages[1]
    assert "Boulangerie Dupont SRL" in pages[1]


@pytest.mark.parametrize("count", [2, 12, 13, 14, 16, 40, 42])
@pytest.mark.parametrize("ending", ["plain", "section", "clause"])
def test_totals_never_stand_without_two_priced_rows(count: int, ending: str) -> None:
    lines = samples.parts(count)
    if ending == "section":  # the last row is the only one of its section
        lines = (*lines[:-1], samples.section("Divers"), lines[-1])
    mentions = (samples.RENOVATION_CLAUSE,) if ending == "clause" else ()
    pages = texts(printed(samples.invoice((samples.ORDER, *lines), mentions=mentions)))
    closing = pages[-1]
    assert "Total hors TVA" in closing
    assert "IBAN\nBE68" in closing
    assert closing.count(" pce ") >= 2
    if ending == "section":
        assert closing.index("Divers") < closing.index("Total hors TVA")
    if ending == "clause":
        assert "amendes dus." in closing


@pytest.mark.parametrize("count", [8, 9, 13, 17, 18])
def test_a_short_note_never_leaves_its_heading_behind(count: int) -> None:
    document = replace(samples.renovation(), lines=samples.parts(count), note="Prochain entretien en novembre.")
    pages = texts(printed(document))
    assert "Remarque\nProchain entretien en novembre." in pages[-1].replace("\r", "")
    assert pages[-1].index("Total hors TVA") < pages[-1].index("Remarque") < pages[-1].index("IBAN\nBE68")


def test_a_section_title_is_never_last_on_a_page() -> None:
    for count in range(14, 22):
        lines = (*samples.parts(count), samples.section("Suite du chantier"), *samples.parts(4))
        for page in texts(printed(samples.invoice((samples.ORDER, *lines)))):
            if "Suite du chantier" in page:
                assert " pce " in page.partition("Suite du chantier")[2]


def test_a_row_of_many_lines_breaks_instead_of_leaving_a_white_page() -> None:
    memo = "\n".join(f"Constat {number}" for number in range(1, 121))
    line = samples.item("Rapport", "1", "C62", "50.00", "50.00", detail=memo)
    pages = texts(printed(samples.invoice((line,))))
    assert len(pages) == 3
    assert "Rapport\nConstat 1\n" in pages[0]
    assert [number for number in range(1, 121) if f"Constat {number}\n" not in "\n".join(pages)] == []
    assert [page.count("Description Quantité") for page in pages] == [1, 1, 1]


def test_a_short_note_stands_beside_the_totals_and_a_long_clause_below_the_panel() -> None:
    beside = text(samples.work_order())
    assert beside.index("Remarque") < beside.index("Total hors TVA")
    below = text(samples.renovation())
    assert below.index("IBAN\nBE68") < below.index("Taux de TVA : en l'absence")
    long_note = text(replace(samples.work_order(), note="Merci. " * 60))
    assert long_note.index("Total hors TVA") < long_note.index("Remarque") < long_note.index("IBAN\nBE68")


def test_an_introduction_stands_above_the_lines_and_moves_only_what_is_below_it() -> None:
    greeted = replace(samples.work_order(), intro="Madame, Monsieur,\nVoici le détail de nos travaux.")
    content = text(greeted)
    assert content.index("781,73") < content.index("Madame, Monsieur,\nVoici") < content.index("Description")
    assert glyph_boxes(printed(greeted), "Échéance") == glyph_boxes(printed(samples.work_order()), "Échéance")
    long = texts(printed(replace(samples.plain(2), intro="Bonjour. " * 1100)))
    assert len(long) == 3
    assert "Bonjour." in long[2].split("Description")[0]


def test_a_draft_has_neither_number_nor_panel() -> None:
    content = text(replace(samples.work_order(), is_draft=True))
    assert "Projet de facture sans numéro" in content.replace("\n", " ")
    assert "PROJET" in content
    assert "2026-0142" not in content
    assert "+++" not in content
    assert "Date de facture\n—" in text(samples.draft())


def test_a_credit_note_names_what_it_corrects_and_asks_for_no_payment() -> None:
    content = text(samples.credit_note())
    assert f"Corrige la facture 2026-0142\ndu 24{NB}novembre{NB}2026" in content
    assert f"En votre faveur 256,46{NB}€" in content
    assert samples.CREDIT_MENTION.split()[-1] in content
    assert "+++" not in content
    assert "Échéance" not in content


def test_seven_address_lines_are_folded_into_the_six_of_the_window() -> None:
    buyer = replace(
        samples.BAKERY, lines=("Service achats", "Bâtiment C", "Étage 4", "Rue Haute 1", "1000 Bruxelles", "Belgique")
    )
    content = text(replace(samples.plain(), buyer=buyer))
    assert (
        "Boulangerie Dupont SRL\nService achats\nBâtiment C\nÉtage 4\nRue Haute 1\n1000 Bruxelles, Belgique" in content
    )


def test_typed_text_prints_as_typed() -> None:
    typed = "<b>Joint</b> & \"vanne\" <img src='x'> {{ seller.name }} {% now %}"
    line = samples.item(typed, "1", "C62", "1.00", "1.00")
    buyer = replace(samples.BAKERY, name='Dupont & "Fils" <SRL>')
    content = text(samples.invoice((line,), buyer=buyer))
    assert typed in " ".join(content.split())
    assert 'Dupont & "Fils" <SRL>' in content


def test_nothing_outside_the_document_is_fetched(httpserver: HTTPServer, tmp_path) -> None:  # type: ignore[no-untyped-def]
    picture = tmp_path / "red.png"
    stream = io.BytesIO()
    image(printed(samples.plain())).resize((40, 40)).point(lambda _: 0).save(stream, "png")
    picture.write_bytes(stream.getvalue())
    shown = {}
    for name, url in {"remote": httpserver.url_for("/logo.png"), "file": picture.as_uri(), "none": ""}.items():
        link = f'<image href="{url}" width="120" height="26"/>' if url else ""
        svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="120" height="26">{link}</svg>'
        logo = PrintLogo(content=svg.encode(), media_type="image/svg+xml")
        seller = replace(samples.FRIGOTECH, logo=logo)
        line = samples.item(f"url({url}) <link rel=stylesheet href={url}>" if url else "x", "1", "C62", "1.00", "1.00")
        content = render(samples.invoice((line,), seller=seller))
        shown[name] = image(content).crop((0, 0, 1190, 160)).tobytes()
    assert httpserver.log == []
    assert shown["remote"] == shown["file"] == shown["none"]


def test_a_broken_logo_leaves_the_document_readable() -> None:
    seller = replace(samples.FRIGOTECH, logo=PrintLogo(content=b"not an image", media_type="image/png"))
    assert f"À payer 962,80{NB}€" in text(replace(samples.plain(), seller=seller))


def test_the_file_names_itself_its_author_and_its_language() -> None:
    with pikepdf.open(io.BytesIO(printed(samples.reverse_charge()))) as pdf:
        assert pdf.docinfo["/Title"] == "Factuur 2026-0151"
        assert pdf.docinfo["/Author"] == "Frigotech SRL"
        assert pdf.Root["/Lang"] == "nl"


def test_the_same_document_gives_the_same_bytes_in_any_process() -> None:
    code = (
        "import hashlib; from tests.documents import rendering_samples as s; from documents.rendering import render;"
        "print(hashlib.sha256(render(s.work_order())).hexdigest())"
    )
    prints = {run_python(code, PYTHONHASHSEED=seed).stdout for seed in ("1", "2")}
    assert len(prints) == 1
    assert len(prints.pop()) == 65
    assert render(samples.work_order()) == render(samples.work_order())


def test_threads_print_side_by_side() -> None:
    made: list[bytes] = []
    threads = [Thread(target=lambda: made.append(render(samples.credit_note()))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [printed(samples.credit_note())] * 4


def test_the_print_model_loads_neither_database_nor_engine() -> None:
    code = (
        "import sys, documents.rendering.model, documents.rendering;"
        "print([name for name in sys.modules if name.startswith(('django.db', 'weasyprint'))])"
    )
    assert run_python(code).stdout == "[]\n"


def test_missing_fonts_are_refused_with_the_command_that_builds_them(tmp_path) -> None:  # type: ignore[no-untyped-def]
    code = (
        f"from django.conf import settings; settings.configure(BASE_DIR={str(tmp_path)!r});"
        "from documents.rendering import engine; engine.pdf('<p>', {})"
    )
    result = run_python(code)
    assert result.returncode == 1
    assert "are missing: run `make setup`, which builds them." in result.stderr


def test_it_prints_without_the_subsetting_library_too() -> None:
    code = (
        "import cffi; original = cffi.FFI.dlopen\n"
        "def hidden(self, name, *flags):\n"
        "    if name and 'subset' in name: raise OSError(name)\n"
        "    return original(self, name, *flags)\n"
        "cffi.FFI.dlopen = hidden\n"
        "import sys; from tests.documents import rendering_samples as s; from documents.rendering import render\n"
        "sys.stdout.buffer.write(str(len(render(s.plain()))).encode())"
    )
    result = run_python(code, "-W", "error")
    assert result.stderr == ""
    assert int(result.stdout) > 2 * len(printed(samples.plain()))  # whole fonts inside


@pytest.mark.parametrize(
    ("brand", "printed_as"),
    [("#0e5a73", "#0e5a73"), ("#ffd400", "#8c7500"), ("#ffffff", "#757575"), ("#B3261E", "#B3261E")],
)
def test_a_pale_brand_is_darkened_until_it_reads(brand: str, printed_as: str) -> None:
    assert colours.readable(brand) == printed_as
    assert colours.contrast_with_white(printed_as) >= 4.5


def test_every_language_has_the_same_units_and_categories() -> None:
    for words in (DUTCH, ENGLISH):
        assert words.units.keys() == FRENCH.units.keys()
        assert words.categories.keys() == FRENCH.categories.keys()


def test_an_unprintable_model_is_refused() -> None:
    with pytest.raises(ValueError, match="#rrggbb"):
        PrintTheme(brand="red;background:url(x)")
    with pytest.raises(ValueError, match="draft"):
        replace(samples.plain(), number=None)
    with pytest.raises(ValueError, match="quantity"):
        samples.invoice((PrintLine(description="Pose", net=D("1.00")),))
    with pytest.raises(ValueError, match="amount"):
        samples.invoice((PrintLine(description="Pose", quantity=D(1), unit_price=D(1), vat_rate=D(21)),))


def test_other_currencies_print_their_sign_and_no_code() -> None:
    content = text(replace(samples.plain(), currency="USD", issue_date=date(2026, 12, 1)))
    assert f"À payer 962,80{NB}$US" in content
    assert "Scannez" not in content


def test_every_vat_category_is_named_in_the_tax_table() -> None:
    taxes = tuple(
        PrintVat(category=code, rate=D(0), base=D("10.00"), amount=D("0.00")) for code in ["AE", "K", "G", "E", "O"]
    )
    content = text(replace(samples.plain(), vat_lines=taxes))
    for name in ("Autoliquidation", "Intracommunautaire", "Exportation", "Exonéré", "Hors champ"):
        assert f"{name} 10,00 0,00" in content
