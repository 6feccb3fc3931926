"""Bodies read strictly: exact numbers, no name twice, no NaN, nothing that a database cannot keep, never too much."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import IO, Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser, MultiPartParser

from core.api.errors import Fault, Invalid, TooLarge, fault, join

DEFAULT_LIMIT = 2 * 1024 * 1024
BULK_LIMIT = 16 * 1024 * 1024
DEEPEST = 32

# What XML 1.0 cannot carry: an invoice has to reach Peppol whole.
_UNKEEPABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class StrictJSONParser(BaseParser):
    """The view's `max_body` bounds what is read."""

    media_type = "application/json"

    def parse(self, stream: IO[bytes], media_type: str | None = None, parser_context: Any = None) -> Any:
        limit = getattr((parser_context or {}).get("view"), "max_body", DEFAULT_LIMIT)
        raw = stream.read(limit + 1)
        if len(raw) > limit:
            raise TooLarge(limit)
        data = read(raw)
        faults = list(unkeepable(data))
        if faults:
            raise Invalid(faults)
        return data


class StrictFormParser(MultiPartParser):
    """A form with files, as plain names and values: each name once, whether text or file."""

    def parse(self, stream: IO[bytes], media_type: str | None = None, parser_context: Any = None) -> Any:
        form: Any = super().parse(stream, media_type, parser_context)
        given = [*form.data.lists(), *form.files.lists()]
        data = {name: values[-1] for name, values in given}
        times: Counter[str] = Counter()
        for name, values in given:
            times[name] += len(values)
        again = _("Give this once.")
        faults = [fault(join("", name), "repeated", again) for name, count in times.items() if count > 1]
        faults += unkeepable(data)
        if faults:
            raise Invalid(faults)
        return data


def read(raw: bytes) -> Any:
    """The document in `raw`; fractions become exact decimals."""
    try:
        return json.loads(
            raw.decode("utf-8"), parse_float=_exact, parse_constant=_no_constant, object_pairs_hook=_no_name_twice
        )
    except UnicodeDecodeError as error:
        raise ParseError(_("The body is not valid UTF-8.")) from error
    except RecursionError as error:
        raise ParseError(_("The JSON is nested too deeply.")) from error
    except ValueError as error:
        raise ParseError(_("The body is not valid JSON: %(reason)s") % {"reason": error}) from error


def unkeepable(data: Any) -> Iterator[Fault]:
    """Texts and names that hold a NUL, another control character or half of a surrogate pair."""
    waiting: list[tuple[Any, str, int]] = [(data, "", 0)]
    while waiting:
        value, pointer, depth = waiting.pop()
        if depth > DEEPEST:
            raise ParseError(_("The JSON is nested too deeply."))
        if isinstance(value, str):
            if not _is_keepable(value):
                yield fault(
                    pointer,
                    "invalid_characters",
                    _("The text holds a control character or a lone surrogate; remove it."),
                )
        elif isinstance(value, dict):
            for name, item in value.items():
                if _is_keepable(name):
                    waiting.append((item, join(pointer, name), depth + 1))
                else:
                    yield fault(
                        pointer,
                        "invalid_characters",
                        _("A field's name holds a control character or a lone surrogate."),
                    )
        elif isinstance(value, list):
            waiting.extend((item, join(pointer, index), depth + 1) for index, item in enumerate(value))


def _is_keepable(text: str) -> bool:
    return _UNKEEPABLE.search(text) is None


def _exact(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise ValueError("a number is out of range") from error


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _no_name_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return result
