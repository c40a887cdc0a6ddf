"""What would change a colour: the smallest sets of changeable facts, and single new records.

All single changes are tried; where none is enough, sets of two, three and more, until the smallest
are found. Every answer is held against the reference.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from engine.analysis.changeable import FactChange, Step, applied, steps_of
from engine.analysis.colours import ColourReading
from engine.backends.reference import Prepared, Scope, prepare
from engine.facts import View
from engine.rulebook.asked import comparisons_of, quantifiers_of, signals_of
from models.conditions import AllOf, AnyOf, Comparison, Condition, Not, Operator, Quantified
from models.facts.dossier import RECORD_KINDS_OF
from models.rulebook import ParameterValue
from models.terms import Colour

__all__ = ["Change", "NewRecord", "WhatWouldChange", "what_would_change"]

MOST_TRIED = 3_000
"""So many sets of changes are tried at most before one that is merely irreducible is shown."""
MOST_TOGETHER = 3
"""So many changes at once are tried where not even all of them together are enough."""
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

    `considered` changeable facts were tried one by one, and together where no single one is enough;
    `smallest` says whether the sets shown are proved to be the smallest.
    `overridden`: a person's colour stands, so only its end would change the one in force.
    """

    milder: tuple[Change, ...]
    worse: tuple[Change, ...]
    new_records: tuple[NewRecord, ...]
    considered: int
    smallest: bool
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
    seek = _Search(view, reading, milder)
    found = list(_milder(view, reading, base, milder, seek)) if base.rank else []
    return WhatWouldChange(
        milder=tuple(found),
        worse=tuple(dict.fromkeys(worse)),
        new_records=tuple(_new_records(view, reading, base)),
        considered=len({step.target for step in steps}),
        smallest=seek.complete,
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
    view: View, reading: ColourReading, base: Colour, steps: list[Step], seek: _Search
) -> Iterator[Change]:
    """Every single change that gives a milder colour; where none reaches a colour that can be
    reached, the smallest sets that do."""
    best = base.rank
    for step in steps:
        colour = reading.raised(applied(view, step)).proposed
        if colour.rank < base.rank:
            best = min(best, colour.rank)
            yield Change((step.shown,), colour)
    for rank in range(best - 1, -1, -1):
        for chosen in seek.smallest(rank):
            colour = reading.raised(applied(view, *chosen)).proposed
            if colour.rank == rank:
                yield Change(tuple(step.shown for step in chosen), colour)


class _Search:
    """Looks for the smallest sets of changes after which no rule above a colour holds.

    A rule that still holds stops holding only if some fact changes that it tests; so only the
    changes of such facts are tried beside those already made, ever one more at a time.
    """

    def __init__(self, view: View, reading: ColourReading, steps: list[Step]) -> None:
        self._view = view
        self._reading = reading
        self._steps = steps
        self._tried = 0
        self.complete = True
        of_signal: dict[str, set[tuple[str, str]]] = {}
        for _, name, prepared in reading.signals:
            of_signal.setdefault(name, set()).update(_fields(prepared.condition))
        self._steps_of = {}
        for rule, _, prepared in reading.colours:
            asked = set(signals_of(prepared.condition))
            fields = _fields(prepared.condition).union(*(of_signal.get(s, set()) for s in asked))
            self._steps_of[rule.id] = [i for i, step in enumerate(steps) if _touches(step, fields)]
        self._rank_of = {rule.id: colour.rank for rule, colour, _ in reading.colours}

    def smallest(self, rank: int) -> list[tuple[Step, ...]]:
        """The smallest sets that bring the colour to a rank or below; none if nothing does."""
        everything = list({step.target: step for step in self._steps}.values())
        all_of_them = not self._above(everything, rank)
        for size in range(2, (len(everything) if all_of_them else MOST_TOGETHER) + 1):
            found: dict[frozenset[int], None] = {}
            if not self._extend((), rank, size, found):
                self.complete = False
                return [self._irreducible(everything, rank)] if all_of_them else []
            if found:
                return [tuple(self._steps[i] for i in sorted(chosen)) for chosen in found]
        return []

    def _above(self, chosen: list[Step], rank: int) -> list[str]:
        """The rules that still hold above a rank after these changes."""
        held = self._reading.raised(applied(self._view, *chosen)).rules
        return sorted(rule for rule in held if self._rank_of[rule] > rank)

    def _extend(
        self, chosen: tuple[int, ...], rank: int, size: int, found: dict[frozenset[int], None]
    ) -> bool:
        """Gathers all sets of a size that hold what is chosen; False if that takes too long."""
        self._tried += 1
        if self._tried > MOST_TRIED:
            return False
        steps = [self._steps[i] for i in chosen]
        still = self._above(steps, rank)
        if not still:
            found.setdefault(frozenset(chosen))
            return True
        if len(chosen) == size:
            return True
        made = {step.target for step in steps}
        rule = min(still, key=lambda name: (len(self._steps_of[name]), name))
        return all(
            self._extend((*chosen, i), rank, size, found)
            for i in self._steps_of[rule]
            if self._steps[i].target not in made
        )

    def _irreducible(self, steps: list[Step], rank: int) -> tuple[Step, ...]:
        """What is left of a set when everything is taken out that the colour does not need."""
        kept = list(steps)
        for step in steps:
            fewer = [other for other in kept if other is not step]
            if not self._above(fewer, rank):
                kept = fewer
        return tuple(kept)


def _fields(condition: Condition) -> set[tuple[str, str]]:
    return {(record, node.field) for record, node in comparisons_of(condition)}


def _touches(step: Step, fields: set[tuple[str, str]]) -> bool:
    return any((record, name) in fields for record, _, values in step.updates for name in values)


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
