"""The first month of a simulation is the official decision: the same colours, the same visits.

The day is the first of a month, so that facts are as old in the simulation as in the decision. The
first visit then falls due in the month in which the planner has it at the latest. A one-off visit
is the exception: the planner counts its term from the day of what called for it, the simulation
from the first month in which its rule holds, for it knows no other day. It can be later by as much
as the rule has held before, but never later than the term from the first day on.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from engine.decisions.decide import Decider
from engine.portfolio.synthetic import generate, load_published
from engine.rulebook.resolve import ResolvedRulebook, resolve
from engine.simulation.replicate import run_replicate
from engine.simulation.start import supervised
from engine.simulation.world.plan import NO_NEED, wanted_visits
from engine.simulation.world.state import NEED_ECONOMY, NEEDS, Clock, Needs
from models.decisions import Decision
from models.facts import Dossier
from models.rulebook import VisitOutcomeRule
from models.terms import ApprovalStatus, Authority, Kind, PerformedBy
from tests.simulation.world.worlds import BOOK, family, ready, standing_still

DAY = date(2025, 6, 1)
EVERY = 5
MONTHS = 12
"""As far as the planner looks."""
_NEVER = 10**6


@dataclass(frozen=True)
class Case:
    """A subject decided officially, and what the simulation makes of it."""

    dossier: Dossier
    decision: Decision
    one_offs: tuple[int, ...]
    """The terms in days of the one-off visits that its rules ask for."""
    colour: int
    first_month: int
    """In which month the first visit falls due in the simulation."""


def month_of(day: date) -> int:
    """Months from the first one; what is due already is due in that."""
    return max((day.year - DAY.year) * 12 + day.month - DAY.month, 0)


def terms(resolved: ResolvedRulebook, held: frozenset[str]) -> tuple[int, ...]:
    """The terms of the one-off visits among the rules that held."""
    found = []
    for rule in resolved.rules:
        then = rule.then
        if rule.id in held and isinstance(then, VisitOutcomeRule) and then.within_days is not None:
            days = resolved.days(then.within_days)
            if days is not None and then.performed_by is not PerformedBy.ECONOMY:
                found.append(days)
    return tuple(found)


@cache
def cases() -> tuple[Case, ...]:
    """Part of a generated authority, with subjects of every kind."""
    whole = generate(
        authorities=[Authority.NORD],
        as_of=DAY,
        seed=3,
        published=load_published(Path(__file__).resolve().parents[3] / "fixtures" / "published"),
        registers=BOOK.registers,
        with_bpa=True,
        with_schools=True,
    )
    others = [dossier for dossier in whole if dossier.kind not in (Kind.FOSTER_FAMILY,)]
    dossiers = supervised([*whole[::EVERY], *others[1::EVERY]])
    dossiers = list({dossier.subject_id: dossier for dossier in dossiers}.values())
    resolved = resolve(BOOK, as_of=DAY)
    decider = Decider(resolved)
    world = ready(dossiers, standing_still(), as_of=DAY, months=13)
    portfolio, regime = world.world.portfolio, world.regimes["baseline"][0]
    state = portfolio.state(3, len(world.world.slots))
    number = len(dossiers)
    fired = np.zeros((number, len(regime.kernel.keys)), dtype=np.uint8)
    colours = np.zeros(number, dtype=np.int64)
    today = world.world.days[0]
    regime.kernel.module.fired_all(state.rows, today, regime.parameters, fired, colours)
    needs = Needs(
        due=np.zeros((number, NEEDS), dtype=np.int32),
        priority=np.zeros((number, NEEDS), dtype=np.int32),
        purpose=np.full((number, NEEDS), -1, dtype=np.int32),
        departments=np.ones(number, dtype=np.int32),
        department_due=np.zeros((number, portfolio.department_start.shape[1]), dtype=np.int32),
        granted=np.zeros((number, NEEDS), dtype=np.bool_),
        price=np.zeros((number, NEEDS)),
    )
    first = np.full(number, _NEVER)
    for month in range(MONTHS):
        days = world.world.days
        clock = Clock(month, days[month], days[month + 1], days[month + 1], 0, 0)
        wanted_visits(
            state, needs, fired, regime.plan, world.world.places, 5, clock, 0, len(state.rows)
        )
        asked = (np.delete(needs.due, NEED_ECONOMY, axis=1) != NO_NEED).any(axis=1)
        first = np.where(asked, np.minimum(first, month), first)
    found = []
    for place, name in enumerate(portfolio.ids):
        dossier = next(d for d in dossiers if d.subject_id == name)
        evaluated = decider.evaluate(dossier)
        found.append(
            Case(
                dossier,
                decider.decided(evaluated),
                terms(resolved, evaluated.firing.held),
                int(colours[place]) >> 2,
                int(first[place]),
            )
        )
    return tuple(found)


def planned(case: Case) -> int:
    """The month of the first visit of the official plan that is made to the place."""
    months = [
        month_of(visit.latest)
        for visit in case.decision.plan.visits
        if visit.performed_by is not PerformedBy.ECONOMY
    ]
    return min((month for month in months if month < MONTHS), default=_NEVER)


def test_the_portfolio_shows_every_kind_and_colour() -> None:
    assert {case.dossier.kind for case in cases()} == set(Kind)
    assert len({case.decision.category.in_force for case in cases()}) == 3
    assert len(cases()) > 250


def test_the_colour_in_force_is_the_official_one() -> None:
    for case in cases():
        assert case.colour == case.decision.category.in_force.rank, case.dossier.subject_id


def test_the_first_visit_is_due_in_the_month_that_the_planner_has_it() -> None:
    recurring = [case for case in cases() if not case.one_offs]
    months = Counter(planned(case) for case in recurring)
    assert len(months) > 6
    for case in recurring:
        assert case.first_month == planned(case), case.dossier.subject_id


def test_a_one_off_visit_may_be_later_but_within_its_term() -> None:
    one_offs = [case for case in cases() if case.one_offs]
    assert len(one_offs) > 10
    for case in one_offs:
        term = min(case.one_offs)
        last = month_of(date.fromordinal(DAY.toordinal() + term))
        assert planned(case) <= case.first_month, case.dossier.subject_id
        if planned(case) < case.first_month and last < MONTHS:
            assert case.first_month <= last, case.dossier.subject_id


@pytest.mark.parametrize(
    "status", [ApprovalStatus.APPLIED, ApprovalStatus.REFUSED, ApprovalStatus.ENDED]
)
def test_who_is_not_approved_is_not_simulated(status: ApprovalStatus) -> None:
    one = family(1, visited=date(2024, 1, 1))
    other = family(2, visited=date(2024, 1, 1))
    gone = Dossier(other.subject.model_copy(update={"approval_status": status}), other.records)
    assert ready([one, gone], as_of=DAY, months=1).world.portfolio.ids == ("PF-00001",)


def test_whoever_was_never_visited_and_has_no_day_of_approval_is_due_at_once() -> None:
    known = family(1, visited=date(2025, 5, 1))
    unknown = Dossier(
        known.subject.model_copy(update={"subject_id": "PF-00002", "approved_on": None}), {}
    )
    world = ready([known, unknown], standing_still(), as_of=DAY, months=2)
    plan = world.plan("baseline")
    tally = run_replicate(world.world, plan, seed=1, replicate=0)
    latest = Decider(resolve(BOOK, as_of=DAY)).decide(unknown).plan.visits[0].latest
    assert latest == DAY
    assert tally.visit.sum() == 1
