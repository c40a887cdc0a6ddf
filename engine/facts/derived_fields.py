"""The fields worked out by `engine/facts/derived.py`: what each is called, holds and means."""

from __future__ import annotations

from typing import Literal, NamedTuple

from models.terms import BudgetStatus, ConcernStage

__all__ = ["DERIVED_FIELDS", "DerivedField"]


class DerivedField(NamedTuple):
    """A derived field: its record, type, and what it means."""

    record: str
    name: str
    value_type: Literal["integer", "flag", "word"]
    meaning: str
    words: tuple[str, ...] = ()
    register: str | None = None
    minimum: int | None = None
    maximum: int | None = None


_LONGEST_DAYS = 36_600


def _age(record: str, name: str, meaning: str) -> DerivedField:
    """A field of whole days, before or after the evaluation day."""
    return DerivedField(
        record, name, "integer", meaning, minimum=-_LONGEST_DAYS, maximum=_LONGEST_DAYS
    )


DERIVED_FIELDS: tuple[DerivedField, ...] = (
    _age(
        "subject",
        "last_visit_age_days",
        "days since the last visit that satisfies the visit duty",
    ),
    _age(
        "subject",
        "last_assessed_age_days",
        "days since the last duty visit or risk assessment, whichever is later",
    ),
    _age(
        "subject",
        "lawful_day_age_days",
        "days since the last lawful day for a visit; below 0: still to come",
    ),
    _age(
        "subject",
        "last_night_visit_age_days",
        "days since the last night visit that met somebody",
    ),
    DerivedField(
        "subject",
        "substantial_change_waits",
        "flag",
        "a substantial change was applied for, and since then neither decided nor visited for",
    ),
    DerivedField(
        "subject",
        "departments_open",
        "integer",
        "departments registered on Tilbudsportalen and open",
        minimum=0,
        maximum=100_000,
    ),
    DerivedField("score", "theme", "word", "the indicator's theme by table", register="theme"),
    DerivedField("score", "latest", "flag", "the newest score of its indicator and scale"),
    DerivedField(
        "score",
        "change",
        "integer",
        "this score less the one before it, same indicator and scale",
        minimum=-5,
        maximum=5,
    ),
    DerivedField(
        "score",
        "change_from_best",
        "integer",
        "this score less the best one within the years before it, same indicator and scale",
        minimum=-5,
        maximum=5,
    ),
    DerivedField(
        "score",
        "value_before_reform",
        "integer",
        "of a binary score: the best score from 1 to 5 within the years before it",
        minimum=1,
        maximum=5,
    ),
    DerivedField(
        "concern",
        "stage",
        "word",
        "how far the concern has come, by its dates",
        words=tuple(s.value for s in ConcernStage),
    ),
    DerivedField("concern", "open", "flag", "neither closed nor its remedy's effect confirmed"),
    DerivedField("concern", "visited_since", "flag", "a duty visit was made after it was received"),
    DerivedField(
        "concern",
        "visited_after_statement_days",
        "integer",
        "days from the statement to the last duty visit after it",
        minimum=0,
        maximum=36_600,
    ),
    DerivedField(
        "sanction", "current", "flag", "in force: not fulfilled, lapsed, revoked or ended"
    ),
    DerivedField("sanction", "unmet", "flag", "not fulfilled, lapsed or revoked, ended or not"),
    _age(
        "sanction",
        "extended_deadline_age_days",
        "days since the deadline, or since the last day a lead has extended it to",
    ),
    DerivedField(
        "sanction",
        "visited_since_deadline",
        "flag",
        "a duty visit was made after the deadline, extended or not",
    ),
    DerivedField(
        "budget",
        "status",
        "word",
        "awaited, filed, approved or rejected",
        words=tuple(s.value for s in BudgetStatus),
    ),
    _age(
        "budget",
        "filed_after_deadline_days",
        "days between deadline and filing; above 0 means late",
    ),
    DerivedField(
        "budget",
        "years_ahead",
        "integer",
        "budget year less the evaluation year",
        minimum=-100,
        maximum=100,
    ),
    DerivedField("budget", "theme", "word", "the theme economy", register="theme"),
    _age(
        "budget",
        "examined_age_days",
        "days since the budget was decided; undecided, since it was filed, or else was due",
    ),
    DerivedField(
        "budget",
        "economy_followed_up",
        "flag",
        "the economy team has followed up after the budget was decided, filed or due",
    ),
    DerivedField("placed_child", "present", "flag", "placed, and not moved out"),
    DerivedField("placed_child", "above_approved", "flag", "need above the approval today"),
    DerivedField(
        "placed_child", "above_previous_approved", "flag", "need above the approval before 2024"
    ),
    DerivedField("department", "open", "flag", "not closed"),
    _age(
        "department",
        "last_visit_age_days",
        "days since the department's last duty visit",
    ),
    _age(
        "department",
        "lawful_day_age_days",
        "days since the last lawful day for a visit to it; below 0: still to come",
    ),
    DerivedField("staffing", "latest", "flag", "the newest report"),
    DerivedField(
        "staffing",
        "sickness_above_peers_days",
        "integer",
        "sickness days per employee above comparable workplaces",
        minimum=-100_000,
        maximum=100_000,
    ),
    DerivedField("approval_condition", "open", "flag", "not fulfilled"),
    DerivedField(
        "approval_condition",
        "visited_since_due",
        "flag",
        "a duty visit was made after its deadline",
    ),
    DerivedField("override", "active", "flag", "decided, not expired, and within the longest term"),
    DerivedField("lead_decision", "active", "flag", "decided, and not expired"),
)
