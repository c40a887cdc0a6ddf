"""What a cut leaves is told authority by authority, in the cut's own unit, with what was used."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine.simulation.assumptions import load_assumptions
from engine.simulation.prepared import baseline_policy
from engine.simulation.result_tables import result_tables
from engine.simulation.run import Comparison
from engine.simulation.world import counts
from engine.simulation.world.counts import Tally
from models.scenario import CutMeasure
from tests.simulation.test_run_tables import (
    DAY,
    FAMILY,
    MONTHS,
    NORD,
    SYD,
    result_of,
    tally_of,
)
from tests.simulation.world.worlds import BOOK, cut

FRAME = (1200.0, 0.0, 600.0, 0.0, 0.0)


def replicates() -> list[Tally]:
    """Nord uses 100 to 104 hours a month, Syd 20; a tenth as many visits."""
    tallies = []
    for more in (0.0, 1.0, 2.0, 4.0):
        tally = tally_of()
        tally.month[:, FAMILY, NORD, counts.HOURS] = 100.0 + more
        tally.month[:, FAMILY, SYD, counts.HOURS] = 20.0
        tally.month[:, FAMILY, NORD, counts.VISITS] = 10.0
        tallies.append(tally)
    return tallies


def frames_of(measure: CutMeasure) -> list[dict[str, Any]]:
    chosen = cut(30)
    assert chosen.cut is not None
    policy = replace(chosen, cut=replace_measure(chosen.cut, measure))
    found = result_of(replicates())
    comparison = Comparison(
        (baseline_policy(BOOK), policy),
        {"baseline": found, policy.id: found},
        {"baseline": None, policy.id: (FRAME, FRAME)},
        DAY,
        MONTHS,
        1,
        4,
    )
    rows: list[dict[str, Any]] = result_tables(comparison, load_assumptions())["frame"].to_pylist()
    return rows


def replace_measure(chosen: Any, measure: CutMeasure) -> Any:
    return chosen.model_copy(update={"measure": measure})


def test_one_authoritys_overspending_is_not_hidden_behind_anothers_slack() -> None:
    nord, syd = frames_of(CutMeasure.HOURS)
    used = 12.0 * np.array([100.0, 101.0, 102.0, 104.0])
    assert (nord["policy"], nord["authority"], nord["cut_measure"]) == ("hours_30", "nord", "hours")
    assert nord["frame_per_year"] == 1200.0
    assert nord["mean"] == pytest.approx(used.mean())
    assert nord["mc_error"] == pytest.approx(used.std(ddof=1) / 2)
    assert nord["mean"] > nord["frame_per_year"]
    assert (syd["authority"], syd["frame_per_year"], syd["mean"]) == ("syd", 600.0, 240.0)


@pytest.mark.parametrize(
    ("measure", "used"), [(CutMeasure.VISITS, 120.0), (CutMeasure.HOURS, 1221.0)]
)
def test_a_frame_is_in_the_unit_of_its_cut(measure: CutMeasure, used: float) -> None:
    nord = frames_of(measure)[0]
    assert nord["cut_measure"] == measure.value
    assert nord["mean"] == pytest.approx(used)


def test_a_frame_of_money_is_in_kroner() -> None:
    nord = frames_of(CutMeasure.MONEY_DKK)[0]
    assert nord["cut_measure"] == "money_dkk"
    assert nord["mean"] > 100 * 1221.0


def test_what_only_a_choice_of_policy_rests_on_is_no_assumption_of_a_simulation() -> None:
    found = result_of(replicates())
    comparison = Comparison(
        (baseline_policy(BOOK),), {"baseline": found}, {"baseline": None}, DAY, MONTHS, 1, 4
    )
    rows = result_tables(comparison, load_assumptions())["assumption"].to_pylist()
    assert {row["assumption"].partition(".")[0] for row in rows} == {"world", "hours"}
