"""An explanation is sound: what it names is what the rule rested on.

Take the facts away that a reason names, and the rule no longer holds, or holds for another reason
that names other facts. A record is taken away whole; a fact of the subject becomes unknown, or
known where the rule rested on its being unknown.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from hypothesis import strategies as st

from engine.backends.reference import ReferenceBackend
from engine.decisions.reasons import Evaluated, source_is_hidden
from engine.facts import View, vocabulary
from engine.testing.facts import views_near
from engine.testing.laws.law import Law, LawBroken
from engine.testing.laws.under_test import RulebookUnderTest
from engine.testing.telling import facts_of_view
from engine.testing.thresholds import thresholds_of
from models.decisions import FactUsed, Reason
from models.facts import Dossier
from models.rulebook import ColourOutcome

__all__ = ["explanation_laws"]

_SAYS = "without the facts that a colour's reason names, the rule does not hold for that reason"
_ABSENT = "number_of_records"


def explanation_laws(under: RulebookUnderTest) -> Iterator[Law]:
    """The law of explanations."""
    drawn = st.one_of([views_near(under.book, as_of=day) for day in under.days])
    yield Law("explanation_sound", _SAYS, lambda view: _check(under, view), drawn)


def _check(under: RulebookUnderTest, view: View) -> None:
    day = view.as_of
    colours = sorted(
        rule.id for rule in under.resolved(day).rules if isinstance(rule.then, ColourOutcome)
    )
    held = under.reference(day).evaluate(view).held
    for rule in colours:
        if rule in held:
            _sound(under, rule, view)


def _sound(under: RulebookUnderTest, rule: str, whole: View) -> None:
    """Takes away what the reason names until the rule no longer holds; each time it must name
    something new that can be taken away."""
    day, view = whole.as_of, whole
    gone: set[FactUsed] = set()
    while (reason := _reason(under, rule, view, day)) is not None:
        named = set(_facts(reason))
        if any(fact.field == _ABSENT and fact.no is None and not fact.value for fact in named):
            return
        if not named - gone:
            raise LawBroken(
                _SAYS,
                f"All that the reason names is gone, and {rule} holds all the same.",
                facts=facts_of_view(whole),
                rules=[(name, under.place_of(name)) for name in _chain(reason)],
            )
        less = _without(view, named)
        if _reason(under, rule, less, day) is not None and _turned(under, rule, less, named):
            return
        gone |= named
        view = less


def _reason(under: RulebookUnderTest, rule: str, view: View, day: date) -> Reason | None:
    reference: ReferenceBackend = under.reference(day)
    firing = reference.evaluate(view)
    if rule not in firing.held:
        return None
    nobody: Any = None
    bare: Dossier = nobody
    return under.reasons(day).reason(rule, Evaluated(bare, view, firing))


def _facts(reason: Reason) -> Iterator[FactUsed]:
    yield from reason.facts
    for behind in reason.because:
        yield from _facts(behind)


def _chain(reason: Reason) -> Iterator[str]:
    yield reason.rule
    for behind in reason.because:
        yield from _chain(behind)


def _without(view: View, named: set[FactUsed]) -> View:
    """The view without the named records, and with the named facts of the subject unknown."""
    numbers = {(fact.record, fact.no) for fact in named if fact.no is not None}
    hidden = {fact.record for fact in named if fact.no is None and fact.record != "subject"}
    unknown = {fact.field for fact in named if fact.record == "subject"} - {"kind"}
    subject = {name: None if name in unknown else value for name, value in view.subject.items()}
    records = {
        record: kept
        for record, rows in view.records.items()
        if (
            kept := [
                row
                for row in rows
                if (record, row["no"]) not in numbers
                and not (record in hidden and source_is_hidden(record, row))
            ]
        )
    }
    return View(view.subject_id, view.kind, view.as_of, subject, records)


def _turned(under: RulebookUnderTest, rule: str, view: View, named: set[FactUsed]) -> bool:
    """Whether some other value of a named fact of the subject stops the rule, where making it
    unknown does not: the rule asked for it to be unknown, or not to be something. The kind is never
    unknown; of another kind the rule may hold for a reason that does not name it."""
    near = thresholds_of(under.book, as_of=view.as_of)
    for fact in sorted(named, key=lambda fact: fact.field):
        spec = vocabulary().find(fact.record, fact.field)
        if fact.record != "subject" or spec is None:
            continue
        others: list[Any] = [True, False, *near.around("subject", fact.field)]
        others += [*spec.words, *near.words.get(("subject", fact.field), ())]
        for value in others:
            turned = view.with_facts(**{fact.field: value})
            reason = _reason(under, rule, turned, view.as_of)
            if reason is None:
                return True
            if fact.field == "kind" and all(other.field != "kind" for other in _facts(reason)):
                return True
    return False
