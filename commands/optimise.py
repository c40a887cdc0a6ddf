"""`tilsynstryk optimise`: the policy that meets a cut and leaves least undetected."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any, Literal

import click

from commands.options import (
    as_of_option,
    ignore_later_option,
    language_option,
    refuse,
    rules_option,
    seed_option,
)
from commands.simulation_options import replicates_option, workers_option, years_option

__all__ = ["command"]

_MEASURES = ("visits", "hours", "money_dkk")
_LARGEST = 90


@click.command("optimise")
@click.argument("source", metavar="PORTFOLIO")
@as_of_option
@click.option("--cut", required=True, metavar="PERCENT", help="How much is to go, e.g. 30%.")
@click.option(
    "--measure",
    type=click.Choice(_MEASURES),
    help="What the per cent of --cut is of. Always named.",
)
@years_option(
    3, text="How many years the law's intervals are looked at, and the simulation goes on."
)
@replicates_option(
    20,
    least=0,
    text="How many times the simulation tries the proposal, a plain cut and today's rules; 0: not.",
)
@seed_option
@workers_option
@click.option(
    "--out",
    metavar="FOLDER",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the scenario (scenario.yaml), the chart (trade-off.svg) and the tables.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["csv", "json", "xlsx"]),
    help="Form of the tables in --out; default is csv.",
)
@ignore_later_option
@rules_option
@language_option
def command(
    source: str,
    as_of: date,
    cut: str,
    measure: Literal["visits", "hours", "money_dkk"] | None,
    out: Path | None,
    format_: Literal["csv", "json", "xlsx"] | None,
    **options: Any,
) -> None:
    """Choose the policy that meets a cut on PORTFOLIO and leaves least undetected.

    Chosen are the intervals of each kind and colour, the depth of visits, the shares drawn for
    samples and, where the law leaves it open, notice. No interval is longer than the law's, and red
    subjects are visited as often as today at least. A solver finds the best choice by a formula;
    the simulation then tries it against a plain cut of the same size and against today's rules.
    Exit code 1 when the cut cannot be met within the law. Needs the extra 'simulate'.

    \b
    Examples:
      tilsynstryk optimise portfolio/ --as-of 2025-12-31 --cut 30% --measure hours
      tilsynstryk optimise portfolio/ --as-of 2025-12-31 --cut 20% --measure visits --out best/
      tilsynstryk simulate portfolio/ --as-of 2025-12-31 --scenario best/scenario.yaml
    """
    percent = _percent(cut)
    if measure is None:
        refuse("optimise.bare_percent", percent=f"{percent} %", measures=", ".join(_MEASURES))
    if format_ is not None and out is None:
        refuse("optimise.format_needs_out")
    from commands.optimise_run import OptimiseRun

    OptimiseRun(
        source=source,
        as_of=as_of,
        percent=percent,
        measure=measure,
        out=out,
        format_=format_ or "csv",
        **options,
    ).run()


def _percent(text: str) -> int:
    """`30%`, `30 %` or `30` as 30."""
    digits = text.strip().removesuffix("%").strip()
    if not (digits.isascii() and digits.isdigit() and 1 <= int(digits) <= _LARGEST):
        refuse("optimise.cut_needed", value=text)
    return int(digits)
