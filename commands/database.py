"""Facts that lie in a database: how it is named in a command, and what is said without it."""

from __future__ import annotations

import importlib.util

from commands.options import refuse

__all__ = ["DEFAULT_SCHEMA", "database_url", "is_url"]

DEFAULT_SCHEMA = "tilsyn"
_SCHEMES = ("postgresql", "postgres")
_NEEDED = ("psycopg", "ibis", "duckdb", "numpy")


def is_url(source: str) -> bool:
    """Whether the facts are named by an address and not by a path."""
    return "://" in source


def database_url(source: str) -> str:
    """An address of a PostgreSQL database, or one line and exit code 2; the address itself is not
    repeated, as it may hold a password."""
    scheme, separator, _ = source.partition("://")
    if not separator:
        refuse("database.bad_url")
    if scheme not in _SCHEMES:
        refuse("database.not_postgres", scheme=scheme)
    if any(importlib.util.find_spec(name) is None for name in _NEEDED):
        refuse("database.missing_extra")
    return source
