"""Policies and a portfolio made ready to simulate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np

from engine.rulebook.book import FIRST_DAY, Rulebook
from engine.rulebook.program import program_of
from engine.rulebook.resolve import resolve
from engine.rulebook.scenarios import applied
from engine.simulation.assumptions import AssumedOn, Assumptions
from engine.simulation.hours import price_per_hour_dkk, visit_hours, visit_parts
from engine.simulation.manners import Manners, manner_hours, manners_of
from engine.simulation.priorities import Priorities
from engine.simulation.regimes import (
    THEME_GROUPS,
    Regime,
    compiled_regimes,
    first_days,
    layout_for,
    resolved_over,
    slots_of,
)
from engine.simulation.replicate import Costs, PolicyPlan, World
from engine.simulation.start import capacity_of, laid_out, supervised, views_at
from engine.simulation.world.places import codes_of, places_of
from engine.simulation.world.rates import GROUPS, KINDS, PREFIX, rates_of
from engine.simulation.world.state import (
    NEED_APPROVAL,
    NEED_ECONOMY,
    NEED_MAIN,
    NEED_NIGHT,
    NEED_SAMPLE,
    NEEDS,
)
from models.facts import Dossier
from models.rulebook import Place, Text
from models.scenario import Cut, CutMeasure, ParameterChange, Scenario
from models.terms import Basis, PerformedBy, Purpose

__all__ = ["BASELINE", "Policy", "Prepared", "baseline_policy", "policy_of", "prepared"]

BASELINE = "baseline"
_PURPOSES = tuple(Purpose)
_BINARY_SCORES_FROM = date(2026, 1, 1)
"""From this day a score says whether a requirement is met (000_0be2027a0e412987.txt:4473-4475)."""
_GROUP_THEMES = ("target_group_methods_results", "competences", "physical_surroundings")
_NEED_PURPOSES = {
    NEED_MAIN: (Purpose.BASIS, Purpose.FOLLOW_UP, Purpose.DEPARTMENT),
    NEED_NIGHT: (Purpose.NIGHT,),
    NEED_APPROVAL: (Purpose.APPROVAL,),
    NEED_ECONOMY: (Purpose.FOLLOW_UP,),
    NEED_SAMPLE: (Purpose.SAMPLE,),
}


@dataclass(frozen=True)
class Policy:
    """What is done: a rulebook, a cut, and how long visits are."""

    id: str
    title: Text
    book: Rulebook
    cut: Cut | None = None
    depth_percent: int = 100


def baseline_policy(book: Rulebook) -> Policy:
    """The rules as they are, with time for all they ask for."""
    title = Text(da="Reglerne, som de er", en="The rules as they are")
    return Policy(BASELINE, title, book)


def policy_of(book: Rulebook, scenario: Scenario) -> Policy:
    """A scenario as a policy. Raises RulebookError if its rules are not sound."""
    changes_rules = scenario.changes or scenario.switched_off
    changed = applied(book, scenario) if changes_rules else book
    return Policy(scenario.id, scenario.title, changed, scenario.cut, scenario.depth_percent)


@dataclass(frozen=True)
class Prepared:
    """A world, and for each policy its rules over time and how its visits are made; rates and costs
    follow from assumptions."""

    world: World
    policies: Mapping[str, Policy]
    regimes: Mapping[str, Sequence[Regime]]
    manners: Mapping[str, Manners]
    assumptions: Assumptions

    def plan(self, policy: str, frame_per_year: Any | None = None) -> PolicyPlan:
        """A policy ready to run. A cut's frame is what it leaves of the baseline's use of the same
        measure, per authority and year."""
        chosen = self.policies[policy]
        assumed = self._assumed()
        measure = None if chosen.cut is None else chosen.cut.measure
        return PolicyPlan(
            regimes=self.regimes[policy],
            rates=rates_of(
                assumed.number,
                depth_percent=chosen.depth_percent,
                binary_from=_BINARY_SCORES_FROM.toordinal(),
            ),
            costs=_costs(assumed, chosen.depth_percent / 100, measure, self.manners[policy]),
            lead_days=round(assumed.number(f"{PREFIX}lead_days")),
            frame_per_year=frame_per_year,
        )

    def with_assumptions(self, values: Mapping[str, float]) -> Prepared:
        """The same with other numbers; the rules and the portfolio stay."""
        return replace(self, assumptions=self.assumptions.with_values(values))

    def _assumed(self) -> AssumedOn:
        return self.assumptions.on(self.world.portfolio.as_of)


def _costs(assumed: AssumedOn, depth: float, measure: CutMeasure | None, manners: Manners) -> Costs:
    shape = (len(KINDS), NEEDS, len(_PURPOSES))
    hours, price = np.zeros(shape), np.zeros(shape)
    departments = np.zeros(len(KINDS))
    in_vain = np.zeros(len(KINDS))
    unit = {
        None: 0.0,
        CutMeasure.VISITS: 0.0,
        CutMeasure.HOURS: 1.0,
        CutMeasure.MONEY_DKK: price_per_hour_dkk(assumed),
    }[measure]
    for number, kind in enumerate(KINDS):
        for need, purposes in _NEED_PURPOSES.items():
            for purpose in purposes:
                place = (number, need, _PURPOSES.index(purpose))
                hours[place] = (
                    visit_hours(assumed, kind, purpose, performed_by=PerformedBy.ECONOMY)
                    if need == NEED_ECONOMY
                    else manner_hours(
                        assumed, kind=kind, purpose=purpose, manners=manners, depth=depth
                    )
                )
                counts_as_visit = measure is CutMeasure.VISITS and need != NEED_ECONOMY
                price[place] = 1.0 if counts_as_visit else hours[place] * unit
        departments[number] = visit_hours(assumed, kind, Purpose.DEPARTMENT, depth=depth)
        in_vain[number] = visit_parts(
            assumed, kind=kind, purposes=(Purpose.BASIS,), met=False
        ).total_hours
    if measure is CutMeasure.VISITS:
        by_department, price_in_vain = np.ones(len(KINDS)), np.full(len(KINDS), np.inf)
    else:
        by_department, price_in_vain = departments * unit, in_vain * unit
    return Costs(hours, departments, in_vain, price, by_department, price_in_vain)


def _with_hearing(book: Rulebook, assumed: AssumedOn) -> Rulebook:
    """The rulebook with a length for the hearing, which it leaves unset on purpose."""
    days = round(assumed.number(f"{PREFIX}hearing_days"))
    entry = assumed.entry(f"{PREFIX}hearing_days")
    scenario = Scenario(
        id="hearing",
        title=entry.title,
        changes=(
            ParameterChange(parameter="sanctions.hearing_days", valid_from=FIRST_DAY, value=days),
        ),
        basis=Basis.ASSUMPTION,
        sources=assumed.value(f"{PREFIX}hearing_days").sources,
        reviewed=assumed.value(f"{PREFIX}hearing_days").reviewed,
        place=Place(file=entry.place.file, line=entry.place.line),
    )
    return applied(book, scenario)


def prepared(
    policies: Sequence[Policy],
    dossiers: Sequence[Dossier],
    assumptions: Assumptions,
    priorities: Priorities,
    *,
    as_of: date,
    months: int,
    jit: bool = True,
) -> Prepared:
    """Everything that replicates share, of those who are approved. The first policy's rules say how
    facts stand at the start.

    Raises DoesNotFitError, RulebookError, AssumptionError, NumbaMissingError.
    """
    days = first_days(as_of, months)
    assumed = assumptions.on(as_of)
    stretches = {
        policy.id: resolved_over(_with_hearing(policy.book, assumed), days) for policy in policies
    }
    rulebooks = [resolved for stretch in stretches.values() for _, resolved in stretch]
    ordered = supervised(dossiers)
    at_start = resolve(policies[0].book, as_of=as_of)
    cases = views_at(ordered, at_start, as_of=as_of)
    registers = policies[0].book.registers
    words = {line.word for line in registers.themes} | {line.word for line in registers.indicators}
    layout = layout_for(map(program_of, rulebooks), capacity_of(cases), sorted(words))
    places = places_of(layout)
    groups = np.full(max(layout.words.values()) + 1, -1, dtype=np.int32)
    for word, code in layout.words.items():
        if word in THEME_GROUPS:
            groups[code] = THEME_GROUPS[word]
    theme_of = np.zeros((len(KINDS), len(GROUPS)), dtype=np.int32)
    for group, word in enumerate(_GROUP_THEMES):
        theme_of[:, group] = layout.words.get(word, 0)
    slots = slots_of(rulebooks)
    world = World(
        portfolio=laid_out(ordered, cases, layout, places, at_start, as_of=as_of),
        places=places,
        codes=codes_of(layout, groups, theme_of),
        slots=slots,
        days=tuple(day.toordinal() for day in days),
        calendar_months=tuple(day.month for day in days),
    )
    regimes = {
        policy: compiled_regimes(stretch, layout, slots, priorities, jit=jit)
        for policy, stretch in stretches.items()
    }
    return Prepared(
        world=world,
        policies={policy.id: policy for policy in policies},
        regimes=regimes,
        manners={
            policy: manners_of(
                stretch,
                regimes[policy],
                rows=world.portfolio.rows,
                kinds=world.portfolio.kind,
                day=world.days[0],
                months=months,
            )
            for policy, stretch in stretches.items()
        },
        assumptions=assumptions,
    )
