"""What is counted is what is so: the law's last day, places and departments alike."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from engine.facts.floor import last_lawful_day
from engine.rulebook.resolve import resolve
from engine.simulation.prepared import Prepared
from engine.simulation.world import counts
from engine.simulation.world.counts import Tally, new_tally
from engine.simulation.world.measures import count_month, count_overdue
from engine.simulation.world.state import Clock
from models.conditions import ParameterRef
from models.facts import Dossier
from models.facts.course_records import Visit
from models.terms import Authority, Kind, Notice, Purpose
from tests.simulation.world.worlds import BOOK, family, ready, small, standing_still

MONTHS = 36
DAY = date(2026, 1, 1)


def unvisited(world: Prepared) -> Tally:
    """What is counted if nobody is ever visited, month by month."""
    plan = world.plan("baseline", None)
    days, portfolio = world.world.days, world.world.portfolio
    state = portfolio.state(3, len(world.world.slots))
    tally = new_tally(MONTHS, len(tuple(Kind)), len(tuple(Authority)), 3, len(tuple(Purpose)))
    number = len(portfolio.ids)
    colours = np.zeros(number, dtype=np.int64)
    for month in range(MONTHS):
        today, tomorrow = days[month], days[month + 1]
        clock = Clock(month, today, tomorrow, tomorrow, 1 + month % 12, month // 12)
        tables = plan.regimes[0].plan
        if month == 0:
            count_overdue(
                state, portfolio.supervised, tables, world.world.places, clock, tally, 0, number
            )
        count_month(
            state,
            portfolio.supervised,
            colours,
            tables,
            world.world.places,
            clock,
            tally,
            0,
            number,
        )
    return tally


def last_day(visited: date) -> date:
    interval = ParameterRef(parameter="floors.foster_family_days")
    return last_lawful_day(visited, resolve(BOOK, as_of=DAY).dated_days(interval))


@pytest.mark.parametrize("visited", [date(2024, 11, 20), date(2025, 12, 31), date(2020, 3, 1)])
def test_a_family_is_overdue_from_the_month_in_which_the_laws_last_day_passes(
    visited: date,
) -> None:
    world = ready([family(1, visited=visited)], standing_still(), as_of=DAY, months=MONTHS)
    tally = unvisited(world)
    broken = tally.month[..., counts.BREACHES].sum(axis=(1, 2))
    following = [date.fromordinal(day) for day in world.world.days[1:]]
    assert broken.tolist() == [float(last_day(visited) < day) for day in following]
    assert broken.any()
    overdue = tally.month[0, ..., counts.OVERDUE_AT_START].sum()
    assert overdue == float(last_day(visited) < DAY)


def with_departments() -> Dossier:
    return next(
        dossier
        for dossier in small()
        if len([d for d in dossier.of("department") if d.closed_on is None]) > 1
    )


def test_one_department_that_is_not_visited_is_a_breach() -> None:
    """All departments of an offer are visited lately but one, whose visit is ten years old."""
    offer = with_departments()
    numbers = [department.no for department in offer.of("department")]
    late = numbers[-1]

    def visit(number: int, department: int, on: date) -> Visit:
        return Visit(
            subject_id=offer.subject_id,
            no=number,
            held_on=on,
            purpose=Purpose.DEPARTMENT,
            notice=Notice.ANNOUNCED,
            department=department,
        )

    for old, expected in ((late, 1.0), (None, 0.0)):
        visits = tuple(
            visit(place + 1, no, DAY - timedelta(days=3_650 if no == old else 20))
            for place, no in enumerate(numbers)
        )
        records = dict(offer.records) | {"visit": visits}
        world = ready([Dossier(offer.subject, records)], standing_still(), as_of=DAY, months=MONTHS)
        assert unvisited(world).month[0, ..., counts.BREACHES].sum() == expected
