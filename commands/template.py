"""`tilsynstryk template`: an empty workbook for facts."""

from __future__ import annotations

from pathlib import Path

import click

from commands.options import (
    file_reason,
    language_option,
    load_book,
    refuse,
    rules_option,
    sentence,
)

__all__ = ["command"]


@click.command("template")
@click.argument("target", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--force", is_flag=True, help="Replace the file if it exists.")
@rules_option
@language_option
def command(target: Path, force: bool, rules_folder: Path | None, lang: str) -> None:
    """Write an empty workbook: one sheet per kind of record, with drop-downs and explanations.

    \b
    Example:
      tilsynstryk template facts.xlsx
    """
    from engine.portfolio.fact_workbook import write_template
    from engine.rulebook.catalogue import load_catalogue

    if target.suffix.lower() != ".xlsx":
        refuse("commands.not_xlsx", target=target)
    if target.exists() and not force:
        refuse("commands.exists", target=target)
    book = load_book(rules_folder)
    try:
        write_template(
            target,
            registers=book.registers,
            catalogue=load_catalogue(book.folder),
            lang="da" if lang == "da" else "en",
        )
    except OSError as error:
        refuse("run.unwritable", target=target, reason=file_reason(error))
    click.echo(sentence("commands.template", target=target))
