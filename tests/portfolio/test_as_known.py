"""What was known on a day, and the deadlines that are filled in."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.facts.as_known import as_known, event_dates
from engine.portfolio.budgets import approval_deadline, with_deadlines
from models.facts.course_records import Appeal, Budget, Concern, Sanction, Visit
from models.facts.dossier import Dossier
from models.facts.quality_records import Department
from models.facts.subjects import FosterFamily, SocialOffer
from models.terms import (
    ApprovalStatus,
    Authority,
    DwellingForm,
    FamilyType,
    Notice,
    Ownership,
    Purpose,
    SanctionStatus,
    SanctionStep,
    Segment,
    Severity,
    SupportNeed,
)
from tests.portfolio.small_world import registers

ID = "ST-1"
DAYS = st.dates(date(2020, 1, 1), date(2024, 12, 31))


def offer(**facts):
    values = {
        "subject_id": ID,
        "authority": Authority.SYD,
        "municipality": "aeroe",
        "ownership": Ownership.PRIVATE,
        "segment": Segment.ADULTS,
        "dwelling_form": DwellingForm.DAY,
        "places": 4,
    }
    return SocialOffer(**(values | facts))


def concern(no=1, **dates):
    return Concern(subject_id=ID, no=no, theme="t", severity=Severity.MILD, **dates)


@st.composite
def histories(draw):
    days = draw(st.lists(DAYS, min_size=12, max_size=12))
    some = [draw(st.one_of(st.none(), st.just(d))) for d in days]
    status = draw(st.sampled_from(list(SanctionStatus)))
    ended = ApprovalStatus.ENDED if some[1] else ApprovalStatus.APPROVED
    return Dossier(
        offer(applied_on=some[0], ended_on=some[1], approval_status=ended, approved_on=some[11]),
        {
            "department": (Department(subject_id=ID, no=1, opened_on=some[2]),),
            "visit": (
                Visit(
                    subject_id=ID,
                    no=1,
                    held_on=days[3],
                    department=1,
                    purpose=Purpose.BASIS,
                    notice=Notice.ANNOUNCED,
                ),
            ),
            "concern": (
                concern(received_on=days[4], statement_requested_on=some[5], closed_on=some[6]),
            ),
            "sanction": (
                Sanction(
                    subject_id=ID,
                    no=1,
                    step=SanctionStep.ORDER,
                    decided_on=days[7],
                    ends_on=some[8],
                    fulfilled_on=some[9],
                    status=status,
                ),
            ),
            "appeal": (
                Appeal(subject_id=ID, no=1, appealed_on=days[7], sanction=1, decided_on=some[10]),
            ),
        },
    )


@given(histories(), DAYS)
def test_nothing_later_remains(history, day):
    known = as_known(history, day)
    if known is None:
        return
    for fact in (known.subject, *(r for rows in known.records.values() for r in rows)):
        for name in event_dates(type(fact)):
            value = getattr(fact, name)
            assert value is None or value <= day


@given(histories(), DAYS, DAYS)
def test_looking_back_twice_is_looking_back_once(history, one, other):
    early, late = sorted((one, other))
    known = as_known(history, late)
    again = None if known is None else as_known(known, early)
    assert again == as_known(history, early)


@given(histories())
def test_a_history_without_later_facts_is_left_alone(history):
    assert as_known(history, date(2030, 1, 1)) is history


def test_an_approval_that_ended_later_was_an_approval():
    ended = offer(ended_on=date(2024, 5, 1), approval_status=ApprovalStatus.ENDED)
    known = as_known(Dossier(ended, {}), date(2024, 4, 30))
    assert known.subject.approval_status is ApprovalStatus.APPROVED
    assert known.subject.ended_on is None


def test_before_its_application_a_subject_was_not_there():
    assert as_known(Dossier(offer(applied_on=date(2024, 1, 2)), {}), date(2024, 1, 1)) is None
    applied = offer(applied_on=date(2024, 1, 2), approved_on=date(2024, 6, 1))
    known = as_known(Dossier(applied, {}), date(2024, 1, 2))
    assert known.subject.approval_status is ApprovalStatus.APPLIED


def test_before_the_recategorisation_the_former_approval_held():
    family = FosterFamily(
        subject_id="PF-1",
        authority=Authority.SYD,
        municipality="aeroe",
        family_type=FamilyType.GENERAL,
        approved_need=SupportNeed.SEVERE,
        previous_approved_need=SupportNeed.MILD,
        recategorised_on=date(2024, 1, 1),
    )
    known = as_known(Dossier(family, {}), date(2023, 12, 31))
    assert known.subject.approved_need is SupportNeed.MILD
    assert known.subject.previous_approved_need is None


def test_deadlines_ahead_are_kept():
    sanction = Sanction(
        subject_id=ID,
        no=1,
        step=SanctionStep.ORDER,
        decided_on=date(2024, 1, 1),
        deadline_on=date(2024, 7, 1),
    )
    dossier = Dossier(offer(), {"sanction": (sanction,)})
    assert as_known(dossier, date(2024, 2, 1)) is dossier


def budget(**facts):
    return Budget(subject_id=ID, no=1, budget_year=2026, **facts)


OCTOBER, NOVEMBER = date(2025, 10, 1), date(2025, 11, 15)


@pytest.mark.parametrize(
    ("filed_on", "expected"),
    [
        (None, None),
        (OCTOBER, date(2026, 1, 1)),
        (OCTOBER + timedelta(days=1), date(2026, 4, 1)),
        (NOVEMBER, date(2026, 4, 1)),
        (NOVEMBER + timedelta(days=1), None),
    ],
)
def test_approval_deadline_on_both_sides_of_each_threshold(filed_on, expected):
    assert approval_deadline(budget(filed_on=filed_on)) == expected


@pytest.mark.parametrize(
    ("ownership", "due_on"), [(Ownership.PRIVATE, OCTOBER), (Ownership.REGIONAL, NOVEMBER)]
)
def test_an_empty_filing_deadline_follows_ownership(ownership, due_on):
    dossier = Dossier(offer(ownership=ownership), {"budget": (budget(),)})
    filled = with_deadlines(dossier, registers())
    assert filled.of("budget")[0].deadline_on == due_on


def test_a_deadline_that_stands_there_is_kept():
    given_day = date(2025, 12, 1)
    days = {"deadline_on": given_day, "approval_deadline_on": given_day}
    dossier = Dossier(offer(), {"budget": (budget(**days),)})
    assert with_deadlines(dossier, registers()) is dossier
