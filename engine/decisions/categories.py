"""The category: the most severe colour raised, told apart by whether anybody has looked.

Green by default, as the sources say (000_0be2027a0e412987.txt:1746-1755); a person's override
stands beside the engine's own proposal until it expires (1723-1734).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from engine.decisions.reasons import Evaluated, ReasonWriter
from engine.facts.as_known import event_dates
from engine.facts.derived import override_ends_on
from engine.facts.floor import last_lawful_day
from engine.rulebook.resolve import ResolvedRulebook
from models.conditions import ParameterRef
from models.decisions import Assessment, CategoryDecision, OverrideInForce
from models.facts import Dossier
from models.facts.fields import FactModel
from models.rulebook import ColourOutcome

__all__ = ["CategoryWriter", "override_in_force"]


_SAY_NOTHING_NEW = frozenset(
    {"override", "lead_decision", "supervision", "appeal", "portal_report", "force_report"}
)
"""Records that rules do not test, or that are themselves what a person decided."""
_ABOUT_QUALITY = ("risk_assessed_on", "declining_quality_suspected_on")


def override_in_force(dossier: Dossier, as_of: date, longest_days: int) -> Any | None:
    """The override that is active on a day; of several, the one decided last."""
    active = [
        o
        for o in dossier.of("override")
        if o.decided_on <= as_of <= override_ends_on(o, longest_days)
    ]
    return max(active, key=lambda o: (o.decided_on, o.no), default=None)


def _newer_facts(dossier: Dossier, day: date, as_of: date) -> tuple[str, ...]:
    """What was not known on a day: the kinds of record, and the subject's own days, that tell of
    something later."""

    def newer(fact: FactModel, names: Iterable[str]) -> bool:
        days = (getattr(fact, name) for name in names)
        return any(happened is not None and day < happened <= as_of for happened in days)

    found = [name for name in _ABOUT_QUALITY if newer(dossier.subject, [name])]
    for kind, records in dossier.records.items():
        if kind not in _SAY_NOTHING_NEW and any(newer(r, event_dates(type(r))) for r in records):
            found.append(kind)
    return tuple(sorted(found))


class CategoryWriter:
    """Writes category decisions by one resolved rulebook."""

    def __init__(self, resolved: ResolvedRulebook, reasons: ReasonWriter) -> None:
        self._as_of = resolved.as_of
        self._reasons = reasons
        self._fresh_days = resolved.dated_days(ParameterRef(parameter="assessment.fresh_days"))
        self._override_days = resolved.duty().override_longest_days
        self._colour_of = {
            rule.id: rule.then.colour
            for rule in resolved.rules
            if isinstance(rule.then, ColourOutcome)
        }

    def category(self, case: Evaluated) -> CategoryDecision:
        """Colour, assessment, reasons (most severe first) and override."""
        view, firing = case.view, case.firing
        raised = sorted(
            firing.held & self._colour_of.keys(), key=lambda key: (-self._colour_of[key].rank, key)
        )
        age = view.subject["last_assessed_age_days"]
        assessed_on = None if age is None else self._as_of - timedelta(days=age)
        fresh = (
            assessed_on is not None
            and last_lawful_day(assessed_on, self._fresh_days) >= self._as_of
        )
        override = override_in_force(case.dossier, self._as_of, self._override_days)
        return CategoryDecision(
            proposed=firing.proposed,
            in_force=firing.in_force,
            assessment=Assessment.ASSESSED if fresh else Assessment.DEFAULT_NOT_ASSESSED,
            assessed_on=assessed_on,
            reasons=tuple(self._reasons.reason(key, case) for key in raised),
            override=None
            if override is None
            else OverrideInForce(
                colour=override.colour,
                decided_by=override.decided_by,
                decided_on=override.decided_on,
                expires_on=override_ends_on(override, self._override_days),
                reason=override.reason,
                newer_facts=_newer_facts(case.dossier, override.decided_on, self._as_of),
            ),
        )
