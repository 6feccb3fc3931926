"""The geometry of a chart: amounts in, positions in percent out.

What draws it is a template, so that themes, widths and languages are the page's own affair.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

TICKS = 4  # at most so many steps between the lowest and the highest line
_STEPS = (Decimal(1), Decimal("2.5"), Decimal(5), Decimal(10))


@dataclass(frozen=True)
class Bar:
    """A bar from `y` down `height`; percent of the plot, from its upper edge."""

    y: float
    height: float


@dataclass(frozen=True)
class Slot:
    """One place on the axis: its left edge and middle, the bar that counts and the one that it is compared with."""

    x: float
    middle: float
    now: Bar | None
    before: Bar | None


@dataclass(frozen=True)
class Tick:
    """A line of the scale."""

    y: float
    value: Decimal


@dataclass(frozen=True)
class Chart:
    slots: list[Slot]
    ticks: list[Tick]
    zero: float
    width: float


def compare(now: Sequence[Decimal | None], before: Sequence[Decimal | None]) -> Chart:
    """Two rows of amounts side by side over one scale, which always holds zero; None leaves a gap."""
    amounts = [Decimal(0), *(amount for amount in (*now, *before) if amount is not None)]
    step = _step(max(amounts) - min(amounts))
    low = math.floor(min(amounts) / step) * step
    high = max(math.ceil(max(amounts) / step) * step, low + step)
    span = high - low

    def y(amount: Decimal) -> float:
        return _percent((high - amount) / span)

    def bar(amount: Decimal | None) -> Bar | None:
        if not amount:
            return None
        top, bottom = max(amount, Decimal(0)), min(amount, Decimal(0))
        return Bar(y(top), round(y(bottom) - y(top), 3))

    width = 100 / len(now)
    slots = [
        Slot(round(width * index, 3), round(width * (index + 0.5), 3), bar(one), bar(other))
        for index, (one, other) in enumerate(zip(now, before, strict=True))
    ]
    ticks = [Tick(y(low + step * index), low + step * index) for index in range(int(span / step) + 1)]
    return Chart(slots, ticks, y(Decimal(0)), round(width, 3))


def shares(amounts: Sequence[Decimal]) -> list[tuple[float, float]]:
    """The parts of one bar: where each begins and how wide it is, in percent; they fill it to the end."""
    total = sum(amounts, Decimal(0))
    if total <= 0:
        return [(0.0, 0.0) for _amount in amounts]
    edges = [_percent(sum(amounts[:index], Decimal(0)) / total) for index in range(len(amounts) + 1)]
    return [(start, round(end - start, 3)) for start, end in pairwise(edges)]


def _step(span: Decimal) -> Decimal:
    """A round number that divides the span into `TICKS` steps at most."""
    rough = max(span, Decimal(1)) / TICKS
    scale = Decimal(10) ** rough.adjusted()
    return next(step * scale for step in _STEPS if step * scale >= rough)


def _percent(part: Decimal) -> float:
    return round(float(part) * 100, 3)
