"""Decisions, reasons, required visits, frames and proposals of a portfolio as files of rows, made a
batch at a time: for what-ifs over millions. The reference looks at every subject, as in every run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

from engine.backends.shadow import Difference, ReadingsDisagree, difference_of
from engine.decisions.decide import Decider
from engine.decisions.reasons import Evaluated
from engine.facts import View, view_of
from engine.rulebook.resolve import ResolvedRulebook
from engine.run.by_tables import notices_change_on
from engine.run.outcome_check import OutcomeCheck
from models.facts import Dossier
from models.terms import Colour

if TYPE_CHECKING:
    from engine.backends.tables import Answer, FactTable, OutcomeTables

__all__ = ["OutcomeFormat", "Outcomes", "outcome_files", "outcome_tables", "write_outcomes"]

OutcomeFormat = Literal["parquet", "csv"]
_BATCH = 20_000
_MOST_DIFFERENCES = 20


class Outcomes(Protocol):
    """Works out the outcome tables of some subjects at a time."""

    @property
    def name(self) -> str:
        """Who works them out."""

    @property
    def fact_tables(self) -> Mapping[str, FactTable]:
        """The facts it reads, by kind of record."""

    def answer(self, cases: Sequence[tuple[View, Colour | None]]) -> Answer:
        """Everything about some subjects."""


def outcome_tables(
    resolved: ResolvedRulebook, *, period_days: int | None = None, spark_master: str | None = None
) -> tuple[Decider, OutcomeTables]:
    """The tables of a rulebook, in DuckDB or in the Spark of a master, and a decider whose
    reference checks them. Raises SparkError if Spark cannot be started."""
    from engine.backends.tables import OutcomeTables, SparkDatabase

    decider = Decider(resolved, period_days=period_days)
    tables = OutcomeTables(
        resolved,
        decider.program,
        None if spark_master is None else SparkDatabase(spark_master),
        period_days=period_days,
        notices_change_on=notices_change_on(resolved, period_days=period_days),
    )
    return decider, tables


def outcome_files(format_: OutcomeFormat) -> tuple[str, ...]:
    """The names of the files, in the order of their tables."""
    from engine.backends.tables import OUTCOMES

    return tuple(f"{name}.{format_}" for name in OUTCOMES)


def write_outcomes(
    dossiers: Iterable[Dossier],
    decider: Decider,
    tables: Outcomes,
    folder: Path,
    *,
    format_: OutcomeFormat,
    progress: Callable[[int], None],
    batch: int = _BATCH,
) -> dict[str, int]:
    """Writes a file for each table and says how many rows it has. Subjects come in order of id;
    only `batch` of them are held. Raises ReadingsDisagree, naming ids and rules, where the
    reference finds otherwise."""
    rows: Counter[str] = Counter()
    differences: list[Difference] = []
    check = OutcomeCheck(decider, name=tables.name)
    known = {b"rulebook": decider.resolved.content_hash, b"as_of": decider.as_of.isoformat()}
    done, waiting = 0, iter(dossiers)
    with ExitStack() as files:
        writers: dict[str, Any] = {}
        while (some := list(islice(waiting, batch))) or not writers:
            cases = _cases(some, decider, tables)
            answer = tables.answer(cases)
            differences += _differences(some, cases, answer, decider, check)
            if len(differences) >= _MOST_DIFFERENCES:
                break
            for name, table in answer.tables.items():
                path = folder / f"{name}.{format_}"
                if name not in writers:
                    schema = table.schema.with_metadata(known)
                    writers[name] = files.enter_context(_writer(path, schema, format_))
                writers[name].write_table(table.replace_schema_metadata(known))
                rows[name] += table.num_rows
            done += len(some)
            progress(done)
    if differences:
        raise ReadingsDisagree(differences[:_MOST_DIFFERENCES])
    return {name: rows[name] for name in writers}


def _cases(
    dossiers: Sequence[Dossier], decider: Decider, tables: Outcomes
) -> list[tuple[View, Colour | None]]:
    duty, needed = decider.resolved.duty(), tables.fact_tables.__contains__
    return [
        (view_of(d, as_of=decider.as_of, duty=duty, needed=needed), decider.override(d))
        for d in dossiers
    ]


def _differences(
    dossiers: Sequence[Dossier],
    cases: Sequence[tuple[View, Colour | None]],
    answer: Answer,
    decider: Decider,
    check: OutcomeCheck,
) -> Iterator[Difference]:
    """Where the reference finds otherwise, or a table says otherwise than follows from that."""
    evaluated = []
    for dossier, (view, override) in zip(dossiers, cases, strict=True):
        expected = decider.reference.evaluate(view, override)
        found = answer.firings[view.subject_id]
        if found != expected:
            sides = (check.name, found), (decider.reference.name, expected)
            yield difference_of(view.subject_id, *sides)
        evaluated.append(Evaluated(dossier, view, expected))
    yield from check.differences(evaluated, answer.tables)


@contextmanager
def _writer(path: Path, schema: Any, format_: OutcomeFormat) -> Iterator[Any]:
    if format_ == "parquet":
        from pyarrow import parquet

        with parquet.ParquetWriter(path, schema) as writer:
            yield writer
    else:
        from pyarrow import csv

        with csv.CSVWriter(path, schema) as writer:
            yield writer
