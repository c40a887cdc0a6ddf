"""Where what comes out can be worked out by hand, the simulation comes to the same.

Foster families with nothing amiss, of which only daily life can decline, and nobody but a visit can
tell. Until a decline is found the family is green and visited on days that are known beforehand.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

import numpy as np
import pytest
from scipy.stats import chisquare

from engine.facts.floor import last_lawful_day
from engine.rulebook.resolve import resolve
from engine.simulation.prepared import baseline_policy
from engine.simulation.regimes import first_days
from engine.simulation.world import counts
from models.conditions import ParameterRef
from models.facts import Dossier
from tests.simulation.world.worlds import (
    BOOK,
    SMALL_DAY,
    changed,
    cut,
    families_in_step,
    family,
    lived,
    ready,
    small,
    standing_still,
)

DAY = date(2028, 1, 1)
MONTHS = 60
DECLINE_PERCENT = 1.0
SELDOM_PERCENT = 0.25
"""So seldom that few have declined before, and a decline is as likely in one month as another."""
FINDS_ALL = {
    f"sensitivity_{purpose}_{notice}_percent": 100.0
    for purpose in ("basis", "follow_up", "night", "sample")
    for notice in ("announced", "unannounced")
}
NEVER_DECLINES = {
    f"{what}_percent": 0.0
    for what in (
        *(
            f"decline_{kind}_{group}"
            for kind in ("offer", "family")
            for group in ("daily_life", "organisation", "frame")
        ),
        *(
            f"initial_{colour}_{state}"
            for colour in ("green", "yellow", "red")
            for state in ("declined", "serious")
        ),
    )
}


def intervals() -> tuple[tuple[date, int], ...]:
    """How often a green family is visited, which is as often as the law demands."""
    green = ParameterRef(parameter="visits.family_green_interval_days")
    return resolve(BOOK, as_of=DAY).dated_days(green)


def visit_months(visited: date) -> tuple[int, ...]:
    """The months in which a family is visited as long as it is green."""
    days = first_days(DAY, MONTHS)
    found, last = [], visited
    for month, (first, following) in enumerate(pairwise(days)):
        if last_lawful_day(last, intervals()) < following:
            found.append(month)
            last = first
    return tuple(found)


def families(a_month: int) -> dict[Dossier, tuple[int, ...]]:
    """So many families last visited in each of the 24 months before, and when they are next."""
    found = families_in_step(a_month)
    return {one: visit_months(one.of("visit")[0].held_on) for one in found}


def chances(percent: float = DECLINE_PERCENT) -> list[tuple[int, float]]:
    """With what chance a family declines in each month; what declines
    as the period ends is left unfound."""
    rate = percent / 100
    return [(month, rate * (1 - rate) ** (month - 1)) for month in range(1, MONTHS + 1)]


@pytest.mark.parametrize("policy", ["baseline", "hours_60"])
def test_where_nothing_declines_nothing_is_missed(policy: str) -> None:
    world = ready(
        small(),
        changed(NEVER_DECLINES),
        as_of=SMALL_DAY,
        months=36,
        policies=[baseline_policy(BOOK), cut(60)],
    )
    frame = None if policy == "baseline" else np.full(5, 200.0)
    for tally in lived(world, replicates=4, policy=policy, frame=frame):
        month = tally.month.sum(axis=(0, 1, 2))
        for count in (
            counts.DECLINES,
            counts.FALSE_GREENS,
            counts.FOUND,
            counts.POOR,
            counts.RECOVERED_UNFOUND,
            counts.UNDETECTED,
            counts.UNDETECTED_SERIOUS,
        ):
            assert month[count] == 0
        assert month[counts.VISITS] > 0
        assert tally.delay.sum() == tally.undetected.sum() == 0


def test_a_perfect_eye_finds_at_the_next_visit() -> None:
    """Every month of the interval as likely as any other, but for what the period cuts off at its
    ends; two years can be 23 months. Never later than the interval."""
    world = ready(
        schedule := families(10),
        standing_still({"decline_family_daily_life_percent": SELDOM_PERCENT} | FINDS_ALL),
        as_of=DAY,
        months=MONTHS,
    )
    replicates = 25
    found = sum(tally.delay for tally in lived(world, replicates=replicates))
    found = found.sum(axis=(0, 1, 3))
    assert found[1:].sum() == 0
    expected = np.zeros(len(found[0]))
    for visits in schedule.values():
        for month, chance in chances(SELDOM_PERCENT):
            following = [visit for visit in visits if visit >= month]
            if following:
                expected[following[0] - month] += chance * replicates
    longest = max(
        after - before - 1 for visits in schedule.values() for before, after in pairwise(visits)
    )
    assert longest == 23
    assert found[0, longest + 1 :].sum() == 0
    assert expected[longest + 1 :].sum() == 0
    delays = found[0, : longest + 1]
    total = expected.sum()
    assert delays.sum() == pytest.approx(total, abs=4 * np.sqrt(total))
    fair = expected[: longest + 1] * delays.sum() / total
    assert chisquare(delays, fair).pvalue > 1e-3


def missed(visits: Sequence[int], sees: float) -> tuple[float, float, float, float]:
    """Of one family: how likely its decline is found, the months in which it goes unfound and their
    variance, and the months from decline to detection of those that are found."""
    found = months = squares = delays = 0.0
    for month, chance in chances():
        unseen = chance
        for visit in (visit for visit in visits if visit >= month):
            waited = visit - month
            found += unseen * sees
            months += unseen * sees * waited
            squares += unseen * sees * waited**2
            delays += unseen * sees * waited
            unseen *= 1 - sees
        months += unseen * (MONTHS - month)
        squares += unseen * (MONTHS - month) ** 2
    return found, months, squares - months**2, delays / found


@pytest.mark.parametrize(("subjects", "replicates"), [(1, 100), (300, 12)])
def test_one_family_comes_to_the_closed_form(subjects: int, replicates: int) -> None:
    sees = 0.35
    eye = dict.fromkeys(FINDS_ALL, 100 * sees)
    visited = date(2026, 9, 10)
    one = [family(1 + number, visited=visited) for number in range(subjects)]
    world = ready(
        one,
        standing_still({"decline_family_daily_life_percent": DECLINE_PERCENT} | eye),
        as_of=DAY,
        months=MONTHS,
    )
    visits = visit_months(visited)
    assert len(visits) == 3
    found, months, variance, delay = missed(visits, sees)
    tallies = lived(world, replicates=replicates)
    number = subjects * replicates
    total = sum(tally.month.sum(axis=(0, 1, 2)) for tally in tallies)
    error = np.sqrt(variance / number)
    assert total[counts.UNDETECTED] / number == pytest.approx(months, abs=4 * error)
    error = np.sqrt(found * (1 - found) / number)
    assert total[counts.FOUND] / number == pytest.approx(found, abs=4 * error)
    declined = sum(chance for _, chance in chances())
    error = np.sqrt(declined * (1 - declined) / number)
    assert total[counts.DECLINES] / number == pytest.approx(declined, abs=4 * error)
    assert total[counts.POOR] >= total[counts.UNDETECTED] == total[counts.FALSE_GREENS]
    if subjects > 1:
        histogram = sum(tally.delay.sum(axis=(0, 1, 2, 3)) for tally in tallies)
        mean = (histogram * np.arange(len(histogram))).sum() / histogram.sum()
        assert mean == pytest.approx(delay, abs=4 * 12 / np.sqrt(histogram.sum()))
