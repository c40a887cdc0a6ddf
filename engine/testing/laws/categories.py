"""Laws of the category: one for every subject, the same each time, and a person's stands beside."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from hypothesis import strategies as st
from pydantic import TypeAdapter

from engine.facts.derived import override_ends_on
from engine.testing.laws.law import Law
from engine.testing.laws.under_test import Case, RulebookUnderTest
from models.decisions import Decision, Reason
from models.facts import Dossier
from models.rulebook import ColourOutcome
from models.terms import Colour, ConcernSource

__all__ = ["category_laws", "reasons_of"]

_JSON = TypeAdapter(Decision)
_HIDDEN_FIELDS = frozenset({"source", "anonymous", "text"})
_SHOWN_UNNUMBERED = frozenset({"theme", "severity", "number_of_records"})


def reasons_of(decision: Decision) -> list[Reason]:
    """Every reason of a decision, with those directly behind each."""
    found = list(decision.category.reasons)
    for visit in decision.plan.visits:
        found += [*visit.reasons, visit.notice_reason]
    found += [proposal.reason for proposal in decision.proposals]
    return [*found, *(behind for reason in found for behind in reason.because)]


def category_laws(under: RulebookUnderTest) -> Iterator[Law]:
    """The laws of the category, and those of the whole decision that no stratum owns."""
    cases = under.cases()
    for name, says, check in (
        ("one_colour", "every subject gets one colour, with its reasons", _one_colour),
        ("deterministic", "the same facts give the same answer", _deterministic),
        ("override_stands_beside", "an override stands beside the engine's proposal", _override),
        ("sources_stay_hidden", "an anonymous source leaves no trace in a reason", _hidden),
    ):
        yield Law(name, says, _bound(check, under, says), cases)
    says = "the order in which records stand does not matter"
    shuffled = st.tuples(cases, st.randoms(use_true_random=False))
    yield Law("order_independent", says, _bound(_order, under, says), shuffled)


def _bound(
    check: Callable[[RulebookUnderTest, str, Any], None], under: RulebookUnderTest, says: str
) -> Callable[[Any], None]:
    return lambda case: check(under, says, case)


def _one_colour(under: RulebookUnderTest, says: str, case: Case) -> None:
    decision = under.decide(case)
    if decision is None:
        return
    resolved = under.resolved(case.day)
    colours = {r.id: r.then.colour for r in resolved.rules if isinstance(r.then, ColourOutcome)}
    raised = [key for key in decision.fired if key in colours]
    expected = max((colours[key] for key in raised), key=lambda c: c.rank, default=Colour.GREEN)
    named = [reason.rule for reason in decision.category.reasons]
    if decision.category.proposed is not expected:
        what = f"The category is {decision.category.proposed}, and its rules say {expected}."
        raise under.broken(says, what, case, raised)
    if sorted(named) != sorted(raised):
        what = "The reasons given are not the rules that raised a colour."
        raise under.broken(says, what, case, {*named, *raised})
    for reason in reasons_of(decision):
        stale = [u.id for u in reason.parameters if u != resolved.parameters[u.id]]
        if not reason.sources or stale:
            what = f"A reason lacks its sources, or shows another day's {', '.join(stale)}."
            raise under.broken(says, what, case, [reason.rule, *stale])


def _deterministic(under: RulebookUnderTest, says: str, case: Case) -> None:
    one, other = under.decide(case), under.decide(case, afresh=True)
    if one is None or other is None:
        return
    if _JSON.dump_json(one) != _JSON.dump_json(other):
        what = "Two runs on the same facts gave different answers."
        raise under.broken(says, what, case, set(one.fired) ^ set(other.fired))


def _order(under: RulebookUnderTest, says: str, drawn: tuple[Case, Any]) -> None:
    case, mixer = drawn
    records = list(case.dossier.records.items())
    mixer.shuffle(records)
    shuffled = {kind: tuple(mixer.sample(found, len(found))) for kind, found in records}
    one = under.decide(case)
    other = under.decide(Case(case.day, Dossier(case.dossier.subject, shuffled)))
    if one is None or other is None:
        return
    if _essence(one) != _essence(other):
        what = "Another order of the same records gave another answer."
        raise under.broken(says, what, case, set(one.fired) ^ set(other.fired))


def _essence(decision: Decision) -> tuple[Any, ...]:
    """All that an answer demands, without the wording that follows the order of records."""
    return (
        decision.category.proposed,
        decision.category.in_force,
        decision.fired,
        decision.frames,
        [
            (v.purposes, v.earliest, v.latest, v.notice, v.department, v.performed_by)
            for v in decision.plan.visits
        ],
        [(p.step, p.status, p.reason.rule, sorted(p.themes)) for p in decision.proposals],
    )


def _override(under: RulebookUnderTest, says: str, case: Case) -> None:
    decision = under.decide(case)
    if decision is None:
        return
    category, longest = decision.category, under.resolved(case.day).duty().override_longest_days
    active = [
        o
        for o in case.dossier.of("override")
        if o.decided_on <= case.day <= override_ends_on(o, longest)
    ]
    if active and (category.override is None or category.in_force is not category.override.colour):
        raise under.broken(says, "A person's override in force is not followed.", case)
    if not active and (category.override or category.in_force is not category.proposed):
        raise under.broken(says, "No override is in force, and yet the colour is another.", case)


def _hidden(under: RulebookUnderTest, says: str, case: Case) -> None:
    decision = under.decide(case)
    if decision is None:
        return
    hidden = {
        c.no
        for c in case.dossier.of("concern")
        if c.anonymous or c.source is ConcernSource.WHISTLEBLOWER
    }
    for reason in reasons_of(decision):
        for fact in reason.facts:
            of_concern = fact.record == "concern"
            tells = fact.field in _HIDDEN_FIELDS or (of_concern and fact.no in hidden)
            if tells or (of_concern and fact.no is None and fact.field not in _SHOWN_UNNUMBERED):
                what = f"A reason shows {fact.field} of a concern whose source is hidden."
                raise under.broken(says, what, case, [reason.rule])
