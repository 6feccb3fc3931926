"""Columns of a sheet: how a cell is read, how a value is written, and by which words other programs call it.

`parse` takes a text that is not empty and answers a value or raises Unreadable; `write` gives a text that `parse`
reads back as the same value, whatever the language.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from babel import Locale
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.identifiers import compact_vat, is_acceptable_vat
from core.money import half_up
from core.sheets.words import fold, in_every_language

KEPT = object()  # what an empty cell of a column means that cannot be empty: nothing changes
COMMA, POINT = ",", "."
_SHORTENED = re.compile(r"\d[.,]\d+E\+\d+", re.IGNORECASE)
_NO_NUMBER = re.compile(r"[\s'’€$]|EUR", re.IGNORECASE)
_NUMBERS = {
    COMMA: re.compile(r"[+-]?(?:\d{1,3}(?:\.\d{3})+|\d+)?(?:,\d*)?"),
    POINT: re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d*)?"),
}


class Unreadable(ValueError):
    """A cell that cannot be taken; the message tells a person why."""


@dataclass(frozen=True, kw_only=True)
class Column:
    """`words` are other names for it, folded; a new object needs it if `is_needed`; an empty cell may mean `empty`."""

    key: str
    label: Any
    words: Sequence[str] = ()
    is_needed: bool = False
    empty: Any = KEPT

    def parse(self, text: str, decimal: str) -> Any:
        raise NotImplementedError

    def write(self, value: Any) -> str:
        return "" if value is None else str(value)

    def pack(self, value: Any) -> Any:
        """The value as JSON keeps it."""
        return value

    def unpack(self, packed: Any) -> Any:
        return packed

    @cached_property
    def names(self) -> frozenset[str]:
        """Every folded word that a header may use for it."""
        return frozenset([*self.words, *in_every_language(self.label)])


def _as_it_is(text: str) -> str:
    return text


@dataclass(frozen=True, kw_only=True)
class Text(Column):
    """A text; `clean` brings it into the form that is stored, or raises Unreadable."""

    longest: int
    empty: Any = ""
    has_lines: bool = False
    clean: Callable[[str], str] = _as_it_is

    def parse(self, text: str, decimal: str) -> str:
        text = text.strip() if self.has_lines else " ".join(text.split())
        text = self.clean(text.replace("\r\n", "\n"))
        if len(text) > self.longest:
            raise Unreadable(_("Too long: at most %(most)s characters fit.") % {"most": self.longest})
        return text


@dataclass(frozen=True, kw_only=True)
class Amount(Column):
    """A number from 0 up, rounded to `places`."""

    places: int = 4
    digits: int = 14

    def parse(self, text: str, decimal: str) -> Decimal:
        number, most = read_number(text, decimal), Decimal(10) ** (self.digits - self.places)
        if number < 0:
            raise Unreadable(_("This may not be negative."))
        # Both before and after: what is far too large cannot even be rounded, and 9.99995 may round to 10.
        if number >= most or (value := half_up(number, self.places)) >= most:
            raise Unreadable(_("This number is too large."))
        return value

    def write(self, value: Decimal | None) -> str:
        if value is None:
            return ""
        trimmed = value.normalize()
        places = max(2, -int(trimmed.as_tuple().exponent))
        return f"{trimmed:.{places}f}".replace(POINT, COMMA)

    def pack(self, value: Decimal | None) -> str | None:
        return None if value is None else str(value)

    def unpack(self, packed: str | None) -> Decimal | None:
        return None if packed is None else Decimal(packed)


@dataclass(frozen=True, kw_only=True)
class Whole(Column):
    """A whole number between two bounds."""

    least: int = 0
    most: int

    def parse(self, text: str, decimal: str) -> int:
        value = read_number(text, decimal)
        if value != int(value) or not self.least <= value <= self.most:
            bounds = {"least": self.least, "most": self.most}
            raise Unreadable(_("Give a whole number from %(least)s to %(most)s.") % bounds)
        return int(value)


@dataclass(frozen=True, kw_only=True)
class Percentage(Column):
    """One of a few percentages; a spreadsheet's 0,21 means 21."""

    one_of: Sequence[Decimal]

    def parse(self, text: str, decimal: str) -> Decimal:
        value = read_number(text.replace("%", ""), decimal)
        if 0 < value < 1:
            value *= 100
        for known in self.one_of:
            if value == known:
                return known
        known_ones = ", ".join(self.write(known) for known in self.one_of)
        raise Unreadable(_("Only these rates exist: %(rates)s.") % {"rates": known_ones})

    def write(self, value: Decimal | None) -> str:
        return "" if value is None else f"{value.normalize():f}".replace(POINT, COMMA)

    def pack(self, value: Decimal) -> str:
        return str(value)

    def unpack(self, packed: str) -> Decimal:
        return Decimal(packed)


@dataclass(frozen=True, kw_only=True)
class Choice(Column):
    """One of a few values, by its code or by its name in any language; `others` are further names, folded."""

    choices: Sequence[tuple[str, Any]]
    others: Mapping[str, str] | None = None

    def parse(self, text: str, decimal: str) -> str:
        value = self._by_name.get(fold(text))
        if value is None:
            few = self.choices if len(self.choices) <= 12 else ()
            hint = _("Use one of these: %(names)s.") % {"names": ", ".join(str(label) for _code, label in few)}
            raise Unreadable(hint if few else _("This value is not known."))
        return value

    def write(self, value: str | None) -> str:
        return str(dict(self.choices).get(value, value)) if value else ""

    @cached_property
    def _by_name(self) -> dict[str, str]:
        found = dict(self.others or {})
        for code, label in self.choices:
            found |= dict.fromkeys([*in_every_language(label), fold(code)], code)
        return found


YES, NO = gettext_lazy("yes"), gettext_lazy("no")
_FLAGS = {
    True: {"1", "x", "v", "oui", "o", "vrai", "ja", "j", "waar", "yes", "y", "true"},
    False: {"0", "non", "n", "faux", "nee", "neen", "onwaar", "no", "false"},
}


@dataclass(frozen=True, kw_only=True)
class Flag(Column):
    """Yes or no."""

    def parse(self, text: str, decimal: str) -> bool:
        word = fold(text)
        for value, words in _FLAGS.items():
            if word in words:
                return value
        raise Unreadable(_("Say yes or no."))

    def write(self, value: bool | None) -> str:
        return "" if value is None else str(YES if value else NO)


@dataclass(frozen=True, kw_only=True)
class Country(Column):
    """A country by its two letters or by its name in one of our languages; written as letters."""

    def parse(self, text: str, decimal: str) -> str:
        code = text.strip().upper()
        found = code if len(code) == 2 and code.isascii() and code.isalpha() else self._by_name.get(fold(text))
        if found is None:
            raise Unreadable(_("Use the country's two capital letters, for example BE."))
        return found

    @cached_property
    def _by_name(self) -> dict[str, str]:
        languages = [language for language, _name in settings.LANGUAGES]
        territories: Iterable[tuple[str, str]] = (
            item for language in languages for item in Locale(language).territories.items()
        )
        return {fold(name): code for code, name in territories if len(code) == 2 and code.isalpha()}


def read_number(text: str, decimal: str) -> Decimal:
    """A number written with this decimal sign: currency and blanks go, thousands must stand in groups of three."""
    bare = _NO_NUMBER.sub("", text).replace("−", "-")
    if not any(letter.isdecimal() for letter in bare) or not bare.isascii() or not _NUMBERS[decimal].fullmatch(bare):
        sign = {"sign": decimal}
        raise Unreadable(_("This is no number with “%(sign)s” as decimal sign.") % sign)
    other = POINT if decimal == COMMA else COMMA
    return Decimal(bare.replace(other, "").replace(decimal, POINT))


def unshortened(text: str) -> str:
    """A number that identifies; one that a spreadsheet shortened is no longer itself."""
    if _SHORTENED.fullmatch(text):
        message = _("A spreadsheet has shortened this number. Format the column as text and save the file again.")
        raise Unreadable(message)
    return text


def vat_number(text: str) -> str:
    """Nine or ten digits alone are Belgian; other numbers begin with the letters of their country."""
    number = compact_vat(text)
    if not is_acceptable_vat(number):
        message = _("%(number)s is not a valid VAT number. Check it for a typing error, or leave it empty.")
        raise Unreadable(message % {"number": text})
    return number
