"""The rulebook: dated parameters, rules and what they lead to, floors, frames, the ladder.

Everything carries a basis, its sources and the day somebody last reviewed it.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, StrictInt, StrictStr

from models.conditions import Condition, ParameterRef
from models.terms import (
    Basis,
    Colour,
    Kind,
    Notice,
    PerformedBy,
    Purpose,
    SanctionStep,
)

__all__ = [
    "ColourOutcome",
    "CountedFrom",
    "DatedValue",
    "Floor",
    "Frame",
    "FrameOutcome",
    "LadderStep",
    "NoticeOutcome",
    "Outcome",
    "Parameter",
    "ParameterValue",
    "Place",
    "Precondition",
    "Promise",
    "ProposalOutcome",
    "Rule",
    "SignalOutcome",
    "Source",
    "StepNature",
    "Text",
    "VisitOutcomeRule",
]


class Entry(BaseModel):
    """Base of every part of a rulebook."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Text(Entry):
    """The same words in Danish and English."""

    da: str = Field(min_length=1)
    en: str = Field(min_length=1)


Source = str | Text
"""A citation (`file:line`, a paragraph of the law), or the same with words around it in Danish and
English."""


class Place(Entry):
    """Where in the rulebook something stands: file relative to the rulebook, line from 1."""

    file: str
    line: int


ParameterValue = bool | int | str | None


class DatedValue(Entry):
    """A parameter's value from a day on; None means unset: nobody has said what it is."""

    valid_from: date
    value: StrictBool | StrictInt | StrictStr | None
    basis: Basis
    sources: tuple[Source, ...] = Field(min_length=1)
    reviewed: date
    note: Text | None = None


class Parameter(Entry):
    """A dated number, flag or word. It holds from its first value's day on without end."""

    id: str
    title: Text
    unit: str
    values: tuple[DatedValue, ...] = Field(min_length=1)
    place: Place


class SignalOutcome(Entry):
    """Raises a named signal that later strata may test."""

    leads_to: Literal["signal"] = "signal"
    signal: str


class ColourOutcome(Entry):
    """Raises a colour; the most severe raised colour is the category."""

    leads_to: Literal["colour"] = "colour"
    colour: Colour


class CountedFrom(StrEnum):
    """From which day a visit's deadline runs."""

    LAST_VISIT = "last_visit"
    EVALUATION_DATE = "evaluation_date"
    TRIGGER = "trigger"
    SUBJECT_DAY = "subject_day"


def _one_or_several(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


class VisitOutcomeRule(Entry):
    """Requires visits. With `every_days` or `times_a_year` they recur; with `within_days` there is
    one.

    `trigger_field` is the date field of the records matched by the rule's first quantifier from
    which `within_days` runs (e.g. `received_on`); the oldest counts. `subject_field` are days of
    the subject itself (e.g. `applied_on`); the latest that is known counts. `times_a_year` is a
    field of the subject that says how many visits somebody ordered a year.
    """

    leads_to: Literal["visit"] = "visit"
    purpose: Purpose
    every_days: int | ParameterRef | None = None
    within_days: int | ParameterRef | None = None
    counted_from: CountedFrom = CountedFrom.LAST_VISIT
    trigger_field: str | None = None
    subject_field: Annotated[tuple[str, ...], BeforeValidator(_one_or_several)] = ()
    times_a_year: str | None = None
    window_days: int | ParameterRef
    each_department: bool = False
    at_most_minutes: int | ParameterRef | None = None
    performed_by: PerformedBy = PerformedBy.CONSULTANT
    themes: tuple[str, ...] = ()
    methods: tuple[str, ...] = Field(min_length=1)
    hear: tuple[str, ...] = Field(min_length=1)
    documents: tuple[str, ...] = ()


class NoticeOutcome(Entry):
    """Argues for announced or unannounced; among those that hold, the highest `rank` decides."""

    leads_to: Literal["notice"] = "notice"
    notice: Notice
    rank: int = Field(ge=1, le=999)
    purposes: tuple[Purpose, ...] = ()


class FrameOutcome(Entry):
    """Puts the subject into a sample frame."""

    leads_to: Literal["frame"] = "frame"
    frame: str


class Precondition(Entry):
    """Something that must be so before a step may be taken, and what a person does if it is not."""

    id: str
    title: Text
    remedy: Text
    when: Condition
    acute_bypass: bool = False
    place: Place


class ProposalOutcome(Entry):
    """Proposes a step of the ladder to a person."""

    leads_to: Literal["proposal"] = "proposal"
    step: SanctionStep
    needs: tuple[Precondition, ...] = Field(min_length=1)
    person_must: Text
    at_most_days: int | ParameterRef | None = None
    warn: Text | None = None


Outcome = Annotated[
    SignalOutcome
    | ColourOutcome
    | VisitOutcomeRule
    | NoticeOutcome
    | FrameOutcome
    | ProposalOutcome,
    Field(discriminator="leads_to"),
]


class Rule(Entry):
    """If `when` holds for a subject of one of `applies_to`, then `then`."""

    id: str
    title: Text
    applies_to: tuple[Kind, ...] = Field(min_length=1)
    valid_from: date
    valid_until: date | None = None
    when: Condition
    then: Outcome
    basis: Basis
    sources: tuple[Source, ...] = Field(min_length=1)
    reviewed: date
    note: Text | None = None
    place: Place


class Floor(Entry):
    """The law's hard maximum interval between visits; no scenario removes it."""

    id: str
    title: Text
    applies_to: tuple[Kind, ...] = Field(min_length=1)
    interval_days: ParameterRef
    each_department: bool = False
    basis: Basis
    sources: tuple[Source, ...] = Field(min_length=1)
    reviewed: date
    place: Place


class Frame(Entry):
    """A population of green subjects from which sample visits are drawn."""

    id: str
    title: Text
    applies_to: tuple[Kind, ...] = Field(min_length=1)
    valid_from: date
    valid_until: date | None = None
    theme: str
    topic: Text
    notice: Notice
    at_most_minutes: int | ParameterRef | None = None
    share_percent: int | ParameterRef
    at_least_per_stratum: int | ParameterRef
    strata: tuple[str, ...] = Field(min_length=1)
    methods: tuple[str, ...] = Field(min_length=1)
    hear: tuple[str, ...] = Field(min_length=1)
    basis: Basis
    sources: tuple[Source, ...] = Field(min_length=1)
    reviewed: date
    place: Place


class StepNature(StrEnum):
    """Whether a step asks, warns, decides, or hands the matter on."""

    REQUEST = "request"
    WARNING = "warning"
    DECISION = "decision"
    REPORT = "report"


class LadderStep(Entry):
    """A node of the sanction graph: to whom it applies, from when, and what it may follow.

    `stands_days` is how long the step, once taken, carries the next one; without it, as long as it
    is in force.
    """

    step: SanctionStep
    title: Text
    nature: StepNature
    applies_to: tuple[Kind, ...] = Field(min_length=1)
    valid_from: date
    valid_until: date | None = None
    follows: tuple[SanctionStep, ...] = ()
    warned_by: SanctionStep | None = None
    longest_days: ParameterRef | None = None
    stands_days: ParameterRef | None = None
    basis: Basis
    sources: tuple[Source, ...] = Field(min_length=1)
    reviewed: date
    place: Place


class Promise(Entry):
    """The rulebook's word that a worse value of a field never gives a milder category."""

    record: str
    field: str
    worse: Literal["higher", "lower"] | None = None
    words_mild_to_severe: tuple[str, ...] = ()
    basis: Basis
    note: Text
    place: Place
