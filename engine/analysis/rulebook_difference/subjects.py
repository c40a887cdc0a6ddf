"""Real subjects that get another answer: before, after, and the rules that did it.

Both rulebooks decide the same facts on the same day, by the reference reading. One subject is held
at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from engine.analysis.difference import Difference, difference
from engine.analysis.pages import parameters_of_rule
from engine.analysis.proof.plain import PlainRules
from engine.analysis.rulebook_difference.culprits import Culprit, Culprits, NumberChange
from engine.analysis.rulebook_difference.given import Given, Shared
from engine.analysis.rulebook_difference.sides import Sides
from engine.decisions.decide import Decider
from engine.rulebook.book import Rulebook
from engine.rulebook.needed_numbers import PLANNER_PARAMETERS
from engine.rulebook.program import Firing, Stratum
from engine.rulebook.resolve import ResolvedRulebook, resolve
from models.decisions import Decision
from models.facts import Dossier
from models.rulebook import Floor, FrameOutcome, NoticeOutcome, Rule, VisitOutcomeRule
from models.terms import Colour, Kind

__all__ = ["Part", "PartChange", "SubjectChange", "SubjectComparer"]


class Part(StrEnum):
    """The parts of a decision that may differ."""

    CATEGORY = "category"
    VISITS = "visits"
    PROPOSALS = "proposals"
    FRAMES = "frames"


class PartChange(NamedTuple):
    """One part of a subject's decision that is another, and who did it."""

    part: Part
    did: tuple[Culprit, ...]


class SubjectChange(NamedTuple):
    """One subject that gets another answer."""

    before: Decision
    after: Decision
    difference: Difference
    parts: tuple[PartChange, ...]

    @property
    def category(self) -> int:
        """1: a more severe colour in force, -1: a milder one, 0: the same."""
        one, other = self.before.category.in_force.rank, self.after.category.in_force.rank
        return (other > one) - (other < one)


class SubjectComparer:
    """Decides subjects by two rulebooks on one day."""

    def __init__(self, sides: Sides, *, as_of: date) -> None:
        self._resolved = tuple(
            resolve(side.in_force, as_of=as_of) for side in (sides.old, sides.new)
        )
        self._deciders = tuple(Decider(resolved) for resolved in self._resolved)
        self._by_kind: dict[Kind, tuple[Culprits, dict[Part, frozenset[str]]]] = {}

    def changes(self, dossiers: Iterable[Dossier]) -> Iterator[SubjectChange | None]:
        """For each subject in turn what is another, or None if nothing is."""
        for dossier in dossiers:
            before, after = (decider.decide(dossier) for decider in self._deciders)
            found = difference(before, after)
            yield None if found.same else self._change(found)

    def _change(self, found: Difference) -> SubjectChange:
        before, after = found.before, found.after
        parts = tuple(PartChange(part, self._did(part, found)) for part in _parts(found))
        return SubjectChange(before, after, found, parts)

    def _did(self, part: Part, found: Difference) -> tuple[Culprit, ...]:
        culprits, suspects = self._of_kind(found.before.kind)
        fired = [_firing(decision) for decision in (found.before, found.after)]
        wanted = suspects[part]
        if found.before.category.in_force is not found.after.category.in_force:
            wanted |= suspects[Part.CATEGORY]
        did = culprits.named(culprits.of(wanted, *fired))
        if part is Part.VISITS:
            did += self._floors(found.before.kind)
        return did or self._numbers() or self._other_days(found.before.kind)

    def _of_kind(self, kind: Kind) -> tuple[Culprits, dict[Part, frozenset[str]]]:
        """Who may have done it, by part of the decision."""
        if kind not in self._by_kind:
            shared = Shared()
            old, new = (Given(PlainRules(r, kind), shared) for r in self._resolved)
            culprits = Culprits(old, new, shared)
            keys: dict[Part, list[str]] = {part: [] for part in Part}
            for rules in (old.rules, new.rules):
                keys[Part.CATEGORY] += rules.keys(Stratum.COLOURS)
                keys[Part.PROPOSALS] += rules.keys(Stratum.PROPOSALS)
                for key, rule in rules.rules.items():
                    if isinstance(rule.then, (VisitOutcomeRule, NoticeOutcome)):
                        keys[Part.VISITS].append(key)
                    elif isinstance(rule.then, FrameOutcome):
                        keys[Part.FRAMES].append(key)
            suspects = {part: culprits.behind(found) for part, found in keys.items()}
            self._by_kind[kind] = (culprits, suspects)
        return self._by_kind[kind]

    def _floors(self, kind: Kind) -> tuple[Culprit, ...]:
        """The floors of a kind whose intervals are not the same."""
        found: dict[str, Culprit] = {}
        old, new = self._resolved
        floors = [{f.id: f for f in r.floors if kind in f.applies_to} for r in (old, new)]
        for name in sorted({*floors[0], *floors[1]}):
            before, after = (side.get(name) for side in floors)
            if _interval(old, before) != _interval(new, after):
                floor = before or after
                parameter = "" if floor is None else floor.interval_days.parameter
                number = NumberChange(parameter, _days(old, before), _days(new, after))
                places = (
                    None if before is None else before.place,
                    None if after is None else after.place,
                )
                found[name] = Culprit(name, places, (number,))
        return tuple(found.values())

    def _other_days(self, kind: Kind) -> tuple[Culprit, ...]:
        """The rules of visits that differ on another day, into which a plan may reach."""
        books = [resolved.book for resolved in self._resolved]
        sides = [{rule.id: rule for rule in book.rules if _of_visits(rule, kind)} for book in books]
        found = []
        for name in sorted({*sides[0], *sides[1]}):
            old, new = (side.get(name) for side in sides)
            forms = [
                None if rule is None else _through_time(rule, book)
                for rule, book in zip((old, new), books, strict=True)
            ]
            if forms[0] != forms[1]:
                places = (None if old is None else old.place, None if new is None else new.place)
                found.append(Culprit(name, places))
        return tuple(found)

    def _numbers(self) -> tuple[Culprit, ...]:
        """The numbers the engine reads by itself, where no rule did it."""
        old, new = self._resolved
        found = []
        for name in sorted(PLANNER_PARAMETERS):
            one, other = old.parameters[name].value, new.parameters[name].value
            if one != other:
                places = (old.book.parameters[name].place, new.book.parameters[name].place)
                found.append(Culprit(name, places, (NumberChange(name, one, other),)))
        return tuple(found)


def _days(resolved: ResolvedRulebook, floor: Floor | None) -> int | None:
    return None if floor is None else resolved.days(floor.interval_days)


def _interval(resolved: ResolvedRulebook, floor: Floor | None) -> object:
    if floor is None:
        return None
    return floor.each_department, resolved.dated_days(floor.interval_days)


def _of_visits(rule: Rule, kind: Kind) -> bool:
    return kind in rule.applies_to and isinstance(rule.then, (VisitOutcomeRule, NoticeOutcome))


def _through_time(rule: Rule, book: Rulebook) -> object:
    """A rule and its numbers on all days."""
    numbers = [
        [(value.valid_from, value.value) for value in book.parameters[name].values]
        for name in parameters_of_rule(rule)
    ]
    return rule.valid_from, rule.valid_until, rule.when, rule.then, numbers


def _firing(decision: Decision) -> Firing:
    category = decision.category
    return Firing(
        frozenset(decision.fired), frozenset(), category.proposed, Colour(category.in_force)
    )


def _parts(found: Difference) -> Iterator[Part]:
    one, other = found.before.category, found.after.category
    if (one.in_force, one.proposed, one.assessment) != (
        other.in_force,
        other.proposed,
        other.assessment,
    ) or (found.reasons_gained or found.reasons_lost):
        yield Part.CATEGORY
    if (
        found.visits_gained
        or found.visits_lost
        or found.visits_moved
        or found.before.plan.floor_due_on != found.after.plan.floor_due_on
    ):
        yield Part.VISITS
    if found.proposals_gained or found.proposals_lost or found.proposals_changed:
        yield Part.PROPOSALS
    if found.frames_gained or found.frames_lost:
        yield Part.FRAMES
