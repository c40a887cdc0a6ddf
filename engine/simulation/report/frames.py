"""What was used of the frame that a cut leaves each authority."""

from __future__ import annotations

from dataclasses import dataclass

from engine.simulation.report.canvas import Format, chart_of, policy_look
from engine.simulation.report.charts_effort import values_of
from engine.simulation.report.content import Cell, Chart, Paragraph, Table
from engine.simulation.report.drawing import Bar, Group, Mark, draw_bars
from engine.simulation.report.findings import Findings
from engine.simulation.report.numbers import NO_NUMBER, Unit
from engine.simulation.report.results import Figure, PolicyShown

__all__ = ["frame_blocks"]

_WHOLE = 100.0


@dataclass(frozen=True)
class _Use:
    """What a policy used a year at an authority, of what its cut left there."""

    policy: PolicyShown
    authority: str
    measure: str
    frame: float
    used: Figure

    @property
    def percent(self) -> Figure | None:
        """Used of the frame; nothing of a frame of nothing."""
        if not self.frame:
            return None
        return Figure(*(_WHOLE * part / self.frame for part in self.used[:2]))

    @property
    def over(self) -> bool:
        """Beyond the frame, by more than two Monte Carlo errors."""
        return (
            self.used.mean > self.frame
            and Figure(self.used.mean - self.frame, self.used.error).told_from_zero
        )


def frame_blocks(findings: Findings) -> list[Chart | Table | Paragraph]:
    """A chart and a table of the shares, and who is beyond the frame; nothing without a frame."""
    uses = _uses(findings)
    if not any(use.percent for use in uses):
        return []
    blocks: list[Chart | Table | Paragraph] = [_chart(findings, uses)]
    over = _over(findings, uses)
    if over:
        text = findings.texts.said("effort.over", places=over)
        blocks.append(Paragraph(text, "doubt", "!"))
    return [*blocks, _table(findings, uses)]


def _uses(findings: Findings) -> list[_Use]:
    return [
        _Use(
            policy,
            row["authority"],
            row["cut_measure"],
            row["frame_per_year"],
            Figure(row["mean"], row["mc_error"], row["low"], row["high"]),
        )
        for policy in findings.results.policies
        for row in findings.results.rows("frame", policy=policy.name)
    ]


def _share(findings: Findings, use: _Use) -> str:
    share = use.percent
    if share is None:
        return NO_NUMBER
    return findings.numbers.with_error(share.mean, Unit.PERCENT, share.error)


def _over(findings: Findings, uses: list[_Use]) -> str:
    texts, said = findings.texts, []
    for policy in findings.results.policies:
        places = [
            f"{texts.word('authority', use.authority)} ({_share(findings, use)})"
            for use in uses
            if use.policy is policy and use.over
        ]
        if places:
            said.append(f"{policy.lettered}: {texts.listed(places)}")
    return "; ".join(said)


def _title(findings: Findings, uses: list[_Use]) -> str:
    known = [(use.percent.mean, use) for use in uses if use.percent is not None]
    share, worst = max(known, key=lambda pair: pair[0])
    code = "kept"
    if share > _WHOLE:
        code = "broken" if worst.over else "close"
    return findings.texts.said(
        f"charts.frame_{code}",
        policy=findings.quoted(worst.policy),
        authority=findings.texts.word("authority", worst.authority),
        share=_share(findings, worst),
    )


def _chart(findings: Findings, uses: list[_Use]) -> Chart:
    texts, policies = findings.texts, findings.results.policies
    groups = []
    for authority in dict.fromkeys(use.authority for use in uses):
        bars = []
        for use in uses:
            share = use.percent
            if use.authority == authority and share is not None:
                look = policy_look(policies.index(use.policy))
                text = findings.numbers.figure(share.mean, Unit.PERCENT, error=share.error)
                bars.append(Bar(use.policy.letter, share.mean, text, look, *share.ends))
        if bars:
            groups.append(Group(texts.heading("authority", authority), tuple(bars)))

    def draw(format_: Format) -> object:
        return draw_bars(
            format_,
            groups,
            axis=texts.said("axes.frame"),
            ticks=findings.ticks(Unit.PERCENT),
            marks=[Mark(_WHOLE, texts.said("words.frame"))],
        )

    with_frame = [policies.index(policy) for policy in _policies(uses)]
    key = findings.key("frame")
    return chart_of(
        "frame",
        draw,
        title=_title(findings, uses),
        axis=texts.said("axes.frame"),
        values=values_of(groups, findings),
        key=[key[number] for number in with_frame],
        note=texts.said("notes.error_bar"),
    )


def _policies(uses: list[_Use]) -> list[PolicyShown]:
    return list(dict.fromkeys(use.policy for use in uses))


def _table(findings: Findings, uses: list[_Use]) -> Table:
    texts, shown = findings.texts, _policies(uses)
    found = {(use.policy.name, use.authority): use for use in uses}
    rows = [
        (
            Cell(texts.heading("authority", authority)),
            *(_cell(findings, found.get((policy.name, authority))) for policy in shown),
        )
        for authority in dict.fromkeys(use.authority for use in uses)
    ]
    head = (texts.said("columns.authority"), *(policy.lettered for policy in shown))
    return Table(texts.said("effort.frames"), head, tuple(rows))


def _cell(findings: Findings, use: _Use | None) -> Cell:
    if use is None:
        return Cell(NO_NUMBER)
    texts = findings.texts
    unit = texts.label("units", use.measure) if texts.has("units", use.measure) else ""
    below = texts.said(
        "effort.used_of",
        used=texts.with_error(use.used.mean, use.measure, use.used.error),
        frame=texts.figure(use.frame, use.measure),
    )
    return Cell(_share(findings, use), f"{below} {unit}".strip())
