"""From the lines of a rule file to the condition language (`rules/README.md` is the grammar)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from engine.rulebook.documents import Document
from engine.rulebook.problems import RulebookProblem, said
from models.conditions import (
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    Not,
    Operand,
    Operator,
    ParameterRef,
    Quantified,
    SignalHeld,
)

__all__ = ["TESTS", "ConditionReader", "read_operand"]

Path = tuple[str | int, ...]

_QUANTIFIER = re.compile(r"^(any|no|at_least_(?P<count>\d+)|(?P<number>number_of))_(?P<record>.+)$")
TESTS = {
    "at_least": Operator.AT_LEAST,
    "at_most": Operator.AT_MOST,
    "is": Operator.IS,
    "is_one_of": Operator.IS_ONE_OF,
}


def read_operand(value: Any) -> Operand | None:
    """A literal, or `parameter NAME`; None if it is neither."""
    if isinstance(value, str) and value.startswith("parameter "):
        return ParameterRef(parameter=value.removeprefix("parameter ").strip())
    return value if isinstance(value, (bool, int, str)) else None


class ConditionReader:
    """Reads the conditions of one document and gathers what is wrong with their form."""

    def __init__(self, document: Document, problems: list[RulebookProblem]) -> None:
        self._document = document
        self._problems = problems

    def _wrong(self, path: Path, sentence: str, /, **blanks: object) -> None:
        what = said(f"grammar.{sentence}", **blanks)
        self._problems.append(RulebookProblem(self._document.place_of(path), what))

    def read(self, data: Any, path: Path) -> Condition:
        """A condition about a subject. What is malformed becomes a problem, and never holds."""
        return self._conjunction(data, path, inside_record=False)

    def _conjunction(self, data: Any, path: Path, *, inside_record: bool) -> Condition:
        if not isinstance(data, dict) or not data:
            self._wrong(path, "no_condition")
            return AnyOf(parts=())
        parts = [
            part
            for key, value in data.items()
            for part in self._line(key, value, (*path, key), inside_record=inside_record)
        ]
        return parts[0] if len(parts) == 1 else AllOf(parts=tuple(parts))

    def _line(
        self, key: str, value: Any, path: Path, *, inside_record: bool
    ) -> Iterator[Condition]:
        if key in ("all_of", "any_of"):
            parts = self._parts(value, path, inside_record=inside_record)
            yield AllOf(parts=parts) if key == "all_of" else AnyOf(parts=parts)
        elif key == "not":
            yield Not(part=self._conjunction(value, path, inside_record=inside_record))
        elif not inside_record and key == "signal":
            yield self._signal(value, path)
        elif not inside_record and (match := _QUANTIFIER.match(key)):
            yield from self._quantified(match, value, path)
        else:
            yield from self._tests(key, value, path)

    def _parts(self, data: Any, path: Path, *, inside_record: bool) -> tuple[Condition, ...]:
        if not isinstance(data, list) or not data:
            self._wrong(path, "no_conditions")
            return ()
        return tuple(
            self._conjunction(item, (*path, i), inside_record=inside_record)
            for i, item in enumerate(data)
        )

    def _signal(self, value: Any, path: Path) -> Condition:
        names = value if isinstance(value, list) else [value]
        if not names or not all(isinstance(name, str) for name in names):
            self._wrong(path, "no_signal")
            return AnyOf(parts=())
        held = tuple(SignalHeld(signal=name) for name in names)
        return held[0] if len(held) == 1 else AnyOf(parts=held)

    def _quantified(self, match: re.Match[str], value: Any, path: Path) -> Iterator[Condition]:
        record = match["record"]
        if match["number"]:
            yield from self._counted(record, value, path)
            return
        where = self._where(value, path)
        if path[-1] == f"no_{record}":
            yield Quantified(quantifier="none", record=record, where=where)
        else:
            count = int(match["count"] or 1)
            if count < 1:
                self._wrong(path, "at_least_0")
            yield Quantified(quantifier="at_least", count=max(count, 1), record=record, where=where)

    def _counted(self, record: str, value: Any, path: Path) -> Iterator[Condition]:
        operand = read_operand(value.get("at_least")) if isinstance(value, dict) else None
        if isinstance(operand, bool | str) or operand is None or set(value) - {"at_least", "where"}:
            self._wrong(path, "number_of")
            return
        where = self._where(value.get("where", {}), (*path, "where"))
        yield Quantified(quantifier="at_least", count=operand, record=record, where=where)

    def _where(self, value: Any, path: Path) -> Condition:
        if value in ({}, None):
            return AllOf(parts=())
        return self._conjunction(value, path, inside_record=True)

    def _tests(self, field: str, value: Any, path: Path) -> Iterator[Condition]:
        if value in ("known", "unknown"):
            operator = Operator.IS_KNOWN if value == "known" else Operator.IS_UNKNOWN
            yield Comparison(field=field, operator=operator)
        elif isinstance(value, dict):
            if not value or set(value) - set(TESTS):
                self._wrong(path, "no_test", field=field)
            for key, operand in value.items():
                if key in TESTS:
                    yield from self._comparison(field, TESTS[key], operand, (*path, key))
        elif isinstance(value, list):
            yield from self._comparison(field, Operator.IS_ONE_OF, value, path)
        else:
            yield from self._comparison(field, Operator.IS, value, path)

    def _comparison(
        self, field: str, operator: Operator, value: Any, path: Path
    ) -> Iterator[Condition]:
        values = value if isinstance(value, list) else [value]
        operands = [read_operand(item) for item in values]
        if (
            not operands
            or None in operands
            or (isinstance(value, list) and operator is not Operator.IS_ONE_OF)
        ):
            self._wrong(path, "no_operand", field=field)
            yield AnyOf(parts=())
            return
        yield Comparison(
            field=field, operator=operator, operands=tuple(o for o in operands if o is not None)
        )
