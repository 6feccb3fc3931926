from decimal import Decimal

import pytest

from core import charts
from core.charts import Bar

D = Decimal


def test_bars_stand_on_zero_and_reach_up_to_their_amount() -> None:
    chart = charts.compare([D(100), D(50)], [D(25), None])
    assert [tick.value for tick in chart.ticks] == [D(0), D(25), D(50), D(75), D(100)]
    assert [tick.y for tick in chart.ticks] == [100.0, 75.0, 50.0, 25.0, 0.0]
    assert [(slot.x, slot.middle, slot.now, slot.before) for slot in chart.slots] == [
        (0.0, 25.0, Bar(0.0, 100.0), Bar(75.0, 25.0)),
        (50.0, 75.0, Bar(50.0, 50.0), None),
    ]
    assert (chart.zero, chart.width) == (100.0, 50.0)


def test_what_is_below_zero_hangs_from_it() -> None:
    chart = charts.compare([D(-30)], [D(90)])
    assert [tick.value for tick in chart.ticks] == [D(-50), D(0), D(50), D(100)]
    assert (chart.slots[0].now, chart.slots[0].before) == (Bar(66.667, 20.0), Bar(6.667, 60.0))
    assert chart.zero == 66.667


def test_nothing_at_all_is_an_empty_scale() -> None:
    chart = charts.compare([None, D(0)], [None, None])
    assert [tick.value for tick in chart.ticks] == [D(0), D("0.25")]
    assert [(slot.now, slot.before) for slot in chart.slots] == [(None, None), (None, None)]


@pytest.mark.parametrize(
    ("highest", "step"), [("1", "0.25"), ("1.01", "0.5"), ("8", "2.5"), ("9999.99", "2500"), ("10000.01", "5000")]
)
def test_the_scale_has_round_steps_and_no_more_than_four(highest: str, step: str) -> None:
    ticks = charts.compare([D(highest)], [None]).ticks
    assert ticks[1].value - ticks[0].value == D(step)
    assert len(ticks) <= 5
    assert ticks[-1].value >= D(highest)


def test_shares_fill_the_bar_to_its_end() -> None:
    assert charts.shares([D(1), D(0), D(2)]) == [(0.0, 33.333), (33.333, 0.0), (33.333, 66.667)]
    assert charts.shares([D(0), D(0)]) == [(0.0, 0.0), (0.0, 0.0)]
