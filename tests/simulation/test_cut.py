"""A cut, subject by subject: duty visits stay, the order is kept, and who loses is named."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.facts.floor import last_lawful_day
from engine.simulation.cut import ORDER, Cut, Stage, cut_plan
from engine.simulation.cut_standing import NEVER_TAKEN, Standing, Standings
from engine.simulation.cut_tail import tail_of, unvisited
from engine.simulation.pressure import Measure, SubjectPressure
from models.terms import Colour, Kind, Notice, Purpose
from tests.simulation.portfolios import DAY, resolved_on, small, subject, visit

LIGHT = 0.7
_EXTRA = {
    Colour.GREEN: Standing.GREEN_EXTRA,
    Colour.YELLOW: Standing.YELLOW_EXTRA,
    Colour.RED: Standing.RED_EXTRA,
}


def cut(subjects: list[SubjectPressure], share: float, measure: Measure, **more: bool) -> Cut:
    return cut_plan(subjects, share=share, measure=measure, light_visit_share=LIGHT, **more)


@st.composite
def subjects(draw: st.DrawFn) -> list[SubjectPressure]:
    """Up to eight subjects with up to five visits each, of every standing its colour can have."""
    found = []
    for number in range(draw(st.integers(1, 8))):
        colour = draw(st.sampled_from(list(Colour)))
        standings = [
            *(s for s in Standing if not s.value.endswith("extra") and s is not Standing.DESK),
            _EXTRA[colour],
        ]
        visits = [
            visit(
                no,
                draw(st.sampled_from(standings)),
                notice=draw(st.sampled_from(list(Notice))),
                documents=draw(st.integers(0, 3)),
            )
            for no in range(1, draw(st.integers(0, 5)) + 1)
        ]
        last = draw(st.none() | st.dates(date(2022, 1, 1), date(2025, 5, 31)))
        found.append(subject(number + 1, *visits, colour=colour, last=last))
    return found


@given(subjects(), st.floats(0.01, 1), st.sampled_from(list(Measure)), st.booleans())
def test_the_laws_of_a_cut(
    some: list[SubjectPressure], share: float, measure: Measure, serious: bool
) -> None:
    done = cut(some, share, measure, also_serious=serious)
    after = sum(s.planned.of(measure) for s in done.after)
    assert after == pytest.approx(done.baseline - done.taken)
    whole = [loss for loss in done.losses if loss.stage is not Stage.DEPTH]
    assert all(loss.visit.standing not in NEVER_TAKEN for loss in whole)
    assert all(loss.subject.colour is not Colour.RED for loss in done.losses if loss not in whole)
    assert serious or all(loss.stage is not Stage.SERIOUS_FOLLOW_UP for loss in whole)
    turns = [ORDER.index(loss.stage) for loss in done.losses]
    assert turns == sorted(turns)
    assert done.unmet == 0 or after == pytest.approx(done.left_at_most_cut)
    assert done.slack >= -1e-9 or done.unmet > 0
    for before, left in zip(done.before, done.after, strict=True):
        kept = {v.no for v in left.planned_visits}
        assert all(v.no in kept for v in before.planned_visits if v.standing in NEVER_TAKEN)
    if done.losses:
        last = done.losses[-1]
        assert done.taken - last.gain < done.wanted


@given(subjects(), st.floats(0.01, 0.9), st.sampled_from(list(Measure)))
def test_a_larger_cut_takes_all_that_a_smaller_one_takes(
    some: list[SubjectPressure], share: float, measure: Measure
) -> None:
    smaller = [
        (loss.subject.subject_id, loss.visit.no) for loss in cut(some, share, measure).losses
    ]
    larger = [
        (loss.subject.subject_id, loss.visit.no) for loss in cut(some, share + 0.1, measure).losses
    ]
    assert larger[: len(smaller)] == smaller


def test_green_goes_before_yellow_before_depth_before_samples_before_red() -> None:
    law = Standing.STATUTORY
    some = [
        subject(1, visit(1, law), visit(2, Standing.RED_EXTRA), colour=Colour.RED),
        subject(2, visit(1, law), visit(2, Standing.YELLOW_EXTRA), colour=Colour.YELLOW),
        subject(3, visit(1, law), visit(2, Standing.GREEN_EXTRA)),
        subject(4, visit(1, law), visit(2, Standing.SAMPLE, purpose=Purpose.SAMPLE)),
        subject(5, visit(1, Standing.SERIOUS_FOLLOW_UP), visit(2, Standing.APPROVAL)),
    ]
    everything = cut(some, 1, Measure.HOURS)
    taken = [(loss.subject.subject_id[-1], loss.stage) for loss in everything.losses]
    assert taken == [
        ("3", Stage.GREEN_EXTRA),
        ("2", Stage.YELLOW_EXTRA),
        ("3", Stage.DEPTH),
        ("4", Stage.DEPTH),
        ("2", Stage.DEPTH),
        ("4", Stage.SAMPLE),
        ("1", Stage.RED_EXTRA),
    ]
    assert everything.unmet > 0
    assert everything.slack < 0
    serious = cut(some, 1, Measure.VISITS, also_serious=True)
    assert serious.losses[-1].stage is Stage.SERIOUS_FOLLOW_UP
    assert serious.by_stage()[Stage.SERIOUS_FOLLOW_UP] == (1, 1, 1.0)
    assert serious.left_at_most_cut == serious.untouchable == 5


def test_the_last_visits_go_first_and_the_lately_visited_lose_first() -> None:
    extra = Standing.YELLOW_EXTRA
    three = [visit(1, Standing.STATUTORY), visit(2, extra), visit(3, extra)]
    old = subject(1, *three, colour=Colour.YELLOW, last=date(2023, 1, 1))
    new = subject(2, *three, colour=Colour.YELLOW, last=date(2025, 5, 1))
    done = cut([old, new], 1, Measure.VISITS)
    assert [(loss.subject.subject_id[-1], loss.ordinal) for loss in done.losses] == [
        ("2", 3),
        ("1", 3),
        ("2", 2),
        ("1", 2),
    ]


def test_depth_saves_hours_and_documents_and_no_visit() -> None:
    one = subject(1, visit(1, Standing.STATUTORY, documents=2))
    lighter = cut([one], 0.2, Measure.HOURS)
    (loss,) = lighter.losses
    assert (loss.hours, loss.documents) == (pytest.approx(0.3 * 15), 2)
    assert lighter.after[0].planned.visits == 1
    assert lighter.after[0].planned.documents == 0
    assert lighter.after[0].planned.parts.travel_hours == one.planned.parts.travel_hours
    assert cut([one], 0.2, Measure.VISITS).losses == ()
    assert cut([one], 0.2, Measure.VISITS).unmet == pytest.approx(0.2)


def test_a_duty_visit_that_also_follows_up_something_serious_is_not_made_lighter() -> None:
    plain = visit(1, Standing.STATUTORY)
    weighty = dataclasses.replace(visit(2, Standing.STATUTORY), serious=True)
    done = cut([subject(1, plain, weighty, colour=Colour.YELLOW)], 1, Measure.HOURS)
    assert [loss.visit.no for loss in done.losses] == [1]


def test_what_is_serious_is_told_of_every_planned_visit() -> None:
    rules = Standings(resolved_on(DAY)).serious_rules
    told = [
        (counted.serious, any(reason.rule in rules for reason in planned.reasons))
        for _, decision, pressure in small()
        for planned, counted in zip(decision.plan.visits, pressure.planned_visits, strict=True)
    ]
    assert all(one == other for one, other in told)
    assert sum(one for one, _ in told) >= 10


def test_a_cut_of_unannounced_visits_leaves_the_announced_alone() -> None:
    told = visit(2, Standing.GREEN_EXTRA, notice=Notice.ANNOUNCED)
    some = [subject(1, visit(1, Standing.STATUTORY), told, visit(3, Standing.GREEN_EXTRA))]
    done = cut(some, 0.5, Measure.UNANNOUNCED)
    assert [loss.visit.no for loss in done.losses] == [3]


def test_the_deepest_cut_leaves_a_lawful_plan_for_every_family() -> None:
    """Every lawful day is kept to, though all extra visits are gone."""
    families = [
        (dossier, decision, pressure)
        for dossier, decision, pressure in small()
        if pressure.kind is Kind.FOSTER_FAMILY and pressure.last_duty_visit_on is not None
    ]
    deepest = cut([pressure for _, _, pressure in families], 1, Measure.VISITS, also_serious=True)
    assert deepest.losses
    for (_, decision, _), left in zip(families, deepest.after, strict=True):
        last = left.last_duty_visit_on
        assert last is not None
        kept = [v for v in left.planned_visits if not v.desk]
        intervals = dict(resolved_on(DAY).duty().floor_days)[Kind.FOSTER_FAMILY]
        for planned in sorted(kept, key=lambda v: v.on):
            assert planned.on <= max(last_lawful_day(last, intervals), DAY)
            last = planned.on
        assert last_lawful_day(last, intervals) >= decision.plan.period_until


def test_the_tail_tells_who_waits_longest() -> None:
    until = date(2026, 6, 1)
    far, near, never = (
        subject(1, last=date(2022, 6, 1)),
        subject(2, visit(1, Standing.STATUTORY, on=date(2025, 7, 1)), last=date(2025, 5, 1)),
        subject(3, last=None),
    )
    sample = visit(1, Standing.SAMPLE, purpose=Purpose.SAMPLE, on=date(2025, 6, 2))
    sampled = subject(4, sample, last=date(2025, 6, 1))
    items = unvisited([near, far, never, sampled], period_until=until)
    assert [(item.subject.subject_id[-1], item.days) for item in items] == [
        ("3", 2343),
        ("1", 1461),
        ("4", 365),
        ("2", 61),
    ]
    assert (items[0].last_on, items[3].next_on) == (None, date(2025, 7, 1))
    tail = tail_of(items)
    assert (tail.subjects, tail.median_days, tail.nine_of_ten_days) == (4, 365, 2343)
    assert (tail.over_one_year, tail.over_two_years, tail.over_three_years) == (2, 2, 2)
    assert tail_of([]).subjects == 0


def test_a_cut_lengthens_the_tail_of_the_small_portfolio_and_of_nobody_shortens_it() -> None:
    done = cut([pressure for _, _, pressure in small()], 0.3, Measure.HOURS)
    assert done.unmet == 0
    until = date(2026, 6, 1)
    before = {i.subject.subject_id: i.days for i in unvisited(done.before, period_until=until)}
    after = {i.subject.subject_id: i.days for i in unvisited(done.after, period_until=until)}
    assert all((after[name] or 0) >= (days or 0) for name, days in before.items())
    assert sum(after[name] != days for name, days in before.items()) > 10
