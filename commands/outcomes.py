"""`tilsynstryk outcomes`: what the rules lead to for a whole portfolio, as tables of rows."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from commands.database import database_of, is_url, refuse_changed_facts, schema_option
from commands.options import (
    as_of_option,
    file_reason,
    format_option,
    ignore_later_option,
    language,
    language_option,
    load_book,
    refuse,
    resolved_on,
    rules_option,
    say_problems,
    sentence,
)
from commands.progress import progress

if TYPE_CHECKING:
    from engine.decisions.decide import Decider
    from engine.portfolio.read import PortfolioRead
    from engine.rulebook.resolve import ResolvedRulebook
    from engine.run.database import FactDatabase
    from engine.run.outcomes import OutcomeFormat, Outcomes

__all__ = ["command"]

_WARNINGS_SHOWN = 3


@click.command("outcomes")
@click.argument("source", metavar="PORTFOLIO")
@as_of_option
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("outcomes"),
    show_default=True,
    help="Folder for the tables; earlier ones there are replaced, other files left alone.",
)
@format_option("parquet", "csv", default="parquet")
@click.option(
    "--engine",
    type=click.Choice(["tables", "spark", "postgres"]),
    help="tables: in an embedded DuckDB. spark: on a Spark cluster, or in a Spark on this machine. "
    "postgres: inside the database the facts lie in.  [default: postgres for a database, else "
    "tables]",
)
@click.option(
    "--master",
    metavar="MASTER",
    help="With --engine spark: the cluster, e.g. spark://host:7077 or local[2]; default is "
    "local[*], this machine.",
)
@schema_option
@ignore_later_option
@click.option(
    "--period-days",
    type=click.IntRange(1, 3660),
    help="Length of the planning period; default is the rulebook's.",
)
@rules_option
@language_option
def command(
    source: str,
    as_of: date,
    out: Path,
    format_: OutcomeFormat,
    engine: str | None,
    master: str | None,
    schema: str | None,
    ignore_later: bool,
    period_days: int | None,
    rules_folder: Path | None,
    lang: str,
) -> None:
    """What the rules lead to for every subject of PORTFOLIO, as tables: for what-ifs over millions.

    \b
    decision        colour proposed, colour in force, ids of the rules that fired
    reason          a row for each rule that fired, with the signal or colour it raises
    required_visit  each visit a rule or the law requires, in its window, at each department
    frame           the sample frames each may be drawn in
    proposal        each step a rule proposes, and which of its own preconditions are missing

    It leaves out what 'evaluate' makes subject by subject: sentences, themes and facts behind a
    reason, visits merged into a plan with their recurrences, the sample draw, what the ladder
    itself demands of a step. 'category ID' shows all of it for one subject. A visit that may fall
    where other notice rules decide has no notice.

    PORTFOLIO is read as by 'evaluate', from disk a batch at a time, so that it may be larger than
    memory. The reference checks every subject; if it finds otherwise, or the facts have problems,
    nothing is written. Needs the extra 'tables' or 'spark'.

    PORTFOLIO may be the address of a PostgreSQL database, as for 'evaluate': the tables are then
    worked out inside it, and their rows come out; the facts are read here only to be checked, by
    the reader of facts and by the reference (extra 'postgres').

    \b
    Examples:
      tilsynstryk outcomes portfolio/ --as-of 2025-06-01 --out outcomes/
      tilsynstryk outcomes portfolio/ --as-of 2025-06-01 --engine spark --master local[2]
      tilsynstryk outcomes postgresql://me@db.example/supervision --as-of 2025-06-01
    """
    from commands.faults import FAULTS, said_in_words
    from engine.portfolio.aside import folder_aside
    from engine.portfolio.streamed import StreamedPortfolio
    from engine.rulebook.catalogue import load_catalogue
    from engine.run.aside import passing_folder
    from engine.run.by_tables import spark_is_there, tables_are_there
    from engine.run.outcomes import outcome_files, write_outcomes

    if master is not None and engine != "spark":
        refuse("spark.master_without_spark")
    in_database = is_url(source) and engine in (None, "postgres")
    if in_database:
        refuse_changed_facts(ignore_later=ignore_later, engine="tables")
    elif engine == "postgres":
        refuse("database.engine_of_database")
    if engine == "spark" and not spark_is_there():
        refuse("spark.missing_extra")
    if not tables_are_there():
        refuse("outcomes.missing_extra")
    book = load_book(rules_folder)
    resolved = resolved_on(book, as_of)
    replaced = frozenset({*outcome_files("parquet"), *outcome_files("csv")})
    try:
        with (
            said_in_words(),
            passing_folder(out) as passing,
            database_of(source, schema) as database,
        ):
            portfolio = StreamedPortfolio(
                database or (None if source == "-" else Path(source)),
                stream=io.BytesIO(sys.stdin.buffer.read()) if source == "-" else None,
                folder=passing,
                registers=book.registers,
                ladder=book.ladder,
                as_of=as_of,
                ignore_later=ignore_later,
                catalogue=load_catalogue(book.folder),
            )
            spark = (master or "local[*]") if engine == "spark" else None
            with (
                _outcomes(
                    resolved,
                    database if in_database else None,
                    period_days=period_days,
                    spark_master=spark,
                ) as (decider, tables),
                folder_aside(out, replaces=replaced) as folder,
                progress(sentence("commands.evaluating"), None) as done,
            ):
                dossiers = portfolio.dossiers()
                try:
                    rows = write_outcomes(
                        dossiers, decider, tables, folder, format_=format_, progress=done
                    )
                except FAULTS:
                    _say(portfolio.finish())
                    raise
                _say(portfolio.finish())
    except OSError as error:
        refuse("run.unwritable", target=out, reason=file_reason(error))
    for name, count in rows.items():
        click.echo(f"{name:16}{count:12,}".replace(",", "." if language() == "da" else ","))
    files = ", ".join(outcome_files(format_))
    click.echo(sentence("commands.written_to", target=f"{out}{os.sep}", files=files))


@contextmanager
def _outcomes(
    resolved: ResolvedRulebook,
    database: FactDatabase | None,
    *,
    period_days: int | None,
    spark_master: str | None,
) -> Iterator[tuple[Decider, Outcomes]]:
    """Who works the tables out, and who checks them: inside a database, or here."""
    from engine.run.outcomes import outcome_tables

    if database is not None:
        yield database.outcomes(resolved, period_days=period_days)
        return
    decider, tables = outcome_tables(resolved, period_days=period_days, spark_master=spark_master)
    with tables:
        yield decider, tables


def _say(read: PortfolioRead) -> None:
    """Says what is wrong with the facts, and ends the command if something is."""
    from engine.portfolio.problems import problem_lines

    for line in problem_lines(read.warnings, lang=language(), at_most=_WARNINGS_SHOWN):
        click.echo(sentence("commands.warning", text=line), err=True)
    if read.problems:
        say_problems(list(problem_lines(read.problems, lang=language())))
