"""Reading and running worked cases, on small synthetic files."""

from datetime import date
from pathlib import Path

import pytest

from engine.analysis.case_run import CaseResult, run_cases
from engine.analysis.cases import load_cases
from engine.rulebook.load import load_rulebook
from engine.rulebook.problems import RulebookError
from models.terms import Kind

BOOK = load_rulebook()
HEAD = """cases:
  - case: "En sætning"
    as of: 2025-06-01
"""


def written(folder: Path, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "some.yaml").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("kind", list(Kind))
def test_a_subject_nothing_speaks_against_is_green(tmp_path: Path, kind: Kind) -> None:
    text = HEAD + f"    subject: {{kind: {kind.value}}}\n    expect: {{category: green}}\n"
    (result,) = run_cases(written(tmp_path / "cases", text), BOOK).results
    assert result.failures == ()
    assert result.case.dossier.of("visit")[0].held_on == date(2025, 5, 2)


def test_a_case_that_says_no_colour_expects_the_strictest(tmp_path: Path) -> None:
    text = HEAD + "    subject: {kind: foster_family}\n"
    (result,) = run_cases(written(tmp_path / "cases", text), BOOK).results
    assert result.failures == (
        "category: expected red (the case says no colour: the strictest), got green",
    )
    acute = "{received_on: today, theme: competences, severity: acute}"
    text += f"    records:\n      concern:\n        - {acute}\n"
    (result,) = run_cases(written(tmp_path / "cases", text), BOOK).results
    assert result.failures == ()


def test_days_notice_floor_and_what_is_missing_can_be_demanded(tmp_path: Path) -> None:
    text = HEAD.replace('"En sætning"', '{da: "En sætning", en: "A sentence"}') + (
        "    subject: {kind: foster_family}\n    records:\n      concern:\n"
        "        - {received_on: 1 days ago, theme: competences, severity: serious}\n"
        "    expect:\n      category: yellow\n      assessed: yes\n"
        "      floor due: 2026-01-01\n      missing: {statement: []}\n"
        "      at most days: {statement: 3}\n      draws: {families_random: {of: 2, drawn: 1}}\n"
        "      first visits:\n"
        "        follow_up: {earliest: 2020-01-01, latest: today, notice: announced}\n"
        "        night: {latest: today}\n"
    )
    (result,) = run_cases(written(tmp_path / "cases", text), BOOK).results
    assert (result.case.title("da"), result.case.title("en")) == ("En sætning", "A sentence")
    assert [failure.partition(":")[0] for failure in result.failures] == [
        "first visit follow_up, earliest",
        "first visit follow_up, latest",
        "first visit follow_up, notice",
        "first visits",
        "floor due",
        "missing for statement",
        "at most days of statement",
        "draws",
    ]


def test_malformed_details_are_told_with_their_line(tmp_path: Path) -> None:
    text = HEAD + (
        "    subject: {kind: foster_family}\n    expect:\n"
        "      first visits: {basis: soon, walk: {latest: today}, night: {latst: today}}\n"
        "      assessed: perhaps\n      missing: {statement: dialogue, walk: []}\n"
        "      at most days: {statement: few}\n      draws: {families_random: {of: 0, drawn: 1}}\n"
    )
    with pytest.raises(RulebookError) as caught:
        load_cases(written(tmp_path / "cases", text), BOOK)
    lines = [problem.place.line for problem in caught.value.problems]
    assert lines == [6, 6, 6, 7, 8, 8, 9, 10]


def test_days_count_from_the_day_of_the_case(tmp_path: Path) -> None:
    text = HEAD + (
        "    subject: {kind: foster_family, approved_on: 400 days ago}\n"
        "    records:\n      visit: []\n      concern:\n"
        "        - {received_on: 3 days ago, statement_due_on: in 10 days,\n"
        "           theme: competences, severity: serious, anonymous: yes}\n"
        "    expect: {category: yellow, visits: [follow_up], frames: []}\n"
    )
    (case,) = load_cases(written(tmp_path / "cases", text), BOOK)
    (concern,) = case.dossier.of("concern")
    assert (concern.received_on, concern.statement_due_on) == (date(2025, 5, 29), date(2025, 6, 11))
    assert case.dossier.of("visit") == ()
    assert case.dossier.subject.approved_on == date(2024, 4, 27)
    assert run_cases(tmp_path / "cases", BOOK).failed == ()


def test_what_differs_is_said(tmp_path: Path) -> None:
    text = HEAD + (
        "    subject: {kind: foster_family}\n"
        "    expect:\n      category: red\n      rules: [signals.serious_concern_open]\n"
        "      not rules: [visits.notice_otherwise]\n      visits: [night]\n"
        "      proposals: {order: proposed}\n"
    )
    run = run_cases(written(tmp_path / "cases", text), BOOK)
    (result,) = run.failed
    assert result.failures == (
        "category: expected red, got green",
        "rule signals.serious_concern_open: expected to hold, did not",
        "rule visits.notice_otherwise: expected not to hold, did",
        f"visits: expected night, planned {_planned(result)}",
        "proposals: expected order, got none",
    )
    assert "signals.serious_concern_open" not in run.uncovered
    assert "signals.acute_concern_open" in run.uncovered


def _planned(result: CaseResult) -> str:
    visits = result.decision.plan.visits
    return ", ".join(sorted({p.value for v in visits for p in v.purposes})) or "none"


def test_a_threshold_met_from_one_side_only_is_named(tmp_path: Path) -> None:
    one = HEAD + (
        "    subject: {kind: foster_family}\n    records:\n      concern:\n"
        "        - {received_on: 90 days ago, theme: competences, severity: mild}\n"
        "    expect: {rules: [signals.dialogue_overdue], category: CATEGORY}\n"
    )
    other = one.replace("cases:\n", "").replace("En sætning", "En anden")
    other = other.replace("90 days", "10 days").replace("rules:", "not rules:")
    path = written(tmp_path / "cases", one.replace("CATEGORY", "yellow"))
    rules = {found.rule for found in run_cases(path, BOOK).one_sided}
    assert rules == {"signals.dialogue_overdue"}
    written(path, (one + other).replace("CATEGORY", "yellow"))
    assert run_cases(path, BOOK).one_sided == ()


def test_everything_wrong_is_told_at_once_with_its_line(tmp_path: Path) -> None:
    text = """cases:
  - case: "x"
    as of: 2025-06-41
    subject: {kind: foster_family}
  - case: "y"
    as of: 2025-06-01
    subject: {kind: foster_family, places: 3}
    records:
      concern:
        - {received_on: 3 days, theme: competencs, severity: seriouz}
      budget: []
    expects: 3
    expect: {category: blue, rules: [a], visits: [x], proposals: {statement: y, z: proposed}}
  - case: "old"
    as of: 2021-06-01
    subject: {kind: foster_family}
  - as of: 2022-06-01
    subject: {kind: boat}
"""
    with pytest.raises(RulebookError) as caught:
        load_cases(written(tmp_path / "cases", text), BOOK)
    found = [str(problem) for problem in caught.value.problems]
    lines = [int(problem.split(":")[1]) for problem in found]
    assert lines == sorted(lines)
    assert set(lines) == {3, 7, 10, 11, 12, 13, 15, 17}
    assert "cases/some.yaml:10: 'competencs' is not a theme; did you mean 'competences'?" in found
    assert "cases/some.yaml:12: 'expects' is not known here; did you mean 'expect'?" in found
    assert sum(line == 13 for line in lines) == 5


def test_the_same_sentence_twice_is_refused(tmp_path: Path) -> None:
    entry = HEAD + "    subject: {kind: foster_family}\n"
    path = written(tmp_path / "cases", entry + entry.replace("cases:\n", ""))
    with pytest.raises(RulebookError, match="the same sentence stands in"):
        load_cases(path, BOOK)


def test_a_folder_without_cases_says_so(tmp_path: Path) -> None:
    with pytest.raises(RulebookError, match="no cases"):
        load_cases(tmp_path, BOOK)
