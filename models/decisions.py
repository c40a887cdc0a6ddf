"""What the engine answers: a category, a visit plan, frame memberships and sanction proposals.

Plain frozen dataclasses: they are made by the engine, by the thousand, and need no validation.
Every answer names its reasons; a reason names rule, facts, dated parameters and basis.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from models.rulebook import ParameterValue, Source, Text
from models.terms import Authority, Basis, Colour, Kind, Notice, PerformedBy, Purpose, SanctionStep

__all__ = [
    "Assessment",
    "CategoryDecision",
    "Decision",
    "FactUsed",
    "OverrideInForce",
    "ParameterUsed",
    "PlannedVisit",
    "PreconditionState",
    "ProposalStatus",
    "Reason",
    "SanctionProposal",
    "VisitPlan",
]


@dataclass(frozen=True, slots=True)
class FactUsed:
    """A fact a rule rested on. `no` is None for the subject itself, and for a record whose
    number would give away an anonymous source."""

    record: str
    no: int | None
    field: str
    value: ParameterValue


@dataclass(frozen=True, slots=True)
class ParameterUsed:
    """A dated parameter as it stood on the evaluation date."""

    id: str
    value: ParameterValue
    unit: str
    basis: Basis
    valid_from: date


@dataclass(frozen=True, slots=True)
class Reason:
    """One rule that held, and on what; `because` are the rules behind the signals it used."""

    rule: str
    title: Text
    basis: Basis
    sources: tuple[Source, ...]
    facts: tuple[FactUsed, ...] = ()
    parameters: tuple[ParameterUsed, ...] = ()
    because: tuple[Reason, ...] = ()

    @property
    def rests_on_assumption(self) -> bool:
        """Whether the rule, a parameter it used, or a rule behind it is ours and unconfirmed."""
        return (
            self.basis is Basis.ASSUMPTION
            or any(p.basis is Basis.ASSUMPTION for p in self.parameters)
            or any(r.rests_on_assumption for r in self.because)
        )


class Assessment(StrEnum):
    """Green may mean looked at and fine, or merely that nobody has looked."""

    ASSESSED = "assessed"
    DEFAULT_NOT_ASSESSED = "default_not_assessed"


@dataclass(frozen=True, slots=True)
class OverrideInForce:
    """A person's colour that stands in place of the engine's until it expires, or until the
    longest term of the rulebook is over. `newer_facts` are the kinds of record, and the days of the
    subject, that tell of something after it was decided: what its person cannot have known."""

    colour: Colour
    decided_by: str
    decided_on: date
    expires_on: date
    reason: str
    newer_facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CategoryDecision:
    """`proposed` is the engine's colour; `in_force` is the override's where one is active."""

    proposed: Colour
    in_force: Colour
    assessment: Assessment
    assessed_on: date | None
    reasons: tuple[Reason, ...]
    override: OverrideInForce | None = None


@dataclass(frozen=True, slots=True)
class PlannedVisit:
    """One visit that must be made no earlier than `earliest` and no later than `latest`.

    Several requirements may be met by one visit; `purposes` and `reasons` name them all.
    `announce_not_before` is set for announced visits where the law limits the notice.
    """

    no: int
    purposes: tuple[Purpose, ...]
    earliest: date
    latest: date
    notice: Notice
    notice_reason: Reason
    announce_not_before: date | None
    department: int | None
    themes: tuple[str, ...]
    methods: tuple[str, ...]
    hear: tuple[str, ...]
    documents: tuple[str, ...]
    performed_by: PerformedBy
    at_most_minutes: int | None
    overdue: bool
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class VisitPlan:
    """The visits of a planning period. `floor_due_on` is the last lawful day of the next duty
    visit, also when it has passed or lies beyond the period; None where the law sets no floor."""

    period_from: date
    period_until: date
    floor_due_on: date | None
    visits: tuple[PlannedVisit, ...]


@dataclass(frozen=True, slots=True)
class PreconditionState:
    """Whether something that must come first has happened, and what to do if it has not."""

    id: str
    title: Text
    met: bool
    remedy: Text
    bypassed: bool = False


class ProposalStatus(StrEnum):
    """`proposed` when every precondition is met or lawfully bypassed, else what is missing."""

    PROPOSED = "proposed"
    PRECONDITIONS_MISSING = "preconditions_missing"


@dataclass(frozen=True, slots=True)
class SanctionProposal:
    """A step of the ladder put before a person. Never a decision."""

    step: SanctionStep
    step_title: Text
    status: ProposalStatus
    preconditions: tuple[PreconditionState, ...]
    opened_acutely_by: int | None
    person_must: Text
    themes: tuple[str, ...]
    at_most_days: int | None
    warn: Text | None
    reason: Reason


@dataclass(frozen=True, slots=True)
class Decision:
    """Everything proposed about one subject on one day by one rulebook."""

    subject_id: str
    kind: Kind
    authority: Authority
    as_of: date
    rulebook_hash: str
    category: CategoryDecision
    plan: VisitPlan
    frames: tuple[str, ...]
    proposals: tuple[SanctionProposal, ...]
    fired: tuple[str, ...]
