"""Numbers that a plan, a floor or a draw cannot do without.

A condition with an unset parameter never holds, and says so. A visit without its interval, a
floor without its days or a draw without its share would vanish from every plan: an error.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.rulebook.book import Rulebook
from engine.rulebook.problems import RulebookProblem, Said, said
from models.conditions import ParameterRef
from models.rulebook import DatedValue, Parameter, Place, VisitOutcomeRule

__all__ = ["PLANNER_PARAMETERS", "REVIEW_WITHIN", "needed_number_problems"]

_FLAGS = frozenset({"duty.not_met_counts", "duty.sample_counts"})
_NUMBERS = {
    "assessment.fresh_days": 1,
    "judgement.override_longest_days": 1,
    "planning.period_days": 1,
    "scores.decline_window_days": 1,
    "visits.window_days": 0,
}
_MAY_BE_UNSET = frozenset({"visits.announce_at_most_days"})

REVIEW_WITHIN = "rulebook.review_within_days"
"""The parameter that says how old a review may be; without it reviews do not grow old."""

PLANNER_PARAMETERS = _FLAGS | _NUMBERS.keys() | _MAY_BE_UNSET
"""Parameters the engine itself asks for, whether a rule names them or not."""


def needed_number_problems(book: Rulebook) -> Iterator[RulebookProblem]:
    """Every needed number that is missing, unset, too small or of another type."""
    for name in sorted(PLANNER_PARAMETERS - book.parameters.keys()):
        place = Place(file=f"{book.folder.name}/parameters", line=1)
        yield RulebookProblem(place, said("needs.parameter_missing", id=name))
    for name in sorted(_FLAGS & book.parameters.keys()):
        parameter = book.parameters[name]
        for dated in parameter.values:
            if dated.value is None:
                yield _problem(parameter, _unset(dated), said("needs.flag"))
            elif not isinstance(dated.value, bool):
                yield _problem(parameter, _is(dated), said("needs.flag"))
    needed = {name: least for name, least in _NUMBERS.items() if name in book.parameters}
    for operand, least in _asked_for(book):
        if isinstance(operand, ParameterRef) and operand.parameter in book.parameters:
            needed[operand.parameter] = max(least, needed.get(operand.parameter, 0))
    yield from _numbers(book.parameters, needed)
    for rule in book.rules:
        if isinstance(rule.then, VisitOutcomeRule) and rule.then.every_days == 0:
            yield RulebookProblem(rule.place, said("needs.no_visit"))


def _asked_for(book: Rulebook) -> Iterator[tuple[int | ParameterRef | None, int]]:
    """What visits, floors and frames take from parameters, and the least each may be."""
    for floor in book.floors:
        yield floor.interval_days, 1
    for rule in book.rules:
        if isinstance(rule.then, VisitOutcomeRule):
            yield rule.then.every_days, 1
            yield rule.then.within_days, 0
            yield rule.then.window_days, 0
    for frame in book.frames:
        yield frame.share_percent, 1
        yield frame.at_least_per_stratum, 0


def _numbers(
    parameters: Mapping[str, Parameter], needed: Mapping[str, int]
) -> Iterator[RulebookProblem]:
    for name, least in sorted(needed.items()):
        parameter = parameters[name]
        for dated in parameter.values:
            if dated.value is None:
                yield _problem(parameter, _unset(dated), said("needs.number"))
            elif isinstance(dated.value, bool) or not isinstance(dated.value, int):
                yield _problem(parameter, _is(dated), said("needs.number"))
            elif dated.value < least:
                yield _problem(parameter, _is(dated), said("needs.at_least", least=least))


def _unset(dated: DatedValue) -> Said:
    return said("needs.unset", day=dated.valid_from)


def _is(dated: DatedValue) -> Said:
    return said("needs.is", value=repr(dated.value))


def _problem(parameter: Parameter, found: Said, wanted: Said) -> RulebookProblem:
    what = said("needs.of_plans", id=parameter.id, found=found, wanted=wanted)
    return RulebookProblem(parameter.place, what)
