"""What sees to a deadline: extensions by a lead, and visits that come after it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from engine.facts import DutyReading, view_of
from models.facts import RECORD_MODELS, Dossier
from models.terms import (
    Colour,
    LeadDecisionKind,
    PerformedBy,
    Purpose,
    SanctionStatus,
    SanctionStep,
    Severity,
    TimeOfDay,
    VisitOutcome,
)
from tests.facts.test_derived import AS_OF, THEMES, offer, rows, visit

DAY = timedelta(days=1)


def order(**more: Any) -> dict[str, Any]:
    given = {"step": SanctionStep.ORDER, "decided_on": AS_OF - 90 * DAY}
    return {**given, "deadline_on": AS_OF - 9 * DAY, **more}


def extension(**more: Any) -> dict[str, Any]:
    return {
        "decision": LeadDecisionKind.EXTEND_DEADLINE,
        "decided_on": AS_OF - 10 * DAY,
        "expires_on": AS_OF + 5 * DAY,
        "decided_by": "L-1",
        "reason": "made up",
        **more,
    }


FULFILLED = {"status": SanctionStatus.FULFILLED}


@pytest.mark.parametrize(
    ("orders", "decisions", "ages"),
    [
        ([order()], [], [9]),
        ([order()], [extension()], [-5]),
        ([order(deadline_on=None)], [extension()], [-5]),
        ([order(deadline_on=AS_OF + 9 * DAY)], [extension()], [-9]),
        ([order()], [extension(expires_on=AS_OF - 2 * DAY)], [2]),
        ([order()], [extension(decided_on=AS_OF + DAY)], [9]),
        ([order()], [extension(decision=LeadDecisionKind.ACUTE_BYPASS)], [9]),
        ([order(decided_on=AS_OF - 3 * DAY)], [extension()], [9]),
        ([order(), order()], [extension()], [9, 9]),
        ([order(), order()], [extension(sanction=2)], [9, -5]),
        ([order(), order()], [extension(sanction=3)], [9, 9]),
        ([order(fulfilled_on=AS_OF - 20 * DAY, **FULFILLED), order()], [extension()], [9, -5]),
        ([order(fulfilled_on=AS_OF - 5 * DAY, **FULFILLED), order()], [extension()], [9, 9]),
        ([order(), order(step=SanctionStep.STATEMENT)], [extension()], [-5, 9]),
        (
            [order(), order(step=SanctionStep.STATEMENT)],
            [extension(step=SanctionStep.STATEMENT)],
            [9, -5],
        ),
        ([order()], [extension(), extension(expires_on=AS_OF - DAY)], [-5]),
    ],
    ids=[
        "not extended",
        "the sole order",
        "an order without a deadline gets one",
        "an extension never shortens",
        "an extension that ran out",
        "decided later",
        "another decision",
        "an order given after the decision",
        "of two, none is meant",
        "of two, the one named",
        "a number that is not there",
        "of two, one was fulfilled before",
        "of two, one was fulfilled after",
        "a statement is no order",
        "a statement named by its step",
        "the longest of several",
    ],
)
def test_a_lead_extends_the_deadline_of_the_sanction_that_is_meant(
    orders: list[dict[str, Any]], decisions: list[dict[str, Any]], ages: list[int]
) -> None:
    found = rows("sanction", *orders, lead_decision=decisions)
    assert [row["extended_deadline_age_days"] for row in found] == ages


@pytest.mark.parametrize(
    ("held_on", "more", "since"),
    [
        (AS_OF - 9 * DAY, {}, False),
        (AS_OF - 8 * DAY, {}, True),
        (AS_OF - 8 * DAY, {"outcome": VisitOutcome.NOT_MET}, False),
        (AS_OF - 8 * DAY, {"purpose": Purpose.APPROVAL}, False),
        (AS_OF - 8 * DAY, {"performed_by": PerformedBy.ECONOMY}, False),
    ],
)
def test_only_supervision_after_a_deadline_sees_to_it(
    held_on: date, more: dict[str, Any], since: bool
) -> None:
    visits = [visit(held_on, **more)]
    (sanction,) = rows("sanction", order(), visit=visits)
    assert sanction["visited_since_deadline"] is since
    condition = {"set_on": date(2026, 1, 1), "due_on": AS_OF - 9 * DAY}
    (row,) = rows("approval_condition", condition, visit=visits)
    assert row["visited_since_due"] is since
    received = {"received_on": date(2026, 1, 1), "theme": "competences"}
    (asked,) = rows(
        "concern",
        {**received, "severity": Severity.MILD, "statement_received_on": AS_OF - 9 * DAY},
        visit=visits,
    )
    expected = (held_on - (AS_OF - 9 * DAY)).days if not more else None
    assert asked["visited_after_statement_days"] == expected


@pytest.mark.parametrize(
    ("facts", "others", "waits"),
    [
        ({}, {}, True),
        ({"substantial_change_applied_on": None}, {}, False),
        ({"substantial_change_decided_on": date(2026, 1, 1)}, {}, False),
        ({"substantial_change_decided_on": date(2025, 12, 31)}, {}, True),
        ({}, {"visit": [visit(date(2026, 1, 1), purpose=Purpose.APPROVAL)]}, False),
        ({}, {"visit": [visit(date(2025, 12, 31), purpose=Purpose.APPROVAL)]}, True),
        ({}, {"visit": [visit(date(2026, 3, 1))]}, True),
    ],
)
def test_a_substantial_change_waits_until_it_is_visited_for_or_decided(
    facts: dict[str, Any], others: dict[str, Any], waits: bool
) -> None:
    subject = offer(**{"substantial_change_applied_on": date(2026, 1, 1), **facts})
    records = {
        name: tuple(
            RECORD_MODELS[name](subject_id="TB-1", no=no, **values)
            for no, values in enumerate(found, start=1)
        )
        for name, found in others.items()
    }
    view = view_of(Dossier(subject, records), as_of=AS_OF, duty=THEMES)
    assert view.subject["substantial_change_waits"] is waits


def test_a_night_visit_counts_when_somebody_was_met() -> None:
    night = {"purpose": Purpose.NIGHT, "time_of_day": TimeOfDay.NIGHT}
    subject = offer()
    found = [
        visit(date(2026, 1, 1), **night),
        visit(date(2026, 2, 1), **night, outcome=VisitOutcome.NOT_MET),
        visit(date(2026, 3, 1)),
    ]
    records = tuple(
        RECORD_MODELS["visit"](subject_id="TB-1", no=no, **values)
        for no, values in enumerate(found, start=1)
    )
    view = view_of(Dossier(subject, {"visit": records}), as_of=AS_OF, duty=THEMES)
    assert view.subject["last_night_visit_age_days"] == (AS_OF - date(2026, 1, 1)).days


@pytest.mark.parametrize(
    ("budget", "examined"),
    [
        ({"deadline_on": date(2025, 10, 1)}, date(2025, 10, 1)),
        ({"deadline_on": date(2025, 10, 1), "filed_on": date(2025, 9, 9)}, date(2025, 9, 9)),
        ({"filed_on": date(2025, 9, 9), "approved_on": date(2026, 1, 9)}, date(2026, 1, 9)),
    ],
)
def test_a_budget_is_followed_up_by_the_economy_team_after_it_was_examined(
    budget: dict[str, Any], examined: date
) -> None:
    for by, day, followed in (
        (PerformedBy.ECONOMY, examined + DAY, True),
        (PerformedBy.ECONOMY, examined, False),
        (PerformedBy.CONSULTANT, examined + DAY, False),
    ):
        desk = [visit(day, performed_by=by)]
        (row,) = rows("budget", {"budget_year": 2026, **budget}, visit=desk)
        assert row["economy_followed_up"] is followed
        assert row["examined_age_days"] == (AS_OF - examined).days
        assert row["theme"] == "economy"


def test_an_override_holds_no_longer_than_the_longest_term() -> None:
    endless = {"colour": Colour.RED, "decided_by": "K-1", "reason": "made up"}
    endless |= {"decided_on": AS_OF - 30 * DAY, "expires_on": date(2099, 1, 1)}
    for longest, active in ((30, True), (29, False)):
        duty = DutyReading(override_longest_days=longest)
        (row,) = rows("override", endless, duty=duty)
        assert row["active"] is active
