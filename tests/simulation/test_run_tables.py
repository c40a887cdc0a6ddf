"""What replicates come to: means, their errors, medians, years, and what is not a number."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from engine.simulation.assumptions import load_assumptions
from engine.simulation.blocks import PolicyResult, Threads
from engine.simulation.prepared import baseline_policy
from engine.simulation.result_tables import result_tables
from engine.simulation.run import Comparison, simulated
from engine.simulation.summary import (
    AUTHORITY_NAMES,
    KIND_NAMES,
    MEASURES,
    curves,
    delays,
    headline,
    with_all,
)
from engine.simulation.tables import SCHEMAS, Measure
from engine.simulation.world import counts
from engine.simulation.world.counts import LONGEST_MONTHS, Tally, new_tally
from models.terms import Authority, Kind
from tests.simulation.world.worlds import (
    BOOK,
    changed,
    cut,
    family,
    lived,
    ready,
    small,
)

OFFER, FAMILY = (list(Kind).index(kind) for kind in (Kind.SOCIAL_OFFER, Kind.FOSTER_FAMILY))
NORD, SYD = (list(Authority).index(where) for where in (Authority.NORD, Authority.SYD))
CONSULTANTS = np.array([10.0, 20.0, 30.0, 40.0, 50.0])
MONTHS = 18
DAY = date(2025, 6, 1)


def tally_of(months: int = MONTHS) -> Tally:
    return new_tally(months, len(tuple(Kind)), len(tuple(Authority)), 3, 6)


def of(values: Any, measure: Measure, kind: str = "all", authority: str = "all") -> float:
    place = (MEASURES.index(measure), KIND_NAMES.index(kind), AUTHORITY_NAMES.index(authority))
    return float(values[place])


def summed(tally: Tally) -> Any:
    return headline(tally, price_dkk=626.0, consultants=CONSULTANTS)


def test_counts_are_a_year_though_the_period_is_a_year_and_a_half() -> None:
    tally = tally_of()
    tally.month[:, OFFER, NORD, counts.VISITS] = 2.0
    tally.month[0, FAMILY, SYD, counts.VISITS] = 3.0
    tally.month[:, FAMILY, SYD, counts.HOURS] = 10.0
    found = summed(tally)
    assert of(found, Measure.VISITS, "social_offer", "nord") == 24.0
    assert of(found, Measure.VISITS, "foster_family", "syd") == pytest.approx(2.0)
    assert of(found, Measure.VISITS) == pytest.approx(26.0)
    assert of(found, Measure.VISITS, "all", "syd") == pytest.approx(2.0)
    assert of(found, Measure.HOURS) == pytest.approx(120.0)
    assert of(found, Measure.MONEY_DKK) == pytest.approx(120.0 * 626)
    own = list(Authority).index(Authority.SYD)
    share = 120.0 / CONSULTANTS[own]
    assert of(found, Measure.HOURS_PER_CONSULTANT, "all", "syd") == pytest.approx(share)
    assert of(found, Measure.HOURS_PER_CONSULTANT) == pytest.approx(share)


def test_breaches_are_of_the_whole_period_and_colours_of_the_last_year() -> None:
    tally = tally_of()
    tally.month[:, OFFER, NORD, counts.BREACHES] = 1.0
    tally.month[:6, OFFER, NORD, counts.COLOUR_FIRST] = 100.0
    tally.month[6:, OFFER, NORD, counts.COLOUR_FIRST] = 40.0
    tally.month[6:, OFFER, NORD, counts.FALSE_GREENS] = 4.0
    found = summed(tally)
    assert of(found, Measure.BREACHES) == 18.0
    assert of(found, Measure.GREENS) == 40.0
    assert of(found, Measure.FALSE_GREENS) == 4.0
    assert of(found, Measure.FALSE_GREEN_PERCENT) == 10.0


def test_months_until_so_many_are_found() -> None:
    tally = tally_of()
    tally.delay[FAMILY, SYD, 0, 0, 2] = 4.0
    tally.delay[FAMILY, SYD, 1, 2, 5] = 5.0
    tally.delay[FAMILY, NORD, 2, 0, LONGEST_MONTHS] = 1.0
    found = summed(tally)
    assert of(found, Measure.DELAY_MEDIAN_MONTHS) == 5.0
    assert of(found, Measure.DELAY_90_PERCENT_MONTHS) == 5.0
    assert of(found, Measure.DELAY_MEAN_MONTHS) == pytest.approx((8 + 25 + 120) / 10)
    assert of(found, Measure.DELAY_OVER_A_YEAR_PERCENT) == 10.0
    assert of(found, Measure.DELAY_MEDIAN_MONTHS, "all", "nord") == LONGEST_MONTHS
    by_hand = np.repeat([2, 5], [4, 5])
    median = np.percentile(by_hand, 50, method="inverted_cdf")
    assert of(found, Measure.DELAY_MEDIAN_MONTHS, "all", "syd") == median


def test_where_there_is_nothing_to_measure_there_is_no_number() -> None:
    found = summed(tally_of())
    for measure in (
        Measure.DELAY_MEAN_MONTHS,
        Measure.DELAY_MEDIAN_MONTHS,
        Measure.DELAY_90_PERCENT_MONTHS,
        Measure.DELAY_OVER_A_YEAR_PERCENT,
        Measure.FALSE_GREEN_PERCENT,
        Measure.SAMPLES_CHANGED_PERCENT,
        Measure.SINCE_VISIT_MEAN_MONTHS,
        Measure.VISITS_UNANNOUNCED_PERCENT,
    ):
        assert np.isnan(of(found, measure))
    assert of(found, Measure.VISITS) == 0.0


def result_of(tallies: list[Tally]) -> PolicyResult:
    results = []
    for tally in tallies:
        whole = with_all(tally)
        squares = Tally(*(values**2 for values in whole))
        by_word = delays(tally, years=MONTHS / 12)
        each = (summed(tally)[None], by_word[None], curves(tally)[None])
        results.append(PolicyResult(whole, squares, *each))
    together = results[0]
    for one in results[1:]:
        together = together.plus(one)
    return together


def tables_of(baseline: list[Tally], other: list[Tally], months: int = MONTHS) -> dict[str, Any]:
    policies = (baseline_policy(BOOK), cut(30))
    comparison = Comparison(
        policies,
        {"baseline": result_of(baseline), "hours_30": result_of(other)},
        {"baseline": None, "hours_30": ((1.0,) * 5,) * 2},
        DAY,
        months,
        1,
        len(baseline),
    )
    return result_tables(comparison, load_assumptions())


def row(tables: dict[str, Any], table: str, **wanted: object) -> dict[str, Any]:
    rows = [
        line
        for line in tables[table].to_pylist()
        if all(line[name] == value for name, value in wanted.items())
    ]
    assert len(rows) == 1
    return rows[0]


def drawn(seed: int, number: int, more: float = 0.0) -> list[Tally]:
    """Replicates with Poisson numbers, the same for both policies but for what is added."""
    chance = np.random.default_rng(seed)
    tallies = []
    for _ in range(number):
        tally = tally_of()
        tally.month[..., counts.UNDETECTED] = chance.poisson(20.0, tally.month.shape[:3]) + more
        tally.month[:, FAMILY, SYD, counts.COLOUR_FIRST] = 10.0
        tally.delay[FAMILY, :, 1, 0, 7] = chance.poisson(3.0, 5)
        tally.delay[FAMILY, :, 1, 2, 3] = chance.poisson(1.0, 5)
        tally.unfound[FAMILY, :, 1, 0] = chance.poisson(2.0, 5)
        tally.flow[1, FAMILY, 0, 1] = chance.poisson(5.0)
        tally.undetected[FAMILY, 0, 0] = chance.poisson(30.0)
        tallies.append(tally)
    return tallies


def test_means_and_their_errors_are_those_of_the_replicates() -> None:
    tallies = drawn(1, 30)
    tables = tables_of(tallies, drawn(1, 30, more=1.0))
    each = np.array([of(summed(tally), Measure.UNDETECTED_MONTHS) for tally in tallies])
    one = row(
        tables,
        "headline",
        policy="baseline",
        measure="undetected_months",
        kind="all",
        authority="all",
    )
    assert one["mean"] == pytest.approx(each.mean())
    assert one["mc_error"] == pytest.approx(each.std(ddof=1) / np.sqrt(30))
    assert (one["low"], one["high"]) == pytest.approx(tuple(np.percentile(each, [5, 95])))
    cells = np.array([tally.month[3, FAMILY, SYD, counts.UNDETECTED] for tally in tallies])
    month = row(
        tables,
        "month",
        policy="baseline",
        measure="undetected_months",
        kind="foster_family",
        authority="syd",
        month=date(2025, 9, 1),
    )
    assert month["mean"] == pytest.approx(cells.mean())
    assert month["mc_error"] == pytest.approx(cells.std(ddof=1) / np.sqrt(30))


def test_an_error_of_a_sum_over_authorities_heeds_that_they_are_summed_first() -> None:
    tallies = drawn(2, 40)
    tables = tables_of(tallies, tallies)
    for months, field in ((7, "delay"), (-1, "unfound")):
        each = np.array([getattr(tally, field)[FAMILY, :, :, 0].sum() for tally in tallies])
        for colour, kind in (("all", "all"), ("green", "all"), ("green", "foster_family")):
            found = row(
                tables,
                "delay",
                policy="baseline",
                months=months,
                kind=kind,
                authority="all",
                theme_group="all",
                colour=colour,
            )
            assert found["mean"] == pytest.approx(each.mean())
            assert found["mc_error"] == pytest.approx(each.std(ddof=1) / np.sqrt(40))


def test_how_long_until_found_is_told_by_theme_group_and_by_colour() -> None:
    """The median of each replicate, and the error of its mean; not that of all put together."""
    tallies = drawn(6, 12)
    tables = tables_of(tallies, tallies)
    place = {"policy": "baseline", "measure": "delay_median_months"}
    for colour, month in (("green", 7.0), ("red", 3.0)):
        found = row(tables, "detection", colour=colour, theme_group="all", **place)
        assert (found["mean"], found["mc_error"]) == (month, 0.0)
    each = [
        np.percentile(
            np.repeat([3, 7], tally.delay[FAMILY, :, 1][..., [3, 7]].sum(axis=(0, 1)).astype(int)),
            50,
            method="inverted_cdf",
        )
        for tally in tallies
    ]
    found = row(tables, "detection", colour="all", theme_group="organisation", **place)
    assert found["mean"] == pytest.approx(np.mean(each))
    assert found["mc_error"] == pytest.approx(np.std(each, ddof=1) / np.sqrt(12))
    told = {
        (line["theme_group"], line["colour"])
        for line in tables["detection"].to_pylist()
        if line["measure"] == "delay_median_months"
    }
    assert told == {("organisation", "all"), ("all", "green"), ("all", "red")}


def test_all_together_stands_in_every_table_with_an_error_of_its_own() -> None:
    tallies = drawn(7, 15)
    tables = tables_of(tallies, tallies)
    months = [tally.month[3, ..., counts.UNDETECTED].sum() for tally in tallies]
    found = row(
        tables,
        "month",
        policy="baseline",
        measure="undetected_months",
        kind="all",
        authority="all",
        month=date(2025, 9, 1),
    )
    assert found["mean"] == pytest.approx(np.mean(months))
    assert found["mc_error"] == pytest.approx(np.std(months, ddof=1) / np.sqrt(15))
    for table in ("flow", "undetected", "delay"):
        kinds = {line["kind"] for line in tables[table].to_pylist()}
        assert kinds == {"all", "foster_family"}


def test_a_paired_difference_has_the_error_of_the_pairs() -> None:
    tables = tables_of(drawn(3, 20), drawn(3, 20, more=1.0))
    place = {"measure": "undetected_months", "kind": "all", "authority": "all"}
    found = row(tables, "difference", policy="hours_30", **place)
    assert found["mean"] == pytest.approx(12.0 * 4 * 5)
    assert found["mc_error"] == pytest.approx(0.0, abs=1e-9)
    alone = row(tables, "headline", policy="hours_30", **place)
    assert alone["mc_error"] > 1.0


def test_flows_and_undetected_months_are_told_by_year() -> None:
    tallies = drawn(4, 10)
    tables = tables_of(tallies, tallies)
    flow = row(
        tables, "flow", policy="baseline", kind="all", from_colour="green", to_colour="yellow"
    )
    assert flow["year"] == 2
    each = np.array([tally.flow[1, FAMILY, 0, 1] for tally in tallies])
    assert flow["mean"] == pytest.approx(each.mean())
    found = row(
        tables,
        "undetected",
        policy="baseline",
        kind="foster_family",
        theme_group="daily_life",
        colour="green",
    )
    a_year = np.array([tally.undetected[FAMILY, 0, 0] for tally in tallies]) / (MONTHS / 12)
    assert found["mean"] == pytest.approx(a_year.mean())
    assert found["mc_error"] == pytest.approx(a_year.std(ddof=1) / np.sqrt(10))


def test_one_replicate_has_no_error_and_what_is_no_number_is_left_out() -> None:
    tables = tables_of(drawn(5, 1), drawn(5, 1))
    assert set(tables) == set(SCHEMAS)
    place = {"policy": "baseline", "kind": "all", "authority": "all"}
    one = row(tables, "headline", measure="undetected_months", **place)
    assert np.isnan(one["mc_error"])
    lines = tables["headline"].to_pylist()
    assert not [line for line in lines if line["measure"] == "samples_changed_percent"]
    assert all(not np.isnan(line["mean"]) for line in lines)


def test_a_year_ends_where_the_next_begins() -> None:
    """Every subject has a colour at the start and at the end of each year, of the last one too,
    though the period cuts it short; and no change of colour falls between two years."""
    for months, years in ((12, 1), (13, 2), (30, 3)):
        world = ready(small(), as_of=DAY, months=months)
        for tally in lived(world, replicates=2):
            flow = tally.flow
            assert flow.shape[0] == years
            assert flow.sum(axis=(1, 2, 3)).tolist() == [len(small())] * years
            for before, after in pairwise(flow):
                np.testing.assert_array_equal(before.sum(axis=1), after.sum(axis=2))
            for year, one in enumerate(flow):
                first = tally.month[12 * year, ..., : counts.COLOURS].sum(axis=1)
                np.testing.assert_array_equal(one.sum(axis=2), first)


def test_declines_are_found_or_pass_or_stand_unfound_at_the_end() -> None:
    """Or are left behind by somebody who loses an approval, whom a newcomer follows."""
    kinds, groups = ("offer", "family"), ("daily_life", "organisation", "frame")
    assumed = changed(
        {f"withdrawal_taken_{kind}_percent": 100.0 for kind in kinds}
        | {f"decline_{kind}_{group}_percent": 10.0 for kind in kinds for group in groups}
    )
    left = 0.0
    for tally in lived(ready(small(), assumed, as_of=DAY, months=36), replicates=5):
        month = tally.month.sum(axis=(0, 1, 2))
        ended = month[counts.FOUND] + month[counts.RECOVERED_UNFOUND] + tally.unfound.sum()
        assert month[counts.DECLINES] == ended + month[counts.DECLINES_LEFT] > 0
        assert month[counts.WITHDRAWALS] > 0
        left += month[counts.DECLINES_LEFT]
        assert tally.delay.sum() == month[counts.FOUND]
        assert tally.since.sum() == len(small())
        colours = tally.month[..., counts.COLOUR_FIRST : counts.COLOUR_FIRST + 3]
        assert (colours.sum(axis=(1, 2, 3)) == len(small())).all()
    assert left > 0


def test_the_years_visits_are_those_of_the_months() -> None:
    for tally in lived(ready(small(), as_of=DAY, months=18), replicates=3):
        visits = tally.month[..., counts.VISITS]
        by_year = [visits[:12].sum(), visits[12:].sum()]
        assert tally.visit.sum(axis=(1, 2, 3, 4)).tolist() == by_year


def test_a_comparison_runs_the_first_policy_uncut() -> None:
    policies = [baseline_policy(BOOK), cut(30)]
    world = ready([family(1, visited=date(2025, 3, 1))], as_of=DAY, months=12, policies=policies)
    found = simulated(policies, Threads(world), as_of=DAY, months=12, seed=1, replicates=2)
    assert found.baseline is found.results["baseline"]
    assert found.values("hours_30", Measure.VISITS).shape == (2, len(KIND_NAMES), 6)
