"""Reading tables of facts out of PostgreSQL, all of them as they stand at one moment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql

from engine.backends.tables.postgres_address import DatabaseError, PostgresAddress
from engine.backends.tables.stored import StoredTable, StoredType
from engine.rulebook.problems import Said, said

__all__ = ["PostgresFacts", "columns_found", "structure_wrong"]

_ROWS_AT_A_TIME = 10_000
_TAKEN_FOR = {
    StoredType.TEXT: {"text", "character varying", "enum"},
    StoredType.INTEGER: {"integer", "smallint"},
    StoredType.FLAG: {"boolean"},
    StoredType.DAY: {"date"},
    StoredType.TEXTS: {"text[]", "character varying[]"},
}
_COLUMNS = """
    SELECT c.relname, a.attname,
        CASE WHEN t.typtype = 'e' THEN 'enum'
             WHEN t.typtype = 'd' THEN format_type(t.typbasetype, NULL)
             ELSE format_type(a.atttypid, NULL) END,
        has_table_privilege(c.oid, 'SELECT') AND has_schema_privilege(n.oid, 'USAGE'),
        c.relkind IN ('r', 'p', 'v')
    FROM pg_namespace n
    JOIN pg_class c ON c.relnamespace = n.oid AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    JOIN pg_type t ON t.oid = a.atttypid
    WHERE n.nspname = %s
"""
Connection = psycopg.Connection[Any]


class _Found:
    """The tables of a schema: the type of each column, whether the user may read them, and
    whether the database can keep others from changing them."""

    def __init__(self, rows: Iterable[tuple[str, str, str, bool, bool]]) -> None:
        self.tables: dict[str, dict[str, str]] = {}
        self.closed: set[str] = set()
        self.lockable: set[str] = set()
        for table, column, type_, readable, lockable in rows:
            self.tables.setdefault(table, {})[column] = type_
            if not readable:
                self.closed.add(table)
            if lockable:
                self.lockable.add(table)


def columns_found(connection: Connection, schema: str) -> _Found | None:
    """What lies in a schema; None if there is no such schema."""
    known = connection.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", (schema,))
    if known.fetchone() is None:
        return None
    return _Found(connection.execute(_COLUMNS, (schema,)).fetchall())


def structure_wrong(
    found: _Found, asked: Sequence[StoredTable], *, schema: str, address: PostgresAddress
) -> Iterator[Said]:
    """What keeps the tables from being read as the published schema says."""
    for table in asked:
        name = f"{schema}.{table.name}"
        here = {"database": address.shown, "table": name}
        columns = found.tables.get(table.name)
        if columns is None:
            yield said("database.no_table", **here)
            continue
        if table.name in found.closed:
            yield said("database.not_allowed", user=address.user, **here)
        for column in table.columns:
            type_ = columns.get(column.name)
            here["column"] = column.name
            if type_ is None:
                yield said("database.no_column", expected=column.type.value, **here)
            elif type_ not in _TAKEN_FOR[column.type]:
                yield said("database.other_type", found=type_, expected=column.type.value, **here)


class PostgresFacts:
    """An open schema with tables of facts, as they stood when it was opened."""

    def __init__(
        self,
        connection: Connection,
        address: PostgresAddress,
        schema: str,
        tables: Sequence[StoredTable],
    ) -> None:
        self.connection = connection
        self.address = address
        self.schema = schema
        self.tables = {table.name: table for table in tables}

    @classmethod
    @contextmanager
    def opened(
        cls, address: PostgresAddress, schema: str, tables: Sequence[StoredTable]
    ) -> Iterator[PostgresFacts]:
        """The facts of a schema, as they stand now and until the end; nothing can be written.

        Raises DatabaseError if a table or column is missing or is of another type.
        """
        connection = address.connect()
        try:
            connection.read_only = True
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            facts = cls(connection, address, schema, tables)
            with address.errors_said():
                facts._hold_still(facts._checked())
            yield facts
        finally:
            connection.close()

    @property
    def server(self) -> str:
        """The version of the server."""
        number = self.connection.info.server_version
        return f"{number // 10_000}.{number % 10_000}"

    def _checked(self) -> _Found:
        """What lies there. Ends its own transaction, so that what follows sees the newest state."""
        found = columns_found(self.connection, self.schema)
        if found is None:
            blanks = {"database": self.address.shown, "schema": self.schema}
            raise DatabaseError(said("database.no_schema", **blanks))
        tables = list(self.tables.values())
        wrong = list(structure_wrong(found, tables, schema=self.schema, address=self.address))
        if wrong:
            raise DatabaseError(*wrong)
        self.connection.commit()
        return found

    def _hold_still(self, found: _Found) -> None:
        """Whoever wants to empty or alter a table waits; then comes the look at one state, with
        the settings that all reading rests on."""
        names: list[sql.Composable] = [
            self.name(table) for table in self.tables if table in found.lockable
        ]
        if names:
            locked = sql.SQL("LOCK TABLE {} IN ACCESS SHARE MODE")
            self.connection.execute(locked.format(sql.SQL(", ").join(names)))
        self.address.settle(self.connection)

    def name(self, table: str) -> sql.Identifier:
        """A table's name, its schema before it."""
        return sql.Identifier(self.schema, table)

    def rows(self, table: str, *, subject_id: str | None = None) -> Iterator[tuple[Any, ...]]:
        """The rows of a table, or those of one subject, in order of their keys; a few thousand at a
        time are held here."""
        stored = self.tables[table]
        order: list[sql.Composable] = [sql.SQL('"subject_id" COLLATE "C"')]
        order += [sql.Identifier(name) for name in stored.key[1:]]
        query = sql.SQL("SELECT {} FROM {}{} ORDER BY {}").format(
            sql.SQL(", ").join(sql.Identifier(column.name) for column in stored.columns),
            self.name(table),
            sql.SQL("" if subject_id is None else ' WHERE "subject_id" = %s'),
            sql.SQL(", ").join(order),
        )
        with (
            self.address.errors_said(),
            self.connection.cursor(name=f"tilsynstryk_{table}") as cursor,
        ):
            cursor.itersize = _ROWS_AT_A_TIME
            cursor.execute(query, None if subject_id is None else (subject_id,))
            yield from cursor

    def ids_without_row(self) -> list[str]:
        """The ids that the table of ids holds and the table of no kind of subject does."""
        kinds = [table.name for table in self.tables.values() if table.kind]
        of_kinds = sql.SQL(" UNION ALL ").join(
            sql.SQL('SELECT "subject_id" FROM {}').format(self.name(kind)) for kind in kinds
        )
        query = sql.SQL('SELECT "subject_id"::text FROM {} EXCEPT ({})')
        with self.address.errors_said():
            found = self.connection.execute(query.format(self.name("subject"), of_kinds))
            return sorted(str(subject_id) for (subject_id,) in found)
