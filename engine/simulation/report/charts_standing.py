"""Charts of how places stand: their colour, their colour a year later, the time since a visit."""

from __future__ import annotations

from engine.simulation.report.canvas import Format, chart_of, colour_look, policy_look
from engine.simulation.report.content import Chart
from engine.simulation.report.drawing import Course, Piece, Stack, draw_courses, draw_stacks
from engine.simulation.report.findings import Findings
from engine.simulation.report.numbers import Unit
from engine.simulation.tables import Measure
from models.terms import Colour

__all__ = ["colour_chart", "flow_chart", "since_chart"]

_YEAR = 12
_LONGEST = 48
_COLOURS = tuple(colour.value for colour in Colour)


def colour_chart(findings: Findings) -> Chart | None:
    """Undetected months by the colour that the place had meanwhile."""
    results, texts = findings.results, findings.texts
    stacks: list[Stack] = []
    shares: dict[str, float] = {}
    said = []
    for policy in results.policies:
        found = {k[0]: f.mean for k, f in results.folded("undetected", policy, ["colour"]).items()}
        total = sum(found.values())
        if total <= 0:
            continue
        shares[policy.name] = 100 * found.get("green", 0.0) / total
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


def _shared_title(findings: Findings, chart: str, values: dict[str, float], unit: Unit) -> str:
    results, numbers = findings.results, findings.numbers
    base = values.get(results.baseline.name, 0.0)
    shown = numbers.figure(base, unit)
    others = [policy for policy in results.others if policy.name in values]
    farthest = max(others, key=lambda p: abs(values[p.name] - base), default=None)
    now = shown if farthest is None else numbers.figure(values[farthest.name], unit)
    if farthest is None or now == shown:
        return findings.texts.said(f"charts.{chart}_one", base=shown)
    return findings.texts.said(
        f"charts.{chart}", base=shown, now=now, policy=findings.quoted(farthest)
    )


def since_chart(findings: Findings) -> Chart | None:
    """How many have not been visited for so many months, at the end."""
    results, texts = findings.results, findings.texts
    courses, said = [], []
    for number, policy in enumerate(results.policies):
        found = results.folded("since_visit", policy, ["months"])
        counts = {key[0]: figure.mean for key, figure in found.items() if key[0] >= 0}
        total = sum(counts.values())
        if total <= 0:
            continue
        left, ys = total, []
        for month in range(min(max(counts), _LONGEST) + 1):
            left -= counts.get(month, 0.0)
            ys.append(100 * max(left, 0.0) / total)
        xs = tuple(float(month) for month in range(len(ys)))
        courses.append(Course(policy.letter, xs, tuple(ys), policy_look(number)))
        points = ", ".join(
            f"{month}: {findings.numbers.figure(ys[month], Unit.PERCENT)}"
            for month in (6, 12, 24, 36)
            if month < len(ys)
        )
        said.append(f"{policy.lettered}: {points}")
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
    stay: dict[str, float] = {}
    said = []
    for before in _COLOURS:
        first = True
        for policy in results.policies:
            row = {c: f.mean for c in _COLOURS if (f := found[policy.name].get((before, c)))}
            total = sum(row.values())
            if total <= 0:
                continue
            shares = {c: 100 * value / total for c, value in row.items()}
            if before == Colour.GREEN:
                stay[policy.name] = shares.get(before, 0.0)
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
