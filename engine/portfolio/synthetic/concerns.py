"""Concerns about a synthetic subject, from dialogue through statement to confirmed effect."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

from engine.portfolio.synthetic import assumed_rates as assumed
from engine.portfolio.synthetic.plan import Base, SubjectPlan
from engine.portfolio.synthetic.record_book import RecordBook
from models.terms import ConcernSource, Kind, Severity

__all__ = ["add_concern", "add_concerns", "drawn_theme", "theme_weights"]

_TABLES = {
    Kind.SOCIAL_OFFER: ("offer_themes_with_intensified", "offer_themes_without_intensified"),
    Kind.FOSTER_FAMILY: ("family_themes_with_intensified", "family_themes_without_intensified"),
}


def theme_weights(base: Base, kind: Kind, day: date) -> dict[str, float]:
    """How often each theme that holds on a day gives concern: as orders were marked with it."""
    weights = {
        theme.word: float(assumed.THEME_SMOOTHING)
        for theme in base.registers.themes
        if kind in theme.applies_to and theme.holds_on(day)
    }
    for table in _TABLES.get(kind, ()):
        for marks in base.published.target(table).themes.values():
            for word, number in marks.items():
                if word in weights:
                    weights[word] += number
    return weights


def drawn_theme(base: Base, kind: Kind, day: date, stream: random.Random) -> str:
    """One theme, drawn as often as orders bore it."""
    weights = theme_weights(base, kind, day)
    return stream.choices(list(weights), list(weights.values()))[0]


def add_concerns(base: Base, plan: SubjectPlan, book: RecordBook) -> None:
    """Adds the concerns the subject's quota gives it, at any time since its approval."""
    stream = base.chance.stream(plan.subject_id, "concerns")
    span = min(assumed.CONCERN_LOOK_BACK_DAYS, (base.as_of - plan.approved_on).days)
    ages = sorted((stream.randrange(span + 1) for _ in range(plan.concerns)), reverse=True)
    for age in ages:
        received = base.as_of - timedelta(days=age)
        severity = stream.choices(list(assumed.SEVERITY), list(assumed.SEVERITY.values()))[0]
        theme = drawn_theme(base, plan.kind, received, stream)
        add_concern(base, book, stream, received=received, theme=theme, severity=severity)


def add_concern(
    base: Base,
    book: RecordBook,
    stream: random.Random,
    *,
    received: date,
    theme: str,
    severity: Severity,
    insufficient: bool = False,
) -> None:
    """Adds one concern with as much of its course as has happened by the day of the portfolio.

    An insufficient course has a statement that does not answer the concern, and no effect.
    """
    fields: dict[str, Any] = {
        "received_on": received,
        "theme": theme,
        "severity": severity,
        "source": stream.choice(tuple(ConcernSource)),
        "anonymous": stream.random() < assumed.ANONYMOUS_CHANCE,
    }
    if insufficient or stream.random() < assumed.STATEMENT_CHANCE[severity]:
        fields |= _statement(received, insufficient, stream)
    else:
        fields["dialogue_on"] = received + timedelta(days=stream.randrange(2, 21))
    if not insufficient and fields.get("statement_adequate", True):
        ready = max(
            fields["dialogue_on"],
            fields.get("statement_received_on") or fields["dialogue_on"],
        )
        effect = ready + timedelta(days=stream.randrange(25, 120))
        if stream.random() < assumed.EFFECT_CONFIRMED_CHANCE:
            fields["effect_confirmed_on"] = effect
            fields["closed_on"] = effect + timedelta(days=stream.randrange(0, 30))
    book.add("concern", _until(base.as_of, fields))


def _statement(received: date, insufficient: bool, stream: random.Random) -> dict[str, Any]:
    dialogue = received + timedelta(days=stream.randrange(2, 15))
    requested = dialogue + timedelta(days=stream.randrange(3, 20))
    due = requested + timedelta(days=stream.randrange(*assumed.HEARING_DAYS))
    late = stream.random() < assumed.STATEMENT_LATE_CHANCE
    answered = due + timedelta(days=stream.randrange(5, 60) if late else -stream.randrange(0, 10))
    adequate = not insufficient and stream.random() < assumed.STATEMENT_ADEQUATE_CHANCE
    return {
        "validated": True,
        "dialogue_on": dialogue,
        "statement_requested_on": requested,
        "statement_due_on": due,
        "statement_received_on": answered,
        "statement_adequate": adequate,
    }


_FUTURE_ALLOWED = frozenset({"statement_due_on"})


def _until(as_of: date, fields: dict[str, Any]) -> dict[str, Any]:
    """What is known by a day: later events have not happened, deadlines may lie ahead."""
    known = {
        name: value
        for name, value in fields.items()
        if not isinstance(value, date) or value <= as_of or name in _FUTURE_ALLOWED
    }
    if "statement_requested_on" not in known:
        known.pop("statement_due_on", None)
        known.pop("validated", None)
    if "statement_received_on" not in known:
        known.pop("statement_adequate", None)
    return known
