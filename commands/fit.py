"""`tilsynstryk fit`: the simulated world fitted to published figures."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from commands.options import as_of_option, language_option, rules_option, seed_option
from commands.simulation_options import replicates_option, workers_option, years_option

__all__ = ["command"]


@click.command("fit")
@click.argument("source", metavar="PORTFOLIO")
@as_of_option
@replicates_option(20, text="Replicates in each round.")
@click.option(
    "--rounds",
    type=click.IntRange(1, 100),
    default=8,
    show_default=True,
    help="Rounds in which the assumptions are scaled.",
)
@years_option(2, largest=5, text="Years that are simulated; figures are a year's mean.")
@seed_option
@workers_option
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="File to write, for a rulebook's simulation/fitted.yaml.",
)
@rules_option
@language_option
def command(source: str, as_of: date, out: Path, lang: str, **options: Any) -> None:
    """Fit the simulated world to the published figures in rules/simulation/margins.yaml.

    PORTFOLIO is the portfolio that the figures are of: the generated one of 2022 for the shipped
    figures. Each assumption that a figure steers is scaled until the simulation gives it back. Exit
    code 1 if a figure is not within its tolerance.

    \b
    Example (what `make fit` does):
      tilsynstryk fit build/portfolio --as-of 2022-12-31 --out rules/simulation/fitted.yaml
    """
    from commands.fit_run import FitRun

    FitRun(source=source, as_of=as_of, out=out, **options).run()
