"""`tilsynstryk what-if`: one subject with changed facts, and what that changes."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import click

from commands.category import UnusableSubjectError, portfolio_option, subject_from
from commands.database import facts_in
from commands.offered import additions, changes, records_left_out
from commands.options import (
    as_of_option,
    bad_input,
    format_option,
    ignore_later_option,
    language,
    language_option,
    load_book,
    refuse,
    resolved_on,
    rules_option,
    sentence,
)

__all__ = ["command"]


@click.command("what-if")
@click.argument("subject_id", metavar="ID")
@portfolio_option
@as_of_option
@click.option(
    "--set",
    "sets",
    shell_complete=changes,
    multiple=True,
    metavar="FACT=VALUE",
    help="Another value: 'places=12', 'concern[2].status=closed'. Empty: not known.",
)
@click.option(
    "--add",
    "adds",
    shell_complete=additions,
    multiple=True,
    metavar="RECORD",
    help="One more record: 'concern: severity=serious, theme=competences, received_on=2025-05-20'.",
)
@click.option(
    "--drop",
    "drops",
    shell_complete=records_left_out,
    multiple=True,
    metavar="RECORD",
    help="Without: 'concern[1]'.",
)
@ignore_later_option
@format_option("text", "json", default="text")
@rules_option
@language_option
def command(
    subject_id: str,
    portfolio: Path | str,
    schema: str | None,
    as_of: date,
    sets: tuple[str, ...],
    adds: tuple[str, ...],
    drops: tuple[str, ...],
    ignore_later: bool,
    format_: str,
    rules_folder: Path | None,
    lang: str,
) -> None:
    """One subject with changed facts: only the difference is shown. Nothing is written.

    Records, facts and values are written in Danish or English, as in the workbook. A concern's
    status (dialogue, statement received, closed, ...) sets the matching day to --as-of.

    \b
    Examples:
      tilsynstryk what-if PF-01042 --portfolio portfolio/ --as-of 2025-06-01 \\
        --set 'bekymring[2].status=lukket'
      tilsynstryk what-if PF-01042 --portfolio portfolio/ --as-of 2025-06-01 \\
        --add 'concern: severity=serious, theme=competences, received_on=2025-05-20'
    """
    from commands.faults import said_of_one
    from engine.analysis.altered import AlterationError, Alterations, altered_line
    from engine.analysis.difference import difference, difference_lines
    from engine.analysis.prose import Prose
    from engine.analysis.subject_answer import for_kind
    from engine.portfolio.read import read_portfolio
    from engine.run.official import official_decider

    if not (sets or adds or drops):
        refuse("commands.nothing_to_change")
    for change in (*sets, *adds, *drops):
        if change.encode(errors="replace").decode() != change:
            refuse("commands.not_a_text", text=ascii(change))
    book = load_book(rules_folder)
    resolved = resolved_on(book, as_of)
    try:
        with facts_in(portfolio, schema) as place:
            dossier = subject_from(
                place, subject_id, book=book, as_of=as_of, ignore_later=ignore_later, lang=lang
            )
    except UnusableSubjectError as error:
        bad_input(error.lines)
    prose = Prose(book, lang=language(), parameters=resolved.parameters)
    wanted = Alterations(set=sets, add=adds, drop=drops)
    try:
        line = altered_line(dossier, wanted, as_of=as_of, words=prose.words)
    except AlterationError as error:
        bad_input(error.lines(language()))
    read = read_portfolio(
        None,
        stream=io.BytesIO(line),
        registers=book.registers,
        ladder=book.ladder,
        as_of=as_of,
        ignore_later=ignore_later,
    )
    if read.problems:
        bad_input(
            [
                sentence("commands.changes_unusable"),
                *(f"{p.column or subject_id}: {p.message(language())}" for p in read.problems),
            ]
        )
    with said_of_one():
        decider = official_decider(for_kind(resolved, dossier.kind))
        found = difference(decider.decide(dossier), decider.decide(read.dossiers[0]))
    if format_ == "json":
        from engine.analysis.answer_json import difference_line

        click.echo(difference_line(found))
    else:
        click.echo("\n".join(difference_lines(found, book, prose)))
