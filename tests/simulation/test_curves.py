"""Curves have an error at each of their months, made of the replicates' own curves."""

from __future__ import annotations

import numpy as np
import pytest

from engine.simulation.summary import curves
from engine.simulation.world.counts import LONGEST_MONTHS, Tally
from tests.simulation.test_run_tables import FAMILY, NORD, OFFER, SYD, row, tables_of, tally_of


def replicate(soon: float, late: float) -> Tally:
    """So many declines found after two months and after seven; as many last visited that long ago,
    in two authorities."""
    tally = tally_of()
    tally.delay[FAMILY, SYD, 0, 0, 2] = soon
    tally.delay[OFFER, NORD, 1, 2, 7] = late
    tally.since[FAMILY, SYD, 2] = soon
    tally.since[OFFER, NORD, 7] = late
    return tally


def test_a_replicates_curves() -> None:
    found, unvisited = curves(replicate(3.0, 1.0))
    assert len(found) == len(unvisited) == LONGEST_MONTHS + 1
    assert found[[1, 2, 6, 7, 120]] == pytest.approx([0, 75, 75, 100, 100])
    assert unvisited[[1, 2, 6, 7, 120]] == pytest.approx([100, 25, 25, 0, 0])


def test_where_nothing_is_found_there_is_no_curve() -> None:
    found, _ = curves(tally_of())
    assert np.isnan(found).all()


def test_the_error_of_a_curve_is_that_of_the_replicates_curves() -> None:
    tallies = [replicate(*found) for found in ((3, 1), (2, 2), (5, 5), (1, 3))]
    tables = tables_of(tallies, tallies)
    each = np.array([75.0, 50.0, 50.0, 25.0])
    for month in (2, 6):
        one = row(tables, "curve", policy="baseline", curve="found", months=month)
        assert one["mean"] == pytest.approx(each.mean())
        assert one["mc_error"] == pytest.approx(each.std(ddof=1) / 2)
        other = row(tables, "curve", policy="baseline", curve="unvisited", months=month)
        assert other["mean"] == pytest.approx(100 - each.mean())
        assert other["mc_error"] == pytest.approx(each.std(ddof=1) / 2)
    last = row(tables, "curve", policy="baseline", curve="found", months=7)
    assert (last["mean"], last["mc_error"]) == (100.0, 0.0)


def test_curves_end_where_all_is_said() -> None:
    tables = tables_of([replicate(3, 1)] * 2, [replicate(3, 1)] * 2)
    rows = [line for line in tables["curve"].to_pylist() if line["policy"] == "baseline"]
    assert max(line["months"] for line in rows) == 7
