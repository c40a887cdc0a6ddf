"""Mutants of one rule: its condition, its outcome, its kinds, its days, and the rule itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

from engine.analysis.mutation.conditions import ChangedCondition, changed_conditions
from engine.analysis.mutation.mutant import ChangeKind, ConditionChange, Mutant
from engine.analysis.mutation.outcomes import changed_outcomes
from engine.analysis.mutation.places import Lines
from engine.rulebook.book import FIRST_DAY, Rulebook
from engine.rulebook.problems import Said, said
from engine.rulebook.program import need_key
from models.rulebook import Outcome, ProposalOutcome, Rule

__all__ = ["mutants_of_rule", "shifted_days"]


def shifted_days(
    valid_from: date, valid_until: date | None
) -> Iterator[tuple[str, dict[str, date], date]]:
    """A period begun or ended one day earlier or later: in words, as fields, and the day on which
    an answer changes. The rulebook's own first day is not moved."""
    for step in (-1, 1):
        day = timedelta(days=step)
        if valid_from > FIRST_DAY:
            moved = valid_from + day
            first = min(valid_from, moved)
            yield f"from {valid_from} became {moved}", {"valid_from": moved}, first
        if valid_until is not None:
            moved = valid_until + day
            last = max(valid_until, moved)
            yield f"until {valid_until} became {moved}", {"valid_until": moved}, last


def mutants_of_rule(rule: Rule, lines: Lines) -> Iterator[Mutant]:
    """Every mutant of a rule."""
    make = partial(Mutant, entry=rule.id, kinds=frozenset(rule.applies_to))
    make = partial(make, rules=frozenset({rule.id}))

    def with_rule(changed: Rule | None) -> Callable[[Rulebook], Rulebook]:
        return partial(_apply, changed, rule.id)

    yield make(
        what="rule dropped",
        kind=ChangeKind.RULE_DROPPED,
        place=rule.place,
        apply=with_rule(None),
        case_to_add=said("mutation_add.alone_answers"),
        when_held=True,
    )
    yield from _of_kinds(rule, with_rule, make, lines)
    for what, fields, day in shifted_days(rule.valid_from, rule.valid_until):
        yield make(
            what=what,
            kind=ChangeKind.VALIDITY,
            place=lines.of(rule.place, what.split()[0]),
            apply=with_rule(rule.model_copy(update=fields)),
            case_to_add=said("mutation_add.day", day=day),
            days=(day, day),
        )
    for changed in changed_conditions(rule.when):
        yield make(
            what=changed.what,
            kind=changed.kind,
            place=lines.of(rule.place, changed.named),
            apply=with_rule(rule.model_copy(update={"when": changed.condition})),
            case_to_add=changed.case_to_add,
            conditions=(ConditionChange(rule.id, changed.condition),),
        )
    if isinstance(rule.then, ProposalOutcome):
        yield from _of_needs(rule, rule.then, with_rule, make, lines)
    for outcome in changed_outcomes(rule.then):
        yield make(
            what=outcome.what,
            kind=outcome.kind,
            place=lines.of(rule.place, outcome.named),
            apply=with_rule(_leading_to(rule, outcome.outcome)),
            case_to_add=outcome.case_to_add,
            when_held=True,
        )


def _apply(changed: Rule | None, id_: str, book: Rulebook) -> Rulebook:
    """The book with another rule in place of the one of this id; None: without it."""
    rules = (changed if rule.id == id_ else rule for rule in book.rules)
    return replace(book, rules=tuple(rule for rule in rules if rule is not None))


def _leading_to(rule: Rule, outcome: Outcome) -> Rule:
    return rule.model_copy(update={"then": outcome})


def _of_kinds(
    rule: Rule,
    with_rule: Callable[[Rule | None], Callable[[Rulebook], Rulebook]],
    make: Callable[..., Mutant],
    lines: Lines,
) -> Iterator[Mutant]:
    for kind in rule.applies_to if len(rule.applies_to) > 1 else ():
        left = tuple(other for other in rule.applies_to if other is not kind)
        yield replace(
            make(
                what=f"no longer applies to {kind.value}",
                kind=ChangeKind.KIND_DROPPED,
                place=lines.of(rule.place, kind.value),
                apply=with_rule(rule.model_copy(update={"applies_to": left})),
                case_to_add=said("mutation_add.kind", kind=kind.value),
                when_held=True,
            ),
            kinds=frozenset({kind}),
        )


def _of_needs(
    rule: Rule,
    outcome: ProposalOutcome,
    with_rule: Callable[[Rule | None], Callable[[Rulebook], Rulebook]],
    make: Callable[..., Mutant],
    lines: Lines,
) -> Iterator[Mutant]:
    """Changes of the conditions of a proposal's preconditions."""
    for number, need in enumerate(outcome.needs):
        for changed in changed_conditions(need.when):
            altered = need.model_copy(update={"when": changed.condition})
            needs = (*outcome.needs[:number], altered, *outcome.needs[number + 1 :])
            then = outcome.model_copy(update={"needs": needs})
            yield make(
                what=f"precondition {need.id}: {changed.what}",
                kind=changed.kind,
                place=lines.of(need.place, changed.named),
                apply=with_rule(_leading_to(rule, then)),
                case_to_add=_of_need(changed, need.id),
                conditions=(ConditionChange(need_key(rule.id, need.id), changed.condition),),
                when_held=True,
            )


def _of_need(changed: ChangedCondition, need: str) -> Said:
    return said("mutation_add.need", need=need, add=changed.case_to_add)
