"""Side by side: what the text of the cells shows of a small table, and what the proof shows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.rules.examples import ROOT, findings, materialised
from tests.rules.textual_comparison import Row, conflicts, duplicates

pytestmark = pytest.mark.slow

PAGE = Path(__file__).resolve().parents[2] / "docs" / "rule-proofs.md"
RULES = "rules:\n"
RULE = """\
  - id: visits.notice_{name}
    title: {{da: "Regel {name}", en: "The rule {name}"}}
    applies to: [social_offer]
    from: 2022-01-01
    when: {{{when}}}
    then: {{notice: {notice}, rank: 60, purposes: [basis]}}
    basis: assumption
    sources: ["made up for the tests"]
    reviewed: 2026-01-31
"""

MANY = "places: {at least: 20}"
TABLES = {
    "the same text": (MANY, MANY),
    "overlapping ranges": ("places: {at most: 20}", "places: {at least: 15}"),
    "ranges of two facts": (MANY, "residents_without_speech_percent: {at least: 50}"),
    "ranges that only touch": ("places: {at most: 19}", MANY),
}
"""When the visit is announced, and when it is not."""
NOTICES = (("a", "announced"), ("b", "unannounced"))
BY_TEXT = {"the same text"}
BY_PROOF = {"the same text", "overlapping ranges", "ranges of two facts"}


def table(name: str) -> list[Row]:
    """As a decision table: a column for each fact, `-` where a rule does not ask."""
    facts = sorted({when.split(":")[0] for when in TABLES[name]})
    return [
        Row(
            rule,
            tuple(when.split(": ", 1)[1] if when.startswith(f"{f}:") else "-" for f in facts),
            (notice,),
        )
        for (rule, notice), when in zip(NOTICES, TABLES[name], strict=True)
    ]


@pytest.mark.parametrize("name", TABLES)
def test_a_conflict_by_the_text_and_by_proof(name: str, tmp_path: Path) -> None:
    assert bool(conflicts(table(name))) is (name in BY_TEXT)
    folder = materialised(tmp_path)
    notices = (ROOT / "base" / "visits" / "notice.yaml").read_text(encoding="utf-8")
    always = notices[notices.index("  - id: visits.notice_otherwise") :]
    rules = [
        RULE.format(name=rule, when=when, notice=notice)
        for (rule, notice), when in zip(NOTICES, TABLES[name], strict=True)
    ]
    (folder / "visits" / "notice.yaml").write_text(RULES + "".join(rules) + always)
    found = [finding["defect"] for finding in findings(folder)]
    assert found == (["conflict"] if name in BY_PROOF else [])


def test_a_duplicate_by_the_text() -> None:
    rows = [Row("a", ("<= 10", "-"), ("x",)), Row("b", ("<= 10", "-"), ("x",))]
    assert duplicates(rows) == ["b"]
    assert conflicts(rows) == []
    assert duplicates([rows[0], Row("b", ("< 11", "-"), ("x",))]) == []


def test_the_page_shows_what_was_found() -> None:
    said = "(conflict|nothing)"
    page = PAGE.read_text(encoding="utf-8")
    shown = re.findall(rf"^\| ([a-z ]+) \|.*\| {said} \| {said} \|$", page, re.MULTILINE)
    assert shown == [
        (
            name,
            "conflict" if name in BY_TEXT else "nothing",
            "conflict" if name in BY_PROOF else "nothing",
        )
        for name in TABLES
    ]
