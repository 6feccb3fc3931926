"""The strict reading of JSON that strangers send: what no database, PDF or XML can hold never gets in."""

import json
import math
from typing import Any

DEEPEST = 64
LONGEST_NUMBER = 30  # digits; nothing that is counted or measured here needs more


class Unreadable(Exception):
    """The body is not JSON that can be taken; the message says why."""


def decode(body: bytes) -> Any:
    """The JSON value in `body`; Unreadable when it is none, or holds what cannot be kept."""
    try:
        text = body.decode("utf-8")
        value = json.loads(text, parse_int=_integer, parse_float=_float, parse_constant=_constant)
    except UnicodeDecodeError:
        raise Unreadable("The body is not UTF-8.") from None
    except RecursionError:
        raise Unreadable("The body is nested too deeply.") from None
    except json.JSONDecodeError as error:
        raise Unreadable(f"The body is not JSON: {error.msg} at character {error.pos}.") from None
    _check(value)
    return value


def _integer(digits: str) -> int:
    if len(digits) > LONGEST_NUMBER:
        raise Unreadable("The body holds a number that is too large.")
    return int(digits)


def _float(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value) or abs(value) >= 10**LONGEST_NUMBER:
        raise Unreadable("The body holds a number that is too large.")
    return value


def _constant(name: str) -> Any:
    raise Unreadable(f"The body holds {name}, which is not JSON.")


def _check(root: Any) -> None:
    """Walk without recursion: texts must be storable, nesting bounded."""
    stack = [(root, 1)]
    while stack:
        value, depth = stack.pop()
        if depth > DEEPEST:
            raise Unreadable("The body is nested too deeply.")
        if isinstance(value, str):
            _check_text(value)
        elif isinstance(value, list):
            stack.extend((item, depth + 1) for item in value)
        elif isinstance(value, dict):
            for key, item in value.items():
                _check_text(key)
                stack.append((item, depth + 1))


def _check_text(text: str) -> None:
    if "\x00" in text:
        raise Unreadable("The body holds a NUL character.")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise Unreadable("The body holds half of a surrogate pair.") from None
