"""How visits are made that the simulated world does not tell apart: who comes, and for how long at
most.

The world merges what is due in a month into one visit of a kind, so each costs what such visits
cost on average, with the facts of the start: sample visits by the frames that subjects can be drawn
in, follow-ups by how many of those to be followed up have the special-effort team coming.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from engine.rulebook.resolve import ResolvedRulebook
from engine.simulation.assumptions import AssumedOn
from engine.simulation.hours import visit_hours
from engine.simulation.regimes import Regime
from engine.simulation.world.rates import KINDS
from models.rulebook import FrameOutcome, VisitOutcomeRule
from models.terms import Kind, PerformedBy, Purpose

__all__ = ["USUAL", "Manner", "Manners", "manner_hours", "manners_of"]


class Manner(NamedTuple):
    """Who comes, and for how many minutes at most."""

    performed_by: PerformedBy = PerformedBy.CONSULTANT
    at_most_minutes: int | None = None


Manners = Mapping[tuple[Kind, Purpose], Mapping[Manner, float]]
"""Of the visits to a kind with a purpose, the share made in each manner; the shares add up to 1."""
USUAL: Mapping[Manner, float] = {Manner(): 1.0}
"""A consultant, and no limit."""


def manner_hours(
    assumed: AssumedOn, *, kind: Kind, purpose: Purpose, manners: Manners, depth: float
) -> float:
    """The hours of a visit on average over the manners. Raises AssumptionError."""
    return sum(
        share
        * visit_hours(
            assumed,
            kind,
            purpose,
            performed_by=manner.performed_by,
            at_most_minutes=manner.at_most_minutes,
            depth=depth,
        )
        for manner, share in manners.get((kind, purpose), USUAL).items()
    )


def manners_of(
    stretches: Sequence[tuple[int, ResolvedRulebook]],
    regimes: Sequence[Regime],
    *,
    rows: Any,
    kinds: Any,
    day: int,
    months: int,
) -> Manners:
    """The manners of a policy: each stretch of its rules weighs by its months. `rows` and `kinds`
    are the subjects as they are on `day`."""
    counted: dict[tuple[Kind, Purpose], dict[Manner, float]] = defaultdict(
        lambda: defaultdict(float)
    )
    ends = [from_month for from_month, _ in stretches[1:]] + [months]
    for (first, resolved), regime, end in zip(stretches, regimes, ends, strict=True):
        fired = np.zeros((len(rows), len(regime.kernel.keys)), dtype=np.uint8)
        colours = np.zeros(len(rows), dtype=np.int64)
        regime.kernel.module.fired_all(rows.copy(), day, regime.parameters, fired, colours)
        for number, kind in enumerate(KINDS):
            held = _Held(resolved, regime.kernel.keys, fired[kinds == number] > 0)
            for purpose, manner, count in (*held.samples(kind), *held.follow_ups(kind)):
                counted[kind, purpose][manner] += count * (end - first)
    return {
        where: {manner: count / sum(own.values()) for manner, count in own.items() if count}
        for where, own in counted.items()
        if sum(own.values()) > 0
    }


class _Held(NamedTuple):
    """Which rules hold for the subjects of a kind."""

    resolved: ResolvedRulebook
    keys: Sequence[str]
    fired: Any

    def samples(self, kind: Kind) -> Iterator[tuple[Purpose, Manner, float]]:
        """Sample visits, as many as are drawn."""
        frames = {frame.id: frame for frame in self.resolved.frames}
        for rule in self.resolved.rules:
            if not isinstance(rule.then, FrameOutcome) or rule.then.frame not in frames:
                continue
            if kind not in rule.applies_to:
                continue
            frame = frames[rule.then.frame]
            drawn = self._holds(rule.id).sum() * self.resolved.number(frame.share_percent) / 100
            minutes = self.resolved.days(frame.at_most_minutes)
            yield Purpose.SAMPLE, Manner(at_most_minutes=minutes), float(drawn)

    def follow_ups(self, kind: Kind) -> Iterator[tuple[Purpose, Manner, float]]:
        """Subjects to be followed up. Where the special-effort team comes it comes for all."""
        wanted = {
            performer: np.zeros(len(self.fired), dtype=bool)
            for performer in (PerformedBy.CONSULTANT, PerformedBy.SPECIAL_EFFORT_TEAM)
        }
        for rule in self.resolved.rules:
            outcome = rule.then
            if not isinstance(outcome, VisitOutcomeRule) or kind not in rule.applies_to:
                continue
            if outcome.purpose is Purpose.FOLLOW_UP and outcome.performed_by in wanted:
                wanted[outcome.performed_by] |= self._holds(rule.id)
        team = wanted[PerformedBy.SPECIAL_EFFORT_TEAM]
        alone = wanted[PerformedBy.CONSULTANT] & ~team
        yield Purpose.FOLLOW_UP, Manner(PerformedBy.SPECIAL_EFFORT_TEAM), float(team.sum())
        yield Purpose.FOLLOW_UP, Manner(), float(alone.sum())

    def _holds(self, rule: str) -> Any:
        return self.fired[:, list(self.keys).index(rule)]
