"""What a set-up needs, checked part by part: each check is one function that says in a sentence how its part is."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Literal

type Level = Literal["ok", "warn", "fail"]

_MODULES = ("configuration", "services", "machine")


@dataclass(frozen=True)
class Finding:
    """How one part is; `cure` is what to do where that is not well."""

    level: Level
    sentence: str
    cure: str = ""


type Check = Callable[[], Finding]

_checks: dict[str, Check] = {}


def check(subject: str) -> Callable[[Check], Check]:
    """Register a check under what it looks at."""

    def register(function: Check) -> Check:
        _checks[subject] = function
        return function

    return register


def ok(sentence: str) -> Finding:
    return Finding("ok", sentence)


def warn(sentence: str, cure: str) -> Finding:
    return Finding("warn", sentence, cure)


def fail(sentence: str, cure: str) -> Finding:
    return Finding("fail", sentence, cure)


def examine() -> Iterator[tuple[str, Finding]]:
    """Every part and how it is, one after the other; a check that breaks is itself a finding."""
    for module in _MODULES:
        import_module(f"{__name__}.{module}")
    for subject, function in _checks.items():
        try:
            found = function()
        except Exception as error:
            found = fail(f"cannot be checked ({type(error).__name__})", "Mend what is named above, then ask again.")
        yield subject, found
