"""Laws of every decision: total, deterministic, independent of order, floor, ladder, privacy."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from engine.decisions.decide import Decider
from engine.facts.derived import is_duty_visit
from engine.facts.floor import last_lawful_day
from engine.rulebook.resolve import resolve
from models.decisions import Decision, ProposalStatus, Reason
from models.facts import Dossier
from models.terms import (
    ApprovalStatus,
    Colour,
    ConcernSource,
    Kind,
    LeadDecisionKind,
    Notice,
    Purpose,
    SanctionStep,
)
from tests.properties.laws import book, cases, decider

BPA_STEPS = {SanctionStep.WITHDRAWAL_NOTICE, SanctionStep.WITHDRAWAL}
SUPERVISED = {ApprovalStatus.APPROVED, ApprovalStatus.APPROVED_WITH_CONDITIONS}
_JSON = TypeAdapter(Decision)


def _all_reasons(decision: Decision) -> list[Reason]:
    found = list(decision.category.reasons)
    for visit in decision.plan.visits:
        found += [*visit.reasons, visit.notice_reason]
    found += [proposal.reason for proposal in decision.proposals]
    inner = [behind for reason in found for behind in reason.because]
    return [*found, *inner]


@given(cases())
def test_every_subject_gets_one_category_with_reasons_that_name_rule_basis_and_source(
    case: tuple[date, Dossier],
) -> None:
    day, dossier = case
    decision = decider(day).decide(dossier)
    colours = {rule.id: getattr(rule.then, "colour", None) for rule in decider(day).resolved.rules}
    raised = [colours[reason.rule] for reason in decision.category.reasons]
    expected = max((c for c in raised if c), key=lambda c: c.rank, default=Colour.GREEN)
    assert decision.category.proposed is expected
    for reason in _all_reasons(decision):
        assert reason.rule
        assert reason.sources
        assert reason.title.da
        assert reason.title.en
        for used in reason.parameters:
            assert used == decider(day).resolved.parameters[used.id]


@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_records_does_not_matter(case: tuple[date, Dossier], mixer: Any) -> None:
    day, dossier = case
    records = list(dossier.records.items())
    mixer.shuffle(records)
    shuffled = {kind: tuple(mixer.sample(found, len(found))) for kind, found in records}
    one = decider(day).decide(dossier)
    other = decider(day).decide(Dossier(dossier.subject, shuffled))
    assert one.category.proposed is other.category.proposed
    assert one.fired == other.fired
    assert _days(one) == _days(other)
    assert one.proposals == other.proposals or {p.step for p in one.proposals} == {
        p.step for p in other.proposals
    }


def _days(decision: Decision) -> list[tuple[Any, ...]]:
    return [
        (v.purposes, v.earliest, v.latest, v.notice, v.department, v.performed_by)
        for v in decision.plan.visits
    ]


@given(cases())
def test_the_same_facts_give_the_same_bytes(case: tuple[date, Dossier]) -> None:
    day, dossier = case
    first = _JSON.dump_json(decider(day).decide(dossier))
    again = Decider(resolve(book(), as_of=day)).decide(dossier)
    assert _JSON.dump_json(again) == first


@given(cases())
def test_the_plan_keeps_the_statutory_floor(case: tuple[date, Dossier]) -> None:
    day, dossier = case
    resolved = decider(day).resolved
    decision = decider(day).decide(dossier)
    floors = [floor for floor in resolved.floors if dossier.kind in floor.applies_to]
    if not floors or dossier.subject.approval_status not in SUPERVISED:
        assert decision.plan.floor_due_on is None
        return
    values = [
        (value.valid_from, value.value)
        for value in book().parameters[floors[0].interval_days.parameter].values
    ]
    open_departments = [
        d for d in dossier.of("department") if d.closed_on is None or d.closed_on > day
    ]
    duty = resolved.duty()
    for department in open_departments or [None]:
        visits = [
            v.held_on
            for v in dossier.of("visit")
            if is_duty_visit(v, duty) and (department is None or v.department == department.no)
        ]
        opened = None if department is None else department.opened_on
        start = max(visits, default=None) or opened or dossier.subject.approved_on
        due = day if start is None else max(day, last_lawful_day(start, values))
        if due <= decision.plan.period_until:
            in_time = [
                visit
                for visit in decision.plan.visits
                if visit.latest <= due
                and (department is None or visit.department == department.no)
                and Purpose.SAMPLE not in visit.purposes
            ]
            assert in_time, (department, due)
    for visit in decision.plan.visits:
        assert day <= visit.earliest <= visit.latest <= decision.plan.period_until or visit.overdue
        assert visit.purposes


@given(cases())
def test_announced_visits_respect_the_longest_notice(case: tuple[date, Dossier]) -> None:
    day, dossier = case
    for visit in decider(day).decide(dossier).plan.visits:
        if visit.notice is Notice.ANNOUNCED and visit.latest >= date(2026, 1, 1):
            assert visit.announce_not_before is not None
            assert visit.earliest - visit.announce_not_before <= timedelta(days=28)
        if visit.notice is Notice.UNANNOUNCED:
            assert visit.announce_not_before is None
        if Purpose.APPROVAL in visit.purposes:
            assert visit.notice is Notice.ANNOUNCED


@given(cases())
def test_nobody_is_proposed_a_step_that_his_kind_cannot_get(case: tuple[date, Dossier]) -> None:
    day, dossier = case
    for proposal in decider(day).decide(dossier).proposals:
        if dossier.kind is Kind.PERSONAL_ASSISTANCE_EMPLOYER:
            assert proposal.step in BPA_STEPS
        elif dossier.kind is Kind.TREATMENT_SCHOOL:
            assert proposal.step is SanctionStep.REPORT_TO_MUNICIPALITY
        else:
            assert proposal.step is not SanctionStep.REPORT_TO_MUNICIPALITY
        if day < date(2022, 2, 1):
            assert proposal.step is not SanctionStep.INTENSIFIED_WITHOUT_ORDER


@given(cases())
def test_a_step_is_ready_only_with_its_preconditions_or_a_leads_acute_decision(
    case: tuple[date, Dossier],
) -> None:
    day, dossier = case
    acute = [
        d.no
        for d in dossier.of("lead_decision")
        if d.decision is LeadDecisionKind.ACUTE_BYPASS and d.decided_on <= day <= d.expires_on
    ]
    for proposal in decider(day).decide(dossier).proposals:
        missing = [s for s in proposal.preconditions if not s.met and not s.bypassed]
        assert (proposal.status is ProposalStatus.PROPOSED) == (not missing)
        assert proposal.preconditions
        if any(s.bypassed for s in proposal.preconditions):
            assert proposal.opened_acutely_by in acute
        else:
            assert proposal.opened_acutely_by is None
        if proposal.step in (SanctionStep.ORDER, SanctionStep.WITHDRAWAL) and not missing:
            warned = {
                SanctionStep.ORDER: SanctionStep.ORDER_NOTICE,
                SanctionStep.WITHDRAWAL: SanctionStep.WITHDRAWAL_NOTICE,
            }[proposal.step]
            assert warned in {s.step for s in dossier.of("sanction")}


@given(cases())
def test_no_step_is_proposed_from_scores_alone(case: tuple[date, Dossier]) -> None:
    day, dossier = case
    only_scores = Dossier(dossier.subject, {"score": dossier.of("score")})
    with_scores = {p.step for p in decider(day).decide(only_scores).proposals}
    without = {p.step for p in decider(day).decide(Dossier(dossier.subject, {})).proposals}
    assert with_scores == without


@given(cases())
def test_only_greens_enter_a_sample_frame(case: tuple[date, Dossier]) -> None:
    day, dossier = case
    decision = decider(day).decide(dossier)
    if decision.frames:
        assert decision.category.in_force is Colour.GREEN


@given(cases())
def test_an_anonymous_source_leaves_no_trace_in_any_explanation(
    case: tuple[date, Dossier],
) -> None:
    day, dossier = case
    hidden = {
        c.no
        for c in dossier.of("concern")
        if c.anonymous or c.source is ConcernSource.WHISTLEBLOWER
    }
    for reason in _all_reasons(decider(day).decide(dossier)):
        for fact in reason.facts:
            assert fact.field not in ("source", "anonymous", "text")
            if fact.record == "concern":
                assert fact.no not in hidden
                if fact.no is None:
                    assert fact.field in ("theme", "severity", "number_of_records")


@given(cases())
def test_an_override_stands_beside_the_engines_own_proposal(case: tuple[date, Dossier]) -> None:
    day, dossier = case
    decision = decider(day).decide(dossier)
    longest = timedelta(days=decider(day).resolved.duty().override_longest_days)
    active = [
        o
        for o in dossier.of("override")
        if o.decided_on <= day <= min(o.expires_on, o.decided_on + longest)
    ]
    if active:
        assert decision.category.override is not None
        assert decision.category.in_force is decision.category.override.colour
    else:
        assert decision.category.override is None
        assert decision.category.in_force is decision.category.proposed


@given(cases())
def test_from_2026_on_only_special_circumstances_call_for_notice(
    case: tuple[date, Dossier],
) -> None:
    day, dossier = case
    for visit in decider(day).decide(dossier).plan.visits:
        if visit.latest >= date(2026, 1, 1) and visit.notice is Notice.ANNOUNCED:
            assert visit.notice_reason.rule in {
                "visits.notice_approval",
                "visits.notice_school",
                "visits.notice_special_circumstances",
                "visits.notice_predictability_special",
            }


@given(cases(), st.integers(30, 1500))
def test_the_floor_holds_through_a_planning_period_of_any_length(
    case: tuple[date, Dossier], period_days: int
) -> None:
    day, dossier = case
    resolved = decider(day).resolved
    plan = Decider(resolved, period_days=period_days).decide(dossier).plan
    floors = [floor for floor in resolved.floors if dossier.kind in floor.applies_to]
    if not floors or dossier.subject.approval_status not in SUPERVISED:
        return
    values = [
        (value.valid_from, value.value)
        for value in book().parameters[floors[0].interval_days.parameter].values
    ]
    duty = [v for v in plan.visits if {Purpose.BASIS, Purpose.DEPARTMENT} & set(v.purposes)]
    targets = {v.department for v in duty}
    if plan.floor_due_on is not None and plan.floor_due_on <= plan.period_until:
        assert duty
    for target in targets:
        planned = [v.latest for v in duty if target is None or v.department == target]
        for before, after in zip(planned, [*planned[1:], None], strict=True):
            due = last_lawful_day(before, values)
            assert due > plan.period_until or (after is not None and after <= due)
