"""The rulebook over time: for each stretch of months without a change of the rules, the compiled
conditions and the tables that the plan is made from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from engine.backends.kernel import CompiledKernel, KernelLayout, compile_kernel, kernel_layout
from engine.rulebook.book import Rulebook
from engine.rulebook.program import Program, Stratum, need_key, program_of
from engine.rulebook.resolve import ResolvedRulebook, resolve
from engine.simulation.priorities import Priorities
from engine.simulation.world.plan import PlanTables
from models.conditions import ParameterRef
from models.rulebook import (
    FrameOutcome,
    NoticeOutcome,
    ProposalOutcome,
    Rule,
    VisitOutcomeRule,
)
from models.terms import Kind, Notice, PerformedBy, Purpose, SanctionStep

__all__ = [
    "THEME_GROUPS",
    "Regime",
    "Slots",
    "compiled_regimes",
    "first_days",
    "layout_for",
    "resolved_over",
    "slots_of",
]

THEME_GROUPS: dict[str, int] = {
    "education_and_employment": 0,
    "independence_and_relations": 0,
    "target_group_methods_results": 0,
    "health_and_wellbeing": 0,
    "organisation_and_leadership": 1,
    "family_structure_and_dynamics": 1,
    "competences": 1,
    "physical_surroundings": 2,
    "economy": 2,
}
"""Which group each theme belongs to, by its place in `world.rates.GROUPS`."""
_PURPOSES = tuple(Purpose)
_PERFORMERS = tuple(PerformedBy)
_STEPS = tuple(SanctionStep)
_MOST_VALUES = 8
_RANDOM_SHARE = ParameterRef(parameter="samples.random_share_percent")
"""What tells a frame at random among all greens from one that is picked by theme."""

Slots = dict[str, int]
"""A number for each one-off visit rule of any regime or policy."""


@dataclass(frozen=True)
class Regime:
    """The rules from one month on, until the next regime."""

    from_month: int
    kernel: CompiledKernel
    parameters: Any
    plan: PlanTables
    sample_priority: int


def first_days(start: date, months: int) -> list[date]:
    """The first day of each month of the period and of the one after it. The period begins with
    the month after `start`, or with it when `start` is a first."""
    year, month = start.year, start.month
    if start.day > 1:
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    days = []
    for _ in range(months + 1):
        days.append(date(year, month, 1))
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return days


def _changes(book: Rulebook) -> set[date]:
    """The days on which a value or a rule begins or has just ended."""
    days = {value.valid_from for p in book.parameters.values() for value in p.values}
    spans = [(rule.valid_from, rule.valid_until) for rule in book.rules]
    spans += [(frame.valid_from, frame.valid_until) for frame in book.frames]
    spans += [(step.valid_from, step.valid_until) for step in book.ladder]
    for first, last in spans:
        days.add(first)
        if last is not None and last < date.max:
            days.add(date.fromordinal(last.toordinal() + 1))
    return days


def resolved_over(book: Rulebook, days: Sequence[date]) -> list[tuple[int, ResolvedRulebook]]:
    """The rulebook at the first month of each stretch in which it does not change."""
    changes = sorted(_changes(book))
    found: list[tuple[int, ResolvedRulebook]] = []
    for month, day in enumerate(days[:-1]):
        if month == 0 or any(days[month - 1] < change <= day for change in changes):
            found.append((month, resolve(book, as_of=day)))
    return found


def _together(programs: Iterable[Program]) -> Program:
    """One program with the conditions of all, for a row that serves every one of them."""
    strata: dict[Stratum, list[Any]] = {stratum: [] for stratum in Stratum}
    for program in programs:
        for stratum, items in program.strata:
            strata[stratum] += items
    return Program(tuple((stratum, tuple(items)) for stratum, items in strata.items()), "")


def layout_for(
    programs: Iterable[Program], capacity: dict[str, int], words: Iterable[str]
) -> KernelLayout:
    """The row that serves all programs of all policies."""
    whole = _together(programs)
    rooms = {record: capacity.get(record, 1) for record in whole.record_kinds()}
    return kernel_layout(whole, capacity=rooms, words=words)


def slots_of(rulebooks: Iterable[ResolvedRulebook]) -> Slots:
    """The one-off visit rules of all rulebooks, numbered in order of their ids."""
    names = {
        rule.id
        for resolved in rulebooks
        for rule in resolved.rules
        if isinstance(rule.then, VisitOutcomeRule) and rule.then.within_days is not None
    }
    return {name: number for number, name in enumerate(sorted(names))}


def compiled_regimes(
    stretches: Sequence[tuple[int, ResolvedRulebook]],
    layout: KernelLayout,
    slots: Slots,
    priorities: Priorities,
    *,
    jit: bool = True,
) -> list[Regime]:
    """Each stretch compiled; one of the same form as one before shares its machine code."""
    regimes: list[Regime] = []
    for month, resolved in stretches:
        kernel = compile_kernel(program_of(resolved), layout, jit=jit)
        places = {key: number for number, key in enumerate(kernel.keys)}
        plan = _plan(resolved, layout, slots, priorities, places)
        regimes.append(Regime(month, kernel, kernel.parameters, plan, priorities.of_samples()))
    return regimes


def _dated(values: Sequence[tuple[date, int]]) -> tuple[list[int], list[int], int]:
    froms = [day.toordinal() for day, _ in values][-_MOST_VALUES:]
    days = [number for _, number in values][-_MOST_VALUES:]
    padding = [0] * (_MOST_VALUES - len(froms))
    return froms + padding, days + padding, len(froms)


def _array(values: Any, type_: Any = np.int32) -> Any:
    return np.array(values, dtype=type_)


def _visit_rules(resolved: ResolvedRulebook) -> list[tuple[Rule, VisitOutcomeRule]]:
    """Those that recur first, so that what is made anyway is known when one-off ones are read."""
    found = [
        (rule, rule.then) for rule in resolved.rules if isinstance(rule.then, VisitOutcomeRule)
    ]
    return sorted(found, key=lambda pair: (pair[1].within_days is not None, pair[0].id))


def _plan(
    resolved: ResolvedRulebook,
    layout: KernelLayout,
    slots: Slots,
    priorities: Priorities,
    places: dict[str, int],
) -> PlanTables:
    rules = _visit_rules(resolved)
    every = [_dated(resolved.dated_days(then.every_days)) for _, then in rules]
    within = [resolved.days(then.within_days) for _, then in rules]
    of_kind = [
        [number for number, (rule, _) in enumerate(rules) if kind in rule.applies_to]
        for kind in Kind
    ]
    most = max(map(len, of_kind))
    return PlanTables(
        item=_array([places[rule.id] for rule, _ in rules]),
        rules=_array([[*own, *[-1] * (most - len(own))] for own in of_kind]),
        rules_of_kind=_array([len(own) for own in of_kind]),
        every_from=_array([froms for froms, _, _ in every]).reshape(-1, _MOST_VALUES),
        every_days=_array([days for _, days, _ in every]).reshape(-1, _MOST_VALUES),
        every=_array([number for _, _, number in every]),
        within=_array([-1 if days is None else days for days in within]),
        times=_array(
            [
                layout.subject.get(then.times_a_year, -1) if then.times_a_year else -1
                for _, then in rules
            ]
        ),
        window=_array([resolved.number(then.window_days) for _, then in rules]),
        purpose=_array([_PURPOSES.index(then.purpose) for _, then in rules]),
        performer=_array([_PERFORMERS.index(then.performed_by) for _, then in rules]),
        each_department=_array([then.each_department for _, then in rules], np.uint8),
        priority=_array([priorities.of_rule(rule.id) for rule, _ in rules]),
        slot=_array([slots.get(rule.id, -1) for rule, _ in rules]),
        floor_window=resolved.number(ParameterRef(parameter="visits.window_days")),
        **_floors(resolved),
        **_notices(resolved, places),
        **_frames(resolved, places),
        **_proposals(resolved, places),
    )


def _floors(resolved: ResolvedRulebook) -> dict[str, Any]:
    by_kind = {kind: floor for floor in resolved.floors for kind in floor.applies_to}
    dated = [
        _dated(resolved.dated_days(by_kind[kind].interval_days) if kind in by_kind else ())
        for kind in Kind
    ]
    return {
        "floor_from": _array([froms for froms, _, _ in dated]),
        "floor_days": _array([days for _, days, _ in dated]),
        "floor_values": _array([number for _, _, number in dated]),
        "floor_each_department": _array(
            [kind in by_kind and by_kind[kind].each_department for kind in Kind], np.uint8
        ),
    }


def _notices(resolved: ResolvedRulebook, places: dict[str, int]) -> dict[str, Any]:
    found = [
        (rule.id, rule.then) for rule in resolved.rules if isinstance(rule.then, NoticeOutcome)
    ]
    return {
        "notice_item": _array([places[name] for name, _ in found]),
        "notice_rank": _array([then.rank for _, then in found]),
        "notice_unannounced": _array([then.notice is Notice.UNANNOUNCED for _, then in found]),
        "notice_purposes": _array(
            [
                sum(1 << _PURPOSES.index(purpose) for purpose in then.purposes or _PURPOSES)
                for _, then in found
            ]
        ),
    }


def _frames(resolved: ResolvedRulebook, places: dict[str, int]) -> dict[str, Any]:
    frames = {frame.id: frame for frame in resolved.frames}
    found = [
        (rule.id, frames[rule.then.frame])
        for rule in resolved.rules
        if isinstance(rule.then, FrameOutcome) and rule.then.frame in frames
    ]
    return {
        "frame_item": _array([places[name] for name, _ in found]),
        "frame_share": _array(
            [resolved.number(frame.share_percent) / 100 for _, frame in found], np.float64
        ),
        "frame_group": _array([THEME_GROUPS.get(frame.theme, 0) for _, frame in found]),
        "frame_unannounced": _array([frame.notice is Notice.UNANNOUNCED for _, frame in found]),
        "frame_random": _array([frame.share_percent == _RANDOM_SHARE for _, frame in found]),
    }


def _proposals(resolved: ResolvedRulebook, places: dict[str, int]) -> dict[str, Any]:
    found = [(rule, rule.then) for rule in resolved.rules if isinstance(rule.then, ProposalOutcome)]
    warned_by = {entry.step: entry.warned_by for entry in resolved.ladder}
    most = max((len(then.needs) for _, then in found), default=1)
    needs = []
    for rule, then in found:
        own = [places[need_key(rule.id, need.id)] for need in then.needs]
        needs.append(own + [-1] * (most - len(own)))
    warnings = [warned_by.get(then.step) for _, then in found]
    return {
        "proposal_item": _array([places[rule.id] for rule, _ in found]),
        "proposal_step": _array([_STEPS.index(then.step) for _, then in found]),
        "proposal_needs": _array(needs).reshape(-1, most),
        "proposal_warned_by": _array(
            [-1 if warning is None else _STEPS.index(warning) for warning in warnings]
        ),
    }
