"""A program run inside PostgreSQL, over facts that lie there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import ibis
from psycopg import sql

from engine.backends.tables.firings import SubjectLostError
from engine.backends.tables.from_raw import facts_from_raw
from engine.backends.tables.layout import Case
from engine.backends.tables.postgres_facts import PostgresFacts
from engine.backends.tables.postgres_raw import stored_raw
from engine.backends.tables.program import IN_FORCE, PROPOSED, CompiledProgram, compile_program
from engine.backends.tables.schema import SUBJECT_ID
from engine.backends.tables.stored import StoredTable
from engine.rulebook.program import Firing, Program
from engine.rulebook.resolve import ResolvedRulebook
from models.terms import Colour

__all__ = ["PostgresBackend", "PostgresQuery", "postgres_query", "query_of", "recorded_facts"]

_ROWS_AT_A_TIME = 10_000
_MOST_REMEMBERED = 20_000
_CURSOR = "tilsynstryk_fired"


class PostgresQuery(NamedTuple):
    """A program over facts as recorded, in the words of PostgreSQL: a row for each subject, with a
    flag for each rule and each signal by the column given here."""

    sql: str
    rules: Mapping[str, str]
    signals: Mapping[str, str]


def postgres_query(
    program: Program,
    resolved: ResolvedRulebook,
    *,
    schema: str,
    tables: Mapping[str, StoredTable],
) -> PostgresQuery:
    """The program over the tables of a schema: what each subject is on the day, which rules fire,
    which colour is in force."""
    facts = recorded_facts(resolved, schema=schema, tables=tables)
    return query_of(compile_program(program, facts=facts))


def query_of(compiled: CompiledProgram) -> PostgresQuery:
    """A compiled program in the words of PostgreSQL."""
    text = str(ibis.to_sql(compiled.result, dialect="postgres"))
    return PostgresQuery(text, compiled.rules, compiled.signals)


def recorded_facts(
    resolved: ResolvedRulebook, *, schema: str, tables: Mapping[str, StoredTable]
) -> dict[str, Any]:
    """Facts as rules see them on the day, of those recorded in the tables of a schema."""
    deadlines = resolved.book.registers.budget_deadlines
    raw = stored_raw(tables, schema=schema, deadlines=deadlines)
    return facts_from_raw(as_of=resolved.as_of, duty=resolved.duty(), raw=raw)


class PostgresBackend:
    """Says what held for each subject of a database; only that comes out of it."""

    def __init__(self, facts: PostgresFacts, query: PostgresQuery) -> None:
        self._facts = facts
        self._query = query
        self._fired: Iterator[tuple[str, Firing]] | None = None
        self._next: tuple[str, Firing] | None = None

    @property
    def name(self) -> str:
        """What the run record calls it."""
        return f"tables in PostgreSQL {self._facts.server}"

    def firings(self, cases: Iterable[Case], *, batch: int = 0) -> Iterator[tuple[str, Firing]]:
        """What held for each subject, by its id. Subjects are asked about once and in order of
        their ids; those in between, whom nobody asks about, are passed over.

        Raises SubjectLostError, after all others, for those who are not in the database.
        """
        if self._fired is None:
            self._fired = self.all_firings()
            self._next = next(self._fired, None)
        lost = []
        for view, _ in cases:
            answers = list(self._answers_about(view.subject_id, self._fired))
            yield from answers
            if not answers:
                lost.append(view.subject_id)
        if lost:
            raise SubjectLostError(self.name, lost)

    def _answers_about(
        self, subject_id: str, fired: Iterator[tuple[str, Firing]]
    ) -> Iterator[tuple[str, Firing]]:
        """The rows of one subject, of which there should be one."""
        while self._next is not None and self._next[0] <= subject_id:
            if self._next[0] == subject_id:
                yield self._next
            self._next = next(fired, None)

    def all_firings(self) -> Iterator[tuple[str, Firing]]:
        """What held for every subject of the database, in order of their ids; some thousand
        answers are held here at a time."""
        read = _Answers(self._query)
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
        flags = [*self._query.rules.values(), *self._query.signals.values()]
        return sql.SQL(
            "SELECT {id}, {proposed}, {in_force}, ARRAY[{flags}]::boolean[]::text"
            ' FROM ({query}) AS fired ORDER BY {id} COLLATE "C"'
        ).format(
            id=sql.Identifier(SUBJECT_ID),
            proposed=sql.Identifier(PROPOSED),
            in_force=sql.Identifier(IN_FORCE),
            flags=sql.SQL(", ").join(map(sql.Identifier, flags)),
            query=sql.SQL(self._query.sql),
        )


class _Answers:
    """Rows into firings; subjects for whom the same held share one."""

    def __init__(self, query: PostgresQuery) -> None:
        self._rules = list(query.rules)
        self._signals = list(query.signals)
        self._known: dict[tuple[str, str, str], Firing] = {}

    def firing(self, row: tuple[str, str, str, str]) -> Firing:
        """What held by one row."""
        same = row[1:]
        firing = self._known.get(same)
        if firing is None:
            if len(self._known) >= _MOST_REMEMBERED:
                self._known.clear()
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
