"""`tilsynstryk pressure`: supervision pressure on every measure, and what a cut of it takes."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from commands.options import (
    as_of_option,
    format_option,
    ignore_later_option,
    language_option,
    refuse,
    rules_option,
    seed_option,
)

if TYPE_CHECKING:
    from engine.portfolio.tables import TableFormat
    from engine.simulation.pressure_sums import Dimension

__all__ = ["command"]

_MEASURES = ("visits", "hours", "dkk", "documents", "unannounced")


@click.command("pressure")
@click.argument("source", metavar="PORTFOLIO")
@as_of_option
@click.option(
    "--scenario",
    metavar="ID|FILE",
    help="Also the plan of a scenario: an id of the rulebook's scenarios/, or a file with one.",
)
@click.option(
    "--by",
    metavar="WORDS",
    help="Sum by these together: colour, kind, authority, team, e.g. 'colour,kind'. Without it "
    "by each of the first three.",
)
@click.option(
    "--cut",
    metavar="PERCENT",
    help="Take so much of a measure from the plan, e.g. 30%; --measure says of what.",
)
@click.option(
    "--measure",
    type=click.Choice(_MEASURES),
    help="What the per cent of --cut is of.",
)
@click.option(
    "--also-serious",
    is_flag=True,
    help="Let the cut take follow-up of acute and serious matters too, last of all.",
)
@seed_option
@ignore_later_option
@click.option(
    "--period-days",
    type=click.IntRange(1, 3660),
    help="Length of the planning period; default is the rulebook's.",
)
@format_option("text", "json", "csv", "xlsx", "parquet", default="text")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="File (xlsx) or folder to write every table to, a row for every subject too.",
)
@rules_option
@language_option
def command(
    source: str,
    as_of: date,
    scenario: str | None,
    by: str | None,
    cut: str | None,
    measure: str | None,
    also_serious: bool,
    seed: int,
    ignore_later: bool,
    period_days: int | None,
    format_: TableFormat | Literal["text"],
    out: Path | None,
    rules_folder: Path | None,
    lang: str,
) -> None:
    """Supervision pressure (tilsynstryk) of PORTFOLIO: visits, hours, money, documents, notice.

    Both what was done in the year before --as-of and what the plan holds for the period ahead,
    summed by colour, kind, authority and consultant. '30 %' always names its measure: the readings
    that the documents mix stand side by side. With --cut: exactly who loses what and why it could
    be taken, what could not be met, and who is left longest unvisited. Duty visits are untouchable.

    A what-if: evaluated by the reference alone, and nothing is decided.

    \b
    Examples:
      tilsynstryk pressure portfolio/ --as-of 2025-12-31
      tilsynstryk pressure portfolio/ --as-of 2025-12-31 --by authority,colour
      tilsynstryk pressure portfolio/ --as-of 2025-12-31 --cut 30% --measure visits
      tilsynstryk pressure portfolio/ --as-of 2026-06-30 --scenario floor_only
      tilsynstryk pressure portfolio/ --as-of 2025-12-31 --format xlsx --out pressure.xlsx
    """
    from commands.pressure_run import PressureRun

    dimensions = _dimensions(by)
    share = None if cut is None else _share(cut)
    if share is None and (measure is not None or also_serious):
        refuse("pressure.cut_alone")
    if share is not None and measure is None:
        refuse("pressure.bare_percent", percent=cut, measures=", ".join(_MEASURES))
    if format_ != "text" and out is None:
        refuse("pressure.out_needed", format=format_)
    if format_ == "text" and out is not None:
        refuse("pressure.format_needed")
    PressureRun(
        source=source,
        as_of=as_of,
        seed=seed,
        ignore_later=ignore_later,
        period_days=period_days,
        rules_folder=rules_folder,
        scenario=scenario,
        by=dimensions,
        share=share,
        measure=measure,
        also_serious=also_serious,
        format_=format_,
        out=out,
        lang="da" if lang == "da" else "en",
    ).run()


def _dimensions(text: str | None) -> tuple[Dimension, ...]:
    from engine.simulation.pressure_sums import Dimension, dimensions_of

    if text is None:
        return ()
    try:
        return dimensions_of(text)
    except ValueError:
        words = [dimension.value for dimension in Dimension]
        wrong = next(w for w in (p.strip() for p in text.split(",")) if w not in words)
        refuse("pressure.no_dimension", word=wrong, words=", ".join(words))


def _share(text: str) -> float:
    """`30%`, `30 %` or `30` as 0.3."""
    try:
        percent = float(text.strip().removesuffix("%").strip().replace(",", "."))
    except ValueError:
        refuse("pressure.no_percent", value=text)
    if not 0 < percent <= 100:
        refuse("pressure.percent_out_of_bounds", value=text, low=0, high=100)
    return percent / 100
