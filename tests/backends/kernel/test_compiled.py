"""The machine code: thresholds apart from it, kept on disk, called from a caller's own loop."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from engine.backends.kernel import (
    UNKNOWN,
    CompiledKernel,
    KernelBackend,
    NumbaMissingError,
    ShapeDiffersError,
    compile_kernel,
    fill_all,
    kernel_layout,
    modules,
    most_records,
    subset,
    written,
)
from engine.backends.kernel.filling import Case
from engine.backends.reference import ReferenceBackend
from engine.facts import View
from engine.rulebook.load import load_rulebook
from engine.rulebook.program import Program, program_of
from engine.rulebook.resolve import ResolvedRulebook, resolve
from engine.testing import programs_and_views
from engine.testing.bulk import bulk_cases
from models.conditions import AllOf, AnyOf, SignalHeld
from models.terms import Colour
from tests.backends.building import AS_OF, TRUE, count, field, item, program, view

TODAY = AS_OF.toordinal()
DAYS = (date(2022, 12, 31), date(2024, 7, 1), date(2026, 3, 1))
OPEN = field("open", "is", True)


def kernel_of(
    rules: Program, cases: list[Case], *, jit: bool = False, **options: Any
) -> tuple[CompiledKernel, Any]:
    layout = kernel_layout(rules, capacity=most_records(rules, [one for one, _ in cases]))
    return compile_kernel(rules, layout, jit=jit, **options), fill_all(
        layout, cases, cases[0][0].as_of
    )


def on_the_day(day: date) -> ResolvedRulebook:
    return resolve(load_rulebook(), as_of=day)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("TILSYNSTRYK_CACHE", str(tmp_path))
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        if name.startswith("tilsynstryk_kernel_"):
            del sys.modules[name]


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_the_shipped_rulebook_as_the_reference(day: date) -> None:
    rules = program_of(on_the_day(day))
    cases = list(bulk_cases(rules, seed=5, count=300, as_of=day))
    reference = ReferenceBackend(rules)
    found = [firing for _, firing in KernelBackend(rules, jit=False).firings(cases)]
    assert found == [reference.evaluate(one, override) for one, override in cases]
    assert len({firing.held for firing in found}) > 200


@pytest.mark.slow
def test_the_shipped_rulebook_as_machine_code() -> None:
    rules = program_of(on_the_day(DAYS[0]))
    cases = list(bulk_cases(rules, seed=6, count=5_000, as_of=DAYS[0]))
    kernel, rows = kernel_of(rules, cases, jit=True)
    reference = ReferenceBackend(rules)
    expected = [reference.evaluate(one, override) for one, override in cases]
    assert kernel.firings(rows, DAYS[0].toordinal()) == expected


@given(programs_and_views())
@settings(max_examples=2)
def test_random_programs_as_machine_code(
    case: tuple[Program, list[tuple[View, Colour | None]]],
) -> None:
    rules, cases = case
    found = [firing for _, firing in KernelBackend(rules).firings(cases)]
    reference = ReferenceBackend(rules)
    assert found == [reference.evaluate(one, override) for one, override in cases]


def altered(resolved: ResolvedRulebook, name: str, by: int) -> ResolvedRulebook:
    used = resolved.parameters[name]
    assert isinstance(used.value, int)
    changed = replace(used, value=used.value + by)
    return replace(resolved, parameters={**resolved.parameters, name: changed})


@pytest.mark.parametrize("by", [-1, 1, 40])
def test_another_threshold_needs_other_numbers_only(by: int) -> None:
    resolved = on_the_day(DAYS[0])
    rules = program_of(resolved)
    cases = list(bulk_cases(rules, seed=7, count=60, as_of=DAYS[0]))
    kernel, rows = kernel_of(rules, cases, resolved=resolved)
    today, differing = DAYS[0].toordinal(), 0
    before = kernel.firings(rows, today)
    assert len(kernel.slots) > 30
    for name, slot in kernel.slots.items():
        other = altered(resolved, name, by)
        values = kernel.parameters_of(program_of(other), other)
        by_hand = kernel.parameters.copy()
        by_hand[slot] += by
        assert np.array_equal(values, by_hand)
        reference = ReferenceBackend(program_of(other))
        found = kernel.firings(rows, today, values)
        assert found == [reference.evaluate(one, override) for one, override in cases]
        differing += found != before
    assert differing > 5


def test_numbers_go_by_their_value_where_no_parameter_is_known() -> None:
    both = program(
        item("a", field("places", "at_least", 10)), item("b", field("places", "at_least", 10))
    )
    kernel, _ = kernel_of(both, [(view(places=11), None)])
    assert kernel.slots == {}
    twelve = program(
        item("a", field("places", "at_least", 12)), item("b", field("places", "at_least", 12))
    )
    assert kernel.parameters_of(twelve).tolist() == [12]
    one = program(
        item("a", field("places", "at_least", 12)), item("b", field("places", "at_least", 10))
    )
    with pytest.raises(ShapeDiffersError):
        kernel.parameters_of(one)


@pytest.mark.parametrize(
    "other",
    [
        program(item("a", field("places", "at_most", 10))),
        program(item("b", field("places", "at_least", 10))),
        program(item("a", AnyOf(parts=()))),
        program(item("a", field("places", "is_one_of", 10, 11))),
        program(item("a", field("places", "at_least", 10)), item("c", TRUE)),
        program(signals=(item("a", field("places", "at_least", 10), signal="s"),)),
    ],
    ids=["operator", "key", "condition", "operands", "one more", "stratum"],
)
def test_another_form_is_refused(other: Program) -> None:
    kernel, _ = kernel_of(program(item("a", field("places", "at_least", 10))), [(view(), None)])
    with pytest.raises(ShapeDiffersError):
        kernel.parameters_of(other)


def test_an_unset_parameter_never_holds_and_is_another_form() -> None:
    resolved = on_the_day(DAYS[0])
    rules = program_of(resolved)
    cases = list(bulk_cases(rules, seed=8, count=100, as_of=DAYS[0]))
    kernel, _ = kernel_of(rules, cases, resolved=resolved)
    name = next(iter(kernel.slots))
    unset = replace(resolved.parameters[name], value=None)
    other = replace(resolved, parameters={**resolved.parameters, name: unset})
    with pytest.raises(ShapeDiffersError):
        kernel.parameters_of(program_of(other), other)
    anew, rows = kernel_of(program_of(other), cases, resolved=other)
    assert name not in anew.slots
    reference = ReferenceBackend(program_of(other))
    expected = [reference.evaluate(one, override) for one, override in cases]
    assert anew.firings(rows, DAYS[0].toordinal()) == expected


def test_the_source_is_the_same_each_time_and_for_every_capacity() -> None:
    resolved = on_the_day(DAYS[1])
    texts = set()
    for room in (0, 3, 50):
        rules = program_of(resolved)
        layout = kernel_layout(rules, capacity=dict.fromkeys(rules.record_kinds(), room))
        texts.add(compile_kernel(rules, layout, resolved=resolved, jit=False).source)
    assert len(texts) == 1


SMALL = program(
    item("v", field("category", "is", "red")),
    colours=(
        item("c", field("places", "at_least", 10), colour=Colour.RED),
        item("d", count("concern", OPEN, at_least=2), colour=Colour.YELLOW),
    ),
)
CASES: list[Case] = [
    (view(places=12), None),
    (view(records={"concern": [{"open": True}] * 2}), None),
    (view(places=12), Colour.GREEN),
]
EXPECTED = [ReferenceBackend(SMALL).evaluate(one, override) for one, override in CASES]


def test_machine_code_is_kept_and_found_again(cache: Path) -> None:
    for hits in (0, 1):
        kernel, rows = kernel_of(SMALL, CASES, jit=True)
        assert kernel.firings(rows, TODAY) == EXPECTED
        assert sum(kernel.module.fired_all.stats.cache_hits.values()) == hits
        del sys.modules[kernel.module.__name__]
    assert len(list(cache.glob("tilsynstryk/kernel/*.py"))) == 1


def test_it_is_compiled_once_however_rows_and_numbers_come(cache: Path) -> None:
    kernel, rows = kernel_of(SMALL, CASES, jit=True)
    frozen, numbers = rows.copy(), kernel.parameters
    frozen.flags.writeable = numbers.flags.writeable = False
    numbers_again = kernel.parameters_of(SMALL)
    assert kernel.firings(rows, TODAY) == EXPECTED
    assert kernel.firings(np.asfortranarray(rows), TODAY, numbers) == EXPECTED
    assert kernel.firings(frozen[::-1], TODAY, numbers_again) == EXPECTED[::-1]
    assert len(kernel.module.fired_all.signatures) == 1
    assert len(kernel.fired.signatures) == 1


def test_a_module_that_was_changed_is_written_anew(cache: Path) -> None:
    kernel, _ = kernel_of(SMALL, CASES, jit=True)
    del sys.modules[kernel.module.__name__]
    (file,) = cache.glob("tilsynstryk/kernel/*.py")
    right = file.read_bytes()
    file.write_text("fired = None\n", encoding="utf-8")
    again, rows = kernel_of(SMALL, CASES, jit=True)
    assert file.read_bytes() == right
    assert again.firings(rows, TODAY) == EXPECTED


@pytest.mark.parametrize("ending", ["nbi", "nbc"])
def test_machine_code_cut_short_is_made_anew(cache: Path, ending: str) -> None:
    kernel, rows = kernel_of(SMALL, CASES, jit=True)
    assert kernel.firings(rows, TODAY) == EXPECTED
    del sys.modules[kernel.module.__name__]
    spoilt = list(cache.glob(f"tilsynstryk/kernel/__pycache__/*.{ending}"))
    assert spoilt
    for file in spoilt:
        file.write_bytes(file.read_bytes()[:100])
    again, rows = kernel_of(SMALL, CASES, jit=True)
    assert again.firings(rows, TODAY) == EXPECTED
    assert sum(again.module.fired_all.stats.cache_hits.values()) == 0


def test_where_nothing_can_be_kept_it_is_compiled_in_memory(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_the_way = cache / "a file"
    in_the_way.write_text("", encoding="utf-8")
    monkeypatch.setenv("TILSYNSTRYK_CACHE", str(in_the_way))
    kernel, rows = kernel_of(SMALL, CASES, jit=True)
    assert kernel.firings(rows, TODAY) == EXPECTED
    assert not hasattr(kernel.module, "__file__")


def test_only_the_newest_modules_are_kept(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(modules, "_MOST_KEPT", 2)
    for number in range(4):
        kernel_of(program(item(f"r{number}", TRUE)), CASES, jit=True, extra_source=f"N = {number}")
    assert len(list(cache.glob("tilsynstryk/kernel/*.py"))) == 2


def test_without_numba_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(NumbaMissingError, match=r"pip install '\.\[simulate\]'") as caught:
        kernel_of(SMALL, CASES, jit=True)
    assert "kræver numba" in caught.value.what.text("da")
    assert kernel_of(SMALL, CASES)[0].keys == ("c", "d", "v")


def reds(rows: Any, today: int, p: Any, out: Any, days: int) -> int:
    found = 0
    for day in range(days):
        for number in range(rows.shape[0]):
            found += fired(rows[number], today + day, p, out) // 4 == 2
    return found


def fired(row: Any, today: int, p: Any, out: Any) -> int:
    """Stands for the kernel's own in `reds`."""
    raise NotImplementedError


def test_a_callers_loop_calls_the_function_and_is_kept(cache: Path) -> None:
    out = np.zeros(len(EXPECTED), dtype=np.uint8)
    for hits in (0, 1):
        kernel, rows = kernel_of(SMALL, CASES, jit=True, extra_source=written(reds))
        assert kernel.module.reds(rows, TODAY, kernel.parameters, out, 7) == 7
        assert sum(kernel.module.reds.stats.cache_hits.values()) == hits
        for name in [name for name in sys.modules if name.startswith("tilsynstryk_kernel_")]:
            del sys.modules[name]
    plain, rows = kernel_of(SMALL, CASES, extra_source=written(reds))
    assert plain.module.reds(rows, TODAY, plain.parameters, out, 7) == 7


def test_another_loop_leaves_the_programs_machine_code_as_it_is(cache: Path) -> None:
    for number in (1, 2):
        kernel_of(SMALL, CASES, jit=True, extra_source=f"NUMBER = {number}\n")
    texts = [file.read_text("utf-8") for file in cache.glob("tilsynstryk/kernel/*.py")]
    assert sum("def fired(" in text for text in texts) == 1
    assert len(texts) == 3


def test_a_row_without_a_kind_has_no_category() -> None:
    kernel, rows = kernel_of(SMALL, CASES)
    rows[0, kernel.layout.kind_index] = UNKNOWN
    held, colours = kernel.fired_all(rows, TODAY)
    assert colours.tolist()[0] == -1
    assert held[0].tolist() == [0, 0, 0]


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_a_subset_holds_what_the_whole_holds(day: date) -> None:
    rules = program_of(on_the_day(day))
    cases = list(bulk_cases(rules, seed=9, count=150, as_of=day))
    keys = frozenset(item.key for item in rules.strata[2][1])
    part = subset(rules, keys)
    assert sum(1 for _ in part.items()) < sum(1 for _ in rules.items())
    whole, some = ReferenceBackend(rules), ReferenceBackend(part)
    for one, override in cases:
        full, less = whole.evaluate(one, override), some.evaluate(one, override)
        assert full.held & keys == less.held & keys
        assert (full.proposed, full.in_force) == (less.proposed, less.in_force)


def test_a_subset_keeps_what_its_items_rest_on() -> None:
    rules = program(
        item("v", AllOf(parts=(SignalHeld(signal="one"),))),
        item("w", field("category", "is", "red")),
        item("x", TRUE),
        signals=(item("s", TRUE, signal="one"), item("t", TRUE, signal="two")),
        colours=(item("c", SignalHeld(signal="two"), colour=Colour.RED),),
    )
    kept = {
        key: [item.key for item in subset(rules, {key}, category=False).items()] for key in "vwxs"
    }
    assert kept == {"v": ["s", "v"], "w": ["t", "c", "w"], "x": ["x"], "s": ["s"]}
    assert [item.key for item in subset(rules, {"x"}).items()] == ["t", "c", "x"]
    with pytest.raises(ValueError, match="no item nothing"):
        subset(rules, {"nothing"})
