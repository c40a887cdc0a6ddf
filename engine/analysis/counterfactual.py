"""What would change a colour: the smallest sets of changeable facts, and single new records.

All single changes are tried, then all pairs towards a milder colour, then one irreducible set
found by leaving out of all of them what is not needed. Every answer is held against the reference.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any, NamedTuple

from engine.analysis.changeable import FactChange, Step, applied, steps_of
from engine.analysis.colours import ColourReading, comparisons_of, quantifiers_of
from engine.backends.reference import Prepared, Scope, prepare
from engine.facts import View
from models.conditions import (
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    Not,
    Operator,
    Quantified,
)
from models.facts.dossier import RECORD_KINDS_OF
from models.rulebook import ParameterValue
from models.terms import Colour

__all__ = ["Change", "NewRecord", "WhatWouldChange", "what_would_change"]

MOST_PAIRED = 32
"""Above so many changeable facts, pairs are not tried."""
_NOT_A_NEW_RECORD = frozenset({"visit", "sanction", "override", "lead_decision", "department"})
"""What the authority itself does is no news about a subject."""


class Change(NamedTuple):
    """Changes that together give another colour."""

    facts: tuple[FactChange, ...]
    colour: Colour


class NewRecord(NamedTuple):
    """A single new record with these facts that would raise the colour."""

    record: str
    facts: tuple[tuple[str, ParameterValue], ...]
    colour: Colour


class WhatWouldChange(NamedTuple):
    """The answer, and how far it was looked for.

    `considered` changeable facts were tried one by one; `pairs` says whether also two by two.
    `overridden`: a person's colour stands, so only its end would change the one in force.
    """

    milder: tuple[Change, ...]
    worse: tuple[Change, ...]
    new_records: tuple[NewRecord, ...]
    considered: int
    pairs: bool
    overridden: bool = False


def what_would_change(
    view: View, reading: ColourReading, *, overridden: bool = False
) -> WhatWouldChange:
    """Which changes of changeable facts give the engine another colour for this subject."""
    tested, thresholds = _tested(reading)
    steps = steps_of(view, tested, thresholds)
    base = reading.raised(view).proposed
    milder = [step for step in steps if step.milder]
    worse: list[Change] = []
    for step in steps:
        if not step.milder:
            colour = reading.raised(applied(view, step)).proposed
            if colour.rank > base.rank:
                worse.append(Change((step.shown,), colour))
    pairs = len(milder) <= MOST_PAIRED
    found = list(_milder(view, reading, base, milder, pairs=pairs)) if base.rank else []
    return WhatWouldChange(
        milder=tuple(found),
        worse=tuple(dict.fromkeys(worse)),
        new_records=tuple(_new_records(view, reading, base)),
        considered=len({step.target for step in steps}),
        pairs=pairs,
        overridden=overridden,
    )


def _tested(
    reading: ColourReading,
) -> tuple[frozenset[tuple[str, str]], dict[tuple[str, str], frozenset[int]]]:
    """The fields that the reading tests, and the numbers it compares them with."""
    found: dict[tuple[str, str], set[int]] = {}
    for prepared in _conditions(reading):
        for record, node in comparisons_of(prepared.condition):
            numbers = found.setdefault((record, node.field), set())
            if node.operator in (Operator.AT_LEAST, Operator.AT_MOST):
                numbers |= {operand for operand in node.operands if isinstance(operand, int)}
    return frozenset(found), {key: frozenset(numbers) for key, numbers in found.items()}


def _conditions(reading: ColourReading) -> Iterator[Prepared]:
    for _, _, prepared in reading.signals:
        yield prepared
    for _, _, prepared in reading.colours:
        yield prepared


def _milder(
    view: View, reading: ColourReading, base: Colour, steps: list[Step], *, pairs: bool
) -> Iterator[Change]:
    """Singles; pairs where they reach a colour no single reaches; one greater set after that."""

    def reached(*chosen: Step) -> Colour:
        return reading.raised(applied(view, *chosen)).proposed

    alone = {index: reached(step) for index, step in enumerate(steps)}
    best = base.rank
    for index, colour in alone.items():
        if colour.rank < base.rank:
            best = min(best, colour.rank)
            yield Change((steps[index].shown,), colour)
    limit = best
    shown: set[frozenset[tuple[str, int, str]]] = set()
    if pairs and best > 0:
        for one, other in itertools.combinations(range(len(steps)), 2):
            if steps[one].target == steps[other].target:
                continue
            targets = frozenset((steps[one].target, steps[other].target))
            colour = reached(steps[one], steps[other])
            if colour.rank < limit and targets not in shown:
                shown.add(targets)
                best = min(best, colour.rank)
                yield Change((steps[one].shown, steps[other].shown), colour)
    if best > 0:
        everything = list({step.target: step for step in steps}.values())
        final = reached(*everything)
        if final.rank < best:
            yield Change(tuple(s.shown for s in _needed(everything, final, reached)), final)


def _needed(steps: list[Step], colour: Colour, reached: Any) -> list[Step]:
    """What is left of a set when everything is taken out that the colour does not need."""
    kept = list(steps)
    for step in steps:
        fewer = [other for other in kept if other is not step]
        if reached(*fewer).rank <= colour.rank:
            kept = fewer
    return kept


def _new_records(view: View, reading: ColourReading, base: Colour) -> Iterator[NewRecord]:
    """Single new records, taken from the quantifiers of the rules, that raise a worse colour."""
    found: dict[tuple[str, Colour], list[dict[str, Any]]] = {}
    allowed = RECORD_KINDS_OF[view.kind] - _NOT_A_NEW_RECORD
    for prepared in _conditions(reading):
        for node in quantifiers_of(prepared.condition):
            if node.record not in allowed or node.quantifier != "at_least":
                continue
            facts = _template(node)
            if facts is None:
                continue
            colour = reading.raised(_with_record(view, node.record, facts)).proposed
            if colour.rank > base.rank:
                found.setdefault((node.record, colour), []).append(facts)
    for (record, colour), templates in sorted(found.items(), key=_concerns_first):
        least = [
            facts
            for facts in templates
            if not any(other.items() < facts.items() for other in templates)
        ]
        for facts in {
            tuple(sorted(f.items(), key=lambda item: item[0])): f for f in least
        }.values():
            yield NewRecord(record, tuple(facts.items()), colour)


def _concerns_first(item: tuple[tuple[str, Colour], Any]) -> tuple[bool, int, str]:
    (record, colour), _ = item
    return record != "concern", colour.rank, record


def _with_record(view: View, record: str, facts: dict[str, Any]) -> View:
    """The view with one more record, of which nothing else is known."""
    rows = [*view.records.get(record, ()), {"no": 0, **facts}]
    records = {**view.records, record: rows}
    return View(view.subject_id, view.kind, view.as_of, view.subject, records)


def _template(node: Quantified) -> dict[str, Any] | None:
    """The facts of a new record that a quantifier counts; None if only an old one would do."""
    facts: dict[str, Any] = {}
    if not _fulfil(node.where, facts, hold=True):
        return None
    return facts if _fulfils(node.where, facts) else None


def _fulfils(where: Condition, facts: dict[str, Any]) -> bool:
    """Whether a record with these facts fulfils a record's condition."""
    return prepare(where).test(Scope(facts, {}, frozenset()))


def _fulfil(condition: Condition, facts: dict[str, Any], *, hold: bool) -> bool:
    """Adds facts so that a condition holds (or not); False where time would have to pass."""
    match condition:
        case AllOf() | AnyOf():
            every = isinstance(condition, AllOf) is hold
            if every:
                return all(_fulfil(part, facts, hold=hold) for part in condition.parts)
            return any(_fulfil(part, facts, hold=hold) for part in condition.parts[:1])
        case Not():
            return _fulfil(condition.part, facts, hold=not hold)
        case Comparison():
            return _fulfil_comparison(condition, facts, hold=hold)
        case _:
            return False


def _fulfil_comparison(condition: Comparison, facts: dict[str, Any], *, hold: bool) -> bool:
    field, operands = condition.field, condition.operands
    if not hold:
        if isinstance(operands[0] if operands else None, bool):
            facts[field] = not operands[0]
        return True
    match condition.operator:
        case Operator.IS | Operator.IS_ONE_OF:
            facts.setdefault(field, operands[0])
        case Operator.IS_KNOWN:
            facts.setdefault(field, 0)
        case Operator.IS_UNKNOWN:
            pass
        case _:
            number = operands[0]
            if field.endswith("_age_days"):
                if (
                    condition.operator is Operator.AT_LEAST
                    and isinstance(number, int)
                    and number > 0
                ):
                    return False
                number = 0
            facts.setdefault(field, number)
    return True
