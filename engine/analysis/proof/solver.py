"""The one place that knows z3, as a solver of propositions with counting."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable
from typing import Any, NamedTuple

from engine.analysis.proof.answers import ProofFaultError
from engine.analysis.proof.classes import Classes, Value
from engine.analysis.proof.sentences import Sentences, class_name, row_name
from models.conditions import Condition

__all__ = ["Facts", "Solver", "solver_is_there"]


class Facts(NamedTuple):
    """A subject's own facts, and its records; None is unknown."""

    subject: dict[str, Value]
    records: dict[str, list[dict[str, Value]]]


def solver_is_there() -> bool:
    """Whether z3 is installed (the extra `prove`)."""
    return importlib.util.find_spec("z3") is not None


class Solver:
    """Answers whether named conditions can hold, and fail, together."""

    def __init__(self, sentences: Sentences, classes: Classes, rows: dict[str, int]) -> None:
        import z3

        self._z3 = z3
        self._sentences = sentences
        self._classes = classes
        self._rows = rows
        self._numbers: dict[str, int] = {}
        self._names: list[str] = []
        self._context = z3.Context()  # of its own: what was asked before must not change the answer
        self._solver = z3.SolverFor("QF_FD", ctx=self._context)
        self._declared: dict[str, Any] = {}
        self._ready = False

    def name(self, name: str, condition: Condition, *, changed: bool = False) -> None:
        """Gives a condition a name. `changed`: as the second reading of a fact has it."""
        self._numbers[name] = len(self._names)
        self._names.append(name)
        self._sentences.name(f"q{self._numbers[name]}", condition, changed=changed)

    def check(self, holds: Iterable[str], fails: Iterable[str]) -> Facts | tuple[str, ...]:
        """Facts for which these hold and those fail, or the names that together exclude it."""
        if self.can(holds, fails):
            return self._facts()
        core = self._solver.unsat_core()
        found = {str(term.arg(0) if self._z3.is_not(term) else term) for term in core}
        return tuple(sorted(self._names[int(name[1:])] for name in found))

    def can(self, holds: Iterable[str], fails: Iterable[str]) -> bool:
        """Whether these can hold while those fail."""
        if not self._ready:
            self._solver.from_string(self._sentences.text())
            self._ready = True
        literals = [self._literal(name) for name in holds]
        literals += [self._z3.Not(self._literal(name)) for name in fails]
        decided = self._solver.check(*literals)
        if decided not in (self._z3.sat, self._z3.unsat):
            raise ProofFaultError(f"z3 did not decide: {self._solver.reason_unknown()}")
        return bool(decided == self._z3.sat)

    def _literal(self, name: str) -> Any:
        return self._z3.Bool(f"q{self._numbers[name]}", self._context)

    def twin_value(self, place: tuple[str, int, str]) -> Value:
        """What the second reading of a fact says, in the facts found last."""
        for number, value in enumerate(self._classes.of(place[0], place[2])):
            if self._is_so(class_name(place, number, changed=True)):
                return value
        raise LookupError(f"{place} has no second reading")

    def _facts(self) -> Facts:
        self._model = self._solver.model()
        records: dict[str, list[dict[str, Value]]] = {}
        for record, number in self._rows.items():
            rows: list[dict[str, Value]] = [
                {"no": row + 1} for row in range(number) if self._is_so(row_name(record, row))
            ]
            if rows:
                records[record] = rows
        subject: dict[str, Value] = {}
        for record, field in self._classes.values:
            if record == "subject":
                subject[field] = self._value(record, 0, field)
            for row, facts in enumerate(records.get(record, ())):
                facts[field] = self._value(record, row, field)
        return Facts(subject, records)

    def _is_so(self, name: str) -> bool:
        """Whether a proposition about facts holds in the facts found last. Only those that are
        looked at are read: there are many more."""
        z3, context = self._z3, self._model.ctx.ref()
        if name not in self._declared:
            self._declared[name] = z3.Bool(name[1:-1], self._context).decl()
        declared = self._declared[name]
        value = z3.Z3_model_get_const_interp(context, self._model.model, declared.ast)
        return bool(value) and z3.Z3_get_bool_value(context, value) == 1

    def _value(self, record: str, row: int, field: str) -> Value:
        values = self._classes.of(record, field)
        for number, value in enumerate(values):
            if self._is_so(class_name((record, row, field), number)):
                return value
        raise LookupError(f"{record}.{field} is in no class")
