"""`tilsynstryk rules sql`: the rulebook as views that a database keeps."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from commands.options import (
    DateOfDay,
    file_reason,
    language,
    language_option,
    load_book,
    refuse,
    resolved_on,
    rules_option,
    sentence,
)

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
    help="Day the rules are of; default is the day of the rulebook's last change.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File to write, replacing an earlier one; without it the SQL is printed.",
)
@rules_option
@language_option
def command(
    dialect: str, as_of: date | None, out: Path | None, rules_folder: Path | None, lang: str
) -> None:
    """The rulebook as SQL views over tables of facts, for another system to read.

    The tables and their columns stand in comments at the top, the id of its rule beside every
    column. The view rulebook_fired has a row per subject: every rule that fired, every signal, the
    colour proposed and the colour in force. Those after it hold what that leads to: decisions,
    reasons, required visits in their windows, frames and proposals; no sentences, and no visits
    merged into a plan. Facts are as rules see them on the day: days as ages.

    \b
    Examples:
      tilsynstryk rules sql
      tilsynstryk rules sql --dialect postgres --as-of 2026-01-01 --out rulebook.sql
    """
    from engine.run.by_tables import notices_change_on, tables_are_there

    if not tables_are_there():
        refuse("commands.sql_without_tables")
    from engine.backends.tables import Dialect, rulebook_as_sql
    from engine.rulebook.book import FIRST_DAY
    from engine.rulebook.catalogue import load_catalogue
    from engine.rulebook.program import program_of

    book = load_book(rules_folder)
    resolved = resolved_on(book, as_of or max(book.days_of_change(), default=FIRST_DAY))
    text = rulebook_as_sql(
        resolved,
        program_of(resolved),
        dialect=Dialect(dialect),
        catalogue=load_catalogue(book.folder),
        lang=language(),
        notices_change_on=notices_change_on(resolved),
    )
    if out is None:
        click.echo(text, nl=False)
        return
    from engine.portfolio.aside import written_aside

    try:
        with written_aside(out) as path:
            path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        refuse("run.unwritable", target=out, reason=file_reason(error))
    click.echo(sentence("commands.written", target=out))
