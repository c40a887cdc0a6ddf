"""A program run inside PostgreSQL, over facts that lie there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

import ibis
from psycopg import sql

from engine.backends.tables.from_raw import facts_from_raw
from engine.backends.tables.layout import Case
from engine.backends.tables.postgres_facts import PostgresFacts
from engine.backends.tables.postgres_raw import stored_raw
from engine.backends.tables.program import IN_FORCE, PROPOSED, CompiledProgram, compile_program
from engine.backends.tables.schema import SUBJECT_ID
from engine.rulebook.program import Firing, Program
from engine.rulebook.resolve import ResolvedRulebook
from models.terms import Colour

__all__ = ["PostgresBackend", "compiled_for_postgres"]

_ROWS_AT_A_TIME = 10_000
_CURSOR = "tilsynstryk_fired"


def compiled_for_postgres(
    facts: PostgresFacts, program: Program, resolved: ResolvedRulebook
) -> CompiledProgram:
    """The program as one query over the facts as they lie in the database: what each subject is on
    the day, which rules fire, which colour is in force."""
    raw = stored_raw(
        facts.tables,
        schema=facts.schema,
        deadlines=resolved.book.registers.budget_deadlines,
    )
    tables = facts_from_raw(as_of=resolved.as_of, duty=resolved.duty(), raw=raw)
    return compile_program(program, facts=tables)


class PostgresBackend:
    """Says what held for each subject of a database; only that comes out of it."""

    def __init__(self, facts: PostgresFacts, program: Program, resolved: ResolvedRulebook) -> None:
        self._facts = facts
        self._compiled = compiled_for_postgres(facts, program, resolved)
        self._fired: Iterator[tuple[str, Firing]] | None = None

    @property
    def name(self) -> str:
        """What the run record calls it."""
        return f"tables in PostgreSQL {self._facts.server}"

    @cached_property
    def query(self) -> str:
        """The rulebook in the words of PostgreSQL: a row per subject, as `CompiledProgram` says."""
        return str(ibis.to_sql(self._compiled.result, dialect="postgres"))

    def firings(self, cases: Iterable[Case], *, batch: int = 0) -> Iterator[tuple[str, Firing]]:
        """What held for each subject, by its id. Subjects are asked about once and in order of
        their ids; those in between, whom nobody asks about, are passed over.

        Raises LookupError for a subject that is not in the database.
        """
        if self._fired is None:
            self._fired = self.all_firings()
        for view, _ in cases:
            for subject_id, firing in self._fired:
                if subject_id == view.subject_id:
                    yield subject_id, firing
                    break
            else:
                raise LookupError(view.subject_id)

    def all_firings(self) -> Iterator[tuple[str, Firing]]:
        """What held for every subject of the database, in order of their ids; some thousand
        answers are held here at a time."""
        read = _Answers(self._compiled)
        with (
            self._facts.address.errors_said(),
            self._facts.connection.cursor(name=_CURSOR) as cursor,
        ):
            cursor.itersize = _ROWS_AT_A_TIME
            cursor.execute(self._in_order())
            for row in cursor:
                yield row[0], read.firing(row)

    def _in_order(self) -> sql.Composed:
        """The query's rows by id, the flags of rules and signals as one text."""
        flags = [*self._compiled.rules.values(), *self._compiled.signals.values()]
        return sql.SQL(
            "SELECT {id}, {proposed}, {in_force}, ARRAY[{flags}]::boolean[]::text"
            ' FROM ({query}) AS fired ORDER BY {id} COLLATE "C"'
        ).format(
            id=sql.Identifier(SUBJECT_ID),
            proposed=sql.Identifier(PROPOSED),
            in_force=sql.Identifier(IN_FORCE),
            flags=sql.SQL(", ").join(map(sql.Identifier, flags)),
            query=sql.SQL(self.query),
        )


class _Answers:
    """Rows into firings; subjects for whom the same held share one."""

    def __init__(self, compiled: CompiledProgram) -> None:
        self._rules = list(compiled.rules)
        self._signals = list(compiled.signals)
        self._known: dict[tuple[str, str, str], Firing] = {}

    def firing(self, row: tuple[str, str, str, str]) -> Firing:
        """What held by one row."""
        same = row[1:]
        firing = self._known.get(same)
        if firing is None:
            proposed, in_force, written = same
            held = [flag == "t" for flag in written.strip("{}").split(",") if flag]
            rules, signals = held[: len(self._rules)], held[len(self._rules) :]
            firing = self._known[same] = Firing(
                _held(self._rules, rules),
                _held(self._signals, signals),
                Colour(proposed),
                Colour(in_force),
            )
        return firing


def _held(names: Iterable[str], flags: Iterable[bool]) -> frozenset[str]:
    return frozenset(name for name, flag in zip(names, flags, strict=True) if flag)
