"""Rows of a database's tables as the reader of facts takes them: named by their keys, words exact.

People write words in their own way; a database holds those of its schema, for its own queries must
understand them too. Whatever else may be wrong is found as in files.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from engine.portfolio.incoming import Collector, RawTable
from engine.portfolio.problems import CellError, PlaceKind, Problem, Where, shown
from engine.portfolio.register_index import RegisterIndex
from engine.portfolio.sheets import SUBJECT_SHEETS, CellType, ColumnSpec, sheet_spec

__all__ = ["StoredRows", "report_without_row"]

Cells = Sequence[Any]
Blocked = dict[int, list[tuple[int | None, CellError]]]


class _KeyedRow(int):
    """A row by its place among the others, which is said by its key: `PF-01042/2`."""

    key: str

    def __new__(cls, place: int, key: str) -> _KeyedRow:
        row = super().__new__(cls, place)
        row.key = key
        return row

    def __reduce__(self) -> tuple[Any, ...]:
        return _KeyedRow, (int(self), self.key)

    def __str__(self) -> str:
        return self.key

    def __format__(self, form: str) -> str:
        return format(self.key, form)


class StoredRows:
    """Makes tables for the reader of facts, and a checksum over all rows that went through."""

    def __init__(self, schema: str, sink: Collector, index: RegisterIndex) -> None:
        self._schema = schema
        self._sink = sink
        self._index = index
        self._digest = hashlib.sha256()

    @property
    def checksum(self) -> str:
        """SHA-256 over the rows read, table by table, in order of their keys."""
        return self._digest.hexdigest()

    def table(self, key: str, rows: Iterable[Cells], *, order: int) -> RawTable:
        """One table; its cells stand in the order of the sheet's columns, its rows by key."""
        where = Where(PlaceKind.TABLE, f"{self._schema}.{key}", order)
        blocked: Blocked = {}
        return RawTable(where, key, self._numbered(key, rows, blocked), blocked)

    def _numbered(
        self, key: str, rows: Iterable[Cells], blocked: Blocked
    ) -> Iterator[tuple[int, Cells]]:
        spec = sheet_spec(key)
        exact = [
            (position, check)
            for position, column in enumerate(spec.columns)
            if (check := self._check(column)) is not None
        ]
        self._digest.update(f"{key}\0".encode())
        yield 0, [column.name for column in spec.columns]
        for place, cells in enumerate(rows, start=1):
            line = json.dumps(list(cells), ensure_ascii=False, default=str)
            self._digest.update(f"{line}\n".encode())
            number = _KeyedRow(place, "/".join(_said(cell) for cell in cells[: 1 + spec.numbered]))
            wrong: list[tuple[int | None, CellError]] = []
            for position, check in exact:
                error = check(cells[position])
                if error is not None:
                    wrong.append((position, error))
            if wrong:
                blocked[number] = wrong
            yield number, cells

    def _check(self, column: ColumnSpec) -> Callable[[Any], CellError | None] | None:
        if column.name == "no":
            return lambda value: CellError("empty") if value is None else None
        if column.enum is not None:
            words = [str(word.value) for word in column.enum]
            return _exact(frozenset(words), lambda value: _inexact(value, words))
        if column.cell is CellType.REGISTER and column.register is not None:
            register = column.register
            known = frozenset(self._index.entries(register))
            single = _exact(known, lambda value: self._inexact_word(register, value))
            return _each(single) if column.many else single
        return None

    def _inexact_word(self, register: str, value: str) -> CellError | None:
        """None where the reader of files has more to say of it."""
        meant = self._index.find(register, value)
        return None if meant is None else _inexact(value, [meant])


def _said(cell: object) -> str:
    return "?" if cell is None else shown(cell)


def _inexact(value: str, allowed: list[str]) -> CellError:
    return CellError("word_inexact", value=shown(value), allowed=", ".join(allowed))


def _exact(
    known: frozenset[str], refusal: Callable[[str], CellError | None]
) -> Callable[[Any], CellError | None]:
    def check(value: Any) -> CellError | None:
        return None if value is None or value in known else refusal(str(value))

    return check


def _each(single: Callable[[Any], CellError | None]) -> Callable[[Any], CellError | None]:
    def check(value: Any) -> CellError | None:
        return next((error for part in value or () if (error := single(part))), None)

    return check


def report_without_row(ids: Iterable[str], schema: str, sink: Collector) -> None:
    """Ids that are registered, while no table of their kind says anything of them."""
    where = Where(PlaceKind.TABLE, f"{schema}.subject", -1)
    values = (("sheets", ", ".join(SUBJECT_SHEETS)),)
    for place, subject_id in enumerate(ids, start=1):
        row = _KeyedRow(place, shown(subject_id))
        sink.add(
            Problem(where, "no_facts_of_id", row, "subject_id", "subject_id", subject_id, values)
        )
