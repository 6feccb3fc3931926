"""Printed pages as a reader has them: their text, where it stands, and the ink."""

import functools
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pypdfium2
from django.conf import settings
from PIL import Image

from documents.rendering import render
from documents.rendering.model import PrintDocument

MM = 72 / 25.4  # points in a millimetre
NB = "\u00a0"

type Box = tuple[float, float, float, float]  # left, top, right, bottom in millimetres from the top left corner


@functools.cache
def printed(document: PrintDocument) -> bytes:
    """The PDF of a document, made once."""
    return render(document)


def texts(content: bytes) -> list[str]:
    """The text of each page, one line a text line."""
    return _pages(content, lambda page: page.get_textpage().get_text_range().replace("\r\n", "\n"))


def text(document: PrintDocument) -> str:
    """The text of all pages."""
    return "\n".join(texts(printed(document)))


def image(content: bytes, page: int = 0, scale: float = 2.0) -> Image.Image:
    """A page as it looks, `scale` dots a point."""
    return _pages(content, lambda one: one.render(scale=scale).to_pil().convert("RGB"))[page]


def crop(picture: Image.Image, box: Box, scale: float = 2.0) -> Image.Image:
    """The part of a page inside a box of millimetres."""
    left, top, right, bottom = (round(edge * MM * scale) for edge in box)
    return picture.crop((left, top, right, bottom))


def colours(picture: Image.Image) -> set[str]:
    """The colours that cover more than a thousandth of the picture, as #rrggbb."""
    counted = picture.getcolors(picture.width * picture.height) or []
    least = picture.width * picture.height / 1000
    return {"#{:02x}{:02x}{:02x}".format(*colour) for count, colour in counted if count > least}


def ink(picture: Image.Image) -> tuple[int, int, int, int] | None:
    """The box of everything that is not white, in dots."""
    return picture.convert("L").point(lambda level: 255 if level < 250 else 0).getbbox()


def glyph_boxes(content: bytes, wanted: str, page: int = 0) -> list[Box]:
    """The ink of each character of the first `wanted` on a page, in points from the top left corner."""

    def boxes(one: Any) -> list[Box]:
        textpage = one.get_textpage()
        start = textpage.get_text_range().index(wanted)
        found = (textpage.get_charbox(start + offset) for offset in range(len(wanted)))
        height = one.get_height()
        return [(left, height - top, right, height - bottom) for left, bottom, right, top in found]

    return _pages(content, boxes)[page]


def run_python(code: str, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A fresh interpreter in the project's folder: for what only a whole process shows."""
    return subprocess.run(
        [sys.executable, *options, "-c", code],
        cwd=settings.BASE_DIR,
        env={"DJANGO_SETTINGS_MODULE": "tests.settings", "PATH": "/usr/bin:/bin", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def _pages[Read](content: bytes, read: Callable[[Any], Read]) -> list[Read]:
    pdf = pypdfium2.PdfDocument(content)
    try:
        return [read(page) for page in pdf]
    finally:
        pdf.close()
