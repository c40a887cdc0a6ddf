"""Everything said about one subject: its decision, since when, why not another, what would change.

Where a concern's source is hidden, days that would give the concern's day away are said as months.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from engine.analysis.colours import Colours
from engine.analysis.counterfactual import WhatWouldChange, what_would_change
from engine.analysis.history import ColourChange, Since, colour_ahead, colour_since
from engine.analysis.missing import NotRaised, keeps_above, would_raise
from engine.decisions.decide import Decider
from engine.decisions.reasons import source_is_hidden
from engine.facts.as_known import happened_on
from engine.rulebook.resolve import ResolvedRulebook
from models.decisions import Decision, Reason
from models.facts import RECORD_MODELS, Dossier
from models.terms import Basis, Colour, Kind

__all__ = ["SubjectAnswer", "answer_for", "for_kind"]

AHEAD_DAYS = 365


class SubjectAnswer(NamedTuple):
    """The decision on one subject and what can be said around it.

    `not_raised`: for each more severe colour the nearest rules; `kept_from`: for each milder one
    the rules that stand in its way. `newest` is the last day of each kind of record.
    `days_hidden`: days must be said as months.
    """

    decision: Decision
    since: Since
    ahead: tuple[ColourChange, ...]
    not_raised: dict[Colour, tuple[NotRaised, ...]]
    kept_from: dict[Colour, tuple[str, ...]]
    changes: WhatWouldChange
    newest: dict[str, date]
    last_visit_on: date | None
    assumed_rules: tuple[str, ...]
    assumed_parameters: tuple[str, ...]
    days_hidden: bool

    def said_day(self, day: date) -> str:
        """A day of the colour's history as it may be said."""
        return day.isoformat()[:7] if self.days_hidden else day.isoformat()


def for_kind(resolved: ResolvedRulebook, kind: Kind) -> ResolvedRulebook:
    """The same rulebook without the rules of other kinds: enough, and quicker, for one subject."""
    return replace(
        resolved, rules=tuple(rule for rule in resolved.rules if kind in rule.applies_to)
    )


def answer_for(
    dossier: Dossier, decider: Decider, *, colours: Colours | None = None
) -> SubjectAnswer:
    """Decides a subject by the decider's backend, and looks around the answer."""
    resolved = decider.resolved
    as_of, book = resolved.as_of, resolved.book
    colours = colours or Colours(book)
    decision = decider.decide(dossier)
    reading = colours.reading(dossier.kind, as_of)
    view = decider.view(dossier)
    proposed = decision.category.proposed
    reasons = list(_all_reasons(decision))
    age = view.subject["last_visit_age_days"]
    return SubjectAnswer(
        decision=decision,
        since=colour_since(dossier, book, as_of, colours=colours),
        ahead=colour_ahead(dossier, book, as_of, AHEAD_DAYS, colours=colours),
        not_raised={
            colour: would_raise(view, reading, colour)
            for colour in Colour
            if colour.rank > proposed.rank
        },
        kept_from={
            colour: tuple(rule.id for rule in keeps_above(view, reading, colour))
            for colour in reversed(Colour)
            if colour.rank < proposed.rank
        },
        changes=what_would_change(view, reading, overridden=decision.category.override is not None),
        newest=_newest(dossier),
        last_visit_on=None if age is None else date.fromordinal(as_of.toordinal() - age),
        assumed_rules=_ids(r.rule for r in reasons if r.basis is Basis.ASSUMPTION),
        assumed_parameters=_ids(
            p.id for r in reasons for p in r.parameters if p.basis is Basis.ASSUMPTION
        ),
        days_hidden=any(_hidden(concern) for concern in dossier.of("concern")),
    )


def _ids(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(names)))


def _all_reasons(decision: Decision) -> Iterator[Reason]:
    """Every reason of a decision, with those behind it."""
    queue = list(decision.category.reasons)
    for visit in decision.plan.visits:
        queue += [*visit.reasons, visit.notice_reason]
    queue += [proposal.reason for proposal in decision.proposals]
    while queue:
        reason = queue.pop()
        queue += reason.because
        yield reason


def _hidden(record: object) -> bool:
    return source_is_hidden("concern", record.__dict__)


def _newest(dossier: Dossier) -> dict[str, date]:
    """The last day of each kind of record; concerns of hidden source are left out."""
    found: dict[str, date] = {}
    for kind, records in dossier.records.items():
        name = happened_on(kind, RECORD_MODELS[kind])
        if name is None or kind == "visit":
            continue
        days = [
            day
            for record in records
            if (day := getattr(record, name)) is not None
            and not (kind == "concern" and _hidden(record))
        ]
        if days:
            found[kind] = max(days)
    return found
