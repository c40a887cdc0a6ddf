"""What is true of the shipped rulebook's decisions and need not be of another's."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given

from engine.testing.laws import Case
from models.terms import Notice, Purpose, SanctionStep
from tests.properties.laws import shipped

CASES = shipped().cases()


@given(CASES)
def test_announced_visits_respect_the_longest_notice(case: Case) -> None:
    for visit in shipped().decider(case.day).decide(case.dossier).plan.visits:
        if visit.notice is Notice.ANNOUNCED and visit.latest >= date(2026, 1, 1):
            assert visit.announce_not_before is not None
            assert visit.earliest - visit.announce_not_before <= timedelta(days=28)
        if Purpose.APPROVAL in visit.purposes:
            assert visit.notice is Notice.ANNOUNCED


@given(CASES)
def test_from_2026_on_only_special_circumstances_call_for_notice(case: Case) -> None:
    for visit in shipped().decider(case.day).decide(case.dossier).plan.visits:
        if visit.latest >= date(2026, 1, 1) and visit.notice is Notice.ANNOUNCED:
            assert visit.notice_reason.rule in {
                "visits.notice_approval",
                "visits.notice_school",
                "visits.notice_special_circumstances",
                "visits.notice_predictability_special",
            }


@given(CASES)
def test_intensified_supervision_without_an_order_is_younger_than_the_rest(case: Case) -> None:
    for proposal in shipped().decider(case.day).decide(case.dossier).proposals:
        if case.day < date(2022, 2, 1):
            assert proposal.step is not SanctionStep.INTENSIFIED_WITHOUT_ORDER
        assert proposal.person_must.da
