"""CSV that Belgian spreadsheets open as it is.

A spreadsheet runs what begins with = + - or @. Such a text goes out behind an apostrophe and comes back without.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence

_DANGEROUS = re.compile(r"'*[=+\-@\t\r]")
_GUARDED = re.compile(r"'+[=+\-@\t\r]")


def guard(text: str) -> str:
    """The text as it goes into a CSV cell; `unguard` gives every text back."""
    return f"'{text}" if _DANGEROUS.match(text) else text


def unguard(text: str) -> str:
    return text[1:] if _GUARDED.match(text) else text


def csv_of(rows: Iterable[Sequence[str]]) -> bytes:
    """The bytes of a file with these rows, every cell guarded."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerows([guard(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")
