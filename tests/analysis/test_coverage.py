"""Coverage of rules and of both sides of thresholds by small sets of cases."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.analysis.cases import load_cases
from engine.analysis.coverage import Coverage, coverage_data, coverage_lines, measure
from engine.analysis.coverage.thresholds import thresholds
from engine.rulebook.load import default_rulebook_folder, load_rulebook
from models.conditions import AllOf, Comparison, Not, Operator, ParameterRef, Quantified

BOOK = load_rulebook()
RULE = "signals.serious_concern_unvisited"


def case(days: int, as_of: str = "2025-06-01", *, colour: str = "yellow") -> str:
    """A family whose serious concern came in so many days ago, and has had its dialogue."""
    return f"""  - case: "{days} {as_of}"
    as of: {as_of}
    subject: {{kind: foster_family}}
    records:
      concern:
        - {{received_on: {days} days ago, theme: competences, severity: serious,
           dialogue_on: 1 days ago}}
      visit:
        - {{held_on: 90 days ago, purpose: basis, notice: unannounced}}
    expect: {{category: {colour}}}
"""


def measured(folder: Path, *cases: str) -> Coverage:
    path = folder / "some.yaml"
    path.write_text("cases:\n" + "".join(cases), encoding="utf-8")
    return measure(BOOK, load_cases(path, BOOK))


def the_rule(coverage: Coverage) -> dict[str, object]:
    return next(rule for rule in coverage_data(coverage) if rule["rule"] == RULE)


def number() -> int:
    values = BOOK.parameters["concerns.unvisited_days"].values
    assert len(values) == 1
    assert isinstance(values[0].value, int)
    return values[0].value


def test_thresholds_are_found_wherever_they_stand() -> None:
    age = Comparison(
        field="received_age_days",
        operator=Operator.AT_MOST,
        operands=(ParameterRef(parameter="concerns.many"),),
    )
    many = Quantified(quantifier="at_least", count=3, record="concern", where=Not(part=age))
    found = list(thresholds(AllOf(parts=(many,))))
    assert [(item.number, item.counts_up) for item in found] == [
        (3, True),
        (ParameterRef(parameter="concerns.many"), False),
    ]
    moved = found[1].moved(7)
    assert isinstance(moved, AllOf)
    assert "operands=(7,)" in repr(moved)


def test_one_side_is_not_both(tmp_path: Path) -> None:
    at = the_rule(measured(tmp_path, case(number(), colour="red")))
    assert (at["held"], at["not_held"], at["complete"]) == (1, 0, False)
    sides = {side["value"]: side["case"] for side in at["sides"]}  # type: ignore[attr-defined]
    assert sides[number()] == "test_one_side_is_not_both0/some.yaml:2"
    assert sides[number() - 1] is None


def test_both_sides_are_complete(tmp_path: Path) -> None:
    both = the_rule(measured(tmp_path, case(number(), colour="red"), case(number() - 1)))
    assert (both["held"], both["not_held"], both["complete"]) == (1, 1, True)


def test_far_from_the_threshold_is_no_side(tmp_path: Path) -> None:
    far = measured(tmp_path, case(number() + 9, colour="red"), case(number() - 9))
    assert the_rule(far)["complete"] is False
    text = "\n".join(coverage_lines(far, lang="en"))
    assert f"no case in which received_age_days is {number()} and that decides" in text
    danish = "\n".join(coverage_lines(far))
    assert f"intet eksempel, hvor received_age_days er {number()}" in danish


def test_each_dated_value_is_tried_by_itself(tmp_path: Path) -> None:
    coverage = measured(tmp_path, case(3))
    (stale,) = (rule for rule in coverage.rules if rule.rule == "signals.offer_facts_stale")
    assert len({side.valid_from for side in stale.sides}) == 2
    assert {side.parameter for side in stale.sides} == {"assessment.stale_offer_days"}
    assert stale.held == 0


@pytest.fixture(scope="module")
def shipped() -> Coverage:
    return measure(BOOK, load_cases(default_rulebook_folder() / "cases", BOOK))


def test_every_shipped_rule_held_and_did_not(shipped: Coverage) -> None:
    assert [rule.rule for rule in shipped.rules if not rule.held] == []
    assert [rule.rule for rule in shipped.rules if rule.can_fail and not rule.not_held] == []


def test_the_table_has_a_row_for_every_rule_and_the_sums(shipped: Coverage) -> None:
    lines = list(coverage_lines(shipped, lang="en"))
    for rule in BOOK.rules:
        assert sum(line.split()[0] == rule.id for line in lines) == 1
    tried = sum(side.case is not None for side in shipped.sides)
    assert f"{tried} of {len(shipped.sides)} sides of thresholds are tried" in lines[-1]
