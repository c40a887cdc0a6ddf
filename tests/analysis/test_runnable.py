"""`rules check` finds what would stop a run: limits passed, a visit without notice."""

from __future__ import annotations

import dataclasses
from datetime import date

from engine.analysis.runnable import limit_problems, notice_gap_problems
from engine.rulebook.load import load_rulebook
from models.conditions import AllOf, AnyOf, Comparison, Operator
from models.rulebook import NoticeOutcome

BOOK = load_rulebook()


def test_the_shipped_rulebook_runs_on_every_day() -> None:
    assert [*limit_problems(BOOK), *notice_gap_problems(BOOK)] == []


def test_a_purpose_without_a_notice_that_always_holds_is_found_with_kind_and_day() -> None:
    rules = tuple(rule for rule in BOOK.rules if rule.id != "visits.notice_unannounced_by_law")
    problems = list(notice_gap_problems(dataclasses.replace(BOOK, rules=rules)))
    texts = [problem.text for problem in problems]
    assert any(
        "from 2026-01-01" in text and "foster_family's visit with purpose basis" in text
        for text in texts
    )
    assert not any("from 2022-01-01" in text for text in texts)
    assert not any("treatment_school" in text for text in texts)


def test_a_condition_with_too_many_alternatives_is_refused_with_its_place() -> None:
    branch = AnyOf(
        parts=tuple(
            Comparison(field="places", operator=Operator.IS, operands=(n,)) for n in range(20)
        )
    )
    other = AnyOf(
        parts=tuple(
            Comparison(field="placement_places_at_school", operator=Operator.IS, operands=(n,))
            for n in range(20)
        )
    )
    found = next(r for r in BOOK.rules if r.id == "signals.offer_facts_stale")
    heavy = found.model_copy(update={"when": AllOf(parts=(branch, other))})
    rules = tuple(heavy if r.id == found.id else r for r in BOOK.rules)
    problems = list(limit_problems(dataclasses.replace(BOOK, rules=rules)))
    assert [(p.place, "alternatives" in p.text) for p in problems] == [(found.place, True)]
    assert found.valid_from == date(2022, 1, 1)


def test_notice_rules_are_those_the_check_looks_at() -> None:
    assert sum(isinstance(rule.then, NoticeOutcome) for rule in BOOK.rules) >= 5
