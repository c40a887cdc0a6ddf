"""What must be so of a subject on each day of its course.

What is true of the clock, and held here: where nothing happens but that days pass,

- every age grows by just those days;
- an override, and a lead's acute decision, hold to their last day and no longer;
- the proposed colour grows milder only where a rule that raised it says so itself: it asks for an
  age of at most so many days (or not at least so many), it, or a signal behind it, ends or changes
  with the rulebook, or intensified supervision has come to its last day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from hypothesis import note

from engine.decisions.decide import Decider
from engine.facts import View, view_of
from engine.rulebook.book import Rulebook
from engine.rulebook.resolve import resolve
from engine.testing.laws.clock import ages_grow, milder_by_itself
from engine.testing.laws.ladder import illegal_step
from engine.testing.laws.law import LawBroken
from engine.testing.laws.plans import unkept_floor
from engine.testing.telling import facts_of
from models.decisions import Decision, ProposalStatus
from models.facts import Dossier
from models.rulebook import Place

__all__ = ["CourseDay", "hold_course", "on_day"]


@dataclass(frozen=True)
class CourseDay:
    """A subject on one day, as rules see it, and what is decided of it."""

    book: Rulebook
    decider: Decider
    dossier: Dossier
    view: View
    decision: Decision

    @property
    def day(self) -> date:
        """The day it is decided on."""
        return self.decider.resolved.as_of


def on_day(book: Rulebook, dossier: Dossier, day: date) -> CourseDay:
    """A subject decided on a day by a rulebook."""
    decider = Decider(resolve(book, as_of=day))
    view = view_of(dossier, as_of=day, duty=decider.resolved.duty())
    return CourseDay(book, decider, dossier, view, decider.decide(dossier))


def hold_course(now: CourseDay, *, before: CourseDay | None, obedient: bool) -> None:
    """Ladder, floor, overrides and clock. `before` is an earlier day since which nothing happened
    but that days passed; who is obedient makes every visit in time. Raises LawBroken."""
    _the_ladder(now)
    _the_floor(now, obedient=obedient)
    _the_override(now)
    if before is not None:
        _the_clock(before, now)


def _the_ladder(now: CourseDay) -> None:
    for proposal in now.decision.proposals:
        if proposal.status is ProposalStatus.PROPOSED:
            what = illegal_step(proposal, now.dossier, now.decider.resolved)
            if what is not None:
                _break(now, "no step is ready that may not be taken", what, proposal.reason.rule)
        by = proposal.opened_acutely_by
        if by is not None:
            decision = now.dossier.of("lead_decision")[by - 1]
            if decision.expires_on < now.day:
                what = f"Lead decision {by} ended on {decision.expires_on}."
                law = "an acute decision holds to its last day"
                _break(now, law, what, proposal.reason.rule)


def _the_floor(now: CourseDay, *, obedient: bool) -> None:
    resolved, plan = now.decider.resolved, now.decision.plan
    for floor in resolved.floors:
        if now.dossier.kind not in floor.applies_to:
            continue
        values, duty = resolved.dated_days(floor.interval_days), resolved.duty()
        if unkept_floor(now.dossier, floor, values, plan, duty) is not None:
            planned = ", ".join(f"{v.earliest} to {v.latest}" for v in plan.visits) or "none"
            what = f"A lawful day has no visit before it. Planned: {planned}."
            _break(now, "the plan keeps the statutory floor", what, floor.id)
        overdue = any(visit.overdue for visit in plan.visits)
        late = plan.floor_due_on is not None and plan.floor_due_on < now.day
        if late and (obedient or not overdue):
            what = f"The law's last day was {plan.floor_due_on}" + (
                ", though every planned visit was made." if obedient else "; none is due."
            )
            _break(now, "who follows the plan keeps the floor", what, floor.id)


def _the_override(now: CourseDay) -> None:
    category = now.decision.category
    longest = now.decider.resolved.duty().override_longest_days
    active = [
        o
        for o in now.dossier.of("override")
        if now.day <= min(o.expires_on, o.decided_on + timedelta(days=longest))
    ]
    expected = active[-1].colour if active else category.proposed
    if category.in_force is not expected:
        what = f"The colour in force is {category.in_force}, and {expected} was decided."
        _break(now, "an override holds to its last day", what)


def _the_clock(before: CourseDay, now: CourseDay) -> None:
    wrong = ages_grow(before.view, now.view, days=(now.day - before.day).days)
    if wrong is not None:
        _break(now, "ages grow by the days that pass", wrong)
    was, becomes = before.decision.category.proposed, now.decision.category.proposed
    if becomes.rank >= was.rank:
        return
    lost = milder_by_itself(before.decider, now.decider, before.decision, now.decision, now.dossier)
    if lost:
        what = f"From {before.day} to {now.day} {was} became {becomes}, and nothing happened."
        _break(now, "no colour grows milder by mere passing of time", what, *lost)


def _break(now: CourseDay, law: str, what: str, *rules: str) -> None:
    note("\n".join(facts_of(now.dossier, now.day)))
    raise LawBroken(
        law,
        what,
        facts=facts_of(now.dossier, now.day),
        rules=[(name, _place_of(name, now.book)) for name in rules],
    )


def _place_of(name: str, book: Rulebook) -> Place | None:
    places = {rule.id: rule.place for rule in book.rules}
    places |= {floor.id: floor.place for floor in book.floors}
    return places.get(name)
