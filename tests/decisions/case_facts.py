"""Small cases for the tests of decisions: a subject, its records, and the decision on a day.

All facts are made up. The subjects are approved, assessed lately and otherwise unremarkable; an
offer has no night staff and this year's budget is approved.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from typing import Any

from engine.decisions.decide import Decider
from engine.rulebook.book import Rulebook
from engine.rulebook.load import load_rulebook
from engine.rulebook.resolve import resolve
from models.decisions import Decision, PlannedVisit, SanctionProposal
from models.facts import RECORD_MODELS, SUBJECT_MODELS, Dossier
from models.terms import (
    Authority,
    Colour,
    DwellingForm,
    FamilyType,
    Kind,
    LeadDecisionKind,
    Notice,
    Ownership,
    Purpose,
    SanctionStep,
    Segment,
    Severity,
)

AS_OF = date(2024, 6, 1)
"""A year and more before the visit duty changes, so that plans made on it do not reach over."""
_SPECIFIC: dict[Kind, dict[str, Any]] = {
    Kind.SOCIAL_OFFER: {
        "ownership": Ownership.PRIVATE,
        "segment": Segment.ADULTS,
        "dwelling_form": DwellingForm.RESIDENTIAL,
        "places": 8,
        "night_staff_employed": False,
    },
    Kind.FOSTER_FAMILY: {"family_type": FamilyType.GENERAL},
    Kind.PERSONAL_ASSISTANCE_EMPLOYER: {"risk_assessment_calls_for_visit": False},
    Kind.TREATMENT_SCHOOL: {"visits_per_year_ordered": 1},
}


def days(number: int) -> timedelta:
    return timedelta(days=number)


@cache
def shipped() -> Rulebook:
    """The shipped rulebook."""
    return load_rulebook()


@cache
def decider(day: date, *, period_days: int | None = None) -> Decider:
    """Decides by the shipped rulebook, read by the reference."""
    return Decider(resolve(shipped(), as_of=day), period_days=period_days)


def decider_with(day: date, **values: Any) -> Decider:
    """The shipped rulebook with other values of some parameters (`sanctions__hearing_days=14`)."""
    book = shipped()
    changed = dict(book.parameters)
    for key, value in values.items():
        name = key.replace("__", ".")
        parameter = changed[name]
        dated = tuple(old.model_copy(update={"value": value}) for old in parameter.values)
        changed[name] = parameter.model_copy(update={"values": dated})
    return Decider(resolve(replace(book, parameters=changed), as_of=day))


def case(
    kind: Kind,
    *,
    as_of: date = AS_OF,
    records: dict[str, list[dict[str, Any]]] | None = None,
    **facts: Any,
) -> Dossier:
    """A subject with records; each record is numbered by its place."""
    subject_id = "TB-1" if kind is Kind.SOCIAL_OFFER else "PF-1"
    given = {
        "subject_id": subject_id,
        "authority": Authority.SYD,
        "municipality": "aabenraa",
        "approved_on": as_of - days(900),
        "last_placed_on": as_of - days(10),
        "risk_assessed_on": as_of - days(20),
        **_SPECIFIC[kind],
        **facts,
    }
    if kind in (Kind.PERSONAL_ASSISTANCE_EMPLOYER, Kind.TREATMENT_SCHOOL):
        del given["last_placed_on"]
    records = dict(records or {})
    if kind is Kind.SOCIAL_OFFER and "budget" not in records:
        before = as_of.year - 1
        records["budget"] = [
            {
                "budget_year": as_of.year,
                "filed_on": date(before, 9, 15),
                "approved_on": date(before, 12, 15),
            }
        ]
    return Dossier(
        SUBJECT_MODELS[kind](**given),
        {
            name: tuple(
                RECORD_MODELS[name](**{"subject_id": subject_id, "no": number, **values})
                for number, values in enumerate(found, start=1)
            )
            for name, found in records.items()
        },
    )


def offer(as_of: date = AS_OF, **more: Any) -> Dossier:
    return case(Kind.SOCIAL_OFFER, as_of=as_of, **more)


def family(as_of: date = AS_OF, **more: Any) -> Dossier:
    return case(Kind.FOSTER_FAMILY, as_of=as_of, **more)


def visit(held_on: date, **more: Any) -> dict[str, Any]:
    return {
        "held_on": held_on,
        "purpose": Purpose.BASIS,
        "notice": Notice.UNANNOUNCED,
        **more,
    }


def concern(
    received_on: date, severity: Severity = Severity.SERIOUS, **more: Any
) -> dict[str, Any]:
    """A concern whose source is known, so that its days may be shown."""
    return {
        "received_on": received_on,
        "theme": "competences",
        "severity": severity,
        "anonymous": False,
        **more,
    }


def sanction(step: SanctionStep, decided_on: date, **more: Any) -> dict[str, Any]:
    """A step taken under the theme that `concern` has."""
    return {"step": step, "decided_on": decided_on, "themes": ("competences",), **more}


def acute_decision(step: SanctionStep | None = None, **more: Any) -> dict[str, Any]:
    return {
        "decision": LeadDecisionKind.ACUTE_BYPASS,
        "step": step,
        "decided_by": "L-1",
        "decided_on": AS_OF - days(1),
        "expires_on": AS_OF + days(5),
        "reason": "made up",
        **more,
    }


def override(colour: Colour, **more: Any) -> dict[str, Any]:
    return {
        "colour": colour,
        "decided_by": "K-1",
        "decided_on": AS_OF - days(1),
        "expires_on": AS_OF + days(90),
        "reason": "made up",
        **more,
    }


def decide(dossier: Dossier, *, as_of: date = AS_OF) -> Decision:
    return decider(as_of).decide(dossier)


def visits_for(decision: Decision, purpose: Purpose) -> list[PlannedVisit]:
    return [planned for planned in decision.plan.visits if purpose in planned.purposes]


def proposals(decision: Decision) -> dict[SanctionStep, SanctionProposal]:
    """The proposals by step; of several for one step the first."""
    return {proposal.step: proposal for proposal in reversed(decision.proposals)}
