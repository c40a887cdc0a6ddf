"""Runs worked cases against a rulebook, and says which rules no case has ever tried."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from engine.analysis.case_details import detail_failures
from engine.analysis.cases import Case, load_cases
from engine.backends.reference import Prepared, Scope, prepare
from engine.decisions.decide import Decider
from engine.facts import View
from engine.rulebook.book import Rulebook
from engine.rulebook.resolve import ResolvedRulebook, resolve
from models.conditions import Comparison, Condition, Operator, ParameterRef, Quantified
from models.decisions import Decision
from models.rulebook import Rule

__all__ = ["CaseResult", "CaseRun", "OneSided", "case_failures", "run_cases"]


@dataclass(frozen=True)
class CaseResult:
    """A case, what came of it, and each way in which that differs from what it expects."""

    case: Case
    decision: Decision
    failures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OneSided:
    """A threshold that the rule's cases only ever met from one side."""

    rule: str
    parameter: str


@dataclass(frozen=True)
class CaseRun:
    """All results, and what they leave untried.

    `uncovered`: rules that no case names under `rules`. `one_sided`: thresholds of rules that have
    cases, but none on one of the two sides.
    """

    results: tuple[CaseResult, ...]
    uncovered: tuple[str, ...]
    one_sided: tuple[OneSided, ...]

    @property
    def failed(self) -> tuple[CaseResult, ...]:
        """The cases that did not give their answer."""
        return tuple(result for result in self.results if result.failures)


def run_cases(
    path: Path,
    book: Rulebook,
    *,
    decider_of: Callable[[ResolvedRulebook], Decider] = Decider,
) -> CaseRun:
    """Runs every case of a folder or file. Raises RulebookError where they cannot be read."""
    deciders: dict[date, Decider] = {}
    results: list[CaseResult] = []
    tried: list[tuple[Case, View, ResolvedRulebook]] = []
    for case in load_cases(path, book):
        if case.as_of not in deciders:
            deciders[case.as_of] = decider_of(resolve(book, as_of=case.as_of))
        decider = deciders[case.as_of]
        decision = decider.decide(case.dossier)
        failures = tuple(case_failures(case, decision, decider.resolved))
        results.append(CaseResult(case, decision, failures))
        tried.append((case, decider.view(case.dossier), decider.resolved))
    named = {rule for result in results for rule in result.case.expect.rules}
    return CaseRun(
        results=tuple(results),
        uncovered=tuple(rule.id for rule in book.rules if rule.id not in named),
        one_sided=tuple(_one_sided(book, tried)),
    )


def case_failures(case: Case, decision: Decision, resolved: ResolvedRulebook) -> Iterator[str]:
    """Each way in which a decision differs from what its case expects."""
    expect, fired = case.expect, frozenset(decision.fired)
    found = decision.category.in_force
    if found is not expect.category:
        unsaid = "" if expect.category_said else " (the case says no colour: the strictest)"
        yield f"category: expected {expect.category.value}{unsaid}, got {found.value}"
    for rule in expect.rules:
        if rule not in fired:
            yield f"rule {rule}: expected to hold, did not"
    for rule in expect.not_rules:
        if rule in fired:
            yield f"rule {rule}: expected not to hold, did"
    planned = {purpose for visit in decision.plan.visits for purpose in visit.purposes}
    shown = ", ".join(sorted(planned)) or "none"
    for purpose in expect.visits:
        if purpose not in planned:
            yield f"visits: expected {purpose.value}, planned {shown}"
    for purpose in expect.not_visits:
        if purpose in planned:
            yield f"visits: expected no {purpose.value}, planned {shown}"
    yield from _proposal_failures(case, decision)
    if expect.frames is not None and set(expect.frames) != set(decision.frames):
        wanted, got = (", ".join(sorted(f)) or "none" for f in (expect.frames, decision.frames))
        yield f"frames: expected {wanted}, got {got}"
    yield from detail_failures(expect.details, case.dossier, decision, resolved)


def _proposal_failures(case: Case, decision: Decision) -> Iterator[str]:
    expected = case.expect.proposals
    if expected is None:
        return
    found: dict[str, list[str]] = {}
    for proposal in decision.proposals:
        found.setdefault(proposal.step.value, []).append(proposal.status.value)
    if not expected and found:
        yield f"proposals: expected none, got {', '.join(sorted(found))}"
    for step, status in expected.items():
        states = found.get(step.value)
        if states is None:
            got = ", ".join(sorted(found)) or "none"
            yield f"proposals: expected {step.value}, got {got}"
        elif status.value not in states:
            yield f"proposal {step.value}: expected {status.value}, got {', '.join(states)}"


def _one_sided(
    book: Rulebook, tried: list[tuple[Case, View, ResolvedRulebook]]
) -> Iterator[OneSided]:
    for rule in book.rules:
        about = [
            (view, resolved)
            for case, view, resolved in tried
            if rule.id in (*case.expect.rules, *case.expect.not_rules)
        ]
        if not about:
            continue
        for parameter, record, node in _thresholds(rule):
            sides: set[bool] = set()
            for view, resolved in about:
                sides |= _sides(prepare(resolved.resolved(node)), record, view)
            if len(sides) < 2:
                yield OneSided(rule.id, parameter)


def _thresholds(rule: Rule) -> Iterator[tuple[str, str | None, Condition]]:
    """Each comparison or count against a parameter, with the record it is about."""

    def walk(node: Condition, record: str | None) -> Iterator[tuple[str, str | None, Condition]]:
        if isinstance(node, Comparison):
            if node.operator in (Operator.AT_LEAST, Operator.AT_MOST):
                for operand in node.operands:
                    if isinstance(operand, ParameterRef):
                        yield operand.parameter, record, node
            return
        if isinstance(node, Quantified):
            if isinstance(node.count, ParameterRef):
                yield node.count.parameter, None, node
            yield from walk(node.where, node.record)
            return
        parts: Iterable[Condition] = getattr(node, "parts", ())
        for part in (*parts, *([node.part] if hasattr(node, "part") else [])):
            yield from walk(part, record)

    yield from walk(rule.when, None)


def _sides(prepared: Prepared, record: str | None, view: View) -> set[bool]:
    scopes = [view.subject] if record is None else view.records.get(record, [])
    condition = prepared.condition
    if isinstance(condition, Comparison):
        scopes = [values for values in scopes if values.get(condition.field) is not None]
    return {prepared.test(Scope(values, view.records, frozenset())) for values in scopes}
