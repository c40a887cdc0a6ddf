"""What is wrong in a rulebook that can be seen without any facts: names, types, dates, strata.

The deeper questions (can every subject be answered, do two rules contradict each other) are proofs
and stand in `engine/analysis`.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from datetime import date

from engine.facts import ValueType, vocabulary
from engine.rulebook.book import FIRST_DAY, Rulebook
from engine.rulebook.needed_numbers import PLANNER_PARAMETERS, needed_number_problems
from engine.rulebook.problems import RulebookProblem
from engine.rulebook.types import ConditionTypes, nearest
from models.conditions import ParameterRef, Quantified
from models.registers import Registers
from models.rulebook import (
    CountedFrom,
    Entry,
    Frame,
    FrameOutcome,
    NoticeOutcome,
    Parameter,
    Place,
    ProposalOutcome,
    Rule,
    SignalOutcome,
    VisitOutcomeRule,
)

__all__ = ["check_rulebook", "register_words"]


def register_words(registers: Registers) -> dict[str, frozenset[str]]:
    """The words of each register, on any date, by the name that fact fields use."""
    return {
        "theme": frozenset(line.word for line in registers.themes),
        "indicator": frozenset(line.word for line in registers.indicators),
        "offer_type": frozenset(line.word for line in registers.offer_types),
        "municipality": frozenset(line.word for line in registers.municipalities),
        "source": frozenset(line.word for line in registers.sources),
    }


def check_rulebook(book: Rulebook) -> tuple[RulebookProblem, ...]:
    """Every problem and warning, unordered."""
    signals = {
        rule.then.signal: rule for rule in book.rules if isinstance(rule.then, SignalOutcome)
    }
    words = register_words(book.registers)
    types = ConditionTypes(vocabulary(), book.parameters, set(signals), words)
    problems: list[RulebookProblem] = []
    problems += _same_ids(book)
    for rule in book.rules:
        problems += _rule(book, rule, types)
    problems += _measures(book, types)
    problems += _parameters(book, types)
    problems += needed_number_problems(book)
    problems += _unused_signals(signals.values(), types)
    problems += _promises(book)
    return tuple(problems)


def _same_ids(book: Rulebook) -> Iterator[RulebookProblem]:
    seen: dict[str, Place] = {}
    named = [(rule.id, rule.place) for rule in book.rules]
    named += [(floor.id, floor.place) for floor in book.floors]
    named += [(frame.id, frame.place) for frame in book.frames]
    for name, place in named:
        if name in seen:
            first = seen[name]
            text = f"'{name}' stands already in {first.file}:{first.line}; give it another id"
            yield RulebookProblem(place, text)
        seen[name] = place


def _rule(book: Rulebook, rule: Rule, types: ConditionTypes) -> Iterator[RulebookProblem]:
    outcome = rule.then
    is_signal = isinstance(outcome, SignalOutcome)
    late = not is_signal and outcome.leads_to != "colour"
    yield from types.problems(
        rule.when,
        kinds=rule.applies_to,
        place=rule.place,
        signals_allowed=not is_signal,
        category_allowed=late,
    )
    yield from _period(rule.place, rule.valid_from, rule.valid_until)
    found: list[str] = []
    for reference in _references(outcome):
        types.parameter(reference, ValueType.INTEGER, found)
    if isinstance(outcome, VisitOutcomeRule):
        found += _visit(rule, outcome)
        found += _examined(book, rule, outcome.themes, outcome.hear)
    elif isinstance(outcome, FrameOutcome):
        frames = [frame.id for frame in book.frames]
        if outcome.frame not in frames:
            found.append(f"there is no frame '{outcome.frame}'{nearest(outcome.frame, frames)}")
    elif isinstance(outcome, ProposalOutcome):
        yield from _same_needs(outcome)
        for need in outcome.needs:
            yield from types.problems(
                need.when,
                kinds=rule.applies_to,
                place=need.place,
                signals_allowed=True,
                category_allowed=True,
            )
        steps = [step for step in book.ladder if step.step is outcome.step]
        missing = set(rule.applies_to) - {kind for step in steps for kind in step.applies_to}
        if missing:
            names = ", ".join(sorted(kind.value for kind in missing))
            found.append(f"the ladder does not know '{outcome.step.value}' for {names}")
    for text in found:
        yield RulebookProblem(rule.place, text)


def _same_needs(outcome: ProposalOutcome) -> Iterator[RulebookProblem]:
    """Two preconditions of one id could not be told apart: one that is met would hide the other."""
    seen: dict[str, Place] = {}
    for need in outcome.needs:
        if need.id in seen:
            first = seen[need.id]
            text = f"the precondition '{need.id}' stands already in {first.file}:{first.line}"
            yield RulebookProblem(need.place, f"{text}; give it another id")
        seen[need.id] = need.place


def _references(entry: object) -> Iterator[ParameterRef]:
    for value in vars(entry).values():
        if isinstance(value, ParameterRef):
            yield value


def _visit(rule: Rule, outcome: VisitOutcomeRule) -> Iterator[str]:
    if (outcome.every_days is None) == (outcome.within_days is None):
        yield "a visit needs either 'every days' or 'within days', one of them"
    if (outcome.counted_from is CountedFrom.TRIGGER) != (outcome.trigger_field is not None):
        yield "'counted from: trigger' and 'trigger field' go together"
    elif outcome.trigger_field is not None:
        quantified = first_quantifier(rule)
        if quantified is None:
            yield "'counted from: trigger' needs a quantifier ('any concern: ...') in 'when'"
        elif (
            vocabulary().find(
                quantified.record, outcome.trigger_field.removesuffix("_on") + "_age_days"
            )
            is None
        ):
            yield f"'{outcome.trigger_field}' is not a day of a '{quantified.record}'"


def _examined(
    book: Rulebook, entry: Rule | Frame, themes: Iterable[str], hear: Iterable[str]
) -> Iterator[str]:
    """Whether the themes exist and the sources can be heard at the kinds of subject."""
    words = register_words(book.registers)
    for word in themes:
        if word not in words["theme"]:
            yield f"'{word}' is not a theme{nearest(word, words['theme'])}"
    for word in hear:
        if word not in words["source"]:
            yield f"'{word}' is not a source that can be heard{nearest(word, words['source'])}"
            continue
        sources = (line for line in book.registers.sources if line.word == word)
        heard = {kind for line in sources for kind in line.applies_to}
        if missing := ", ".join(sorted(set(entry.applies_to) - heard)):
            yield f"'{word}' is no source at a {missing}; see registers/sources.yaml"


def first_quantifier(rule: Rule) -> Quantified | None:
    """The first 'any ...' of a rule's condition, in the order it is written."""
    queue = [rule.when]
    while queue:
        condition = queue.pop(0)
        if isinstance(condition, Quantified):
            if condition.quantifier == "at_least":
                return condition
            continue
        queue[:0] = getattr(condition, "parts", ())
    return None


def _period(place: Place, start: date, end: date | None) -> Iterator[RulebookProblem]:
    if end is not None and end < start:
        yield RulebookProblem(place, f"ends {end}, before it begins {start}")


def _measures(book: Rulebook, types: ConditionTypes) -> Iterator[RulebookProblem]:
    placed: list[tuple[Entry, Place]] = [(floor, floor.place) for floor in book.floors]
    placed += [(frame, frame.place) for frame in book.frames]
    placed += [(step, step.place) for step in book.ladder]
    for entry, place in placed:
        found: list[str] = []
        for reference in _references(entry):
            types.parameter(reference, ValueType.INTEGER, found)
        for text in found:
            yield RulebookProblem(place, text)
    for frame in book.frames:
        yield from _period(frame.place, frame.valid_from, frame.valid_until)
        for text in _examined(book, frame, (frame.theme,), frame.hear):
            yield RulebookProblem(frame.place, text)
        for name in frame.strata:
            spec = vocabulary().find("subject", name)
            if spec is None or spec.value_type is not ValueType.WORD:
                text = f"'{name}' is not a word of the subject; a stratum needs one"
                yield RulebookProblem(frame.place, text)
    yield from _notice_ranks(book)
    yield from _ladder(book)


def _notice_ranks(book: Rulebook) -> Iterator[RulebookProblem]:
    rules = [rule for rule in book.rules if isinstance(rule.then, NoticeOutcome)]
    for one, other in itertools.combinations(rules, 2):
        if (
            isinstance(one.then, NoticeOutcome)
            and isinstance(other.then, NoticeOutcome)
            and one.then.rank == other.then.rank
            and one.then.notice is not other.then.notice
            and set(one.applies_to) & set(other.applies_to)
            and (
                not one.then.purposes
                or not other.then.purposes
                or set(one.then.purposes) & set(other.then.purposes)
            )
            and _overlap(one, other)
        ):
            yield RulebookProblem(
                other.place,
                f"'{other.id}' and '{one.id}' ({one.place.file}:{one.place.line}) have rank "
                f"{one.then.rank} and opposite notices; give them different ranks",
            )


def _overlap(one: Rule, other: Rule) -> bool:
    return (one.valid_until is None or other.valid_from <= one.valid_until) and (
        other.valid_until is None or one.valid_from <= other.valid_until
    )


def _ladder(book: Rulebook) -> Iterator[RulebookProblem]:
    known = {step.step for step in book.ladder}
    for step in book.ladder:
        yield from _period(step.place, step.valid_from, step.valid_until)
        for before in (*step.follows, *((step.warned_by,) if step.warned_by else ())):
            if before not in known:
                yield RulebookProblem(step.place, f"the ladder has no step '{before.value}'")


def _parameters(book: Rulebook, types: ConditionTypes) -> Iterator[RulebookProblem]:
    used = types.used_parameters | PLANNER_PARAMETERS
    for parameter in book.parameters.values():
        days = [value.valid_from for value in parameter.values]
        if days != sorted(set(days)):
            yield RulebookProblem(parameter.place, "the values must stand in order of their days")
        if days[0] > FIRST_DAY:
            text = f"no value before {days[0]}; the rulebook answers from {FIRST_DAY}"
            yield RulebookProblem(parameter.place, text)
        if parameter.id not in used:
            text = f"no rule uses parameter '{parameter.id}'; remove it or use it"
            yield RulebookProblem(parameter.place, text, warning=True)
        yield from _unset(parameter)


def _unset(parameter: Parameter) -> Iterator[RulebookProblem]:
    if parameter.values[-1].value is None:
        text = f"parameter '{parameter.id}' is unset; nothing that needs it can hold"
        yield RulebookProblem(parameter.place, text, warning=True)


def _unused_signals(rules: Iterable[Rule], types: ConditionTypes) -> Iterator[RulebookProblem]:
    for rule in rules:
        if isinstance(rule.then, SignalOutcome) and rule.then.signal not in types.used_signals:
            text = f"no rule asks for the signal '{rule.then.signal}'; it decides nothing"
            yield RulebookProblem(rule.place, text, warning=True)


def _promises(book: Rulebook) -> Iterator[RulebookProblem]:
    for promise in book.promises:
        spec = vocabulary().find(promise.record, promise.field)
        if spec is None:
            text = f"'{promise.field}' is not a fact of '{promise.record}' that rules test"
            yield RulebookProblem(promise.place, text)
        elif (promise.worse is None) == (not promise.words_mild_to_severe):
            text = "a promise says either 'worse' or 'words mild to severe', one of them"
            yield RulebookProblem(promise.place, text)
        elif set(promise.words_mild_to_severe) - set(spec.words):
            yield RulebookProblem(promise.place, f"not all are words of '{promise.field}'")
