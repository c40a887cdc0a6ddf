"""A worse fact never gives a milder colour: for every promise, over all facts.

Two readings of the same facts are compared that differ in one field of one record, the second
being worse. No number of other records, and no other fact, may make the second reading milder.
"""

from __future__ import annotations

import itertools
from typing import NamedTuple

from engine.analysis.proof.answers import (
    Answer,
    Extent,
    Method,
    Possible,
    ProofFaultError,
    Ruled,
    Undecided,
)
from engine.analysis.proof.classes import Classes, Value
from engine.analysis.proof.ledger import Ledger
from engine.analysis.proof.needs import least_of, records_needed, records_of_every_sort
from engine.analysis.proof.plain import PlainRules
from engine.analysis.proof.questions import closed_classes, plainest
from engine.analysis.proof.sentences import Place, Sentences
from engine.analysis.proof.solver import Facts, Solver, solver_is_there
from engine.backends.reference import Scope, prepare
from engine.facts import View
from models.facts.dossier import RECORD_KINDS_OF
from models.rulebook import Promise
from models.terms import Colour

__all__ = ["MILDER", "Worsened", "ask_about_promises", "milder_when_worse"]

MILDER = "milder_when_worse"
Values = dict[str, Value]
Records = dict[str, list[Values]]


class Worsened(NamedTuple):
    """Facts, and the same with one worse fact, for which the colour is milder. `silenced` are the
    rules that raised it, and no longer do."""

    before: View
    after: View
    lost: Colour
    method: Method = Method.SOLVER
    silenced: tuple[str, ...] = ()


def ask_about_promises(
    rules: PlainRules, ledger: Ledger, known: dict[tuple[str, ...], tuple[Answer, Worsened | None]]
) -> list[tuple[Promise, Worsened]]:
    """Asks every promise of a kind on a day; those that are broken come back with an example."""
    broken: list[tuple[Promise, Worsened]] = []
    for promise in rules.resolved.book.promises:
        for colour in (Colour.YELLOW, Colour.RED):
            if promise.record != "subject" and promise.record not in RECORD_KINDS_OF[rules.kind]:
                continue
            order = (promise.worse or "", *promise.words_mild_to_severe)
            about = (MILDER, f"{promise.record}.{promise.field}")
            asked = (*about, *order, colour, rules.kind, rules.print_of_colours())
            if asked not in known:
                known[asked] = milder_when_worse(rules, promise, colour)
            answer, example = known[asked]
            ledger.note(about, rules.resolved.as_of, rules.kind, answer)
            if example is not None:
                broken.append((promise, example))
    return broken


def milder_when_worse(
    rules: PlainRules, promise: Promise, colour: Colour
) -> tuple[Answer, Worsened | None]:
    """Whether facts exist that raise a colour and, with one worse fact, no longer do."""
    raised = rules.at_least[colour]
    classes = closed_classes([raised], rules.kind, rules.resolved.book.registers)
    field = (promise.record, promise.field)
    if field not in classes.values:
        return Ruled(Extent(Method.FORM, 0)), None
    if not solver_is_there():
        return Undecided(), None
    needed = records_needed(raised) + records_needed(raised, holds=False)
    sorts = records_of_every_sort([raised])
    needed = least_of(needed, sorts + sorts)  # as many for each of the two readings
    allowed = RECORD_KINDS_OF[rules.kind]
    rows = {record: n + 1 for record, n in sorted(needed.items()) if record in allowed}
    if promise.record != "subject":
        rows[promise.record] = rows.get(promise.record, 0) + 1
    twin: Place = (promise.record, 0, promise.field)
    sentences = Sentences(classes, rows, twin=twin)
    sentences.worse_twin(_order(promise, classes))
    solver = Solver(sentences, classes, rows)
    solver.name("before", raised)
    solver.name("after", raised, changed=True)
    found = solver.check(["before"], ["after"])
    extent = Extent(Method.SOLVER, len(classes.values), records=tuple(sorted(rows.items())))
    if not isinstance(found, Facts):
        return Ruled(extent), None
    rows_found = [found.subject] if promise.record == "subject" else found.records[promise.record]
    before, worse = _values_shown(
        promise, classes, rows_found[0][promise.field], solver.twin_value(twin)
    )
    rows_found[0][promise.field] = before
    worsened = _Example(rules, promise, colour, worse).plainest(found, classes)
    return Possible(worsened.before, None, Method.SOLVER), worsened


def _values_shown(
    promise: Promise, classes: Classes, before: Value, worse: Value
) -> tuple[Value, Value]:
    """Values of the same two classes of which the promise itself says that one is worse."""
    values, order = classes.of(promise.record, promise.field), _order(promise, classes)
    for (milder, first), (severer, second) in itertools.combinations(
        zip(promise.words_mild_to_severe, order, strict=False), 2
    ):
        if (values[first], values[second]) == (before, worse):
            return milder, severer
    return before, worse


def _order(promise: Promise, classes: Classes) -> list[int]:
    """The classes of the field, the better before the worse; unknown is neither. A class stands as
    often as it has words of the promise."""
    values = classes.of(promise.record, promise.field)
    if promise.words_mild_to_severe:
        unnamed = len(values) - 1  # words that no rule names are one class, milder and severe ones
        return [
            values.index(word) if word in values else unnamed
            for word in promise.words_mild_to_severe
        ]
    known = [(value, number) for number, value in enumerate(values) if isinstance(value, int)]
    rising = [number for _, number in sorted(known)]
    return rising if promise.worse == "higher" else rising[::-1]


class _Example:
    """Makes what the solver found plain, and holds it against the reference."""

    def __init__(self, rules: PlainRules, promise: Promise, colour: Colour, worse: Value) -> None:
        self._rules = rules
        self._promise = promise
        self._colour = colour
        self._worse = worse
        self._raised = prepare(rules.at_least[colour]).test

    def plainest(self, found: Facts, classes: Classes) -> Worsened:
        """The two readings, with nothing in them that they do not need."""
        subject = {**found.subject, "kind": self._rules.kind.value}
        if not self._shown_by(subject, found.records):
            field = f"{self._promise.record}.{self._promise.field}"
            raise ProofFaultError(f"{field}: the reference does not confirm what was found")
        unknown = {place for place, values in classes.values.items() if None in values}
        before = plainest(subject, found.records, self._shown_by, unknown)
        after = self._worsened(*before)
        day, kind = self._rules.resolved.as_of, self._rules.kind
        views = View("?", kind, day, *before), View("?", kind, day, *after)
        return Worsened(*views, self._colour, silenced=self._silenced(*views))

    def _silenced(self, before: View, after: View) -> tuple[str, ...]:
        """The rules of the colour, or a more severe one, that hold before and not after."""
        severe = [colour for colour in Colour if colour.rank >= self._colour.rank]
        found = []
        for key in self._rules.raises(*severe):
            test = prepare(self._rules.condition(key)).test
            held, holds = (test(Scope(v.subject, v.records, frozenset())) for v in (before, after))
            if held and not holds:
                found.append(key)
        return tuple(found)

    def _worsened(self, subject: Values, records: Records) -> tuple[Values, Records]:
        promise = self._promise
        if promise.record == "subject":
            return {**subject, promise.field: self._worse}, records
        first, *others = records[promise.record]
        worse = {**first, promise.field: self._worse}
        return subject, {**records, promise.record: [worse, *others]}

    def _shown_by(self, subject: Values, records: Records) -> bool:
        promise = self._promise
        rows = [subject] if promise.record == "subject" else records.get(promise.record, [])
        if not rows or rows[0].get("no", 1) != 1 or rows[0].get(promise.field) is None:
            return False
        before = Scope(subject, records, frozenset())
        after = Scope(*self._worsened(subject, records), frozenset())
        return self._raised(before) and not self._raised(after)
