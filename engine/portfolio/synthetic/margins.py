"""Puts the published figures beside what a synthetic portfolio holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from engine.portfolio.synthetic.margin_counts import (
    Counts,
    budget_share,
    consultants_of,
    count,
    decisions,
    movement,
    orders,
    theme_mark_counts,
    visit_share,
)
from engine.portfolio.synthetic.published import Figure, PublishedFigures, load_published
from engine.portfolio.synthetic.sanction_quotas import decisions_of, theme_marks
from models.facts.dossier import Dossier
from models.terms import Authority, Kind

__all__ = ["MarginLine", "margin_report", "margin_table"]

_SHARE = 0.5
"""Printed percentages are whole numbers, so half a point either way is the same figure."""

_MOVEMENT, _MOVEMENT_OF_SOME = 1.0, 3.0
"""Shares of score movements are apportioned inside each authority, which rounds five times. Around
the change of scale only some subjects have two comparable rounds, and those are not apportioned."""

_WORDS = {Kind.SOCIAL_OFFER: "offer", Kind.FOSTER_FAMILY: "family"}
_PLURALS = {Kind.SOCIAL_OFFER: "offers", Kind.FOSTER_FAMILY: "families"}
_STEPS = ("intensified_without_order", "intensified_with_order", "orders", "withdrawals")


@dataclass(frozen=True, slots=True)
class MarginLine:
    """A published figure beside the portfolio's. A printed range has a `target_high`."""

    figure: str
    title: str
    key: str
    unit: str
    target: float
    result: float
    tolerance: float
    source: str
    target_high: float | None = None

    @property
    def target_text(self) -> str:
        """The target as printed: a number, or a range."""
        high = "" if self.target_high is None else f"-{self.target_high:g}"
        return f"{self.target:g}{high}"

    @property
    def difference(self) -> float:
        """The result less the target; 0 inside a range, else the way to its nearer end."""
        high = self.target if self.target_high is None else self.target_high
        return self.result - min(max(self.result, self.target), high)

    @property
    def within(self) -> bool:
        """Whether the difference is no more than the tolerance."""
        return abs(self.difference) <= self.tolerance + 1e-9


def margin_report(
    dossiers: Iterable[Dossier], published: Path | PublishedFigures, *, as_of: date
) -> tuple[MarginLine, ...]:
    """Every published margin that can be measured in a portfolio, for the authorities it holds.

    National figures appear when all five authorities are there. Figures that do not reproduce are
    no targets; the one cell that other tables put right is measured against the value they give.
    """
    if isinstance(published, Path):
        published = load_published(published)
    counts = count(dossiers, as_of)
    lines: list[MarginLine] = []
    for kind in (Kind.SOCIAL_OFFER, Kind.FOSTER_FAMILY):
        lines += _portfolio(counts, published, kind)
        lines += _visits(counts, published, kind)
        lines += _sanctions(counts, published, kind)
        lines += _movement(counts, published, kind)
    lines += _budgets(counts, published)
    lines += _consultants(counts, published)
    lines += _recategorised(counts, published, as_of)
    return tuple(lines)


def _line(
    figure: Figure,
    key: str,
    target: float,
    result: float,
    *,
    tolerance: float = 0.0,
    target_high: float | None = None,
) -> MarginLine:
    return MarginLine(
        figure=figure.id,
        title=f"{key}: {figure.title}",
        key=key,
        unit=figure.unit,
        target=target,
        result=result,
        tolerance=tolerance,
        source=figure.source,
        target_high=target_high,
    )


def _exact(figure: Figure, results: dict[Authority, int], *, whole: bool) -> list[MarginLine]:
    lines = [
        _line(figure, a.value, figure.values[a.value], result)
        for a, result in results.items()
        if a.value in figure.values
    ]
    if whole and figure.total is not None:
        lines.append(_line(figure, "all", figure.total, sum(results.values())))
    return lines


def _shares(
    figure: Figure, results: dict[Authority, float], overall: float | None
) -> list[MarginLine]:
    lines = []
    for authority, result in results.items():
        place = authority.value
        if place in figure.values:
            lines.append(_line(figure, place, figure.values[place], result, tolerance=_SHARE))
        elif place in figure.bounds:
            low, high = figure.bounds[place]
            lines.append(_line(figure, place, low, result, tolerance=_SHARE, target_high=high))
    if figure.overall is not None and overall is not None:
        lines.append(_line(figure, "all", figure.overall, overall, tolerance=_SHARE))
    return lines


def _portfolio(counts: Counts, published: PublishedFigures, kind: Kind) -> list[MarginLine]:
    plural = _PLURALS[kind]
    lines = []
    for figure_id, of_kind in (
        (f"{plural}_active", counts.subjects),
        (f"{plural}_newly_approved", counts.new),
    ):
        figure = published.target(figure_id)
        results = {a: of_kind[a, kind] for a in counts.authorities}
        lines += _exact(figure, results, whole=counts.whole)
    if kind is Kind.SOCIAL_OFFER:
        figure = published.target("offers_in_specialist_functions")
        results = {a: counts.specialist[a] for a in counts.authorities if a is not Authority.NORD}
        lines += _exact(figure, results, whole=False)
    return lines


def _visits(counts: Counts, published: PublishedFigures, kind: Kind) -> list[MarginLine]:
    word, plural = _WORDS[kind], _PLURALS[kind]
    visits = {a: sum(counts.visits[a, kind]) for a in counts.authorities}
    lines = _exact(published.target(f"{word}_visits"), visits, whole=counts.whole)
    unannounced = {a: counts.unannounced[a, kind] for a in counts.authorities}
    lines += _shares(
        published.target(f"{word}_unannounced_percent"),
        {a: 100 * unannounced[a] / visits[a] for a in counts.authorities},
        100 * sum(unannounced.values()) / sum(visits.values()) if counts.whole else None,
    )
    spreads = {
        f"{plural}_with_one_visit_percent": (1, 1),
        f"{plural}_with_two_visits_percent": (2, None),
        f"{plural}_with_five_visits_percent": (5, None),
    }
    for figure_id, (low, high) in spreads.items():
        if figure_id in published:
            results = {
                a: visit_share(counts.visits[a, kind], low, high) for a in counts.authorities
            }
            lines += _shares(published.target(figure_id), results, None)
    return lines


def _sanctions(counts: Counts, published: PublishedFigures, kind: Kind) -> list[MarginLine]:
    word = _WORDS[kind]
    lines = []
    for name in _STEPS:
        figure = published.target(f"{word}_{name}")
        for a in counts.authorities:
            target = decisions_of(published, kind, a)[name]
            shown = figure
            if a.value not in figure.values:
                shown = published[f"{word}_{name}_{a.value}"]
            lines.append(_line(shown, a.value, target, decisions(counts, a, kind, name)))
    for table in ("with", "without"):
        figure = published.target(f"{word}_themes_{table}_intensified")
        for a in counts.authorities:
            found = theme_mark_counts(counts, a, kind, table)
            wanted = theme_marks(published, kind, a, table)
            for theme in sorted(found.keys() | wanted.keys()):
                lines.append(
                    _line(figure, f"{a.value} {theme}", wanted.get(theme, 0), found.get(theme, 0))
                )
    if counts.whole:
        sanctioned = published.target(f"{_PLURALS[kind]}_sanctioned")
        lines.append(_line(sanctioned, "all", sanctioned.value or 0, len(counts.sanctioned[kind])))
        if kind is Kind.SOCIAL_OFFER:
            issued = published.target("offer_orders_issued")
            lines.append(_line(issued, "all", issued.value or 0, orders(counts, kind)))
    return lines


def _movement(counts: Counts, published: PublishedFigures, kind: Kind) -> list[MarginLine]:
    shares = movement(counts, kind)
    if shares is None:
        return []
    figure = published.target(f"{_WORDS[kind]}_score_movement_percent")
    subjects = sum(counts.subjects[a, kind] for a in counts.authorities)
    compared = sum(counts.moved[kind, word] for word in ("up", "same", "down"))
    tolerance = _MOVEMENT if compared > 0.7 * subjects else _MOVEMENT_OF_SOME
    return [
        _line(figure, word, target, shares[word], tolerance=tolerance)
        for word, target in figure.values.items()
    ]


def _budgets(counts: Counts, published: PublishedFigures) -> list[MarginLine]:
    lines = []
    for owner in ("private", "public"):
        for outcome in ("on_time", "approved"):
            if not counts.budget_share_is_known(owner, outcome):
                continue
            figure = published.target(f"{owner}_budgets_{outcome}_percent")
            results = {a: budget_share(counts, owner, outcome, (a,)) for a in counts.authorities}
            overall = budget_share(counts, owner, outcome, tuple(Authority))
            lines += _shares(figure, results, overall if counts.whole else None)
    return lines


def _consultants(counts: Counts, published: PublishedFigures) -> list[MarginLine]:
    figure = published.target("consultants")
    results = {a: consultants_of(counts, a) for a in counts.authorities}
    return _exact(figure, results, whole=counts.whole)


def _recategorised(counts: Counts, published: PublishedFigures, as_of: date) -> list[MarginLine]:
    if as_of < date(2024, 8, 31) or Authority.SYD not in counts.authorities:
        return []
    figure = published.target("syd_families_recategorised")
    return [_line(figure, Authority.SYD.value, figure.value or 0, counts.recategorised)]


def margin_table(lines: Iterable[MarginLine]) -> str:
    """The report as a Markdown table, a line for each figure."""
    rows = [
        "| Figure | For | Target | Result | Difference | Tolerance | Within | Source |",
        "|---|---|--:|--:|--:|--:|---|---|",
    ]
    for line in lines:
        target = f"{line.target:g}"
        if line.target_high is not None:
            target += f" to {line.target_high:g}"
        numbers = [
            target,
            *(f"{round(n, 1) + 0.0:g}" for n in (line.result, line.difference, line.tolerance)),
        ]
        within = "yes" if line.within else "NO"
        figure = f"{line.figure} ({line.unit})"
        rows.append(f"| {' | '.join([figure, line.key, *numbers, within, line.source])} |")
    return "\n".join(rows) + "\n"
