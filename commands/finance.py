"""`tilsynstryk finance`: what supervision costs and who pays."""

from __future__ import annotations

import click

from commands import (
    finance_bpa,
    finance_check,
    finance_forward,
    finance_frame,
    finance_municipalities,
    finance_tariffs,
)

__all__ = ["group"]


@click.group("finance")
def group() -> None:
    """What supervision costs and who pays: frames, tariffs, municipal shares, hour prices.

    Every figure says what it rests on and where it stands; what is ours is an assumption and says
    so. An authority's figures are one YAML file; --authority-file reads your own.

    \b
    Examples:
      tilsynstryk finance frame --year 2026
      tilsynstryk finance tariffs --authority syd --year 2024
      tilsynstryk finance municipalities --authority syd --year 2026
      tilsynstryk finance bpa --year 2026 --supervisions 20 --approvals 3
      tilsynstryk finance forward 57562 --from-year 2025 --to-year 2026
      tilsynstryk finance check
    """


group.add_command(finance_frame.command)
group.add_command(finance_tariffs.command)
group.add_command(finance_municipalities.command)
group.add_command(finance_bpa.command)
group.add_command(finance_forward.command)
group.add_command(finance_check.command)
