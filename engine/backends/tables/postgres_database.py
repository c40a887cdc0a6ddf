"""A PostgreSQL as a database of tables, which are gone when the connection is closed."""

from __future__ import annotations

from typing import Any

import ibis
import pyarrow as pa
from psycopg import adapters, sql

from engine.backends.tables.postgres_address import PostgresAddress

__all__ = ["PostgresDatabase"]

_NAMES: dict[Any, str] = {
    pa.bool_(): "bool",
    pa.int32(): "int4",
    pa.int64(): "int8",
    pa.float64(): "float8",
    pa.date32(): "date",
    pa.string(): "text",
}
_OF_OID = {adapters.types[name].oid: type_ for type_, name in _NAMES.items()}
_TYPES = {**_NAMES, pa.list_(pa.string()): "text[]"}
_OF_OID[adapters.types["text"].array_oid] = pa.list_(pa.string())


class PostgresDatabase:
    """Tables that only one connection sees. Other tables of the database can be read beside them;
    none is changed."""

    def __init__(self, url: str) -> None:
        """Raises DatabaseError if the database cannot be reached."""
        self._address = PostgresAddress(url)
        self._connection = self._address.connect()
        self._connection.autocommit = True
        number = self._connection.info.server_version
        self.name = f"tables in PostgreSQL {number // 10_000}.{number % 10_000}"

    def sql_of(self, table: Any) -> str:
        """An Ibis expression in PostgreSQL's words."""
        return str(ibis.to_sql(table, dialect="postgres"))

    def hold(self, name: str, facts: Any) -> None:
        """Copies an Arrow table in."""
        temporary = sql.Identifier("pg_temp", name)
        columns = sql.SQL(", ").join(
            sql.SQL("{} {}").format(sql.Identifier(field.name), sql.SQL(_TYPES[field.type]))
            for field in facts.schema
        )
        with self._address.errors_said(), self._connection.transaction():
            self._connection.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(temporary))
            self._connection.execute(sql.SQL("CREATE TABLE {} ({})").format(temporary, columns))
            with (
                self._connection.cursor() as cursor,
                cursor.copy(sql.SQL("COPY {} FROM STDIN").format(temporary)) as copy,
            ):
                for batch in facts.to_batches():
                    columns_held = [column.to_pylist() for column in batch.columns]
                    for row in zip(*columns_held, strict=True):
                        copy.write_row(row)
            self._connection.execute(sql.SQL("ANALYZE {}").format(temporary))

    def keep(self, name: str, query: str) -> None:
        """A table of the connection's own, made of what a query gives."""
        temporary = sql.Identifier("pg_temp", name)
        making = sql.SQL("CREATE TABLE {} AS {}").format(temporary, sql.SQL(query))
        with self._address.errors_said(), self._connection.transaction():
            self._connection.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(temporary))
            self._connection.execute(making)
            self._connection.execute(sql.SQL("ANALYZE {}").format(temporary))

    def read(self, query: str) -> Any:
        """What a query gives, as an Arrow table."""
        with self._address.errors_said(), self._connection.cursor() as cursor:
            cursor.execute(query.encode())
            columns = cursor.description or ()
            rows = cursor.fetchall()
        types = [_OF_OID[column.type_code] for column in columns]
        held = list(zip(*rows, strict=True)) or [()] * len(columns)
        arrays = [pa.array(values, type_) for values, type_ in zip(held, types, strict=True)]
        return pa.Table.from_arrays(arrays, names=[column.name for column in columns])

    def close(self) -> None:
        """Closes the connection."""
        self._connection.close()
