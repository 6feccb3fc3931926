"""A spreadsheet runs what begins with = + - or @. Such a text goes out behind an apostrophe and comes back without."""

import re

_DANGEROUS = re.compile(r"'*[=+\-@\t\r]")
_GUARDED = re.compile(r"'+[=+\-@\t\r]")


def guard(text: str) -> str:
    """The text as it goes into a CSV cell; `unguard` gives every text back."""
    return f"'{text}" if _DANGEROUS.match(text) else text


def unguard(text: str) -> str:
    return text[1:] if _GUARDED.match(text) else text
