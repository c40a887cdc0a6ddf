"""A subject's course through the years, as a state machine for Hypothesis.

It raises concerns, makes visits, takes the sanction steps that are put before a person, lets a lead
decide and days pass, and after each step holds the answer against the ladder, the statutory floor
and the clock (`engine.testing.laws.course` says how).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from engine.rulebook.book import Rulebook
from engine.testing.course_draws import (
    DAYS,
    ENDS_BY_CLOCK,
    FIRST,
    LAST,
    SCORED,
    THEMES,
    WHICH,
    beginner,
    score_on,
)
from engine.testing.laws.course import CourseDay, hold_course, on_day
from models.decisions import Decision, ProposalStatus
from models.facts import Dossier
from models.facts.dossier import RECORD_MODELS
from models.terms import (
    Colour,
    Kind,
    LeadDecisionKind,
    Notice,
    PerformedBy,
    Purpose,
    SanctionStatus,
    SanctionStep,
    Severity,
    VisitOutcome,
)

__all__ = ["SubjectCourse", "course_of"]


class SubjectCourse(RuleBasedStateMachine):
    """One subject from 2025 to the end of 2026; `course_of` gives the course of a rulebook.

    Half of the courses are obedient: no day passes by which the plan wanted a visit before the
    visit is made. There the floor must never be broken; elsewhere the plan must say that it is.
    """

    book: Rulebook

    def __init__(self) -> None:
        super().__init__()
        self.today = FIRST
        self.obedient = True
        self._records: dict[str, list[Any]] = {}
        self._subject: Any = None
        self._before: CourseDay | None = None
        self._decided: CourseDay | None = None

    # What happens.

    @initialize(
        kind=st.sampled_from(Kind), obedient=st.booleans(), approved_days_ago=st.integers(0, 400)
    )
    def begins(self, kind: Kind, obedient: bool, approved_days_ago: int) -> None:
        """Approved today, or some time ago and not visited since."""
        self.obedient = obedient
        ago = 0 if obedient else approved_days_ago
        self._subject = beginner(kind, approved_days_ago=ago)
        self._happened()

    @rule(days=DAYS)
    def days_pass(self, days: int) -> None:
        """In an obedient course only up to the next day by which a visit is wanted."""
        self._makes_visits_due()
        last = self.today + timedelta(days=days)
        if self.obedient:
            later = [v.latest for v in self._decision.plan.visits if v.latest > self.today]
            last = min([last, *later])
        last = min(last, LAST)
        if last > self.today:
            self._before = self._now
            self.today, self._decided = last, None
            self._check()
        self._makes_visits_due()

    def _makes_visits_due(self) -> None:
        """Who follows the plan makes each visit on its last day at the latest."""
        if self.obedient:
            for visit in self._decision.plan.visits:
                if visit.latest <= self.today:
                    self._visited(
                        visit.purposes[0], VisitOutcome.MET, visit.department, visit.performed_by
                    )

    @rule(purpose=st.sampled_from(Purpose), outcome=st.sampled_from(VisitOutcome), which=WHICH)
    def is_visited(self, purpose: Purpose, outcome: VisitOutcome, which: int) -> None:
        """Planned or not; somebody may be met or not."""
        departments = [None, *(d.no for d in self._records.get("department", ()))]
        self._visited(purpose, outcome, departments[which % len(departments)])

    def _visited(
        self,
        purpose: Purpose,
        outcome: VisitOutcome,
        department: int | None,
        by: PerformedBy = PerformedBy.CONSULTANT,
    ) -> None:
        self._add(
            "visit",
            held_on=self.today,
            purpose=purpose,
            notice=Notice.UNANNOUNCED,
            outcome=outcome,
            department=department,
            performed_by=by,
        )

    @precondition(lambda self: self._kind is Kind.SOCIAL_OFFER)
    @rule()
    def opens_a_department(self) -> None:
        """It has a visit duty of its own from now on."""
        self._add("department", opened_on=self.today)

    @rule(severity=st.sampled_from(Severity), theme=st.sampled_from(THEMES), named=st.booleans())
    def concern_is_raised(self, severity: Severity, theme: str, named: bool) -> None:
        """By somebody who gives a name, or who does not."""
        self._add(
            "concern",
            received_on=self.today,
            severity=severity,
            theme=theme,
            anonymous=None if named else True,
        )

    @precondition(lambda self: self._records.get("concern"))
    @rule(which=WHICH, adequate=st.booleans(), due_days=st.integers(1, 30))
    def concern_moves_on(self, which: int, adequate: bool, due_days: int) -> None:
        """From dialogue to a statement asked for, received, its effect confirmed, and closed."""
        concern = self._pick("concern", which)
        if concern.dialogue_on is None:
            self._change("concern", concern, dialogue_on=self.today)
        elif concern.statement_requested_on is None:
            due = self.today + timedelta(days=due_days)
            self._change(
                "concern", concern, statement_requested_on=self.today, statement_due_on=due
            )
        elif concern.statement_received_on is None:
            self._change(
                "concern", concern, statement_received_on=self.today, statement_adequate=adequate
            )
        elif concern.effect_confirmed_on is None:
            self._change("concern", concern, effect_confirmed_on=self.today)
        else:
            self._change("concern", concern, closed_on=concern.closed_on or self.today)

    @precondition(lambda self: self._records.get("concern"))
    @rule(which=WHICH)
    def concern_is_closed(self, which: int) -> None:
        """At whatever stage it is."""
        concern = self._pick("concern", which)
        self._change("concern", concern, closed_on=concern.closed_on or self.today)

    @precondition(lambda self: self._kind in SCORED)
    @rule(value=st.integers(1, 5))
    def is_scored(self, value: int) -> None:
        """On the scale of the day."""
        self._add("score", **score_on(self.today, self._subject.kind, value))

    @precondition(lambda self: self._kind in SCORED)
    @rule(colour=st.sampled_from(Colour))
    def sample_proposes(self, colour: Colour) -> None:
        """A sample visit proposes a colour to a person."""
        self._add("sample_result", frame="random", visited_on=self.today, proposed_category=colour)

    @precondition(lambda self: self._ready())
    @rule(which=WHICH, days=st.integers(14, 90))
    def proposed_step_is_taken(self, which: int, days: int) -> None:
        """Somebody decides a step that is ready, under its themes."""
        ready = self._ready()
        proposal = ready[which % len(ready)]
        until = self.today + timedelta(days=days)
        self._add(
            "sanction",
            step=proposal.step,
            decided_on=self.today,
            themes=proposal.themes or THEMES[:1],
            deadline_on=until,
            ends_on=until if proposal.step in ENDS_BY_CLOCK else None,
        )

    @precondition(lambda self: self._records.get("sanction"))
    @rule(which=WHICH, status=st.sampled_from(SanctionStatus))
    def sanction_ends(self, which: int, status: SanctionStatus) -> None:
        """Fulfilled, lapsed or revoked."""
        sanction = self._pick("sanction", which)
        if sanction.status is SanctionStatus.IN_FORCE and status is not SanctionStatus.IN_FORCE:
            fulfilled = self.today if status is SanctionStatus.FULFILLED else None
            self._change(
                "sanction", sanction, status=status, ends_on=self.today, fulfilled_on=fulfilled
            )

    @rule(
        decision=st.sampled_from(LeadDecisionKind),
        step=st.none() | st.sampled_from(SanctionStep),
        days=st.integers(0, 60),
    )
    def lead_decides(
        self, decision: LeadDecisionKind, step: SanctionStep | None, days: int
    ) -> None:
        """Acutely, on a deadline, or on notice; for a time."""
        self._add(
            "lead_decision",
            decision=decision,
            step=step,
            decided_by="L-1",
            decided_on=self.today,
            expires_on=self.today + timedelta(days=days),
            reason="made up",
        )

    @rule(colour=st.sampled_from(Colour), days=st.integers(0, 400))
    def is_overridden(self, colour: Colour, days: int) -> None:
        """A person gives another colour, for a time."""
        self._add(
            "override",
            colour=colour,
            decided_by="K-1",
            decided_on=self.today,
            expires_on=self.today + timedelta(days=days),
            reason="made up",
        )

    # What must be so after each step.

    @invariant()
    def the_course_is_lawful(self) -> None:
        """Ladder, floor, overrides and clock."""
        if self._subject is not None:
            self._check()

    def _check(self) -> None:
        hold_course(self._now, before=self._before, obedient=self.obedient)

    # How it is kept.

    @property
    def _kind(self) -> Kind | None:
        return None if self._subject is None else self._subject.kind

    @property
    def _dossier(self) -> Dossier:
        records = {record: tuple(found) for record, found in self._records.items()}
        return Dossier(self._subject, records)

    @property
    def _now(self) -> CourseDay:
        if self._decided is None:
            self._decided = on_day(self.book, self._dossier, self.today)
        return self._decided

    @property
    def _decision(self) -> Decision:
        return self._now.decision

    def _ready(self) -> list[Any]:
        if self._subject is None:
            return []
        proposed = ProposalStatus.PROPOSED
        return [p for p in self._decision.proposals if p.status is proposed]

    def _happened(self) -> None:
        """Something other than the passing of time."""
        self._before, self._decided = None, None

    def _add(self, record: str, **values: Any) -> None:
        found = self._records.setdefault(record, [])
        model = RECORD_MODELS[record]
        found.append(model(subject_id=self._subject.subject_id, no=len(found) + 1, **values))
        self._happened()

    def _pick(self, record: str, which: int) -> Any:
        found = self._records[record]
        return found[which % len(found)]

    def _change(self, record: str, fact: Any, **values: Any) -> None:
        model = RECORD_MODELS[record]
        self._records[record][fact.no - 1] = model(**(dict(fact) | values))
        self._happened()


def course_of(book: Rulebook) -> type[SubjectCourse]:
    """The state machine of a rulebook; its `TestCase` is what pytest runs."""
    return type("CourseOfRulebook", (SubjectCourse,), {"book": book})
