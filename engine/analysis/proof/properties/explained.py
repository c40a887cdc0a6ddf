"""An explanation of a colour is sound and minimal.

For every rule of colour, by every rule behind the signals it asks for, the plainest facts are found
for which nothing else gives that colour, and the engine's own reason for it is taken apart:

- removed: without the facts it names the colour is milder (where it rests only on what is unknown
  or not there, other facts give a milder one);
- enough: whatever all other facts are, the facts it names give the colour;
- minimal: leave any one of them out, and the rule no longer follows from the rest.

Where several rules raise a signal an explanation names them all, since each is
enough, and is minimal for each. A score is named with its scale, also where its value could have
but one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple, cast

from engine.analysis.proof.answers import Answer, Method, Possible, Ruled, Undecided
from engine.analysis.proof.ledger import every_day
from engine.analysis.proof.matters import rivals
from engine.analysis.proof.plain import PlainRules, all_of
from engine.analysis.proof.properties.report import Proof, Tally
from engine.analysis.proof.questions import Asked, Questions
from engine.backends.reference import ReferenceBackend, Scope, prepare
from engine.decisions.reasons import Evaluated, ReasonWriter
from engine.facts import View
from engine.rulebook.book import Rulebook
from engine.rulebook.problems import Said, said
from engine.rulebook.program import Stratum, program_of
from models.conditions import AllOf, AnyOf, Comparison, Condition, Not, Operator, Quantified
from models.decisions import FactUsed, Reason
from models.facts import Dossier
from models.rulebook import ColourOutcome

__all__ = ["prove_explained"]

_COUNT = "number_of_records"
_SAID_WITH = {("score", "score_model"): "value"}
"""Facts that are named with another, as a number is with its unit."""


class _Named(NamedTuple):
    """The facts that a reason names: the subject's own, each record's, and records not there."""

    subject: tuple[FactUsed, ...]
    rows: dict[tuple[str, int], tuple[FactUsed, ...]]
    absent: tuple[Condition, ...]


def prove_explained(book: Rulebook) -> Proof:
    """Every reason for a colour, on every day and for every kind."""
    tally = Tally("explained")
    seen: set[tuple[str, ...]] = set()
    for rules in every_day(book):
        reference = ReferenceBackend(program_of(rules.resolved))
        reasons = ReasonWriter(rules.resolved, reference)
        known: dict[Asked, Answer] = {}
        keys = [*rules.keys(Stratum.COLOURS), *rules.keys(Stratum.SIGNALS)]
        questions = Questions(
            rules, {key: rules.condition(key) for key in keys}, at_once=2, known=known
        )
        for key in rules.keys(Stratum.COLOURS):
            rule = rules.rules[key]
            others = next(rivals(rules, rule))
            for behind in _behind(rules, key):
                asked = (
                    rules.kind.value,
                    rules.print_of(key),
                    "" if behind is None else rules.print_of(behind),
                    *sorted(map(rules.print_of, others)),
                )
                if asked in seen:
                    continue
                seen.add(asked)
                holds = (key,) if behind is None else (key, behind)
                found = questions.ask(holds, others)
                if isinstance(found, Undecided):
                    tally.undecided()
                elif isinstance(found, Possible):
                    view = found.view
                    case = Evaluated(cast(Dossier, None), view, reference.evaluate(view))
                    reason = reasons.reason(rule.id, case)
                    _take_apart(tally, rules, view, reason, behind)
    return tally.proof(said("prove.every_reason"), said("prove.all_facts"), said("prove.every_day"))


def _behind(rules: PlainRules, key: str) -> tuple[str | None, ...]:
    """The rules that raise the signals a rule asks for; None if it asks for none."""
    signals = rules.asked_signals(key)
    found = [k for k in rules.keys(Stratum.SIGNALS) if rules.item(k).raises_signal in signals]
    return tuple(found) or (None,)


def _take_apart(
    tally: Tally, rules: PlainRules, view: View, reason: Reason, behind: str | None
) -> None:
    rule = rules.rules[reason.rule]
    if not isinstance(rule.then, ColourOutcome):
        return
    raised = rules.at_least[rule.then.colour]
    named = _named(rules, view, _one_ground(rules, reason, behind))
    about = {"id": rule.id, "kind": rules.kind.value, "day": rules.resolved.as_of}
    every = all_of(condition for _, condition in _conditions(named))
    questions = Questions(rules, {"facts": every, "colour": raised})
    removed = said("prove.not_removed", **about)
    if named.rows or any(fact.value is not None for fact in named.subject):
        subject, records = _without(view, named)
        milder = not prepare(raised).test(Scope(subject, records, frozenset()))
        tally.case(holds=milder, what=removed, method=Method.CELLS)
    else:
        _must_be_possible(tally, questions.ask((), ("facts", "colour")), removed)
    tally.impossible(questions.ask(("facts",), ("colour",)), said("prove.not_enough", **about))
    grounds = _one_ground(rules, reason, behind)
    itself = all_of(rules.condition(r.rule) for r in (grounds, *grounds.because))
    for left_out, fewer in _each_left_out(named):
        answer = Questions(rules, {"facts": fewer, "rule": itself}).ask(("facts",), ("rule",))
        _must_be_possible(tally, answer, said("prove.not_minimal", fact=left_out, **about))


def _must_be_possible(tally: Tally, answer: Answer, what: Said) -> None:
    match answer:
        case Possible():
            tally.case(holds=True, what=what, method=answer.method)
        case Ruled():
            tally.case(holds=False, what=what, method=answer.extent.method)
        case Undecided():
            tally.undecided()


def _one_ground(rules: PlainRules, reason: Reason, behind: str | None) -> Reason:
    """The reason with one rule behind each signal: several would each be enough."""
    chosen: dict[str | None, Reason] = {}
    for raiser in sorted(reason.because, key=lambda raiser: raiser.rule != behind):
        chosen.setdefault(rules.item(raiser.rule).raises_signal, raiser)
    return replace(reason, because=tuple(chosen.values()))


def _all_facts(reason: Reason) -> Iterator[tuple[str, FactUsed]]:
    for fact in reason.facts:
        yield reason.rule, fact
    for behind in reason.because:
        yield from _all_facts(behind)


def _named(rules: PlainRules, view: View, reason: Reason) -> _Named:
    subject: dict[FactUsed, None] = {}
    rows: dict[tuple[str, int], dict[FactUsed, None]] = {}
    absent: dict[int, Condition] = {}
    for rule, fact in _all_facts(reason):
        if fact.record == "subject":
            subject[fact] = None
        elif fact.field == _COUNT and fact.value == 0:
            for node in _forbidden(rules.item(rule).condition):
                if node.record == fact.record and not _matched(node, view):
                    absent[id(node)] = Quantified.model_construct(
                        quantifier="none", count=1, record=node.record, where=node.where
                    )
        elif fact.no is not None:
            rows.setdefault((fact.record, fact.no), {})[fact] = None
    return _Named(
        tuple(subject),
        {place: tuple(facts) for place, facts in rows.items()},
        tuple(absent.values()),
    )


def _forbidden(condition: Condition, *, holds: bool = True) -> Iterator[Quantified]:
    """The quantifiers that ask for records not to be there."""
    match condition:
        case AllOf() | AnyOf():
            for part in condition.parts:
                yield from _forbidden(part, holds=holds)
        case Not():
            yield from _forbidden(condition.part, holds=not holds)
        case Quantified() if (condition.quantifier == "none") is holds:
            yield condition


def _matched(node: Quantified, view: View) -> bool:
    test = prepare(node.where).test
    return any(test(Scope(row, {}, frozenset())) for row in view.records.get(node.record, ()))


def _without(view: View, named: _Named) -> tuple[dict[str, Any], dict[str, list[dict[str, Any]]]]:
    """The facts without those that are named."""
    subject = {**view.subject, **{fact.field: None for fact in named.subject}}
    records = {
        record: [row for row in rows if (record, row["no"]) not in named.rows]
        for record, rows in view.records.items()
    }
    return subject, records


def _is(field: str, value: Any) -> Condition:
    if value is None:
        return Comparison.model_construct(field=field, operator=Operator.IS_UNKNOWN, operands=())
    return Comparison.model_construct(field=field, operator=Operator.IS, operands=(value,))


def _conditions(named: _Named) -> Iterator[tuple[str, Condition]]:
    """What the named facts say, as conditions."""
    for fact in named.subject:
        yield fact.field, _is(fact.field, fact.value)
    alike = Counter(
        (record, tuple(sorted((f.field, f.value) for f in facts if f.field != _COUNT)))
        for (record, _), facts in named.rows.items()
    )
    for (record, facts), number in alike.items():
        where = all_of(_is(field, value) for field, value in facts)
        yield (
            record,
            Quantified.model_construct(
                quantifier="at_least", count=number, record=record, where=where
            ),
        )
    for condition in named.absent:
        yield "absent", condition


def _each_left_out(named: _Named) -> Iterator[tuple[str, Condition]]:
    """The named facts with one of them left out, each in turn."""
    for fact in named.subject:
        fewer = named._replace(subject=tuple(f for f in named.subject if f is not fact))
        yield f"subject.{fact.field}", all_of(c for _, c in _conditions(fewer))
    for place, facts in named.rows.items():
        for fact in facts:
            unit_of = _SAID_WITH.get((fact.record, fact.field))
            if fact.field == _COUNT or any(f.field == unit_of for f in facts):
                continue
            kept = tuple(f for f in facts if f is not fact)
            fewer = named._replace(rows={**named.rows, place: kept})
            yield f"{place[0]}.{fact.field}", all_of(c for _, c in _conditions(fewer))
    for condition in named.absent:
        fewer = named._replace(absent=tuple(c for c in named.absent if c is not condition))
        yield f"no {cast(Quantified, condition).record}", all_of(c for _, c in _conditions(fewer))
