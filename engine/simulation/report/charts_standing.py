"""Charts of how places stand: their colour, their colour a year later, the time since a visit."""

from __future__ import annotations

from engine.simulation.report.canvas import Format, chart_of, colour_look
from engine.simulation.report.charts_months import months_chart
from engine.simulation.report.content import Chart
from engine.simulation.report.drawing import Piece, Stack, draw_stacks
from engine.simulation.report.findings import Findings
from engine.simulation.report.numbers import Unit
from engine.simulation.report.results import Figure, shared
from engine.simulation.tables import Measure
from models.terms import Colour

__all__ = ["colour_chart", "flow_chart", "since_chart"]

_COLOURS = tuple(colour.value for colour in Colour)


def colour_chart(findings: Findings) -> Chart | None:
    """Undetected months by the colour that the place had meanwhile."""
    results, texts = findings.results, findings.texts
    stacks: list[Stack] = []
    shares: dict[str, Figure] = {}
    said = []
    for policy in results.policies:
        figures = {k[0]: f for k, f in results.folded("undetected", policy, ["colour"]).items()}
        found = {colour: figure.mean for colour, figure in figures.items()}
        total = sum(found.values())
        if total <= 0:
            continue
        if Colour.GREEN in figures:
            shares[policy.name] = shared(figures[Colour.GREEN], list(figures.values()))
        words = {
            c: f"{texts.word('colour', c)} {findings.numbers.plain(v)}" for c, v in found.items()
        }
        pieces = [Piece(found[c], words[c], colour_look(c)) for c in _COLOURS if c in found]
        stacks.append(Stack(policy.letter, tuple(pieces), findings.numbers.plain(total)))
        said.append(f"{policy.lettered}: {', '.join(words[c] for c in _COLOURS if c in found)}")
    if not stacks:
        return None

    def draw(format_: Format) -> object:
        return draw_stacks(
            format_, stacks, axis=texts.said("axes.undetected"), ticks=findings.ticks()
        )

    return chart_of(
        "colour",
        draw,
        title=_shared_title(findings, "colour", shares, Unit.PERCENT),
        axis=texts.said("axes.undetected"),
        values="; ".join(said),
        key=findings.key_of(
            "colour", [(texts.word("colour", c), colour_look(c)) for c in _COLOURS]
        ),
        note=findings.letters(),
    )


def _shared_title(findings: Findings, chart: str, values: dict[str, Figure], unit: Unit) -> str:
    results, numbers = findings.results, findings.numbers
    base = values.get(results.baseline.name, Figure(0.0, 0.0))
    shown = numbers.with_error(base.mean, unit, base.error)
    others = [policy for policy in results.others if policy.name in values]
    farthest = max(others, key=lambda p: abs(values[p.name].mean - base.mean), default=None)
    end = base if farthest is None else values[farthest.name]
    now = numbers.with_error(end.mean, unit, end.error)
    alike = numbers.figure(end.mean, unit) == numbers.figure(base.mean, unit)
    if farthest is None or alike:
        return findings.texts.said(f"charts.{chart}_one", base=shown)
    return findings.texts.said(
        f"charts.{chart}", base=shown, now=now, policy=findings.quoted(farthest)
    )


def since_chart(findings: Findings) -> Chart | None:
    """How many have not been visited for so many months, at the end."""
    return months_chart(
        findings, "since", curve="unvisited", moved=Measure.SINCE_VISIT_OVER_TWO_YEARS
    )


def flow_chart(findings: Findings) -> Chart | None:
    """Of those of a colour, which colour they have a year later."""
    results, texts = findings.results, findings.texts
    by = ["from_colour", "to_colour"]
    found = {p.name: results.folded("flow", p, by, ["year"]) for p in results.policies}
    stacks: list[Stack] = []
    stay: dict[str, Figure] = {}
    said = []
    for before in _COLOURS:
        first = True
        for policy in results.policies:
            row = {c: f for c in _COLOURS if (f := found[policy.name].get((before, c)))}
            if sum(figure.mean for figure in row.values()) <= 0:
                continue
            parts = {c: shared(figure, list(row.values())) for c, figure in row.items()}
            shares = {c: part.mean for c, part in parts.items()}
            if before == Colour.GREEN and before in parts:
                stay[policy.name] = parts[before]
            words = {
                c: f"{texts.word('colour', c)} {findings.numbers.plain(s)}"
                for c, s in shares.items()
            }
            pieces = tuple(Piece(s, words[c], colour_look(c)) for c, s in shares.items())
            heading = texts.heading("colour", before) if first else ""
            stacks.append(Stack(policy.letter, pieces, "", heading))
            first = False
            said.append(
                f"{texts.word('colour', before)}, {policy.lettered}: {', '.join(words.values())}"
            )
    if not stacks:
        return None

    def draw(format_: Format) -> object:
        return draw_stacks(format_, stacks, axis=texts.said("axes.flow"), ticks=findings.ticks())

    return chart_of(
        "flow",
        draw,
        title=_shared_title(findings, "flow", stay, Unit.COUNT),
        axis=texts.said("axes.flow"),
        values="; ".join(said),
        key=findings.key_of("flow", [(texts.word("colour", c), colour_look(c)) for c in _COLOURS]),
        note=findings.letters(),
    )
