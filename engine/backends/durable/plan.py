"""What of a program goes to durable-rules for one kind of subject, as rules within its limits.

The steps are: records are matched against the inner conditions of quantifiers and counted; then
signals, colours, and all that comes after are read off one wide fact about the subject.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from engine.backends.durable.clauses import (
    Branches,
    Clause,
    FeatureKind,
    TooManyBranchesError,
    flag,
    read_branches,
    threshold,
)
from engine.backends.durable.facts import (
    MOST_PROPERTIES,
    FactShape,
    UnfitFactError,
    type_of_literal,
)
from engine.backends.durable.library import RuleTexts
from engine.rulebook.problems import RulebookError, RulebookProblem, Said, said
from engine.rulebook.program import Item, Program
from models.conditions import (
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    Not,
    Operator,
    Quantified,
    SignalHeld,
)
from models.terms import Kind

__all__ = [
    "MOST_RULES",
    "BackendLimitError",
    "CompiledItem",
    "CompiledProgram",
    "KindPlan",
    "RulesetPlan",
    "compile_program",
    "plan_for",
]

MOST_RULES = 60
"""How many rules may look at one kind of fact in one ruleset; from 65 on the engine fails."""

SUBJECT = "subject"
_NEVER: Branches = ()
_ALWAYS: Branches = (frozenset(),)


class BackendLimitError(RulebookError):
    """A condition that durable-rules cannot be given; says where it stands and how to mend it."""


class CompiledItem(NamedTuple):
    """An item of the program with its condition as branches."""

    item: Item
    branches: Branches
    wheres: frozenset[int]


class CompiledProgram(NamedTuple):
    """All items in their strata, and the inner conditions of all quantifiers, each once."""

    strata: tuple[tuple[CompiledItem, ...], ...]
    wheres: tuple[tuple[str, Branches], ...]


class RulesetPlan(NamedTuple):
    """One ruleset: the shape of the one kind of fact it takes, and what each rule stands for.

    `last` asks nothing but the kind: every fact meets it, after all other rules.
    """

    shape: FactShape
    clauses: tuple[Clause, ...]
    last: str
    meaning: dict[str, tuple[int, ...]]

    def rules(self) -> RuleTexts:
        """The rules as the engine takes them, each named by its number."""
        return {str(number): self.shape.tests(c) for number, c in enumerate(self.clauses)}


class KindPlan(NamedTuple):
    """The rulesets for one kind of subject, step by step.

    `meaning` is the number of an inner condition in `records`, of an item in the others.
    """

    wheres: int
    records: tuple[RulesetPlan, ...]
    signals: tuple[RulesetPlan, ...]
    colours: tuple[RulesetPlan, ...]
    late: tuple[RulesetPlan, ...]


@dataclass
class _Compiler:
    wheres: dict[tuple[str, Branches], int] = field(default_factory=dict)
    types: dict[tuple[str, str], type] = field(default_factory=dict)
    problems: list[RulebookProblem] = field(default_factory=list)

    def item(self, item: Item, *, signals_known: bool) -> CompiledItem:
        used: set[int] = set()

        def atom(node: SignalHeld | Quantified, wanted: bool) -> Branches:
            if isinstance(node, SignalHeld):
                if signals_known:
                    return flag(FeatureKind.SIGNAL, node.signal, wanted)
                return _NEVER if wanted else _ALWAYS
            least = node.count
            if not isinstance(least, int):
                raise UnfitFactError(said("limits.parameter"))
            type_of_literal(least)
            self._check(node.where, node.record)
            key = (node.record, read_branches(node.where, _no_atom))
            number = self.wheres.setdefault(key, len(self.wheres))
            used.add(number)
            holds = wanted is (node.quantifier == "at_least")
            return threshold(str(number), least=least, wanted=holds)

        try:
            self._check(item.condition, SUBJECT)
            branches = read_branches(item.condition, atom)
        except TooManyBranchesError as error:
            self._problem(item, "limits.too_many", error.what)
            branches = _NEVER
        except UnfitFactError as error:
            self._problem(item, "limits.unfit", error.what)
            branches = _NEVER
        return CompiledItem(item, branches, frozenset(used))

    def _problem(self, item: Item, code: str, why: Said) -> None:
        self.problems.append(RulebookProblem(item.place, said(code, id=item.key, why=why)))

    def _check(self, condition: Condition, record: str) -> None:
        """Every literal is of the one type its field is compared with everywhere."""
        for node in _comparisons(condition):
            ordering = node.operator in (Operator.AT_LEAST, Operator.AT_MOST)
            for operand in node.operands:
                found = type_of_literal(operand)
                if ordering and found is not int:
                    raise UnfitFactError(said("limits.order", field=node.field))
                if self.types.setdefault((record, node.field), found) is not found:
                    raise UnfitFactError(said("limits.two_types", field=node.field))


def _no_atom(node: SignalHeld | Quantified, wanted: bool) -> Branches:
    raise UnfitFactError(said("limits.nested"))


def _comparisons(condition: Condition) -> Iterator[Comparison]:
    match condition:
        case AllOf() | AnyOf():
            for part in condition.parts:
                yield from _comparisons(part)
        case Not():
            yield from _comparisons(condition.part)
        case Comparison():
            yield condition


def compile_program(program: Program) -> CompiledProgram:
    """Every condition as branches. Raises BackendLimitError with all that does not fit."""
    compiler = _Compiler()
    strata = tuple(
        tuple(compiler.item(item, signals_known=number > 0) for item in items)
        for number, (_, items) in enumerate(program.strata)
    )
    if compiler.problems:
        raise BackendLimitError(compiler.problems)
    return CompiledProgram(strata, tuple(compiler.wheres))


def plan_for(kind: Kind, program: CompiledProgram) -> KindPlan:
    """The rulesets that a kind of subject needs; items of other kinds are left out.

    Items are numbered through all strata in the order of the program.
    """
    first = 0
    numbered: list[list[tuple[int, CompiledItem]]] = []
    for items in program.strata:
        pairs = enumerate(items, start=first)
        numbered.append([(n, compiled) for n, compiled in pairs if kind in compiled.item.kinds])
        first += len(items)
    signals, colours, *late = numbered
    wanted = sorted({w for step in numbered for _, compiled in step for w in compiled.wheres})
    by_record: dict[str, dict[Clause, list[int]]] = {}
    for where in wanted:
        record, branches = program.wheres[where]
        for clause in branches:
            by_record.setdefault(record, {}).setdefault(clause, []).append(where)
    return KindPlan(
        wheres=len(program.wheres),
        records=tuple(
            plan for record, clauses in by_record.items() for plan in _rulesets(record, clauses)
        ),
        signals=_subject_rulesets(signals),
        colours=_subject_rulesets(colours),
        late=_subject_rulesets([pair for step in late for pair in step]),
    )


def _subject_rulesets(items: Iterable[tuple[int, CompiledItem]]) -> tuple[RulesetPlan, ...]:
    clauses: dict[Clause, list[int]] = {}
    for number, compiled in items:
        for clause in compiled.branches:
            clauses.setdefault(clause, []).append(number)
    return tuple(_rulesets(SUBJECT, clauses))


def _rulesets(kind: str, clauses: Mapping[Clause, list[int]]) -> Iterator[RulesetPlan]:
    """As few rulesets for one kind of fact as the limits allow.

    Each kind has its own: setting up a ruleset's state costs the engine by the number of its
    rules, and most subjects have records of a few kinds only.
    """
    every: Clause = frozenset()
    for portion in _portions(clauses):
        shape = FactShape(kind, portion)
        ordered = [*(clause for clause in portion if clause != every), every]
        yield RulesetPlan(
            shape=shape,
            clauses=tuple(ordered),
            last=str(len(ordered) - 1),
            meaning={
                str(number): tuple(portion.get(clause, ())) for number, clause in enumerate(ordered)
            },
        )


def _portions(clauses: Mapping[Clause, list[int]]) -> Iterator[dict[Clause, list[int]]]:
    portion: dict[Clause, list[int]] = {}
    features: set[object] = set()
    for clause, meaning in clauses.items():
        wider = features | {feature for feature, _, _ in clause}
        if len(portion) == MOST_RULES - 1 or len(wider) > MOST_PROPERTIES:
            yield portion
            portion, wider = {}, {feature for feature, _, _ in clause}
        portion[clause] = meaning
        features = wider
    if portion:
        yield portion
