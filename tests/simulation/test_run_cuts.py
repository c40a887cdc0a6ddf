"""What a cut does: more is put off and more is missed, but never what the law demands."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from itertools import pairwise

import numpy as np
import pytest

from engine.simulation.assumptions import Assumptions
from engine.simulation.blocks import Threads
from engine.simulation.prepared import Policy, baseline_policy
from engine.simulation.replicate import PolicyPlan, run_replicate
from engine.simulation.run import Comparison, simulated
from engine.simulation.tables import Measure
from engine.simulation.world import counts
from models.scenario import CutMeasure
from models.terms import Authority
from tests.generated_portfolio import generated
from tests.simulation.world.worlds import (
    ASSUMED,
    BOOK,
    SMALL_DAY,
    YEAR,
    changed,
    cut,
    families_in_step,
    ready,
    small,
)

MONTHS = 3 * YEAR
PERCENTS = (0, 10, 30, 50, 100)
NOBODY_ABSENT = {"not_met_offer_percent": 0.0, "not_met_family_percent": 0.0}


def compared(
    policies: list[Policy], assumptions: Assumptions = ASSUMED, *, replicates: int
) -> Comparison:
    all_of_them = [baseline_policy(BOOK), *policies]
    world = ready(small(), assumptions, as_of=SMALL_DAY, months=MONTHS, policies=all_of_them)
    return simulated(
        all_of_them,
        Threads(world, workers=2),
        as_of=SMALL_DAY,
        months=MONTHS,
        seed=7,
        replicates=replicates,
    )


@cache
def by_hours() -> Comparison:
    return compared([cut(percent) for percent in PERCENTS], replicates=25)


@cache
def by_measure() -> Comparison:
    """30 % and all of it, of each measure, in a world where nobody is absent."""
    policies = [cut(percent, measure) for measure in CutMeasure for percent in (30, 100)]
    return compared(policies, changed(NOBODY_ABSENT), replicates=10)


@cache
def of_an_authority() -> Comparison:
    """Part of a generated authority, which begins with visits that are overdue."""
    day = date(2025, 12, 31)
    policies = [baseline_policy(BOOK), *(cut(percent) for percent in (0, 10, 30))]
    part = generated(Authority.HOVEDSTADEN, as_of=day, seed=1, every=3)
    world = ready(part, as_of=day, months=2 * YEAR, policies=policies)
    return simulated(
        policies, Threads(world, workers=2), as_of=day, months=2 * YEAR, seed=7, replicates=4
    )


def sure_difference(more: np.ndarray, less: np.ndarray) -> float:
    """The paired difference in units of its Monte Carlo error."""
    difference = more - less
    return float(difference.mean() / (difference.std(ddof=1) / np.sqrt(len(difference))))


@pytest.mark.parametrize(
    "measure",
    [
        Measure.VISITS_PUT_OFF,
        Measure.UNDETECTED_MONTHS,
        Measure.UNDETECTED_SERIOUS_MONTHS,
        Measure.SINCE_VISIT_MEAN_MONTHS,
    ],
)
def test_a_larger_budget_never_does_worse(measure: Measure) -> None:
    values = [by_hours().overall(f"hours_{percent}", measure) for percent in PERCENTS]
    for less_cut, more_cut in pairwise(values):
        assert sure_difference(more_cut, less_cut) > -3
    assert sure_difference(values[-1], values[0]) > 4


def test_the_baseline_puts_nothing_off() -> None:
    assert by_hours().overall("baseline", Measure.VISITS_PUT_OFF).sum() == 0


@pytest.mark.parametrize("measure", list(CutMeasure))
def test_a_cut_binds_on_its_own_measure(measure: CutMeasure) -> None:
    """What is left of it, and what the law's visits take though all of it were cut."""
    comparison = by_measure()
    of = {
        CutMeasure.VISITS: Measure.VISITS,
        CutMeasure.HOURS: Measure.HOURS,
        CutMeasure.MONEY_DKK: Measure.MONEY_DKK,
    }[measure]
    used = comparison.overall("baseline", of).mean()
    left = comparison.overall(f"{measure.value}_30", of).mean()
    by_law = comparison.overall(f"{measure.value}_100", of).mean()
    assert by_law < used
    assert left < used
    assert left <= 0.7 * used + by_law
    frame = comparison.mean_frame(f"{measure.value}_30")
    assert frame is not None
    assert sum(frame) == pytest.approx(0.7 * used)
    assert comparison.mean_frame("baseline") is None


@pytest.mark.parametrize("percent", [0, 10, 30])
def test_a_cut_takes_what_it_says(percent: int) -> None:
    """What the frame allows is used: no time lapses because one year needs less than another."""
    comparison = of_an_authority()
    used = comparison.overall("baseline", Measure.HOURS).mean()
    left = comparison.overall(f"hours_{percent}", Measure.HOURS).mean()
    assert 100 * (1 - left / used) == pytest.approx(percent, abs=3)


def test_each_year_has_its_own_frame() -> None:
    comparison = by_hours()
    months = comparison.baseline.sums.month[:, 0, 0, counts.HOURS] / comparison.replicates
    frames = comparison.frames["hours_30"]
    assert frames is not None
    for year, frame in enumerate(frames):
        used = months[YEAR * year : YEAR * (year + 1)].sum()
        assert sum(frame) == pytest.approx(0.7 * used)


def test_hours_and_money_are_the_same_cut() -> None:
    hours = by_measure().results["hours_30"].sums
    money = by_measure().results["money_dkk_30"].sums
    for one, other in zip(hours, money, strict=True):
        np.testing.assert_array_equal(one, other)


def test_no_policy_breaks_the_law() -> None:
    for comparison in (by_measure(), by_hours()):
        for policy in comparison.policies:
            breaches = comparison.results[policy.id].sums.month[..., counts.BREACHES]
            assert breaches.sum() == 0, policy.id


def test_the_laws_visits_are_made_though_everything_is_cut() -> None:
    everything = by_hours().results["hours_100"].sums
    assert everything.month[..., counts.VISITS].sum() > 0
    put_off = by_hours().overall("hours_100", Measure.VISITS_PUT_OFF).mean()
    assert put_off > by_hours().overall("hours_50", Measure.VISITS_PUT_OFF).mean()


def test_a_journey_in_vain_takes_no_more_of_the_frame_than_of_the_day() -> None:
    """Where as many visits fall due every month and many are in vain, a cut of nothing leaves time
    for nearly all of them; it would not if a visit in vain cost a whole one."""
    policies = [baseline_policy(BOOK), cut(0)]
    absent = changed({"not_met_family_percent": 40.0})
    day = date(2028, 1, 1)
    world = ready(families_in_step(10), absent, as_of=day, months=MONTHS, policies=policies)

    def hours(plan: PolicyPlan) -> float:
        tallies = [run_replicate(world.world, plan, seed=1, replicate=n) for n in range(4)]
        return float(sum(tally.month[..., counts.HOURS].sum() for tally in tallies)) / 4

    used = hours(world.plan("baseline"))
    frame = np.zeros(5)
    frame[list(Authority).index(Authority.SYD)] = used * YEAR / MONTHS
    plan = world.plan("hours_0", frame)
    dear = plan.costs._replace(price_not_met=np.full(4, np.inf))
    assert hours(plan) == pytest.approx(used, rel=0.05)
    assert hours(replace(plan, costs=dear)) < 0.9 * used
