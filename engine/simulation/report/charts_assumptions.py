"""Charts of what the answer rests on: the tornado, the shares of variance, the fit."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from engine.simulation.report.canvas import Format, chart_of, letter_look, policy_look
from engine.simulation.report.charts_effort import values_of
from engine.simulation.report.content import Chart
from engine.simulation.report.drawing import Bar, Group, Mark, draw_bars
from engine.simulation.report.findings import Findings
from engine.simulation.report.numbers import Unit
from engine.simulation.report.results import Figure, PolicyShown
from engine.simulation.sureness import Outcome, half_width
from engine.simulation.tables import REST, Measure

__all__ = [
    "answers",
    "fit_chart",
    "known_shares",
    "rest_of",
    "share_chart",
    "swing",
    "title_of",
    "told_apart",
    "tornado_chart",
]

_MOST_ASSUMPTIONS = 8
_ENDS = {"low": letter_look(0), "high": letter_look(1)}


def answers(findings: Findings) -> list[tuple[PolicyShown, str, list[dict[str, Any]]]]:
    """Sensitivities by policy and measure, the assumption that moves the answer most first.

    Undetected months lead, where they were reckoned.
    """
    found = []
    for policy in findings.results.others:
        rows = findings.results.rows("sensitivity", policy=policy.name)
        measures = sorted(
            {row["measure"] for row in rows}, key=lambda m: (m != Measure.UNDETECTED_MONTHS, m)
        )
        for measure in measures:
            own = [r for r in rows if r["measure"] == measure and r["assumption"] != REST]
            found.append((policy, measure, sorted(own, key=swing, reverse=True)))
    return found


def swing(row: dict[str, Any]) -> float:
    """How far an assumption moves the answer."""
    ends = [row[name] for name in ("at_value", "at_low", "at_high") if row[name] is not None]
    return max(ends) - min(ends) if ends else 0.0


def rest_of(findings: Findings, policy: PolicyShown, measure: str) -> dict[str, Any] | None:
    """The share of the variance that goes with no assumption, where it was reckoned."""
    rows = findings.results.rows(
        "sensitivity", policy=policy.name, measure=measure, assumption=REST
    )
    return next(iter(known_shares(rows)), None)


def title_of(findings: Findings, assumption: str) -> str:
    """An assumption's title."""
    if assumption == REST:
        return findings.texts.said("words.rest")
    lang = findings.texts.lang
    for row in findings.results.rows("assumption", assumption=assumption):
        return str(row[f"title_{lang}"] or assumption)
    return assumption.replace("_", " ")


def tornado_chart(
    findings: Findings, policy: PolicyShown, measure: str, rows: list[dict[str, Any]]
) -> Chart | None:
    """The answer with one assumption at a time at either end of its range."""
    texts = findings.texts
    whole = [row for row in rows if None not in (row["at_low"], row["at_high"], row["at_value"])][
        :_MOST_ASSUMPTIONS
    ]
    if not whole:
        return None
    groups = []
    for row in whole:
        low, high = (_end(findings, measure, row, end) for end in ("low", "high"))
        if (low.value - low.start) * (high.value - high.start) < 0 and _apart(low, high):
            high = replace(high, beside=True)
        groups.append(Group(title_of(findings, row["assumption"]), (low, high)))
    top = whole[0]
    flips = next((row for row in whole if row["outcome"] == Outcome.TURNS), None)
    lowest, highest = sorted((top[end], top[f"{end}_error"]) for end in ("at_low", "at_high"))
    title = texts.said(
        "charts.tornado_flips" if flips else "charts.tornado",
        policy=policy.lettered,
        assumption=_quoted(findings, (flips or top)["assumption"]),
        low=_difference(findings, measure, *lowest),
        high=_difference(findings, measure, *highest),
    )
    axis = texts.said("axes.tornado", measure=texts.measure(measure))
    value = _difference(findings, measure, top["at_value"], top["at_value_error"])
    answer = texts.said("marks.answer", value=value)

    def draw(format_: Format) -> object:
        return draw_bars(
            format_,
            groups,
            axis=axis,
            ticks=findings.ticks(),
            marks=[Mark(top["at_value"], answer)],
            label_width=26,
        )

    name = f"tornado-{policy.letter}-{measure}"
    return chart_of(
        name,
        draw,
        title=title,
        axis=axis,
        values=values_of(groups, findings),
        key=findings.key_of(
            name, [(texts.said(f"words.{end}_end"), look) for end, look in _ENDS.items()]
        ),
        note=texts.said("notes.tornado"),
    )


def _apart(one: Bar, other: Bar) -> bool:
    """Whether two bars' error lines can stand on one line without running into each other."""
    first, last = sorted((one, other), key=lambda bar: bar.value)
    ends = (first.high, last.low)
    return None in ends or (first.high or 0.0) < (last.low or 0.0)


def _end(findings: Findings, measure: str, row: dict[str, Any], end: str) -> Bar:
    value, error = row[f"at_{end}"], row[f"at_{end}_error"]
    word = findings.texts.said(f"words.{end}")
    text = f"{word} {_difference(findings, measure, value, error)}"
    reach = half_width(math.nan if error is None else error, row["replicates"] or 0)
    low, high = (value - reach, value + reach) if math.isfinite(reach) else (None, None)
    return Bar("", value, text, _ENDS[end], low, high, start=row["at_value"])


def _difference(findings: Findings, measure: str, value: float, error: float | None) -> str:
    return findings.texts.with_error(value, measure, error, signed=True)


def _quoted(findings: Findings, assumption: str) -> str:
    return findings.texts.said("words.quoted", text=title_of(findings, assumption))


def known_shares(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The assumptions whose share of the variance was reckoned, the largest first."""
    held = [row for row in rows if math.isfinite(row["variance_share_percent"] or math.nan)]
    return sorted(held, key=lambda row: -row["variance_share_percent"])


def told_apart(rows: list[dict[str, Any]]) -> bool:
    """Whether the largest share is more than two of its errors; else no share says anything."""
    return all(
        row["variance_share_percent"] > 2 * (row["variance_share_error"] or 0.0)
        for row in known_shares(rows)[:1]
    )


def share_chart(
    findings: Findings, policy: PolicyShown, measure: str, rows: list[dict[str, Any]]
) -> Chart | None:
    """How much of the answer's variance each assumption accounts for."""
    texts = findings.texts
    known = known_shares(rows)[:_MOST_ASSUMPTIONS]
    if not known or not told_apart(rows):
        return None
    number = findings.results.policies.index(policy)
    groups = []
    rest = rest_of(findings, policy, measure)
    for row in known if rest is None else [*known, rest]:
        share, error = row["variance_share_percent"], row["variance_share_error"] or 0.0
        bar = Bar(
            "",
            max(share, 0.0),
            findings.numbers.with_error(share, Unit.PERCENT, error or None),
            policy_look(number),
            max(share - 2 * error, 0.0),
            max(share + 2 * error, 0.0),
        )
        groups.append(Group(title_of(findings, row["assumption"]), (bar,)))
    top = known[0]
    title = texts.said(
        "charts.shares",
        policy=policy.lettered,
        assumption=_quoted(findings, top["assumption"]),
        share=findings.numbers.figure(
            top["variance_share_percent"], Unit.PERCENT, error=top["variance_share_error"]
        ),
    )

    def draw(format_: Format) -> object:
        return draw_bars(
            format_,
            groups,
            axis=texts.said("axes.shares"),
            ticks=findings.ticks(Unit.PERCENT),
            label_width=12,
        )

    return chart_of(
        f"shares-{policy.letter}-{measure}",
        draw,
        title=title,
        axis=texts.said("axes.shares"),
        values=values_of(groups, findings),
        note=texts.said("notes.shares"),
    )


def fit_chart(findings: Findings) -> Chart | None:
    """Each published figure's deviation, as a share of what is tolerated."""
    texts = findings.texts
    groups = []
    for row in findings.results.rows("fit"):
        if not row["published"] or row["simulated"] is None or not row["tolerance_percent"]:
            continue
        deviation = 100 * (row["simulated"] / row["published"] - 1)
        scale = 100 / row["tolerance_percent"]
        error = 2 * scale * 100 * (row["mc_error"] or 0.0) / abs(row["published"])
        place = deviation * scale
        text = findings.numbers.figure(deviation, Unit.PERCENT, signed=True)
        look = policy_look(0 if row["within"] else 2)
        low, high = Figure(place, error / 2).ends
        bar = Bar("", place, text, look, low, high, dot=True)
        groups.append(Group(str(row[f"title_{texts.lang}"] or row["margin"]), (bar,)))
    if not groups:
        return None
    rows = findings.results.rows("fit")

    def draw(format_: Format) -> object:
        return draw_bars(
            format_,
            groups,
            axis=texts.said("axes.fit"),
            ticks=findings.ticks(Unit.PERCENT),
            marks=[Mark(-100, texts.said("marks.tolerated"), 100)],
            label_width=34,
        )

    return chart_of(
        "fit",
        draw,
        title=texts.said("charts.fit", within=sum(bool(r["within"]) for r in rows), all=len(rows)),
        axis=texts.said("axes.fit"),
        values=values_of(groups, findings),
        note=texts.said("notes.fit"),
    )
