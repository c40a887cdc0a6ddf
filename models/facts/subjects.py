"""The four kinds of subject a socialtilsyn supervises, one flat record each.

Field lists: domain notes, section 2 of both documents. A date that is not known is left out (None).
"""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from models.facts.fields import (
    Count,
    FactModel,
    FreeText,
    Identifier,
    Percent,
    RegisterWord,
    SubjectId,
)
from models.terms import (
    ApprovalStatus,
    Authority,
    Documentation,
    DwellingForm,
    FamilyType,
    Kind,
    Ownership,
    Segment,
    SpecialistFunction,
    SupportNeed,
)

__all__ = [
    "FosterFamily",
    "PersonalAssistanceEmployer",
    "RiskSign",
    "SocialOffer",
    "Subject",
    "TreatmentSchool",
]


class RiskSign(StrEnum):
    """What may call in the special-effort team (000_0be2027a0e412987.txt:1791-1794)."""

    POTENTIAL = "potential"
    IMMINENT = "imminent"
    SPECIAL_EFFORT_NEEDED = "special_effort_needed"


class Subject(FactModel):
    """What every subject has: who and where it is, its approval, its consultant."""

    subject_id: SubjectId
    name: FreeText | None = None
    authority: Authority
    authority_since_on: date | None = None
    municipality: Annotated[str, RegisterWord("municipality")]
    approval_status: ApprovalStatus = ApprovalStatus.APPROVED
    applied_on: date | None = None
    approved_on: date | None = None
    ended_on: date | None = None
    last_placed_on: date | None = None
    substantial_change_applied_on: date | None = None
    substantial_change_decided_on: date | None = None
    consultant: Identifier | None = None
    consultant_since_on: date | None = None
    risk_assessed_on: date | None = None
    consultant_in_doubt: bool | None = None
    declining_quality_suspected_on: date | None = None
    risk_sign: RiskSign | None = None


class SocialOffer(Subject):
    """A social offer (socialt tilbud). `places` may be 0 only for outpatient offers."""

    kind: Literal[Kind.SOCIAL_OFFER] = Kind.SOCIAL_OFFER
    ownership: Ownership
    segment: Segment
    dwelling_form: DwellingForm
    specialist_function: SpecialistFunction = SpecialistFunction.NONE
    places: Count
    placement_places_at_school: Count | None = None
    cluster: Identifier | None = None
    night_staff_employed: bool | None = None
    night_staff_with_background_percent: Percent | None = None
    residents_without_speech_percent: Percent | None = None
    needs_predictability: bool | None = None
    outward_reacting_behaviour: bool | None = None
    emergency_plan_complete: bool | None = None
    goals_documented: bool | None = None


class FosterFamily(Subject):
    """A foster family (plejefamilie). Its type is the highest type among its places."""

    kind: Literal[Kind.FOSTER_FAMILY] = Kind.FOSTER_FAMILY
    family_type: FamilyType
    approved_need: SupportNeed | None = None
    previous_approved_need: SupportNeed | None = None
    recategorised_on: date | None = None
    network_family: bool | None = None
    foster_parents: Annotated[int, Field(ge=1, le=4)] | None = None
    own_children: Count | None = None
    basic_course_done: bool | None = None
    criminal_record_checked: bool | None = None
    surplus_of_energy: bool | None = None
    support_around_family: bool | None = None
    documentation: Documentation | None = None
    needs_predictability: bool | None = None


class PersonalAssistanceEmployer(Subject):
    """An employer of personal assistants under §§ 95 and 96 (BPA). Never scored."""

    kind: Literal[Kind.PERSONAL_ASSISTANCE_EMPLOYER] = Kind.PERSONAL_ASSISTANCE_EMPLOYER
    ownership: Ownership = Ownership.PRIVATE
    specialist_function: SpecialistFunction = SpecialistFunction.PERSONAL_ASSISTANCE
    risk_assessment_calls_for_visit: bool | None = None
    citizens: Count | None = None
    supervision_hours: Count | None = None


class TreatmentSchool(Subject):
    """A treatment and special-education offer: approved by its municipality, never scored.

    The municipality decides how often it is visited (000_0be2027a0e412987.txt:2647-2652).
    """

    kind: Literal[Kind.TREATMENT_SCHOOL] = Kind.TREATMENT_SCHOOL
    ownership: Ownership = Ownership.PRIVATE
    quality_agreement_on: date | None = None
    visits_per_year_ordered: Annotated[int, Field(ge=0, le=12)] | None = None
    pupils: Count | None = None
