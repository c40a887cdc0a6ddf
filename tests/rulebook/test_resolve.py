"""A rulebook on a day: values and rules on both sides of every change, what is unset, the hash."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from engine.backends.reference import ReferenceBackend
from engine.facts import View
from engine.rulebook.book import FIRST_DAY, Rulebook
from engine.rulebook.load import load_rulebook
from engine.rulebook.program import program_of
from engine.rulebook.resolve import BeforeRulebookError, parameters_in, resolve
from models.conditions import AllOf, AnyOf, Comparison, Not, Operator, ParameterRef, Quantified
from models.rulebook import Parameter
from models.terms import Kind
from tests.rulebook.bad.planting import Change, good_rulebook

PARAMETERS, SIGNALS = "parameters/all.yaml", "signals/all.yaml"
ONE_DAY = timedelta(days=1)
MANY = '      - {from: 2022-01-01, value: 2, basis: assumption, sources: ["made up"], '
MANY += "reviewed: 2026-01-31}\n"
CHANGES = [(date(2022, 1, 1), 2), (date(2024, 7, 1), 5), (date(2026, 1, 1), None)]


@pytest.fixture(scope="module")
def book() -> Rulebook:
    return load_rulebook()


def dated(tmp_path: Path) -> Rulebook:
    """`concerns.many` is 2 from 2022, 5 from July 2024, and unset from 2026."""
    folder = good_rulebook(tmp_path)
    lines = "".join(
        MANY.replace("2022-01-01", day.isoformat()).replace(
            "value: 2", f"value: {'unset' if value is None else value}"
        )
        for day, value in CHANGES
    )
    Change(PARAMETERS, MANY, lines).make(folder)
    return load_rulebook(folder)


@pytest.mark.parametrize("index", range(3))
def test_a_value_holds_from_its_day_until_the_next(index: int, tmp_path: Path) -> None:
    small = dated(tmp_path)
    day, value = CHANGES[index]
    used = resolve(small, as_of=day).parameters["concerns.many"]
    assert (used.value, used.valid_from) == (value, day)
    if index:
        before = resolve(small, as_of=day - ONE_DAY).parameters["concerns.many"]
        assert (before.value, before.valid_from) == (CHANGES[index - 1][1], CHANGES[index - 1][0])


def test_every_shipped_parameter_changes_on_its_days_and_on_no_other(book: Rulebook) -> None:
    days = (FIRST_DAY, *book.days_of_change(), date(2030, 1, 1))
    around = sorted({day - ONE_DAY for day in days if day > FIRST_DAY} | set(days))
    resolved = {day: resolve(book, as_of=day) for day in around}
    for parameter in book.parameters.values():
        for day in around:
            assert resolved[day].parameters[parameter.id].value == _by_hand(parameter, day)


def _by_hand(parameter: Parameter, day: date) -> object:
    value: object = "none yet"
    for dated_value in parameter.values:
        if dated_value.valid_from <= day:
            value = dated_value.value
    return value


def test_rules_frames_and_steps_hold_from_their_first_through_their_last_day(
    book: Rulebook,
) -> None:
    entries = {
        "rules": [(r.id, r.valid_from, r.valid_until) for r in book.rules],
        "frames": [(f.id, f.valid_from, f.valid_until) for f in book.frames],
    }
    ended = 0
    for name, found in entries.items():
        for entry_id, first, last in found:

            def there(day: date, name: str = name, entry_id: str = entry_id) -> bool:
                return entry_id in {e.id for e in getattr(resolve(book, as_of=day), name)}

            assert there(first)
            assert first == FIRST_DAY or not there(first - ONE_DAY)
            if last is not None:
                ended += 1
                assert there(last)
                assert not there(last + ONE_DAY)
    assert ended > 5


def test_before_its_first_day_the_rulebook_does_not_answer(book: Rulebook) -> None:
    assert resolve(book, as_of=FIRST_DAY).as_of == FIRST_DAY
    with pytest.raises(BeforeRulebookError, match="answers from 2022-01-01 on; 2021-12-31 lies"):
        resolve(book, as_of=FIRST_DAY - ONE_DAY)


def test_the_hash_depends_on_content_and_day(book: Rulebook, tmp_path: Path) -> None:
    day = date(2025, 6, 1)
    one = resolve(book, as_of=day).content_hash
    assert resolve(load_rulebook(), as_of=day).content_hash == one
    assert resolve(book, as_of=day + ONE_DAY).content_hash != one
    folder = good_rulebook(tmp_path)
    small = resolve(load_rulebook(folder), as_of=day).content_hash
    Change(PARAMETERS, "value: 2,", "value: 3,").make(folder)
    assert resolve(load_rulebook(folder), as_of=day).content_hash != small


def _signals(book: Rulebook, day: date, concerns: int) -> frozenset[str]:
    backend = ReferenceBackend(program_of(resolve(book, as_of=day)))
    rows = [{"open": True, "severity": "mild"} for _ in range(concerns)]
    return backend.evaluate(
        View("TB-1", Kind.SOCIAL_OFFER, day, {"kind": Kind.SOCIAL_OFFER}, {"concern": rows})
    ).signals


def test_a_count_follows_the_parameters_day(tmp_path: Path) -> None:
    small = dated(tmp_path)
    assert "many" not in _signals(small, date(2024, 6, 30), 1)
    assert "many" in _signals(small, date(2024, 6, 30), 2)
    assert "many" not in _signals(small, date(2024, 7, 1), 4)
    assert "many" in _signals(small, date(2025, 12, 31), 5)


def test_what_needs_an_unset_parameter_does_not_hold(tmp_path: Path) -> None:
    assert "many" not in _signals(dated(tmp_path), date(2026, 1, 1), 1_000)


@pytest.mark.parametrize("operator", [Operator.IS, Operator.AT_LEAST, Operator.AT_MOST])
def test_a_comparison_with_an_unset_parameter_is_false(operator: Operator, tmp_path: Path) -> None:
    resolved = resolve(dated(tmp_path), as_of=date(2026, 1, 1))
    unset = ParameterRef(parameter="concerns.many")
    condition = Comparison(field="places", operator=operator, operands=(unset,))
    assert resolved.resolved(condition) == AnyOf(parts=())
    negated = resolved.resolved(Not(part=condition))
    assert negated == Not(part=AnyOf(parts=()))


def test_of_several_words_only_the_unset_one_is_left_out(tmp_path: Path) -> None:
    unset = ParameterRef(parameter="concerns.many")
    condition = Comparison(field="places", operator=Operator.IS_ONE_OF, operands=(3, unset))
    small = dated(tmp_path)

    def operands(day: date) -> object:
        resolved = resolve(small, as_of=day).resolved(condition)
        assert isinstance(resolved, Comparison)
        return resolved.operands

    assert operands(date(2025, 12, 31)) == (3, 5)
    assert operands(date(2026, 1, 1)) == (3,)


def test_parameters_are_named_once_in_the_order_they_stand() -> None:
    one, two = ParameterRef(parameter="one"), ParameterRef(parameter="two")
    inner = Comparison(field="a", operator=Operator.IS_ONE_OF, operands=(1, two, one))
    counted = Quantified(quantifier="at_least", count=one, record="concern", where=inner)
    assert parameters_in(AllOf(parts=(Not(part=counted), inner))) == ("one", "two")


def test_no_parameter_is_left_in_a_program(book: Rulebook) -> None:
    for day in (FIRST_DAY, date(2026, 6, 1)):
        for item in program_of(resolve(book, as_of=day)).items():
            assert parameters_in(item.condition) == ()


def test_the_days_of_change_are_those_of_everything_dated(tmp_path: Path) -> None:
    folder = good_rulebook(tmp_path)
    rule = "id: signals.many\n"
    text = (folder / SIGNALS).read_text(encoding="utf-8")
    head, tail = text.split(rule)
    tail = tail.replace("    from: 2022-01-01\n", "    from: 2023-02-03\n    until: 2023-08-29\n")
    (folder / SIGNALS).write_text(head + rule + tail, encoding="utf-8")
    registers = set(load_rulebook(good_rulebook(tmp_path / "x")).days_of_change())
    changed = set(load_rulebook(folder).days_of_change())
    assert changed - registers == {date(2023, 2, 3), date(2023, 8, 30)}
