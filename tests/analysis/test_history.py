"""Since when, and what comes, held against every single day. All facts are synthetic."""

from datetime import date, timedelta
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.analysis.colours import Colours
from engine.analysis.history import Since, colour_ahead, colour_since
from engine.facts.as_known import as_known
from engine.rulebook.book import FIRST_DAY
from engine.rulebook.load import load_rulebook
from models.facts.course_records import ApprovalCondition, Concern, Override, Sanction, Visit
from models.facts.dossier import Dossier
from models.facts.quality_records import IndicatorScore, PlacedChild
from models.facts.subjects import FosterFamily
from models.terms import (
    Authority,
    Colour,
    FamilyType,
    Kind,
    Notice,
    Purpose,
    SanctionStep,
    Severity,
    SupportNeed,
)

BOOK = load_rulebook()
COLOURS = Colours(BOOK)
ONE = date.resolution
ID = {"subject_id": "PF-1"}


def brute_since(dossier: Dossier, as_of: date) -> Since:
    now = COLOURS.on(as_known(dossier, as_of) or dossier, as_of).in_force
    day = as_of
    while day > FIRST_DAY:
        known = as_known(dossier, day - ONE)
        if known is None or COLOURS.on(known, day - ONE).in_force is not now:
            return Since(day, at_least=False)
        day -= ONE
    return Since(day, at_least=True)


def brute_ahead(dossier: Dossier, as_of: date, days: int) -> list[tuple[date, Colour]]:
    found = []
    for ahead in range(1, days + 1):
        day = as_of + timedelta(days=ahead)
        colour = COLOURS.on(dossier, day).in_force
        if colour is not COLOURS.on(dossier, day - ONE).in_force:
            found.append((day, colour))
    return found


@st.composite
def families(draw: st.DrawFn, as_of: date) -> Dossier:
    def past(longest: int = 1500) -> date:
        return as_of - timedelta(days=draw(st.integers(0, longest)))

    def later(day: date) -> date | None:
        return draw(st.none() | st.dates(day, max(day, as_of)))

    def many(make, most: int = 2):
        return tuple(make(no) for no in range(1, draw(st.integers(0, most)) + 1))

    def concern(no: int) -> Concern:
        received = past(900)
        requested = later(received)
        return Concern(
            **ID,
            no=no,
            received_on=received,
            theme=draw(st.sampled_from(["competences", "economy"])),
            severity=draw(st.sampled_from(Severity)),
            dialogue_on=later(received),
            statement_requested_on=requested,
            statement_due_on=None if requested is None else requested + timedelta(days=14),
            statement_received_on=None if requested is None else later(requested),
            closed_on=later(received),
        )

    def visit(no: int) -> Visit:
        return Visit(
            **ID,
            no=no,
            held_on=past(),
            purpose=draw(st.sampled_from([Purpose.BASIS, Purpose.SAMPLE])),
            notice=Notice.UNANNOUNCED,
        )

    def sanction(no: int) -> Sanction:
        decided = past()
        return Sanction(
            **ID,
            no=no,
            step=draw(st.sampled_from(SanctionStep)),
            decided_on=decided,
            deadline_on=decided + timedelta(days=30),
            ends_on=decided + timedelta(days=draw(st.integers(30, 180))),
            fulfilled_on=later(decided),
        )

    def condition(no: int) -> ApprovalCondition:
        day = past()
        due = day + timedelta(days=90)
        return ApprovalCondition(**ID, no=no, set_on=day, due_on=due, fulfilled_on=later(day))

    def override(no: int) -> Override:
        day = past(400)
        return Override(
            **ID,
            no=no,
            colour=draw(st.sampled_from(Colour)),
            decided_by="K-1",
            decided_on=day,
            expires_on=day + timedelta(days=draw(st.integers(0, 500))),
            reason="synthetic",
        )

    def child(no: int) -> PlacedChild:
        placed = past()
        return PlacedChild(
            **ID,
            no=no,
            need=draw(st.sampled_from(SupportNeed)),
            placed_on=placed,
            moved_out_on=later(placed),
            child_plan_received=draw(st.none() | st.booleans()),
        )

    def score(no: int) -> IndicatorScore:
        return IndicatorScore(
            **ID, no=no, indicator="family.4a", value=draw(st.integers(1, 5)), scored_on=past()
        )

    subject = FosterFamily(
        **ID,
        authority=Authority.SYD,
        municipality="aabenraa",
        approved_on=draw(st.none() | st.just(past(2500))),
        family_type=FamilyType.GENERAL,
        approved_need=draw(st.none() | st.sampled_from(SupportNeed)),
        risk_assessed_on=draw(st.none() | st.just(past())),
        last_placed_on=draw(st.none() | st.just(past())),
        declining_quality_suspected_on=draw(st.none() | st.just(past(300))),
    )
    return Dossier(
        subject,
        {
            "concern": many(concern),
            "visit": many(visit, 3),
            "sanction": many(sanction),
            "approval_condition": many(condition, 1),
            "override": many(override, 1),
            "placed_child": many(child),
            "score": many(score),
        },
    )


@given(st.data())
@settings(max_examples=40)
def test_since_is_what_every_single_day_says(data: st.DataObject) -> None:
    as_of = data.draw(st.dates(date(2022, 1, 1), date(2026, 6, 30)))
    dossier = data.draw(families(as_of))
    assert colour_since(dossier, BOOK, as_of, colours=COLOURS) == brute_since(dossier, as_of)


@given(st.data())
@settings(max_examples=40)
def test_ahead_is_what_every_single_day_says(data: st.DataObject) -> None:
    as_of = data.draw(st.dates(date(2022, 1, 1), date(2026, 6, 30)))
    dossier = data.draw(families(as_of))
    changes = colour_ahead(dossier, BOOK, as_of, 400, colours=COLOURS)
    assert [(c.day, c.colour) for c in changes] == brute_ahead(dossier, as_of, 400)
    for change in changes:
        assert change.rules or dossier.of("override")


@cache
def plain_family(**facts: object) -> Dossier:
    subject = FosterFamily(
        **ID,
        authority=Authority.SYD,
        municipality="aabenraa",
        approved_on=date(2019, 1, 1),
        family_type=FamilyType.GENERAL,
        **facts,
    )
    visit = Visit(
        **ID,
        no=1,
        held_on=date(2025, 5, 1),
        purpose=Purpose.BASIS,
        notice=Notice.UNANNOUNCED,
    )
    return Dossier(subject, {"visit": (visit,)})


def test_a_concern_colours_from_the_day_it_came() -> None:
    plain = plain_family()
    concern = Concern(
        **ID,
        no=1,
        received_on=date(2025, 5, 20),
        theme="competences",
        severity=Severity.SERIOUS,
    )
    dossier = Dossier(plain.subject, {**plain.records, "concern": (concern,)})
    assert colour_since(dossier, BOOK, date(2025, 5, 25)) == Since(
        date(2025, 5, 20), at_least=False
    )
    (change, *_) = colour_ahead(dossier, BOOK, date(2025, 5, 25), 60)
    days = BOOK.parameters["concerns.serious_dialogue_days"].values[0].value
    assert isinstance(days, int)
    assert change.colour is Colour.RED
    assert change.day == date(2025, 5, 20) + timedelta(days=days)
    assert "category.serious_concern_unanswered" in change.rules


def test_a_reading_is_shared_by_days_between_changes() -> None:
    colours = Colours(BOOK)
    first = colours.reading(Kind.FOSTER_FAMILY, date(2025, 2, 1))
    assert colours.reading(Kind.FOSTER_FAMILY, date(2025, 2, 2)) is first
    assert colours.reading(Kind.FOSTER_FAMILY, date(2026, 1, 1)) is not first
