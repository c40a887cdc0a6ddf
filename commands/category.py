"""`tilsynstryk category`: one subject, all that can be said of its colour."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from commands.database import PortfolioPlace, facts_in, schema_option
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

if TYPE_CHECKING:
    from engine.run.database import FactDatabase
    from models.facts import Dossier

__all__ = ["UnusableSubjectError", "command", "portfolio_option", "subject_from"]


def portfolio_option(function: Any) -> Any:
    """`--portfolio` and `--schema`: where the facts are."""
    return click.option(
        "--portfolio",
        "portfolio",
        required=True,
        type=PortfolioPlace(),
        help="Folder of CSV or Parquet files, workbook (.xlsx) or JSON-lines file with the facts, "
        "or the address of a PostgreSQL database.",
    )(schema_option(function))


class UnusableSubjectError(Exception):
    """The facts of a subject cannot be used; `lines` say why."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


def subject_from(
    portfolio: Path | FactDatabase,
    subject_id: str,
    *,
    book: Any,
    as_of: date,
    ignore_later: bool,
    lang: Any,
) -> Dossier:
    """One subject's facts. Raises UnusableSubjectError for bad facts and unknown ids, and before
    anything is read for what can be no id."""
    if not subject_id.strip() or not subject_id.isprintable():
        raise UnusableSubjectError([sentence("commands.not_an_id", id=ascii(subject_id))])
    if isinstance(portfolio, Path):
        from engine.portfolio.single import read_subject

        read = read_subject(
            portfolio,
            subject_id,
            registers=book.registers,
            ladder=book.ladder,
            as_of=as_of,
            ignore_later=ignore_later,
        )
    else:
        read = portfolio.read_subject(subject_id, book=book, as_of=as_of, ignore_later=ignore_later)
    if len(read.dossiers) == 1 and not read.problems:
        return read.dossiers[0]
    from engine.portfolio.problems import problem_lines

    if read.subjects_not_yet_there:
        early = sentence("commands.not_yet_there", id=subject_id, day=as_of)
        raise UnusableSubjectError([early])
    if [problem.code for problem in read.problems] == ["subject_unknown"]:
        raise UnusableSubjectError([_unknown(portfolio, subject_id)])
    code = "facts_wrong_of_1" if len(read.problems) == 1 else "facts_wrong_of"
    head = sentence(f"commands.{code}", id=subject_id, count=len(read.problems))
    raise UnusableSubjectError([head, *problem_lines(read.problems, lang=lang, at_most=50)])


def _unknown(portfolio: Path | FactDatabase, subject_id: str) -> str:
    from engine.analysis.near_ids import near_ids

    if not isinstance(portfolio, Path):
        place = portfolio.shown
        return sentence("commands.no_subject", id=subject_id, portfolio=place, near="")
    near = ", ".join(near_ids(portfolio, subject_id))
    hint = sentence("commands.nearest", near=near) if near else ""
    return sentence("commands.no_subject", id=subject_id, portfolio=portfolio.name, near=hint)


@click.command("category")
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
@portfolio_option
@as_of_option
@ignore_later_option
@click.option("--sources", is_flag=True, help="Name the source of every reason.")
@format_option("text", "json", default="text")
@rules_option
@language_option
def command(
    ids: tuple[str, ...],
    portfolio: Path | str,
    schema: str | None,
    as_of: date,
    ignore_later: bool,
    sources: bool,
    format_: str,
    rules_folder: Path | None,
    lang: str,
) -> None:
    """Everything about the colour of one subject, or several.

    Colour and since when, why and why not another, what would change it, next visits, proposals,
    samples, the age of the facts, and what rests on assumptions. '-' reads ids from stdin, one a
    line. With --format json each subject is one line.

    \b
    Examples:
      tilsynstryk category PF-01042 --portfolio portfolio/ --as-of 2025-06-01
      tilsynstryk category PF-01042 TB-00017 --portfolio facts.xlsx --as-of 2025-06-01 --lang en
    """
    from commands.faults import said_of_one
    from engine.analysis.colours import Colours
    from engine.analysis.prose import Prose
    from engine.analysis.subject_answer import answer_for, for_kind
    from engine.analysis.subject_page import SubjectPage
    from engine.run.official import official_decider

    wanted = list(dict.fromkeys(_wanted(ids)))
    book = load_book(rules_folder)
    resolved = resolved_on(book, as_of)
    dossiers: list[Dossier] = []
    unusable: list[str] = []
    with facts_in(portfolio, schema) as place:
        for subject_id in wanted:
            try:
                dossiers.append(
                    subject_from(
                        place,
                        subject_id,
                        book=book,
                        as_of=as_of,
                        ignore_later=ignore_later,
                        lang=lang,
                    )
                )
            except UnusableSubjectError as error:
                unusable += error.lines
    if unusable:
        bad_input(unusable)
    deciders: dict[Any, Any] = {}
    colours = Colours(book)
    page = SubjectPage(
        book, Prose(book, lang=language(), parameters=resolved.parameters), sources=sources
    )
    for number, dossier in enumerate(dossiers):
        kind = dossier.kind
        with said_of_one():
            if kind not in deciders:
                deciders[kind] = official_decider(for_kind(resolved, kind))
            answer = answer_for(dossier, deciders[kind], colours=colours)
        if format_ == "json":
            from engine.analysis.answer_json import answer_line

            click.echo(answer_line(answer))
            continue
        if number:
            click.echo("\n" + "=" * 72 + "\n")
        click.echo("\n".join(page.lines(dossier, answer)))


def _wanted(ids: tuple[str, ...]) -> list[str]:
    """The ids asked for; `-` stands for those on stdin."""
    found: list[str] = []
    for item in ids:
        if item == "-":
            found += [line.strip() for line in sys.stdin if line.strip()]
        else:
            found.append(item.strip())
    if not found:
        refuse("commands.no_ids")
    return found
