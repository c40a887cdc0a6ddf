"""What a simulated world rests on: assumptions with the fit in place, and what is to be told of
them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from commands.options import bad_input, language, sentence
from engine.rulebook.problems import RulebookError
from engine.simulation.assumptions import Assumptions, later_values, load_assumptions
from engine.simulation.margins import Fit, load_fit

__all__ = ["simulated_world"]

_SIMULATED = ("world.", "hours.", "optimise.")


def simulated_world(
    rules_folder: Path | None, *, as_of: date, years: int
) -> tuple[Assumptions, Fit]:
    """The assumptions of a rulebook's folder as `simulate`, `compare` and `optimise` all use them,
    and the fit in them. A fit made from other assumptions is left out, so that what somebody wrote
    counts; that, and values that begin within the period and are not followed, are warned of on
    stderr. Files that will not do end the command with exit code 2."""
    from engine.simulation.regimes import first_days

    try:
        assumptions = load_assumptions(rules_folder)
        fit = load_fit(rules_folder)
    except RulebookError as error:
        bad_input([sentence("commands.rulebook_unusable"), *error.lines(language())])
    until = first_days(as_of, years * 12)[-1]
    later = list(later_values(assumptions, _SIMULATED, after=as_of, before=until))
    if later:
        listed = ", ".join(f"{name} ({day})" for name, day in later)
        _warn("assumptions.later", as_of=as_of, listed=listed)
    if not fit.is_from(assumptions):
        _warn("simulate.fit_of_others", file=fit.fitted[0].place.file)
        fit = fit.left_out()
    return fit.applied(assumptions), fit


def _warn(code: str, **blanks: object) -> None:
    click.echo(sentence("commands.warning", text=sentence(code, **blanks)), err=True)
