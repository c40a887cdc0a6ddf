"""`tilsynstryk simulate`: what policies do over the years."""

from __future__ import annotations

from datetime import date
from typing import Any

import click

from commands.simulation_options import replicates_option, run_simulation, simulation_options

__all__ = ["command"]


@click.command("simulate")
@simulation_options
@replicates_option(1000)
def command(source: str, as_of: date, **options: Any) -> None:
    """Simulate PORTFOLIO month by month under the rules as they are and under scenarios.

    Quality declines and recovers unseen; concerns come in; the same rulebook gives colours and
    plans visits; a cut says how many there is time for. All that is assumed of this is in
    rules/simulation/world.yaml, with ranges. Needs the extra 'simulate'.

    \b
    Examples:
      tilsynstryk simulate portfolio/ --as-of 2025-12-31 --scenario cut-30 --out report/
      tilsynstryk simulate portfolio/ --as-of 2025-12-31 \\
          --scenario rules/scenarios/cut-30.yaml --years 3 --replicates 100
    """
    run_simulation("simulate", source, as_of, **options)
