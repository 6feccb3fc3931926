"""What a document leaves above its cost: for the office, never on paper."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from core.money import ZERO, half_up
from documents.models import Line, LineRole


@dataclass(frozen=True)
class Margin:
    """Of the lines whose cost is known: `net` without VAT and `cost`, both in cents; `unknown` counts the others."""

    net: Decimal
    cost: Decimal
    unknown: int

    @classmethod
    def of(cls, lines: Iterable[Line]) -> Self | None:
        """The margin by the products' purchase prices as they are now; None while no line's cost is known.

        A line in another unit than its product is bought in has no known cost.
        """
        net, cost, known, unknown = ZERO, ZERO, 0, 0
        for line in lines:
            if line.role != LineRole.ITEM:
                continue
            product = line.product
            if product is None or product.purchase_price is None or product.unit != line.unit:
                unknown += 1
                continue
            known += 1
            net += line.net
            cost += half_up(line.quantity * product.purchase_price)
        return cls(net, cost, unknown) if known else None

    @property
    def profit(self) -> Decimal:
        return self.net - self.cost

    @property
    def percent(self) -> Decimal | None:
        """The profit as a part of the net amount, in percent; None where nothing is charged."""
        return half_up(self.profit * 100 / self.net) if self.net else None
