"""Options that `simulate`, `compare`, `optimise` and `fit` share, and the run of the first two."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import click

from commands.options import (
    as_of_option,
    ignore_later_option,
    language_option,
    rules_option,
    seed_option,
)

__all__ = [
    "replicates_option",
    "run_simulation",
    "simulation_options",
    "workers_option",
    "years_option",
]

CommandT = TypeVar("CommandT", bound=Callable[..., Any])
_CHANCE = "How many times chance is let play out. More of them make the figures surer."


def years_option(default: int, *, text: str, largest: int = 20) -> Callable[[CommandT], CommandT]:
    """`--years`: how long the simulated period is."""
    return click.option(
        "--years",
        type=click.IntRange(1, largest),
        default=default,
        show_default=True,
        help=text,
    )


def replicates_option(
    default: int, *, text: str = _CHANCE, least: int = 2
) -> Callable[[CommandT], CommandT]:
    """`--replicates`: how many there are."""
    return click.option(
        "--replicates",
        type=click.IntRange(least, 100_000),
        default=default,
        show_default=True,
        help=text,
    )


def workers_option(function: CommandT) -> CommandT:
    """`--workers`: how many cores are used."""
    return click.option(
        "--workers",
        type=click.IntRange(1, 256),
        help="How many replicates run at a time; default is every core. The result is the same.",
    )(function)


_OPTIONS = (
    click.argument("source", metavar="PORTFOLIO"),
    as_of_option,
    click.option(
        "--scenario",
        "scenarios",
        multiple=True,
        required=True,
        metavar="ID|FILE",
        help="A scenario of the rulebook's scenarios/, or a file with one; may be given several "
        "times. The rules as they are always run beside them.",
    ),
    years_option(5, text="How many years are lived through, month by month."),
    seed_option,
    click.option(
        "--out",
        metavar="FOLDER",
        type=click.Path(path_type=Path),
        help="Folder for the report: report.html, report.xlsx, data/*.parquet.",
    ),
    workers_option,
    click.option(
        "--executor",
        type=click.Choice(["threads", "spark"]),
        default="threads",
        show_default=True,
        help="Where replicates run: on this machine's cores, or on a Spark cluster. What "
        "--sensitivity asks is always simulated on this machine's cores.",
    ),
    click.option(
        "--master",
        metavar="URL",
        help="The Spark cluster for --executor spark, e.g. local[2].",
    ),
    click.option(
        "--sensitivity",
        type=click.IntRange(0, 10_000),
        default=100,
        show_default=True,
        metavar="DRAWS",
        help="For the report: ask which assumptions decide the answer, with so many draws of all "
        "of them together; 0 leaves it out.",
    ),
    ignore_later_option,
    rules_option,
    language_option,
)


def simulation_options(function: Callable[..., None]) -> Callable[..., None]:
    """What is simulated, and how."""
    decorated: Callable[..., None] = function
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    return decorated


def run_simulation(command: str, source: str, as_of: date, **options: Any) -> None:
    """Simulates and shows, as the command that was given."""
    from commands.simulate_run import SimulationRun

    SimulationRun(command=command, source=source, as_of=as_of, **options).run()
