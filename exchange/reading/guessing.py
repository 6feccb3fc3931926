"""What a file most likely is: separator, encoding, decimal sign, line of headers, and which column is which."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice

from core.sheets.columns import COMMA, POINT, Column
from core.sheets.words import fold
from exchange import reading
from exchange.reading import Reading, Row, texts, workbooks

LOOKED_AT = 30  # rows among which the headers are searched
SAMPLED = 500  # rows whose numbers tell the decimal sign
MORE_WORDS = 2  # that a header may have after the words that a column is known by
_NUMBER = re.compile(r"[+-]?\d[\d.,\s']*\d")


def guess(content: bytes, columns: Sequence[Column]) -> Reading:
    """How to read a file into these columns; Refused when it is no list."""
    return _guess_workbook(content, columns) if reading.is_workbook(content) else _guess_text(content, columns)


def _guess_text(content: bytes, columns: Sequence[Column]) -> Reading:
    encoding = texts.guess_encoding(content)
    found = Reading(encoding=encoding, separator=texts.guess_separator(texts.decode(content, encoding)))
    sample = list(islice(reading.rows(content, found), SAMPLED))
    header = _recognised(sample[:LOOKED_AT], columns)[1]
    return replace(found, header=header, decimal=guess_decimal(_below(sample, header)))


def _guess_workbook(content: bytes, columns: Sequence[Column]) -> Reading:
    """The sheet whose headers are known best; only texts tell a decimal sign, for numbers have none."""
    tabs = workbooks.first_rows(content, SAMPLED)
    best = Reading(tab=next(iter(tabs), ""))
    most = -1
    for tab, sample in tabs.items():
        first = [(line, [workbooks.text(cell, COMMA) for cell in cells]) for line, cells in sample[:LOOKED_AT]]
        known, header = _recognised(first, columns)
        if first and known > most:
            most = known
            said = [(line, [cell for cell in cells if isinstance(cell, str)]) for line, cells in sample]
            best = Reading(tab=tab, header=header, decimal=guess_decimal(_below(said, header)))
    return best


def _below(rows: Sequence[Row], header: int) -> Iterator[str]:
    return (cell for line, cells in rows if line > header for cell in cells)


def guess_decimal(cells: Iterable[str]) -> str:
    """The sign that most numbers prove; a comma where none does, as in 1.234 or 12."""
    votes = {COMMA: 0, POINT: 0}
    for cell in cells:
        bare = cell.replace("€", "").strip()
        if not _NUMBER.fullmatch(bare):
            continue
        commas, points = bare.count(COMMA), bare.count(POINT)
        if commas and points:
            votes[COMMA if bare.rfind(COMMA) > bare.rfind(POINT) else POINT] += 1
        elif commas + points > 1:  # only thousands are marked twice
            votes[POINT if commas else COMMA] += 1
        elif commas + points == 1:
            sign = COMMA if commas else POINT
            whole, fraction = bare.split(sign)
            if len(fraction) != 3 or len(whole.lstrip("+-")) > 3 or whole.lstrip("+-") == "0":
                votes[sign] += 1
    return POINT if votes[POINT] > votes[COMMA] else COMMA


def guess_columns(headers: Sequence[str], columns: Sequence[Column]) -> dict[str, int]:
    """Key of a column to its place in the file, by the words of the headers; each is used once, the best fit first."""
    fits = []
    for place, header in enumerate(headers):
        said = fold(header)
        for rank, column in enumerate(columns):
            for name in column.names:
                if said == name:
                    fits.append((-1_000, rank, place, column.key))
                elif name and said.startswith(f"{name} ") and said[len(name) :].count(" ") <= MORE_WORDS:
                    fits.append((-len(name), rank, place, column.key))
    chosen: dict[str, int] = {}
    for _fit, _rank, place, key in sorted(fits):
        if key not in chosen and place not in chosen.values():
            chosen[key] = place
    return chosen


def columns_for(headers: Sequence[str], columns: Sequence[Column], remembered: Mapping[str, int]) -> dict[str, int]:
    """As the last file with these headers was understood, else as the words say."""
    return {key: place for key, place in remembered.items() if place < len(headers)} or guess_columns(headers, columns)


def _recognised(rows: Sequence[Row], columns: Sequence[Column]) -> tuple[int, int]:
    """How many headers are known, and their line: where none is, that of the first full row, or 0 if it has digits."""
    best = max(rows, key=lambda row: len(guess_columns(row[1], columns)), default=None)
    if best is None:
        return 0, 0
    known = len(guess_columns(best[1], columns))
    if known > 1 or (known and len(best[1]) <= known + 1):
        return known, best[0]
    width = max(len(cells) for _line, cells in rows)
    full = next((row for row in rows if sum(map(bool, row[1])) * 2 >= width), rows[0])
    return 0, 0 if any(any(letter.isdigit() for letter in cell) for cell in full[1]) else full[0]
