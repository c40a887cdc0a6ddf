"""`tilsynstryk template`: an empty workbook for facts."""

from __future__ import annotations

from pathlib import Path

import click

from commands.options import bad_input, language_option, load_book, rules_option

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
        bad_input(f"{target}: the template is an Excel workbook; give a name that ends in .xlsx")
    if target.exists() and not force:
        bad_input(f"{target} exists already; give another name, or --force to replace it")
    book = load_book(rules_folder)
    try:
        write_template(
            target,
            registers=book.registers,
            catalogue=load_catalogue(book.folder),
            lang="da" if lang == "da" else "en",
        )
    except OSError as error:
        bad_input(f"{target} cannot be written ({error.strerror})")
    click.echo(
        f"Skrevet: {target}. Udfyld arkene; arket 'Kolonner' forklarer hver kolonne."
        if lang == "da"
        else f"Written: {target}. Fill in the sheets; the last sheet explains every column."
    )
