"""What is wrong in a rulebook that can be seen without any facts: names, types, dates, strata.

The deeper questions (can every subject be answered, do two rules contradict each other) are proofs
and stand in `engine/analysis`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from engine.facts import FieldSpec, ValueType, vocabulary
from engine.facts.introspection import age_name
from engine.rulebook.book import FIRST_DAY, Rulebook
from engine.rulebook.day_bounds import day_bound_problems
from engine.rulebook.ladder_overlaps import ladder_overlap_problems
from engine.rulebook.needed_numbers import (
    PLANNER_PARAMETERS,
    REVIEW_WITHIN,
    needed_number_problems,
)
from engine.rulebook.problems import RulebookProblem, Said, said
from engine.rulebook.types import ConditionTypes, nearest
from models.conditions import ParameterRef, Quantified
from models.registers import Registers
from models.rulebook import (
    CountedFrom,
    Entry,
    Frame,
    FrameOutcome,
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
    problems += day_bound_problems(book)
    problems += ladder_overlap_problems(book)
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
            yield RulebookProblem(place, said("rulebook.id_twice", id=name, first=_line(first)))
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
    found: list[Said] = []
    for reference in _references(outcome):
        types.parameter(reference, ValueType.INTEGER, found)
    if isinstance(outcome, VisitOutcomeRule):
        found += _visit(rule, outcome)
        found += _examined(book, rule, outcome.themes, outcome.hear)
    elif isinstance(outcome, FrameOutcome):
        frames = [frame.id for frame in book.frames]
        if outcome.frame not in frames:
            near = nearest(outcome.frame, frames)
            found.append(said("rulebook.no_frame", frame=outcome.frame, near=near))
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
        nodes = [node for node in book.ladder if node.step is outcome.step]
        missing = set(rule.applies_to) - {kind for node in nodes for kind in node.applies_to}
        if missing:
            names = ", ".join(sorted(kind.value for kind in missing))
            step = outcome.step.value
            found.append(said("rulebook.ladder_without_kind", step=step, kinds=names))
    for what in found:
        yield RulebookProblem(rule.place, what)


def _same_needs(outcome: ProposalOutcome) -> Iterator[RulebookProblem]:
    """Two preconditions of one id could not be told apart: one that is met would hide the other."""
    seen: dict[str, Place] = {}
    for need in outcome.needs:
        if need.id in seen:
            what = said("rulebook.need_twice", id=need.id, first=_line(seen[need.id]))
            yield RulebookProblem(need.place, what)
        seen[need.id] = need.place


def _line(place: Place) -> str:
    return f"{place.file}:{place.line}"


def _references(entry: object) -> Iterator[ParameterRef]:
    for value in vars(entry).values():
        if isinstance(value, ParameterRef):
            yield value


def _visit(rule: Rule, outcome: VisitOutcomeRule) -> Iterator[Said]:
    given = (outcome.every_days, outcome.within_days, outcome.times_a_year)
    if sum(part is not None for part in given) != 1:
        yield said("rulebook.visit_without_days")
    yield from _of_subject(rule, outcome)
    if (outcome.counted_from is CountedFrom.TRIGGER) != (outcome.trigger_field is not None):
        yield said("rulebook.trigger_without_field")
    elif outcome.trigger_field is not None:
        quantified = first_quantifier(rule)
        if quantified is None:
            yield said("rulebook.trigger_without_record")
        elif vocabulary().find(quantified.record, age_name(outcome.trigger_field)) is None:
            yield said(
                "rulebook.trigger_not_a_day",
                field=outcome.trigger_field,
                record=quantified.record,
            )


def _of_subject(rule: Rule, outcome: VisitOutcomeRule) -> Iterator[Said]:
    """Whether the days and the number that a visit takes from the subject itself are there, for
    every kind that the rule applies to."""
    from_subject = outcome.counted_from is CountedFrom.SUBJECT_DAY
    if from_subject != bool(outcome.subject_field):
        yield said("rulebook.subject_day_without_field")
    if from_subject and outcome.within_days is None:
        yield said("rulebook.subject_day_without_within")
    for name in outcome.subject_field:
        spec = vocabulary().find("subject", age_name(name)) if name.endswith("_on") else None
        if missing := _lacking(rule, spec):
            yield said("rulebook.subject_not_a_day", field=name, kinds=missing)
    if outcome.times_a_year is not None:
        spec = vocabulary().find("subject", outcome.times_a_year)
        whole = spec is not None and spec.value_type is ValueType.INTEGER
        if missing := _lacking(rule, spec if whole else None):
            yield said("rulebook.times_not_a_number", field=outcome.times_a_year, kinds=missing)


def _lacking(rule: Rule, spec: FieldSpec | None) -> str:
    """The kinds of a rule that have no such field."""
    held = frozenset() if spec is None else spec.kinds
    return ", ".join(sorted(kind.value for kind in rule.applies_to if kind not in held))


def _examined(
    book: Rulebook, entry: Rule | Frame, themes: Iterable[str], hear: Iterable[str]
) -> Iterator[Said]:
    """Whether the themes exist and the sources can be heard at the kinds of subject."""
    words = register_words(book.registers)
    for word in themes:
        if word not in words["theme"]:
            near = nearest(word, words["theme"])
            yield said("rulebook.not_a_theme", word=word, near=near)
    for word in hear:
        if word not in words["source"]:
            near = nearest(word, words["source"])
            yield said("rulebook.not_a_source", word=word, near=near)
            continue
        sources = (line for line in book.registers.sources if line.word == word)
        heard = {kind for line in sources for kind in line.applies_to}
        if missing := ", ".join(sorted(set(entry.applies_to) - heard)):
            yield said("rulebook.source_of_other_kind", word=word, kinds=missing)


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
        yield RulebookProblem(place, said("rulebook.ends_before", end=end, start=start))


def _measures(book: Rulebook, types: ConditionTypes) -> Iterator[RulebookProblem]:
    placed: list[tuple[Entry, Place]] = [(floor, floor.place) for floor in book.floors]
    placed += [(frame, frame.place) for frame in book.frames]
    placed += [(step, step.place) for step in book.ladder]
    for entry, place in placed:
        found: list[Said] = []
        for reference in _references(entry):
            types.parameter(reference, ValueType.INTEGER, found)
        for what in found:
            yield RulebookProblem(place, what)
    for frame in book.frames:
        yield from _period(frame.place, frame.valid_from, frame.valid_until)
        for what in _examined(book, frame, (frame.theme,), frame.hear):
            yield RulebookProblem(frame.place, what)
        for name in frame.strata:
            spec = vocabulary().find("subject", name)
            if spec is None or spec.value_type is not ValueType.WORD:
                yield RulebookProblem(frame.place, said("rulebook.stratum_not_a_word", field=name))
    yield from _ladder(book)


def _ladder(book: Rulebook) -> Iterator[RulebookProblem]:
    known = {step.step for step in book.ladder}
    for step in book.ladder:
        yield from _period(step.place, step.valid_from, step.valid_until)
        for before in (*step.follows, *((step.warned_by,) if step.warned_by else ())):
            if before not in known:
                what = said("rulebook.no_step", step=before.value)
                yield RulebookProblem(step.place, what)


def _parameters(book: Rulebook, types: ConditionTypes) -> Iterator[RulebookProblem]:
    used = types.used_parameters | PLANNER_PARAMETERS | {REVIEW_WITHIN}
    for parameter in book.parameters.values():
        days = [value.valid_from for value in parameter.values]
        if days != sorted(set(days)):
            yield RulebookProblem(parameter.place, said("rulebook.values_out_of_order"))
        if days[0] > FIRST_DAY:
            what = said("rulebook.value_too_late", day=days[0], first=FIRST_DAY)
            yield RulebookProblem(parameter.place, what)
        if parameter.id not in used:
            what = said("rulebook.parameter_unused", id=parameter.id)
            yield RulebookProblem(parameter.place, what, warning=True)
        yield from _unset(parameter)


def _unset(parameter: Parameter) -> Iterator[RulebookProblem]:
    if parameter.values[-1].value is None:
        what = said("rulebook.parameter_unset", id=parameter.id)
        yield RulebookProblem(parameter.place, what, warning=True)


def _unused_signals(rules: Iterable[Rule], types: ConditionTypes) -> Iterator[RulebookProblem]:
    for rule in rules:
        if isinstance(rule.then, SignalOutcome) and rule.then.signal not in types.used_signals:
            what = said("rulebook.signal_unused", signal=rule.then.signal)
            yield RulebookProblem(rule.place, what, warning=True)


def _promises(book: Rulebook) -> Iterator[RulebookProblem]:
    for promise in book.promises:
        spec = vocabulary().find(promise.record, promise.field)
        if spec is None:
            what = said("rulebook.promise_of_no_fact", field=promise.field, record=promise.record)
            yield RulebookProblem(promise.place, what)
        elif (promise.worse is None) == (not promise.words_mild_to_severe):
            yield RulebookProblem(promise.place, said("rulebook.promise_of_nothing"))
        elif promise.worse is not None and spec.value_type is ValueType.WORD:
            what = said("rulebook.promise_of_unranked_words", field=promise.field)
            yield RulebookProblem(promise.place, what)
        elif set(promise.words_mild_to_severe) - set(spec.words):
            what = said("rulebook.promise_of_other_words", field=promise.field)
            yield RulebookProblem(promise.place, what)
