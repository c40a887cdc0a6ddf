"""`tilsynstryk generate`: a synthetic portfolio whose margins match the published figures."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import click

from commands.options import (
    as_of_option,
    file_reason,
    language_option,
    load_book,
    refuse,
    rules_option,
    seed_option,
    sentence,
)
from engine.portfolio.synthetic import MarginLine
from engine.portfolio.write import Format
from engine.rulebook.book import Rulebook
from models.terms import Authority

__all__ = ["command"]

_FORM_OF_SUFFIX: dict[str, Format] = {".xlsx": "xlsx", ".jsonl": "jsonl"}


@click.command("generate")
@click.option(
    "--authority",
    "authorities",
    multiple=True,
    type=click.Choice(["all", *(a.value for a in Authority)]),
    default=("all",),
    show_default=True,
    help="One authority or several; 'all' is the national portfolio of 7,336 subjects.",
)
@as_of_option
@seed_option
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    help="Folder (CSV, Parquet), workbook or JSON-lines file to write.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["csv", "parquet", "xlsx", "jsonl"]),
    help="Form of the portfolio; by default what the name of --out says, or a folder of CSV files.",
)
@click.option("--with-bpa", is_flag=True, help="Add employers of personal assistants (BPA).")
@click.option("--with-schools", is_flag=True, help="Add treatment and special-education schools.")
@click.option("--report", is_flag=True, help="Print every published figure beside the result.")
@click.option(
    "--force", is_flag=True, help="Write over what stands at --out, be it generated or not."
)
@rules_option
@language_option
def command(
    authorities: tuple[str, ...],
    as_of: date,
    seed: int,
    out: Path,
    format_: Format | None,
    with_bpa: bool,
    with_schools: bool,
    report: bool,
    force: bool,
    rules_folder: Path | None,
    lang: str,
) -> None:
    """Generate a synthetic portfolio. No real offer, family or child is in it.

    \b
    Examples:
      tilsynstryk generate --authority all --as-of 2022-12-31 --seed 1 --out portfolio/
      tilsynstryk generate --authority syd --as-of 2025-06-01 --out syd.xlsx
    """
    from commands.progress import progress
    from engine.portfolio.synthetic import (
        BeforePublishedError,
        generate,
        load_published,
        margin_report,
        published_folder,
    )
    from engine.portfolio.workbook_style import TooManyRowsError
    from engine.portfolio.write import write_portfolio
    from engine.rulebook.catalogue import load_catalogue

    chosen = list(Authority) if "all" in authorities else [Authority(a) for a in authorities]
    form = format_ or _FORM_OF_SUFFIX.get(out.suffix.lower(), "csv")
    book = load_book(rules_folder)
    if not force and not _free_or_generated(out, book):
        refuse("commands.exists", target=out)
    published = load_published(published_folder())
    try:
        with progress(sentence("commands.generating"), None) as done:
            dossiers = generate(
                authorities=chosen,
                as_of=as_of,
                seed=seed,
                published=published,
                registers=book.registers,
                with_bpa=with_bpa,
                with_schools=with_schools,
                progress=done,
            )
    except BeforePublishedError as error:
        refuse(error.what)
    try:
        write_portfolio(
            dossiers,
            out,
            format=form,
            registers=book.registers,
            catalogue=load_catalogue(book.folder),
        )
    except OSError as error:
        refuse("run.unwritable", target=out, reason=file_reason(error))
    except TooManyRowsError as error:
        refuse(error.what)
    lines = margin_report(dossiers, published, as_of=as_of)
    for text in _report_lines(lines, whole=report):
        click.echo(text)
    click.echo(sentence("commands.generated", target=out, count=len(dossiers)))


def _free_or_generated(out: Path, book: Rulebook) -> bool:
    """Whether nothing stands there but what this command may have written before."""
    from engine.portfolio.read import read_portfolio
    from engine.portfolio.synthetic import is_synthetic

    if not out.exists() or (out.is_dir() and not any(out.iterdir())):
        return True
    read = read_portfolio(out, registers=book.registers, ladder=book.ladder, as_of=date.max)
    return read.fine and is_synthetic(read.dossiers)


def _report_lines(lines: tuple[MarginLine, ...], *, whole: bool) -> Iterator[str]:
    """Target beside result, one published figure a line; if not `whole`, what lies outside."""
    shown = [line for line in lines if whole or not line.within]
    if shown:
        heads = [sentence(f"commands.{head}") for head in ("published", "target", "result")]
        yield f"{heads[0]:<96}{heads[1]:>10}{heads[2]:>10}"
    for line in shown:
        mark = "" if line.within else "  !"
        yield f"{line.title[:95]:<96}{line.target_text:>10}{round(line.result, 1):>10g}{mark}"
    inside = sum(line.within for line in lines)
    yield sentence("commands.margins_met", inside=inside, count=len(lines))
