"""Charts of how places stand: their colour, their colour a year later, the time since a visit."""

from __future__ import annotations

import math
from collections.abc import Sequence

from engine.simulation.report.canvas import Format, Look, chart_of, colour_look, policy_look
from engine.simulation.report.content import Chart
from engine.simulation.report.drawing import Course, Piece, Stack, draw_courses, draw_stacks
from engine.simulation.report.findings import Findings
from engine.simulation.report.numbers import Unit
from engine.simulation.report.results import Figure, PolicyShown, shared
from engine.simulation.tables import Measure
from models.terms import Colour

__all__ = ["colour_chart", "course_of", "flow_chart", "points_of", "since_chart"]

_YEAR = 12
_LONGEST = 48
_NAMED = (3, 6, 12, 24, 36)
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


def course_of(letter: str, curve: Sequence[tuple[int, Figure]], look: Look) -> Course:
    """A curve of per cents by whole months, with the errors of its months where it has any."""
    shown = [(month, figure) for month, figure in curve if month <= _LONGEST]
    errors = tuple(figure.error for _, figure in shown)
    return Course(
        letter,
        tuple(float(month) for month, _ in shown),
        tuple(figure.mean for _, figure in shown),
        look,
        errors if all(map(math.isfinite, errors)) else (),
    )


def points_of(findings: Findings, policy: PolicyShown, curve: Sequence[tuple[int, Figure]]) -> str:
    """Some months of a curve in words, with their errors."""
    points = ", ".join(
        f"{month}: {findings.numbers.with_error(figure.mean, Unit.PERCENT, figure.error)}"
        for month, figure in curve
        if month in _NAMED
    )
    return f"{policy.lettered}: {points}"


def since_chart(findings: Findings) -> Chart | None:
    """How many have not been visited for so many months, at the end."""
    results, texts = findings.results, findings.texts
    courses, said = [], []
    for number, policy in enumerate(results.policies):
        curve = results.curve(policy, "unvisited")
        if curve:
            courses.append(course_of(policy.letter, curve, policy_look(number)))
            said.append(points_of(findings, policy, curve))
    if not courses:
        return None

    def draw(format_: Format) -> object:
        return draw_courses(
            format_,
            courses,
            across=texts.said("axes.since_across"),
            up=texts.said("axes.since_up"),
            ticks=findings.ticks(),
            top_at=100,
            lines_at=[
                (_YEAR, texts.said("marks.a_year")),
                (2 * _YEAR, texts.said("marks.two_years")),
            ],
            every=_YEAR if format_.narrow else _YEAR / 2,
        )

    return chart_of(
        "since",
        draw,
        title=findings.moved(Measure.SINCE_VISIT_OVER_TWO_YEARS),
        axis=f"{texts.said('axes.since_up')} / {texts.said('axes.since_across')}",
        values="; ".join(said),
        key=findings.key("since", lines=True),
        note=texts.said("notes.since"),
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
