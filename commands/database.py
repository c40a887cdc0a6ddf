"""Facts that lie in a database: how it is named in a command, and what is said without it."""

from __future__ import annotations

import importlib.util
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from commands.options import bad_input, language, refuse

if TYPE_CHECKING:
    from engine.run.database import FactDatabase

__all__ = [
    "DEFAULT_SCHEMA",
    "PortfolioPlace",
    "database_of",
    "database_url",
    "facts_in",
    "is_url",
    "refuse_changed_facts",
    "schema_option",
]

DEFAULT_SCHEMA = "tilsyn"
_SCHEMES = ("postgresql", "postgres")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,15}")
_LIKE_AN_ADDRESS = re.compile(
    r"postgres\w*:|pass\w*\s*=|//[^/]*@|^[^\s/\\]+:(?![\\/])\S*@", re.IGNORECASE
)
_NEEDED = ("psycopg", "ibis", "duckdb", "numpy")
CommandT = TypeVar("CommandT", bound=Callable[..., Any])


class PortfolioPlace(click.Path):
    """Where facts lie: a file or folder that is there, or the address of a database."""

    def __init__(self) -> None:
        super().__init__(exists=True, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path, or the address as it was given."""
        return value if is_url(value) else super().convert(value, param, ctx)


def schema_option(function: CommandT) -> CommandT:
    """`--schema`: where in a database the facts lie."""
    return click.option(
        "--schema",
        metavar="NAME",
        help=f"Of a database: the schema with the facts.  [default: {DEFAULT_SCHEMA}]",
    )(function)


def is_url(source: object) -> bool:
    """Whether the facts are named by an address and not by a path. What looks like an address that
    somebody meant to write is one, unless it is there as a path."""
    if not isinstance(source, str):
        return False
    meant = _LIKE_AN_ADDRESS.search(source) is not None and not os.path.exists(source)
    return meant or "://" in source


def database_url(source: str) -> str:
    """An address of a PostgreSQL database, or one line and exit code 2; the address itself is not
    repeated, as it may hold a password."""
    scheme, separator, _ = source.partition("://")
    if not separator or _SCHEME.fullmatch(scheme) is None:
        refuse("database.bad_url")
    if scheme not in _SCHEMES:
        refuse("database.not_postgres", scheme=scheme)
    if any(importlib.util.find_spec(name) is None for name in _NEEDED):
        refuse("database.missing_extra")
    from engine.backends.tables.postgres_address import DatabaseError, PostgresAddress

    try:
        PostgresAddress(source)
    except DatabaseError as error:
        bad_input(error.lines(language()))
    return source


@contextmanager
def database_of(source: object, schema: str | None) -> Iterator[FactDatabase | None]:
    """The database that a source names, open; None for facts in files. What the database says
    against it ends the command with exit code 2."""
    if not isinstance(source, str) or not is_url(source):
        if schema is not None:
            refuse("database.schema_of_database")
        yield None
        return
    url = database_url(source)
    from engine.run.database import DatabaseError, opened

    try:
        with opened(url, DEFAULT_SCHEMA if schema is None else schema) as database:
            yield database
    except DatabaseError as error:
        bad_input(error.lines(language()))


@contextmanager
def facts_in(place: Path | str, schema: str | None) -> Iterator[Path | FactDatabase]:
    """A file or folder as it is, or the database of an address, open."""
    with database_of(place, schema) as database:
        yield Path(place) if database is None else database


def refuse_changed_facts(
    *, ignore_later: bool, sample_results: bool = False, engine: str = "case"
) -> None:
    """Inside the database the rules see the facts that lie there, and no others; by `engine` they
    are read here."""
    for given, option in ((ignore_later, "--ignore-later"), (sample_results, "--sample-results")):
        if given:
            refuse("database.only_inside", option=option, engine=engine)
