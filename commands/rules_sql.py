"""`tilsynstryk rules sql`: the rulebook as views that a database keeps."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from commands.database import DEFAULT_SCHEMA
from commands.options import (
    DateOfDay,
    language,
    language_option,
    load_book,
    refuse,
    resolved_on,
    rules_option,
)
from commands.printed_or_written import print_or_write

if TYPE_CHECKING:
    from engine.backends.tables import PublishedFacts

__all__ = ["command"]


@click.command("sql")
@click.option(
    "--dialect",
    type=click.Choice(["duckdb", "postgres", "spark"]),
    default="duckdb",
    show_default=True,
    help="The database whose SQL is written.",
)
@click.option(
    "--as-of",
    type=DateOfDay(),
    metavar="DATE",
    help="Day the rules are of and ages are counted to. With --laid-out, where ages are given, "
    "default is the day of the rulebook's last change.",
)
@click.option(
    "--schema",
    metavar="NAME",
    help=f"Schema with the published tables of facts.  [default: {DEFAULT_SCHEMA}]",
)
@click.option(
    "--laid-out",
    is_flag=True,
    help="Views over tables of facts as rules see them on the day (days as ages, derived fields "
    "worked out) in place of the published tables.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File to write, replacing an earlier one; without it the SQL is printed.",
)
@rules_option
@language_option
def command(
    dialect: str,
    as_of: date | None,
    schema: str | None,
    laid_out: bool,
    out: Path | None,
    rules_folder: Path | None,
    lang: str,
) -> None:
    """The rulebook as SQL views over the tables of facts, for another system to read.

    The views stand on the published tables ('tilsynstryk schema', filled by 'load' or by the
    system that has the facts) as they are, in the schema named. The first of them work out ages
    and derived fields on the day of --as-of: write them anew for another day. Facts are not
    checked: what 'evaluate' would refuse is answered all the same.

    The view rulebook_fired has a row per subject: every rule that fired, every signal, the
    colour proposed and the colour in force. Those after it hold what that leads to: decisions,
    reasons, required visits in their windows, frames and proposals; no sentences, and no visits
    merged into a plan. The id of its rule stands beside every column.

    \b
    Examples:
      tilsynstryk rules sql --as-of 2026-01-01 --dialect postgres --out rulebook.sql
      tilsynstryk rules sql --as-of 2026-01-01 --schema facts
      tilsynstryk rules sql --laid-out
    """
    from engine.run.by_tables import notices_change_on, tables_are_there

    if not tables_are_there():
        refuse("commands.sql_without_tables")
    if laid_out and schema is not None:
        refuse("tables.schema_laid_out")
    if as_of is None and not laid_out:
        refuse("tables.day_needed")
    from engine.backends.tables import Dialect, rulebook_as_sql
    from engine.rulebook.book import FIRST_DAY
    from engine.rulebook.catalogue import load_catalogue
    from engine.rulebook.program import program_of

    published = None if laid_out else _published(DEFAULT_SCHEMA if schema is None else schema)
    book = load_book(rules_folder)
    resolved = resolved_on(book, as_of or max(book.days_of_change(), default=FIRST_DAY))
    text = rulebook_as_sql(
        resolved,
        program_of(resolved),
        dialect=Dialect(dialect),
        catalogue=load_catalogue(book.folder),
        lang=language(),
        published=published,
        notices_change_on=notices_change_on(resolved),
    )
    print_or_write(text, out)


def _published(schema: str) -> PublishedFacts:
    from engine.backends.tables import PublishedFacts
    from engine.portfolio.fact_ddl import quoted_name
    from engine.run.stored_facts import stored_tables

    try:
        quoted_name(schema)
    except ValueError:
        refuse("database.bad_schema", schema=schema)
    return PublishedFacts(schema, {table.name: table for table in stored_tables()})
