"""`tilsynstryk finance check`: printed figures worked out again."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from commands.finance_output import (
    Report,
    as_fine,
    deliver,
    finance_options,
    fine,
    in_words,
    load,
    of_two,
    rests_on,
    sources_text,
    word_column,
)
from commands.options import language, sentence

if TYPE_CHECKING:
    from engine.finance.findings import Finding
    from engine.portfolio.tables import Table

__all__ = ["command"]


@click.command("check")
@click.option("--all", "show_all", is_flag=True, help="Show the figures that reproduce as well.")
@finance_options
def command(
    show_all: bool,
    format_: str,
    out: Path | None,
    authority_files: tuple[Path, ...],
    rules_folder: Path | None,
    lang: str,
) -> None:
    """Work out again every printed figure that follows from others.

    Shows the misprints of the sources: what is stated, what it comes to, and why. They are
    warnings. Exit code 1 if a figure that should reproduce does not, or one that is called a
    misprint does.

    \b
    Examples:
      tilsynstryk finance check
      tilsynstryk finance check --all --authority-file my.yaml
      tilsynstryk finance check --format xlsx --out figures.xlsx
    """
    from engine.finance.check import check_finance
    from engine.finance.findings import Status

    finance = load(rules_folder, authority_files)
    found = check_finance(finance)
    wrong = [f for f in found if f.status in (Status.DIFFERS, Status.NO_MISPRINT)]
    misprints = [f for f in found if f.status is Status.MISPRINT]
    figures = _table("figures", sentence("finance.figures_title"), found)
    warned = _table("misprints", sentence("finance.misprints_title"), misprints)
    report = Report(
        tables=(figures, warned),
        head=(*map(_warning, [*misprints, *wrong]), _counted(found)),
        shown=("figures",) if show_all else ("",),
    )
    deliver(report, format_=format_, out=out)
    sys.exit(1 if wrong else 0)


def _warning(finding: Finding) -> str:
    """`document:line: warning: figure: stated, recomputed, why`."""
    from engine.finance.findings import Status

    code = "misprint" if finding.status is Status.MISPRINT else "wrong"
    recomputed = "-" if finding.recomputed is None else fine(finding.recomputed)
    return sentence(
        f"finance.{code}",
        source=sources_text(finding.sources),
        about=_about(finding),
        stated=fine(finding.stated),
        recomputed=recomputed,
        unit=in_words(f"unit_{finding.unit.value}"),
        status=in_words(f"status_{finding.status.value}"),
        place=f"{finding.place.file}:{finding.place.line}",
        why="" if finding.why is None else of_two(finding.why),
    )


def _counted(found: tuple[Finding, ...]) -> str:
    from engine.finance.findings import Status

    counts = Counter(finding.status for finding in found)
    return sentence(
        "finance.counted",
        count=len(found),
        same=counts[Status.REPRODUCES],
        misprints=counts[Status.MISPRINT],
        wrong=counts[Status.DIFFERS] + counts[Status.NO_MISPRINT],
    )


def _table(name: str, title: str, found: list[Finding] | tuple[Finding, ...]) -> Table:
    from engine.finance.findings import Status, Unit
    from engine.portfolio.tables import Column, Table

    columns = (
        Column("figure", "Tal", "Figure", "text"),
        Column("stated", "Trykt", "Stated", "decimal"),
        Column("recomputed", "Beregnet", "Recomputed", "decimal"),
        word_column("unit", ("Enhed", "Unit"), Unit, "unit"),
        word_column("status", ("Status", "Status"), Status, "status"),
        Column("why", "Hvorfor", "Why", "text"),
        Column("place", "Står i", "Stands in", "text"),
        *rests_on(),
    )
    rows = [
        (
            _about(finding),
            as_fine(finding.stated),
            None if finding.recomputed is None else as_fine(finding.recomputed),
            finding.unit.value,
            finding.status.value,
            "" if finding.why is None else of_two(finding.why),
            f"{finding.place.file}:{finding.place.line}",
            finding.basis.value,
            sources_text(finding.sources),
        )
        for finding in found
    ]
    return Table(name, title, columns, rows)


def _about(finding: Finding) -> str:
    from models.rulebook import Text

    about = finding.about
    return of_two(about) if isinstance(about, Text) else about.text(language())
