"""`tilsynstryk fit`: the simulated world fitted to published figures."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from commands.options import as_of_option, language_option, rules_option, seed_option

__all__ = ["command"]


@click.command("fit")
@click.argument("source", metavar="PORTFOLIO")
@as_of_option
@click.option(
    "--replicates",
    type=click.IntRange(2, 10_000),
    default=20,
    show_default=True,
    help="Replicates in each round.",
)
@click.option(
    "--rounds",
    type=click.IntRange(1, 100),
    default=8,
    show_default=True,
    help="Rounds in which the assumptions are scaled.",
)
@click.option(
    "--years",
    type=click.IntRange(1, 5),
    default=2,
    show_default=True,
    help="Years that are simulated; figures are a year's mean.",
)
@seed_option
@click.option("--workers", type=click.IntRange(1, 256), help="Default is every core.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="File to write, for a rulebook's simulation/fitted.yaml.",
)
@rules_option
@language_option
def command(
    source: str,
    as_of: date,
    replicates: int,
    rounds: int,
    years: int,
    seed: int,
    workers: int | None,
    out: Path,
    rules_folder: Path | None,
    lang: str,
) -> None:
    """Fit the simulated world to the published figures in rules/simulation/margins.yaml.

    PORTFOLIO is the portfolio that the figures are of: the generated one of 2022 for the shipped
    figures. Each assumption that a figure steers is scaled until the simulation gives it back. Exit
    code 1 if a figure is not within its tolerance.

    \\b
    Example (what `make fit` does):
      tilsynstryk fit build/portfolio --as-of 2022-12-31 --out rules/simulation/fitted.yaml
    """
    from commands.fit_run import FitRun

    FitRun(
        source=source,
        as_of=as_of,
        replicates=replicates,
        rounds=rounds,
        years=years,
        seed=seed,
        workers=workers,
        out=out,
        rules_folder=rules_folder,
    ).run()
