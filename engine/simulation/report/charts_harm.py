"""Charts of what a policy does to those supervised: delays, what is missed, false greens."""

from __future__ import annotations

import math

from engine.simulation.report.canvas import (
    Format,
    chart_of,
    policy_look,
)
from engine.simulation.report.charts_effort import values_of
from engine.simulation.report.charts_months import months_chart
from engine.simulation.report.content import Chart
from engine.simulation.report.drawing import (
    Bar,
    Course,
    Group,
    draw_bars,
    draw_courses,
)
from engine.simulation.report.findings import Findings
from engine.simulation.report.results import Figure, PolicyShown
from engine.simulation.tables import Measure

__all__ = [
    "course_chart",
    "delay_chart",
    "green_chart",
    "theme_chart",
]


def delay_chart(findings: Findings) -> Chart | None:
    """How many declines are found within so many months."""
    return months_chart(
        findings,
        "delay",
        curve="found",
        moved=Measure.DELAY_MEDIAN_MONTHS,
        across_at=((50, findings.texts.said("marks.half")),),
        steps=True,
    )


def course_chart(findings: Findings) -> Chart | None:
    """Places that are poor without anyone knowing it, month by month."""
    results, texts = findings.results, findings.texts
    courses, last = [], {}
    for number, policy in enumerate(results.policies):
        series = results.series(policy, Measure.UNDETECTED_MONTHS)
        if not series:
            continue
        figures = [figure for _, figure in series]
        courses.append(
            Course(
                policy.letter,
                tuple(month.year + (month.month - 1) / 12 for month, _ in series),
                tuple(figure.mean for figure in figures),
                policy_look(number),
                tuple(figure.error for figure in figures),
            )
        )
        last[policy.name] = figures[-1]
    if results.baseline.name not in last:
        return None
    base = last[results.baseline.name]
    others = [p for p in results.others if p.name in last]
    farthest = max(others, key=lambda p: abs(last[p.name].mean - base.mean), default=None)
    shown = texts.figure(base.mean, Measure.UNDETECTED_MONTHS, _whole(base))
    if farthest is None:
        title = texts.said("charts.course_one", base=shown)
    else:
        end = last[farthest.name]
        now = texts.figure(end.mean, Measure.UNDETECTED_MONTHS, _whole(end))
        title = texts.said("charts.course", base=shown, now=now, policy=findings.quoted(farthest))

    def draw(format_: Format) -> object:
        return draw_courses(
            format_,
            courses,
            across=texts.said("axes.course_across"),
            up=texts.said("axes.course_up"),
            ticks=findings.ticks(),
            years=True,
        )

    return chart_of(
        "course",
        draw,
        title=title,
        axis=f"{texts.said('axes.course_up')} / {texts.said('axes.course_across')}",
        values="; ".join(
            f"{p.lettered}: {texts.with_error(f.mean, Measure.UNDETECTED_MONTHS, f.error)}"
            for p in results.policies
            if (f := last.get(p.name)) is not None
        ),
        key=findings.key("course", lines=True),
        note=texts.said("notes.course"),
    )


def _whole(figure: Figure) -> float:
    """An error that leaves no decimals: matters are counted in whole numbers."""
    return max(figure.error, 1.0) if math.isfinite(figure.error) else 1.0


def theme_chart(findings: Findings) -> Chart | None:
    """Undetected months by theme group."""
    results, texts = findings.results, findings.texts
    found = {p.name: results.folded("undetected", p, ["theme_group"]) for p in results.policies}
    themes = list(dict.fromkeys(key[0] for figures in found.values() for key in figures))
    groups = []
    for theme in themes:
        bars = [
            _measured(findings, policy, number, figure)
            for number, policy in enumerate(results.policies)
            if (figure := found[policy.name].get((theme,))) is not None
        ]
        groups.append(Group(texts.word("theme_group", theme), tuple(bars)))
    if not groups:
        return None
    worst = max(groups, key=lambda group: max(bar.value for bar in group.bars))
    top = max(worst.bars[1:], key=lambda bar: bar.value, default=None)
    if top is None:
        title = texts.said("charts.theme_one", theme=worst.heading.lower(), base=worst.bars[0].text)
    else:
        policy = next(p for p in results.policies if p.letter == top.label)
        title = texts.said(
            "charts.theme",
            theme=worst.heading.lower(),
            base=worst.bars[0].text,
            now=top.text,
            policy=findings.quoted(policy),
        )

    def draw(format_: Format) -> object:
        return draw_bars(
            format_, groups, axis=texts.said("axes.undetected"), ticks=findings.ticks()
        )

    return chart_of(
        "theme",
        draw,
        title=title,
        axis=texts.said("axes.undetected"),
        values=values_of(groups, findings),
        key=findings.key("theme"),
        note=texts.said("notes.error_bar"),
    )


def _measured(findings: Findings, policy: PolicyShown, number: int, figure: Figure) -> Bar:
    return Bar(
        policy.letter,
        figure.mean,
        findings.texts.figure(figure.mean, Measure.UNDETECTED_MONTHS, figure.error),
        policy_look(number),
        *figure.ends,
    )


def green_chart(findings: Findings) -> Chart | None:
    """The share of greens that are truly not green, with the range of nine in ten replicates."""
    results, texts = findings.results, findings.texts
    bars = []
    for number, policy in enumerate(results.policies):
        level = results.level(policy, Measure.FALSE_GREEN_PERCENT)
        if level is not None:
            text = texts.figure(level.mean, Measure.FALSE_GREEN_PERCENT, level.error)
            bars.append(
                Bar(policy.letter, level.mean, text, policy_look(number), level.low, level.high)
            )
    if not bars:
        return None
    groups = [Group("", tuple(bars))]

    def draw(format_: Format) -> object:
        return draw_bars(
            format_, groups, axis=texts.said("axes.false_green"), ticks=findings.ticks()
        )

    return chart_of(
        "greens",
        draw,
        title=findings.moved(Measure.FALSE_GREEN_PERCENT),
        axis=texts.said("axes.false_green"),
        values=values_of(groups, findings),
        key=findings.key("greens"),
        note=texts.said("notes.nine_in_ten"),
    )
