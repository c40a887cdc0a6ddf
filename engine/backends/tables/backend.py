"""Runs a program on many subjects at a time, in an embedded DuckDB or in another database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from types import TracebackType
from typing import Any, Self

from engine.backends.tables.database import Database, DuckDatabase
from engine.backends.tables.firings import FiringReader, SubjectLostError
from engine.backends.tables.layout import Case, lay_out
from engine.backends.tables.program import compile_program
from engine.facts import View
from engine.rulebook.program import Firing, Program
from models.terms import Colour

__all__ = ["TablesBackend"]

BATCH = 20_000
"""How many subjects are laid out at a time, which is what bounds the memory."""


class TablesBackend:
    """Evaluates portfolios a table at a time. Not for one subject: a query costs the same."""

    def __init__(self, program: Program, database: Database | None = None) -> None:
        self._compiled = compile_program(program)
        self._database = DuckDatabase() if database is None else database
        self._query = self._database.sql_of(self._compiled.result)
        self._reader = FiringReader(self._compiled)

    @property
    def name(self) -> str:
        """What the run record calls it."""
        return self._database.name

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the database; nothing of it is kept."""
        self._database.close()

    def fired(self, facts: Mapping[str, Any]) -> Any:
        """The Arrow table of what held: a row per subject, in no order.

        `facts` are Arrow tables by the names that `lay_out` gives them.
        """
        for name, table in facts.items():
            self._database.hold(name, table)
        return self._database.read(self._query)

    def firings(self, cases: Iterable[Case], *, batch: int = BATCH) -> Iterator[tuple[str, Firing]]:
        """What held for each subject, by its id, in the order given. Only `batch` subjects are
        held at a time, and subjects for whom the same held share one answer.

        Raises SubjectLostError after a batch in which somebody has no answer."""
        waiting = iter(cases)
        while some := list(islice(waiting, batch)):
            found = dict(self._reader.read(self.fired(lay_out(self._compiled.fact_tables, some))))
            ids = [view.subject_id for view, _ in some]
            for subject_id in ids:
                if subject_id in found:
                    yield subject_id, found[subject_id]
            if lost := [subject_id for subject_id in ids if subject_id not in found]:
                raise SubjectLostError(self.name, lost)

    def evaluate(self, view: View, override: Colour | None = None) -> Firing:
        """All strata for one subject."""
        ((_, firing),) = self.firings([(view, override)])
        return firing
