"""The files that go out: a sheet as CSV or workbook with the columns that come in, and the rows that failed."""

from collections.abc import Iterator
from typing import Any

from core import files
from core.sheets import Sheet
from core.sheets.texts import csv_of
from exchange import reading
from exchange.models import Import, ImportRow, Outcome
from exchange.planning import WHOLE_ROW
from exchange.services.preparing import REASON

CSV, XLSX = "csv", "xlsx"
MEDIA_TYPES = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
AT_ONCE = 2_000


def export(sheet: Sheet, format: str) -> bytes:
    """Every object of the sheet in the reader's language; Belgian spreadsheets open the CSV as it is."""
    headers = [str(column.label) for column in sheet.columns]
    if format == XLSX:
        from exchange.services import workbook  # 6 MB of every web process, for a file now and then

        return workbook.of(sheet, headers, _values(sheet))
    return csv_of([headers, *_written(sheet)])


def template(sheet: Sheet) -> bytes:
    """The headers alone, to be filled in."""
    return csv_of([[str(column.label) for column in sheet.columns]])


def failed_rows(source: Import) -> bytes:
    """The rows that failed as they stood in the file, each with its reason, to be mended and imported again."""
    content = files.read(source.file_key)
    labels = {column.key: str(column.label) for column in source.sheet.columns}
    rows = ImportRow.objects.filter(source=source, outcome=Outcome.FAILED)
    reasons = {row.line: "; ".join(_reasons(row, labels)) for row in rows}
    headers, _first = reading.look(content, source.how, 1)
    width = len(headers)
    failed = (
        [*(cells + [""] * width)[:width], reasons[line]]
        for line, cells in reading.data_rows(content, source.how)
        if line in reasons
    )
    return csv_of([[*headers, str(REASON)], *failed])


def _reasons(row: ImportRow, labels: dict[str, str]) -> Iterator[str]:
    for key, reason in row.errors.items():
        yield reason if key == WHOLE_ROW else f"{labels.get(key, key)}: {reason}"


def _written(sheet: Sheet) -> Iterator[list[str]]:
    for values in _values(sheet):
        yield [column.write(values[column.key]) for column in sheet.columns]


def _values(sheet: Sheet) -> Iterator[dict[str, Any]]:
    for obj in sheet.exported().iterator(chunk_size=AT_ONCE):
        yield sheet.values(obj)
