"""The section on which assumptions decide the answer."""

from __future__ import annotations

from typing import Any

from engine.simulation.report.charts_assumptions import (
    answers,
    rest_of,
    share_chart,
    title_of,
    told_apart,
    tornado_chart,
)
from engine.simulation.report.content import Block, Cell, Paragraph, Section, Table
from engine.simulation.report.findings import Findings
from engine.simulation.report.numbers import NO_NUMBER, Unit
from engine.simulation.report.results import PolicyShown
from engine.simulation.report.summary import Summary
from engine.simulation.sureness import Outcome

__all__ = ["decides"]

_MOST_ANSWERS = 15
_LIKE = 0.1
_HOURS = "hours."


def decides(findings: Findings, summary: Summary) -> Section:
    """Every doubt, the tornados, the shares of variance."""
    said = findings.texts.said
    doubts = summary.doubts(all_named=True)
    blocks: list[Block | None] = [Paragraph(line, "doubt", "!") for line in doubts]
    found = answers(findings)
    blocks.insert(0, Paragraph(said("decides.intro" if found else "decides.none"), "lead"))
    for policy, measure, rows in found:
        shown = [
            row
            for number, row in enumerate(rows)
            if number < _MOST_ANSWERS or row["outcome"] == Outcome.TURNS
        ]
        unsure = said("decides.shares_unsure", policy=policy.lettered)
        blocks += [
            _of_a_part(findings, policy, measure, rows),
            tornado_chart(findings, policy, measure, rows),
            share_chart(findings, policy, measure, rows),
            None if told_apart(rows) else Paragraph(unsure, "doubt", "!"),
            _answer_table(findings, policy, measure, shown),
        ]
        if len(shown) < len(rows):
            sheet = findings.texts.said("sheets.sensitivity")
            rest = said("decides.rest", count=len(rows) - len(shown), sheet=sheet)
            blocks.append(Paragraph(rest, "note"))
    blocks.append(_not_varied(findings))
    kept = tuple(block for block in blocks if block is not None)
    return Section("decides", said("sections.decides"), kept)


def _not_varied(findings: Findings) -> Paragraph | None:
    """Which assumptions were left as they are, and so may move the answer unseen."""
    texts, results = findings.texts, findings.results
    varied = {row["assumption"] for row in results.rows("sensitivity")}
    if not varied:
        return None
    left = [
        row["assumption"] for row in results.rows("assumption") if row["assumption"] not in varied
    ]
    of_hours = sum(name.startswith(_HOURS) for name in left)
    items = [title_of(findings, name) for name in left if not name.startswith(_HOURS)]
    if of_hours:
        items.insert(0, texts.said("decides.not_varied_hours", count=of_hours))
    if not items:
        return None
    return Paragraph(texts.said("decides.not_varied", titles="; ".join(items)), "note")


def _of_a_part(
    findings: Findings, policy: PolicyShown, measure: str, rows: list[dict[str, Any]]
) -> Paragraph | None:
    """Says so where sensitivity was reckoned on less than the whole run."""
    texts = findings.texts
    whole = findings.results.difference(policy, measure)
    first = next((row for row in rows if row["at_value"] is not None), None)
    if whole is None or first is None:
        return None
    here, error = first["at_value"], first["at_value_error"]
    if abs(here - whole.mean) <= max(_LIKE * abs(whole.mean), 2 * whole.error):
        return None
    said = texts.said(
        "decides.part",
        policy=policy.lettered,
        here=texts.with_error(here, measure, error, signed=True),
        whole=texts.with_error(whole.mean, measure, whole.error, signed=True),
    )
    return Paragraph(said, "note")


def _answer_table(
    findings: Findings, policy: PolicyShown, measure: str, rows: list[dict[str, Any]]
) -> Table:
    texts = findings.texts
    codes = ("assumption", "at_low", "at_value", "at_high", "share")
    shown = []
    rest = rest_of(findings, policy, measure)
    for row in rows if rest is None else [*rows, rest]:
        cells = [
            Cell(texts.with_error(row[end], measure, row[f"{end}_error"], signed=True))
            for end in ("at_low", "at_value", "at_high")
        ]
        share = NO_NUMBER
        if row is rest or told_apart(rows):
            share = findings.numbers.with_error(
                row["variance_share_percent"], Unit.PERCENT, row["variance_share_error"]
            )
        outcome = row["outcome"]
        below = "" if outcome in (None, Outcome.HOLDS) else texts.said(f"decides.{outcome}")
        shown.append((Cell(title_of(findings, row["assumption"]), below), *cells, Cell(share)))
    caption = texts.said("decides.table", measure=texts.measure(measure))
    head = tuple(texts.said(f"decides.{code}") for code in codes)
    return Table(f"{policy.lettered}. {caption}", head, tuple(shown))
