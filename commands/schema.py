"""`tilsynstryk schema`: the tables of facts, as SQL or as empty Parquet files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from commands.options import (
    file_reason,
    language,
    language_option,
    load_book,
    refuse,
    rules_option,
    sentence,
)
from commands.printed_or_written import print_or_write

if TYPE_CHECKING:
    from engine.rulebook.catalogue import Catalogue

__all__ = ["command"]

_SCHEMA = "tilsyn"


@click.command("schema")
@click.option(
    "--dialect",
    type=click.Choice(["postgres", "duckdb"]),
    help="The database whose SQL is written.  [default: postgres]",
)
@click.option("--schema", metavar="NAME", help=f"Schema the tables lie in.  [default: {_SCHEMA}]")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File to write, replacing an earlier one; without it the SQL is printed.",
)
@click.option(
    "--parquet",
    metavar="FOLDER",
    type=click.Path(path_type=Path, file_okay=False),
    help="Instead of SQL: an empty Parquet file for every table, each column explained in it.",
)
@rules_option
@language_option
def command(
    dialect: str | None,
    schema: str | None,
    out: Path | None,
    parquet: Path | None,
    rules_folder: Path | None,
    lang: str,
) -> None:
    """The tables of facts that a database or a folder holds, for another system to fill.

    One table for every kind of subject and of record, named as the sheets of the workbook and the
    files of a folder are; types, keys, references, closed words and bounds are those of the facts.
    docs/fact-schema.md tells how facts are delivered.

    \b
    Examples:
      tilsynstryk schema
      tilsynstryk schema --dialect duckdb --schema tilsyn --out facts.sql
      tilsynstryk schema --parquet facts/
    """
    from engine.rulebook.catalogue import load_catalogue

    catalogue = load_catalogue(load_book(rules_folder).folder)
    if parquet is not None:
        if dialect is not None or schema is not None or out is not None:
            refuse("fact_schema.one_of_both")
        _write_parquet(parquet, catalogue)
        return
    text = _sql(dialect or "postgres", _SCHEMA if schema is None else schema, catalogue)
    print_or_write(text, out)


def _sql(dialect: str, schema: str, catalogue: Catalogue) -> str:
    from engine.portfolio.fact_ddl import SqlDialect, fact_ddl

    try:
        statements = fact_ddl(
            schema=schema, dialect=SqlDialect(dialect), catalogue=catalogue, lang=language()
        )
    except ValueError:
        refuse("database.bad_schema", schema=schema)
    heading = sentence("fact_schema.heading", dialect=dialect)
    lines = [f"{statement};" for of_one in statements.values() for statement in of_one]
    return "\n".join([f"-- {heading}", *lines]) + "\n"


def _write_parquet(folder: Path, catalogue: Catalogue) -> None:
    from engine.portfolio.arrow_schema import write_empty_parquet

    try:
        if folder.is_dir() and any(folder.iterdir()):
            refuse("fact_schema.not_empty", target=folder)
        names = write_empty_parquet(folder, catalogue)
    except OSError as error:
        refuse("run.unwritable", target=folder, reason=file_reason(error))
    click.echo(sentence("fact_schema.written", target=folder, count=len(names)))
