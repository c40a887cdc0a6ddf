"""Whether each rule can hold, and whether it ever makes a difference beside the others.

A rule makes a difference if there are facts for which it holds and nothing else says the same or
more: another rule of its signal, of its colour or a more severe one, a notice of higher rank.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.analysis.proof.answers import Answer
from engine.analysis.proof.ledger import Ledger
from engine.analysis.proof.outcomes import same_outcome
from engine.analysis.proof.plain import PlainRules
from engine.analysis.proof.questions import Asked as AskedBefore
from engine.analysis.proof.questions import Questions
from engine.rulebook.program import Stratum, need_key
from models.rulebook import (
    ColourOutcome,
    FrameOutcome,
    NoticeOutcome,
    ProposalOutcome,
    Rule,
    SignalOutcome,
    VisitOutcomeRule,
)
from models.terms import Colour, Purpose

__all__ = ["HOLDS", "MATTERS", "NEED_BLOCKS", "NEED_FULFILLED", "ask_what_matters", "rivals"]

HOLDS, MATTERS = "holds", "matters"
NEED_BLOCKS, NEED_FULFILLED = "need_blocks", "need_fulfilled"
SPEAKING = tuple(purpose for purpose in Purpose if purpose is not Purpose.SAMPLE)
"""The purposes whose notice rules decide; a sample's notice stands in its frame."""


def ask_what_matters(rules: PlainRules, ledger: Ledger, known: dict[AskedBefore, Answer]) -> None:
    """Asks of every rule of a kind on a day whether it can hold and whether it matters."""
    for stratum in Stratum:
        keys = rules.keys(stratum)
        if not keys:
            continue
        named = {key: rules.condition(key) for key in keys}
        questions = Questions(rules, named, known=known, plain=False)
        for key in keys:
            rule = rules.rules.get(key)
            if rule is not None:
                _ask(rules, questions, rule, ledger, known)


def _ask(
    rules: PlainRules,
    questions: Questions,
    rule: Rule,
    ledger: Ledger,
    known: dict[AskedBefore, Answer],
) -> None:
    day, kind = rules.resolved.as_of, rules.kind
    ledger.note((HOLDS, rule.id), day, kind, questions.ask([rule.id]))
    for others in rivals(rules, rule):
        ledger.note((MATTERS, rule.id), day, kind, questions.ask([rule.id], others))
    if isinstance(rule.then, ProposalOutcome):
        needs = [need_key(rule.id, need.id) for need in rule.then.needs]
        named = {key: rules.condition(key) for key in (rule.id, *needs)}
        together = Questions(rules, named, at_once=len(named), known=known, plain=False)
        ledger.note((NEED_FULFILLED, rule.id), day, kind, together.ask(named))
        for need in needs:
            answer = questions.ask([rule.id], [need])
            ledger.note((NEED_BLOCKS, need), day, kind, answer)


def rivals(rules: PlainRules, rule: Rule) -> Iterator[tuple[str, ...]]:
    """The rules beside which this one must make a difference; one set for each chance to."""
    outcome = rule.then
    others = [other for other in rules.rules.values() if other.id != rule.id]
    match outcome:
        case SignalOutcome():
            yield tuple(
                o.id
                for o in others
                if isinstance(o.then, SignalOutcome) and o.then.signal == outcome.signal
            )
        case ColourOutcome():
            severe = [colour for colour in Colour if colour.rank >= outcome.colour.rank]
            yield tuple(key for key in rules.raises(*severe) if key != rule.id)
        case NoticeOutcome():
            for purpose in SPEAKING:
                if outcome.purposes and purpose not in outcome.purposes:
                    continue
                yield tuple(
                    other.id
                    for other, notice in rules.notices(purpose)
                    if notice.rank > outcome.rank
                )
        case VisitOutcomeRule():
            yield tuple(
                o.id
                for o in others
                if isinstance(o.then, VisitOutcomeRule)
                and asks_as_much(o.then, rules, outcome, rules)
            )
        case FrameOutcome() | ProposalOutcome():
            yield tuple(o.id for o in others if same_outcome(o.then, outcome))


def asks_as_much(
    one: VisitOutcomeRule, rules: PlainRules, other: VisitOutcomeRule, others: PlainRules
) -> bool:
    """Whether a visit rule asks for all that another asks for, at least as soon; each with the
    numbers of the rulebook it stands in."""
    days = ("every_days", "within_days")
    same = {name for name in type(one).model_fields if name not in days}
    if any(getattr(one, name) != getattr(other, name) for name in same):
        return False
    for name in days:
        mine, theirs = getattr(one, name), getattr(other, name)
        if (mine is None) != (theirs is None):
            return False
        if mine is not None:
            first, second = rules.resolved.days(mine), others.resolved.days(theirs)
            if first is None or second is None or first > second:
                return False
    minutes = [book.resolved.days(o.at_most_minutes) for o, book in ((one, rules), (other, others))]
    return minutes[0] == minutes[1]
