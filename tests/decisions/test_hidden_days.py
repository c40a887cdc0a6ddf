"""The day of a visit does not tell the day on which an anonymous concern came."""

from __future__ import annotations

from datetime import date

import pytest

from engine.decisions.decide import Decider
from engine.rulebook.load import load_rulebook
from engine.rulebook.resolve import resolve
from models.decisions import PlannedVisit
from models.facts.course_records import Concern, Visit
from models.facts.dossier import Dossier
from models.facts.subjects import FosterFamily
from models.terms import Authority, ConcernSource, FamilyType, Notice, Purpose, Severity

AS_OF = date(2025, 6, 1)
DECIDER = Decider(resolve(load_rulebook(), as_of=AS_OF))
MONDAY_TO_SUNDAY = [date(2025, 5, day) for day in range(19, 26)]


def _follow_up(
    received_on: date, *, anonymous: bool = False, source: ConcernSource | None = None
) -> PlannedVisit:
    family = FosterFamily(
        subject_id="PF-1",
        authority=Authority.SYD,
        municipality="odense",
        approved_on=date(2020, 1, 1),
        family_type=FamilyType.GENERAL,
    )
    visit = Visit(
        subject_id="PF-1",
        no=1,
        held_on=date(2025, 3, 1),
        purpose=Purpose.BASIS,
        notice=Notice.ANNOUNCED,
    )
    concern = Concern(
        subject_id="PF-1",
        no=1,
        received_on=received_on,
        theme="competences",
        severity=Severity.SERIOUS,
        anonymous=anonymous,
        source=source,
    )
    plan = DECIDER.decide(Dossier(family, {"visit": (visit,), "concern": (concern,)})).plan
    return next(v for v in plan.visits if Purpose.FOLLOW_UP in v.purposes)


@pytest.mark.parametrize(
    "hidden", [{"anonymous": True}, {"source": ConcernSource.WHISTLEBLOWER}], ids=str
)
def test_all_days_of_a_week_give_the_same_visit(hidden: dict[str, object]) -> None:
    visits = {
        (visit.earliest, visit.latest)
        for day in MONDAY_TO_SUNDAY
        for visit in [_follow_up(day, **hidden)]  # type: ignore[arg-type]
    }
    assert len(visits) == 1


def test_it_is_never_later_than_that_of_an_open_concern() -> None:
    for day in MONDAY_TO_SUNDAY:
        assert _follow_up(day, anonymous=True).latest <= _follow_up(day).latest


def test_an_open_concern_is_followed_up_from_its_own_day() -> None:
    assert len({_follow_up(day).latest for day in MONDAY_TO_SUNDAY}) > 1
