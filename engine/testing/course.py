"""A subject's course through the years, as a state machine for Hypothesis.

It raises concerns, makes visits, takes the sanction steps that are put before a person, lets a lead
decide and days pass, and after each step holds the answer against the ladder, the statutory floor
and the clock.

What is true of the clock, and held here: where nothing happens but that days pass,

- every age grows by just those days;
- an override, and a lead's acute decision, hold to their last day and no longer;
- the proposed colour grows milder only where a rule that raised it says so itself: it asks for an
  age of at most so many days (or not at least so many), it, or a signal behind it, ends or changes
  with the rulebook, or intensified supervision has come to its last day.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from engine.decisions.decide import Decider
from engine.facts import View, view_of
from engine.rulebook.book import Rulebook
from engine.rulebook.resolve import resolve
from engine.testing.facts import id_of
from engine.testing.laws.clock import ages_grow, milder_by_itself
from engine.testing.laws.ladder import illegal_step
from engine.testing.laws.law import LawBroken
from engine.testing.laws.plans import unkept_floor
from engine.testing.telling import facts_of
from models.decisions import Decision, ProposalStatus
from models.facts import Dossier
from models.facts.dossier import RECORD_MODELS, SUBJECT_MODELS
from models.rulebook import Place
from models.terms import (
    ApprovalStatus,
    Authority,
    Colour,
    DwellingForm,
    FamilyType,
    Kind,
    LeadDecisionKind,
    Notice,
    Ownership,
    PerformedBy,
    Purpose,
    SanctionStatus,
    SanctionStep,
    ScoreModel,
    Segment,
    Severity,
    VisitOutcome,
)

__all__ = ["SubjectCourse", "course_of"]

_FIRST, _LAST = date(2025, 1, 1), date(2026, 12, 31)
_BINARY_FROM = date(2026, 1, 1)
_THEMES = ("health_and_wellbeing", "competences")
_INDICATORS = {Kind.SOCIAL_OFFER: "offer.3a", Kind.FOSTER_FAMILY: "family.3a"}
_OWN: dict[Kind, dict[str, Any]] = {
    Kind.SOCIAL_OFFER: {
        "ownership": Ownership.PRIVATE,
        "segment": Segment.CHILDREN,
        "dwelling_form": DwellingForm.RESIDENTIAL,
        "places": 8,
    },
    Kind.FOSTER_FAMILY: {"family_type": FamilyType.GENERAL},
    Kind.PERSONAL_ASSISTANCE_EMPLOYER: {"risk_assessment_calls_for_visit": True},
    Kind.TREATMENT_SCHOOL: {"visits_per_year_ordered": 2},
}
_ENDS_BY_CLOCK = (
    SanctionStep.INTENSIFIED_WITHOUT_ORDER,
    SanctionStep.INTENSIFIED_WITH_ORDER,
)
_DAYS = st.sampled_from([1, 7, 14, 30, 61, 122]) | st.integers(1, 200)
_WHICH = st.integers(0, 5)


class SubjectCourse(RuleBasedStateMachine):
    """One subject from 2025 to the end of 2026; `course_of` gives the course of a rulebook.

    Half of the courses are obedient: no day passes by which the plan wanted a visit before the
    visit is made. There the floor must never be broken; elsewhere the plan must say that it is.
    """

    book: Rulebook

    def __init__(self) -> None:
        super().__init__()
        self.today = _FIRST
        self.obedient = True
        self.passed: int | None = None
        self._records: dict[str, list[Any]] = {}
        self._subject: Any = None
        self._before: tuple[date, View, Decision] | None = None
        self._now: tuple[Decider, View, Decision] | None = None

    # What happens.

    @initialize(
        kind=st.sampled_from(Kind), obedient=st.booleans(), approved_days_ago=st.integers(0, 400)
    )
    def begins(self, kind: Kind, obedient: bool, approved_days_ago: int) -> None:
        """Approved today, or some time ago and not visited since."""
        self.obedient = obedient
        ago = 0 if obedient else approved_days_ago
        self._subject = SUBJECT_MODELS[kind](
            subject_id=id_of(kind, 1),
            authority=Authority.SYD,
            municipality="faaborg_midtfyn",
            approval_status=ApprovalStatus.APPROVED,
            approved_on=_FIRST - timedelta(days=ago),
            **_OWN[kind],
        )
        self._happened()

    @rule(days=_DAYS)
    def days_pass(self, days: int) -> None:
        """In an obedient course only up to the next day by which a visit is wanted."""
        self._makes_visits_due()
        last = self.today + timedelta(days=days)
        if self.obedient:
            later = [v.latest for v in self._decision.plan.visits if v.latest > self.today]
            last = min([last, *later])
        last = min(last, _LAST)
        passed = (last - self.today).days
        if passed:
            self._before = (self.today, self._view, self._decision)
            self.today, self.passed, self._now = last, passed, None
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

    @rule(purpose=st.sampled_from(Purpose), outcome=st.sampled_from(VisitOutcome), which=_WHICH)
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

    @rule(severity=st.sampled_from(Severity), theme=st.sampled_from(_THEMES), named=st.booleans())
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
    @rule(which=_WHICH, adequate=st.booleans(), due_days=st.integers(1, 30))
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
    @rule(which=_WHICH)
    def concern_is_closed(self, which: int) -> None:
        """At whatever stage it is."""
        concern = self._pick("concern", which)
        self._change("concern", concern, closed_on=concern.closed_on or self.today)

    @precondition(lambda self: self._kind in _INDICATORS)
    @rule(value=st.integers(1, 5))
    def is_scored(self, value: int) -> None:
        """On the scale of the day."""
        binary = self.today >= _BINARY_FROM
        self._add(
            "score",
            indicator=_INDICATORS[self._subject.kind],
            score_model=ScoreModel.BINARY if binary else ScoreModel.ONE_TO_FIVE,
            value=int(value > 2) if binary else value,
            scored_on=self.today,
        )

    @precondition(lambda self: self._kind in _INDICATORS)
    @rule(colour=st.sampled_from(Colour))
    def sample_proposes(self, colour: Colour) -> None:
        """A sample visit proposes a colour to a person."""
        self._add("sample_result", frame="random", visited_on=self.today, proposed_category=colour)

    @precondition(lambda self: self._ready())
    @rule(which=_WHICH, days=st.integers(14, 90))
    def proposed_step_is_taken(self, which: int, days: int) -> None:
        """Somebody decides a step that is ready, under its themes."""
        ready = self._ready()
        proposal = ready[which % len(ready)]
        until = self.today + timedelta(days=days)
        self._add(
            "sanction",
            step=proposal.step,
            decided_on=self.today,
            themes=proposal.themes or _THEMES[:1],
            deadline_on=until,
            ends_on=until if proposal.step in _ENDS_BY_CLOCK else None,
        )

    @precondition(lambda self: self._records.get("sanction"))
    @rule(which=_WHICH, status=st.sampled_from(SanctionStatus))
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
        self._the_ladder()
        self._the_floor()
        self._the_override()
        self._the_clock()

    def _the_ladder(self) -> None:
        for proposal in self._decision.proposals:
            if proposal.status is ProposalStatus.PROPOSED:
                resolved = self._decider.resolved
                what = illegal_step(proposal, self._dossier, resolved)
                if what is not None:
                    self._break(
                        "no step is ready that may not be taken", what, proposal.reason.rule
                    )
            by = proposal.opened_acutely_by
            if by is not None:
                decision = self._records["lead_decision"][by - 1]
                if decision.expires_on < self.today:
                    what = f"Lead decision {by} ended on {decision.expires_on}."
                    law = "an acute decision holds to its last day"
                    self._break(law, what, proposal.reason.rule)

    def _the_floor(self) -> None:
        resolved, plan = self._decider.resolved, self._decision.plan
        for floor in resolved.floors:
            if self._kind not in floor.applies_to:
                continue
            values, duty = resolved.dated_days(floor.interval_days), resolved.duty()
            if unkept_floor(self._dossier, floor, values, plan, duty) is not None:
                planned = ", ".join(f"{v.earliest} to {v.latest}" for v in plan.visits) or "none"
                what = f"A lawful day has no visit before it. Planned: {planned}."
                self._break("the plan keeps the statutory floor", what, floor.id)
            overdue = any(visit.overdue for visit in plan.visits)
            late = plan.floor_due_on is not None and plan.floor_due_on < self.today
            if late and (self.obedient or not overdue):
                what = f"The law's last day was {plan.floor_due_on}" + (
                    ", though every planned visit was made." if self.obedient else "; none is due."
                )
                self._break("who follows the plan keeps the floor", what, floor.id)

    def _the_override(self) -> None:
        category = self._decision.category
        longest = self._decider.resolved.duty().override_longest_days
        active = [
            o
            for o in self._records.get("override", ())
            if self.today <= min(o.expires_on, o.decided_on + timedelta(days=longest))
        ]
        expected = active[-1].colour if active else category.proposed
        if category.in_force is not expected:
            what = f"The colour in force is {category.in_force}, and {expected} was decided."
            self._break("an override holds to its last day", what)

    def _the_clock(self) -> None:
        if self._before is None or self.passed is None:
            return
        day, view, decision = self._before
        wrong = ages_grow(view, self._view, days=self.passed)
        if wrong is not None:
            self._break("ages grow by the days that pass", wrong)
        was, becomes = decision.category.proposed, self._decision.category.proposed
        if becomes.rank >= was.rank:
            return
        lost = milder_by_itself(
            self._decider_on(day), self._decider, decision, self._decision, self._dossier
        )
        if lost:
            what = f"From {day} to {self.today} {was} became {becomes}, and nothing happened."
            self._break("no colour grows milder by mere passing of time", what, *lost)

    # How it is kept.

    @property
    def _kind(self) -> Kind | None:
        return None if self._subject is None else self._subject.kind

    @property
    def _dossier(self) -> Dossier:
        records = {record: tuple(found) for record, found in self._records.items()}
        return Dossier(self._subject, records)

    def _decider_on(self, day: date) -> Decider:
        return Decider(resolve(self.book, as_of=day))

    def _answer(self) -> tuple[Decider, View, Decision]:
        if self._now is None:
            decider = self._decider_on(self.today)
            dossier, duty = self._dossier, decider.resolved.duty()
            view = view_of(dossier, as_of=self.today, duty=duty)
            self._now = (decider, view, decider.decide(dossier))
        return self._now

    @property
    def _decider(self) -> Decider:
        return self._answer()[0]

    @property
    def _view(self) -> View:
        return self._answer()[1]

    @property
    def _decision(self) -> Decision:
        return self._answer()[2]

    def _ready(self) -> list[Any]:
        if self._subject is None:
            return []
        proposed = ProposalStatus.PROPOSED
        return [p for p in self._decision.proposals if p.status is proposed]

    def _happened(self) -> None:
        """Something other than the passing of time."""
        self.passed, self._before, self._now = None, None, None

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

    def _break(self, law: str, what: str, *rules: str) -> None:
        note("\n".join(facts_of(self._dossier, self.today)))
        raise LawBroken(
            law,
            what,
            facts=facts_of(self._dossier, self.today),
            rules=[(name, self._place_of(name)) for name in rules],
        )

    def _place_of(self, name: str) -> Place | None:
        places = {rule.id: rule.place for rule in self.book.rules}
        places |= {floor.id: floor.place for floor in self.book.floors}
        return places.get(name)


def course_of(book: Rulebook) -> type[SubjectCourse]:
    """The state machine of a rulebook; its `TestCase` is what pytest runs."""
    return type("CourseOfRulebook", (SubjectCourse,), {"book": book})
