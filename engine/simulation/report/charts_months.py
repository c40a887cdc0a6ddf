"""A chart of what has happened within, or not for, so many months, a curve for each policy."""

from __future__ import annotations

import math
from collections.abc import Sequence

from engine.simulation.report.canvas import Format, Look, chart_of, policy_look
from engine.simulation.report.content import Chart
from engine.simulation.report.drawing import Course, draw_courses
from engine.simulation.report.findings import Findings
from engine.simulation.report.numbers import Unit
from engine.simulation.report.results import Figure, PolicyShown
from engine.simulation.tables import Measure

__all__ = ["months_chart"]

_YEAR = 12
_LONGEST = 48
_NAMED = (3, 6, 12, 24, 36)


def months_chart(
    findings: Findings,
    name: str,
    *,
    curve: str,
    moved: Measure,
    across_at: Sequence[tuple[float, str]] = (),
    steps: bool = False,
) -> Chart | None:
    """Per cents by whole months, with a year and two marked; the title says what moved. `name` is
    the chart's own, by which its words are found, `curve` that of the result it shows."""
    results, texts = findings.results, findings.texts
    courses, said = [], []
    for number, policy in enumerate(results.policies):
        found = results.curve(policy, curve)
        if found:
            courses.append(_course(policy.letter, found, policy_look(number)))
            said.append(_points(findings, policy, found))
    if not courses:
        return None
    across, up = texts.said(f"axes.{name}_across"), texts.said(f"axes.{name}_up")

    def draw(format_: Format) -> object:
        return draw_courses(
            format_,
            courses,
            across=across,
            up=up,
            ticks=findings.ticks(),
            top_at=100,
            lines_at=[
                (_YEAR, texts.said("marks.a_year")),
                (2 * _YEAR, texts.said("marks.two_years")),
            ],
            every=_YEAR if format_.narrow else _YEAR / 2,
            across_at=across_at,
            steps=steps,
        )

    return chart_of(
        name,
        draw,
        title=findings.moved(moved),
        axis=f"{up} / {across}",
        values="; ".join(said),
        key=findings.key(name, lines=True),
        note=texts.said(f"notes.{name}"),
    )


def _course(letter: str, curve: Sequence[tuple[int, Figure]], look: Look) -> Course:
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


def _points(findings: Findings, policy: PolicyShown, curve: Sequence[tuple[int, Figure]]) -> str:
    """Some months of a curve in words, with their errors."""
    points = ", ".join(
        f"{month}: {findings.numbers.with_error(figure.mean, Unit.PERCENT, figure.error)}"
        for month, figure in curve
        if month in _NAMED
    )
    return f"{policy.lettered}: {points}"
