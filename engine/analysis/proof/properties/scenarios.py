"""No scenario takes a visit from a red subject, and none changes the rulebook it stands over."""

from __future__ import annotations

from collections.abc import Iterator

from engine.analysis.proof.answers import Method
from engine.analysis.proof.ledger import every_rulebook_day
from engine.analysis.proof.matters import asks_as_much
from engine.analysis.proof.plain import PlainRules, any_of
from engine.analysis.proof.properties.report import Proof, Tally
from engine.analysis.proof.questions import Questions
from engine.rulebook.book import Rulebook
from engine.rulebook.problems import said
from engine.rulebook.resolve import resolve
from engine.rulebook.scenarios import applied, load_scenarios
from models.conditions import Condition
from models.rulebook import Rule, VisitOutcomeRule
from models.scenario import Scenario
from models.terms import Colour, Kind

__all__ = ["prove_baseline_untouched", "prove_red_keeps_visits"]

_RED = "red before"
_BENEATH = (
    "judgement.override_longest_days",
    "planning.period_days",
    "scores.decline_window_days",
)
"""What shapes the facts, or the plan, before any rule sees them: with another value here the same
subject has other facts, and rules that are alike prove nothing of it."""


def prove_red_keeps_visits(book: Rulebook) -> Proof:
    """Whoever is red stays red, and each visit asked for is still asked for, as soon as before."""
    tally = Tally("red_keeps_visits")
    scenarios = load_scenarios(book)
    for scenario in scenarios:
        changed = applied(book, scenario)
        for before, after in _pairs(book, changed):
            _compare(tally, scenario, before, after)
    names = ", ".join(scenario.id for scenario in scenarios)
    return tally.proof(
        said("prove.all_facts"),
        said("prove.every_day"),
        said("prove.scenarios", count=len(scenarios), names=names),
    )


def _pairs(book: Rulebook, changed: Rulebook) -> Iterator[tuple[PlainRules, PlainRules]]:
    for day in sorted({*every_rulebook_day(book), *every_rulebook_day(changed)}):
        before, after = resolve(book, as_of=day), resolve(changed, as_of=day)
        for kind in Kind:
            yield PlainRules(before, kind), PlainRules(after, kind)


def _compare(tally: Tally, scenario: Scenario, before: PlainRules, after: PlainRules) -> None:
    day, kind = before.resolved.as_of, before.kind.value
    visits = [rule for rule in before.rules.values() if isinstance(rule.then, VisitOutcomeRule)]
    same_colours = before.print_of_colours() == after.print_of_colours()
    what = said("prove.no_longer_red", scenario=scenario.id, kind=kind, day=day)
    changed = [rule for rule in visits if not (same_colours and _unchanged(rule, before, after))]
    named = {f"before {rule.id}": before.condition(rule.id) for rule in changed}
    for rule in changed:
        named[f"after {rule.id}"] = any_of(_still(rule, before, after))
    named[_RED] = before.in_force(Colour.RED)
    named["red after"] = after.in_force(Colour.RED)
    questions = Questions(before, named, at_once=2)
    if same_colours:
        tally.case(holds=True, what=what, method=Method.FORM)
    else:
        tally.impossible(questions.ask((_RED,), ("red after",)), what)
    for rule in visits:
        what = said("prove.visit_lost", scenario=scenario.id, id=rule.id, kind=kind, day=day)
        if rule not in changed:
            tally.case(holds=True, what=what, method=Method.FORM)
            continue
        holds = (_RED, f"before {rule.id}")
        tally.impossible(questions.ask(holds, (f"after {rule.id}",)), what)
    for name in _BENEATH:
        first, second = (rules.resolved.parameters[name].value for rules in (before, after))
        what = said("prove.beneath_changed", scenario=scenario.id, id=name, day=day)
        tally.case(holds=first == second, what=what, method=Method.FORM)
    floors = {floor.id: floor for floor in after.resolved.floors}
    for floor in before.resolved.floors:
        same = floors.get(floor.id) == floor and before.resolved.dated_days(
            floor.interval_days
        ) == after.resolved.dated_days(floor.interval_days)
        what = said("prove.floor_changed", scenario=scenario.id, id=floor.id)
        tally.case(holds=same, what=what, method=Method.FORM)


def _unchanged(rule: Rule, before: PlainRules, after: PlainRules) -> bool:
    """Whether the scenario leaves a visit rule, all it rests on and its numbers as they are."""
    return (
        after.rules.get(rule.id) == rule
        and before.print_of(rule.id) == after.print_of(rule.id)
        and isinstance(rule.then, VisitOutcomeRule)
        and asks_as_much(rule.then, after, rule.then, before)
    )


def _still(rule: Rule, before: PlainRules, after: PlainRules) -> Iterator[Condition]:
    """When the scenario asks for all that a visit rule asks for, at least as soon."""
    for other in after.rules.values():
        if (
            isinstance(other.then, VisitOutcomeRule)
            and isinstance(rule.then, VisitOutcomeRule)
            and asks_as_much(other.then, after, rule.then, before)
        ):
            yield after.condition(other.id)


def prove_baseline_untouched(book: Rulebook) -> Proof:
    """Applying a scenario leaves the rulebook, and its rules on every day, as they were."""
    tally = Tally("baseline_untouched")
    scenarios = load_scenarios(book)
    before = _written(book)
    for scenario in scenarios:
        changed = applied(book, scenario)
        what = said("prove.baseline_changed", scenario=scenario.id)
        tally.case(holds=_written(book) == before, what=what)
        tally.case(holds=changed.content_hash != book.content_hash, what=what)
    names = ", ".join(scenario.id for scenario in scenarios)
    return tally.proof(
        said("prove.every_day"), said("prove.scenarios", count=len(scenarios), names=names)
    )


def _written(book: Rulebook) -> list[str]:
    """Everything a rulebook holds, as text, and what it resolves to on every day."""
    parts = [entry.model_dump_json() for entry in book.parameters.values()]
    for entries in (book.rules, book.floors, book.frames, book.ladder, book.promises):
        parts += [entry.model_dump_json() for entry in entries]
    for day in every_rulebook_day(book):
        resolved = resolve(book, as_of=day)
        parts.append(resolved.content_hash)
        parts += [f"{name}={used}" for name, used in sorted(resolved.parameters.items())]
    return parts
