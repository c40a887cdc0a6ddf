"""Scenarios that a user names: ids of the rulebook's, or files."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from commands.options import bad_input, language, refuse

if TYPE_CHECKING:
    from engine.rulebook.book import Rulebook
    from models.scenario import Scenario

__all__ = ["chosen_scenarios"]


def chosen_scenarios(book: Rulebook, given: Iterable[str]) -> tuple[Scenario, ...]:
    """The scenarios in the order given, each once. A file may hold several; '-' in an id stands for
    '_'. What is wrong ends the command with exit code 2; so do two scenarios of one name, and one
    that is called as the rules as they are."""
    from engine.rulebook.problems import RulebookError
    from engine.rulebook.scenarios import load_scenarios
    from engine.rulebook.types import nearest

    found: dict[str, Scenario] = {}
    try:
        shipped = {scenario.id: scenario for scenario in load_scenarios(book)}
        for name in given:
            own = shipped.get(name.replace("-", "_"))
            if own is not None:
                _add(found, own)
            elif name.endswith((".yaml", ".yml")):
                path = Path(name)
                if not path.is_file():
                    refuse("simulate.no_scenario_file", file=name)
                for scenario in load_scenarios(book, [path.resolve()]):
                    _add(found, scenario)
            else:
                refuse("simulate.no_scenario", id=name, near=nearest(name, shipped))
    except RulebookError as error:
        bad_input(error.lines(language()))
    return tuple(found.values())


def _add(found: dict[str, Scenario], scenario: Scenario) -> None:
    from engine.rulebook.problems import RulebookError, RulebookProblem, said
    from engine.simulation.prepared import BASELINE

    if scenario.id == BASELINE:
        what = said("simulate.scenario_is_baseline", id=scenario.id)
        raise RulebookError([RulebookProblem(scenario.place, what)])
    before = found.setdefault(scenario.id, scenario)
    if before != scenario:
        first = f"{before.place.file}:{before.place.line}"
        what = said("rulebook.id_twice", id=scenario.id, first=first)
        raise RulebookError([RulebookProblem(scenario.place, what)])
