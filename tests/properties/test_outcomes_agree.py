"""The outcome tables hold what is decided subject by subject, row for row."""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.backends.tables import OutcomeTables
from engine.rulebook.book import Rulebook
from engine.rulebook.load import load_rulebook
from engine.rulebook.resolve import resolve
from engine.testing import rulebooks, subjects
from models.facts import Dossier
from models.terms import Authority, Severity
from tests.decisions.case_facts import (
    AS_OF,
    acute_decision,
    concern,
    days,
    family,
    offer,
    visit,
)
from tests.generated_portfolio import generated
from tests.properties.examples import examples
from tests.properties.outcomes import PerSubject, hold_outcomes

DAYS = (date(2022, 12, 31), date(2024, 7, 1), date(2025, 9, 1), date(2026, 3, 1))
BOOK = load_rulebook()


@cache
def shipped(day: date) -> tuple[PerSubject, OutcomeTables]:
    return readings(BOOK, day)


def readings(book: Rulebook, day: date) -> tuple[PerSubject, OutcomeTables]:
    per_subject = PerSubject(resolve(book, as_of=day))
    tables = OutcomeTables(
        per_subject.resolved,
        per_subject.decider.program,
        notices_change_on=per_subject.notices_change_on,
    )
    return per_subject, tables


def different(drawn: list[Dossier]) -> list[Dossier]:
    return list({dossier.subject_id: dossier for dossier in drawn}.values())


@settings(max_examples=examples(10, share=2))
@given(data=st.data(), day=st.sampled_from(DAYS))
def test_any_subjects_of_the_shipped_rulebook(data: st.DataObject, day: date) -> None:
    drawn = data.draw(st.lists(subjects(as_of=day), min_size=1, max_size=8))
    found = hold_outcomes(*shipped(day), different(drawn))
    assert len(found["decision"]) == len(different(drawn))


@settings(max_examples=examples(10, share=3))
@given(book=rulebooks(), data=st.data(), day=st.sampled_from(DAYS))
def test_any_rulebook(book: Rulebook, data: st.DataObject, day: date) -> None:
    drawn = data.draw(st.lists(subjects(as_of=day), min_size=1, max_size=8))
    per_subject, tables = readings(book, day)
    with tables:
        hold_outcomes(per_subject, tables, different(drawn))


@pytest.mark.slow
@pytest.mark.parametrize("day", DAYS, ids=str)
def test_a_generated_portfolio(day: date) -> None:
    dossiers = generated(Authority.SYD, as_of=DAYS[0], seed=3, every=3)
    assert len(dossiers) > 500
    found = hold_outcomes(*shipped(day), dossiers)
    assert {row["purpose"] for row in found["required_visit"]} >= {"basis", "department"}
    assert any(row["missing"] for row in found["proposal"])


def corners() -> list[Dossier]:
    """What a portfolio seldom has: an unvisited department, a closed one, an acute decision, a
    concern whose source is hidden."""
    departments = [
        {"opened_on": AS_OF - days(100)},
        {"opened_on": AS_OF - days(500), "closed_on": AS_OF - days(5)},
        {"opened_on": AS_OF - days(500)},
        {},
    ]
    visits = [visit(AS_OF - days(200), department=3), visit(AS_OF - days(40))]
    acute = {"lead_decision": [acute_decision()]}
    return [
        offer(records={"department": departments, "visit": visits}),
        family(records={"concern": [concern(AS_OF - days(10))]}),
        *(
            family(
                subject_id=f"PF-{number}",
                records={
                    "concern": [concern(AS_OF - days(number), severity, anonymous=hidden)],
                    **(acute if number % 2 else {}),
                },
            )
            for number, (severity, hidden) in enumerate(
                ((s, h) for s in Severity for h in (True, False) for _ in range(3)), start=2
            )
        ),
    ]


def test_corners_of_windows_and_proposals() -> None:
    found = hold_outcomes(*shipped(AS_OF), corners())
    departments = {row["department"] for row in found["required_visit"]}
    assert departments >= {1, 3, 4}
    assert 2 not in departments
    assert any(row["opened_acutely"] for row in found["proposal"])
    assert any(row["missing"] for row in found["proposal"])
