"""Runs a program on many subjects at a time, in an embedded DuckDB or in another database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from types import TracebackType
from typing import Any, Self

import numpy as np

from engine.backends.tables.database import Database, DuckDatabase
from engine.backends.tables.layout import Case, lay_out
from engine.backends.tables.program import IN_FORCE, PROPOSED, compile_program
from engine.backends.tables.schema import SUBJECT_ID
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
        self._firings: dict[tuple[bytes, str, str], Firing] = {}

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
        held at a time, and subjects for whom the same held share one answer."""
        waiting = iter(cases)
        while some := list(islice(waiting, batch)):
            found = dict(self._read(self.fired(lay_out(self._compiled.fact_tables, some))))
            for view, _ in some:
                yield view.subject_id, found[view.subject_id]

    def evaluate(self, view: View, override: Colour | None = None) -> Firing:
        """All strata for one subject."""
        ((_, firing),) = self.firings([(view, override)])
        return firing

    def _read(self, fired: Any) -> Iterator[tuple[str, Firing]]:
        """Each subject's firing out of the table."""
        rules, signals = list(self._compiled.rules.items()), list(self._compiled.signals.items())
        flags = [
            fired.column(column).to_numpy(zero_copy_only=False) for _, column in (*rules, *signals)
        ]
        bits = np.packbits(np.array(flags, dtype=bool), axis=0).T if flags else None
        ids = fired.column(SUBJECT_ID).to_pylist()
        proposed = fired.column(PROPOSED).to_pylist()
        in_force = fired.column(IN_FORCE).to_pylist()
        for row, (subject_id, colours) in enumerate(
            zip(ids, zip(proposed, in_force, strict=True), strict=True)
        ):
            same = (b"" if bits is None else bits[row].tobytes(), *colours)
            firing = self._firings.get(same)
            if firing is None:
                held = [bool(flag[row]) for flag in flags]
                firing = self._firings[same] = Firing(
                    frozenset(key for (key, _), holds in zip(rules, held, strict=False) if holds),
                    frozenset(
                        name
                        for (name, _), holds in zip(signals, held[len(rules) :], strict=True)
                        if holds
                    ),
                    Colour(colours[0]),
                    Colour(colours[1]),
                )
            yield subject_id, firing
