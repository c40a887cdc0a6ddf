"""Whether a rulebook runs on every day: the case engine's limits, a notice for any visit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date

from engine.backends.durable import BackendLimitError, DurableBackend
from engine.rulebook.book import FIRST_DAY, Rulebook
from engine.rulebook.problems import RulebookProblem, said
from engine.rulebook.program import program_of
from engine.rulebook.resolve import ResolvedRulebook, resolve
from models.conditions import AllOf, Comparison, Condition, Operator
from models.rulebook import NoticeOutcome, Place, Rule
from models.terms import Kind, Purpose

__all__ = ["limit_problems", "notice_gap_problems"]


def limit_problems(book: Rulebook) -> Iterator[RulebookProblem]:
    """What the case engine refuses, on any day on which something changes."""
    yield from _each_once(book, lambda resolved, _: _limits(resolved))


def notice_gap_problems(book: Rulebook) -> Iterator[RulebookProblem]:
    """Purposes for which no notice rule holds by its mere form, whatever the facts; a proof finds
    more."""
    yield from _each_once(book, _notice_gaps)


def _each_once(
    book: Rulebook, problems: Callable[[ResolvedRulebook, date], Iterable[RulebookProblem]]
) -> Iterator[RulebookProblem]:
    seen: set[RulebookProblem] = set()
    for day in (FIRST_DAY, *book.days_of_change()):
        for problem in problems(resolve(book, as_of=day), day):
            if problem not in seen:
                seen.add(problem)
                yield problem


def _limits(resolved: ResolvedRulebook) -> tuple[RulebookProblem, ...]:
    """The case engine refuses conditions beyond its safe profile when it compiles them."""
    try:
        DurableBackend(program_of(resolved)).close()
    except BackendLimitError as error:
        return error.problems
    return ()


def _notice_gaps(resolved: ResolvedRulebook, day: date) -> Iterator[RulebookProblem]:
    """For every kind and purpose some notice rule must hold whatever the facts are."""
    rules = [rule for rule in resolved.rules if isinstance(rule.then, NoticeOutcome)]
    place = rules[0].place if rules else Place(file=f"{resolved.book.folder.name}/visits", line=1)
    for kind in Kind:
        for purpose in Purpose:
            if purpose is not Purpose.SAMPLE and not any(
                _always(rule, kind, purpose) for rule in rules
            ):
                yield RulebookProblem(
                    place,
                    said("rulebook.notice_gap", day=day, kind=kind.value, purpose=purpose.value),
                )


def _always(rule: Rule, kind: Kind, purpose: Purpose) -> bool:
    outcome = rule.then
    return (
        isinstance(outcome, NoticeOutcome)
        and kind in rule.applies_to
        and (not outcome.purposes or purpose in outcome.purposes)
        and _holds_for_kind(rule.when, kind)
    )


def _holds_for_kind(condition: Condition, kind: Kind) -> bool:
    """Whether a condition tests nothing but the kind, and holds for this one."""
    match condition:
        case AllOf():
            return all(_holds_for_kind(part, kind) for part in condition.parts)
        case Comparison(field="kind", operator=Operator.IS | Operator.IS_ONE_OF):
            return kind.value in condition.operands
        case _:
            return False
