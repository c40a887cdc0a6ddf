"""Laws of a rulebook's folder: it loads, and what lies beside the baseline does not change it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from engine.analysis.runnable import limit_problems
from engine.rulebook.book import Rulebook
from engine.rulebook.load import load_rulebook
from engine.rulebook.problems import RulebookError
from engine.testing.laws.law import Law, LawBroken

__all__ = ["loaded", "loads_law", "scenario_law"]

_LOADS = "the rulebook loads and runs on every day"
_ALONE = "a scenario never changes the baseline"


def loaded(folder: Path) -> Rulebook | None:
    """The rulebook of a folder, or None if it does not load: a law of its own says why."""
    try:
        return load_rulebook(folder)
    except RulebookError:
        return None


def loads_law(folder: Path) -> Law:
    """That a folder holds a rulebook without problems."""
    return Law("loads", _LOADS, lambda _: _loads(folder))


def _loads(folder: Path) -> None:
    try:
        problems = tuple(limit_problems(load_rulebook(folder)))
    except RulebookError as error:
        problems = error.problems
    if problems:
        number = "1 problem." if len(problems) == 1 else f"{len(problems)} problems."
        rules = [(problem.text, problem.place) for problem in problems]
        raise LawBroken(_LOADS, number, rules=rules)


def scenario_law(folder: Path) -> Iterator[Law]:
    """That the baseline is the same with and without the scenarios beside it, if there are any."""
    scenarios = sorted((folder / "scenarios").rglob("*.yaml"))
    if scenarios:
        yield Law("scenarios_stand_apart", _ALONE, lambda _: _apart(folder))


def _apart(folder: Path) -> None:
    with tempfile.TemporaryDirectory() as aside:
        bare = Path(aside) / folder.name
        shutil.copytree(folder, bare, ignore=shutil.ignore_patterns("scenarios"))
        alone, beside = load_rulebook(bare), load_rulebook(folder)
    if alone.content_hash != beside.content_hash:
        raise LawBroken(_ALONE, "With its scenarios the baseline is another rulebook.")
