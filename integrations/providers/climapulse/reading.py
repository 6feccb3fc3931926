"""Reads a JSON object strictly, field by field, and keeps every complaint with the pointer it belongs to.

A field is read where it is used; a wrong one leaves a complaint and an empty value, so that the reading goes on and
the sender learns about all wrong fields at once.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from integrations.contracts.field_service import FieldError

MAX_ENTRIES = 1000  # per list: more is a mistake, and naming every wrong field must stay finite
LINE = 500
BLOCK = 20_000

# What no XML invoice, PDF or database text can hold: control characters but tab and line ends, surrogates,
# non-characters.
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
LINE_END = re.compile(r"\r\n?")
SPACING = re.compile(r"[\t\r\n]+")
DECIMAL = re.compile(r"(-?)([0-9]+)(?:\.([0-9]+))?", re.ASCII)
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
YEARS = range(1900, 2101)

_MISSING: Any = object()


class ObjectReader:
    """One JSON object; `errors` is shared by all readers of one message."""

    def __init__(self, value: object, pointer: str, errors: list[FieldError]) -> None:
        self.pointer = pointer
        self._errors = errors
        self._fields: dict[str, Any] | None = value if isinstance(value, dict) else None
        if self._fields is None:
            self.complain("", "type", _("must be an object"))

    def complain(self, name: str, code: str, detail: str) -> None:
        """Note that a field is wrong; an empty name means the object itself."""
        self._errors.append(FieldError(f"{self.pointer}/{name}" if name else self.pointer, code, detail))

    def _take(self, name: str, required: bool) -> Any:
        if self._fields is None:
            return _MISSING
        if name not in self._fields:
            if required:
                self.complain(name, "required", _("is missing"))
            return _MISSING
        return self._fields[name]

    def _string(self, name: str, required: bool) -> str | None:
        """The text as sent, None when there is none that can be used."""
        value = self._take(name, required)
        if value is _MISSING:
            return None
        if not isinstance(value, str):
            self.complain(name, "type", _("must be a text"))
            return None
        if UNPRINTABLE.search(value):
            self.complain(name, "characters", _("contains characters that cannot be printed"))
            return None
        return value

    def _checked(self, name: str, value: str, limit: int, required: bool) -> str:
        if required and not value:
            self.complain(name, "blank", _("must not be empty"))
        if len(value) > limit:
            self.complain(name, "too_long", _("is longer than %(limit)d characters") % {"limit": limit})
            return ""
        return value

    def line(self, name: str, limit: int = LINE, *, required: bool = False) -> str:
        """A text of one line; line ends and tabs become a space."""
        value = self._string(name, required)
        return "" if value is None else self._checked(name, SPACING.sub(" ", value).strip(), limit, required)

    def block(self, name: str, limit: int = BLOCK) -> str:
        """A text of several lines, with Unix line ends."""
        value = self._string(name, required=False)
        return "" if value is None else self._checked(name, LINE_END.sub("\n", value).strip(), limit, required=False)

    def choice(self, name: str, allowed: tuple[str, ...], default: str = "", *, required: bool = False) -> str:
        """One of the allowed words."""
        value = self._string(name, required)
        if value is None:
            return default
        if value not in allowed:
            self.complain(name, "not_allowed", _("must be one of: %(words)s") % {"words": ", ".join(allowed)})
            return default
        return value

    def base64(self, name: str) -> str | None:
        """A text that is taken as it comes, None when absent: what is wrong with it is not the order's fault."""
        value = self._take(name, required=False)
        if value is _MISSING:
            return None
        if not isinstance(value, str):
            self.complain(name, "type", _("must be a text"))
            return None
        return value

    def integer(self, name: str, low: int, high: int, *, required: bool = False) -> int | None:
        """A whole number between two bounds; 60.0 is one, true and "60" are not."""
        value = self._take(name, required)
        if value is _MISSING:
            return None
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            self.complain(name, "type", _("must be a whole number"))
            return None
        if not low <= value <= high:
            self.complain(name, "out_of_range", _("must be between %(low)d and %(high)d") % {"low": low, "high": high})
            return None
        return value

    def decimal(
        self, name: str, *, places: int, limit: int, positive: bool = False, required: bool = False
    ) -> Decimal | None:
        """A decimal number written as a text, of at most `places` decimals, from 0 (or above 0) up to below `limit`."""
        value = self._string(name, required)
        if value is None:
            return None
        match = DECIMAL.fullmatch(value)
        if match is None:
            self.complain(name, "not_decimal", _('must be a decimal number written as a text, such as "2.50"'))
            return None
        sign, whole, fraction = match.groups(default="")
        if len(fraction) > places:
            self.complain(name, "too_precise", _("has more than %(places)d decimals") % {"places": places})
            return None
        if len(whole.lstrip("0")) > len(str(limit)):
            self.complain(name, "out_of_range", _("must be less than %(limit)d") % {"limit": limit})
            return None
        number = Decimal(value)
        if number >= limit:
            self.complain(name, "out_of_range", _("must be less than %(limit)d") % {"limit": limit})
            return None
        if (sign and number) or (positive and not number):
            detail = _("must be greater than 0") if positive else _("must not be negative")
            self.complain(name, "out_of_range", detail)
            return None
        return abs(number)

    def day(self, name: str) -> date | None:
        """A date as YYYY-MM-DD."""
        value = self._string(name, required=False)
        if value is None:
            return None
        try:
            day = date.fromisoformat(value) if DATE.fullmatch(value) else None
        except ValueError:
            day = None
        if day is None or day.year not in YEARS:
            self.complain(name, "not_a_date", _("must be a date such as 2026-11-20"))
            return None
        return day

    def moment(self, name: str) -> None:
        """Complain unless the field is absent or a date with time and offset; nothing needs its value."""
        value = self._string(name, required=False)
        if value is None:
            return
        try:
            fits = datetime.fromisoformat(value).tzinfo is not None
        except ValueError:
            fits = False
        if not fits:
            self.complain(name, "not_a_moment", _("must be a date and time such as 2026-11-20T15:42:10+01:00"))

    def child(self, name: str, *, required: bool = False) -> "ObjectReader | None":
        """The object in a field, None when it was not sent."""
        value = self._take(name, required)
        return None if value is _MISSING else ObjectReader(value, f"{self.pointer}/{name}", self._errors)

    def children(self, name: str) -> "Iterator[ObjectReader]":
        """The objects of a list."""
        for position, value in enumerate(self._list(name)):
            yield ObjectReader(value, f"{self.pointer}/{name}/{position}", self._errors)

    def lines(self, name: str, limit: int = LINE) -> tuple[str, ...]:
        """The texts of a list, without the empty ones."""
        values = self._list(name)
        reader = ObjectReader({str(n): value for n, value in enumerate(values)}, f"{self.pointer}/{name}", self._errors)
        return tuple(text for text in (reader.line(str(n), limit) for n in range(len(values))) if text)

    def _list(self, name: str) -> list[Any]:
        value = self._take(name, required=False)
        if value is _MISSING:
            return []
        if not isinstance(value, list):
            self.complain(name, "type", _("must be a list"))
            return []
        if len(value) > MAX_ENTRIES:
            self.complain(name, "too_many", _("has more than %(limit)d entries") % {"limit": MAX_ENTRIES})
            return []
        return value
