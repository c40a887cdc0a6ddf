"""What the reading over tables asks of a database, and the embedded one that it has by default."""

from __future__ import annotations

from typing import Any, Protocol

import ibis

__all__ = ["Database", "DuckDatabase"]


class Database(Protocol):
    """Holds tables of facts for a while and answers queries on them."""

    @property
    def name(self) -> str:
        """What the run record calls a reading over its tables."""
        ...

    def sql_of(self, table: Any) -> str:
        """An Ibis expression in the words of this database."""
        ...

    def hold(self, name: str, facts: Any) -> None:
        """Takes an Arrow table in under a name, in place of what had that name."""
        ...

    def keep(self, name: str, query: str) -> None:
        """Answers a query once and keeps what it gives under a name, in place of what had it."""
        ...

    def read(self, query: str) -> Any:
        """What a query gives, as an Arrow table."""
        ...

    def close(self) -> None:
        """Ends it; nothing is kept."""
        ...


class DuckDatabase:
    """An embedded DuckDB, in memory."""

    name = "tables on DuckDB"

    def __init__(self) -> None:
        self._connection = ibis.duckdb.connect(
            autoinstall_known_extensions=False, autoload_known_extensions=False
        )

    def sql_of(self, table: Any) -> str:
        """An Ibis expression in DuckDB's words."""
        return str(self._connection.compile(table))

    def hold(self, name: str, facts: Any) -> None:
        """Reads an Arrow table where it lies."""
        self._connection.con.register(name, facts)

    def keep(self, name: str, query: str) -> None:
        """A table of its own, which lasts until the connection is closed."""
        self._connection.con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {query}")

    def read(self, query: str) -> Any:
        """What a query gives."""
        return self._connection.con.sql(query).to_arrow_table()

    def close(self) -> None:
        """Closes the connection."""
        self._connection.disconnect()
