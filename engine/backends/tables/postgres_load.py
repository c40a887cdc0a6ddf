"""Putting facts into PostgreSQL: all of them or none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import psycopg
from psycopg import sql

from engine.backends.tables.postgres_address import DatabaseError, PostgresAddress
from engine.backends.tables.postgres_facts import columns_found, structure_wrong
from engine.backends.tables.stored import StoredTable
from engine.rulebook.problems import said

__all__ = ["load_facts"]

Rows = Iterable[tuple[Any, ...]]


def load_facts(
    address: PostgresAddress,
    *,
    schema: str,
    tables: Sequence[StoredTable],
    statements: Mapping[str, Sequence[str]],
    rows: Mapping[str, Rows],
    replace: bool,
) -> int:
    """Copies rows into the tables of a schema, in the order of `tables`, and says how many.

    `statements` make each table where it is missing, and (under the empty name) the schema. Raises
    DatabaseError, and leaves everything as it was, if the tables hold rows already (unless
    `replace`), are not as they should be, or refuse a row.
    """
    connection = address.connect()
    try:
        with address.errors_said(), connection.transaction():
            address.settle(connection)
            loading = _Loading(connection, address, schema, tables)
            loading.make_missing(statements)
            loading.make_room(replace=replace)
            return sum(loading.copy(table, rows[table.name]) for table in tables)
    finally:
        connection.close()


class _Loading:
    def __init__(
        self,
        connection: psycopg.Connection[Any],
        address: PostgresAddress,
        schema: str,
        tables: Sequence[StoredTable],
    ) -> None:
        self._connection = connection
        self._address = address
        self._schema = schema
        self._tables = tables

    def _name(self, table: StoredTable) -> sql.Identifier:
        return sql.Identifier(self._schema, table.name)

    def make_missing(self, statements: Mapping[str, Sequence[str]]) -> None:
        """Checks what is there and makes the rest."""
        found = columns_found(self._connection, self._schema)
        missing = ["", *(table.name for table in self._tables)]
        if found is not None:
            here = [table for table in self._tables if table.name in found.tables]
            wrong = list(structure_wrong(found, here, schema=self._schema, address=self._address))
            if wrong:
                raise DatabaseError(*wrong)
            missing = [table.name for table in self._tables if table not in here]
        for name in missing:
            for statement in statements[name]:
                self._connection.execute(statement.encode())

    def make_room(self, *, replace: bool) -> None:
        """Deletes rather than truncates: whoever is reading goes on with what stood there."""
        names = sql.SQL(", ").join(map(self._name, self._tables))
        self._connection.execute(sql.SQL("LOCK TABLE {} IN SHARE ROW EXCLUSIVE MODE").format(names))
        for table in reversed(self._tables):
            name = self._name(table)
            if replace:
                self._connection.execute(sql.SQL("DELETE FROM {}").format(name))
                continue
            first = self._connection.execute(sql.SQL("SELECT 1 FROM {} LIMIT 1").format(name))
            if first.fetchone() is not None:
                where = f"{self._schema}.{table.name}"
                blanks = {"database": self._address.shown, "table": where}
                raise DatabaseError(said("database.holds_rows", **blanks))

    def copy(self, table: StoredTable, rows: Rows) -> int:
        """Copies rows whose values stand in the order of the table's columns."""
        columns = sql.SQL(", ").join(sql.Identifier(column.name) for column in table.columns)
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(self._name(table), columns)
        number = 0
        with self._connection.cursor() as cursor:
            with cursor.copy(statement) as copy:
                for row in rows:
                    copy.write_row(self._storable(table, row))
                    number += 1
            cursor.execute(sql.SQL("ANALYZE {}").format(self._name(table)))
        return number

    def _storable(self, table: StoredTable, row: tuple[Any, ...]) -> tuple[Any, ...]:
        """The row, unless a text has the sign that PostgreSQL has no place for."""
        for column, value in zip(table.columns, row, strict=True):
            if isinstance(value, str) and "\0" in value:
                key = "/".join(str(part) for part in row[: len(table.key)])
                where = {"table": f"{self._schema}.{table.name}", "key": key}
                what = said("database.unstorable", column=column.name, sign="0000", **where)
                raise DatabaseError(what)
        return row
