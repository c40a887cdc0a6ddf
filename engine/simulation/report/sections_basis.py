"""The sections on what was compared, what it costs, and what it all rests on."""

from __future__ import annotations

from collections.abc import Sequence

from engine.simulation.report.charts_assumptions import (
    fit_chart,
)
from engine.simulation.report.charts_effort import (
    change_chart,
    load_chart,
    sanction_chart,
)
from engine.simulation.report.content import Block, Bullets, Cell, Paragraph, Section, Table
from engine.simulation.report.findings import Findings
from engine.simulation.report.numbers import NO_NUMBER, Unit
from engine.simulation.report.results import Figure, PolicyShown
from engine.simulation.tables import Measure
from models.terms import Basis

__all__ = [
    "assumptions",
    "compared",
    "fit",
    "limits",
    "load",
    "reading",
    "sanctions",
]

_HASH = 12
_READINGS = (Measure.HOURS, Measure.VISITS, Measure.MONEY_DKK)
_SANCTIONS = (
    Measure.CONCERNS_OUTSIDE,
    Measure.CONCERNS_WHISTLEBLOWER,
    Measure.CONCERNS_VISIT,
    Measure.FORCE_REPORTS,
    Measure.SAMPLES,
    Measure.SAMPLES_CHANGED,
    Measure.SAMPLES_CHANGED_PERCENT,
    Measure.ORDERS_WARNED,
    Measure.ORDERS,
    Measure.INTENSIFIED,
    Measure.WITHDRAWALS,
)


def _section(findings: Findings, name: str, blocks: Sequence[Block | None]) -> Section:
    kept = tuple(block for block in blocks if block is not None)
    return Section(name, findings.texts.said(f"sections.{name}"), kept)


def compared(findings: Findings) -> Section:
    """The policies, their cuts and frames, and the cut on every measure."""
    texts, results = findings.texts, findings.results
    columns = ("policy", "cut_percent", "depth_percent", "rulebook_hash")
    codes = ("policy", "cut_measure", "depth_percent", "rulebook_hash")
    head = tuple(texts.said(f"columns.{code}") for code in codes)
    rows = tuple(
        (
            Cell(_named(findings, policy)),
            Cell(_cut(findings, policy)),
            Cell(findings.numbers.as_written(policy.depth_percent)),
            Cell(policy.rulebook_hash[:_HASH] or NO_NUMBER),
        )
        for policy in results.policies
    )
    words = tuple(columns.index(c) for c in ("policy", "cut_percent", "rulebook_hash"))
    blocks: list[Block | None] = [
        Paragraph(texts.said("compared.draws"), "lead"),
        Table(texts.said("compared.policies"), head, rows, words),
    ]
    if results.others:
        blocks += [
            Paragraph(texts.said("compared.readings_why")),
            change_chart(findings),
            _readings(findings),
        ]
    return _section(findings, "compared", blocks)


def _named(findings: Findings, policy: PolicyShown) -> str:
    if policy.baseline:
        return findings.texts.said("words.baseline", title=policy.lettered)
    return policy.lettered


def _cut(findings: Findings, policy: PolicyShown) -> str:
    if not policy.cut_percent or not policy.cut_measure:
        return findings.texts.said("words.none")
    return findings.texts.said(
        "compared.cut",
        percent=findings.percent(policy.cut_percent),
        measure=findings.texts.cut_measure(policy.cut_measure),
    )


def _readings(findings: Findings) -> Table:
    results, texts = findings.results, findings.texts
    head = (texts.said("columns.measure"), *(policy.lettered for policy in results.others))
    rows = tuple(
        (
            Cell(texts.measure(measure)),
            *(
                _change(findings, results.change_percent(policy, measure))
                for policy in results.others
            ),
        )
        for measure in _READINGS
    )
    return Table(texts.said("compared.readings"), head, rows)


def _change(findings: Findings, figure: Figure | None) -> Cell:
    if figure is None:
        return Cell(NO_NUMBER)
    numbers = findings.numbers
    return Cell(numbers.with_error(figure.mean, Unit.PERCENT, figure.error, signed=True))


def load(findings: Findings) -> Section:
    """Hours per consultant."""
    caption = findings.texts.said("load.table")
    chart = load_chart(findings)
    split = findings.split(caption, Measure.HOURS_PER_CONSULTANT, "authority")
    none = None if chart or split else Paragraph(findings.texts.said("load.none"), "note")
    return _section(findings, "load", [chart, split, none])


def sanctions(findings: Findings) -> Section:
    """Concerns, samples and sanctions."""
    said = findings.texts.said
    table = findings.table(said("sanctions.table"), _SANCTIONS)
    intro = Paragraph(said("sanctions.intro"), "lead")
    return _section(findings, "sanctions", [intro, sanction_chart(findings), table])


def assumptions(findings: Findings) -> Section:
    """Every quantity with its range, basis and source; what is ours is marked."""
    texts, numbers, lang = findings.texts, findings.numbers, findings.texts.lang
    rows = []
    for row in findings.results.rows("assumption"):
        ours = row["basis"] == Basis.ASSUMPTION
        unit = texts.label("units", row["unit"] or "")
        low, high = numbers.as_written(row["low"]), numbers.as_written(row["high"])
        basis = texts.word("basis", row["basis"] or "")
        fitted = texts.said("words.fitted") if row["fitted"] else ""
        rows.append(
            (
                Cell(str(row[f"title_{lang}"] or row["assumption"]), str(row["assumption"])),
                Cell(f"{numbers.as_written(row['value'])} {unit}".strip()),
                Cell(f"{low}\u00a0–\u00a0{high}"),
                Cell(basis, fitted, mark=ours),
                Cell(str(row[f"source_{lang}"] or "")),
            )
        )
    if not rows:
        none = Paragraph(texts.said("assumptions.none"), "note")
        return _section(findings, "assumptions", [none])
    codes = ("quantity", "value", "range", "basis", "source")
    head = tuple(texts.said(f"assumptions.{code}") for code in codes)
    table = Table(texts.said("sections.assumptions"), head, tuple(rows), (0, 3, 4))
    intro = Paragraph(texts.said("assumptions.intro"), "lead")
    return _section(findings, "assumptions", [intro, table])


def fit(findings: Findings) -> Section:
    """Published figures beside simulated ones."""
    texts, numbers, lang = findings.texts, findings.numbers, findings.texts.lang
    found = findings.results.rows("fit")
    if not found:
        none = Paragraph(texts.said("fit.none"), "doubt", "?")
        return _section(findings, "fit", [none])
    rows = []
    for row in found:
        published, simulated = row["published"], row["simulated"]
        deviation = None
        if published and simulated is not None:
            deviation = 100 * (simulated / published - 1)
        unit = texts.label("units", row["unit"] or "")
        rows.append(
            (
                Cell(str(row[f"title_{lang}"] or row["margin"]), unit),
                Cell(numbers.as_written(published)),
                Cell(_simulated(findings, simulated, row["mc_error"])),
                Cell(numbers.figure(deviation, Unit.PERCENT, signed=True)),
                Cell(numbers.figure(row["tolerance_percent"], Unit.PERCENT)),
                Cell(texts.said("fit.within" if row["within"] else "fit.outside")),
                Cell(str(row["source"] or "")),
            )
        )
    codes = ("margin", "published", "simulated", "deviation", "tolerance", "verdict", "source")
    head = tuple(texts.said(f"fit.{code}") for code in codes)
    table = Table(texts.said("sections.fit"), head, tuple(rows), (0, 5, 6))
    intro = Paragraph(texts.said("fit.intro"), "lead")
    return _section(findings, "fit", [intro, fit_chart(findings), table])


def _simulated(findings: Findings, value: float | None, error: float | None) -> str:
    return findings.numbers.with_error(value, Unit.MONTHS, error)


def reading(findings: Findings) -> Section:
    """How to read the errors and ranges."""
    lines = findings.texts.lines("reading.lines")
    return _section(findings, "reading", [Bullets(tuple(("", line) for line in lines))])


def limits(findings: Findings) -> Section:
    """What the report cannot say."""
    lines = findings.texts.lines("limits.lines")
    return _section(findings, "limits", [Bullets(tuple(("", line) for line in lines))])
