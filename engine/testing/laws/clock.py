"""What the mere passing of days may do: ages grow by those days, and a colour grows milder only
where a rule says so itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from engine.decisions.decide import Decider
from engine.facts import View
from engine.rulebook.asked import signals_of
from engine.rulebook.resolve import ResolvedRulebook, parameters_in
from models.conditions import (
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    Not,
    Operator,
    Quantified,
    SignalHeld,
)
from models.decisions import Decision
from models.facts import Dossier
from models.rulebook import ColourOutcome, Rule, SignalOutcome
from models.terms import SanctionStep

__all__ = ["ages_grow", "milder_by_itself", "timed_rules"]

_AGE = "_age_days"
_TIMED_STEPS = (SanctionStep.INTENSIFIED_WITHOUT_ORDER, SanctionStep.INTENSIFIED_WITH_ORDER)


def ages_grow(before: View, after: View, *, days: int) -> str | None:
    """Which age did not grow by the days that passed; None if all did."""
    for record, one, other in _rows(before, after):
        for name, value in one.items():
            if name.endswith(_AGE):
                expected = None if value is None else value + days
                if other.get(name) != expected:
                    return f"{record}.{name} was {value} and is {other.get(name)}."
    return None


def _rows(before: View, after: View) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    yield "subject", before.subject, after.subject
    for record, rows in before.records.items():
        for one, other in zip(rows, after.records.get(record, ()), strict=True):
            yield f"{record}[{one['no']}]", one, other


def timed_rules(resolved: ResolvedRulebook) -> frozenset[str]:
    """The colour rules that may stop by themselves, by a window of days of their own or of a signal
    they rest on."""
    raisers = _raisers(resolved)
    return frozenset(
        rule.id
        for rule in resolved.rules
        if isinstance(rule.then, ColourOutcome)
        and any(_has_window(part.when, holds=True) for part in _behind(rule, raisers))
    )


def _has_window(condition: Condition, *, holds: bool) -> bool:
    """Whether growing ages alone can end what the condition says (`holds`), or its opposite."""
    match condition:
        case AllOf() | AnyOf():
            return any(_has_window(part, holds=holds) for part in condition.parts)
        case Not():
            return _has_window(condition.part, holds=not holds)
        case Quantified():
            return _has_window(condition.where, holds=holds is (condition.quantifier != "none"))
        case Comparison():
            if not condition.field.endswith(_AGE):
                return False
            lasting = (Operator.IS_KNOWN, Operator.IS_UNKNOWN)
            if condition.operator in lasting:
                return False
            ends = Operator.AT_MOST if holds else Operator.AT_LEAST
            return condition.operator in (ends, Operator.IS, Operator.IS_ONE_OF)
        case SignalHeld():
            return False


def _raisers(resolved: ResolvedRulebook) -> dict[str, list[Rule]]:
    found: dict[str, list[Rule]] = {}
    for rule in resolved.rules:
        if isinstance(rule.then, SignalOutcome):
            found.setdefault(rule.then.signal, []).append(rule)
    return found


def _behind(rule: Rule, raisers: dict[str, list[Rule]]) -> Iterator[Rule]:
    yield rule
    for signal in signals_of(rule.when):
        yield from raisers.get(signal, ())


def milder_by_itself(
    one: Decider, other: Decider, before: Decision, after: Decision, dossier: Dossier
) -> tuple[str, ...]:
    """Rules that raised the colour, do not any longer, and have nothing that lets them stop."""
    timed = timed_rules(one.resolved)
    gone = [
        reason.rule
        for reason in before.category.reasons
        if reason.rule not in {later.rule for later in after.category.reasons}
    ]
    if _ended(dossier, one.as_of, other.as_of):
        timed |= {name for name in gone if "sanction" in _records_behind(name, one.resolved)}
    return tuple(name for name in gone if name not in timed and not _changed(name, one, other))


def _ended(dossier: Dossier, first: date, last: date) -> bool:
    """Whether a step that is taken for a time came to its last day."""
    return any(
        s.step in _TIMED_STEPS and s.ends_on is not None and first <= s.ends_on < last
        for s in dossier.of("sanction")
    )


def _records_behind(name: str, resolved: ResolvedRulebook) -> set[str]:
    raisers = _raisers(resolved)
    (rule,) = (rule for rule in resolved.rules if rule.id == name)
    return {record for part in _behind(rule, raisers) for record in _records(part.when)}


def _records(condition: Condition) -> Iterator[str]:
    match condition:
        case AllOf() | AnyOf():
            for part in condition.parts:
                yield from _records(part)
        case Not():
            yield from _records(condition.part)
        case Quantified():
            yield condition.record
        case _:
            return


def _changed(name: str, one: Decider, other: Decider) -> bool:
    """Whether the rule, a signal's rule behind it or a number they name is another one now."""

    def state(decider: Decider) -> list[Any]:
        resolved = decider.resolved
        raisers = _raisers(resolved)
        return [
            (part.id, [resolved.parameters[p] for p in parameters_in(part.when)])
            for rule in resolved.rules
            if rule.id == name
            for part in _behind(rule, raisers)
        ]

    return state(one) != state(other)
