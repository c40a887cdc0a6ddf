"""The report as one HTML file that needs nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from engine.simulation.report import sections_basis as basis
from engine.simulation.report import sections_harm as happens
from engine.simulation.report.content import Block, Section
from engine.simulation.report.facts import ReportFacts
from engine.simulation.report.findings import Findings
from engine.simulation.report.results import Results
from engine.simulation.report.sections_decides import decides
from engine.simulation.report.sections_effort import effort
from engine.simulation.report.summary import Summary
from engine.simulation.report.texts import Texts

__all__ = ["page_of"]

_HERE = Path(__file__).resolve().parent
_HASH = 12


def page_of(results: Results, facts: ReportFacts) -> str:
    """The whole page: a summary of one printed page, then the sections."""
    texts = Texts(results.lang)
    findings = Findings(results, texts)
    summary = Summary(findings, facts)
    first: list[tuple[str, list[Block]]] = [
        ("asked", summary.asked()),
        ("answer", [*summary.answer(), *summary.measured(), *summary.key_figures()]),
        ("sure", summary.sure()),
        ("rests", summary.rests()),
    ]
    sections = [
        basis.compared(findings),
        happens.harm(findings),
        happens.greens(findings),
        effort(findings),
        happens.breaches(findings),
        happens.since(findings),
        happens.flows(findings),
        basis.load(findings),
        basis.sanctions(findings),
        decides(findings, summary),
        basis.assumptions(findings),
        basis.fit(findings),
        basis.reading(findings),
        basis.limits(findings),
    ]
    rendered: str = _template().render(
        lang=results.lang,
        style=(_HERE / "page.css").read_text(encoding="utf-8"),
        title=summary.title(),
        policies=len(results.policies),
        said=texts.said,
        summary=[Section(name, texts.said(f"summary.{name}"), tuple(b)) for name, b in first],
        sections=sections,
        foot=_foot(texts, facts),
    )
    return rendered


def _foot(texts: Texts, facts: ReportFacts) -> list[str]:
    lines = [
        texts.said("page.proposes"),
        texts.said(
            "page.made_by",
            hash=facts.rulebook_hash[:_HASH],
            seed=facts.seed,
            replicates=texts.numbers.plain(facts.replicates),
        ),
        texts.said("page.files"),
    ]
    if facts.command:
        lines.append(texts.said("page.repeat", command=facts.command))
    return lines


def _template() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    room = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    room.filters["drawn"] = Markup
    return room.get_template("page.html.jinja")
