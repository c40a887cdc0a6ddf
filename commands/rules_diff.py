"""`tilsynstryk rules diff`: what changes from one rulebook, or one day, to another."""

from __future__ import annotations

import re
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from commands.options import (
    DateOfDay,
    file_reason,
    format_option,
    ignore_later_option,
    language,
    language_option,
    load_book,
    refuse,
    rules_option,
    say_problems,
    sentence,
)

if TYPE_CHECKING:
    from engine.analysis.rulebook_difference.report import Report
    from engine.analysis.rulebook_difference.said import Said
    from engine.analysis.rulebook_difference.sides import Sides
    from models.facts import Dossier

__all__ = ["command"]

_DAY = re.compile(r"\d{1,4}[-.]\d{1,2}[-.]\d{1,4}")


@click.command("diff")
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="[NEW]", required=False)
@click.option(
    "--on",
    type=DateOfDay(),
    metavar="DATE",
    help="Compare two rulebooks as they stand on this day only; default is every day.",
)
@click.option(
    "--portfolio",
    type=click.Path(path_type=Path, exists=True),
    help="Also list the subjects of this portfolio that get another answer.",
)
@click.option(
    "--as-of",
    type=DateOfDay(),
    metavar="DATE",
    help="Evaluation date of the portfolio, e.g. 2025-06-01.",
)
@ignore_later_option
@format_option("text", "json", "csv", "xlsx", default="text")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Write there: a file for json and xlsx, a folder for csv.",
)
@rules_option
@language_option
def command(
    old: str,
    new: str | None,
    on: date | None,
    portfolio: Path | None,
    as_of: date | None,
    ignore_later: bool,
    format_: str,
    out: Path | None,
    rules_folder: Path | None,
    lang: str,
) -> None:
    """What changes from OLD to NEW: two rulebook folders, or two days of one rulebook.

    With one folder the shipped rulebook is the old one. First the entries that changed, with file
    and line. Then the meaning, decided over all facts on every day on which something changes: each
    answer (category, visits, notice, sample frames, proposals, floors) is equal, stricter, milder,
    or stricter for some and milder for others, with facts that show it and the rules that did it.
    With --portfolio the real subjects that get another answer.

    --format csv prints the subjects, or without --portfolio the meaning; --out writes all tables.

    Exit code 0 if the two mean the same, 1 if they do not or if that could not be decided.

    \b
    Examples:
      tilsynstryk rules diff my-rules/
      tilsynstryk rules diff old-rules/ my-rules/ --on 2026-06-01
      tilsynstryk rules diff 2025-12-31 2026-01-01
      tilsynstryk rules diff my-rules/ --portfolio portfolio/ --as-of 2025-06-01 --format csv
    """
    _check_options(portfolio, as_of, ignore_later=ignore_later, format_=format_, out=out)
    sides = _sides(old, new, on=on, rules_folder=rules_folder)
    report = _compared(sides)
    dossiers = _dossiers(sides, portfolio, as_of, ignore_later=ignore_later)
    said = _said(sides)
    from engine.decisions.notice import NoticeError

    try:
        changed = _say(report, said, dossiers, as_of, format_=format_, out=out)
    except NoticeError as error:
        refuse(error.what)
    except OSError as error:
        refuse("run.unwritable", target=out, reason=file_reason(error))
    sys.exit(0 if report.same and not changed else 1)


def _check_options(
    portfolio: Path | None,
    as_of: date | None,
    *,
    ignore_later: bool,
    format_: str,
    out: Path | None,
) -> None:
    if portfolio is not None and as_of is None:
        refuse("commands.diff_as_of")
    if portfolio is None and (as_of is not None or ignore_later):
        refuse("commands.diff_as_of_alone")
    if (format_ == "xlsx" and (out is None or out.suffix != ".xlsx")) or (
        format_ == "text" and out is not None
    ):
        refuse("commands.diff_out", format=format_)


def _sides(old: str, new: str | None, *, on: date | None, rules_folder: Path | None) -> Sides:
    from engine.analysis.rulebook_difference.sides import two_days, two_rulebooks
    from engine.rulebook.resolve import BeforeRulebookError, resolve

    days = [DateOfDay().convert(text, None, None) for text in (old, new) if _is_day(text)]
    try:
        if len(days) == 2:
            if on is not None:
                refuse("commands.diff_on")
            return two_days(load_book(rules_folder), *days)
        if days and new is None:
            refuse("commands.diff_one_day", day=old)
        if days:
            refuse("commands.diff_mixed", old=old, new=new)
        if new is None:
            before, after = rules_folder, _folder(old)
        else:
            if rules_folder is not None:
                refuse("commands.diff_rules")
            before, after = _folder(old), _folder(new)
        first = sentence("commands.shipped_rulebook") if before is None else str(before)
        books = load_book(before), load_book(after)
        if on is not None:
            resolve(books[0], as_of=on)
        return two_rulebooks(*books, labels=(first, str(after)), on=on)
    except BeforeRulebookError as error:
        refuse(error.what)


def _is_day(text: str | None) -> bool:
    return text is not None and _DAY.fullmatch(text) is not None


def _folder(text: str) -> Path:
    if not Path(text).is_dir():
        refuse("commands.no_rulebook_folder", folder=text)
    return Path(text)


def _compared(sides: Sides) -> Report:
    from commands.progress import progress
    from engine.analysis.rulebook_difference.report import compare_rulebooks
    from models.terms import Kind

    with progress(sentence("commands.comparing"), len(sides.days) * len(Kind)) as show:
        return compare_rulebooks(sides, progress=show)


def _said(sides: Sides) -> Said:
    from engine.analysis.prose import Prose
    from engine.analysis.rulebook_difference.said import Said

    return Said(
        Prose(sides.old.read, lang=language()),
        Prose(sides.new.read, lang=language()),
    )


def _dossiers(
    sides: Sides, portfolio: Path | None, as_of: date | None, *, ignore_later: bool
) -> tuple[Dossier, ...] | None:
    """The portfolio's facts, read by the new rulebook's registers; None if there is none."""
    if portfolio is None or as_of is None:
        return None
    from engine.portfolio.problems import problem_lines
    from engine.portfolio.read import read_portfolio
    from engine.rulebook.resolve import BeforeRulebookError, resolve

    book = sides.new.read
    try:
        resolve(book, as_of=as_of)
    except BeforeRulebookError as error:
        refuse(error.what)
    read = read_portfolio(
        portfolio,
        registers=book.registers,
        ladder=book.ladder,
        as_of=as_of,
        ignore_later=ignore_later,
    )
    if read.problems:
        say_problems(list(problem_lines(read.problems, lang=language())))
    return read.dossiers


def _say(
    report: Report,
    said: Said,
    dossiers: tuple[Dossier, ...] | None,
    as_of: date | None,
    *,
    format_: str,
    out: Path | None,
) -> bool:
    """Prints or writes everything; whether some subject gets another answer."""
    from engine.analysis.rulebook_difference.output import Output

    output = Output(report, said, dossiers=dossiers, as_of=as_of, say=click.echo)
    if out is not None:
        changed = output.written(out, format_)
        click.echo(sentence("commands.written", target=out))
        return changed
    if format_ == "json":
        return output.as_json()
    return output.as_csv() if format_ == "csv" else output.as_text()
