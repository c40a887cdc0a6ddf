"""`tilsynstryk load`: a portfolio into a PostgreSQL database, all of it or nothing."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from commands.database import DEFAULT_SCHEMA, database_url, is_url
from commands.options import (
    as_of_option,
    bad_input,
    language,
    language_option,
    load_book,
    refuse,
    rules_option,
    say_problems,
    sentence,
)

if TYPE_CHECKING:
    from engine.portfolio.read import PortfolioRead
    from engine.rulebook.book import Rulebook

__all__ = ["command"]

_WARNINGS_SHOWN = 3


@click.command("load")
@click.argument("source", metavar="PORTFOLIO")
@click.argument("url", metavar="URL")
@click.option(
    "--schema",
    metavar="NAME",
    default=DEFAULT_SCHEMA,
    show_default=True,
    help="Schema the tables lie in; it and they are made where they are missing.",
)
@as_of_option
@click.option("--replace", is_flag=True, help="Replace all facts that lie in the schema.")
@rules_option
@language_option
def command(
    source: str,
    url: str,
    schema: str,
    as_of: date,
    replace: bool,
    rules_folder: Path | None,
    lang: str,
) -> None:
    """Put PORTFOLIO into the PostgreSQL database at URL, all of it or nothing.

    PORTFOLIO is read and checked as by 'evaluate': a workbook, a folder of CSV or Parquet files, a
    JSON-lines file, or '-' for JSON lines on stdin. Facts are kept as they were recorded. Leave
    the password out of URL: it is taken from PGPASSWORD or ~/.pgpass (extra 'postgres').

    \b
    Examples:
      tilsynstryk load portfolio/ postgresql://me@db.example/supervision --as-of 2025-06-01
      tilsynstryk load facts.xlsx postgresql://localhost/test --as-of 2025-06-01 --replace
    """
    if is_url(source):
        refuse("database.load_source")
    address = database_url(url)
    book = load_book(rules_folder)
    read = _read(source, book, as_of)
    from engine.rulebook.catalogue import load_catalogue
    from engine.run.database import DatabaseError, load_portfolio

    try:
        place, rows = load_portfolio(
            read.dossiers,
            address,
            schema=schema,
            replace=replace,
            catalogue=load_catalogue(book.folder),
            lang=language(),
        )
    except DatabaseError as error:
        bad_input(error.lines(language()))
    subjects = len(read.dossiers)
    blanks = {"database": place, "schema": schema, "subjects": subjects, "rows": rows}
    click.echo(sentence("database.loaded", **blanks))


def _read(source: str, book: Rulebook, as_of: date) -> PortfolioRead:
    """The facts as recorded: deadlines that the rulebook would fill in stay empty."""
    from engine.portfolio.problems import problem_lines
    from engine.portfolio.read import read_portfolio

    read = read_portfolio(
        None if source == "-" else Path(source),
        stream=sys.stdin.buffer if source == "-" else None,
        registers=book.registers.model_copy(update={"budget_deadlines": ()}),
        ladder=book.ladder,
        as_of=as_of,
    )
    for line in problem_lines(read.warnings, lang=language(), at_most=_WARNINGS_SHOWN):
        click.echo(sentence("commands.warning", text=line), err=True)
    if read.problems:
        say_problems(list(problem_lines(read.problems, lang=language())))
    return read
