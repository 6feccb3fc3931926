"""Text files: encodings and separators as Belgian programs write them."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import Refused

ENCODINGS = {
    "utf-8": "UTF-8",
    "cp1252": gettext_lazy("Windows (Western Europe)"),
    "utf-16": "UTF-16",
    "cp850": gettext_lazy("DOS (Western Europe)"),
    "mac_roman": "Mac",
}
SEPARATORS = {
    ";": gettext_lazy("Semicolon ;"),
    ",": gettext_lazy("Comma ,"),
    "\t": gettext_lazy("Tab"),
    "|": gettext_lazy("Bar |"),
}
SAMPLE = 50
_UNSTORABLE = re.compile("[\x00\ud800-\udfff\ufeff]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_ANNOUNCED = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)  # a line by which Excel tells the separator


def is_text(content: bytes) -> bool:
    """Whether the bytes can be a text; control characters betray everything else."""
    beginning = content[:65_536]
    return not _CONTROL.search(beginning.decode(guess_encoding(beginning), errors="replace"))


def guess_encoding(content: bytes) -> str:
    """By its mark, else UTF-8 if the whole file is, else UTF-16 by its zeroes, else what Windows writes in Belgium."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if content.count(0, 0, 4096) * 3 > len(content[:4096]):
        return "utf-16"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def decode(content: bytes, encoding: str) -> str:
    """The text, without what cannot be stored; a byte that means nothing in the encoding becomes a question mark."""
    return _UNSTORABLE.sub("", content.decode(encoding, errors="replace"))


def guess_separator(text: str) -> str:
    """The one that cuts most of the first rows into equally many cells; the more cells, the better.

    csv.Sniffer takes a decimal comma that stands in every row for a separator.
    """
    if announced := _ANNOUNCED.match(text):
        return announced[1] if announced[1] in SEPARATORS else ";"

    def agreement(separator: str) -> tuple[bool, float]:
        widths = [len(cells) for _line, cells in _first_rows(text, separator)]
        width, often = Counter(widths).most_common(1)[0] if widths else (1, 1)
        return width > 1, often / max(1, len(widths)) * width

    return max(SEPARATORS, key=agreement)


def rows(content: bytes, encoding: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Each row with the line it begins on."""
    return _rows(decode(content, encoding), separator)


def _first_rows(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    beginning = text[:65_536]
    if len(text) > len(beginning):
        beginning = beginning[: beginning.rfind("\n") + 1] or beginning
    try:
        for count, row in enumerate(_rows(beginning, separator)):
            if count == SAMPLE:
                return
            if any(row[1]):
                yield row
    except Refused:
        return


def _rows(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    announced = _ANNOUNCED.match(text)
    skipped = 1 if announced else 0
    reader = csv.reader(io.StringIO(text[announced.end() :] if announced else text, newline=""), delimiter=separator)
    line = 1
    try:
        for cells in reader:
            yield line + skipped, [cell.strip() for cell in cells]
            line = reader.line_num + 1
    except csv.Error as error:
        message = _("Line %(line)s cannot be read: a quotation mark is probably never closed.")
        raise Refused(message % {"line": line + skipped}, code="unreadable") from error
