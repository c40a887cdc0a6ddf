"""Charts of what supervision costs and does: the cut on each measure, visits, hours, sanctions."""

from __future__ import annotations

from engine.simulation.report.canvas import (
    Format,
    chart_of,
    letter_look,
    policy_look,
)
from engine.simulation.report.content import Chart
from engine.simulation.report.drawing import Bar, Group, Piece, Stack, draw_bars, draw_stacks
from engine.simulation.report.findings import Findings
from engine.simulation.report.numbers import NO_NUMBER, Unit
from engine.simulation.report.results import ALL, Figure, PolicyShown
from engine.simulation.tables import Measure

__all__ = ["change_chart", "hours_chart", "load_chart", "sanction_chart", "visit_chart"]

_CUT_MEASURES = (Measure.HOURS, Measure.VISITS, Measure.MONEY_DKK)
_SANCTIONS = (
    Measure.ORDERS_WARNED,
    Measure.ORDERS,
    Measure.INTENSIFIED,
    Measure.WITHDRAWALS,
)
_MOST_SPLIT = 3


def signed_percent(findings: Findings, figure: Figure | None) -> str:
    """`−30,1 %`, or a dash."""
    if figure is None:
        return NO_NUMBER
    return findings.numbers.figure(figure.mean, Unit.PERCENT, error=figure.error, signed=True)


def change_chart(findings: Findings) -> Chart | None:
    """The same cut read in hours, visits and money."""
    results, texts = findings.results, findings.texts
    groups = []
    for measure in _CUT_MEASURES:
        bars = []
        for number, policy in enumerate(results.others, start=1):
            figure = results.change_percent(policy, measure)
            if figure is not None:
                bars.append(_error_bar(findings, policy.letter, figure, number))
        if bars:
            groups.append(Group(texts.measure(measure), tuple(bars)))
    if not groups:
        return None
    policy = cut_policy(findings)
    hours, visits, money = (
        signed_percent(findings, results.change_percent(policy, m)) for m in _CUT_MEASURES
    )

    def draw(format_: Format) -> object:
        return draw_bars(
            format_, groups, axis=texts.said("axes.change"), ticks=findings.ticks(Unit.PERCENT)
        )

    return chart_of(
        "change",
        draw,
        title=texts.said(
            "charts.change", hours=hours, visits=visits, money=money, policy=findings.quoted(policy)
        ),
        axis=texts.said("axes.change"),
        values=values_of(groups, findings),
        key=findings.key("change")[1:],
        note=texts.said("notes.error_bar"),
    )


def cut_policy(findings: Findings) -> PolicyShown:
    """The policy that a title is about: the first with a set cut, else the first of the others."""
    others = findings.results.others
    return next((policy for policy in others if policy.cut_percent), others[0])


def values_of(groups: list[Group], findings: Findings) -> str:
    """What is drawn, in words: for those who hear the page."""
    said = []
    for group in groups:
        bars = ", ".join(f"{bar.label} {bar.text}" for bar in group.bars)
        said.append(f"{group.heading}: {bars}" if group.heading else bars)
    return f"{'; '.join(said)}. {findings.letters()}"


def _error_bar(findings: Findings, label: str, figure: Figure, number: int) -> Bar:
    return Bar(
        label,
        figure.mean,
        signed_percent(findings, figure),
        policy_look(number),
        *figure.ends,
    )


def visit_chart(findings: Findings) -> Chart | None:
    """Visits a year by purpose."""
    results, texts = findings.results, findings.texts
    found = {p: results.folded("visit", p, ["purpose"], ["year"]) for p in results.policies}
    purposes = list(dict.fromkeys(key[0] for figures in found.values() for key in figures))
    if not purposes:
        return None
    looks = {purpose: letter_look(number) for number, purpose in enumerate(purposes)}
    stacks = []
    for policy in results.policies:
        pieces = [
            Piece(figure.mean, findings.numbers.plain(figure.mean), looks[purpose])
            for purpose in purposes
            if (figure := found[policy].get((purpose,))) is not None
        ]
        total = findings.numbers.plain(sum(piece.value for piece in pieces))
        stacks.append(Stack(policy.letter, tuple(pieces), total))
    said = []
    for policy in results.policies:
        parts = ", ".join(
            f"{texts.word('purpose', key[0])} "
            f"{findings.numbers.with_error(figure.mean, Unit.COUNT, figure.error)}"
            for key, figure in found[policy].items()
        )
        said.append(f"{policy.lettered}: {parts}")

    def draw(format_: Format) -> object:
        return draw_stacks(format_, stacks, axis=texts.said("axes.visits"), ticks=findings.ticks())

    return chart_of(
        "visits",
        draw,
        title=findings.moved(Measure.VISITS),
        axis=texts.said("axes.visits"),
        values="; ".join(said),
        key=findings.key_of("visits", [(texts.word("purpose", p), looks[p]) for p in purposes]),
        note=findings.letters(),
    )


def hours_chart(findings: Findings) -> Chart | None:
    """Hours used by each policy."""
    results, texts = findings.results, findings.texts
    bars = []
    for number, policy in enumerate(results.policies):
        level = results.level(policy, Measure.HOURS)
        if level is not None:
            text = texts.figure(level.mean, Measure.HOURS, level.error)
            look = policy_look(number)
            bars.append(Bar(policy.letter, level.mean, text, look, level.low, level.high))
    if not bars:
        return None
    groups = [Group("", tuple(bars))]

    def draw(format_: Format) -> object:
        return draw_bars(format_, groups, axis=texts.said("axes.hours"), ticks=findings.ticks())

    return chart_of(
        "hours",
        draw,
        title=findings.moved(Measure.HOURS),
        axis=texts.said("axes.hours"),
        values=values_of(groups, findings),
        key=findings.key("hours"),
        note=texts.said("notes.nine_in_ten"),
    )


def load_chart(findings: Findings) -> Chart | None:
    """Hours per consultant by authority; of many policies, of all authorities together only. Of a
    single authority's portfolio, its own alone: the others' consultants have no part in it."""
    results, texts = findings.results, findings.texts
    many = len(results.policies) > _MOST_SPLIT
    single = results.words_in("authority")
    only = single[0] if len(single) == 1 else ALL
    places = [only] if many or only != ALL else [*single, ALL]
    groups = []
    for place in places:
        bars = []
        for number, policy in enumerate(results.policies):
            level = results.level(policy, Measure.HOURS_PER_CONSULTANT, authority=place)
            if level is not None:
                text = texts.figure(level.mean, Measure.HOURS_PER_CONSULTANT, level.error)
                bars.append(
                    Bar(policy.letter, level.mean, text, policy_look(number), level.low, level.high)
                )
        if bars:
            groups.append(Group(texts.heading("authority", place), tuple(bars)))
    if not groups:
        return None

    def draw(format_: Format) -> object:
        return draw_bars(format_, groups, axis=texts.said("axes.load"), ticks=findings.ticks())

    return chart_of(
        "load",
        draw,
        title=findings.moved(Measure.HOURS_PER_CONSULTANT, authority=only),
        axis=texts.said("axes.load"),
        values=values_of(groups, findings),
        key=findings.key("load"),
        note=texts.said("notes.nine_in_ten"),
    )


def sanction_chart(findings: Findings) -> Chart | None:
    """Sanctions a year."""
    results, texts = findings.results, findings.texts
    groups = []
    for measure in _SANCTIONS:
        bars = []
        for number, policy in enumerate(results.policies):
            level = results.level(policy, measure)
            if level is not None:
                text = texts.figure(level.mean, measure, level.error)
                look = policy_look(number)
                bars.append(Bar(policy.letter, level.mean, text, look, *level.ends))
        if bars:
            groups.append(Group(texts.measure(measure), tuple(bars)))
    if not groups:
        return None

    def draw(format_: Format) -> object:
        return draw_bars(format_, groups, axis=texts.said("axes.sanctions"), ticks=findings.ticks())

    return chart_of(
        "sanctions",
        draw,
        title=findings.moved(Measure.ORDERS),
        axis=texts.said("axes.sanctions"),
        values=values_of(groups, findings),
        key=findings.key("sanctions"),
        note=texts.said("notes.error_bar"),
    )
