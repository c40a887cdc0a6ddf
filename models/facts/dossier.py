"""A subject together with every record about it: the unit that is evaluated."""

from __future__ import annotations

from typing import Any

from models.facts.course_records import (
    Appeal,
    ApprovalCondition,
    Budget,
    Concern,
    ForceReport,
    LeadDecision,
    Override,
    PortalReport,
    SampleResult,
    Sanction,
    Supervision,
    Visit,
)
from models.facts.quality_records import (
    Department,
    FamilyPlace,
    ImprovementPoint,
    IndicatorScore,
    OfferType,
    PlacedChild,
    Record,
    Staffing,
)
from models.facts.subjects import (
    FosterFamily,
    PersonalAssistanceEmployer,
    SocialOffer,
    Subject,
    TreatmentSchool,
)
from models.terms import Kind

__all__ = [
    "RECORD_KINDS_OF",
    "RECORD_MODELS",
    "SUBJECT_MODELS",
    "Dossier",
    "RecordModel",
    "SubjectModel",
]

SubjectModel = Subject
RecordModel = Record

SUBJECT_MODELS: dict[Kind, type[Subject]] = {
    Kind.SOCIAL_OFFER: SocialOffer,
    Kind.FOSTER_FAMILY: FosterFamily,
    Kind.PERSONAL_ASSISTANCE_EMPLOYER: PersonalAssistanceEmployer,
    Kind.TREATMENT_SCHOOL: TreatmentSchool,
}
"""The model of each kind of subject."""

RECORD_MODELS: dict[str, type[Record]] = {
    "offer_type": OfferType,
    "department": Department,
    "family_place": FamilyPlace,
    "placed_child": PlacedChild,
    "score": IndicatorScore,
    "improvement_point": ImprovementPoint,
    "staffing": Staffing,
    "concern": Concern,
    "visit": Visit,
    "supervision": Supervision,
    "sanction": Sanction,
    "appeal": Appeal,
    "approval_condition": ApprovalCondition,
    "budget": Budget,
    "force_report": ForceReport,
    "portal_report": PortalReport,
    "override": Override,
    "lead_decision": LeadDecision,
    "sample_result": SampleResult,
}
"""The model of each kind of record, by the word that rules and commands use for it."""

_ALL = frozenset(RECORD_MODELS)
_OFFER_ONLY = frozenset({"offer_type", "department", "force_report"})
_FAMILY_ONLY = frozenset({"family_place", "placed_child"})

RECORD_KINDS_OF: dict[Kind, frozenset[str]] = {
    Kind.SOCIAL_OFFER: _ALL - _FAMILY_ONLY,
    Kind.FOSTER_FAMILY: _ALL - {"offer_type", "department", "budget", "staffing", "portal_report"},
    Kind.PERSONAL_ASSISTANCE_EMPLOYER: _ALL
    - _FAMILY_ONLY
    - _OFFER_ONLY
    - {"score", "sample_result", "portal_report"},
    Kind.TREATMENT_SCHOOL: _ALL
    - _FAMILY_ONLY
    - _OFFER_ONLY
    - {"score", "sample_result", "budget", "portal_report"},
}
"""Which records a kind of subject may have; a school or a BPA employer has no scores."""


class Dossier:
    """One subject and its records, in the order of their numbers.

    Plain and light on purpose: its parts are validated models, and 100,000 of these are held.
    """

    __slots__ = ("records", "subject")

    def __init__(self, subject: Subject, records: dict[str, tuple[Record, ...]]) -> None:
        self.subject = subject
        self.records = records

    @property
    def subject_id(self) -> str:
        """The subject's id."""
        return self.subject.subject_id

    @property
    def kind(self) -> Kind:
        """The subject's kind."""
        kind: Kind = self.subject.kind  # type: ignore[attr-defined]
        return kind

    def of(self, record_kind: str) -> tuple[Any, ...]:
        """The records of one kind, possibly none."""
        return self.records.get(record_kind, ())

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Dossier)
            and self.subject == other.subject
            and {k: v for k, v in self.records.items() if v}
            == {k: v for k, v in other.records.items() if v}
        )

    def __hash__(self) -> int:
        return hash(self.subject_id)

    def __repr__(self) -> str:
        return f"Dossier({self.subject_id})"
