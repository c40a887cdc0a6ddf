"""How tables are asked: all together where there is such a line, summed where there is none."""

import math
from datetime import date

import pytest

from engine.simulation.report.results import Figure, Results
from engine.simulation.report.verdicts import Verdict, verdict_of
from engine.simulation.tables import Measure, table_of
from tests.simulation.report.synthetic_results import synthetic_tables


def visit(year, kind, purpose, mean):
    return {"policy": "baseline", "year": year, "kind": kind, "authority": "all",
            "purpose": purpose, "notice": "announced", "mean": mean, "mc_error": 3.0}  # fmt: skip


def results_of(rows):
    tables = synthetic_tables(1)
    return Results(tables | {"visit": table_of("visit", rows)}, lang="en")


def test_the_line_for_all_is_taken_and_years_are_averaged():
    found = results_of(
        [
            visit(2023, "all", "basis", 10.0),
            visit(2023, "foster_family", "basis", 4.0),
            visit(2024, "all", "basis", 20.0),
        ]
    )
    assert found.folded("visit", found.baseline, ["purpose"], ["year"]) == {
        ("basis",): Figure(15.0, 3.0)
    }


def test_without_such_a_line_kinds_are_summed():
    found = results_of(
        [visit(2023, "social_offer", "basis", 10.0), visit(2023, "foster_family", "basis", 4.0)]
    )
    assert found.folded("visit", found.baseline, ["purpose"], ["year"])[("basis",)].mean == 14.0


def test_by_something_the_line_for_all_is_left_out():
    found = results_of(
        [
            visit(2023, "all", "all", 14.0),
            visit(2023, "all", "basis", 10.0),
            visit(2023, "all", "night", 4.0),
        ]
    )
    assert set(found.folded("visit", found.baseline, ["purpose"], ["year"])) == {
        ("basis",),
        ("night",),
    }


def test_the_baseline_comes_first_whatever_the_order():
    tables = synthetic_tables(3)
    rows = list(reversed(tables["policy"].to_pylist()))
    found = Results(tables | {"policy": table_of("policy", rows)}, lang="en")
    assert found.baseline.name == "baseline"
    assert [policy.letter for policy in found.policies] == ["A", "B", "C"]
    assert found.most_changed(Measure.UNDETECTED_MONTHS).name == "cut_30"


def test_a_change_is_a_share_of_the_baseline():
    found = Results(synthetic_tables(2), lang="en")
    change = found.change_percent(found.others[0], Measure.HOURS)
    assert change.mean == pytest.approx(-30.0)
    assert 0 < change.error < 3
    assert found.change_percent(found.others[0], Measure.BREACHES) is None


@pytest.mark.parametrize(
    ("mean", "error", "verdict"),
    [
        (0.0, 0.0, Verdict.SAME),
        (2.1, 1.0, Verdict.RISES),
        (-2.1, 1.0, Verdict.FALLS),
        (2.0, 1.0, Verdict.UNSURE),
        (1.0, 0.0, Verdict.RISES),
        (9.0, math.nan, Verdict.UNSURE),
    ],
)
def test_a_difference_is_judged_by_two_errors(mean, error, verdict):
    assert verdict_of(Figure(mean, error)) is verdict


def test_of_months_by_kind_and_authority_the_sum_is_shown():
    rows = [
        {"policy": "baseline", "month": day, "kind": kind, "authority": authority,
         "measure": measure, "mean": mean, "mc_error": 3.0}
        for day, mean in ((date(2023, 2, 1), 2.0), (date(2023, 1, 1), 1.0))
        for kind in ("social_offer", "foster_family")
        for authority in ("nord", "syd")
        for measure in (Measure.UNDETECTED_MONTHS, Measure.VISITS)
    ]  # fmt: skip
    tables = synthetic_tables(1) | {"month": table_of("month", rows)}
    found = Results(tables, lang="en")
    assert found.series(found.baseline, Measure.UNDETECTED_MONTHS) == [
        (date(2023, 1, 1), Figure(4.0, 12.0)),
        (date(2023, 2, 1), Figure(8.0, 12.0)),
    ]
