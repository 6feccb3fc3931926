"""The ink on printed pages: text that extracts well can still be printed in garbled glyphs or in a chance font."""

import functools
import io
from dataclasses import replace
from itertools import pairwise

import pikepdf
import pytest
import zxingcpp
from django.conf import settings
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.ttLib import TTFont
from PIL import Image, ImageChops, ImageDraw, ImageFont, ImageStat

from documents.rendering import engine, render
from documents.rendering.labels import LABELS
from documents.rendering.model import PrintDocument, PrintLine, PrintTheme
from documents.rendering.payment_code import payment_lines
from tests.documents import rendering_samples as samples
from tests.documents.paper import Box, colours, crop, glyph_boxes, image, ink, printed, text

pytestmark = pytest.mark.once

SCALE = 24.0
WRITTEN = "Škoda Łódź 1\u202f031,73 € −5 × ²"


@functools.cache
def _page() -> tuple[bytes, Image.Image]:
    document = samples.invoice((PrintLine(role="text", description=WRITTEN),))
    return printed(document), image(printed(document), scale=SCALE)


def _glyph(font: ImageFont.FreeTypeFont, character: str, size: tuple[int, int]) -> Image.Image:
    """A character's ink, drawn alone and fitted to `size`."""
    canvas = Image.new("L", (600, 600), 255)
    ImageDraw.Draw(canvas).text((150, 150), character, font=font, fill=0)
    box = ink(canvas)
    assert box is not None
    return canvas.crop(box).resize(size)


def _difference(font_path: str) -> float:
    """How far the printed text is from the same text in a font: its worst character, 0 to 255."""
    content, page = _page()
    font = ImageFont.truetype(font_path, round(9 * SCALE))
    differences = []
    for character, (left, top, right, bottom) in zip(WRITTEN, glyph_boxes(content, WRITTEN), strict=True):
        if character.isspace():
            continue
        edges = (round(edge * SCALE) for edge in (left - 0.1, top - 0.1, right + 0.1, bottom + 0.1))
        around = page.crop(tuple(edges)).convert("L")
        box = ink(around)
        assert box is not None, f"{character} left no ink"
        shown = around.crop(box)
        expected = _glyph(font, character, shown.size)
        differences.append(ImageStat.Stat(ImageChops.difference(shown, expected)).mean[0])
    return max(differences)


def test_names_and_amounts_are_printed_in_the_glyphs_of_inter() -> None:
    assert _difference(str(engine.FONTS / "Inter-400.ttf")) < 33
    assert _difference(str(engine.FONTS / "Inter-600.ttf")) > 45  # the measure tells even the weights apart


@pytest.mark.parametrize("weight", [400, 600])
def test_the_merged_font_draws_every_character_as_its_source_does(weight: int) -> None:
    merged = TTFont(engine.FONTS / f"Inter-{weight}.ttf")
    folder = settings.BASE_DIR / "node_modules" / "@fontsource" / "inter" / "files"
    compared = 0
    for subset in ("latin-ext", "latin"):
        source = TTFont(folder / f"inter-{subset}-{weight}-normal.woff")
        for code in source.getBestCmap():
            assert _outline(merged, code) == _outline(source, code), f"U+{code:04X}"
            compared += 1
    assert compared > 900
    assert _outline(merged, 0x202F) == _outline(merged, 0x2009)


def _outline(font: TTFont, code: int) -> tuple[object, object]:
    name = font.getBestCmap()[code]
    pen = DecomposingRecordingPen(font.getGlyphSet())
    font.getGlyphSet()[name].draw(pen)
    return pen.value, font["hmtx"][name][0]


@pytest.mark.parametrize("document", [samples.work_order(), samples.reverse_charge(), samples.renovation()])
def test_no_second_font_enters_a_document(document: PrintDocument) -> None:
    narrow = replace(document, note="Délai\u202f: 8\u202f000\u202fh, non\u2011conforme")
    with pikepdf.open(io.BytesIO(render(narrow))) as pdf:
        fonts = {
            str(font["/BaseFont"]).partition("+")[2] for page in pdf.pages for font in page.resources["/Font"].values()
        }
    assert fonts == {"Invoice", "Invoice-Semi-Bold", "Figures", "Figures-Semi-Bold"}


@pytest.mark.parametrize("theme", ["calm", "minimal", "bold"])
@pytest.mark.parametrize("document", [samples.plain(), samples.reverse_charge()], ids=["fr", "nl"])
def test_the_payment_code_reads_back_from_the_page(document: PrintDocument, theme: str) -> None:
    page = image(printed(replace(document, theme=PrintTheme(name=theme))), page=-1, scale=3)  # type: ignore[arg-type]
    codes = zxingcpp.read_barcodes(page)
    assert document.payment is not None
    assert [code.text.split("\n") for code in codes] == [payment_lines(document.payment)]


def test_the_payment_code_holds_what_a_bank_expects() -> None:
    payment = samples.work_order().payment
    assert payment is not None
    assert payment_lines(payment) == [
        "BCD", "002", "1", "SCT", "TRIOBEBB", "Frigotech SRL", "BE68539007547034", "EUR781.73", "", "012600014252",
    ]  # fmt: skip


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_only_a_draft_carries_the_mark_under_its_text(language: str) -> None:
    area: Box = (60, 140, 150, 190)
    draft = replace(samples.plain(3), language=language, is_draft=True)
    assert "#eef1f3" in colours(crop(image(printed(draft)), area))
    assert LABELS[language].draft_mark in text(draft)
    assert "#eef1f3" not in colours(crop(image(printed(samples.plain(3))), area))


def test_the_mark_is_on_every_page_of_a_draft() -> None:
    content = printed(samples.draft())
    assert ["#eef1f3" in colours(image(content, page)) for page in (0, 1)] == [True, True]


@pytest.mark.parametrize(("window", "may_show"), [("right", (90.5, 34, 210, 93)), ("left", (0, 34, 114, 93))])
def test_nothing_but_the_address_lies_behind_the_window(window: str, may_show: Box) -> None:
    document = replace(samples.work_order(), theme=PrintTheme(window=window))  # type: ignore[arg-type]
    content = printed(document)
    box = ink(crop(image(content), may_show))
    assert box is not None
    left, top, right, bottom = (edge / 2 * 25.4 / 72 for edge in box)
    address = (114.9, 53, 190, 80) if window == "right" else (19.9, 53, 95, 80)
    assert may_show[0] + left >= address[0]
    assert may_show[1] + top >= address[1]
    assert may_show[0] + right <= address[2]
    assert may_show[1] + bottom <= address[3]


def test_themes_differ_by_their_colours_alone() -> None:
    head: Box = (20, 109, 190, 116)
    bar: Box = (0, 0, 210, 4)
    shown = {
        name: image(printed(replace(samples.plain(), theme=PrintTheme(name=name, brand="#b3261e"))))  # type: ignore[arg-type]
        for name in ("calm", "minimal", "bold")
    }
    assert [
        ("#b3261e" in colours(crop(page, head)), "#b3261e" in colours(crop(page, bar))) for page in shown.values()
    ] == [
        (True, False),  # a rule under the head
        (False, False),
        (True, True),
    ]
    assert text(replace(samples.plain(), theme=PrintTheme(name="bold"))) == text(samples.plain())


def test_figures_stand_in_columns() -> None:
    """The commas of a column stand above each other, since every figure is as wide as the next."""
    boxes = [glyph_boxes(printed(samples.plain()), amount) for amount in ("49,80", "193,50", "37,80", "59,10")]
    commas = [line[-3][0] for line in boxes]
    assert max(abs(first - second) for first, second in pairwise(commas)) < 0.05


def test_the_sheet_sets_all_that_the_engines_own_would(monkeypatch: pytest.MonkeyPatch) -> None:
    for document in (samples.work_order(), samples.credit_note(), samples.draft(), samples.renovation()):
        ours = image(printed(document))
        with monkeypatch.context() as patch:
            patch.delattr(engine._Sheet, "_ua_stylesheets")
            theirs = image(render(document))
        assert ImageChops.difference(ours, theirs).getbbox() is None
