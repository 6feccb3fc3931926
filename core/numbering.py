"""Numbers of master data (C00001, P0001): proposed by the system, free to choose, never given twice.

Unlike the numbers of documents they may have gaps, so no counter row is kept: the next one follows the highest in use.
Those who want one at the same time wait in line, and the unique constraint decides against a number chosen by hand.
"""

from collections.abc import Callable
from typing import Any

from django.db import models
from django.db.models.functions import Cast, Substr

from core.errors import Refused

ATTEMPTS = 5


def next_number(taken: models.QuerySet[Any], *, prefix: str, digits: int) -> str:
    """The prefix and the number after the highest one in use, padded to `digits`."""
    return next_numbers(taken, prefix=prefix, digits=digits, count=1)[0]


def next_numbers(taken: models.QuerySet[Any], *, prefix: str, digits: int, count: int) -> list[str]:
    """As many numbers as are wanted, each after the one before; the caller holds the lock of those who ask at once."""
    value = Cast(Substr("number", len(prefix) + 1), models.BigIntegerField())
    numbered = taken.filter(number__regex=rf"^{prefix}[0-9]{{1,12}}$")
    last = numbered.aggregate(last=models.Max(value))["last"] or 0
    return [f"{prefix}{last + place:0{digits}d}" for place in range(1, count + 1)]


def with_next_number[T](
    create: Callable[[str], T], *, owner: models.QuerySet[Any], taken: models.QuerySet[Any], prefix: str, digits: int
) -> T:
    """Call `create` with the next number. `owner` is the row whose lock puts those who ask at once in line."""
    owner.select_for_update(no_key=True).get()
    for _attempt in range(ATTEMPTS):
        number = next_number(taken.all(), prefix=prefix, digits=digits)
        try:
            return create(number)
        except Refused as refusal:
            if refusal.pointer != "/number":
                raise
            last = refusal
    raise last
