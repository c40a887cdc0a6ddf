"""A mutant: the rulebook with one small change, as a hurried hand might make it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from engine.rulebook.book import Rulebook
from engine.rulebook.problems import Said
from models.conditions import Condition
from models.rulebook import Place
from models.terms import Kind

__all__ = ["ChangeKind", "ConditionChange", "Mutant"]


class ChangeKind(StrEnum):
    """What was changed."""

    THRESHOLD = "threshold"
    PARAMETER = "parameter"
    PARAMETER_DAY = "parameter_day"
    OPERATOR = "operator"
    NEGATED = "negated"
    CONDITION_DROPPED = "condition_dropped"
    WORD_DROPPED = "word_dropped"
    COUNT = "count"
    RULE_DROPPED = "rule_dropped"
    KIND_DROPPED = "kind_dropped"
    VALIDITY = "validity"
    COLOUR = "colour"
    VISIT = "visit"
    NOTICE = "notice"
    PROPOSAL = "proposal"
    FLOOR = "floor"
    FRAME = "frame"
    LADDER = "ladder"


@dataclass(frozen=True, slots=True)
class ConditionChange:
    """The condition behind a key of the program (a rule, or a proposal's precondition) as it
    reads after the change."""

    key: str
    condition: Condition


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change. `id` names the entry and says the change; it is what a reviewed list holds.

    `conditions`: all that changes, where only conditions change; None: the outcome, a plan or a
    draw may change too. `rules` are those that the change is about. `days`: the days on which an
    answer can change; None: on all. `case_to_add` says which case would notice it.
    """

    entry: str
    what: str
    kind: ChangeKind
    place: Place
    apply: Callable[[Rulebook], Rulebook]
    case_to_add: Said
    kinds: frozenset[Kind] = frozenset(Kind)
    rules: frozenset[str] = frozenset()
    conditions: tuple[ConditionChange, ...] | None = None
    days: tuple[date, date] | None = None
    when_held: bool = False

    @property
    def id(self) -> str:
        """`signals.many_concerns_open: 'severity: mild' dropped`."""
        return f"{self.entry}: {self.what}"
