"""Hours of the simulated world are those of pressure: who comes, and for how long. Synthetic."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import pytest

from engine.simulation.hours import visit_hours
from engine.simulation.prepared import Prepared
from engine.simulation.world.rates import KINDS
from engine.simulation.world.state import NEED_MAIN, NEED_SAMPLE
from models.facts import Dossier
from models.facts.subjects import RiskSign
from models.terms import Kind, PerformedBy, Purpose
from tests.simulation.world.worlds import ASSUMED, SMALL_DAY, cut, ready, small

# What is not known is a number so low that days run over; the compiled world takes it so too.
pytestmark = pytest.mark.filterwarnings("ignore:overflow encountered:RuntimeWarning")
OFFER = Kind.SOCIAL_OFFER
MINUTES = 30
MONTHS_OF_2025 = 6
ON_THE_DAY = ASSUMED.on(SMALL_DAY)


def with_risk(sign: RiskSign | None, every: int = 1) -> list[Dossier]:
    """The small portfolio with a risk at every so-many-th offer, and at no other."""
    others = [dossier for dossier in small() if dossier.kind is not OFFER]
    offers = [
        Dossier(
            dossier.subject.model_copy(update={"risk_sign": None if number % every else sign}),
            dossier.records,
        )
        for number, dossier in enumerate(d for d in small() if d.kind is OFFER)
    ]
    return offers + others


def prepared(dossiers: Iterable[Dossier], months: int, as_of: date = SMALL_DAY) -> Prepared:
    return ready(dossiers, as_of=as_of, months=months, jit=False)


def hours(world: Prepared, need: int, purpose: Purpose, kind: Kind = OFFER) -> float:
    place = (KINDS.index(kind), need, tuple(Purpose).index(purpose))
    return float(world.plan("baseline").costs.hours[place])


def test_a_sample_visit_lasts_no_longer_than_its_frame_says() -> None:
    only_short = prepared(small(), MONTHS_OF_2025)
    capped = visit_hours(ON_THE_DAY, OFFER, Purpose.SAMPLE, at_most_minutes=MINUTES)
    usual = visit_hours(ON_THE_DAY, OFFER, Purpose.SAMPLE)
    assert hours(only_short, NEED_SAMPLE, Purpose.SAMPLE) == pytest.approx(capped)
    both = hours(prepared(small(), 24), NEED_SAMPLE, Purpose.SAMPLE)
    assert capped < both < usual
    family = Kind.FOSTER_FAMILY
    assert hours(only_short, NEED_SAMPLE, Purpose.SAMPLE, family) == pytest.approx(
        visit_hours(ON_THE_DAY, family, Purpose.SAMPLE)
    )


def test_who_follows_up_is_reckoned_with() -> None:
    alone = visit_hours(ON_THE_DAY, OFFER, Purpose.FOLLOW_UP)
    team = visit_hours(
        ON_THE_DAY, OFFER, Purpose.FOLLOW_UP, performed_by=PerformedBy.SPECIAL_EFFORT_TEAM
    )
    assert team > alone
    found = [
        hours(prepared(with_risk(sign, every), 3), NEED_MAIN, Purpose.FOLLOW_UP)
        for sign, every in ((None, 1), (RiskSign.POTENTIAL, 8), (RiskSign.IMMINENT, 1))
    ]
    assert found[0] == pytest.approx(alone)
    assert alone < found[1] < team
    assert found[2] == pytest.approx(team)
    risky = prepared(with_risk(RiskSign.IMMINENT), 3)
    basis = visit_hours(ON_THE_DAY, OFFER, Purpose.BASIS)
    assert hours(risky, NEED_MAIN, Purpose.BASIS) == pytest.approx(basis)


def test_a_shorter_visit_is_capped_by_what_is_left_of_it() -> None:
    usual, capped = (
        visit_hours(ON_THE_DAY, OFFER, Purpose.SAMPLE, at_most_minutes=most, depth=0.5)
        for most in (None, MINUTES)
    )
    on_site = ON_THE_DAY.number("hours.social_offer.on_site") * ON_THE_DAY.number(
        "hours.sample_share"
    )
    assert usual - capped == pytest.approx(on_site / 2 - MINUTES / 60)
    at_the_desk = [
        visit_hours(
            ON_THE_DAY, OFFER, Purpose.FOLLOW_UP, performed_by=PerformedBy.ECONOMY, depth=depth
        )
        for depth in (1.0, 0.5)
    ]
    assert at_the_desk[0] == at_the_desk[1]
    short = cut(0, depth_percent=50)
    world = ready(small(), as_of=SMALL_DAY, months=MONTHS_OF_2025, policies=[short], jit=False)
    costs = world.plan(short.id).costs.hours
    place = (KINDS.index(OFFER), NEED_SAMPLE, tuple(Purpose).index(Purpose.SAMPLE))
    assert costs[place] == pytest.approx(capped)
