"""A sheet as a workbook (.xlsx): numbers stay numbers, everything else is a text, so that no code loses its zeroes and
nothing is a formula. Imported where it is used: what it stands on is large.
"""

import io
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

from core.sheets import Sheet
from exchange import reading


def of(sheet: Sheet, headers: Sequence[str], objects: Iterable[Mapping[str, Any]]) -> bytes:
    """The bytes of the file, with a row for the values of each object."""
    book = Workbook(write_only=True)
    page = book.create_sheet(str(sheet.label)[:31])
    page.freeze_panes = "A2"
    for index, column in enumerate(sheet.columns):
        page.column_dimensions[reading.letters(index)].width = 40 if column.is_needed else 16
    page.append([_cell(page, header, is_bold=True) for header in headers])
    for values in objects:
        page.append(
            [
                value if isinstance(value := values[column.key], Decimal) else _cell(page, column.write(value))
                for column in sheet.columns
            ]
        )
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _cell(page: Any, text: str, *, is_bold: bool = False) -> Any:
    text = ILLEGAL_CHARACTERS_RE.sub("", text)
    if not (is_bold or text.startswith("=")):
        return text or None
    cell = WriteOnlyCell(page, text)
    cell.data_type = "s"
    cell.font = Font(bold=is_bold)
    return cell
