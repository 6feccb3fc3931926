"""Workbooks (.xlsx, .xlsm), read row by row: values in place of formulas, nothing is run, no bomb is unpacked."""

import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from decimal import Decimal
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from core.errors import Refused

MOST_PARTS = 2_000
MOST_UNPACKED = 150 * 1024 * 1024
MOST_LINES = 200_000  # empty ones included
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def first_rows(content: bytes, count: int) -> dict[str, list[tuple[int, list[Any]]]]:
    """The first rows of each sheet that are not empty, values as they are; visible sheets come first."""
    with _opened(content) as book:
        pages = sorted(book.worksheets, key=lambda page: page.sheet_state != "visible")
        return {page.title: list(islice(_lines(page), count)) for page in pages}


def rows(content: bytes, tab: str, decimal: str) -> Iterator[tuple[int, list[str]]]:
    """Each row with its line; numbers are written with the decimal sign that texts have."""
    with _opened(content) as book:
        if tab not in book.sheetnames:
            raise Refused(_("This workbook has no sheet called %(name)s.") % {"name": tab}, code="unknown_tab")
        for line, cells in _lines(book[tab]):
            yield line, [text(cell, decimal) for cell in cells]


def _lines(page: Any) -> Iterator[tuple[int, list[Any]]]:
    page.reset_dimensions()  # what a file says of its own size need not be true
    for line, cells in enumerate(page.iter_rows(values_only=True), start=1):
        if line > MOST_LINES:
            raise Refused(_("This sheet is too long. Remove its empty rows."), code="too_long")
        if any(cell is not None for cell in cells):
            yield line, list(cells)


@contextmanager
def _opened(content: bytes) -> Iterator[Any]:
    """The workbook; whatever a damaged or hostile file makes the reader raise is one sentence."""
    try:
        _refuse_bomb(content)
        from openpyxl import load_workbook  # 6 MB of every web process, for a file now and then

        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        try:
            yield book
        finally:
            book.close()
    except (Refused, GeneratorExit):
        raise
    except Exception as error:
        message = _("This workbook cannot be read. Open it in a spreadsheet and save it again as .xlsx.")
        raise Refused(message, code="unreadable") from error


def _refuse_bomb(content: bytes) -> None:
    """Refuse what would unpack to too much. The sizes it declares hold: the unpacker reads no further than they say."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise Refused(_("This workbook is too large once unpacked. Split it into several files."), code="too_large")


def text(value: Any, decimal: str) -> str:
    """What a cell says."""
    if value is None:
        return ""
    if isinstance(value, str):
        return _UNSTORABLE.sub("", value).strip()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        exact = Decimal(f"{value:.15g}")  # as many digits as a spreadsheet shows
        return f"{exact:f}".replace(".", decimal) if exact.is_finite() else ""
    if isinstance(value, datetime) and value.time() == time(0):
        return value.date().isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value).replace(".", decimal) if isinstance(value, Decimal) else str(value)
