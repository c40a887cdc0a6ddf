"""The laws notice what they forbid: mistakes of the engine, put in by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from engine.decisions.decide import Decider
from engine.decisions.reasons import ReasonWriter
from engine.decisions.visits import Planner
from engine.facts import View
from engine.rulebook.load import load_rulebook
from engine.rulebook.resolve import resolve
from engine.testing import Law, LawBroken, RulebookUnderTest, course_of, laws_of
from engine.testing.laws.clock import ages_grow, milder_by_itself
from engine.testing.laws.ladder import illegal_step
from models.decisions import ProposalStatus, VisitPlan
from models.facts import Dossier
from models.facts.course_records import Concern, Sanction
from models.facts.subjects import PersonalAssistanceEmployer
from models.terms import Authority, Kind, SanctionStatus, SanctionStep, Severity

DAY = date(2025, 12, 31)
QUICK = settings(
    max_examples=150,
    phases=[Phase.generate],
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)
BOOK = load_rulebook()


def law(name: str) -> Law:
    (found,) = (item for item in laws_of(RulebookUnderTest(BOOK, days=[DAY])) if item.name == name)
    return found


def employer(**records: Any) -> Dossier:
    subject = PersonalAssistanceEmployer(
        subject_id="BPA-1", authority=Authority.SYD, municipality="odense", approved_on=DAY
    )
    return Dossier(subject, records)


def concern(**values: Any) -> Concern:
    given = {"received_on": DAY, "theme": "competences", "severity": Severity.SERIOUS}
    return Concern(subject_id="BPA-1", no=1, **(given | values))


def test_a_plan_that_forgets_its_visits_breaks_the_floor(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Planner.plan

    def forgetful(self: Planner, case: Any) -> VisitPlan:
        return replace(whole(self, case), visits=())

    monkeypatch.setattr(Planner, "plan", forgetful)
    with pytest.raises(LawBroken, match="no visit is planned by then") as caught:
        law("floor").hold(QUICK)
    assert any(
        "floor." in line and "rules/visits/floors.yaml:" in line for line in caught.value.lines()
    )


def test_a_course_notices_a_plan_without_visits(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Planner.plan
    monkeypatch.setattr(Planner, "plan", lambda self, case: replace(whole(self, case), visits=()))
    course = course_of(BOOK)
    with pytest.raises(LawBroken, match="the plan keeps the statutory floor"):
        run_state_machine_as_test(course, settings=settings(QUICK, max_examples=20))
    assert course.book is BOOK


def test_a_reason_that_names_no_facts_is_not_sound(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = ReasonWriter.reason

    def silent(self: ReasonWriter, rule_id: str, case: Any) -> Any:
        return replace(whole(self, rule_id, case), facts=(), because=())

    monkeypatch.setattr(ReasonWriter, "reason", silent)
    with pytest.raises(LawBroken, match="All that the reason names is gone"):
        law("explanation_sound").hold(QUICK)
    assert law("explanation_sound").cases is not None


def test_an_age_that_stands_still_is_noticed() -> None:
    before = View("TB-1", Kind.SOCIAL_OFFER, DAY, {"approved_age_days": 4, "places": 3}, {})
    after = before.with_facts(approved_age_days=11)
    assert ages_grow(before, after, days=7) is None
    assert ages_grow(before, after, days=8) == "subject.approved_age_days was 4 and is 11."


def test_a_decision_that_nobody_warned_of_is_illegal() -> None:
    resolved = resolve(BOOK, as_of=DAY)
    given = Sanction(subject_id="BPA-1", no=1, step=SanctionStep.WITHDRAWAL_NOTICE, decided_on=DAY)
    warned = employer(concern=(concern(),), sanction=(given,))
    (proposal,) = Decider(resolved).decide(warned).proposals
    assert proposal.step is SanctionStep.WITHDRAWAL
    ready = replace(proposal, status=ProposalStatus.PROPOSED)
    assert illegal_step(ready, warned, resolved) is None
    what = "withdrawal was not warned of by a withdrawal_notice that stands."
    assert illegal_step(ready, employer(concern=(concern(),)), resolved) == what
    lapsed = given.model_copy(update={"status": SanctionStatus.LAPSED})
    assert illegal_step(ready, employer(sanction=(lapsed,)), resolved) == what
    order = replace(ready, step=SanctionStep.ORDER)
    other = "A personal_assistance_employer cannot get order."
    assert illegal_step(order, warned, resolved) == other


def test_a_colour_that_fades_by_itself_is_noticed() -> None:
    one, other = (Decider(resolve(BOOK, as_of=DAY + timedelta(days=days))) for days in (0, 1))
    worried, calm = employer(concern=(concern(),)), employer()
    before, after = one.decide(worried), other.decide(calm)
    assert milder_by_itself(one, other, before, after, calm) == ("category.serious_concern",)
    assert milder_by_itself(one, other, before, other.decide(worried), worried) == ()
