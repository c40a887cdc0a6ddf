"""Announced or unannounced: the notice rule of the highest rank that holds for a visit's purposes.

A visit is planned by the notice rules of its latest day. A plan made in 2025 that reaches into
2026 must already follow the rule that visits are unannounced unless special circumstances call for
notice.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cached_property, partial
from typing import NamedTuple

from engine.backends.reference import ReferenceBackend
from engine.decisions.reasons import Backend, Evaluated, ReasonWriter
from engine.rulebook.book import Rulebook
from engine.rulebook.problems import SaidError, said
from engine.rulebook.program import Program, program_of
from engine.rulebook.resolve import ResolvedRulebook, parameters_in, resolve
from models.conditions import ParameterRef
from models.decisions import Reason
from models.rulebook import NoticeOutcome
from models.terms import Notice, Purpose

__all__ = [
    "NoticeChoice",
    "NoticeConflictError",
    "NoticeError",
    "NoticeGapError",
    "NoticeRules",
    "later_notice_rules",
]

_ANNOUNCE = "visits.announce_at_most_days"


class NoticeError(SaidError):
    """The rulebook does not say, once and only once, whether a visit is announced."""


class NoticeGapError(NoticeError):
    """No notice rule says whether a visit is announced; the rulebook has a gap."""

    def __init__(self, subject_id: str, purpose: Purpose) -> None:
        super().__init__(said("run.notice_gap", id=subject_id, purpose=purpose.value))


class NoticeConflictError(NoticeError):
    """Two notice rules of one rank say the opposite of one visit."""

    def __init__(self, subject_id: str, one: str, other: str) -> None:
        super().__init__(said("run.notice_conflict", id=subject_id, one=one, other=other))


class NoticeChoice(NamedTuple):
    """A notice, why, and (if announced) how many days ahead it may be announced at most."""

    notice: Notice
    reason: Reason
    announce_at_most_days: int | None


class NoticeRules:
    """The notice rules in force from a day on. Those of a later day are resolved when needed."""

    def __init__(
        self,
        day: date,
        resolved: Callable[[], ResolvedRulebook],
        *,
        make_backend: Callable[[Program, ReferenceBackend], Backend] | None = None,
        reasons: ReasonWriter | None = None,
    ) -> None:
        self.day = day
        self._resolve = resolved
        self._make_backend = make_backend
        self._reasons_of_today = reasons

    @cached_property
    def _resolved(self) -> ResolvedRulebook:
        return self._resolve()

    @cached_property
    def _reference(self) -> ReferenceBackend:
        return ReferenceBackend(program_of(self._resolved))

    @cached_property
    def _backend(self) -> Backend:
        make = self._make_backend
        if make is None:
            return self._reference
        return make(program_of(self._resolved), self._reference)

    @cached_property
    def _reasons(self) -> ReasonWriter:
        return self._reasons_of_today or ReasonWriter(self._resolved, self._reference)

    @cached_property
    def _rules(self) -> list[tuple[str, NoticeOutcome]]:
        rules = [(r.id, r.then) for r in self._resolved.rules if isinstance(r.then, NoticeOutcome)]
        return sorted(rules, key=lambda entry: (-entry[1].rank, entry[0]))

    @cached_property
    def _announce_days(self) -> int | None:
        return self._resolved.days(ParameterRef(parameter=_ANNOUNCE))

    def choice(self, case: Evaluated, purposes: set[Purpose]) -> NoticeChoice:
        """The notice of a visit. Raises NoticeGapError if no rule speaks of its purposes, and
        NoticeConflictError if two of the same rank say the opposite."""
        if self._reasons_of_today is None:
            case = self._evaluated(case)
        rule_id, outcome = self.deciding(case, purposes)
        announced = outcome.notice is Notice.ANNOUNCED
        return NoticeChoice(
            outcome.notice,
            self._reasons.reason(rule_id, case),
            self._announce_days if announced else None,
        )

    def deciding(self, case: Evaluated, purposes: set[Purpose]) -> tuple[str, NoticeOutcome]:
        """The rule that decides, given what held under these rules. Raises as `choice` does."""
        speaking = [
            (rule_id, outcome)
            for rule_id, outcome in self._rules
            if rule_id in case.firing.held
            and (not outcome.purposes or not purposes.isdisjoint(outcome.purposes))
        ]
        if not speaking:
            raise NoticeGapError(case.view.subject_id, min(purposes))
        rule_id, outcome = speaking[0]
        for other_id, other in speaking[1:]:
            if other.rank == outcome.rank and other.notice is not outcome.notice:
                raise NoticeConflictError(case.view.subject_id, rule_id, other_id)
        return rule_id, outcome

    def _evaluated(self, case: Evaluated) -> Evaluated:
        """The same facts under the later rules, with today's colour."""
        known = case.later.get(self.day)
        if known is None:
            firing = self._backend.evaluate(case.view, case.firing.in_force)
            known = case.later[self.day] = Evaluated(case.dossier, case.view, firing)
        return known


def later_notice_rules(
    book: Rulebook,
    *,
    as_of: date,
    until: date,
    make_backend: Callable[[Program, ReferenceBackend], Backend] | None,
) -> list[NoticeRules]:
    """The notice rules of every day within a planning period on which they change."""
    found: list[NoticeRules] = []
    before = _notice_state(book, as_of)
    for day in book.days_of_change():
        if as_of < day <= until and (state := _notice_state(book, day)) != before:
            before = state
            later = partial(resolve, book, as_of=day)
            found.append(NoticeRules(day, later, make_backend=make_backend))
    return found


def _notice_state(book: Rulebook, day: date) -> tuple[object, ...]:
    """What decides notices on a day: the rules in force with their numbers, and the longest notice
    allowed."""
    rules = [
        rule
        for rule in book.rules
        if isinstance(rule.then, NoticeOutcome)
        and rule.valid_from <= day
        and (rule.valid_until is None or day <= rule.valid_until)
    ]
    names = [_ANNOUNCE, *(name for rule in rules for name in parameters_in(rule.when))]
    dated = (book.parameters[name].values for name in names)
    numbers = ([v.value for v in values if v.valid_from <= day][-1] for values in dated)
    return (*(rule.id for rule in rules), *numbers)
