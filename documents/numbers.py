"""The format language of numbers: `(n)` the counter padded to n digits, `%Y` and `%y` the year, `%m` the month."""

import re
from datetime import date

from django.utils.translation import gettext as _

from core.errors import Refused

_COUNTER = re.compile(r"\((\d)\)")
_TAGS = re.compile(r"%(.)")


def check(text: str) -> str:
    """The format, when it can number documents; else Refused with what is wrong."""
    if len(_COUNTER.findall(text)) != 1 or not 1 <= int(_COUNTER.findall(text)[0]) <= 9:
        raise Refused(
            _("A number format needs the counter once, as (n) with n from 1 to 9, for example %Y-(4)."),
            code="invalid",
            pointer="/format",
        )
    unknown = set(_TAGS.findall(text)) - set("Yym")
    if unknown or "%" in _TAGS.sub("", text):
        raise Refused(_("A number format knows the tags %Y, %y and %m only."), code="invalid", pointer="/format")
    if len(text) > 40 or not text.isprintable():
        raise Refused(_("A number format has at most 40 characters on one line."), code="invalid", pointer="/format")
    return text


def has_year(text: str) -> bool:
    """Whether the counter starts again every year."""
    return "%Y" in text or "%y" in text


def render(text: str, number: int, *, on: date) -> str:
    """The printed number: `%Y-(4)`, 17 in 2026 is `2026-0017`; the counter is never cut."""
    tags = {"Y": f"{on.year:04d}", "y": f"{on.year % 100:02d}", "m": f"{on.month:02d}"}
    filled = _TAGS.sub(lambda match: tags[match.group(1)], text)
    return _COUNTER.sub(lambda match: f"{number:0{int(match.group(1))}d}", filled)
