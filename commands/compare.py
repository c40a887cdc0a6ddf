"""`tilsynstryk compare`: several policies side by side."""

from __future__ import annotations

from datetime import date
from typing import Any

import click

from commands.simulation_options import replicates_option, run_simulation, simulation_options

__all__ = ["command"]


@click.command("compare")
@simulation_options
@replicates_option(200)
def command(source: str, as_of: date, **options: Any) -> None:
    """Compare several scenarios on PORTFOLIO, with the same chance for each.

    The same simulation as `simulate`, with fewer replicates by default.

    \b
    Example:
      tilsynstryk compare portfolio/ --as-of 2025-12-31 --scenario floor-only --scenario cut-30 \\
          --scenario cut-30-with-samples
    """
    run_simulation("compare", source, as_of, **options)
