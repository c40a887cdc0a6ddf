"""A portfolio in a PostgreSQL database: read and checked as files are, evaluated where it lies."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from engine.backends.tables.postgres import PostgresBackend, postgres_query
from engine.backends.tables.postgres_address import DatabaseError, PostgresAddress
from engine.backends.tables.postgres_facts import PostgresFacts
from engine.backends.tables.postgres_load import load_facts
from engine.backends.tables.postgres_outcomes import PostgresOutcomes
from engine.decisions.decide import Decider
from engine.portfolio.fact_ddl import SqlDialect, fact_ddl, quoted_name
from engine.portfolio.problems import PlaceKind, Problem, Where
from engine.portfolio.read import Gatherer, PortfolioRead, read_portfolio
from engine.portfolio.sheets import EARLIEST_DAY, SHEETS, SUBJECT_SHEETS
from engine.portfolio.stored_rows import StoredRows, report_without_row
from engine.portfolio.write import rows_of
from engine.rulebook.book import Rulebook
from engine.rulebook.catalogue import Catalogue, Lang
from engine.rulebook.problems import said
from engine.rulebook.resolve import ResolvedRulebook
from engine.run.by_tables import notices_change_on
from engine.run.stored_facts import stored_tables
from models.facts import Dossier

__all__ = ["DatabaseError", "FactDatabase", "load_portfolio", "opened"]


class FactDatabase:
    """Facts in a database as they stood when it was opened."""

    def __init__(self, facts: PostgresFacts) -> None:
        self._facts = facts
        self.checksum = ""
        """SHA-256 over the rows, once they have been read."""

    @property
    def shown(self) -> str:
        """Where it is, as the run record says it: address without password, and schema."""
        return f"{self._facts.address.shown}#{self._facts.schema}"

    def read(
        self,
        *,
        book: Rulebook,
        as_of: date,
        ignore_later: bool = False,
        sample_forms: Sequence[Path] = (),
        progress: Callable[[int], None] | None = None,
        catalogue: Catalogue | None = None,
    ) -> PortfolioRead:
        """All subjects, every problem found, named by table, key and column."""
        return read_portfolio(
            self,
            registers=book.registers,
            ladder=book.ladder,
            as_of=as_of,
            ignore_later=ignore_later,
            sample_forms=sample_forms,
            progress=progress,
            catalogue=catalogue,
        )

    def give_rows(self, gatherer: Gatherer) -> None:
        """All rows, table by table, each in order of its keys."""
        report_without_row(self._facts.ids_without_row(), self._facts.schema, gatherer.sink)
        self._gather(gatherer)
        if not gatherer.has_subjects() and not gatherer.sink.problems:
            where = Where(PlaceKind.TABLE, self._facts.schema, -1)
            gatherer.sink.source(where, "no_subjects", sheets=", ".join(SUBJECT_SHEETS))

    def read_subject(
        self, subject_id: str, *, book: Rulebook, as_of: date, ignore_later: bool = False
    ) -> PortfolioRead:
        """One subject and its records; an id that is not there is a problem of the source."""
        gatherer = Gatherer(
            registers=book.registers, ladder=book.ladder, as_of=as_of, ignore_later=ignore_later
        )
        self._gather(gatherer, subject_id=subject_id)
        if not gatherer.rows:
            where = Where(PlaceKind.TABLE, self._facts.schema, -1)
            values = (("value", subject_id),)
            gatherer.sink.add(Problem(where, "subject_unknown", values=values))
        return gatherer.finish()

    def _gather(self, gatherer: Gatherer, *, subject_id: str | None = None) -> None:
        stored = StoredRows(self._facts.schema, gatherer.sink, gatherer.index)
        for order, key in enumerate(SHEETS):
            rows = self._facts.rows(key, subject_id=subject_id)
            gatherer.add_table(stored.table(key, rows, order=order))
        self.checksum = stored.checksum

    def checksum_now(self, book: Rulebook) -> str:
        """The checksum that reading all rows would give."""
        gatherer = Gatherer(registers=book.registers, ladder=book.ladder, as_of=EARLIEST_DAY)
        stored = StoredRows(self._facts.schema, gatherer.sink, gatherer.index)
        for order, key in enumerate(SHEETS):
            for _ in stored.table(key, self._facts.rows(key), order=order).rows:
                pass
        return stored.checksum

    def decider(
        self, resolved: ResolvedRulebook, *, period_days: int | None = None
    ) -> tuple[Decider, PostgresBackend]:
        """A decider, and the rules inside the database, over the same facts."""
        decider = Decider(resolved, period_days=period_days)
        query = postgres_query(
            decider.program, resolved, schema=self._facts.schema, tables=self._facts.tables
        )
        return decider, PostgresBackend(self._facts, query)

    def outcomes(
        self, resolved: ResolvedRulebook, *, period_days: int | None = None
    ) -> tuple[Decider, PostgresOutcomes]:
        """The outcome tables, worked out inside the database, and a decider whose reference checks
        them."""
        decider = Decider(resolved, period_days=period_days)
        return decider, PostgresOutcomes(
            self._facts,
            resolved,
            decider.program,
            period_days=period_days,
            notices_change_on=notices_change_on(resolved, period_days=period_days),
        )


@contextmanager
def opened(url: str, schema: str) -> Iterator[FactDatabase]:
    """The facts of a schema, of which nothing can be changed. Raises DatabaseError."""
    _check_name(schema)
    with PostgresFacts.opened(PostgresAddress(url), schema, stored_tables()) as facts:
        yield FactDatabase(facts)


def load_portfolio(
    dossiers: Sequence[Dossier],
    url: str,
    *,
    schema: str,
    replace: bool,
    catalogue: Catalogue,
    lang: Lang,
) -> tuple[str, int]:
    """Puts a portfolio into a database, all of it or nothing: where, and how many rows of facts.

    Raises DatabaseError.
    """
    _check_name(schema)
    address = PostgresAddress(url)
    tables = stored_tables()
    rows: dict[str, Iterable[tuple[Any, ...]]] = {
        table.name: _rows(table.name, [c.name for c in table.columns], dossiers)
        for table in tables[1:]
    }
    rows[tables[0].name] = ((d.subject_id, d.kind.value) for d in dossiers)
    statements = fact_ddl(
        schema=schema, dialect=SqlDialect.POSTGRES, catalogue=catalogue, lang=lang
    )
    number = load_facts(
        address, schema=schema, tables=tables, statements=statements, rows=rows, replace=replace
    )
    return address.shown, number - len(dossiers)


def _rows(key: str, names: list[str], dossiers: Iterable[Dossier]) -> Iterator[tuple[Any, ...]]:
    for fact in rows_of(key, dossiers):
        held = fact.__dict__
        yield tuple(_plain(held[name]) for name in names)


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _check_name(schema: str) -> None:
    try:
        quoted_name(schema)
    except ValueError:
        raise DatabaseError(said("database.bad_schema", schema=schema)) from None
