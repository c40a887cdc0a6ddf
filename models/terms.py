"""The field's closed sets of words; `rules/catalogue/words.yaml` holds their Danish terms."""

from __future__ import annotations

from enum import StrEnum

__all__ = [
    "ApprovalStatus",
    "Authority",
    "Basis",
    "BudgetStatus",
    "CategorySetter",
    "Colour",
    "ConcernSource",
    "ConcernStage",
    "Documentation",
    "DwellingForm",
    "FamilyType",
    "ForceBasis",
    "Kind",
    "LeadDecisionKind",
    "Notice",
    "Ownership",
    "PerformedBy",
    "Permission",
    "Purpose",
    "SanctionStatus",
    "SanctionStep",
    "ScoreModel",
    "Segment",
    "Severity",
    "SpecialistFunction",
    "SupportNeed",
    "TimeOfDay",
    "VisitOutcome",
]


class Kind(StrEnum):
    """What is supervised. The four kinds have different scores, duties and sanctions."""

    SOCIAL_OFFER = "social_offer"
    FOSTER_FAMILY = "foster_family"
    PERSONAL_ASSISTANCE_EMPLOYER = "personal_assistance_employer"
    TREATMENT_SCHOOL = "treatment_school"


class Authority(StrEnum):
    """The five socialtilsyn (001_289735031603f19e.txt:3582-3592)."""

    NORD = "nord"
    MIDT = "midt"
    SYD = "syd"
    OEST = "oest"
    HOVEDSTADEN = "hovedstaden"


class Colour(StrEnum):
    """Risk category of a subject; `rank` orders them from mild to severe."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"

    @property
    def rank(self) -> int:
        """0 for green, 1 for yellow, 2 for red."""
        return _COLOUR_RANK[self]


_COLOUR_RANK = {Colour.GREEN: 0, Colour.YELLOW: 1, Colour.RED: 2}


class Basis(StrEnum):
    """What a rule or number rests on. `assumption` means: ours, until a supervisor confirms it."""

    LAW = "law"
    ORDER = "order"
    GUIDANCE = "guidance"
    PRACTICE = "practice"
    ASSUMPTION = "assumption"


class Ownership(StrEnum):
    MUNICIPAL = "municipal"
    REGIONAL = "regional"
    PRIVATE = "private"


class Segment(StrEnum):
    """Target group class of a social offer (002_c7b3169ddc9536ee.txt:3000-3010)."""

    CHILDREN = "children"
    MIXED = "mixed"
    ADULTS = "adults"


class DwellingForm(StrEnum):
    """Whether citizens stay day and night, come by day, or are treated as outpatients."""

    RESIDENTIAL = "residential"
    DAY = "day"
    OUTPATIENT = "outpatient"


class SpecialistFunction(StrEnum):
    """Functions gathered at one authority from 1 July 2022 (001_289735031603f19e.txt:3612-3713)."""

    NONE = "none"
    CORPORATE_GROUP = "corporate_group"
    BOARDING_SCHOOL_OR_SHIP = "boarding_school_or_ship"
    SECURE = "secure"
    PERSONAL_ASSISTANCE = "personal_assistance"


class ApprovalStatus(StrEnum):
    APPLIED = "applied"
    APPROVED = "approved"
    APPROVED_WITH_CONDITIONS = "approved_with_conditions"
    REFUSED = "refused"
    WITHDRAWN_BY_APPLICANT = "withdrawn_by_applicant"
    ENDED = "ended"


class FamilyType(StrEnum):
    """Foster family typology, mildest first (001_289735031603f19e.txt:3815-3836)."""

    GENERAL = "general"
    REINFORCED = "reinforced"
    SPECIALISED = "specialised"


class SupportNeed(StrEnum):
    """Support need of a child, or the highest need a family is approved for."""

    MILD = "mild"
    MODERATE = "moderate"
    SEVERE = "severe"

    @property
    def rank(self) -> int:
        """0 for mild, 1 for moderate, 2 for severe."""
        return _NEED_RANK[self]


_NEED_RANK = {SupportNeed.MILD: 0, SupportNeed.MODERATE: 1, SupportNeed.SEVERE: 2}


class Documentation(StrEnum):
    """How a foster family documents (002_c7b3169ddc9536ee.txt:1868-1886)."""

    DIARY = "diary"
    NOTES = "notes"
    STATUS_REPORT_ONLY = "status_report_only"


class ScoreModel(StrEnum):
    """`one_to_five` until the reform of 1 January 2026, `binary` (0 or 1) after it."""

    ONE_TO_FIVE = "one_to_five"
    BINARY = "binary"


class Severity(StrEnum):
    """How serious a concern is, as the person who received it judged it."""

    MILD = "mild"
    MODERATE = "moderate"
    SERIOUS = "serious"
    ACUTE = "acute"


class ConcernSource(StrEnum):
    """Where a concern came from. Never shown in an explanation."""

    WHISTLEBLOWER = "whistleblower"
    PLACING_MUNICIPALITY = "placing_municipality"
    RELATIVE = "relative"
    CITIZEN_OR_CHILD = "citizen_or_child"
    EMPLOYEE = "employee"
    SUPERVISION_VISIT = "supervision_visit"
    OTHER = "other"


class ConcernStage(StrEnum):
    """How far a concern has come; follows from its dates (003 quoted in the notes, S19)."""

    RECEIVED = "received"
    DIALOGUE = "dialogue"
    STATEMENT_REQUESTED = "statement_requested"
    STATEMENT_RECEIVED = "statement_received"
    EFFECT_CONFIRMED = "effect_confirmed"
    CLOSED = "closed"


class Purpose(StrEnum):
    """Why a visit is made."""

    BASIS = "basis"
    FOLLOW_UP = "follow_up"
    DEPARTMENT = "department"
    NIGHT = "night"
    APPROVAL = "approval"
    SAMPLE = "sample"


class Notice(StrEnum):
    ANNOUNCED = "announced"
    UNANNOUNCED = "unannounced"


class VisitOutcome(StrEnum):
    """`not_met`: nobody was at home (uanmeldt, ikke truffet)."""

    MET = "met"
    NOT_MET = "not_met"


class TimeOfDay(StrEnum):
    DAY = "day"
    EVENING = "evening"
    NIGHT = "night"


class SanctionStep(StrEnum):
    """Nodes of the sanction graph in `rules/sanctions/ladder.yaml`."""

    STATEMENT = "statement"
    ORDER_NOTICE = "order_notice"
    ORDER = "order"
    INTENSIFIED_NOTICE = "intensified_notice"
    INTENSIFIED_WITHOUT_ORDER = "intensified_without_order"
    INTENSIFIED_WITH_ORDER = "intensified_with_order"
    REDUCTION_NOTICE = "reduction_notice"
    WITHDRAWAL_NOTICE = "withdrawal_notice"
    WITHDRAWAL = "withdrawal"
    REPORT_TO_MUNICIPALITY = "report_to_municipality"


class SanctionStatus(StrEnum):
    """State of a recorded sanction step."""

    IN_FORCE = "in_force"
    FULFILLED = "fulfilled"
    LAPSED = "lapsed"
    REVOKED_ON_APPEAL = "revoked_on_appeal"


class BudgetStatus(StrEnum):
    AWAITED = "awaited"
    FILED = "filed"
    APPROVED = "approved"
    REJECTED = "rejected"


class ForceBasis(StrEnum):
    """Legal basis of a use-of-force report (sources: notes on S23)."""

    HOLDING_124 = "holding_124"
    SAFETY_TECHNOLOGY_128B = "safety_technology_128b"
    FABRIC_HARNESS_128 = "fabric_harness_128"
    CHILD_PHYSICAL_9_2 = "child_physical_9_2"
    OTHER_PARAGRAPH = "other_paragraph"
    NO_LEGAL_BASIS = "no_legal_basis"


class Permission(StrEnum):
    PERMITTED = "permitted"
    NOT_PERMITTED = "not_permitted"
    NOT_STATED = "not_stated"


class PerformedBy(StrEnum):
    """Who makes a visit: the consultant, the special-effort team (indsatsteam), or economy."""

    CONSULTANT = "consultant"
    SPECIAL_EFFORT_TEAM = "special_effort_team"
    ECONOMY = "economy"


class CategorySetter(StrEnum):
    ORGANISATION = "organisation"
    CONSULTANT = "consultant"
    LEAD = "lead"


class LeadDecisionKind(StrEnum):
    """What a lead may decide and record. `acute_bypass` opens a sanction without its dialogue."""

    ACUTE_BYPASS = "acute_bypass"
    EXTEND_DEADLINE = "extend_deadline"
    SPECIAL_CIRCUMSTANCES_ANNOUNCED = "special_circumstances_announced"
