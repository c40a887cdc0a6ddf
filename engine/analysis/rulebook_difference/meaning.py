"""What two rulebooks mean: for every answer whether it is equal, stricter, milder or neither.

An answer is stricter if some facts get more of it and none get less: a more severe colour, a visit
sooner, unannounced rather than announced, a proposal where there was none. This is decided over all
facts; every example is confirmed by the reference reading of both rulebooks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from engine.analysis.rulebook_difference.answers import Finding, Verdict
from engine.analysis.rulebook_difference.fixed import Fixed, fixed_of
from engine.analysis.rulebook_difference.levels import What
from engine.analysis.rulebook_difference.one_day import Between, OneDay
from engine.analysis.rulebook_difference.sides import Sides
from engine.rulebook.resolve import resolve
from models.terms import Kind

__all__ = ["Period", "compare_meaning"]


class Period(NamedTuple):
    """A finding and the days for which it holds; without `last` it holds on."""

    first: date
    last: date | None
    finding: Finding


def compare_meaning(
    sides: Sides, *, progress: Callable[[int], None] = lambda done: None
) -> tuple[Period, ...]:
    """Every answer on every kind of subject, days with the same finding as one period."""
    between = Between()
    found: dict[tuple[What, str, Kind | None], list[tuple[date, Finding]]] = {}
    done = 0
    for day in sides.days:
        old, new = (resolve(side.in_force, as_of=day) for side in (sides.old, sides.new))
        findings = [_fixed_finding(fixed) for fixed in fixed_of(old, new)]
        for kind in Kind:
            findings += OneDay(old, new, kind, between).findings()
            done += 1
            progress(done)
        for finding in findings:
            about = (finding.what, finding.of, finding.kind)
            found.setdefault(about, []).append((day, finding))
    return tuple(_periods(found, sides))


def _periods(
    found: dict[tuple[What, str, Kind | None], list[tuple[date, Finding]]], sides: Sides
) -> Iterator[Period]:
    next_day = dict(zip(sides.days, sides.days[1:], strict=False))
    order = (list(What), list(Kind))
    for about in sorted(
        found,
        key=lambda a: (order[0].index(a[0]), -1 if a[2] is None else order[1].index(a[2]), a[1]),
    ):
        periods: list[Period] = []
        for day, finding in found[about]:
            end = next_day.get(day)
            last = day if sides.one_day else None if end is None else end - timedelta(days=1)
            before = periods[-1] if periods else None
            if (
                before is not None
                and before.last == day - timedelta(days=1)
                and _same(before.finding, finding)
            ):
                periods[-1] = before._replace(last=last)
            else:
                periods.append(Period(day, last, finding))
        yield from periods


def _same(one: Finding, other: Finding) -> bool:
    return (one.verdict, one.did, one.lines) == (other.verdict, other.did, other.lines)


def _fixed_finding(fixed: Fixed) -> Finding:
    directions = {line.direction for line in fixed.lines}
    if not directions:
        verdict = Verdict.EQUAL
    elif 0 in directions:
        verdict = Verdict.DIFFERENT
    elif len(directions) > 1:
        verdict = Verdict.INCOMPARABLE
    else:
        verdict = Verdict.STRICTER if 1 in directions else Verdict.MILDER
    return Finding(fixed.what, fixed.of, fixed.kind, verdict, lines=fixed.lines)
