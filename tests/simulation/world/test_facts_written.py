"""What the world writes down: which score bears a decline, what a visit has seen to, and what a
newcomer takes over."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pytest

from engine.backends.kernel import UNKNOWN
from engine.simulation.prepared import Prepared
from engine.simulation.world.counts import Tally, new_tally
from engine.simulation.world.findings import FORCE_GROUP, open_concern, score_group
from engine.simulation.world.sanctions import begin_anew
from engine.simulation.world.state import NOT_FOUND, Clock, State
from engine.simulation.world.visits import follow_up_facts
from models.terms import Authority, Kind
from tests.simulation.world.worlds import SMALL_DAY, ready, small

DAY = SMALL_DAY.toordinal() + 30
CLOCK = Clock(1, DAY, DAY + 30, DAY + 30, 7, 0)
OFFER = list(Kind).index(Kind.SOCIAL_OFFER)


@cache
def world() -> Prepared:
    return ready(small(), as_of=SMALL_DAY, months=12)


def begun() -> State:
    return world().world.portfolio.state(3, len(world().world.slots))


def scores(row: Any) -> dict[int, tuple[int, int]]:
    """Value and fall from the best of each score of the group that force belongs to, by code."""
    places, codes = world().world.places, world().world.codes
    block = places.score
    found = {}
    for number in range(row[block.counted]):
        first = block.first + number * block.stride
        theme = row[first + block.theme]
        if theme >= 0 and codes.theme_group[theme] == FORCE_GROUP:
            found[int(row[first + block.indicator])] = (
                int(row[first + block.value]),
                int(row[first + block.change_from_best]),
            )
    return found


def offer_scored_on_force() -> Any:
    codes = world().world.codes
    for row in begun().rows:
        own = scores(row)
        if set(own) & set(codes.force.tolist()) and set(own) - set(codes.force.tolist()):
            return row.copy()
    raise AssertionError("no offer is scored on use of force")


@pytest.mark.parametrize(("finding", "level"), [(1, 3), (2, 2)])
def test_a_decline_is_borne_by_the_scores_on_force_only_where_force_was_reported(
    finding: int, level: int
) -> None:
    places, codes = world().world.places, world().world.codes
    rates = world().plan("baseline", None).rates
    on_force = set(codes.force.tolist())
    for force in (True, False):
        row = offer_scored_on_force()
        score_group(row, places, codes, rates, FORCE_GROUP, 0, False, DAY - 20)
        assert all(value >= 4 for value, _ in scores(row).values())
        score_group(row, places, codes, rates, FORCE_GROUP, finding, force, DAY)
        low = {code: fall for code, (value, fall) in scores(row).items() if value < 4}
        assert len(low) == 1
        assert (set(low) <= on_force) is force
        assert scores(row)[next(iter(low))][0] == level
        assert next(iter(low.values())) < 0


def seen_to(row: Any, group: int) -> bool:
    places, codes = world().world.places, world().world.codes
    block = places.concern
    return any(
        row[block.first + number * block.stride + block.visited_since] == 1
        for number in range(row[block.counted])
        if codes.theme_group[row[block.first + number * block.stride + block.theme]] == group
    )


@pytest.mark.parametrize("only", [-1, 0])
def test_a_night_visit_sees_to_the_concerns_of_its_own_theme_group(only: int) -> None:
    places, codes = world().world.places, world().world.codes
    row = begun().rows[0]
    row[places.concern.counted] = 0
    for group in (0, 1):
        assert open_concern(row, places, codes, OFFER, group, 2, DAY - 5)
    follow_up_facts(row, places, codes, only, CLOCK)
    assert seen_to(row, 0)
    assert seen_to(row, 1) is (only < 0)


def test_a_newcomer_takes_over_the_place_and_nothing_that_was_said_of_who_left() -> None:
    places, codes = world().world.places, world().world.codes
    plan = world().plan("baseline", None)
    state, tally = begun(), nothing()
    subject = int(np.flatnonzero(state.kind == OFFER)[0])
    row = state.rows[subject]
    row[places.subject.override] = codes.red
    row[places.subject.risk_sign] = 1
    row[places.subject.consultant_in_doubt] = 1
    open_concern(row, places, codes, OFFER, 0, 3, DAY - 5)
    state.quality[subject] = (2, 1, 0)
    state.declined[subject] = (0, 0, NOT_FOUND)
    state.found[subject] = (NOT_FOUND, 0, NOT_FOUND)
    begin_anew(state, subject, plan.regimes[0].plan, plan.rates, places, codes, CLOCK, tally)
    assert row[places.subject.override] == row[places.subject.risk_sign] == UNKNOWN
    assert row[places.subject.consultant_in_doubt] == 0
    block = places.concern
    opened = [
        row[block.first + number * block.stride + block.open]
        for number in range(row[block.counted])
    ]
    assert not any(value == 1 for value in opened)
    assert state.quality[subject].tolist() == [0, 0, 0]
    assert tally.month.sum() == tally.month[1, OFFER].sum() == 1.0
    assert state.start[subject] == state.visited[subject] == DAY
    assert date.fromordinal(int(row[places.subject.lawful_day_age_days])) > SMALL_DAY


def nothing() -> Tally:
    return new_tally(12, len(tuple(Kind)), len(tuple(Authority)), 3, 6)
