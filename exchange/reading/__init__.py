"""From the bytes of a file to rows of texts: what was guessed stands in `Reading`, where a person can change it."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext as _

from core.errors import Refused
from core.sheets.columns import COMMA
from exchange.reading import texts, workbooks

MOST_BYTES = 20 * 1024 * 1024
MOST_ROWS = 50_000
MOST_COLUMNS = 200
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_OTHERS = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")

type Row = tuple[int, list[str]]


@dataclass(frozen=True)
class Reading:
    """How a file is read. `tab` is a workbook's sheet and empty for a text; `header` is the line of the headers, 0 for
    none; `decimal` is the decimal sign."""

    tab: str = ""
    encoding: str = ""
    separator: str = ""
    header: int = 0
    decimal: str = COMMA

    @property
    def is_workbook(self) -> bool:
        return bool(self.tab)

    def kept(self) -> dict[str, Any]:
        return asdict(self)


def is_workbook(content: bytes) -> bool:
    """Whether these bytes are a workbook; what is neither a workbook nor a text is refused."""
    if not content.strip():
        raise Refused(_("This file is empty."), code="empty")
    if content.startswith(_ZIP):
        return True
    if content.startswith(_OLE):
        message = _("This is an old or a protected workbook. Save it as .xlsx without a password, or as CSV.")
        raise Refused(message, code="old_workbook")
    start = content[:2048].lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<?xml")):
        message = _("This is a web page under another name. Open it in a spreadsheet and save it as .xlsx or CSV.")
        raise Refused(message, code="web_page")
    if content.startswith(_OTHERS) or not texts.is_text(content):
        raise Refused(_("This is no list. Choose a CSV or an .xlsx file."), code="no_list")
    return False


def rows(content: bytes, reading: Reading) -> Iterator[Row]:
    """Every row that is not empty, with its line in the file; the headers are among them."""
    lines = (
        workbooks.rows(content, reading.tab, reading.decimal)
        if reading.is_workbook
        else texts.rows(content, reading.encoding, reading.separator)
    )
    count = 0
    for line, cells in lines:
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            continue
        count += 1
        if len(cells) > MOST_COLUMNS:
            message = _("Line %(line)s has more than %(most)s columns. Check the separator, or remove columns.")
            raise Refused(message % {"line": line, "most": MOST_COLUMNS}, code="too_wide")
        if count > MOST_ROWS + 1:
            message = _("This file has more than %(most)s rows. Split it into several files.")
            raise Refused(message % {"most": MOST_ROWS}, code="too_long")
        yield line, cells


def data_rows(content: bytes, reading: Reading) -> Iterator[Row]:
    """The rows below the headers."""
    return (row for row in rows(content, reading) if row[0] > reading.header)


def look(content: bytes, reading: Reading, count: int) -> tuple[list[str], list[list[str]]]:
    """What the columns are called, by header or else by letter, and the first rows of data."""
    named: list[str] = []
    first: list[list[str]] = []
    for line, cells in rows(content, reading):
        if line == reading.header:
            named = cells
        elif line > reading.header:
            first.append(cells)
            if len(first) == count:
                break
    width = max([len(named), *map(len, first)])
    headers = [(named[index] if index < len(named) else "") or letters(index) for index in range(width)]
    return headers, [cells + [""] * (width - len(cells)) for cells in first]


def letters(index: int) -> str:
    """A, B, …, Z, AA: what a spreadsheet calls the column."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name
