"""The best policy for a cut, beside today's, the plain cut and the bound; and how that changes with
the size of the cut."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from engine.simulation.optimise.menu import Menu, PolicyClass
from engine.simulation.optimise.outlook import NOTHING, Outlook, Policy, Totals
from engine.simulation.optimise.programme import (
    Option,
    Place,
    best_policy,
    cheapest_policy,
    lower_bound,
)
from engine.simulation.optimise.strata import Stratum
from models.scenario import CutMeasure
from models.terms import Authority, Colour

__all__ = ["CURVE_PERCENT", "Chooser", "PlainCut", "Point"]

CURVE_PERCENT = tuple(range(0, 51, 5))
"""The cuts that the trade-off curve is worked out for."""
_ENOUGH = 1e-9


@dataclass(frozen=True)
class PlainCut:
    """The same rules with less time, in the order in which visits are put off. `met`: whether that
    is enough for the cut."""

    totals: Totals
    met: bool


@dataclass(frozen=True)
class Point:
    """One cut: what it leaves of the measure, the best policy, the bound and the plain cut. Nothing
    where the cut cannot be met within the law."""

    percent: float
    budget: float
    policy: Policy | None
    totals: Totals | None
    bound_harm: float | None
    plain: PlainCut


@dataclass
class Chooser:
    """Chooses from a menu for some strata, on one measure."""

    menu: Menu
    outlook: Outlook
    measure: CutMeasure

    @cached_property
    def today(self) -> Totals:
        """A year of today's policy."""
        return self.outlook.of_policy(Policy(self.menu.today, self.menu.setting_today))

    @property
    def used_today(self) -> float:
        """What today's policy takes of the measure."""
        return self.outlook.use(self.today, self.measure)

    def harm(self, totals: Totals) -> float:
        """What is held against it."""
        return self.outlook.harm(totals)

    def budget(self, percent: float) -> float:
        """What a cut leaves."""
        return self.used_today * (1.0 - percent / 100.0)

    @cached_property
    def classes(self) -> tuple[PolicyClass, ...]:
        """The kinds and colours that there is a parameter for and somebody of that kind."""
        kinds = {stratum.kind for stratum in self.outlook.strata}
        return tuple(where for where in self.menu.intervals if where[0] in kinds)

    @cached_property
    def largest_cut_percent(self) -> float:
        """The largest cut that the law and the menu allow."""
        least = cheapest_policy(self._national).cost
        return 100.0 * (1.0 - least / self.used_today)

    def point(self, percent: float, *, dearer: float = 1.0) -> Point:
        """All that is known of one cut. `dearer`: how many times as much as the formula says a
        policy is known to take, beside today's."""
        budget = self.budget(percent)
        slack = budget / dearer + _ENOUGH * max(self.used_today, 1.0)
        found = best_policy(self._national, slack)
        policy = totals = bound = None
        if found is not None:
            policy = self._policy(found.chosen(self._national))
            totals = self.outlook.of_policy(policy)
            least = lower_bound(self._by_stratum, slack)
            bound = None if least is None else least.harm
        return Point(percent, budget, policy, totals, bound, self.plain(percent))

    def curve(self, percents: Sequence[int] = CURVE_PERCENT) -> tuple[Point, ...]:
        """The trade-off curve."""
        return tuple(self.point(percent) for percent in percents)

    def plain(self, percent: float) -> PlainCut:
        """What is left when the rules stay and time runs out: visits to green subjects beyond the
        law's go first, then samples, visits to yellow, follow-up of what is moderate, and visits
        to red subjects last. In each step as much goes as is needed."""
        budget = self.budget(percent)
        before = self.today
        for after in self._steps:
            used, left = (self.outlook.use(one, self.measure) for one in (before, after))
            if used <= budget + _ENOUGH:
                break
            if left <= budget:
                share = (used - budget) / (used - left)
                before = _between(before, after, share)
                break
            before = after
        met = self.outlook.use(before, self.measure) <= budget * (1 + _ENOUGH) + _ENOUGH
        return PlainCut(before, met)

    @cached_property
    def _steps(self) -> tuple[Totals, ...]:
        """What is left after each step of a plain cut."""
        intervals = dict(self.menu.today)
        setting = self.menu.setting_today
        outlook = self.outlook
        steps = []

        def to_the_floor(colour: Colour) -> None:
            for kind, found in intervals:
                if found is colour:
                    intervals[kind, found] = self.menu.floors[kind]
            steps.append(outlook.of_policy(Policy(dict(intervals), setting)))

        to_the_floor(Colour.GREEN)
        setting = replace(setting, themed_share_percent=0, random_share_percent=0)
        steps.append(outlook.of_policy(Policy(dict(intervals), setting)))
        to_the_floor(Colour.YELLOW)
        outlook = self.outlook.only_serious()
        steps.append(outlook.of_policy(Policy(dict(intervals), setting)))
        to_the_floor(Colour.RED)
        return tuple(steps)

    @cached_property
    def _national(self) -> tuple[Place, ...]:
        """A place for each parameter; one more for whoever no parameter concerns."""
        strata = self.outlook.strata
        places = [
            self._place((kind, colour), [s for s in strata if (s.kind, s.colour) == (kind, colour)])
            for kind, colour in self.classes
        ]
        return (*places, *self._untouched)

    @cached_property
    def _by_stratum(self) -> tuple[Place, ...]:
        """A place for each stratum."""
        places = [
            self._place((stratum.kind, stratum.colour), [stratum], stratum.authority)
            for stratum in self.outlook.strata
            if (stratum.kind, stratum.colour) in self.menu.intervals
        ]
        return (*places, *self._untouched)

    @cached_property
    def _untouched(self) -> tuple[Place, ...]:
        """Kinds without an interval of their own: only the setting concerns them."""
        rest = [s for s in self.outlook.strata if (s.kind, s.colour) not in self.menu.intervals]
        if not rest:
            return ()
        options = tuple(self._option(rest, None, at) for at in range(len(self.menu.settings)))
        return (Place(name=None, options=options),)

    def _place(
        self, where: PolicyClass, strata: Sequence[Stratum], authority: Authority | None = None
    ) -> Place:
        kind, colour = where
        options = tuple(
            self._option(strata, interval, number)
            for interval in self.menu.intervals[where]
            for number in range(len(self.menu.settings))
        )
        return Place(
            name=where,
            options=options,
            chain=(kind, authority),
            rank=colour.rank,
            floor_days=self.menu.floors[kind],
            today=self.menu.today[where],
        )

    def _option(self, strata: Sequence[Stratum], interval: int | None, number: int) -> Option:
        setting = self.menu.settings[number]
        totals = NOTHING
        for stratum in strata:
            totals = totals.plus(self.outlook.of_stratum(stratum, interval, setting))
        return Option(
            interval, number, self.outlook.use(totals, self.measure), self.outlook.harm(totals)
        )

    def _policy(self, chosen: Sequence[Option]) -> Policy:
        intervals = dict(self.menu.today)
        for where, option in zip(self.classes, chosen, strict=False):
            if option.interval_days is not None:
                intervals[where] = option.interval_days
        return Policy(intervals, self.menu.settings[chosen[0].setting])


def _between(one: Totals, other: Totals, share: float) -> Totals:
    return Totals(*(a + share * (b - a) for a, b in zip(one, other, strict=True)))
