"""The reference checks every row of every outcome table, and every answer of `--engine tables`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pyarrow as pa
import pytest

from engine.backends.shadow import Difference, ReadingsDisagree
from engine.backends.tables import OUTCOMES, OutcomeTables, TablesBackend
from engine.backends.tables.layout import Case
from engine.backends.tables.outcome_tables import Answer
from engine.decisions.decide import Decider
from engine.rulebook.program import Firing
from engine.rulebook.resolve import resolve
from engine.run.by_tables import all_at_once, notices_change_on
from engine.run.evaluate import evaluate_portfolio
from engine.run.outcomes import write_outcomes
from models.facts import Dossier
from tests.run.official import AS_OF, BOOK, PORTFOLIO, run

Rows = list[dict[str, Any]]
Stops = Callable[[str, Callable[[Rows], Rows]], tuple[Difference, ...]]
_RESOLVED = resolve(BOOK, as_of=AS_OF)
NUMBERS = ("department", "at_most_minutes")
_ELSE: dict[type, Callable[[Any], Any]] = {
    str: lambda word: f"{word}x",
    bool: lambda flag: not flag,
    int: lambda number: number + 1,
    date: lambda day: day + timedelta(days=1),
}


class Spoilt(OutcomeTables):
    """Tables in one of which something is done to the rows; worked out once."""

    known: ClassVar[dict[tuple[str, ...], Answer]] = {}
    table = "reason"
    spoil: Callable[[Rows], Rows] = staticmethod(lambda rows: rows[1:])

    def answer(self, cases: Sequence[Case]) -> Answer:
        ids = tuple(view.subject_id for view, _ in cases)
        if ids not in self.known:
            self.known[ids] = super().answer(cases)
        answer = self.known[ids]
        table = answer.tables[self.table]
        rows = self.spoil(table.to_pylist())
        spoilt = pa.Table.from_pylist(rows, schema=table.schema)
        return answer._replace(tables={**answer.tables, self.table: spoilt})


@pytest.fixture(scope="module")
def decider() -> Decider:
    return Decider(_RESOLVED)


@pytest.fixture(scope="module")
def spoilt(decider: Decider) -> Iterator[Spoilt]:
    """Compiled once; each test says what it spoils."""
    change = notices_change_on(_RESOLVED)
    with Spoilt(_RESOLVED, decider.program, notices_change_on=change) as tables:
        yield tables


@pytest.fixture
def stops(
    small_portfolio: tuple[Dossier, ...], decider: Decider, spoilt: Spoilt, tmp_path: Path
) -> Stops:
    """What stops the writing of tables in one of which something is done to the rows."""

    def differences(table: str, spoil: Callable[[Rows], Rows]) -> tuple[Difference, ...]:
        spoilt.table, spoilt.spoil = table, spoil
        with pytest.raises(ReadingsDisagree) as stopped:
            write_outcomes(
                small_portfolio, decider, spoilt, tmp_path, format_="csv", progress=nothing
            )
        return stopped.value.differences

    return differences


def nothing(done: int) -> None:
    assert done > 0


def test_tables_that_are_right_pass(
    small_portfolio: tuple[Dossier, ...], decider: Decider, spoilt: Spoilt, tmp_path: Path
) -> None:
    spoilt.spoil = list
    rows = write_outcomes(
        small_portfolio, decider, spoilt, tmp_path, format_="csv", progress=nothing, batch=50
    )
    assert set(rows) == set(OUTCOMES)
    assert all(rows.values())


@pytest.mark.parametrize("table", OUTCOMES)
def test_a_lost_row_and_a_doubled_one_stop_the_run(table: str, stops: Stops) -> None:
    lost = stops(table, lambda rows: rows[:3] + rows[4:])
    doubled = stops(table, lambda rows: rows[:4] + rows[3:])
    for found, beyond in ((lost, 0), (doubled, 1)):
        (difference,) = found
        sides = difference.only_shadow, difference.only_official
        (name,) = sides[beyond]
        assert not sides[1 - beyond]
        assert name.partition(" ")[0] == table


@pytest.mark.parametrize("table", OUTCOMES)
def test_a_row_of_nobody_or_of_somebody_else_stops_the_run(table: str, stops: Stops) -> None:
    def elses(rows: Rows) -> Rows:
        return [*rows[:-1], {**rows[-1], "subject_id": "ZZ-9"}]

    found = stops(table, elses)
    assert [len(d.only_official) for d in found] == [0, 1]
    assert found[1].subject_id == "ZZ-9"


@pytest.mark.parametrize("table", OUTCOMES)
def test_a_change_in_any_column_stops_the_run(table: str, stops: Stops) -> None:
    seen: Rows = []

    def kept(rows: Rows) -> Rows:
        seen.extend(rows)
        return rows[1:]

    stops(table, kept)
    columns = [name for name in seen[0] if name != "subject_id"]
    assert columns
    for column in columns:
        known = (n for n, row in enumerate(seen) if row[column] is not None)
        at = next(known, 0)
        here = seen[at][column]
        value = (1 if column in NUMBERS else "") if here is None else here

        def changed(rows: Rows, at: int = at, column: str = column, value: Any = value) -> Rows:
            rows[at] = {**rows[at], column: _ELSE[type(value)](value)}
            return rows

        (found,) = stops(table, changed)
        assert found.subject_id == seen[at]["subject_id"], column
        assert len(found.only_official) == len(found.only_shadow) == 1
        assert found.category_differs == (table == "decision")


def test_what_is_told_names_the_rule_and_no_facts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("engine.backends.tables.OutcomeTables", Spoilt)
    monkeypatch.setattr(Spoilt, "table", "required_visit")
    result = run("outcomes", PORTFOLIO, "--out", tmp_path / "tables")
    assert result.exit_code == 1
    (_, told) = result.stderr.splitlines()[-2:]
    assert told.endswith(" kun i læsningen reference")
    assert ": required_visit " in told
    assert not list(tmp_path.iterdir())


class Miscounted(TablesBackend):
    """Tables that answer about one subject never, or twice."""

    times = 1

    def firings(self, cases: Iterable[Case], *, batch: int = 1) -> Iterator[tuple[str, Firing]]:
        for number, answer in enumerate(super().firings(cases, batch=batch)):
            for _ in range(self.times if number == 3 else 1):
                yield answer


@pytest.mark.parametrize("times", [0, 2])
def test_a_subject_that_is_answered_about_never_or_twice_stops_the_run(
    times: int, small_portfolio: tuple[Dossier, ...], decider: Decider
) -> None:
    with Miscounted(decider.program) as tables:
        tables.times = times
        with pytest.raises(ReadingsDisagree) as stopped:
            evaluate_portfolio(small_portfolio, decider, seed=1, tables=tables)
        fourth = sorted(dossier.subject_id for dossier in small_portfolio)[3]
        expected = Difference(
            fourth,
            tables.name,
            "reference",
            ("decision",) if times else (),
            () if times else ("decision",),
            category_differs=False,
        )
        assert stopped.value.differences == (expected,)


class OfAnother(TablesBackend):
    """Tables that answer about a subject nobody asked about."""

    def firings(self, cases: Iterable[Case], *, batch: int = 1) -> Iterator[tuple[str, Firing]]:
        for subject_id, firing in super().firings(cases, batch=batch):
            yield subject_id, firing
        yield "ZZ-9", firing


def test_an_answer_about_nobody_stops_the_run(
    small_portfolio: tuple[Dossier, ...], decider: Decider
) -> None:
    with OfAnother(decider.program) as tables, pytest.raises(ReadingsDisagree) as stopped:
        list(all_at_once(decider, tables, small_portfolio))
    assert [difference.subject_id for difference in stopped.value.differences] == ["ZZ-9"]
