"""Arithmetic of a document, with the rounding cases of the law and properties over any lines."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from core.money import hours_from_minutes
from documents.calculation import PricedLine, calculate

D = Decimal


def line(quantity: str, price: str, *, rate: str = "21", discount: str = "0", category: str = "S") -> PricedLine:
    return PricedLine(D(quantity), D(price), D(discount), category, D(rate))


def test_ten_times_99_cents_including_vat_is_9_90() -> None:
    totals = calculate([line("1", "0.99") for _ in range(10)], prices_include_vat=True)
    assert (totals.net, totals.vat, totals.gross) == (D("8.18"), D("1.72"), D("9.90"))
    assert sorted(totals.nets) == [D("0.81")] * 2 + [D("0.82")] * 8


def test_fifty_minutes_cost_what_the_minutes_say() -> None:
    assert calculate([line(str(hours_from_minutes(50)), "65.00")], prices_include_vat=False).net == D("54.17")
    assert calculate([line(str(hours_from_minutes(50)), "65.01")], prices_include_vat=False).net == D("54.18")


@given(st.integers(1, 1440), st.integers(1, 20_000))
def test_hours_times_rate_is_minutes_times_rate_over_sixty(minutes: int, cents: int) -> None:
    rate = D(cents) / 100
    exact = (D(minutes * cents) / 60).quantize(D(1), rounding="ROUND_HALF_UP") / 100
    assert calculate([line(str(hours_from_minutes(minutes)), str(rate))], prices_include_vat=False).net == exact


def test_vat_is_rounded_once_per_rate_and_not_per_line() -> None:
    # three lines of 0.05 at 21 %: per line 0.01 each, once over the sum 0.03; at 0.02 per line 0.00, over the sum 0.01
    totals = calculate([line("1", "0.02") for _ in range(3)], prices_include_vat=False)
    assert totals.vat == D("0.01")


def test_rates_are_kept_apart() -> None:
    totals = calculate(
        [line("1", "100", rate="6"), line("2", "50"), line("1", "10", rate="0", category="Z")], prices_include_vat=False
    )
    assert [(g.category, g.rate, g.base, g.vat) for g in totals.groups] == [
        ("S", D("21"), D("100.00"), D("21.00")),
        ("S", D("6"), D("100.00"), D("6.00")),
        ("Z", D("0"), D("10.00"), D("0.00")),
    ]


def test_a_discount_is_taken_before_rounding() -> None:
    assert calculate([line("3", "9.99", discount="12.5")], prices_include_vat=False).net == D("26.22")


def test_a_deducted_advance_is_a_negative_quantity() -> None:
    totals = calculate([line("1", "1000"), line("-1", "300")], prices_include_vat=False)
    assert (totals.net, totals.vat, totals.gross) == (D("700.00"), D("147.00"), D("847.00"))


lines = st.lists(
    st.builds(
        PricedLine,
        quantity=st.decimals("0.0001", "9999", places=4),
        unit_price=st.decimals("0", "99999", places=4),
        discount_percent=st.decimals("0", "100", places=2),
        category=st.just("S"),
        rate=st.sampled_from([D("21.00"), D("12.00"), D("6.00")]),
    ),
    max_size=30,
)


@given(lines, st.booleans())
def test_totals_always_add_up(rows: list[PricedLine], prices_include_vat: bool) -> None:
    totals = calculate(rows, prices_include_vat=prices_include_vat)
    assert sum(totals.nets, D(0)) == totals.net
    assert sum((group.base for group in totals.groups), D(0)) == totals.net
    assert sum((group.vat for group in totals.groups), D(0)) == totals.vat
    assert totals.net + totals.vat == totals.gross
    assert all(amount == amount.quantize(D("0.01")) for amount in [*totals.nets, totals.net, totals.vat])


@given(lines)
def test_prices_including_vat_hit_the_typed_total(rows: list[PricedLine]) -> None:
    assert calculate(rows, prices_include_vat=True).gross == sum((row.amount for row in rows), D(0))


@given(lines, st.booleans())
def test_vat_is_the_base_times_the_rate_within_a_cent(rows: list[PricedLine], prices_include_vat: bool) -> None:
    for group in calculate(rows, prices_include_vat=prices_include_vat).groups:
        assert abs(group.vat - group.base * group.rate / 100) <= D("0.01")
