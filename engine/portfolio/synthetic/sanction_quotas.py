"""The sanctions to be placed at an authority, with the published theme marks of their orders."""

from __future__ import annotations

from dataclasses import dataclass

from engine.portfolio.synthetic.published import PublishedFigures
from engine.portfolio.synthetic.streams import apportion
from models.terms import Authority, Kind, SanctionStep

__all__ = ["PlannedSanction", "decisions_of", "planned_sanctions", "theme_marks"]


@dataclass(frozen=True, slots=True)
class PlannedSanction:
    """One decision: its step, its themes, and its orders.

    `repeated` are themes of further orders in the same decision that name a theme again.
    """

    step: SanctionStep
    themes: tuple[str, ...] = ()
    orders: int = 0
    repeated: tuple[str, ...] = ()


def decisions_of(published: PublishedFigures, kind: Kind, authority: Authority) -> dict[str, int]:
    """Published decisions of an authority by the name of their figure, misprints put right."""
    word = "offer" if kind is Kind.SOCIAL_OFFER else "family"
    found: dict[str, int] = {}
    for name in ("intensified_without_order", "intensified_with_order", "orders", "withdrawals"):
        values = published.target(f"{word}_{name}").values
        if authority.value in values:
            found[name] = int(values[authority.value])
        else:
            recomputed = published[f"{word}_{name}_{authority.value}"].recomputed
            found[name] = int(recomputed) if isinstance(recomputed, int) else 0
    return found


def theme_marks(
    published: PublishedFigures, kind: Kind, authority: Authority, table: str
) -> dict[str, int]:
    """Theme marks of an authority's orders, `with` or `without` intensified supervision."""
    word = "offer" if kind is Kind.SOCIAL_OFFER else "family"
    marks = dict(published.target(f"{word}_themes_{table}_intensified").themes.get(authority, {}))
    if kind is Kind.FOSTER_FAMILY and table == "without" and authority is Authority.NORD:
        # The one order of Nord has no theme in its row; the columns leave physical surroundings.
        marks["physical_surroundings"] = 1
    return marks


def planned_sanctions(
    published: PublishedFigures, kind: Kind, authority: Authority
) -> tuple[PlannedSanction, ...]:
    """All decisions of an authority in the year, each to be placed on a subject of its own."""
    decisions = decisions_of(published, kind, authority)
    marks_with = theme_marks(published, kind, authority, "with")
    marks_without = theme_marks(published, kind, authority, "without")
    return (
        *_with_orders(
            SanctionStep.INTENSIFIED_WITH_ORDER,
            decisions["intensified_with_order"],
            marks_with,
            _orders(published, kind, authority, marks_with),
        ),
        *_with_orders(
            SanctionStep.ORDER, decisions["orders"], marks_without, sum(marks_without.values())
        ),
        *[
            PlannedSanction(SanctionStep.INTENSIFIED_WITHOUT_ORDER)
            for _ in range(decisions["intensified_without_order"])
        ],
        *[PlannedSanction(SanctionStep.WITHDRAWAL) for _ in range(decisions["withdrawals"])],
    )


def _orders(
    published: PublishedFigures, kind: Kind, authority: Authority, marks: dict[str, int]
) -> int:
    """Orders behind theme marks: as many, but at Syd an offer's order bears several marks."""
    if kind is Kind.FOSTER_FAMILY or authority is not Authority.SYD:
        return sum(marks.values())
    tables = ("with", "without")
    elsewhere = sum(
        sum(theme_marks(published, kind, other, table).values())
        for other in Authority
        if other is not Authority.SYD
        for table in tables
    )
    return int(published.target("offer_orders_issued").value or 0) - elsewhere


def _with_orders(
    step: SanctionStep, decisions: int, marks: dict[str, int], orders: int
) -> list[PlannedSanction]:
    if not decisions:
        return []
    themes: list[list[str]] = [[] for _ in range(decisions)]
    repeated: list[list[str]] = [[] for _ in range(decisions)]
    turn = 0
    for theme, number in sorted(marks.items(), key=lambda item: (-item[1], item[0])):
        for _ in range(number):
            at = turn % decisions
            (repeated if theme in themes[at] else themes)[at].append(theme)
            turn += 1
    own = orders - sum(len(r) for r in repeated)
    own_orders = apportion(own, {i: float(len(t)) for i, t in enumerate(themes)})
    return [
        PlannedSanction(step, tuple(themes[i]), own_orders[i], tuple(repeated[i]))
        for i in range(decisions)
    ]
