"""Questions about all facts of one kind of subject, and how they are decided.

Few classes and no records: every cell is tried. Otherwise z3 decides. Facts that are found are made
as plain as they can be and held against the reference reading before anybody sees them.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property

from engine.analysis.proof.answers import (
    Answer,
    Extent,
    Method,
    Possible,
    ProofFaultError,
    Ruled,
    Undecided,
)
from engine.analysis.proof.classes import OVERRIDE, Classes, Value, classes_of
from engine.analysis.proof.laws import LAWS, NEWEST
from engine.analysis.proof.needs import Needs, least_of, records_needed, records_of_every_sort
from engine.analysis.proof.plain import PlainRules
from engine.analysis.proof.sentences import Sentences
from engine.analysis.proof.solver import Facts, Solver, solver_is_there
from engine.backends.reference import Scope, prepare
from engine.facts import View
from engine.rulebook.asked import comparisons_of, quantifiers_of
from models.conditions import Comparison, Condition, Operator, Quantified
from models.facts.dossier import RECORD_KINDS_OF
from models.registers import Registers
from models.terms import Colour, Kind

__all__ = ["Asked", "Questions", "closed_classes", "plainest"]

Asked = tuple[Kind, frozenset[tuple[str, str]], frozenset[tuple[str, str]]]
MOST_CELLS = 4_096
"""Up to so many cells are tried one by one."""

_LAW_TESTS = tuple((record, prepare(law).test, comparisons_of(law)) for record, law in LAWS)


class Questions:
    """Named conditions that may be asked to hold and to fail together.

    `at_once` is how many of them a question may ask to hold at most; what a proof covers depends on
    it. `known` keeps answers from day to day: what is named is then a rule or a precondition.
    `plain`: facts that are found are shown to somebody, so all that they do not need is left out.
    """

    def __init__(
        self,
        rules: PlainRules,
        named: Mapping[str, Condition],
        *,
        at_once: int = 1,
        known: dict[Asked, Answer] | None = None,
        plain: bool = True,
    ) -> None:
        self._known = known
        self._plain = plain
        self._rules = rules
        self._named = dict(named)
        self._at_once = at_once

    @cached_property
    def _classes(self) -> Classes:
        return closed_classes(
            self._named.values(), self._rules.kind, self._rules.resolved.book.registers
        )

    @cached_property
    def _records(self) -> Needs:
        """Records of each kind that suffice for every question that may be asked."""
        allowed = RECORD_KINDS_OF[self._rules.kind]
        holding = [records_needed(condition) for condition in self._named.values()]
        failing = [records_needed(condition, holds=False) for condition in self._named.values()]
        total: Needs = sum(failing, Counter())
        for record in sorted({name for need in holding for name in need}):
            most = sorted((need[record] for need in holding), reverse=True)[: self._at_once]
            total[record] += sum(most)
        total = least_of(total, records_of_every_sort(self._named.values()))
        for newest in NEWEST:  # the newest record is never the one that is taken away
            if total[newest.record]:
                total[newest.record] += 1
        return Counter({record: n for record, n in sorted(total.items()) if record in allowed})

    @cached_property
    def _solver(self) -> Solver:
        rows = dict(self._records)
        solver = Solver(Sentences(self._classes, rows), self._classes, rows)
        for name, condition in self._named.items():
            solver.name(name, condition)
        return solver

    @cached_property
    def _cells(self) -> int:
        """The number of cells, 0 if records make them too many to count."""
        if any(quantifiers_of(condition) for condition in self._named.values()):
            return 0
        return math.prod(len(values) for values in self._classes.values.values())

    def ask(self, holds: Iterable[str], fails: Iterable[str] = ()) -> Answer:
        """Whether facts exist for which all of `holds` hold and none of `fails` does."""
        holds, fails = tuple(holds), tuple(fails)
        if len(holds) > self._at_once:
            raise ValueError(f"records are counted for {self._at_once} conditions at once")
        if self._known is None:
            return self._decided(holds, fails)
        asked = (self._rules.kind, self._printed(holds), self._printed(fails))
        if asked not in self._known:
            self._known[asked] = self._decided(holds, fails)
        return self._known[asked]

    def _printed(self, names: tuple[str, ...]) -> frozenset[tuple[str, str]]:
        return frozenset((name, self._rules.print_of(name)) for name in names)

    def _decided(self, holds: tuple[str, ...], fails: tuple[str, ...]) -> Answer:
        if 0 < self._cells <= MOST_CELLS:
            return self._by_cells(holds, fails)
        if not solver_is_there():
            return Undecided()
        found = self._solver.check(holds, fails)
        if not isinstance(found, Facts):
            if not found:
                raise ProofFaultError("no facts are possible at all: a law or a class is wrong")
            because = self._smallest(found, holds, fails)
            return Ruled(self._extent(Method.SOLVER), because)
        return self._confirmed(found.subject, found.records, holds, fails, Method.SOLVER)

    def _smallest(
        self, core: tuple[str, ...], holds: tuple[str, ...], fails: tuple[str, ...]
    ) -> tuple[str, ...]:
        """A core from which nothing can be left out."""
        kept = list(core)
        for name in core:
            fewer = [other for other in kept if other != name]
            left = [n for n in holds if n in fewer], [n for n in fails if n in fewer]
            if not self._solver.can(*left):
                kept = fewer
        return tuple(kept)

    def _extent(self, method: Method) -> Extent:
        return Extent(
            method, len(self._classes.values), self._cells, tuple(sorted(self._records.items()))
        )

    def _by_cells(self, holds: tuple[str, ...], fails: tuple[str, ...]) -> Answer:
        fields = [field for _, field in self._classes.values]
        tests = self._tests(holds, fails)
        for cell in itertools.product(*self._classes.values.values()):
            subject = dict(zip(fields, cell, strict=True))
            if tests(subject, {}):
                return self._confirmed(subject, {}, holds, fails, Method.CELLS)
        because = self._smallest_by_cells(holds, fails)
        return Ruled(self._extent(Method.CELLS), because)

    def _smallest_by_cells(self, holds: tuple[str, ...], fails: tuple[str, ...]) -> tuple[str, ...]:
        fields = [field for _, field in self._classes.values]
        cells = [
            dict(zip(fields, cell, strict=True))
            for cell in itertools.product(*self._classes.values.values())
        ]
        kept = [*holds, *fails]
        for name in tuple(kept):
            fewer = [other for other in kept if other != name]
            tests = self._tests(
                tuple(n for n in holds if n in fewer), tuple(n for n in fails if n in fewer)
            )
            if not any(tests(subject, {}) for subject in cells):
                kept = fewer
        return tuple(sorted(kept))

    def _tests(
        self, holds: tuple[str, ...], fails: tuple[str, ...]
    ) -> Callable[[dict[str, Value], dict[str, list[dict[str, Value]]]], bool]:
        wanted = [(prepare(self._named[name]).test, True) for name in holds]
        wanted += [(prepare(self._named[name]).test, False) for name in fails]

        def fulfilled(
            subject: dict[str, Value], records: dict[str, list[dict[str, Value]]]
        ) -> bool:
            scope = Scope(subject, records, frozenset())
            return all(test(scope) is outcome for test, outcome in wanted)

        return fulfilled

    def _confirmed(
        self,
        subject: dict[str, Value],
        records: dict[str, list[dict[str, Value]]],
        holds: tuple[str, ...],
        fails: tuple[str, ...],
        method: Method,
    ) -> Possible:
        fulfilled = self._tests(holds, fails)
        subject["kind"] = self._rules.kind.value
        if not fulfilled(subject, records):
            raise ProofFaultError(f"{holds} and not {fails}: the reference does not confirm it")
        if self._plain:
            classes = self._classes.values.items()
            may_be_unknown = {place for place, values in classes if None in values}
            subject, records = plainest(subject, records, fulfilled, may_be_unknown)
        override = subject.pop(OVERRIDE, None)
        view = View("?", self._rules.kind, self._rules.resolved.as_of, dict(subject), records)
        return Possible(view, None if override is None else Colour(str(override)), method)


def closed_classes(conditions: Iterable[Condition], kind: Kind, registers: Registers) -> Classes:
    """The classes that these conditions, and the laws about their fields, can tell apart."""
    asked = list(conditions)
    wanted = {(r, c.field) for condition in asked for r, c in comparisons_of(condition)}
    waiting = list(LAWS)
    while met := [law for law in waiting if _fields_of(*law) & wanted]:
        waiting = [law for law in waiting if law not in met]
        asked += [_of_record(*law) for law in met]
        wanted |= {field for law in met for field in _fields_of(*law)}
    for newest in NEWEST:
        if (newest.record, newest.flag) in wanted and newest.per is not None:
            known = Comparison.model_construct(
                field=newest.per, operator=Operator.IS_KNOWN, operands=()
            )
            asked.append(_of_record(newest.record, known))
    return classes_of(asked, kind, registers)


def _fields_of(record: str, law: Condition) -> set[tuple[str, str]]:
    return {(record, comparison.field) for _, comparison in comparisons_of(law)}


def _of_record(record: str, condition: Condition) -> Condition:
    return Quantified.model_construct(
        quantifier="at_least", count=1, record=record, where=condition
    )


def plainest(
    subject: dict[str, Value],
    records: dict[str, list[dict[str, Value]]],
    fulfilled: Callable[[dict[str, Value], dict[str, list[dict[str, Value]]]], bool],
    may_be_unknown: set[tuple[str, str]],
) -> tuple[dict[str, Value], dict[str, list[dict[str, Value]]]]:
    """The same with every record and every fact left out that is not needed for the answer."""
    for record in sorted(records):
        for facts in list(records[record]):
            fewer = {**records, record: [row for row in records[record] if row is not facts]}
            if fulfilled(subject, fewer):
                records = fewer
    records = {record: rows for record, rows in records.items() if rows}
    for field in sorted(subject):
        if ("subject", field) in may_be_unknown and subject[field] is not None:
            less = {**subject, field: None}
            if fulfilled(less, records):
                subject = less
    for record, rows in records.items():
        for number, facts in enumerate(rows):
            for field in sorted(facts):
                if (record, field) not in may_be_unknown or rows[number][field] is None:
                    continue
                less = {**rows[number], field: None}
                tried = {**records, record: [*rows[:number], less, *rows[number + 1 :]]}
                if _lawful(record, less) and fulfilled(subject, tried):
                    rows[number] = less
            rows[number] = {k: v for k, v in rows[number].items() if v is not None}
    return {field: value for field, value in subject.items() if value is not None}, records


def _lawful(record: str, facts: dict[str, Value]) -> bool:
    return all(
        test(Scope(facts, {}, frozenset()))
        for about, test, comparisons in _LAW_TESTS
        if about == record and all(c.field in facts for _, c in comparisons)
    )
