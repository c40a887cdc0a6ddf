"""What a rhythm of visits leaves unseen: the formula against a chain that is lived through."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.simulation.optimise.closed_form import (
    Chances,
    Unseen,
    chance_of_finding,
    either,
    unseen_in_period,
)
from engine.simulation.optimise.outlook import cycle_months

_START = (0.03, 0.006)
_USUAL = Chances(
    decline=0.01,
    worsening=0.04,
    recovery_unfound=0.03,
    recovery_known=0.15,
    recovery_serious_factor=0.6,
    between=(0.01, 0.05),
    at_visit=(0.6, 0.84),
)


def lived_through(
    chances: Chances, start: tuple[float, float], visits: Sequence[bool]
) -> tuple[float, float]:
    """One subject's five chances month by month, each move written out."""
    declined, serious, known, known_serious = (*start, 0.0, 0.0)
    order = 1.0 - sum(start)
    unseen = grave = 0.0
    for month, visited in enumerate(visits):
        if month > 0:
            down = order * chances.decline
            up = declined * chances.recovery_unfound
            worse = declined * chances.worsening
            up_serious = serious * chances.recovery_unfound * chances.recovery_serious_factor
            known_up = known * chances.recovery_known
            known_worse = known * chances.worsening
            serious_up = known_serious * chances.recovery_known * chances.recovery_serious_factor
            order += up + up_serious + known_up + serious_up - down
            declined += down - up - worse
            serious += worse - up_serious
            known -= known_up + known_worse
            known_serious += known_worse - serious_up
        for found, found_serious in [chances.between, *([chances.at_visit] if visited else [])]:
            known += declined * found
            known_serious += serious * found_serious
            declined *= 1 - found
            serious *= 1 - found_serious
        unseen += declined + serious
        grave += serious
    return unseen * 12 / len(visits), grave * 12 / len(visits)


def expected(
    chances: Chances, first: Sequence[float], every: int | None, start: tuple[float, float]
) -> tuple[float, float]:
    """The same over subjects whose first visits fall in different months."""
    months = len(first)
    whole = [0.0, 0.0]
    for begins, share in [*enumerate(first), (months, 1.0 - sum(first))]:
        calendar = [
            month >= begins and (month == begins or bool(every and (month - begins) % every == 0))
            for month in range(months)
        ]
        for place, value in enumerate(lived_through(chances, start, calendar)):
            whole[place] += share * value
    return whole[0], whole[1]


def evenly(every: int, months: int) -> list[float]:
    """First visits spread over the first interval."""
    return [1 / every if month < every else 0.0 for month in range(months)]


def unseen(chances: Chances, every: int, months: int = 36) -> Unseen:
    return unseen_in_period(
        chances, at_start=_START, first_visits=evenly(every, months), every_months=every
    )


@pytest.mark.parametrize("every", [1, 2, 5, 12, 34])
def test_the_formula_is_the_chain_lived_through(every: int) -> None:
    found = unseen(_USUAL, every)
    months, serious = expected(_USUAL, evenly(every, 36), every, _START)
    assert found.months == pytest.approx(months, rel=1e-9)
    assert found.serious_months == pytest.approx(serious, rel=1e-9)


@st.composite
def chances(draw: st.DrawFn) -> Chances:
    share = st.floats(0.0, 1.0)
    return Chances(
        decline=draw(st.floats(0.0, 0.3)),
        worsening=draw(st.floats(0.0, 0.3)),
        recovery_unfound=draw(st.floats(0.0, 0.3)),
        recovery_known=draw(st.floats(0.0, 0.5)),
        recovery_serious_factor=draw(st.floats(0.3, 1.0)),
        between=(draw(st.floats(0.0, 0.3)), draw(st.floats(0.0, 0.3))),
        at_visit=(draw(share), draw(share)),
    )


@settings(deadline=None)
@given(
    chances(),
    st.integers(1, 12),
    st.lists(st.floats(0.0, 0.1), min_size=1, max_size=10),
    st.tuples(st.floats(0.0, 0.5), st.floats(0.0, 0.5)),
)
def test_any_chances_agree_with_the_chain(
    given_: Chances, every: int, first: list[float], start: tuple[float, float]
) -> None:
    found = unseen_in_period(given_, at_start=start, first_visits=first, every_months=every)
    months, serious = expected(given_, first, every, start)
    assert found.months == pytest.approx(months, rel=1e-6, abs=1e-9)
    assert found.serious_months == pytest.approx(serious, rel=1e-6, abs=1e-9)
    assert 0 <= found.serious_months <= found.months + 1e-12 <= 12 + 1e-9


def test_nothing_declines_nothing_is_missed() -> None:
    still = Chances(0.0, 0.04, 0.03, 0.15, 0.6, (0.0, 0.0), (0.5, 0.5))
    found = unseen_in_period(still, at_start=(0.0, 0.0), first_visits=[0.0] * 24, every_months=None)
    assert found == (0.0, 0.0)


def test_perfect_eyes_every_month_miss_nothing() -> None:
    seen = Chances(0.05, 0.04, 0.03, 0.15, 0.6, (0.0, 0.0), (1.0, 1.0))
    assert unseen(seen, 1).months == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("every", [2, 6, 24])
def test_perfect_eyes_wait_half_the_interval(every: int) -> None:
    rare = Chances(1e-7, 0.0, 0.0, 0.5, 1.0, (0.0, 0.0), (1.0, 1.0))
    months = 480
    found = unseen_in_period(
        rare, at_start=(0.0, 0.0), first_visits=evenly(every, months), every_months=every
    )
    assert found.months / (12 * 1e-7) == pytest.approx((every - 1) / 2, rel=0.02)


def test_seldomer_visits_never_leave_less_unseen() -> None:
    found = [unseen(_USUAL, every).months for every in range(1, 36)]
    assert found == sorted(found)
    never = unseen_in_period(_USUAL, at_start=_START, first_visits=[0.0] * 36, every_months=None)
    assert found[-1] < never.months


def test_chances_of_finding() -> None:
    assert chance_of_finding(0.6, 1.0) == pytest.approx(0.6)
    assert chance_of_finding(0.6, 2.0) == pytest.approx(0.84)
    assert chance_of_finding(1.0, 0.5) == 1.0
    assert chance_of_finding(1.0, 0.0) == 0.0
    assert either(0.5, 0.5) == pytest.approx(0.75)
    assert either() == 0.0


def test_a_cycle_is_what_the_month_loop_makes_of_an_interval() -> None:
    assert cycle_months(1095, 31) == pytest.approx(34, abs=0.5)
    assert cycle_months(365, 0) == pytest.approx(11.5, abs=0.5)
    assert cycle_months(28, 0) == 1
    lengths = [cycle_months(days, 31) for days in range(30, 1100, 35)]
    assert lengths == sorted(lengths)
