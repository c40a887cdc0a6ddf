"""Why: the rule, the facts it rested on, the dated parameters it used, and the rules behind it.

The person behind an anonymous concern stays hidden: of such a concern only theme and severity are
named, without its number and its days (000_0be2027a0e412987.txt:3988-3992).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Protocol

from engine.backends.reference import (
    Prepared,
    ReferenceBackend,
    Scope,
    Trace,
    prepare,
    scope_of,
    trace,
)
from engine.facts import View
from engine.facts.hidden import source_is_hidden
from engine.rulebook.program import Firing
from engine.rulebook.resolve import ResolvedRulebook, parameters_in
from models.conditions import AllOf, AnyOf, Comparison, Condition, Not, Quantified, SignalHeld
from models.decisions import FactUsed, ParameterUsed, Reason
from models.facts import Dossier
from models.rulebook import Rule, SignalOutcome, VisitOutcomeRule
from models.terms import Colour

__all__ = [
    "SHOWN_OF_ANONYMOUS",
    "Evaluated",
    "ReasonWriter",
    "matched_records",
    "source_is_hidden",
]

SHOWN_OF_ANONYMOUS = frozenset({"theme", "severity"})
"""All that may be shown of a concern whose source is hidden."""


class Backend(Protocol):
    """A reading that runs a program on one view."""

    @property
    def name(self) -> str:
        """What the run record calls it."""
        ...

    def evaluate(self, view: View, override: Colour | None = None) -> Firing:
        """All strata for one subject; `override` stands in for the raised colour where given."""
        ...


class Evaluated:
    """A subject, its facts as the rules saw them, and what held; reasons once written are kept."""

    __slots__ = ("dossier", "firing", "later", "reasons", "scope", "view")

    def __init__(self, dossier: Dossier, view: View, firing: Firing) -> None:
        self.dossier = dossier
        self.view = view
        self.firing = firing
        self.scope = scope_of(view, firing)
        self.reasons: dict[str, Reason] = {}
        self.later: dict[date, Evaluated] = {}


class ReasonWriter:
    """Writes the reasons of one resolved rulebook; what does not depend on facts is kept ready."""

    def __init__(self, resolved: ResolvedRulebook, reference: ReferenceBackend) -> None:
        self._reference = reference
        self.rules: dict[str, Rule] = {rule.id: rule for rule in resolved.rules}
        self._parameters = {
            rule.id: tuple(
                resolved.parameters[name]
                for name in dict.fromkeys((*parameters_in(rule.when), *_of_outcome(rule)))
            )
            for rule in resolved.rules
        }
        self._raisers: dict[str, list[str]] = {}
        for rule in resolved.rules:
            if isinstance(rule.then, SignalOutcome):
                self._raisers.setdefault(rule.then.signal, []).append(rule.id)

    def trace(self, rule_id: str, case: Evaluated) -> Trace:
        """The reference's trace of a rule's condition."""
        return self._reference.trace(rule_id, case.scope)

    def reason(self, rule_id: str, case: Evaluated) -> Reason:
        """Why a rule held for a subject."""
        known = case.reasons.get(rule_id)
        if known is None:
            known = case.reasons[rule_id] = self._write(rule_id, case)
        return known

    def _write(self, rule_id: str, case: Evaluated) -> Reason:
        rule = self.rules[rule_id]
        facts: list[FactUsed] = []
        signals: list[str] = []
        supporting: list[Trace] = []
        _supporting(self._reference.prepared[rule_id], case.scope, supporting)
        for part in supporting:
            if isinstance(part.condition, SignalHeld):
                signals.append(part.condition.signal)
            else:
                facts += _facts(part, case)
        behind = tuple(
            self.reason(raiser, case)
            for signal in dict.fromkeys(signals)
            for raiser in self._raisers.get(signal, ())
            if raiser in case.firing.held
        )
        return Reason(
            rule=rule.id,
            title=rule.title,
            basis=rule.basis,
            sources=rule.sources,
            facts=tuple(dict.fromkeys(facts)),
            parameters=self.parameters(rule_id),
            because=behind,
        )

    def matched(self, rule_id: str, case: Evaluated) -> list[tuple[str, dict[str, Any]]]:
        """The records a rule rests on, also through the signals it asks for."""
        found = matched_records(self.trace(rule_id, case))
        supporting: list[Trace] = []
        _supporting(self._reference.prepared[rule_id], case.scope, supporting)
        for part in supporting:
            if isinstance(part.condition, SignalHeld):
                for raiser in self._raisers.get(part.condition.signal, ()):
                    if raiser in case.firing.held:
                        found += self.matched(raiser, case)
        return found

    def parameters(self, rule_id: str) -> tuple[ParameterUsed, ...]:
        """The dated parameters a rule's condition and outcome name."""
        return self._parameters[rule_id]


def _of_outcome(rule: Rule) -> Iterator[str]:
    if isinstance(rule.then, VisitOutcomeRule):
        for operand in (rule.then.every_days, rule.then.within_days, rule.then.at_most_minutes):
            if operand is not None and not isinstance(operand, int):
                yield operand.parameter


def _supporting(node: Prepared, scope: Scope, found: list[Trace]) -> None:
    """The parts a holding condition rests on: all of `all`, the first that holds of `any`."""
    match node.condition:
        case AllOf():
            for part in node.parts:
                _supporting(part, scope, found)
        case AnyOf():
            for part in node.parts:
                if part.test(scope):
                    _supporting(part, scope, found)
                    return
        case Not():
            _refuting(node.parts[0], scope, found)
        case _:
            found.append(trace(node, scope))


def _refuting(node: Prepared, scope: Scope, found: list[Trace]) -> None:
    """The parts that keep a condition from holding; a signal not raised rests on no facts."""
    match node.condition:
        case AllOf():
            for part in node.parts:
                if not part.test(scope):
                    _refuting(part, scope, found)
                    return
        case AnyOf():
            for part in node.parts:
                _refuting(part, scope, found)
        case Not():
            _supporting(node.parts[0], scope, found)
        case SignalHeld():
            return
        case _:
            found.append(trace(node, scope))


def _facts(part: Trace, case: Evaluated) -> list[FactUsed]:
    condition = part.condition
    if isinstance(condition, Comparison):
        name = condition.field
        value = case.firing.in_force.value if name == "category" else case.view.subject.get(name)
        return [FactUsed("subject", None, name, _plain(value))]
    if isinstance(condition, Quantified):
        if not part.matched:
            return [FactUsed(condition.record, None, "number_of_records", 0)]
        fields = _fields_tested(condition.where)
        return [
            fact
            for row in part.matched
            for fact in _facts_of_record(
                condition.record, row, fields or _rested_on(condition, row)
            )
        ]
    return []


def _rested_on(condition: Quantified, row: dict[str, Any]) -> list[str]:
    """The fields for which a record fulfils a condition that leaves it a choice."""
    known = _CHOICES.get(id(condition))
    if known is None or known[0] is not condition:
        known = _CHOICES[id(condition)] = (condition, prepare(condition.where))
    supporting: list[Trace] = []
    _supporting(known[1], Scope(row, {}, frozenset()), supporting)
    tested = (part.condition for part in supporting)
    return sorted({part.field for part in tested if isinstance(part, Comparison)})


def _facts_of_record(record: str, row: dict[str, Any], fields: list[str]) -> list[FactUsed]:
    if source_is_hidden(record, row):
        shown = [name for name in fields if name in SHOWN_OF_ANONYMOUS] or ["theme"]
        return [FactUsed(record, None, name, _plain(row[name])) for name in shown]
    if not fields:
        return [FactUsed(record, row["no"], "number_of_records", 1)]
    return [FactUsed(record, row["no"], name, _plain(row.get(name))) for name in fields]


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, str) else value


_FIELDS: dict[int, tuple[Condition, list[str]]] = {}
_CHOICES: dict[int, tuple[Condition, Prepared]] = {}


def _fields_tested(condition: Condition) -> list[str]:
    """The fields a record's condition tests, in order of name; kept by the condition itself. None
    where it leaves a choice: then it is for each record to say which it rests on."""
    known = _FIELDS.get(id(condition))
    if known is None or known[0] is not condition:
        fields = [] if _leaves_a_choice(condition, holds=True) else sorted(_tested(condition))
        known = _FIELDS[id(condition)] = (condition, fields)
    return known[1]


def _leaves_a_choice(condition: Condition, *, holds: bool) -> bool:
    """Whether a condition can hold (or fail) for more than one reason."""
    match condition:
        case AllOf() | AnyOf():
            several = len(condition.parts) > 1 and isinstance(condition, AnyOf) is holds
            return several or any(_leaves_a_choice(p, holds=holds) for p in condition.parts)
        case Not():
            return _leaves_a_choice(condition.part, holds=not holds)
        case _:
            return False


def _tested(condition: Condition) -> set[str]:
    match condition:
        case Comparison():
            return {condition.field}
        case AllOf() | AnyOf():
            return {name for part in condition.parts for name in _tested(part)}
        case Not():
            return _tested(condition.part)
        case _:
            return set()


def matched_records(trace: Trace, record: str | None = None) -> list[tuple[str, dict[str, Any]]]:
    """The records that a condition's quantifiers matched, in the order they are written."""
    found = []
    if isinstance(trace.condition, Quantified):
        kind = trace.condition.record
        if record in (None, kind) and trace.condition.quantifier == "at_least":
            found += [(kind, row) for row in trace.matched]
    for part in trace.parts:
        found += matched_records(part, record)
    return found
