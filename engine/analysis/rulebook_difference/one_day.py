"""One kind of subject on one day: every answer by both rulebooks, decided over all facts.

A question asks first only for what is not shared: the rules that say more on one side, without
those of the other. What both sides share is brought in only as far as an answer found so far
would be said by it anyway. What is excluded without it is excluded with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cached_property
from typing import Any, NamedTuple

from engine.analysis.proof.answers import Answer, Extent, Possible, ProofFaultError, Ruled
from engine.analysis.proof.plain import PlainRules
from engine.analysis.proof.questions import Questions
from engine.analysis.rulebook_difference.answers import Answered, Example, Finding, Verdict
from engine.analysis.rulebook_difference.culprits import Culprit, Culprits
from engine.analysis.rulebook_difference.given import ALWAYS, Given, Shared
from engine.analysis.rulebook_difference.levels import Level, Output, What, outputs_of
from engine.backends.reference import ReferenceBackend, Scope, prepare
from engine.rulebook.program import program_of
from engine.rulebook.resolve import ResolvedRulebook
from models.conditions import Condition
from models.registers import Registers
from models.terms import Colour, Kind

__all__ = ["Between", "OneDay"]

Colours = tuple[Colour, Colour]
Test = Callable[[Scope], bool]
DIRECTIONS = (Verdict.STRICTER, Verdict.MILDER)


class _Asked(NamedTuple):
    """A question that was answered before, and the shared rules that it needed."""

    answer: Answer
    without: tuple[Condition, ...]


class Between:
    """What is kept from day to day: the shared conditions, and answers by what was asked."""

    def __init__(self) -> None:
        self.shared = Shared()
        self.answered: dict[tuple[Kind, tuple[int, ...]], list[_Asked]] = {}


class OneDay:
    """Compares two resolved rulebooks for one kind of subject."""

    def __init__(
        self, old: ResolvedRulebook, new: ResolvedRulebook, kind: Kind, between: Between
    ) -> None:
        self._resolved = (old, new)
        self._kind = kind
        self._between = between
        self._shared = between.shared
        self._given = tuple(Given(PlainRules(r, kind), self._shared) for r in (old, new))
        self._culprits = Culprits(self._given[0], self._given[1], self._shared)
        self._moves: tuple[Colours, ...] = ()
        self._moved_by: dict[str, Culprit] = {}

    @cached_property
    def _asked(self) -> PlainRules:
        """Gives questions the words of both sides' registers."""
        old, new = self._resolved
        if old.book.registers == new.book.registers:
            return self._given[1].rules
        both = _joined(old.book.registers, new.book.registers)
        return PlainRules(replace(new, book=replace(new.book, registers=both)), self._kind)

    @cached_property
    def _backends(self) -> tuple[ReferenceBackend, ReferenceBackend]:
        old, new = self._resolved
        return ReferenceBackend(program_of(old)), ReferenceBackend(program_of(new))

    def findings(self) -> Iterator[Finding]:
        """Every answer, but for those that another one's difference makes plain."""
        verdicts: dict[tuple[What, str], Verdict] = {}
        for output in outputs_of(self._given[0].rules, self._given[1].rules):
            if any(verdicts.get(about) is not Verdict.EQUAL for about in output.instead_of):
                continue
            finding = self._finding(output)
            verdicts[output.what, output.of] = finding.verdict
            if not output.instead_of or finding.verdict is not Verdict.EQUAL:
                yield finding

    def _finding(self, output: Output) -> Finding:
        examples: dict[Verdict, Example] = {}
        did: dict[str, Culprit] = {}
        proof: Extent | None = None
        undecided = False
        moved: set[tuple[Verdict, Colour]] = set()
        for direction in DIRECTIONS:
            for level, answer in self._differences(output, direction):
                if isinstance(answer, Example):
                    examples.setdefault(direction, answer)
                    did |= {culprit.rule: culprit for culprit in answer.did}
                elif isinstance(answer, Ruled):
                    proof = answer.extent
                    continue
                else:
                    undecided = True
                if output.what is What.CATEGORY:
                    moved.add((direction, Colour(level.name)))
        if output.what is What.CATEGORY:
            self._moves = tuple(_moves(moved))
            self._moved_by = did
        return Finding(
            output.what,
            output.of,
            self._kind,
            _verdict(set(examples), undecided=undecided, ordered=output.ordered),
            tuple(examples.values()),
            tuple(did[rule] for rule in sorted(did)),
            proof=proof,
        )

    def _differences(
        self, output: Output, direction: Verdict
    ) -> Iterator[tuple[Level, Example | Answer]]:
        """Examples in one direction, and what excludes others."""
        same = [(colour, colour) for colour in Colour]
        asked: set[tuple[object, ...]] = set()
        for colours in (*same, *self._moves):
            for level in output.levels:
                sides = self._conditions(level, colours)
                key = (level.name, level.days, *(frozenset(side) for side in sides))
                if key not in asked:
                    asked.add(key)
                    for answer in self._of_level(output, level, colours, direction):
                        yield level, answer

    def _conditions(self, level: Level, colours: Colours) -> list[dict[int, Condition]]:
        """A level's clauses on both sides, by their identity."""
        readings = (level.old, level.new)
        return [
            reading.conditions(given, colour, self._shared)
            for reading, given, colour in zip(readings, self._given, colours, strict=True)
        ]

    def _of_level(
        self, output: Output, level: Level, colours: Colours, direction: Verdict
    ) -> Iterator[Example | Answer]:
        """For each rule that says more on one side: an example; then, as long as there is one, an
        example in which none of the rules that did it before makes a difference; at last what
        excludes another."""
        old, new = self._conditions(level, colours)
        more, less = (new, old) if direction is Verdict.STRICTER else (old, new)
        gained = [condition for key, condition in more.items() if key not in less]
        if ALWAYS in less.values():
            return
        suspects = self._culprits.behind((*level.old.keys(), *level.new.keys()))
        for clause in gained:
            blamed: list[str] = []
            while True:
                same = [self._culprits.same(key, colours) for key in blamed]
                answer = self._ask([clause, *same], list(less.values()))
                if colours[0] is not colours[1] and isinstance(answer, Possible):
                    wholly = [g.proposed(c) for g, c in zip(self._given, colours, strict=True)]
                    answer = self._ask([clause, *same, *wholly], list(less.values()))
                if not isinstance(answer, Possible):
                    yield answer
                    break
                example, keys = self._confirmed(
                    output, level, colours, direction, facts=answer, suspects=suspects
                )
                yield example
                fresh = [key for key in keys if key not in blamed]
                if not fresh or colours[0] is not colours[1]:
                    break
                blamed += fresh

    def _ask(self, holds: list[Condition], shared: list[Condition]) -> Answer:
        """Whether all of this can hold where nothing of what is shared does."""
        holding = tuple(dict.fromkeys(map(id, holds)))
        known = self._between.answered.setdefault((self._kind, holding), [])
        present = {id(condition) for condition in shared}
        tests = [(condition, prepare(condition).test) for condition in shared]
        for asked in known:
            if isinstance(asked.answer, Possible):
                if not _held(asked.answer, tests):
                    view = asked.answer.view
                    moved = type(view)(
                        view.subject_id,
                        view.kind,
                        self._resolved[1].as_of,
                        view.subject,
                        view.records,
                    )
                    return asked.answer._replace(view=moved)
            elif all(id(condition) in present for condition in asked.without):
                return asked.answer
        without: list[Condition] = []
        named = {f"holds {number}": condition for number, condition in enumerate(holds)}
        while True:
            fails = {f"fails {number}": condition for number, condition in enumerate(without)}
            questions = Questions(self._asked, named | fails, at_once=len(named))
            answer = questions.ask(named, fails)
            held = _held(answer, tests) if isinstance(answer, Possible) else []
            if not held:
                known.append(_Asked(answer, tuple(without)))
                return answer
            without += held

    def _confirmed(
        self,
        output: Output,
        level: Level,
        colours: Colours,
        direction: Verdict,
        *,
        facts: Possible,
        suspects: frozenset[str],
    ) -> tuple[Example, tuple[str, ...]]:
        """Facts as an example, if both rulebooks' reference readings answer as was found; where
        the colour is one that these facts do not give, a person has set it."""
        wanted = (False, True) if direction is Verdict.STRICTER else (True, False)
        for override in (None, colours[0]):
            old, new = (backend.evaluate(facts.view, override) for backend in self._backends)
            if (bool(level.old.held_by(old)), bool(level.new.held_by(new))) == wanted:
                break
        else:
            raise ProofFaultError(f"{output.what} {output.of}: the reference does not confirm it")
        keys = self._culprits.of(suspects, old, new)
        did = {culprit.rule: culprit for culprit in self._culprits.named(keys)}
        if colours[0] is not colours[1]:
            did |= self._moved_by
        answered = [
            Answered(tuple((each, by) for each, by in held if by))
            for held in (
                [(each, each.old.held_by(old)) for each in output.levels],
                [(each, each.new.held_by(new)) for each in output.levels],
            )
        ]
        example = Example(
            direction,
            facts._replace(override=override),
            answered[0],
            answered[1],
            tuple(did.values()),
        )
        return example, keys


def _held(answer: Possible, tests: list[tuple[Condition, Test]]) -> list[Condition]:
    """Those shared conditions that hold for the facts found."""
    scope = Scope(answer.view.subject, answer.view.records, frozenset())
    return [condition for condition, test in tests if test(scope)]


def _verdict(directions: set[Verdict], *, undecided: bool, ordered: bool) -> Verdict:
    if undecided and len(directions) < len(DIRECTIONS):
        return Verdict.UNDECIDED
    if not directions:
        return Verdict.EQUAL
    if not ordered:
        return Verdict.DIFFERENT
    return Verdict.INCOMPARABLE if len(directions) > 1 else next(iter(directions))


def _moves(moved: set[tuple[Verdict, Colour]]) -> Iterator[Colours]:
    """The changes of colour that are possible where these thresholds are crossed."""
    for old in Colour:
        for new in Colour:
            low, high = sorted((old.rank, new.rank))
            direction = Verdict.STRICTER if new.rank > old.rank else Verdict.MILDER
            crossed = [colour for colour in Colour if low < colour.rank <= high]
            if crossed and all((direction, colour) in moved for colour in crossed):
                yield old, new


def _joined(old: Registers, new: Registers) -> Registers:
    """The lines of both, so that no word that a rule names is missing among the classes."""
    lines: dict[str, Any] = {
        name: tuple(dict.fromkeys((*getattr(new, name), *getattr(old, name))))
        for name in Registers.model_fields
    }
    return Registers.model_construct(**lines)
