"""Rates out of assumptions: what is a share of one whole never comes to more than it."""

from __future__ import annotations

from datetime import date

import pytest

from engine.simulation.assumptions import Assumptions
from engine.simulation.world.rates import Rates, rates_of
from tests.simulation.world.worlds import ASSUMED, changed

DAY = date(2025, 6, 1)


def rates(assumed: Assumptions) -> Rates:
    return rates_of(assumed.on(DAY).number, depth_percent=100, binary_from=DAY.toordinal())


def test_shares_within_the_whole_are_as_they_are_assumed() -> None:
    assumed = changed({f"severity_{level}_declined_percent": 20.0 for level in ("mild", "serious")})
    number = assumed.on(DAY).number
    found = rates(assumed).severity[1]
    assert found.tolist() == [
        number(f"world.severity_{level}_declined_percent") / 100
        for level in ("mild", "moderate", "serious")
    ]


@pytest.mark.parametrize("level", ["mild", "moderate", "serious"])
@pytest.mark.parametrize(("state", "row"), [("satisfactory", 0), ("declined", 1), ("serious", 2)])
def test_an_end_of_a_range_takes_from_the_other_levels_in_proportion(
    level: str, state: str, row: int
) -> None:
    name = f"world.severity_{level}_{state}_percent"
    _, high = ASSUMED.on(DAY).range(name)
    assumed = ASSUMED.with_values({name: high})
    names = [f"world.severity_{one}_{state}_percent" for one in ("mild", "moderate", "serious")]
    plain = [assumed.on(DAY).number(one) for one in names]
    found = rates(assumed).severity[row]
    assert found.sum() <= 1 + 1e-12
    assert (found > 0).all()
    assert found / found.sum() == pytest.approx([one / sum(plain) for one in plain])


def test_a_beginning_is_never_more_than_everybody() -> None:
    found = rates(
        changed({"initial_red_declined_percent": 60.0, "initial_red_serious_percent": 90.0})
    )
    assert found.initial[2].tolist() == pytest.approx([0.4, 0.6])
