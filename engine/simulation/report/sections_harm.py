"""The sections on what happens: to those supervised, to the law's minimum, to colours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from engine.simulation.report.charts_harm import (
    course_chart,
    delay_chart,
    green_chart,
    theme_chart,
)
from engine.simulation.report.charts_standing import colour_chart, flow_chart, since_chart
from engine.simulation.report.content import Block, Cell, Paragraph, Section, Table
from engine.simulation.report.findings import Findings
from engine.simulation.report.numbers import NO_NUMBER, Unit
from engine.simulation.report.results import ALL, Figure, PolicyShown
from engine.simulation.report.summary import BreachCount
from engine.simulation.sampling import estimate
from engine.simulation.tables import Measure

__all__ = ["breaches", "flows", "greens", "harm", "since"]

_DELAYS = (
    Measure.DECLINES,
    Measure.DECLINES_FOUND,
    Measure.DECLINES_RECOVERED_UNFOUND,
    Measure.DECLINES_LEFT_UNFOUND,
    Measure.DECLINES_UNFOUND_AT_END,
    Measure.DELAY_MEAN_MONTHS,
    Measure.DELAY_MEDIAN_MONTHS,
    Measure.DELAY_90_PERCENT_MONTHS,
    Measure.DELAY_OVER_A_YEAR_PERCENT,
    Measure.POOR_MONTHS,
    Measure.UNDETECTED_MONTHS,
    Measure.UNDETECTED_SERIOUS_MONTHS,
)
_DETECTION = (
    Measure.DELAY_MEDIAN_MONTHS,
    Measure.DELAY_90_PERCENT_MONTHS,
    Measure.DELAY_OVER_A_YEAR_PERCENT,
)
_SURENESS = Fraction(95, 100)
_SPLIT = (Measure.UNDETECTED_MONTHS, *_DETECTION)


def harm(findings: Findings) -> Section:
    """Delays and undetected poor quality, in all and by theme, colour, kind and authority."""
    said = findings.texts.said
    blocks: list[Block | None] = [
        Paragraph(said("harm.intro"), "lead"),
        delay_chart(findings),
        findings.table(said("harm.delays"), _DELAYS),
        *_detection(findings, "colour"),
        *_detection(findings, "theme_group"),
        course_chart(findings),
        colour_chart(findings),
        theme_chart(findings),
        _undetected(findings),
        *_splits(findings, _SPLIT),
    ]
    return _section(findings, "harm", blocks)


def _section(findings: Findings, name: str, blocks: list[Block | None]) -> Section:
    kept = tuple(block for block in blocks if block is not None)
    return Section(name, findings.texts.said(f"sections.{name}"), kept)


def _undetected(findings: Findings) -> Table | None:
    """Undetected months with their errors, by colour and by theme group."""
    results, texts = findings.results, findings.texts
    rows = []
    for column in ("colour", "theme_group"):
        found = {p.name: results.folded("undetected", p, [column]) for p in results.policies}
        for (word,) in dict.fromkeys(key for figures in found.values() for key in figures):
            cells = (
                findings.counted_of(found[p.name].get((word,)), list(found[p.name].values()))
                for p in results.policies
            )
            rows.append((Cell(texts.heading(column, word)), *cells))
    caption = texts.said("harm.undetected")
    return Table(caption, findings.head("measure"), tuple(rows)) if rows else None


def _detection(findings: Findings, column: str) -> Iterator[Table]:
    """How long declines went unfound, by theme group or by the colour when quality declined, and
    how many nobody has found by the end."""
    results, texts = findings.results, findings.texts
    caption = texts.said(f"harm.by_{column}")
    found = {policy.name: results.detection(policy, column) for policy in results.policies}
    words = dict.fromkeys(word for figures in found.values() for word, _ in figures)
    for measure in _DETECTION:
        rows = []
        for word in words:
            figures = [found[policy.name].get((word, measure)) for policy in results.policies]
            cells = [
                Cell(NO_NUMBER)
                if figure is None
                else Cell(texts.with_error(figure.mean, measure, figure.error))
                for figure in figures
            ]
            rows.append((Cell(texts.heading(column, word)), *cells))
        if rows:
            yield Table(f"{caption}: {texts.measure(measure)}", findings.head(column), tuple(rows))
    left = {p.name: results.folded("delay", p, [column, "months"]) for p in results.policies}
    rows = [
        (
            Cell(texts.heading(column, word)),
            *(findings.counted(left[policy.name].get((word, -1))) for policy in results.policies),
        )
        for word in words
    ]
    if rows:
        yield Table(f"{caption}: {texts.said('harm.left')}", findings.head(column), tuple(rows))


def greens(findings: Findings) -> Section:
    """False greens, and what the sample visits alone can support."""
    said = findings.texts.said
    table = findings.table(
        said("greens.table"),
        (
            Measure.GREENS,
            Measure.FALSE_GREENS,
            Measure.FALSE_GREEN_PERCENT,
            Measure.SAMPLES,
            Measure.SAMPLES_RANDOM,
            Measure.SAMPLES_RANDOM_NOT_GREEN,
        ),
    )
    measured = (Paragraph(line, "note") for line in _measured(findings))
    splits = _splits(findings, (Measure.FALSE_GREEN_PERCENT, Measure.FALSE_GREENS))
    blocks = [Paragraph(said("greens.intro"), "lead"), green_chart(findings), table, *measured]
    return _section(findings, "greens", [*blocks, *splits])


def _splits(findings: Findings, measures: Sequence[Measure]) -> Iterator[Table | None]:
    """Each measure by kind and by authority."""
    for column in ("kind", "authority"):
        for measure in measures:
            named = findings.texts.measure(measure)
            caption = f"{findings.texts.said(f'harm.by_{column}')}: {named}"
            yield findings.split(caption, measure, column)


def _measured(findings: Findings) -> Iterator[str]:
    """What the sample visits of each policy that are drawn among all greens can support by
    themselves. Those picked by risk tell of their own frame only, and a changed score is no wrong
    colour."""
    results, texts, numbers = findings.results, findings.texts, findings.numbers
    without = []
    for policy in results.policies:
        measures = (Measure.SAMPLES_RANDOM, Measure.SAMPLES_RANDOM_NOT_GREEN, Measure.GREENS)
        drawn, wrong, all_greens = (_whole(results.level(policy, m)) for m in measures)
        if not drawn:
            without.append(policy.lettered)
            continue
        frame, changed = max(all_greens, drawn), min(wrong, drawn)
        found = estimate(frame=frame, drawn=drawn, changed=changed, confidence=_SURENESS)
        model = results.level(policy, Measure.FALSE_GREEN_PERCENT)
        yield texts.said(
            "greens.samples",
            policy=policy.lettered,
            samples=numbers.plain(drawn),
            frame=numbers.plain(frame),
            wrong=numbers.plain(changed),
            low=numbers.figure(100 * found.low_share, Unit.PERCENT),
            high=numbers.figure(100 * found.high_share, Unit.PERCENT),
            model=NO_NUMBER
            if model is None
            else texts.with_error(model.mean, Measure.FALSE_GREEN_PERCENT, model.error),
        )
    if without:
        yield texts.said("greens.no_samples", policies="; ".join(without))


def _whole(figure: Figure | None) -> int:
    return 0 if figure is None else round(figure.mean)


def breaches(findings: Findings) -> Section:
    """Whether the law's longest time between visits is kept: said in words, not by colour."""
    said = findings.texts.said
    blocks: list[Block | None] = [Paragraph(said("breaches.intro"), "lead")]
    counts = BreachCount(findings)
    broken = counts.broken()
    for policy in findings.results.policies:
        count = counts.of(policy)
        if count is None:
            text = said("breaches.unknown", policy=policy.lettered)
            blocks.append(Paragraph(text, "doubt", "?"))
        elif policy in broken:
            blocks.append(Paragraph(_broken(findings, policy, count), "bad", "✗"))
        else:
            blocks.append(Paragraph(said("breaches.kept", policy=policy.lettered), "good", "✓"))
    overdue = findings.results.level(findings.results.baseline, Measure.OVERDUE_AT_START)
    if overdue is not None and overdue.mean > 0:
        text = findings.texts.figure(overdue.mean, Measure.OVERDUE_AT_START, overdue.error)
        blocks.append(Paragraph(said("breaches.overdue", count=text)))
    return _section(findings, "breaches", blocks)


def _broken(findings: Findings, policy: PolicyShown, count: Figure) -> str:
    texts = findings.texts
    text = texts.with_error(count.mean, Measure.BREACHES, count.error)
    said = texts.said("breaches.broken", policy=policy.lettered, count=text)
    places = list(_places(findings, policy))
    if places:
        where = texts.said("breaches.where", policy=policy.letter, places=texts.listed(places))
        said = f"{said} {where}"
    return said


def _places(findings: Findings, policy: PolicyShown) -> Iterator[str]:
    results, texts = findings.results, findings.texts
    for authority in results.words_in("authority"):
        count = results.level(policy, Measure.BREACHES, authority=authority)
        if count is not None and count.mean > 0:
            number = texts.figure(count.mean, Measure.BREACHES, count.error)
            yield f"{texts.word('authority', authority)} {number}"


def since(findings: Findings) -> Section:
    """How long ago the last visit was."""
    measures = (Measure.SINCE_VISIT_MEAN_MONTHS, Measure.SINCE_VISIT_OVER_TWO_YEARS)
    table = findings.table(findings.texts.said("since.table"), measures)
    caption = findings.texts.measure(Measure.SINCE_VISIT_OVER_TWO_YEARS)
    split = [findings.split(caption, measures[1], column) for column in ("kind", "authority")]
    return _section(findings, "since", [since_chart(findings), table, *split])


def flows(findings: Findings) -> Section:
    """Colours at the start and the end of a year, of all and by kind."""
    texts = findings.texts
    colours = findings.table(
        texts.said("flows.levels"), (Measure.GREENS, Measure.YELLOWS, Measure.REDS)
    )
    by = ["from_colour", "to_colour"]
    tables = [_changes(findings, texts.said("flows.table"), by, ())]
    kinds = _kinds_in_flows(findings)
    if len(kinds) > 1:
        for kind in kinds:
            caption = f"{texts.said('flows.table')}: {texts.word('kind', kind)}"
            tables.append(_changes(findings, caption, ["kind", *by], (kind,)))
    small = Paragraph(texts.said("flows.shares"), "note") if tables[0] else None
    blocks: list[Block | None] = [flow_chart(findings), tables[0], small, colours, *tables[1:]]
    return _section(findings, "flows", blocks)


def _kinds_in_flows(findings: Findings) -> list[str]:
    rows = findings.results.rows("flow", policy=findings.results.baseline.name)
    return list(dict.fromkeys(row["kind"] for row in rows if row["kind"] != ALL))


def _changes(
    findings: Findings, caption: str, by: list[str], place: tuple[str, ...]
) -> Table | None:
    """From which colour to which, a year: of those at a place in the columns before colours."""
    results, texts = findings.results, findings.texts
    found = {
        policy.name: results.folded("flow", policy, by, ["year"]) for policy in results.policies
    }
    keys = dict.fromkeys(key for figures in found.values() for key in figures)
    rows = []
    for key in keys:
        if key[:-2] != place:
            continue
        before, after = (texts.word("colour", colour) for colour in key[-2:])
        cells = (
            findings.counted_of(
                found[p.name].get(key),
                [figure for other, figure in found[p.name].items() if other[:-1] == key[:-1]],
            )
            for p in results.policies
        )
        rows.append((Cell(texts.said("flows.row", before=before, after=after)), *cells))
    return Table(caption, findings.head("colour"), tuple(rows)) if rows else None
