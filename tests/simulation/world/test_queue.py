"""Who gets a visit when there is not time for all: the law first, then by priority and waiting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.simulation.start import Portfolio
from engine.simulation.world import counts
from engine.simulation.world.capacity import grant_visits
from engine.simulation.world.counts import new_tally
from engine.simulation.world.plan import FLOOR_FIRST
from engine.simulation.world.state import NEED_ECONOMY, NEED_MAIN, NEEDS, Clock, Needs
from models.terms import Purpose
from tests.simulation.world.worlds import SMALL_DAY

RED, YELLOW, GREEN = 2, 5, 8
TODAY = SMALL_DAY.toordinal()
CLOCK = Clock(0, TODAY, TODAY + 30, TODAY + 30, 6, 0)
HOURS = 10.0


@dataclass
class Wanted:
    priority: int
    due: int = TODAY
    authority: int = 0
    departments: int = 1
    need: int = NEED_MAIN
    purpose: int = 0


def granted(*wanted: Wanted, left: float, others: float = 0.0) -> tuple[list[bool], Any, Any]:
    """Whether each gets a visit, what is left of each frame, and how many were put off."""
    number = len(wanted)
    ids = tuple(f"PF-{place:05}" for place in range(number))
    zeros = np.zeros(number, dtype=np.int32)
    portfolio = Portfolio(
        ids=ids,
        as_of=SMALL_DAY,
        rows=np.zeros((number, 3), dtype=np.int32),
        kind=zeros,
        authority=np.array([one.authority for one in wanted], dtype=np.int32),
        supervised=np.ones(number, dtype=np.uint8),
        start=zeros,
        department_start=np.zeros((number, 1), dtype=np.int32),
        visited=zeros,
        override_ends=zeros,
        frozen=np.array([], dtype=np.int32),
    )
    needs = Needs(
        due=np.zeros((number, NEEDS), dtype=np.int32),
        priority=np.full((number, NEEDS), 127, dtype=np.int32),
        purpose=np.full((number, NEEDS), -1, dtype=np.int32),
        departments=np.array([one.departments for one in wanted], dtype=np.int32),
        department_due=np.zeros((number, 1), dtype=np.int32),
        granted=np.zeros((number, NEEDS), dtype=np.bool_),
        price=np.zeros((number, NEEDS)),
    )
    for place, one in enumerate(wanted):
        needs.due[place, one.need] = one.due
        needs.priority[place, one.need] = one.priority
        needs.purpose[place, one.need] = one.purpose
    purposes = len(tuple(Purpose))
    price = np.full((4, NEEDS, purposes), HOURS)
    price[:, :, 1] = HOURS / 2
    frame = np.array([left, *[others] * 4])
    tally = new_tally(1, 4, 5, 3, purposes)
    state = portfolio.state(3, 1)
    grant_visits(state, needs, price, np.full(4, HOURS / 2), frame, CLOCK, tally)
    answers = [bool(needs.granted[place, one.need]) for place, one in enumerate(wanted)]
    return answers, frame, tally.month[0, 0, :, counts.PUT_OFF]


def test_what_the_law_demands_is_made_whatever_is_left() -> None:
    answers, frame, put_off = granted(Wanted(FLOOR_FIRST), Wanted(FLOOR_FIRST), left=-5.0)
    assert answers == [True, True]
    assert frame[0] == -25.0
    assert put_off[0] == 0


def test_red_before_yellow_before_green_whatever_the_order_of_ids() -> None:
    wanted = [Wanted(GREEN), Wanted(YELLOW), Wanted(RED)]
    for visits in range(4):
        answers, _, put_off = granted(*wanted, left=visits * HOURS)
        assert answers == [visits >= 3, visits >= 2, visits >= 1]
        assert put_off[0] == 3 - visits


def test_a_shorter_green_visit_never_slips_past_a_red_one() -> None:
    long_red, short_green = Wanted(RED, departments=3), Wanted(GREEN, purpose=1)
    answers, frame, _ = granted(short_green, long_red, left=2 * HOURS - 1)
    assert answers == [False, False]
    assert frame[0] == 2 * HOURS - 1
    answers, frame, _ = granted(short_green, long_red, left=2 * HOURS + HOURS / 2)
    assert answers == [True, True]
    assert frame[0] == 0


def test_within_a_class_a_shorter_visit_may_use_what_is_left() -> None:
    answers, _, _ = granted(Wanted(GREEN, departments=3), Wanted(GREEN, purpose=1), left=HOURS)
    assert answers == [False, True]


def test_who_has_waited_longer_goes_first() -> None:
    lately, long_ago = Wanted(GREEN, due=TODAY), Wanted(GREEN, due=TODAY - 200)
    assert granted(lately, long_ago, left=HOURS)[0] == [False, True]
    assert granted(long_ago, lately, left=HOURS)[0] == [True, False]
    first = Wanted(YELLOW, due=TODAY)
    assert granted(long_ago, first, left=HOURS)[0] == [False, True]


def test_an_authority_never_pays_for_another() -> None:
    here, there = Wanted(GREEN), Wanted(GREEN, authority=3)
    answers, frame, put_off = granted(here, there, left=0.0, others=HOURS)
    assert answers == [False, True]
    assert frame.tolist() == [0.0, HOURS, HOURS, 0.0, HOURS]
    assert put_off.tolist() == [1, 0, 0, 0, 0]


def test_departments_are_paid_for_one_by_one() -> None:
    answers, frame, _ = granted(Wanted(GREEN, departments=4), left=30.0)
    assert answers == [True]
    assert frame[0] == 30.0 - HOURS - 3 * HOURS / 2


def test_what_is_done_at_the_desk_is_not_put_off() -> None:
    answers, frame, _ = granted(Wanted(GREEN, need=NEED_ECONOMY), left=0.0)
    assert answers == [True]
    assert frame[0] == -HOURS


def test_nothing_is_put_off_where_nothing_is_cut() -> None:
    answers, _, put_off = granted(*[Wanted(GREEN)] * 5, left=np.inf)
    assert answers == [True] * 5
    assert put_off[0] == 0
