"""The section on what supervision costs: visits, hours and money against the frame."""

from __future__ import annotations

from engine.simulation.report.charts_effort import hours_chart, visit_chart
from engine.simulation.report.content import Cell, Section, Table
from engine.simulation.report.findings import Findings
from engine.simulation.report.frames import frame_blocks
from engine.simulation.tables import Measure

__all__ = ["effort"]

_EFFORT = (
    Measure.VISITS,
    Measure.VISITS_UNANNOUNCED_PERCENT,
    Measure.VISITS_NOT_MET,
    Measure.VISITS_PUT_OFF,
    Measure.HOURS,
    Measure.MONEY_DKK,
)


def effort(findings: Findings) -> Section:
    """Visits by purpose and notice, hours and money against the frame."""
    said = findings.texts.said
    blocks = [
        hours_chart(findings),
        *frame_blocks(findings),
        visit_chart(findings),
        findings.table(said("effort.table"), _EFFORT),
        _purposes(findings),
    ]
    kept = tuple(block for block in blocks if block is not None)
    return Section("effort", said("sections.effort"), kept)


def _purposes(findings: Findings) -> Table | None:
    results, texts = findings.results, findings.texts
    found = {
        p.name: results.folded("visit", p, ["purpose"], ["year"])
        | results.folded("visit", p, ["purpose", "notice"], ["year"])
        for p in results.policies
    }
    keys = dict.fromkeys(key for figures in found.values() for key in figures)
    purposes = list(dict.fromkeys(key[0] for key in keys))
    rows = []
    for key in sorted(keys, key=lambda key: purposes.index(key[0])):
        cells = (findings.counted(found[policy.name].get(key)) for policy in results.policies)
        words = zip(("purpose", "notice"), key, strict=False)
        rows.append((Cell(", ".join(texts.word(*word) for word in words)), *cells))
    return (
        Table(texts.said("effort.purposes"), findings.head("purpose"), tuple(rows))
        if rows
        else None
    )
