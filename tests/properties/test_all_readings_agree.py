"""All readings of random programs and rulebooks, on generated subjects by the thousand.

Hypothesis draws the rules and a seed; from the seed come subjects with unknown values, with numbers
on and beside the rules' own. `make fuzz` looks at a million, the usual tests at 20,000.
"""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.backends.reference import ReferenceBackend
from engine.backends.tables import TablesBackend
from engine.rulebook.book import Rulebook
from engine.rulebook.load import load_rulebook
from engine.rulebook.program import Firing, Program, program_of
from engine.rulebook.resolve import resolve
from engine.testing import part_of_vocabulary, programs, rulebooks
from engine.testing.bulk import bulk_cases, vocabulary_of
from engine.testing.counterexamples import Counterexample, as_text, keep, plainest, read
from models.conditions import Comparison, Operator
from tests.backends.tables.local_spark import LocalSpark, running_spark
from tests.properties import readings
from tests.properties.readings import (
    COUNTEREXAMPLES,
    DEEP,
    LOOKED_AT,
    ONE_BY_ONE,
    SUBJECTS,
    LeftOpen,
    hold_all_together,
)

pytestmark = pytest.mark.slow
PATIENCE_SECONDS = 3_600 if DEEP else 120
"""How long the last test waits for the laws that another process of the tests is at."""

SEEDS = st.integers(0, 2**32 - 1)
DAYS = (date(2022, 12, 31), date(2024, 7, 1), date(2026, 3, 1))
OF_PROGRAMS, OF_BOOKS, OF_SHIPPED = 80, 15, 5
"""Percent of the subjects for random programs, random rulebooks, and the shipped one."""
EACH = 1_000
IN_SPARK = 20
"""How many random programs Spark runs too, when fuzzing."""
WHOLE = settings(
    max_examples=1, database=None, deadline=None, suppress_health_check=list(HealthCheck)
)


def rounds(percent: int, each: int = EACH) -> int:
    return max(2, SUBJECTS * percent // (100 * each))


@st.composite
def drawn_programs(draw: st.DrawFn) -> tuple[Program, list[readings.Case]]:
    """A program over a part of the vocabulary, whose fields are filled in whether tested or not."""
    words = draw(part_of_vocabulary())
    program = draw(programs(words))
    return program, list(bulk_cases(program, words, seed=draw(SEEDS), count=EACH))


@settings(WHOLE, max_examples=rounds(OF_PROGRAMS))
@given(drawn_programs())
def test_random_programs(case: tuple[Program, list[readings.Case]]) -> None:
    assert hold_all_together(*case, test="programs") == EACH


@settings(WHOLE, max_examples=rounds(OF_BOOKS))
@given(book=rulebooks(), day=st.sampled_from(DAYS), seed=SEEDS)
def test_random_rulebooks(book: Rulebook, day: date, seed: int) -> None:
    program = program_of(resolve(book, as_of=day))
    cases = list(bulk_cases(program, seed=seed, count=EACH, as_of=day))
    assert hold_all_together(program, cases, test="books") == EACH


if DEEP:  # The usual tests of Spark are in tests/backends/tables.

    @pytest.fixture(scope="module")
    def spark() -> Iterator[LocalSpark]:
        with running_spark() as found:
            yield found

    @settings(WHOLE, max_examples=IN_SPARK)
    @given(drawn_programs())
    def test_random_programs_in_spark(
        spark: LocalSpark, case: tuple[Program, list[readings.Case]]
    ) -> None:
        def in_spark(program: Program) -> LeftOpen:
            return LeftOpen(TablesBackend(program, spark.database))

        found = hold_all_together(*case, test="spark", further=[in_spark])
        assert found == EACH


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_the_shipped_rulebook(day: date) -> None:
    program = program_of(resolve(load_rulebook(), as_of=day))
    count = SUBJECTS * OF_SHIPPED // (100 * len(DAYS))
    for seed in range(1 + count // 20_000):
        some = min(20_000, count - seed * 20_000)
        cases = list(bulk_cases(program, seed=seed, count=some, as_of=day))
        assert hold_all_together(program, cases, test=f"shipped-{day}") == some


@given(seed=SEEDS)
@settings(max_examples=5)
def test_a_seed_gives_the_same_subjects_unknown_values_among_them(seed: int) -> None:
    program = program_of(resolve(load_rulebook(), as_of=DAYS[1]))
    one, two = (list(bulk_cases(program, seed=seed, count=60)) for _ in range(2))
    assert [(v.subject, v.records, o) for v, o in one] == [
        (v.subject, v.records, o) for v, o in two
    ]
    values = [value for view, _ in one for value in view.subject.values()]
    assert None in values
    assert any(value is not None for value in values)
    fields = vocabulary_of(program).fields
    assert all(view.records.keys() <= fields.keys() for view, _ in one)


def test_numbers_lie_on_the_programs_own_lines() -> None:
    program = program_of(resolve(load_rulebook(), as_of=DAYS[1]))
    views = [view for view, _ in bulk_cases(program, seed=1, count=400)]
    received = {r["received_age_days"] for v in views for r in v.records.get("concern", ())}
    assert {29, 30, 31} <= received


@pytest.mark.parametrize("path", sorted(COUNTEREXAMPLES.glob("*.json")), ids=lambda p: p.stem)
def test_no_old_disagreement_comes_back(path: Path) -> None:
    example = read(path)
    case = (example.view, example.override)
    assert hold_all_together(example.program, [case], test=path.stem) == 1


class WrongOfUnknown(TablesBackend):
    """Tables that find nothing held where the number of places is unknown."""

    name = "planted"

    def firings(
        self, cases: Iterable[readings.Case], *, batch: int = 1
    ) -> Iterator[tuple[str, Firing]]:
        some = list(cases)
        for (view, _), (key, right) in zip(some, super().firings(some, batch=batch), strict=True):
            wrong = "measures.0" in right.held and view.subject.get("places") is None
            yield key, Firing(frozenset(), *right[1:]) if wrong else right


def test_what_is_found_is_kept_small_and_replayed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    example = read(sorted(COUNTEREXAMPLES.glob("*.json"))[0])
    (stratum, item) = next(
        (stratum, items[0]) for stratum, items in example.program.strata if items
    )
    always = item._replace(
        key="measures.0", condition=Comparison(field="kind", operator=Operator.IS_KNOWN)
    )
    strata = tuple(
        (found, (always,) if found.value == "measures" else (item,) if found is stratum else ())
        for found, _ in example.program.strata
    )
    program = Program(strata, "planted")
    monkeypatch.setattr(readings, "TablesBackend", WrongOfUnknown)
    monkeypatch.setattr(readings, "COUNTEREXAMPLES", tmp_path)
    with pytest.raises(AssertionError, match="found-"):
        hold_all_together(program, list(bulk_cases(program, seed=1, count=50)), test="planted")
    (path,) = tmp_path.iterdir()
    kept = read(path)
    assert as_text(kept) == path.read_text(encoding="utf-8")
    assert [item.key for item in kept.program.items()] == ["measures.0"]
    assert kept.view.records == {}
    assert kept.override is None
    right = ReferenceBackend(kept.program).evaluate(kept.view, kept.override)
    assert right.held == {"measures.0"}
    assert keep(kept, tmp_path) == path
    assert plainest(kept, lambda _: False) is kept
    assert isinstance(kept, Counterexample)


LAWS = (test_random_programs, test_random_rulebooks, test_the_shipped_rulebook)


@pytest.fixture
def counted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where each process of the tests writes what it has looked at."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(autouse=True)
def told(counted: Path) -> Iterator[None]:
    """After each test of this file, what this process has looked at so far."""
    yield
    lines = [[test, reading, count] for (test, reading), count in LOOKED_AT.items()]
    aside = counted / f"counted-{os.getpid()}.new"
    aside.write_text(json.dumps(lines), encoding="utf-8")
    aside.rename(counted / f"looked-at-{os.getpid()}.json")


def looked_at(folder: Path) -> Counter[str]:
    """How many subjects each reading was held on by the laws, in all processes."""
    found: Counter[str] = Counter()
    for path in folder.glob("looked-at-*.json"):
        for test, reading, count in json.loads(path.read_text(encoding="utf-8")):
            if test in ("programs", "books") or test.startswith("shipped-"):
                found["DuckDB" if "DuckDB" in reading else reading] += count
    return found


def test_as_many_subjects_as_promised(request: pytest.FixtureRequest, counted: Path) -> None:
    """What the laws have really looked at, reading by reading."""
    asked = {getattr(item, "function", None) for item in request.session.items}
    if not asked.issuperset(LAWS):
        pytest.skip("only a part of the laws was asked for")
    until, promised = time.monotonic() + PATIENCE_SECONDS, SUBJECTS - len(DAYS)
    while (found := looked_at(counted))["DuckDB"] < promised and time.monotonic() < until:
        time.sleep(0.5)
    assert found["DuckDB"] >= promised
    assert SUBJECTS >= 1_000_000 or not DEEP
    some = ONE_BY_ONE * (rounds(OF_PROGRAMS) + rounds(OF_BOOKS))
    assert len(found) == 3
    assert all(count >= some for count in found.values())


def test_what_is_looked_at_is_counted() -> None:
    example = read(sorted(COUNTEREXAMPLES.glob("*.json"))[0])
    cases = list(bulk_cases(example.program, seed=1, count=50))
    assert hold_all_together(example.program, cases, test="counted") == 50
    counted = {name: n for (test, name), n in LOOKED_AT.items() if test == "counted"}
    assert sorted(counted.values()) == [ONE_BY_ONE, ONE_BY_ONE, 50]
