"""Lines in, totals out: pure arithmetic, exact to the cent (EN 16931 BR-CO-10 to BR-CO-17).

Line net = half-up(quantity × price − discount, 2). VAT is rounded once per category and rate, never per line. With
prices including VAT the gross sum of a category and rate comes first, the VAT is taken out of it, and the cents that
rounding leaves are spread over the lines, largest first. A credit takes what is left where it takes the last of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.money import ZERO, half_up, spread

Key = tuple[str, Decimal]


@dataclass(frozen=True)
class PricedLine:
    """One priced line. `closing` replaces its amount where a credit takes the rest of the credited line."""

    quantity: Decimal
    unit_price: Decimal
    discount_percent: Decimal
    category: str
    rate: Decimal
    closing: Decimal | None = None

    @property
    def key(self) -> Key:
        return (self.category, self.rate)

    @property
    def amount(self) -> Decimal:
        """Quantity × price − discount in the price's own basis, 2 decimals."""
        if self.closing is not None:
            return self.closing
        return half_up(self.quantity * self.unit_price * (100 - self.discount_percent) / 100)


@dataclass(frozen=True)
class Rest:
    """The VAT that is left to credit of one category and rate; `closes` when this credit takes the last of it."""

    vat: Decimal
    closes: bool


@dataclass(frozen=True)
class Group:
    """Base and VAT of one category and rate."""

    category: str
    rate: Decimal
    base: Decimal
    vat: Decimal


@dataclass(frozen=True)
class Totals:
    """`amounts` and `nets` are in the order of the lines."""

    amounts: tuple[Decimal, ...]
    nets: tuple[Decimal, ...]
    groups: tuple[Group, ...]
    net: Decimal
    vat: Decimal
    gross: Decimal


def calculate(
    lines: Sequence[PricedLine], *, prices_include_vat: bool, rests: Mapping[Key, Rest] | None = None
) -> Totals:
    """Every amount of a document. `rests` is given for a credit note alone."""
    amounts = [line.amount for line in lines]
    nets = list(amounts)
    groups = []
    for key in sorted({line.key for line in lines}, key=lambda item: (-item[1], item[0])):
        members = [index for index, line in enumerate(lines) if line.key == key]
        total = sum((amounts[index] for index in members), ZERO)
        base, vat = _split(total, rate=key[1], prices_include_vat=prices_include_vat, rest=(rests or {}).get(key))
        groups.append(Group(category=key[0], rate=key[1], base=base, vat=vat))
        if prices_include_vat:
            shares = _nets([amounts[index] for index in members], base=base, rate=key[1])
            for index, share in zip(members, shares, strict=True):
                nets[index] = share
    net = sum((group.base for group in groups), ZERO)
    vat = sum((group.vat for group in groups), ZERO)
    return Totals(tuple(amounts), tuple(nets), tuple(groups), net=net, vat=vat, gross=net + vat)


def _split(total: Decimal, *, rate: Decimal, prices_include_vat: bool, rest: Rest | None) -> tuple[Decimal, Decimal]:
    """Base and VAT of one group from the sum of its amounts."""
    vat = half_up(total * rate / (100 + rate)) if prices_include_vat else half_up(total * rate / 100)
    if rest is not None:
        vat = rest.vat if rest.closes else _at_most(vat, rest.vat)
    return (total - vat if prices_include_vat else total), vat


def _at_most(value: Decimal, limit: Decimal) -> Decimal:
    """`value`, kept between zero and `limit`, whatever its sign."""
    return min(value, limit) if limit >= 0 else max(value, limit)


def _nets(amounts: Sequence[Decimal], *, base: Decimal, rate: Decimal) -> list[Decimal]:
    """Amounts without VAT that sum to `base` exactly."""
    nets = [half_up(amount * 100 / (100 + rate)) for amount in amounts]
    return spread(base - sum(nets, ZERO), nets)
