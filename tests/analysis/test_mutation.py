"""Mutants of conditions, outcomes and whole rulebooks, and which of them some cases notice."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from engine.analysis.cases import load_cases
from engine.analysis.mutation import (
    AcceptedSurvivor,
    ChangeKind,
    FailingCasesError,
    Trial,
    all_mutants,
    load_accepted,
    of_entries,
    report_csv,
    report_json,
    report_lines,
    run_mutants,
    sampled,
)
from engine.analysis.mutation.conditions import changed_conditions
from engine.analysis.mutation.written import written
from engine.rulebook.check import check_rulebook
from engine.rulebook.load import default_rulebook_folder, load_rulebook
from engine.rulebook.problems import RulebookError
from models.conditions import AllOf, AnyOf, Comparison, Not, Operator, Quantified, SignalHeld
from models.rulebook import Place, Text

BOOK = load_rulebook()
MUTANTS = all_mutants(BOOK)
CASES = load_cases(default_rulebook_folder() / "cases", BOOK)
SERIOUS = Comparison(field="severity", operator=Operator.IS_ONE_OF, operands=("serious", "acute"))
AGE = Comparison(field="received_age_days", operator=Operator.AT_LEAST, operands=(30,))


def changes(
    condition: AllOf | AnyOf | Not | Quantified | Comparison | SignalHeld,
) -> dict[str, str]:
    return {c.what: written(c.condition) for c in changed_conditions(condition)}


def test_a_threshold_moves_both_ways_and_turns() -> None:
    shown = "received_age_days: {at least: 30}"
    assert changes(AGE) == {
        f"'{shown}': 30 became 29": "received_age_days: {at least: 29}",
        f"'{shown}': 30 became 31": "received_age_days: {at least: 31}",
        f"'{shown}': at least became at most": "received_age_days: {at most: 30}",
        f"'{shown}' negated": f"not: {{{shown}}}",
    }


def test_each_word_and_each_part_is_dropped() -> None:
    found = changes(AllOf(parts=(SERIOUS, SignalHeld(signal="doubt"))))
    shown = "severity: [serious, acute]"
    assert found[f"'serious' dropped from '{shown}'"] == "severity: [acute], signal: doubt"
    assert found[f"'{shown}' dropped"] == "signal: doubt"
    assert found["'signal: doubt' dropped"] == shown
    assert found["'signal: doubt' negated"] == f"{shown}, not: {{signal: doubt}}"
    assert len(found) == 6
    either = changes(AnyOf(parts=(SERIOUS, AGE)))
    assert either[f"'{shown}' dropped"] == "any of: [{received_age_days: {at least: 30}}]"


def test_a_quantifier_turns_counts_otherwise_and_loses_its_lines() -> None:
    found = changes(Quantified(quantifier="at_least", record="concern", where=SERIOUS))
    shown = "any concern: {severity: [serious, acute]}"
    assert written(Quantified(quantifier="none", record="concern", where=SERIOUS)) == (
        "no concern: {severity: [serious, acute]}"
    )
    assert found[f"'{shown}' became 'no concern'"].startswith("no concern")
    assert found[f"'{shown}' became 'at least 2 concern'"].startswith("at least 2 concern")
    assert found[f"'severity: [serious, acute]' dropped from '{shown}'"] == "any concern: {}"
    many = changes(Quantified(quantifier="at_least", count=3, record="concern", where=SERIOUS))
    assert {"at least 2 concern", "at least 4 concern", "fewer than 3 concern"} <= {
        condition.partition(":")[0] for condition in many.values()
    }


def test_losing_a_not_is_said_once() -> None:
    found = changes(Not(part=SignalHeld(signal="doubt")))
    assert found == {"'not' removed from 'not: {signal: doubt}'": "signal: doubt"}


def test_every_mutant_has_an_id_a_place_and_changes_the_rulebook() -> None:
    assert len({mutant.id for mutant in MUTANTS}) == len(MUTANTS)
    for mutant in sampled(MUTANTS, number=150, seed=3):
        assert mutant.apply(BOOK) != BOOK, mutant.id
        path = default_rulebook_folder().parent / mutant.place.file
        assert 0 < mutant.place.line <= len(path.read_text(encoding="utf-8").splitlines())
        assert str(mutant.case_to_add).count("_add") == 0
    without_numbers = set(ChangeKind) - {ChangeKind.THRESHOLD}
    assert {mutant.kind for mutant in MUTANTS} == without_numbers, "every number is a parameter"


def test_the_place_of_a_dated_value_is_its_own_line() -> None:
    (mutant, _) = (
        m for m in MUTANTS if m.entry == "floors.foster_family_days" and "2026-01-01: " in m.what
    )
    path = default_rulebook_folder().parent / mutant.place.file
    assert "2026-01-01" in path.read_text(encoding="utf-8").splitlines()[mutant.place.line - 1]


def test_a_sample_is_repeatable_and_in_order() -> None:
    one = sampled(MUTANTS, number=40, seed=7)
    assert one == sampled(tuple(reversed(MUTANTS)), number=40, seed=7)[::-1]
    assert len(one) == 40
    assert {m.id for m in one} != {m.id for m in sampled(MUTANTS, number=40, seed=8)}


def test_some_entries_alone() -> None:
    ids = {mutant.entry for mutant in of_entries(MUTANTS, ("category", "floor.social_offer"))}
    assert "floor.social_offer" in ids
    assert all(entry.startswith("category.") or entry == "floor.social_offer" for entry in ids)


ONE_CASE = """cases:
  - case: {da: "En alvorlig bekymring gør gul", en: "A serious concern makes yellow"}
    as of: 2025-06-01
    subject: {kind: foster_family}
    records:
      concern:
        - {received_on: 5 days ago, theme: competences, severity: serious}
    expect: {category: yellow, rules: [signals.serious_concern_open]}
"""


@pytest.fixture
def small(tmp_path: Path) -> Trial:
    path = tmp_path / "cases" / "one.yaml"
    path.parent.mkdir()
    path.write_text(ONE_CASE, encoding="utf-8")
    return Trial(BOOK, load_cases(path, BOOK))


def test_what_a_case_notices_and_what_not(small: Trial) -> None:
    run = run_mutants(of_entries(MUTANTS, ("signals.serious_concern_open",)), small)
    noticed = {v.mutant.what for v in run.noticed}
    alive = {v.mutant.what: v for v in run.survivors}
    assert "no longer applies to foster_family" in noticed
    assert "no longer applies to social_offer" in alive
    assert any("at least 2 concern" in what for what in noticed)
    lost = next(what for what in alive if what.startswith("'open: yes' dropped"))
    assert alive[lost].turned_in is None
    text = "\n".join(report_lines(run, lang="en"))
    assert "rules/signals/concerns.yaml:" in text
    assert "add: a 'social_offer' for which the rule holds" in text
    assert f"{len(alive)} survive, 0 accepted" in text


def test_a_case_that_turns_unseen_is_named(small: Trial) -> None:
    run = run_mutants(of_entries(MUTANTS, ("visits.serious_concern_family",)), small)
    (dropped,) = (v for v in run.survivors if v.mutant.kind is ChangeKind.RULE_DROPPED)
    assert dropped.turned_in is not None
    assert "A serious concern makes yellow" in "\n".join(report_lines(run, lang="en"))


def test_two_processes_say_the_same(small: Trial) -> None:
    mutants = of_entries(MUTANTS, ("signals.serious_concern_open", "category.serious_concern"))
    one, two = (run_mutants(mutants, small, processes=number) for number in (1, 2))
    assert report_csv(one) == report_csv(two)


def test_accepted_survivors_count_apart_and_grow_stale(small: Trial) -> None:
    chosen = of_entries(MUTANTS, ("signals.serious_concern_open",))
    plain = run_mutants(chosen, small)

    def accepted(mutant: str) -> AcceptedSurvivor:
        place = Place(file="cases/accepted-survivors.yaml", line=2)
        reason = Text(da="Samme svar", en="The same answer")
        return AcceptedSurvivor(
            mutant=mutant, reason=reason, reviewed=date(2026, 11, 22), place=place
        )

    listed = [
        accepted(plain.survivors[0].mutant.id),
        accepted(plain.noticed[0].mutant.id),
        accepted("signals.gone: rule dropped"),
        accepted("category.serious_concern: rule dropped"),
    ]
    run = run_mutants(chosen, small, accepted=listed, known=MUTANTS)
    assert [verdict.mutant.id for verdict, _ in run.accepted] == [listed[0].mutant]
    assert [survivor.mutant for survivor in run.stale] == [listed[1].mutant, listed[2].mutant]
    assert run.counted == plain.counted
    assert run.score_percent > run.score_of_all_percent == plain.score_percent
    data = json.loads(report_json(run))
    assert data["accepted"] == 1
    assert data["stale"] == [listed[1].mutant, listed[2].mutant]
    assert {row["outcome"] for row in data["verdicts"]} >= {"noticed", "survives", "accepted"}


def test_cases_that_fail_already_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    path.write_text(ONE_CASE.replace("yellow", "red"), encoding="utf-8")
    with pytest.raises(FailingCasesError) as caught:
        Trial(BOOK, load_cases(path, BOOK))
    assert [case.title("en") for case in caught.value.cases] == ["A serious concern makes red"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("accepted: 3\n", 1),
        ("accepted:\n  - {mutant: a}\n", 2),
        (
            "accepted:\n" + 2 * "  - {mutant: a, reason: {da: x, en: y}, reviewed: 2026-11-22}\n",
            3,
        ),
    ],
)
def test_a_malformed_list_of_accepted_survivors_says_where(
    tmp_path: Path, text: str, line: int
) -> None:
    (tmp_path / "accepted-survivors.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(RulebookError) as caught:
        load_accepted(tmp_path)
    assert [problem.place.line for problem in caught.value.problems] == [line]
    assert load_accepted(tmp_path / "nowhere") == ()


def test_the_accepted_survivors_exist_and_have_reasons() -> None:
    existing = {mutant.id for mutant in MUTANTS}
    accepted = load_accepted(default_rulebook_folder() / "cases")
    assert accepted
    assert [survivor.mutant for survivor in accepted if survivor.mutant not in existing] == []


def test_a_sample_of_the_shipped_rulebooks_mutants_is_noticed() -> None:
    """The whole is `make mutate`; docs/mutation.md keeps its last result."""
    accepted = load_accepted(default_rulebook_folder() / "cases")
    chosen = sampled(MUTANTS, number=80, seed=1)
    run = run_mutants(chosen, Trial(BOOK, CASES), accepted=accepted, known=MUTANTS)
    assert run.stale == ()
    assert run.score_percent >= 95, "\n".join(report_lines(run, lang="en"))


def test_what_the_check_refuses_does_not_count() -> None:
    dropped = [m for m in MUTANTS if m.id == "signals.acute_concern_open: rule dropped"]
    assert any(not problem.warning for problem in check_rulebook(dropped[0].apply(BOOK)))
    run = run_mutants(dropped, Trial(BOOK, ()))
    assert (run.counted, len(run.refused)) == (0, 1)
