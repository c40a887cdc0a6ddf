"""`tilsynstryk samples`: how many sample visits are needed, what they can find, what they found."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import click

from commands.options import (
    DateOfDay,
    format_option,
    ignore_later_option,
    language_option,
    refuse,
    rules_option,
)
from commands.percent import Percent

if TYPE_CHECKING:
    from commands.options import CommandT

__all__ = ["command"]

_LARGEST = 20_000
"""Nearly three times what the five authorities supervise; exact sums stay quick."""
_KINDS = ("foster_family", "social_offer")


def _confidence_option(function: CommandT) -> CommandT:
    return click.option(
        "--confidence",
        type=Percent(low=50),
        default="95%",
        show_default=True,
        help="How often what is said must hold.",
    )(function)


def _kind_option(function: CommandT) -> CommandT:
    return click.option(
        "--kind",
        type=click.Choice(_KINDS),
        default="foster_family",
        show_default=True,
        help="Whom the visits go to, for what they cost.",
    )(function)


@click.group("samples")
def command() -> None:
    """Sample visits as measurement: size, power, estimate, lift. Exact, without replacement.

    What is said is of what a sample visit can see: where it overlooks, there is more.

    \b
    Examples:
      tilsynstryk samples size --frame 5337 --bound 5%
      tilsynstryk samples estimate --drawn 100 --changed 19 --frame 336
    """


@command.command("size")
@click.option(
    "--frame", type=click.IntRange(1, _LARGEST), required=True, help="Subjects to draw from."
)
@click.option("--bound", type=Percent(), required=True, help="Wrong greens at the most, e.g. 5%.")
@_confidence_option
@click.option(
    "--changed",
    type=click.IntRange(0, 100),
    default=0,
    show_default=True,
    help="Found at the most.",
)
@_kind_option
@format_option("text", "json", default="text")
@rules_option
@language_option
def size(
    frame: int,
    bound: Fraction,
    confidence: Fraction,
    changed: int,
    kind: str,
    format_: str,
    rules_folder: Path | None,
    lang: str,
) -> None:
    """How many to draw, so that finding nothing bounds the share of wrong greens.

    \b
    Example:
      tilsynstryk samples size --frame 5337 --bound 5% --confidence 95%
    """
    from commands.samples_run import show_size

    show_size(
        frame, bound, confidence, changed=changed, kind=kind, rules=rules_folder, form=format_
    )


@command.command("power")
@click.option(
    "--frame", type=click.IntRange(1, _LARGEST), required=True, help="Subjects to draw from."
)
@click.option("--drawn", type=click.IntRange(1, _LARGEST), required=True, help="Visits drawn.")
@click.option(
    "--share",
    "shares",
    type=Percent(),
    multiple=True,
    help="Wrong greens there may be, e.g. 2%; may be repeated. Default: several.",
)
@_kind_option
@format_option("text", "json", default="text")
@rules_option
@language_option
def power(
    frame: int,
    drawn: int,
    shares: tuple[Fraction, ...],
    kind: str,
    format_: str,
    rules_folder: Path | None,
    lang: str,
) -> None:
    """How surely a draw finds at least one, two and three wrong greens.

    \b
    Example:
      tilsynstryk samples power --frame 5337 --drawn 267 --share 1%
    """
    from commands.samples_run import show_power

    show_power(frame, drawn, shares, kind=kind, rules=rules_folder, form=format_)


@command.command("estimate")
@click.argument("source", metavar="[PORTFOLIO]", required=False)
@click.option("--drawn", type=click.IntRange(1, _LARGEST), help="Visits made.")
@click.option("--changed", type=click.IntRange(0, _LARGEST), help="Visits that changed something.")
@click.option("--frame", type=click.IntRange(1, _LARGEST), help="Subjects drawn from.")
@_confidence_option
@click.option("--as-of", type=DateOfDay(), metavar="DATE", help="Day, for a portfolio.")
@click.option(
    "--since", type=DateOfDay(), metavar="DATE", help="Results after this day; default: a year."
)
@click.option(
    "--sample-results",
    "forms",
    multiple=True,
    metavar="FORM.xlsx",
    type=click.Path(path_type=Path),
    help="A filled-in sample-form.xlsx, read beside the facts; may be repeated.",
)
@_kind_option
@ignore_later_option
@format_option("text", "json", default="text")
@rules_option
@language_option
def estimate(
    source: str | None,
    drawn: int | None,
    changed: int | None,
    frame: int | None,
    confidence: Fraction,
    as_of: date | None,
    since: date | None,
    forms: tuple[Path, ...],
    kind: str,
    ignore_later: bool,
    format_: str,
    rules_folder: Path | None,
    lang: str,
) -> None:
    """What a draw tells of all it was drawn from: from numbers, or from a portfolio's results.

    From PORTFOLIO: every frame with results in the year before --as-of, and how many times oftener
    risk-picked visits changed something than random ones.

    \b
    Examples:
      tilsynstryk samples estimate --drawn 100 --changed 19 --frame 336
      tilsynstryk samples estimate portfolio/ --as-of 2026-12-31
    """
    from commands.samples_run import show_estimate, show_estimates

    numbers = (drawn, changed, frame)
    if source is not None:
        if any(number is not None for number in numbers):
            refuse("samples.both")
        if as_of is None:
            refuse("samples.no_day")
        show_estimates(
            source,
            as_of=as_of,
            since=since,
            confidence=confidence,
            forms=forms,
            ignore_later=ignore_later,
            rules=rules_folder,
            form=format_,
        )
        return
    if drawn is None or changed is None or frame is None:
        refuse("samples.neither")
    if not changed <= drawn <= frame:
        refuse("samples.cannot_be", changed=changed, drawn=drawn, frame=frame)
    show_estimate(drawn, changed, frame, confidence, kind=kind, rules=rules_folder, form=format_)


@command.command("lift")
@click.option("--picked", nargs=3, type=int, required=True, metavar="FRAME DRAWN CHANGED")
@click.option("--random", nargs=3, type=int, required=True, metavar="FRAME DRAWN CHANGED")
@_confidence_option
@format_option("text", "json", default="text")
@language_option
def lift(
    picked: tuple[int, int, int],
    random: tuple[int, int, int],
    confidence: Fraction,
    format_: str,
    lang: str,
) -> None:
    """How many times oftener risk-picked visits change something than random ones.

    \b
    Example:
      tilsynstryk samples lift --picked 200 40 12 --random 5000 250 10
    """
    from commands.samples_run import show_lift

    for frame, drawn, changed in (picked, random):
        if not (0 <= changed <= drawn <= frame <= _LARGEST and drawn):
            refuse("samples.cannot_be", changed=changed, drawn=drawn, frame=frame)
    show_lift(picked, random, confidence, form=format_)
