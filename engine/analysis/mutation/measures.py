"""Mutants of what stands beside the rules: dated parameters, floors, sample frames, the ladder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from itertools import pairwise
from typing import Any

from engine.analysis.mutation.mutant import ChangeKind, ConditionChange, Mutant
from engine.analysis.mutation.places import Lines
from engine.analysis.mutation.rules import shifted_days
from engine.rulebook.book import Rulebook
from engine.rulebook.needed_numbers import PLANNER_PARAMETERS
from engine.rulebook.problems import Said, said
from engine.rulebook.program import need_key
from engine.rulebook.resolve import parameters_in
from models.conditions import Condition, ParameterRef
from models.rulebook import (
    DatedValue,
    Floor,
    Frame,
    LadderStep,
    Parameter,
    ProposalOutcome,
)
from models.terms import Kind, Notice

__all__ = ["mutants_of_floor", "mutants_of_frame", "mutants_of_parameter", "mutants_of_step"]


class _Uses:
    """Where a parameter is used: in conditions alone, or in plans and draws too."""

    def __init__(self, parameter: str, book: Rulebook) -> None:
        self.conditions: list[ConditionChange] = []
        self.rules: set[str] = set()
        self.kinds: set[Kind] = set()
        self.in_conditions_alone = parameter not in PLANNER_PARAMETERS
        entries: tuple[Floor | Frame | LadderStep, ...] = (
            *book.floors,
            *book.frames,
            *book.ladder,
        )
        for entry in entries:
            if _names(entry, parameter):
                self.in_conditions_alone = False
                self.kinds |= set(entry.applies_to)
        for rule in book.rules:
            found = list(_conditions(rule.id, rule.when, parameter))
            if isinstance(rule.then, ProposalOutcome):
                for need in rule.then.needs:
                    found += _conditions(need_key(rule.id, need.id), need.when, parameter)
            in_outcome = _names(rule.then, parameter)
            if found or in_outcome:
                self.rules.add(rule.id)
                self.kinds |= set(rule.applies_to)
            self.conditions += found
            if in_outcome:
                self.in_conditions_alone = False
        if parameter in PLANNER_PARAMETERS:
            self.kinds = set(Kind)


def _names(entry: object, parameter: str) -> bool:
    return any(
        isinstance(value, ParameterRef) and value.parameter == parameter
        for value in vars(entry).values()
    )


def _conditions(key: str, condition: Condition, parameter: str) -> Iterator[ConditionChange]:
    if parameter in parameters_in(condition):
        yield ConditionChange(key, condition)


def mutants_of_parameter(parameter: Parameter, book: Rulebook, lines: Lines) -> Iterator[Mutant]:
    """Every value one more and one less (a flag: the other), and every change of value a day
    earlier and later."""
    uses = _Uses(parameter.id, book)
    make = partial(Mutant, entry=parameter.id)
    make = partial(make, rules=frozenset(uses.rules), kinds=frozenset(uses.kinds))
    if uses.in_conditions_alone:
        make = partial(make, conditions=tuple(uses.conditions))
    ends = [after.valid_from - timedelta(days=1) for _, after in pairwise(parameter.values)]
    about = ", ".join(sorted(uses.rules)[:3]) or parameter.id
    for number, (dated, last) in enumerate(zip(parameter.values, [*ends, date.max], strict=True)):
        place = lines.of(parameter.place, dated.valid_from.isoformat())
        days = (dated.valid_from, last) if uses.in_conditions_alone else None
        for value in _other_values(dated.value):
            yield make(
                what=f"from {dated.valid_from}: {_shown(dated.value)} became {_shown(value)}",
                kind=ChangeKind.PARAMETER,
                place=place,
                apply=_with_value(parameter, number, dated.model_copy(update={"value": value})),
                case_to_add=said(
                    "mutation_add.value",
                    about=about,
                    value=_shown(dated.value),
                    first=dated.valid_from,
                    last="" if last == date.max else last,
                ),
                days=days,
            )
        for step in (-1, 1) if number else ():
            moved = dated.valid_from + timedelta(days=step)
            day = min(moved, dated.valid_from)
            yield make(
                what=f"from {dated.valid_from} became {moved}",
                kind=ChangeKind.PARAMETER_DAY,
                place=place,
                apply=_with_value(
                    parameter, number, dated.model_copy(update={"valid_from": moved})
                ),
                case_to_add=said("mutation_add.value_day", about=about, day=day),
                days=(day, day) if uses.in_conditions_alone else None,
            )


def _shown(value: object) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _other_values(value: object) -> tuple[bool | int, ...]:
    if isinstance(value, bool):
        return (not value,)
    return (value - 1, value + 1) if isinstance(value, int) else ()


def _with_value(
    parameter: Parameter, number: int, dated: DatedValue
) -> Callable[[Rulebook], Rulebook]:
    values = (*parameter.values[:number], dated, *parameter.values[number + 1 :])
    changed = parameter.model_copy(update={"values": values})

    def apply(book: Rulebook) -> Rulebook:
        return replace(book, parameters={**book.parameters, parameter.id: changed})

    return apply


def mutants_of_floor(floor: Floor, lines: Lines) -> Iterator[Mutant]:
    """The floor gone, and its departments forgotten or demanded."""

    def change(what: str, named: str, says: Said, changed: Floor | None) -> Mutant:
        def apply(book: Rulebook) -> Rulebook:
            floors = (changed if old.id == floor.id else old for old in book.floors)
            return replace(book, floors=tuple(f for f in floors if f is not None))

        place = lines.of(floor.place, named)
        kinds = frozenset(floor.applies_to)
        return Mutant(floor.id, what, ChangeKind.FLOOR, place, apply, says, kinds)

    yield change("floor dropped", "", said("mutation_add.floor"), None)
    flipped = floor.model_copy(update={"each_department": not floor.each_department})
    what = f"each department became {_shown(not floor.each_department)}"
    says = said("mutation_add.floor_departments")
    yield change(what, "each department", says, flipped)


def mutants_of_frame(frame: Frame, lines: Lines) -> Iterator[Mutant]:
    """A frame announced otherwise, longer or shorter, or begun or ended a day off."""

    def change(what: str, named: str, days: tuple[date, date] | None = None, **to: Any) -> Mutant:
        changed = frame.model_copy(update=to)

        def apply(book: Rulebook) -> Rulebook:
            frames = tuple(changed if old.id == frame.id else old for old in book.frames)
            return replace(book, frames=frames)

        says = said("mutation_add.draws", frame=frame.id)
        kinds = frozenset(frame.applies_to)
        place = lines.of(frame.place, named)
        mutant = Mutant(frame.id, what, ChangeKind.FRAME, place, apply, says, kinds)
        return replace(mutant, days=days)

    other = Notice.ANNOUNCED if frame.notice is Notice.UNANNOUNCED else Notice.UNANNOUNCED
    yield change(f"notice {frame.notice.value} became {other.value}", "notice", notice=other)
    if frame.at_most_minutes is not None:
        yield change("at most minutes dropped", "at most minutes", at_most_minutes=None)
    for what, fields, day in shifted_days(frame.valid_from, frame.valid_until):
        ends = "valid_until" in fields
        yield change(what, what.split()[0], None if ends else (day, day), **fields)


def mutants_of_step(step: LadderStep, lines: Lines) -> Iterator[Mutant]:
    """A step of the ladder without what must come before it, or without its longest time."""

    def change(what: str, named: str, says: Said, **to: Any) -> Mutant:
        changed = step.model_copy(update=to)

        def apply(book: Rulebook) -> Rulebook:
            ladder = tuple(changed if old.place == step.place else old for old in book.ladder)
            return replace(book, ladder=ladder)

        place = lines.of(step.place, named)
        kinds = frozenset(step.applies_to)
        name = f"ladder.{step.step.value}"
        return Mutant(name, what, ChangeKind.LADDER, place, apply, says, kinds)

    if step.warned_by is not None:
        says = said("mutation_add.warned", step=step.step.value)
        yield change(f"warned by {step.warned_by.value} dropped", "warned by", says, warned_by=None)
    for before in step.follows:
        left = tuple(other for other in step.follows if other is not before)
        says = said("mutation_add.follows", step=step.step.value, before=before.value)
        yield change(f"follows {before.value} dropped", "follows", says, follows=left)
    if step.longest_days is not None:
        says = said("mutation_add.longest_days", step=step.step.value)
        yield change("longest days dropped", "longest days", says, longest_days=None)
    if step.stands_days is not None:
        says = said("mutation_add.stands_days", step=step.step.value)
        yield change("stands days dropped", "stands days", says, stands_days=None)
    for what, fields, day in shifted_days(step.valid_from, step.valid_until):
        says = said("mutation_add.step_day", step=step.step.value, day=day)
        yield replace(change(what, what.split()[0], says, **fields), days=(day, day))
