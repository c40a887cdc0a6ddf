"""A portfolio's facts for what-ifs: all of it or nothing, warnings on stderr."""

from __future__ import annotations

import io
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from commands.database import is_url
from commands.options import language, refuse, say_problems, sentence
from commands.progress import progress

if TYPE_CHECKING:
    from engine.rulebook.book import Rulebook
    from engine.rulebook.catalogue import Catalogue
    from models.facts import Dossier

__all__ = ["dossiers_of"]

_WARNINGS_SHOWN = 3


def dossiers_of(
    source: str,
    *,
    book: Rulebook,
    as_of: date,
    ignore_later: bool,
    catalogue: Catalogue,
    sample_forms: tuple[Path, ...] = (),
) -> tuple[Dossier, ...]:
    """The subjects of a folder, a workbook, a file of JSON lines, or stdin ('-'), in order of id.
    With problems in the facts these are listed, and the command ends with exit code 2."""
    if is_url(source):
        refuse("database.not_here")
    from engine.portfolio.problems import problem_lines
    from engine.portfolio.read import read_portfolio

    with progress(sentence("commands.reading"), None) as done:
        read = read_portfolio(
            None if source == "-" else Path(source),
            stream=io.BytesIO(sys.stdin.buffer.read()) if source == "-" else None,
            sample_forms=sample_forms,
            registers=book.registers,
            ladder=book.ladder,
            as_of=as_of,
            ignore_later=ignore_later,
            progress=done,
            catalogue=catalogue,
        )
    for line in problem_lines(read.warnings, lang=language(), at_most=_WARNINGS_SHOWN):
        click.echo(sentence("commands.warning", text=line), err=True)
    if read.problems:
        say_problems(list(problem_lines(read.problems, lang=language())))
    return read.dossiers
