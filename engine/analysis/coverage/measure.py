"""What the worked cases have tried: rules that held and did not, and both sides of thresholds.

A side counts as tried when a case stands so close to it that moving the threshold by one would
turn the condition: the fact is just at the number, or just beside it, and all else is fulfilled.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from engine.analysis.cases import Case
from engine.analysis.coverage.thresholds import Threshold, thresholds
from engine.backends.reference import Prepared, prepare
from engine.decisions.decide import Decider
from engine.decisions.reasons import Evaluated
from engine.rulebook.book import Rulebook
from engine.rulebook.program import need_key
from engine.rulebook.resolve import resolve
from models.conditions import AllOf, Comparison, Condition, ParameterRef, Quantified
from models.rulebook import Place, ProposalOutcome, Rule

__all__ = ["Coverage", "RuleCoverage", "SideCoverage", "measure"]


@dataclass(frozen=True, slots=True)
class SideCoverage:
    """One side of one threshold under one dated value. `value` is the fact's value on that side;
    `fulfils` says whether it fulfils the comparison. `case`: the first that stands there."""

    key: str
    threshold: Comparison | Quantified
    parameter: str | None
    value: int
    fulfils: bool
    valid_from: date
    valid_until: date | None
    case: Case | None


@dataclass(frozen=True, slots=True)
class RuleCoverage:
    """In how many cases of its kinds and days a rule held and did not, and how many say so.

    `can_fail` is false for a rule that asks for nothing but the kind of subject.
    """

    rule: str
    place: Place
    held: int
    not_held: int
    named_held: int
    named_not_held: int
    can_fail: bool
    sides: tuple[SideCoverage, ...]

    @property
    def missing_sides(self) -> tuple[SideCoverage, ...]:
        """The sides on which no case stands."""
        return tuple(side for side in self.sides if side.case is None)

    @property
    def complete(self) -> bool:
        """Whether nothing is missing."""
        return bool(self.held and (self.not_held or not self.can_fail) and not self.missing_sides)


@dataclass(frozen=True)
class Coverage:
    """The coverage of every rule, in order of file and line."""

    rules: tuple[RuleCoverage, ...]

    @property
    def complete(self) -> bool:
        """Whether every rule and every side has been tried."""
        return all(rule.complete for rule in self.rules)

    @property
    def sides(self) -> tuple[SideCoverage, ...]:
        """Every side of every threshold."""
        return tuple(side for rule in self.rules for side in rule.sides)


@dataclass(frozen=True, slots=True)
class _Answered:
    case: Case
    decider: Decider
    evaluated: Evaluated


def measure(book: Rulebook, cases: Iterable[Case]) -> Coverage:
    """What the cases have tried of a rulebook."""
    deciders: dict[date, Decider] = {}
    answered: list[_Answered] = []
    for case in cases:
        if case.as_of not in deciders:
            deciders[case.as_of] = Decider(resolve(book, as_of=case.as_of))
        decider = deciders[case.as_of]
        answered.append(_Answered(case, decider, decider.evaluate(case.dossier)))
    rules = sorted(book.rules, key=lambda rule: (rule.place.file, rule.place.line))
    return Coverage(tuple(_rule(book, rule, answered) for rule in rules))


def _rule(book: Rulebook, rule: Rule, answered: list[_Answered]) -> RuleCoverage:
    about = [
        item
        for item in answered
        if item.case.dossier.kind in rule.applies_to
        and _within(item.case.as_of, rule.valid_from, rule.valid_until)
    ]
    held = sum(rule.id in item.evaluated.firing.held for item in about)
    return RuleCoverage(
        rule=rule.id,
        place=rule.place,
        held=held,
        not_held=len(about) - held,
        named_held=sum(rule.id in item.case.expect.rules for item in about),
        named_not_held=sum(rule.id in item.case.expect.not_rules for item in about),
        can_fail=not _asks_kind_only(rule.when),
        sides=tuple(
            side
            for key, condition in _conditions(rule)
            for threshold in thresholds(condition)
            for side in _sides(book, rule, key, threshold, about)
        ),
    )


def _conditions(rule: Rule) -> Iterator[tuple[str, Condition]]:
    yield rule.id, rule.when
    if isinstance(rule.then, ProposalOutcome):
        for need in rule.then.needs:
            yield need_key(rule.id, need.id), need.when


def _asks_kind_only(condition: Condition) -> bool:
    match condition:
        case AllOf():
            return all(_asks_kind_only(part) for part in condition.parts)
        case Comparison():
            return condition.field == "kind"
        case _:
            return False


def _within(day: date, first: date, last: date | None) -> bool:
    return first <= day and (last is None or day <= last)


def _periods(
    book: Rulebook, rule: Rule, number: int | ParameterRef
) -> Iterator[tuple[int, date, date | None]]:
    """Each value a threshold has while its rule holds, from when and until when."""
    if isinstance(number, int):
        yield number, rule.valid_from, rule.valid_until
        return
    values = book.parameters[number.parameter].values
    for dated, after in pairwise((*values, None)):
        if dated is None or isinstance(dated.value, bool) or not isinstance(dated.value, int):
            continue
        first = max(dated.valid_from, rule.valid_from)
        ends = [] if after is None else [after.valid_from - timedelta(days=1)]
        ends += [] if rule.valid_until is None else [rule.valid_until]
        last = min(ends, default=None)
        if last is None or first <= last:
            yield dated.value, first, last


def _sides(
    book: Rulebook, rule: Rule, key: str, threshold: Threshold, about: list[_Answered]
) -> Iterator[SideCoverage]:
    parameter = threshold.number.parameter if isinstance(threshold.number, ParameterRef) else None
    step = 1 if threshold.counts_up else -1
    if _fewer_than(threshold):
        step = -1
    for value, first, last in _periods(book, rule, threshold.number):
        then = [item for item in about if _within(item.case.as_of, first, last)]
        # moving the number inward loses the case just at it, outward wins the one just beside it
        for fulfils, moved in ((True, value + step), (False, value - step)):
            stands = value if fulfils else value - step
            if _fewer_than(threshold):
                stands = value - 1 if fulfils else value
            yield SideCoverage(
                key=key,
                threshold=threshold.node,
                parameter=parameter,
                value=stands,
                fulfils=fulfils,
                valid_from=first,
                valid_until=last,
                case=_standing(key, threshold, moved, then),
            )


def _fewer_than(threshold: Threshold) -> bool:
    """`no ...` means fewer than the count: the count itself does not fulfil it."""
    return getattr(threshold.node, "quantifier", None) == "none"


def _standing(key: str, threshold: Threshold, moved: int, then: list[_Answered]) -> Case | None:
    """The first case in which the condition turns when the threshold is moved."""
    condition = threshold.moved(moved)
    prepared: dict[date, Prepared] = {}
    for item in then:
        resolved = item.decider.resolved
        if resolved.as_of not in prepared:
            prepared[resolved.as_of] = prepare(resolved.resolved(condition))
        held = key in item.evaluated.firing.held
        if prepared[resolved.as_of].test(item.evaluated.scope) != held:
            return item.case
    return None
