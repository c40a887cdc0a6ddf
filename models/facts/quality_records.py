"""Records about quality: scores, points, staffing, children, departments, offer types."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from models.facts.fields import (
    Count,
    FactModel,
    FreeText,
    Identifier,
    Percent,
    RegisterWord,
    SubjectId,
)
from models.terms import FamilyType, ScoreModel, SupportNeed

__all__ = [
    "Department",
    "FamilyPlace",
    "ImprovementPoint",
    "IndicatorScore",
    "OfferType",
    "PlacedChild",
    "PlacementForm",
    "PointKind",
    "Record",
    "Staffing",
]

RecordNumber = Annotated[int, Field(ge=1, le=100_000)]


class Record(FactModel):
    """A numbered record about one subject; `no` is what `concern[2]` refers to."""

    subject_id: SubjectId
    no: RecordNumber


class OfferType(Record):
    """One type a social offer is approved as, with its legal paragraph from the register."""

    offer_type: Annotated[str, RegisterWord("offer_type")]
    places: Count | None = None


class Department(Record):
    """A department (afdeling) registered on Tilbudsportalen; every one must be visited."""

    name: FreeText | None = None
    places: Count | None = None
    opened_on: date | None = None
    closed_on: date | None = None


class FamilyPlace(Record):
    """One approved place in a foster family."""

    family_type: FamilyType


class PlacementForm(StrEnum):
    FULL_TIME = "full_time"
    RELIEF = "relief"


class PlacedChild(Record):
    """A child placed in a family, under a pseudonym."""

    child: Identifier | None = None
    need: SupportNeed | None = None
    placement_form: PlacementForm = PlacementForm.FULL_TIME
    placed_on: date | None = None
    moved_out_on: date | None = None
    child_plan_received: bool | None = None
    child_plan_updated_on: date | None = None
    goals_clear: bool | None = None


class IndicatorScore(Record):
    """A judgement of one indicator: 1 to 5, or 0 and 1 (not met, met) after the reform."""

    indicator: Annotated[str, RegisterWord("indicator")]
    score_model: ScoreModel = ScoreModel.ONE_TO_FIVE
    value: Annotated[int, Field(ge=0, le=5)] | None = None
    exempt: bool = False
    scored_on: date

    @model_validator(mode="after")
    def _value_fits_model(self) -> Self:
        if self.exempt:
            if self.value is not None:
                raise ValueError("an exempt indicator has no score; leave the score empty")
        elif self.value is None:
            raise ValueError("the score is missing; give it, or mark the indicator exempt")
        elif self.score_model is ScoreModel.ONE_TO_FIVE and not 1 <= self.value <= 5:
            raise ValueError(f"the score {self.value} is not on the scale 1 to 5")
        elif self.score_model is ScoreModel.BINARY and self.value not in (0, 1):
            raise ValueError(f"the score {self.value} is not 0 (not met) or 1 (met)")
        return self


class PointKind(StrEnum):
    DEVELOPMENT = "development"
    ATTENTION = "attention"


class ImprovementPoint(Record):
    """A development point, or an attention point (the latter phased out during 2024)."""

    point: PointKind = PointKind.DEVELOPMENT
    theme: Annotated[str, RegisterWord("theme")]
    raised_on: date
    closed_on: date | None = None
    text: FreeText | None = None


class Staffing(Record):
    """Staffing as last reported: staff groups, temporary staff, sickness, leadership."""

    reported_on: date
    staff_groups_updated_on: date | None = None
    temporary_staff_percent: Percent | None = None
    sickness_days_per_employee: Count | None = None
    sickness_days_of_peers: Count | None = None
    staff_turnover_percent: Percent | None = None
    external_supervision: bool | None = None
    leader_missing_since_on: date | None = None
