"""What a choice takes and what it leaves unseen, a year, for one stratum or for all of them.

An approximation that can be reckoned through for thousands of choices: colours stay as they are at
the start, other visits go on at one rate, and recurring ones come at an even pace.
`engine/simulation/optimise/check.py` holds it against the month loop.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, NamedTuple

from engine.simulation.assumptions import AssumedOn
from engine.simulation.hours import price_per_hour_dkk
from engine.simulation.manners import Manner, Manners, manner_hours
from engine.simulation.optimise.closed_form import (
    Chances,
    Unseen,
    chance_of_finding,
    either,
    unseen_in_period,
)
from engine.simulation.optimise.menu import RANDOM_SHARE, PolicyClass, Setting
from engine.simulation.optimise.strata import OtherVisits, Stratum
from engine.simulation.regimes import first_days
from engine.simulation.world.rates import GROUPS, KINDS, rates_of
from models.scenario import CutMeasure
from models.terms import Colour, Kind, Purpose

__all__ = ["NOTHING", "Outlook", "Policy", "Totals", "cycle_months"]

_NIGHT_GROUP = 0
_FAR = 20.0
_MONTHS_A_YEAR = 12
_BASIS, _FOLLOW_UP, _NIGHT, _SAMPLE = range(4)


class Totals(NamedTuple):
    """A year's visits and hours, and theme-months of poor quality that no visit has found."""

    visits: float
    hours: float
    unseen_months: float
    unseen_serious_months: float

    def plus(self, other: Totals, weight: float = 1.0) -> Totals:
        """Both together; the other so many times."""
        return Totals(*(one + weight * two for one, two in zip(self, other, strict=True)))


NOTHING = Totals(0.0, 0.0, 0.0, 0.0)
"""Nobody visited, and nobody there."""


@dataclass(frozen=True)
class Policy:
    """An interval in days for every class on the menu, and a setting for all."""

    intervals: Mapping[PolicyClass, int]
    setting: Setting


def cycle_months(interval_days: int, lead_days: int) -> float:
    """Whole months from one recurring visit to the next, on average: the plan is made by the month,
    and a visit that falls due within the lead is made already."""
    days = first_days(date(2025, 12, 31), _MONTHS_A_YEAR + interval_days // 28 + 2)
    ordinals = [day.toordinal() for day in days]
    whole = 0
    for first in range(_MONTHS_A_YEAR):
        months = 1
        due = ordinals[first] + interval_days
        while ordinals[first + months + 1] + lead_days <= due:
            months += 1
        whole += months
    return whole / _MONTHS_A_YEAR


@dataclass
class Outlook:
    """Reckons through choices for some strata, on the assumptions of a day; `manners`: how visits
    are made as the rules are."""

    strata: tuple[Stratum, ...]
    assumed: AssumedOn
    months: int
    manners: Manners = field(default_factory=dict)
    _rates: Any = None
    _lead_days: int = 0
    _periods: dict[Any, Unseen] = field(default_factory=dict)
    _unseen: dict[Any, Unseen] = field(default_factory=dict)
    _totals: dict[Any, Totals] = field(default_factory=dict)
    _visit_hours: dict[tuple[Kind, Purpose, float, int | None], float] = field(default_factory=dict)
    _cycles: dict[int, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._rates = rates_of(self.assumed.number, depth_percent=100, binary_from=0)
        self._lead_days = round(self.assumed.number("world.lead_days"))

    @property
    def serious_weight(self) -> float:
        """What a seriously poor month weighs against a declined one."""
        return self.assumed.number("optimise.serious_weight")

    def harm(self, totals: Totals) -> float:
        """What is held against a policy: unseen months, the serious ones weighed."""
        more = (self.serious_weight - 1.0) * totals.unseen_serious_months
        return totals.unseen_months + more

    def use(self, totals: Totals, measure: CutMeasure) -> float:
        """How much of a measure that is."""
        if measure is CutMeasure.VISITS:
            return totals.visits
        price = price_per_hour_dkk(self.assumed) if measure is CutMeasure.MONEY_DKK else 1.0
        return totals.hours * price

    def of_policy(self, policy: Policy) -> Totals:
        """A year of a policy in all strata."""
        return _sum(
            self.of_stratum(
                stratum, policy.intervals.get((stratum.kind, stratum.colour)), policy.setting
            )
            for stratum in self.strata
        )

    def only_serious(self) -> Outlook:
        """The same where nothing but what is serious or acute is followed up, and no other visit is
        made that no interval asks for."""
        severity = self._rates.severity[1]
        kept = float(severity[2:].sum() + 1 - severity.sum()) / (1 - float(severity[0]))
        return Outlook(
            tuple(
                replace(
                    stratum,
                    only_serious=True,
                    other=OtherVisits(
                        {
                            purpose: rate * kept
                            for purpose, rate in stratum.other.met.items()
                            if purpose is Purpose.FOLLOW_UP
                        },
                        stratum.other.in_vain * kept,
                    ),
                )
                for stratum in self.strata
            ),
            self.assumed,
            self.months,
            self.manners,
        )

    def of_stratum(self, stratum: Stratum, interval_days: int | None, setting: Setting) -> Totals:
        """A year of a stratum with visits at an interval, or with no recurring visits."""
        where = (stratum.kind, stratum.colour, stratum.authority, stratum.only_serious)
        key = (*where, interval_days, setting)
        if key not in self._totals:
            visits, hours = self._effort(stratum, interval_days, setting)
            unseen = self._left_unseen(stratum, interval_days, setting)
            self._totals[key] = Totals(visits, hours, *unseen)
        return self._totals[key]

    def _between(self, stratum: Stratum, interval_days: int) -> tuple[float, float]:
        """Months between visits as planned, and between recurring visits when each other visit sets
        the clock anew."""
        if interval_days not in self._cycles:
            self._cycles[interval_days] = cycle_months(interval_days, self._lead_days)
        planned = self._cycles[interval_days]
        rate = stratum.other.rate
        if rate * planned < 1e-9:
            return planned, planned
        return planned, math.expm1(min(rate * planned, _FAR)) / rate

    def _effort(
        self, stratum: Stratum, interval_days: int | None, setting: Setting
    ) -> tuple[float, float]:
        """Visits and hours a year."""
        kind, depth = stratum.kind, setting.depth_percent / 100
        missed = float(self._rates.not_met[KINDS.index(kind)])
        vain_hours = self._hours(kind, Purpose.BASIS, 0.0)
        number = stratum.subjects
        visits = number * _MONTHS_A_YEAR * (stratum.other.rate + stratum.other.in_vain)
        hours = number * _MONTHS_A_YEAR * stratum.other.in_vain * vain_hours
        for purpose, rate in stratum.other.met.items():
            hours += number * _MONTHS_A_YEAR * rate * self._hours(kind, purpose, depth)
        if interval_days is not None:
            planned, between = self._between(stratum, interval_days)
            in_vain = stratum.unannounced_share[setting.more_unannounced] * missed / (1 - missed)
            main, by_department = float(number), float(stratum.other_departments)
            if stratum.colour is Colour.GREEN:
                main -= stratum.with_departments
                by_department += stratum.departments
            a_year = self._visits_a_year(between, stratum.waited)
            departments_a_year = self._visits_a_year(planned, stratum.departments_waited)
            visits += (1 + in_vain) * (main * a_year + by_department * departments_a_year)
            hours += (
                main * a_year * (self._hours(kind, Purpose.BASIS, depth) + in_vain * vain_hours)
            )
            hours += (
                by_department
                * departments_a_year
                * (self._hours(kind, Purpose.DEPARTMENT, depth) + in_vain * vain_hours)
            )
        for drawn in stratum.drawn:
            sampled = number * drawn.eligible_share * _share(drawn.parameter, setting)
            vain = missed if drawn.unannounced else 0.0
            visits += sampled
            met = self._hours(kind, Purpose.SAMPLE, depth, drawn.at_most_minutes)
            hours += sampled * ((1 - vain) * met + vain * vain_hours)
        return visits, hours

    def _hours(
        self, kind: Kind, purpose: Purpose, depth: float, at_most_minutes: int | None = None
    ) -> float:
        """Hours of a visit: journey and preparation as ever, the rest by its depth. A sample lasts
        as long as its own frame says."""
        key = (kind, purpose, depth, at_most_minutes)
        if key not in self._visit_hours:
            manners = self.manners
            if purpose is Purpose.SAMPLE:
                manners = {(kind, purpose): {Manner(at_most_minutes=at_most_minutes): 1.0}}
            self._visit_hours[key] = manner_hours(
                self.assumed, kind=kind, purpose=purpose, manners=manners, depth=depth
            )
        return self._visit_hours[key]

    def _left_unseen(self, stratum: Stratum, interval_days: int | None, setting: Setting) -> Unseen:
        share = stratum.unannounced_share[setting.more_unannounced]
        announced, unannounced = (
            self._of_one(stratum, interval_days, setting, unannounced=bool(notice))
            if weight > 0
            else Unseen(0.0, 0.0)
            for notice, weight in enumerate((1 - share, share))
        )
        one = announced.times(1 - share).plus(unannounced, share)
        return one.times(stratum.subjects * (1 - stratum.known_share))

    def _of_one(
        self,
        stratum: Stratum,
        interval_days: int | None,
        setting: Setting,
        *,
        unannounced: bool,
    ) -> Unseen:
        """A subject of the stratum; the same in every authority."""
        drawn = (setting.themed_share_percent, setting.random_share_percent)
        key = (
            (stratum.kind, stratum.colour, stratum.only_serious, interval_days, unannounced),
            (setting.depth_percent, drawn if stratum.drawn else None),
        )
        if key not in self._unseen:
            self._unseen[key] = self._of_subject(
                stratum, interval_days, setting, unannounced=unannounced
            )
        return self._unseen[key]

    def _of_subject(
        self,
        stratum: Stratum,
        interval_days: int | None,
        setting: Setting,
        *,
        unannounced: bool,
    ) -> Unseen:
        """A subject's theme groups together."""
        whole = Unseen(0.0, 0.0)
        every = None
        if interval_days is not None:
            _, every = self._between(stratum, interval_days)
            if unannounced:
                missed = float(self._rates.not_met[KINDS.index(stratum.kind)])
                every += missed / (1 - missed)
        for group in range(len(GROUPS)):
            chances = self._chances(stratum, setting, group, unannounced=unannounced)
            whole = whole.plus(self._in_period(chances, every, stratum.waited))
        return whole

    def _in_period(
        self, chances: Chances, every: float | None, waited: tuple[float, ...]
    ) -> Unseen:
        """What a theme group leaves unseen; between whole months it is read off the line."""
        if every is None:
            return self._at(chances, None, waited)
        every = min(max(every, 1.0), float(self.months + len(waited)))
        below = int(every)
        low = self._at(chances, below, waited)
        if every == below:
            return low
        high = self._at(chances, below + 1, waited)
        return low.times(1 - (every - below)).plus(high, every - below)

    def _at(self, chances: Chances, every: int | None, waited: tuple[float, ...]) -> Unseen:
        key = (chances, every, waited)
        if key not in self._periods:
            initial = self._rates.initial[0]
            self._periods[key] = unseen_in_period(
                chances,
                at_start=(float(initial[0]), float(initial[1])),
                first_visits=self._first_visits(every, waited),
                every_months=every,
            )
        return self._periods[key]

    def _first_visits(self, every: int | None, waited: tuple[float, ...]) -> list[float]:
        """By month of the period, the share whose first visit falls in it."""
        first = [0.0] * self.months
        for ago, share in enumerate(waited):
            month = self.months if every is None else max(every - ago, 0)
            if month < self.months:
                first[month] += share
        return first

    def _visits_a_year(self, every: float, waited: tuple[float, ...]) -> float:
        """Recurring visits of a subject a year, over the period."""
        made = 0.0
        for ago, share in enumerate(waited):
            left = self.months - max(every - ago, 0.0)
            if left > 0:
                made += share * math.ceil(left / every)
        return made * _MONTHS_A_YEAR / self.months

    def _chances(
        self, stratum: Stratum, setting: Setting, group: int, *, unannounced: bool
    ) -> Chances:
        """What a month holds for one theme group of a subject of the stratum."""
        rates, kind = self._rates, KINDS.index(stratum.kind)
        depth = setting.depth_percent / 100
        between, at_visit = [], []
        for quality in (1, 2):
            eyes = depth * (rates.serious_visibility if quality == 2 else 1.0)

            def sees(row: int, notice: bool, elsewhere: bool = False, eyes: float = eyes) -> float:
                seen = float(rates.sensitivity[row, int(notice)])
                if elsewhere:
                    seen *= rates.sensitivity_elsewhere
                return chance_of_finding(seen, eyes)

            graver = 1.0 - float(rates.severity[quality, : 1 + stratum.only_serious].sum())
            found = [float(rates.concern[kind, quality]) * graver * sees(_FOLLOW_UP, True)]
            for purpose, rate in stratum.other.met.items():
                if purpose is Purpose.NIGHT:
                    found.append(rate * sees(_NIGHT, True) if group == _NIGHT_GROUP else 0.0)
                elif purpose is Purpose.FOLLOW_UP:
                    found.append(rate * sees(_FOLLOW_UP, True, elsewhere=True))
                else:
                    found.append(rate * sees(_BASIS, False))
            for drawn in stratum.drawn:
                if drawn.group == group:
                    met = 1.0 - (rates.not_met[kind] if drawn.unannounced else 0.0)
                    monthly = drawn.eligible_share * _share(drawn.parameter, setting) / 12
                    found.append(monthly * met * sees(_SAMPLE, drawn.unannounced))
            between.append(either(*(min(chance, 1.0) for chance in found)))
            at_visit.append(sees(_BASIS, unannounced))
        return Chances(
            decline=float(rates.decline[kind, group]),
            worsening=rates.worsening,
            recovery_unfound=rates.recovery_unfound,
            recovery_known=rates.recovery_known,
            recovery_serious_factor=rates.recovery_serious_factor,
            between=(between[0], between[1]),
            at_visit=(at_visit[0], at_visit[1]),
        )


def _share(parameter: str, setting: Setting) -> float:
    """The share a sample parameter has in a setting."""
    if parameter == RANDOM_SHARE:
        return setting.random_share_percent / 100
    return setting.themed_share_percent / 100


def _sum(all_: Iterable[Totals]) -> Totals:
    whole = NOTHING
    for one in all_:
        whole = whole.plus(one)
    return whole
