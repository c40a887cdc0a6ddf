"""`tilsynstryk rules page`: a page for every rule and every number of the rulebook."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from commands.options import (
    bad_input,
    format_option,
    language_option,
    load_book,
    refuse,
    rules_option,
    sentence,
)

__all__ = ["command"]


@click.command("page")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="Folder for the pages; an earlier one is replaced whole, anything else left alone.",
)
@format_option("md", "html", default="md")
@rules_option
@language_option
def command(out: Path, format_: str, rules_folder: Path | None, lang: str) -> None:
    """One page for every rule, number, floor, sample frame and step of the ladder.

    Each says what, why, the law, the values through time, the worked cases and the neighbours, and
    links to the others; index lists them by what they decide and by kind of subject, and
    assumptions lists all that no source says.

    \b
    Examples:
      tilsynstryk rules page --out rule-pages/
      tilsynstryk rules page --out rule-pages/ --format html --lang en
      tilsynstryk rules page --out my-pages/ --rules my-rules/
    """
    from engine.analysis.case_run import run_cases
    from engine.analysis.rule_pages import rule_pages, text_of
    from engine.rulebook.problems import RulebookError
    from engine.run.aside import OutputFolderError, written_whole
    from engine.run.listed_folder import list_files, listed_files
    from engine.run.tally import rests_on_assumption

    book = load_book(rules_folder)
    language: Any = lang
    cases = book.folder / "cases"
    try:
        results = run_cases(cases, book).results if cases.is_dir() else ()
    except RulebookError as error:
        bad_input([sentence("cases.unreadable"), *error.lines(language)])
    pages = rule_pages(book, results, lang=language, rests_on_assumption=rests_on_assumption)
    try:
        with written_whole(out, written_before=listed_files) as folder:
            for page in pages:
                path = folder / f"{page.path}.{format_}"
                path.parent.mkdir(parents=True, exist_ok=True)
                text = text_of(page, format_, lang)
                path.write_text(text, encoding="utf-8", newline="\n")
            list_files(folder)
    except OutputFolderError as error:
        refuse(error.what)
    first = out / f"index.{format_}"
    click.echo(sentence("commands.pages_written", target=out, first=first))
