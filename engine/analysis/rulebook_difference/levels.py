"""What a rulebook can be asked about a subject, as levels: the more that hold, the stricter.

A level holds if one of its clauses does: rules that hold together while others do not. The same
clauses are a condition on all facts for a proof, and a reading of what fired for its confirmation.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from functools import partial
from typing import NamedTuple

from engine.analysis.proof.matters import SPEAKING
from engine.analysis.proof.plain import PlainRules
from engine.analysis.rulebook_difference.given import NEVER, Given, Shared
from engine.rulebook.program import Firing, need_key
from models.conditions import Condition, ParameterRef
from models.rulebook import FrameOutcome, NoticeOutcome, ProposalOutcome, VisitOutcomeRule
from models.terms import Colour, Notice, Purpose, SanctionStep

__all__ = ["Clause", "Clock", "Level", "Output", "Reading", "What", "outputs_of"]

_MERGED = tuple(p for p in SPEAKING if p not in (Purpose.NIGHT, Purpose.APPROVAL))
"""Purposes that one visit may serve together."""


class What(StrEnum):
    """The answers that are compared."""

    CATEGORY = "category"
    VISITS = "visits"
    VISIT_CONTENT = "visit_content"
    NOTICE = "notice"
    FRAME = "frame"
    PROPOSAL = "proposal"
    READINESS = "readiness"
    FLOOR = "floor"
    DRAW = "draw"
    LADDER = "ladder"
    NUMBERS = "numbers"
    REGISTERS = "registers"


class Clause(NamedTuple):
    """Rules and preconditions that all hold, and rules of which none does."""

    holds: tuple[str, ...]
    fails: tuple[str, ...] = ()


class Reading(NamedTuple):
    """A level as one rulebook has it."""

    clauses: tuple[Clause, ...]

    def conditions(self, given: Given, colour: Colour, shared: Shared) -> dict[int, Condition]:
        """Its clauses as conditions on facts, where a colour is in force."""
        found = (
            shared.all_of(
                [
                    *(given.condition(key, colour) for key in clause.holds),
                    *(shared.not_(given.condition(key, colour)) for key in clause.fails),
                ]
            )
            for clause in self.clauses
        )
        return {id(condition): condition for condition in found if condition is not NEVER}

    def held_by(self, firing: Firing) -> tuple[str, ...]:
        """The rules by which it holds for what fired; none if it does not."""
        for clause in self.clauses:
            if firing.held.issuperset(clause.holds) and firing.held.isdisjoint(clause.fails):
                return clause.holds
        return ()

    def keys(self) -> Iterator[str]:
        """Every rule and precondition that has a part in it."""
        for clause in self.clauses:
            yield from clause.holds
            yield from clause.fails


class Level(NamedTuple):
    """One step of an answer, by both rulebooks. `days` of a visit's deadline."""

    name: str
    old: Reading
    new: Reading
    days: int | None = None


class Output(NamedTuple):
    """One answer on one kind of subject. Of one that is not `ordered`, a difference is neither
    stricter nor milder. `instead_of` names the outputs whose difference makes this one's plain."""

    what: What
    of: str
    levels: tuple[Level, ...]
    ordered: bool = True
    instead_of: tuple[tuple[What, str], ...] = ()


class Clock(NamedTuple):
    """From what day a visit's deadline runs, and for whom: deadlines of one clock compare."""

    recurring: bool
    counted_from: str
    trigger_field: str | None
    subject_field: tuple[str, ...]
    times_a_year: str | None
    each_department: bool
    performed_by: str


def outputs_of(old: PlainRules, new: PlainRules) -> Iterator[Output]:
    """Every answer that either rulebook gives to a kind of subject."""
    both = (old, new)
    yield _category(both)
    for purpose in Purpose:
        yield from _visits(both, purpose)
    yield from _notices(both)
    for frame in sorted(_frames(old).keys() | _frames(new).keys()):
        yield Output(What.FRAME, frame, (_level("in", both, partial(_into, frame)),))
    for step in SanctionStep:
        yield from _proposals(both, step)


def _level(
    name: str,
    both: tuple[PlainRules, PlainRules],
    clauses: Callable[[PlainRules], Iterable[Clause]],
    days: int | None = None,
) -> Level:
    old, new = (Reading(tuple(clauses(rules))) for rules in both)
    return Level(name, old, new, days)


def _category(both: tuple[PlainRules, PlainRules]) -> Output:
    def level(colour: Colour) -> Level:
        severe = [other for other in Colour if other.rank >= colour.rank]
        return _level(colour.value, both, lambda rules: _each(rules.raises(*severe)))

    return Output(What.CATEGORY, "", (level(Colour.YELLOW), level(Colour.RED)))


def _each(keys: Iterable[str]) -> tuple[Clause, ...]:
    return tuple(Clause((key,)) for key in keys)


def _visits(both: tuple[PlainRules, PlainRules], purpose: Purpose) -> Iterator[Output]:
    """A visit within so many days or fewer; and, where that is equal, what is done at it."""
    asking = [(rules, outcome) for rules in both for _, outcome in _asking(rules, purpose)]
    if not asking:
        return

    def soon(clock: Clock, days: int) -> Level:
        return _level(
            json.dumps(clock),
            both,
            lambda rules: _each(
                key
                for key, outcome in _asking(rules, purpose)
                if _clock(outcome) == clock and _days(rules, outcome) <= days
            ),
            days,
        )

    def with_content(content: str) -> Level:
        return _level(
            content,
            both,
            lambda rules: _each(
                key
                for key, outcome in _asking(rules, purpose)
                if visit_form(rules, outcome) == content
            ),
        )

    deadlines = {(_clock(outcome), _days(rules, outcome)) for rules, outcome in asking}
    ordered = sorted(deadlines, key=lambda deadline: (json.dumps(deadline[0]), deadline[1]))
    yield Output(What.VISITS, purpose.value, tuple(soon(*deadline) for deadline in ordered))
    contents = sorted({visit_form(rules, outcome) for rules, outcome in asking})
    yield Output(
        What.VISIT_CONTENT,
        purpose.value,
        tuple(map(with_content, contents)),
        ordered=False,
        instead_of=((What.VISITS, purpose.value),),
    )


def _asking(rules: PlainRules, purpose: Purpose) -> list[tuple[str, VisitOutcomeRule]]:
    return [
        (rule.id, rule.then)
        for rule in rules.rules.values()
        if isinstance(rule.then, VisitOutcomeRule) and rule.then.purpose is purpose
    ]


def _days(rules: PlainRules, outcome: VisitOutcomeRule) -> int:
    """A visit rule's deadline or interval; 0 where somebody's order says how often."""
    days = outcome.every_days if outcome.every_days is not None else outcome.within_days
    return rules.resolved.days(days) or 0


def _clock(outcome: VisitOutcomeRule) -> Clock:
    return Clock(
        recurring=outcome.every_days is not None,
        counted_from=outcome.counted_from.value,
        trigger_field=outcome.trigger_field,
        subject_field=outcome.subject_field,
        times_a_year=outcome.times_a_year,
        each_department=outcome.each_department,
        performed_by=outcome.performed_by.value,
    )


def visit_form(rules: PlainRules, outcome: VisitOutcomeRule) -> str:
    """All that a visit rule asks for, with the numbers of the day."""
    data = outcome.model_dump(mode="json", exclude_defaults=True)
    for name in type(outcome).model_fields:
        value = getattr(outcome, name)
        if isinstance(value, ParameterRef):
            data[name] = rules.resolved.value(value)
    return json.dumps(data, sort_keys=True)


def _notices(both: tuple[PlainRules, PlainRules]) -> Iterator[Output]:
    """Of each purpose, and of visits of two, whether it is said and whether it is unannounced."""
    groups: list[tuple[Purpose, ...]] = [(purpose,) for purpose in SPEAKING]
    groups += itertools.combinations(_MERGED, 2)
    for group in groups:
        yield Output(
            What.NOTICE,
            "+".join(purpose.value for purpose in group),
            (
                _level("spoken", both, partial(_spoken, group)),
                _level(Notice.UNANNOUNCED.value, both, partial(_unannounced, group)),
            ),
            instead_of=tuple((What.NOTICE, p.value) for p in group if len(group) > 1),
        )


def _speaking(purposes: tuple[Purpose, ...], rules: PlainRules) -> dict[str, NoticeOutcome]:
    return {rule.id: outcome for p in purposes for rule, outcome in rules.notices(p)}


def _spoken(purposes: tuple[Purpose, ...], rules: PlainRules) -> tuple[Clause, ...]:
    return _each(_speaking(purposes, rules))


def _unannounced(purposes: tuple[Purpose, ...], rules: PlainRules) -> Iterator[Clause]:
    """A rule for it, and none of higher rank against it."""
    speaking = _speaking(purposes, rules)
    for key, mine in speaking.items():
        if mine.notice is Notice.UNANNOUNCED:
            against = (
                other
                for other, theirs in speaking.items()
                if theirs.rank > mine.rank and theirs.notice is not mine.notice
            )
            yield Clause((key,), tuple(against))


def _frames(rules: PlainRules) -> dict[str, tuple[Clause, ...]]:
    """The rules that let a subject into each frame that is drawn from."""
    drawn = {frame.id for frame in rules.resolved.frames}
    found: dict[str, tuple[Clause, ...]] = {}
    for key, rule in rules.rules.items():
        if isinstance(rule.then, FrameOutcome) and rule.then.frame in drawn:
            found[rule.then.frame] = (*found.get(rule.then.frame, ()), Clause((key,)))
    return found


def _into(frame: str, rules: PlainRules) -> tuple[Clause, ...]:
    return _frames(rules).get(frame, ())


def _proposals(both: tuple[PlainRules, PlainRules], step: SanctionStep) -> Iterator[Output]:
    if any(_proposing(rules, step) for rules in both):
        proposed = _level("proposed", both, partial(_proposed, step))
        yield Output(What.PROPOSAL, step.value, (proposed,))
        yield Output(What.READINESS, step.value, (_level("ready", both, partial(_ready, step)),))


def _proposed(step: SanctionStep, rules: PlainRules) -> tuple[Clause, ...]:
    return _each(key for key, _ in _proposing(rules, step))


def _ready(step: SanctionStep, rules: PlainRules) -> Iterator[Clause]:
    for key, outcome in _proposing(rules, step):
        yield Clause((key, *(need_key(key, need.id) for need in outcome.needs)))


def _proposing(rules: PlainRules, step: SanctionStep) -> list[tuple[str, ProposalOutcome]]:
    """The rules that propose a step which this kind of subject can get."""
    steps = (s for s in rules.resolved.ladder if s.step is step)
    if not any(rules.kind in s.applies_to for s in steps):
        return []
    return [
        (rule.id, rule.then)
        for rule in rules.rules.values()
        if isinstance(rule.then, ProposalOutcome) and rule.then.step is step
    ]
