"""From the lines of a rule to its condition; what cannot be read is said on its line."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from engine.rulebook.documents import load_document
from engine.rulebook.grammar import ConditionReader, read_operand
from engine.rulebook.problems import RulebookProblem
from models.conditions import (
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    Not,
    Operator,
    ParameterRef,
    Quantified,
    SignalHeld,
)


def read(text: str, tmp_path: Path) -> tuple[Condition, list[str]]:
    """The condition of a text, and what is wrong with it as `line: text`."""
    path = tmp_path / "rules" / "some.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    document = load_document(path)
    problems: list[RulebookProblem] = []
    condition = ConditionReader(document, problems).read(document.data, ())
    return condition, [f"{problem.place.line}: {problem.text}" for problem in problems]


def compared(field: str, operator: str, *operands: bool | int | str | ParameterRef) -> Comparison:
    return Comparison(field=field, operator=Operator(operator), operands=operands)


OPEN = compared("open", "is", True)
GOOD = {
    "places: 8": compared("places", "is", 8),
    "open: yes": OPEN,
    "open: no": compared("open", "is", False),
    "severity: serious": compared("severity", "is", "serious"),
    "severity: [serious, acute]": compared("severity", "is_one_of", "serious", "acute"),
    "severity: [serious]": compared("severity", "is_one_of", "serious"),
    "places: parameter a.b": compared("places", "is", ParameterRef(parameter="a.b")),
    "places: [1, parameter a.b]": compared("places", "is_one_of", 1, ParameterRef(parameter="a.b")),
    "places: known": Comparison(field="places", operator=Operator.IS_KNOWN),
    "places: unknown": Comparison(field="places", operator=Operator.IS_UNKNOWN),
    "places: {at least: 3}": compared("places", "at_least", 3),
    "places: {at least: 3, at most: 5}": AllOf(
        parts=(compared("places", "at_least", 3), compared("places", "at_most", 5))
    ),
    "signal: a": SignalHeld(signal="a"),
    "signal: [a, b]": AnyOf(parts=(SignalHeld(signal="a"), SignalHeld(signal="b"))),
    "not: {open: yes}": Not(part=OPEN),
    "any of: [{open: yes}, {places: 8}]": AnyOf(parts=(OPEN, compared("places", "is", 8))),
    "all of: [{open: yes}]": AllOf(parts=(OPEN,)),
    "any concern: {open: yes}": Quantified(quantifier="at_least", record="concern", where=OPEN),
    "any placed child: {open: yes}": Quantified(
        quantifier="at_least", record="placed_child", where=OPEN
    ),
    "any concern: {}": Quantified(quantifier="at_least", record="concern", where=AllOf(parts=())),
    "no visit: {open: yes}": Quantified(quantifier="none", record="visit", where=OPEN),
    "at least 3 concern: {open: yes}": Quantified(
        quantifier="at_least", count=3, record="concern", where=OPEN
    ),
    "number of concern: {at least: parameter a.b, where: {open: yes}}": Quantified(
        quantifier="at_least", count=ParameterRef(parameter="a.b"), record="concern", where=OPEN
    ),
    "number of concern: {at least: 2}": Quantified(
        quantifier="at_least", count=2, record="concern", where=AllOf(parts=())
    ),
    "any concern: {not: {any of: [{open: yes}, {places: 8}]}}": Quantified(
        quantifier="at_least",
        record="concern",
        where=Not(part=AnyOf(parts=(OPEN, compared("places", "is", 8)))),
    ),
    "open: yes\nplaces: 8\nsignal: a": AllOf(
        parts=(OPEN, compared("places", "is", 8), SignalHeld(signal="a"))
    ),
}


@pytest.mark.parametrize("text", GOOD)
def test_lines_become_conditions(text: str, tmp_path: Path) -> None:
    assert read(text, tmp_path) == (GOOD[text], [])


NOTHING = "a condition is one or more lines 'field: value'; none stand here"
TESTED = "test 'places' with a value, a list, or 'at least' and 'at most'"
COUNTED = "write 'number of ...: {at least: NUMBER or parameter, where: {...}}'"
BAD = {
    "[]": [f"1: {NOTHING}"],
    "{}": [f"1: {NOTHING}"],
    "serious": [f"1: {NOTHING}"],
    "open: yes\nnot: {}": [f"2: {NOTHING}"],
    "open: yes\nplaces: 2.5": ["2: 'places' is compared with nothing that can be read here"],
    "open: yes\nplaces:": ["2: 'places' is compared with nothing that can be read here"],
    "open: yes\nplaces: []": ["2: 'places' is compared with nothing that can be read here"],
    "places: [1, {a: 2}]": ["1: 'places' is compared with nothing that can be read here"],
    "places: {}": [f"1: {TESTED}"],
    "places: {more than: 3}": [f"1: {TESTED}"],
    "places: {at least: 3, below: 5}": [f"1: {TESTED}"],
    "places: {at least: [1, 2]}": ["1: 'places' is compared with nothing that can be read here"],
    "any of: {open: yes}": ["1: a list of conditions must stand here, each behind a '-'"],
    "all of: []": ["1: a list of conditions must stand here, each behind a '-'"],
    "any of:\n  - open: yes\n  - {}": [f"3: {NOTHING}"],
    "signal: []": ["1: the name of a signal, or a list of names, must stand here"],
    "signal: [1]": ["1: the name of a signal, or a list of names, must stand here"],
    "at least 0 concern: {open: yes}": ["1: 'at least 0' always holds; write at least 1"],
    "number of concern: 3": [f"1: {COUNTED}"],
    "number of concern: {at least: yes}": [f"1: {COUNTED}"],
    "number of concern: {at least: many}": [f"1: {COUNTED}"],
    "number of concern: {at least: 2, when: {}}": [f"1: {COUNTED}"],
    "any concern: open": [f"1: {NOTHING}"],
}


@pytest.mark.parametrize("text", BAD)
def test_what_cannot_be_read_is_said_on_its_line(text: str, tmp_path: Path) -> None:
    assert read(text, tmp_path)[1] == BAD[text]


def test_quantifiers_and_signals_do_not_nest(tmp_path: Path) -> None:
    """Inside a record these lines are fields it does not have; the type check says so."""
    condition, problems = read("any concern: {signal: a, any visit: yes}", tmp_path)
    assert problems == []
    assert condition == Quantified(
        quantifier="at_least",
        record="concern",
        where=AllOf(parts=(compared("signal", "is", "a"), compared("any_visit", "is", True))),
    )


def test_everything_wrong_in_one_condition_is_said(tmp_path: Path) -> None:
    text = "places: {}\nsignal: []\nany of:\n  - open: 1.5\n  - {}\n"
    assert [line.split(":")[0] for line in read(text, tmp_path)[1]] == ["1", "2", "4", "5"]


@pytest.mark.parametrize(
    ("value", "operand"),
    [
        ("parameter a", ParameterRef(parameter="a")),
        ("parameter  a ", ParameterRef(parameter="a")),
        ("parameters", "parameters"),
        (0, 0),
        (False, False),
        (1.5, None),
        (None, None),
        (["a"], None),
    ],
)
def test_operands(value: object, operand: object) -> None:
    assert read_operand(value) == operand
    assert type(read_operand(value)) is type(operand)


def test_days_stay_text_and_yes_is_a_flag(tmp_path: Path) -> None:
    path = tmp_path / "some.yaml"
    path.write_text("from: 2022-01-01\nopen: yes\nnone: ~\n", encoding="utf-8")
    document = load_document(path)
    assert document.data == {"valid_from": "2022-01-01", "open": True, "none": None}
    assert yaml.safe_load("a: 2022-01-01")["a"].year == 2022
