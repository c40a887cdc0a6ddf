"""A change of a rule that moves somebody's category has its starred line in CHANGELOG.md.

The rulebook of the last release is kept in `fixtures/rulebooks/`; `rules/` is held against it over
all facts, and every rule by which some facts get another category must be named.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.analysis.rulebook_difference.answers import Verdict
from engine.analysis.rulebook_difference.report import Report, compare_rulebooks
from engine.analysis.rulebook_difference.sides import two_rulebooks
from engine.rulebook.book import Rulebook
from engine.rulebook.load import load_rulebook
from tests.analysis.rulebook_difference.editing import with_value
from tests.changelog.frozen_rulebook import CHANGELOG, last_release, read, renew, unreleased

CHANGES = """# Changelog

## Unreleased

- * Serious concerns wait longer for a dialogue (signals.serious_dialogue_overdue). All kinds,
  from 2022-01-01.
- A word of signals.leader_missing is another.

## 0.1.0 (2026-11-22)

- * signals.scores_old
"""


@pytest.fixture(scope="module", autouse=True)
def _solver() -> None:
    pytest.importorskip("z3")


def compared(old: Rulebook, new: Rulebook) -> Report:
    return compare_rulebooks(two_rulebooks(old, new, labels=("released", "rules")))


def not_starred(report: Report, changelog: str) -> list[str]:
    """The rules that move categories and that no starred line names."""
    points = re.split(r"^- ", unreleased(changelog), flags=re.MULTILINE)
    starred = " ".join(point for point in points if point.startswith("* "))
    named = set(re.findall(r"[a-z0-9_]+\.[a-z0-9_]+", starred))
    return [rule for rule in report.rules_that_move_categories() if rule not in named]


def test_every_rule_that_moves_a_category_since_the_release_has_a_starred_line() -> None:
    changelog = CHANGELOG.read_text(encoding="utf-8")
    report = compared(read(last_release(changelog)), load_rulebook())
    assert not report.undecided
    assert not_starred(report, changelog) == [], (
        "these rules give some facts another category since the last release; say so under"
        " '## Unreleased' in CHANGELOG.md in a line that begins with a star and names them"
    )


def test_a_rulebook_comes_back_as_it_was_kept(tmp_path: Path) -> None:
    book = load_rulebook()
    renew(book, "9.9.9", tmp_path)
    report = compared(book, read("9.9.9", tmp_path))
    assert report.same
    assert len(report.meaning) > 50


def test_only_the_last_release_is_kept(tmp_path: Path) -> None:
    renew(load_rulebook(), "9.9.8", tmp_path)
    renew(load_rulebook(), "9.9.9", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["9.9.9.jsonl"]


def test_a_change_without_a_star_is_found() -> None:
    book = load_rulebook()
    changed = with_value(book, "concerns.serious_dialogue_days", 21)
    report = compared(book, changed)
    assert {
        period.finding.verdict for period in report.differing if period.finding.what == "category"
    } == {Verdict.MILDER}
    assert not_starred(report, CHANGES) == []
    plain = CHANGES.replace("- * Serious", "- Serious")
    assert not_starred(report, plain) == ["signals.serious_dialogue_overdue"]
    released = CHANGES.replace("## Unreleased", "## 0.2.0")
    assert not_starred(report, released) == ["signals.serious_dialogue_overdue"]


def test_headings() -> None:
    assert last_release(CHANGES) == "0.1.0"
    assert "signals.leader_missing" in unreleased(CHANGES)
    assert "signals.scores_old" not in unreleased(CHANGES)
