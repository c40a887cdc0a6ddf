"""Runs a program with durable-rules, one subject at a time, stratum after stratum."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import Any, Self

from engine.backends.durable.facts import UnfitFactError
from engine.backends.durable.library import EngineFaultError, Library, Session, shipped_library
from engine.backends.durable.plan import (
    SUBJECT,
    KindPlan,
    RulesetPlan,
    compile_program,
    plan_for,
)
from engine.facts import View
from engine.rulebook.problems import Said, SaidError, nothing_said, said
from engine.rulebook.program import Firing, Item, Program
from models.terms import Colour, Kind

__all__ = ["DurableBackend", "EvaluationError"]

_BATCH = 128
"""How many records are given to the engine at a time; more would only take memory."""

Values = dict[str, Any]


class EvaluationError(SaidError):
    """A subject could not be evaluated. Says which subject and rules, never what its facts are."""

    def __init__(self, subject_id: str, why: Said, keys: Sequence[str] = ()) -> None:
        self.subject_id = subject_id
        self.keys = tuple(keys)
        some = ", ".join(keys[:5]) + (", ..." if len(keys) > 5 else "")
        among = said("fault.among", rules=some) if keys else nothing_said
        super().__init__(said("fault.undecided", id=subject_id, why=why, among=among))


class _Step:
    """A planned ruleset, registered with the engine when it is first run."""

    __slots__ = ("_number", "_plan", "_session", "last", "last_fired", "meaning", "shape")

    def __init__(self, plan: RulesetPlan, session: Session) -> None:
        self.shape = plan.shape
        self.meaning = plan.meaning
        self.last = plan.last
        self.last_fired = f'{{"{plan.last}":'
        self._plan = plan
        self._session = session
        self._number: int | None = None

    def register(self) -> int:
        """Its number with the engine."""
        if self._number is None:
            self._number = self._session.register(self._plan.rules(), last=self.last)
        return self._number

    def run(self, facts: str) -> list[str]:
        """What fired on a batch of facts, each as text."""
        return self._session.run(self.register(), facts)


class _KindSteps:
    """All steps for one kind of subject."""

    __slots__ = ("colours", "late", "records", "signals", "wheres")

    def __init__(self, plan: KindPlan, session: Session) -> None:
        self.wheres = plan.wheres
        self.records = [_Step(part, session) for part in plan.records]
        self.signals = [_Step(part, session) for part in plan.signals]
        self.colours = [_Step(part, session) for part in plan.colours]
        self.late = [_Step(part, session) for part in plan.late]

    def register(self) -> None:
        """Registers them all now."""
        for step in (*self.records, *self.signals, *self.colours, *self.late):
            step.register()


class DurableBackend:
    """The case engine: durable-rules decides what holds.

    Raises BackendLimitError when built, for what the engine cannot be given. A ruleset is
    registered when the first subject comes that needs it. To be used on one thread.
    """

    name = "durable-rules"

    def __init__(self, program: Program, *, library: Library | None = None) -> None:
        self._program = compile_program(program)
        self._items: tuple[Item, ...] = tuple(program.items())
        self._session = Session(library or shipped_library())
        self._steps: dict[Kind, _KindSteps] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Deletes the rulesets; evaluating afterwards raises EvaluationError."""
        self._session.close()

    def prepare(self, kinds: Iterable[Kind] = Kind) -> None:
        """Registers the rulesets of these kinds of subject now, rather than at the first."""
        for kind in kinds:
            self._steps_of(kind).register()

    def _steps_of(self, kind: Kind) -> _KindSteps:
        if kind not in self._steps:
            self._steps[kind] = _KindSteps(plan_for(kind, self._program), self._session)
        return self._steps[kind]

    def evaluate(self, view: View, override: Colour | None = None) -> Firing:
        """All strata for one subject. Raises EvaluationError if there is no sound answer."""
        items = self._items
        running: list[_Step] = []
        try:
            steps = self._steps_of(view.kind)
            counts = self._counts(steps, view, running)
            held = self._held(steps.signals, view.subject, frozenset(), counts, running)
            signals = frozenset([items[number].raises_signal or "" for number in held])
            raised = self._held(steps.colours, view.subject, signals, counts, running)
            proposed = Colour.GREEN
            for number in raised:
                colour = items[number].raises_colour
                if colour is not None and colour.rank > proposed.rank:
                    proposed = colour
            in_force = proposed if override is None else override
            subject = {**view.subject, "category": in_force.value}
            held += raised
            held += self._held(steps.late, subject, signals, counts, running)
        except (EngineFaultError, UnfitFactError) as error:
            raise self._error(view, running, error.what) from None
        except (TypeError, LookupError, ValueError):
            raise self._error(view, running, said("fault.unreadable")) from None
        keys = frozenset([items[number].key for number in held])
        return Firing(keys, signals, proposed, in_force)

    def _error(self, view: View, running: list[_Step], why: Said) -> EvaluationError:
        keys: set[str] = set()
        if running and running[-1].shape.kind == SUBJECT:
            meanings = running[-1].meaning.values()
            keys = {self._items[number].key for meaning in meanings for number in meaning}
        return EvaluationError(view.subject_id, why, sorted(keys))

    def _counts(self, steps: _KindSteps, view: View, running: list[_Step]) -> list[int]:
        """For each inner condition of a quantifier, how many records fulfil it."""
        counts = [0] * steps.wheres
        records = view.records
        for step in steps.records:
            rows = records.get(step.shape.kind)
            if rows:
                running.append(step)
                facts = step.shape.records(rows)
                for first in range(0, len(facts), _BATCH):
                    self._count(step, facts[first : first + _BATCH], counts)
        return counts

    def _count(self, step: _Step, facts: list[str], counts: list[int]) -> None:
        number = len(facts)
        fired = step.run(f"[{','.join(facts)}]")
        others = len(fired) - number
        if (
            others < 0
            or not fired[others].startswith(step.last_fired)
            or (others and fired[others - 1].startswith(step.last_fired))
        ):
            raise EngineFaultError(said("fault.records", number=number))
        matched: dict[int, int] = {}
        meaning = step.meaning
        for message in fired[:others]:
            # {"rule":{"m":{"id":"3", ...
            parts = message.split('"', 8)
            bit = 1 << int(parts[7])
            for where in meaning[parts[1]]:
                matched[where] = matched.get(where, 0) | bit
        for where in meaning[step.last]:
            counts[where] += number
        for where, bits in matched.items():
            counts[where] += bits.bit_count()

    def _held(
        self,
        steps: list[_Step],
        subject: Values,
        signals: frozenset[str],
        counts: list[int],
        running: list[_Step],
    ) -> list[int]:
        """The numbers of the items whose condition holds (an item may stand there twice)."""
        held: list[int] = []
        for step in steps:
            running.append(step)
            fired = step.run(step.shape.subject(subject, signals, counts))
            if not fired[-1].startswith(step.last_fired):
                raise EngineFaultError(said("fault.subject"))
            meaning = step.meaning
            for message in fired:
                held += meaning[message[2 : message.index('"', 2)]]
        return held
