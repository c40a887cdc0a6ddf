"""What the reading over tables does with unknown facts, counts, kinds, batches and names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import ibis
import pytest
import sqlglot

from engine.backends.reference import ReferenceBackend
from engine.backends.tables import TablesBackend, compile_program, lay_out
from engine.backends.tables.layout import Case
from engine.backends.tables.names import ColumnNames
from engine.facts import View
from engine.rulebook.load import load_rulebook
from engine.rulebook.program import Item, program_of
from engine.rulebook.resolve import resolve
from models.conditions import AllOf, AnyOf, Condition, Not, Quantified, SignalHeld
from models.rulebook import Place
from models.terms import Colour, Kind
from tests.backends.building import AS_OF, TRUE, count, field, item, no, program

PLACES = field("places", "at_least", 10)


def case(
    number: int,
    *,
    kind: Kind = Kind.SOCIAL_OFFER,
    override: Colour | None = None,
    concerns: tuple[dict[str, Any], ...] = (),
    **facts: Any,
) -> Case:
    records = {"concern": list(concerns)} if concerns else {}
    return View(f"TB-{number}", kind, AS_OF, {"kind": kind, **facts}, records), override


def held(condition: Condition, *cases: Case) -> list[bool]:
    """For each subject whether a rule with this condition fires, which the reference confirms."""
    rules = program(item("r", condition))
    with TablesBackend(rules) as tables:
        found = [firing for _, firing in tables.firings(cases)]
    reference = ReferenceBackend(rules)
    assert found == [reference.evaluate(view, override) for view, override in cases]
    return ["r" in firing.held for firing in found]


KNOWN, UNKNOWN = (case(1, places=12), case(2, places=3)), case(3, places=None)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (PLACES, [True, False, False]),
        (Not(part=PLACES), [False, True, True]),
        (Not(part=Not(part=PLACES)), [True, False, False]),
        (field("places", "is_unknown"), [False, False, True]),
        (Not(part=field("places", "is_known")), [False, False, True]),
        (field("places", "is_one_of", 3, 4), [False, True, False]),
        (Not(part=field("places", "is_one_of", 3, 4)), [True, False, True]),
        (Not(part=AnyOf(parts=(PLACES, field("places", "is", 3)))), [False, False, True]),
        (Not(part=AllOf(parts=(PLACES, TRUE))), [False, True, True]),
        (AllOf(parts=()), [True, True, True]),
        (AnyOf(parts=()), [False, False, False]),
    ],
    ids=str,
)
def test_an_unknown_fact_is_neither_above_nor_below(
    condition: Condition, expected: list[bool]
) -> None:
    assert held(condition, *KNOWN, UNKNOWN) == expected


OPEN = field("open", "is", True)
OPEN_TWICE = case(1, concerns=({"open": True}, {"open": True}, {"open": None}, {"open": False}))
WITHOUT = case(2)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (count("concern", OPEN), [True, False]),
        (count("concern", OPEN, at_least=2), [True, False]),
        (count("concern", OPEN, at_least=3), [False, False]),
        (count("concern", Not(part=OPEN), at_least=2), [True, False]),
        (count("concern", OPEN, at_least=0), [True, True]),
        (no("concern", OPEN), [False, True]),
        (Quantified(quantifier="none", count=3, record="concern", where=OPEN), [True, True]),
        (count("concern", TRUE, at_least=4), [True, False]),
        (Not(part=count("visit", TRUE)), [True, True]),
    ],
    ids=str,
)
def test_records_are_counted_for_each_subject(condition: Condition, expected: list[bool]) -> None:
    assert held(condition, OPEN_TWICE, WITHOUT) == expected


def test_a_rule_holds_for_its_kinds_only() -> None:
    rule = Item("r", frozenset({Kind.FOSTER_FAMILY}), TRUE, Place(file="a.yaml", line=1))
    with TablesBackend(program(rule)) as tables:
        found = dict(tables.firings([case(1), case(2, kind=Kind.FOSTER_FAMILY)]))
    assert [bool(found[name].held) for name in ("TB-1", "TB-2")] == [False, True]


def test_each_stratum_sees_those_before_it() -> None:
    large = item("s", PLACES, signal="large")
    red = item("c", SignalHeld(signal="large"), colour=Colour.RED)
    yellow = item("d", TRUE, colour=Colour.YELLOW)
    visit = item("v", field("category", "is", "red"))
    rules = program(visit, signals=(large,), colours=(red, yellow))
    with TablesBackend(rules) as tables:
        found = dict(
            tables.firings([case(1, places=12), case(2), case(3, places=12, override=Colour.GREEN)])
        )
    one, two, three = (found[f"TB-{number}"] for number in (1, 2, 3))
    assert (one.held, one.signals) == ({"s", "c", "d", "v"}, {"large"})
    assert (two.held, two.proposed) == ({"d"}, Colour.YELLOW)
    assert (three.proposed, three.in_force) == (Colour.RED, Colour.GREEN)
    assert "v" not in three.held


def test_the_portfolio_streams_through_in_batches() -> None:
    taken = 0

    def cases() -> Iterator[Case]:
        nonlocal taken
        for number in range(1, 8):
            taken += 1
            yield case(number, places=number * 3)

    with TablesBackend(program(item("r", PLACES))) as tables:
        firings = tables.firings(cases(), batch=2)
        assert next(firings)[0] == "TB-1"
        assert taken == 2
        rest = list(firings)
        assert rest == list(tables.firings(cases()))[1:]
    assert [subject_id for subject_id, _ in rest] == [f"TB-{number}" for number in range(2, 8)]


def test_subjects_for_whom_the_same_holds_share_one_answer() -> None:
    with TablesBackend(program(item("r", PLACES))) as tables:
        (_, one), (_, other) = tables.firings([case(1, places=11), case(2, places=12)])
    assert one is other


def test_a_subject_that_stands_twice_is_refused() -> None:
    with (
        TablesBackend(program(item("r", PLACES))) as tables,
        pytest.raises(ValueError, match="twice"),
    ):
        list(tables.firings([case(1), case(1)]))


def test_without_rules_everybody_is_green() -> None:
    with TablesBackend(program()) as tables:
        assert tables.evaluate(*case(1)) == ReferenceBackend(program()).evaluate(*case(1))


def test_of_an_empty_portfolio_nothing_is_said() -> None:
    with TablesBackend(program(item("r", count("concern", OPEN)))) as tables:
        assert list(tables.firings([])) == []


def test_an_answer_that_is_no_word_of_sql_stays_a_word() -> None:
    odd = "æøå'; DROP TABLE subject; --"
    assert held(field("risk_sign", "is", odd), case(1, risk_sign=odd), case(2)) == [True, False]


def test_only_what_rules_test_is_laid_out() -> None:
    rules = program(item("r", AllOf(parts=(PLACES, count("concern", OPEN)))))
    tables = compile_program(rules).fact_tables
    assert list(tables) == ["subject", "concern"]
    found = lay_out(tables, [OPEN_TWICE, case(2, places=4, segment="adults")])
    assert found["subject"].column_names == ["subject_id", "override", "kind", "places"]
    assert found["subject"].column("places").to_pylist() == [None, 4]
    assert found["concern"].column("subject_id").to_pylist() == ["TB-1"] * 4


def test_column_names_differ_also_for_who_does_not_see_capitals() -> None:
    names = ColumnNames({"rule_taken"})
    given = [names.give("rule", key) for key in ("a.b", "a_b", "A#B", "taken", "x" * 99, "x" * 98)]
    assert given[:4] == ["rule_a_b", "rule_a_b_2", "rule_a_b_3", "rule_taken_2"]
    assert len({name.casefold() for name in given}) == len(given)
    assert all(len(name) <= 60 and re.fullmatch("[a-z0-9_]+", name) for name in given)


@pytest.mark.parametrize("dialect", ["duckdb", "postgres", "pyspark"])
def test_the_shipped_rulebook_is_sql_in_every_dialect(dialect: str) -> None:
    rules = program_of(resolve(load_rulebook(), as_of=date(2026, 3, 1)))
    compiled = compile_program(rules)
    text = str(ibis.to_sql(compiled.result, dialect=dialect))
    tree = sqlglot.parse_one(text, read=dialect)
    read = {table.name for table in tree.find_all(sqlglot.exp.Table)}
    assert set(compiled.fact_tables) <= read
    answers = {"subject_id", "proposed", "in_force"}
    answers |= set(compiled.rules.values()) | set(compiled.signals.values())
    assert set(tree.named_selects) == answers
    assert set(compiled.rules) == {item.key for item in rules.items()}


def test_each_record_table_is_read_once() -> None:
    rules = program_of(resolve(load_rulebook(), as_of=date(2022, 12, 31)))
    compiled = compile_program(rules)
    tree = sqlglot.parse_one(str(ibis.to_sql(compiled.result, dialect="duckdb")), read="duckdb")
    read = [table.name for table in tree.find_all(sqlglot.exp.Table)]
    assert {name: read.count(name) for name in compiled.fact_tables} == dict.fromkeys(
        compiled.fact_tables, 1
    )
