"""Exact money: one rounding function, and the spreading of cents that rounding leaves over."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, ROUND_UP, Decimal

CENT = Decimal("0.01")
ZERO = Decimal("0.00")


def half_up(value: Decimal, places: int = 2) -> Decimal:
    """`value` rounded half away from zero to `places` decimals."""
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def hours_from_minutes(minutes: int) -> Decimal:
    """Hours with 8 decimals, rounded up so that hours × rate equals minutes × rate / 60 to the cent."""
    return (Decimal(minutes) / 60).quantize(Decimal("0.00000001"), rounding=ROUND_UP)


def spread(difference: Decimal, amounts: Sequence[Decimal]) -> list[Decimal]:
    """`amounts` with `difference` (whole cents) handed out one cent at a time, the largest amount first."""
    result = list(amounts)
    if not result:
        return result
    order = sorted(range(len(result)), key=lambda i: (-abs(result[i]), i))
    cents = int(difference / CENT)
    step = CENT if cents > 0 else -CENT
    for n in range(abs(cents)):
        result[order[n % len(order)]] += step
    return result
