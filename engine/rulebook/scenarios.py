"""Scenario files: changes over a rulebook, read, checked and applied; the rulebook itself stays.

A scenario may set any parameter from a day on and switch rules off, but for what the law's floors
rest on: no scenario takes away a visit that the law demands.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from engine.rulebook.book import FIRST_DAY, Rulebook
from engine.rulebook.check import check_rulebook
from engine.rulebook.documents import load_documents
from engine.rulebook.entries import build_entry
from engine.rulebook.problems import RulebookError, RulebookProblem, said
from engine.rulebook.types import nearest
from models.rulebook import DatedValue, Parameter, Rule
from models.scenario import Scenario

__all__ = ["applied", "load_scenarios", "scenario_problems", "untouchable_parameters"]

_DUTY = ("duty.not_met_counts", "duty.sample_counts")
"""They say which visits fulfil the law's duty."""


def untouchable_parameters(book: Rulebook) -> frozenset[str]:
    """The parameters that the statutory floors rest on."""
    return frozenset({floor.interval_days.parameter for floor in book.floors} | set(_DUTY))


def load_scenarios(book: Rulebook, files: list[Path] | None = None) -> tuple[Scenario, ...]:
    """The scenarios of a rulebook's folder `scenarios/`, or of given files, in order of their ids.

    Raises RulebookError with everything that is wrong in them.
    """
    found: list[Scenario] = []
    problems: list[RulebookProblem] = []
    paths = sorted((book.folder / "scenarios").rglob("*.yaml")) if files is None else files
    for path in paths:
        root = book.folder if path.is_relative_to(book.folder) else path.parent
        for document in load_documents(root, [path]):
            data = document.data
            entries = data.get("scenarios") if isinstance(data, dict) else None
            if not isinstance(entries, list):
                what = said("rulebook.no_list", lists="scenarios:")
                problems.append(RulebookProblem(document.place_of(), what))
                continue
            for number, entry in enumerate(entries):
                place = ("scenarios", number)
                if not isinstance(entry, dict):
                    what = said("rulebook.no_lines")
                    problems.append(RulebookProblem(document.place_of(place), what))
                    continue
                built = build_entry(Scenario, entry, document, place, problems)
                if built is not None:
                    found.append(built)
    ids: dict[str, Scenario] = {}
    for scenario in found:
        problems += _problems(book, scenario)
        if scenario.id in ids:
            first = ids[scenario.id].place
            where = f"{first.file}:{first.line}"
            what = said("rulebook.id_twice", id=scenario.id, first=where)
            problems.append(RulebookProblem(scenario.place, what))
        ids[scenario.id] = scenario
    if problems:
        raise RulebookError(problems)
    return tuple(sorted(found, key=lambda scenario: scenario.id))


def scenario_problems(book: Rulebook) -> tuple[RulebookProblem, ...]:
    """What is wrong in a rulebook's scenarios, or in the rulebook as one of them has it."""
    try:
        for scenario in load_scenarios(book):
            applied(book, scenario)
    except RulebookError as error:
        return error.problems
    return ()


def _problems(book: Rulebook, scenario: Scenario) -> Iterator[RulebookProblem]:
    rules = {rule.id for rule in book.rules}
    untouchable = untouchable_parameters(book)
    for change in scenario.changes:
        parameter = book.parameters.get(change.parameter)
        if parameter is None:
            near = nearest(change.parameter, book.parameters)
            what = said("scenarios.no_parameter", id=change.parameter, near=near)
            yield RulebookProblem(scenario.place, what)
        elif change.parameter in untouchable:
            what = said("scenarios.untouchable", id=change.parameter)
            yield RulebookProblem(scenario.place, what)
        elif not _same_type(parameter, change.value):
            what = said("scenarios.other_type", id=change.parameter, value=change.value)
            yield RulebookProblem(scenario.place, what)
        if change.valid_from < FIRST_DAY:
            what = said("scenarios.too_early", day=change.valid_from, first=FIRST_DAY)
            yield RulebookProblem(scenario.place, what)
    for off in scenario.switched_off:
        if off.rule not in rules:
            what = said("scenarios.no_rule", id=off.rule, near=nearest(off.rule, rules))
            yield RulebookProblem(scenario.place, what)
    if _changes_nothing(scenario):
        yield RulebookProblem(scenario.place, said("scenarios.changes_nothing", id=scenario.id))


def _changes_nothing(scenario: Scenario) -> bool:
    return (
        not scenario.changes
        and not scenario.switched_off
        and scenario.cut is None
        and scenario.depth_percent == 100
    )


def _same_type(parameter: Parameter, value: bool | int | str) -> bool:
    known = [v.value for v in parameter.values if v.value is not None]
    return not known or type(known[-1]) is type(value)


def applied(book: Rulebook, scenario: Scenario) -> Rulebook:
    """The rulebook as the scenario has it, with a hash of its own; the given one is not touched.

    Raises RulebookError if what comes out is no sound rulebook.
    """
    parameters = dict(book.parameters)
    for change in sorted(scenario.changes, key=lambda change: change.valid_from):
        parameter = parameters[change.parameter]
        kept = [v for v in parameter.values if v.valid_from < change.valid_from]
        new = DatedValue(
            valid_from=change.valid_from,
            value=change.value,
            basis=scenario.basis,
            sources=scenario.sources,
            reviewed=scenario.reviewed,
            note=scenario.title,
        )
        parameters[change.parameter] = parameter.model_copy(update={"values": (*kept, new)})
    rules: list[Rule] = []
    off: dict[str, date] = {}
    for switched in scenario.switched_off:
        off[switched.rule] = min(switched.valid_from, off.get(switched.rule, switched.valid_from))
    for rule in book.rules:
        first = off.get(rule.id)
        if first is None or (rule.valid_until is not None and rule.valid_until < first):
            rules.append(rule)
        elif rule.valid_from < first:
            rules.append(rule.model_copy(update={"valid_until": first - timedelta(days=1)}))
    text = f"{book.content_hash}\0{scenario.model_dump_json()}"
    changed = replace(
        book,
        parameters=parameters,
        rules=tuple(rules),
        content_hash=hashlib.sha256(text.encode()).hexdigest(),
    )
    problems = [problem for problem in check_rulebook(changed) if not problem.warning]
    if problems:
        raise RulebookError(problems)
    return changed
