"""Records about the course of supervision: concerns, visits, sanctions, budgets, decisions."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from models.facts.fields import (
    Count,
    FreeText,
    Identifier,
    RegisterWord,
    Withheld,
)
from models.facts.quality_records import Record
from models.terms import (
    CategorySetter,
    Colour,
    ConcernSource,
    ForceBasis,
    LeadDecisionKind,
    Notice,
    PerformedBy,
    Permission,
    Purpose,
    SanctionStatus,
    SanctionStep,
    Severity,
    TimeOfDay,
    VisitOutcome,
)

__all__ = [
    "Appeal",
    "AppealOutcome",
    "ApprovalCondition",
    "Budget",
    "Concern",
    "ForceReport",
    "LeadDecision",
    "Override",
    "PortalGroup",
    "PortalReport",
    "SampleResult",
    "Sanction",
    "Supervision",
    "SupervisionKind",
    "Visit",
]

Theme = Annotated[str, RegisterWord("theme")]
_ANONYMITY = Withheld("the person who raised the concern")


class Concern(Record):
    """A matter that gives concern, and its course from dialogue to confirmed effect.

    A message that touches two themes is two concerns. Its stage follows from its dates.
    """

    received_on: date
    theme: Theme
    severity: Severity
    source: Annotated[ConcernSource | None, _ANONYMITY] = None
    anonymous: Annotated[bool | None, _ANONYMITY] = None
    validated: bool | None = None
    dialogue_on: date | None = None
    statement_requested_on: date | None = None
    statement_due_on: date | None = None
    statement_received_on: date | None = None
    statement_adequate: bool | None = None
    effect_confirmed_on: date | None = None
    closed_on: date | None = None
    text: FreeText | None = None


class Visit(Record):
    """A supervision visit (tilsynsbesøg). A visit at nobody's home has outcome `not_met`; what the
    economy team does at the desk is no visit to the place, but is kept here too."""

    held_on: date
    purpose: Purpose
    notice: Notice
    outcome: VisitOutcome = VisitOutcome.MET
    time_of_day: TimeOfDay = TimeOfDay.DAY
    department: Annotated[int, Field(ge=1, le=100_000)] | None = None
    performed_by: PerformedBy = PerformedBy.CONSULTANT
    announced_on: date | None = None
    duration_minutes: Annotated[int, Field(ge=1, le=6_000)] | None = None
    supervision: Annotated[int, Field(ge=1, le=100_000)] | None = None
    report_sent_on: date | None = None
    sources: tuple[Annotated[str, RegisterWord("source")], ...] = ()


class SupervisionKind(StrEnum):
    OPERATIONAL = "operational"
    APPROVAL = "approval"
    SUBSTANTIAL_CHANGE = "substantial_change"


class Supervision(Record):
    """A supervision case (tilsyn): may hold several visits, is booked by its end date."""

    supervision_kind: SupervisionKind
    started_on: date
    ended_on: date | None = None
    report_issued_on: date | None = None


class Sanction(Record):
    """One recorded sanction step. One decision may hold several orders and several themes."""

    step: SanctionStep
    decided_on: date
    decision: Identifier | None = None
    themes: tuple[Theme, ...] = ()
    number_of_orders: Count | None = None
    deadline_on: date | None = None
    ends_on: date | None = None
    fulfilled_on: date | None = None
    status: SanctionStatus = SanctionStatus.IN_FORCE


class AppealOutcome(StrEnum):
    UPHELD = "upheld"
    CHANGED_OR_REVOKED = "changed_or_revoked"
    SENT_BACK = "sent_back"
    DISMISSED = "dismissed"


class Appeal(Record):
    """An appeal to Ankestyrelsen."""

    appealed_on: date
    sanction: Annotated[int, Field(ge=1, le=100_000)] | None = None
    decided_on: date | None = None
    outcome: AppealOutcome | None = None


class ApprovalCondition(Record):
    """A condition (vilkår) the approval hangs on."""

    set_on: date
    due_on: date | None = None
    fulfilled_on: date | None = None
    text: FreeText | None = None


class Budget(Record):
    """One year's budget. An empty deadline is filled from the rulebook's deadline table."""

    budget_year: Annotated[int, Field(ge=2015, le=2100)]
    deadline_on: date | None = None
    filed_on: date | None = None
    template_correct: bool | None = None
    approval_deadline_on: date | None = None
    approved_on: date | None = None
    rejected_on: date | None = None
    sustainable: bool | None = None
    allows_needed_quality: bool | None = None
    transparent: bool | None = None


class ForceReport(Record):
    """A use-of-force report. It never enters a rule: only indicators 6a and 6b do."""

    occurred_on: date
    reported_on: date | None = None
    force_basis: ForceBasis
    permission: Permission = Permission.NOT_STATED
    duration_minutes: Annotated[int, Field(ge=0, le=1_440)] | None = None
    child: bool | None = None


class PortalGroup(StrEnum):
    """Triage of a report to Tilbudsportalen (000_0be2027a0e412987.txt:3512-3605)."""

    NEEDS_CHANGE_APPLICATION = "needs_change_application"
    ECONOMY = "economy"
    OTHER = "other"


class PortalReport(Record):
    reported_on: date
    group: PortalGroup
    mixed: bool | None = None
    handled_on: date | None = None


class Override(Record):
    """A person's colour in place of the engine's: by whom, why, until when."""

    colour: Colour
    set_by: CategorySetter = CategorySetter.CONSULTANT
    decided_by: Identifier
    decided_on: date
    expires_on: date
    reason: Annotated[FreeText, Field(min_length=1)]


class LeadDecision(Record):
    """A lead's recorded decision, e.g. to open a sanction acutely without prior dialogue.

    `sanction` is the number of the sanction whose deadline is extended, until `expires_on`; left
    empty, the sole order in force is meant.
    """

    decision: LeadDecisionKind
    step: SanctionStep | None = None
    sanction: Annotated[int, Field(ge=1, le=100_000)] | None = None
    decided_by: Identifier
    decided_on: date
    expires_on: date
    reason: Annotated[FreeText, Field(min_length=1)]


class SampleResult(Record):
    """The result of a sample visit: did a score change, and is another colour proposed?"""

    frame: Identifier
    visited_on: date
    score_changed: bool | None = None
    indicator: Annotated[str, RegisterWord("indicator")] | None = None
    proposed_category: Colour | None = None
    report_sent_on: date | None = None
