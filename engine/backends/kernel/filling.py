"""Facts laid out in rows of numbers. Nothing is dropped, cut off or rounded: what does not fit is
refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.backends.kernel.columns import Held
from engine.backends.kernel.layout import OTHER_WORD, UNKNOWN, KernelLayout, RecordBlock
from engine.facts import View
from engine.rulebook.problems import Said, SaidError, said
from engine.rulebook.program import Program
from models.terms import Colour

__all__ = ["Case", "DoesNotFitError", "Row", "Rows", "fill", "fill_all", "most_records"]

Case: TypeAlias = tuple[View, Colour | None]
"""A subject's facts on the day, and a person's colour where one holds."""
Row: TypeAlias = NDArray[np.int32]
Rows: TypeAlias = NDArray[np.int32]
"""A row for each subject."""

_LARGEST = 2**31 - 1
_SUBJECT = "subject"


class DoesNotFitError(SaidError):
    """A subject's facts do not fit the rows. Says which subject and field, never the fact."""

    def __init__(self, subject_id: str, why: Said) -> None:
        self.subject_id = subject_id
        super().__init__(said("kernel.does_not_fit", id=subject_id, why=why))


class _Misfit(Exception):  # noqa: N818 - says what is the case
    """A fact does not fit; whose it is, is added later."""

    def __init__(self, why: Said) -> None:
        self.why = why
        super().__init__(why)


def most_records(program: Program, views: Iterable[View]) -> dict[str, int]:
    """The most records of each kind that some view has, of the kinds a program looks at: the
    capacity that just holds them all."""
    most = dict.fromkeys(sorted(program.record_kinds()), 0)
    for view in views:
        for record, rows in view.records.items():
            if record in most:
                most[record] = max(most[record], len(rows))
    return most


def fill(layout: KernelLayout, view: View, override: Colour | None, as_of: date) -> Row:
    """The row of one subject. Raises DoesNotFitError."""
    row: Row = fill_all(layout, [(view, override)], as_of)[0]
    return row


def fill_all(layout: KernelLayout, cases: Sequence[Case], as_of: date) -> Rows:
    """The rows of many subjects, in the order given. Raises DoesNotFitError."""
    rows = np.full((len(cases), layout.width), UNKNOWN, dtype=np.int32)
    filler = _Filler(layout, as_of.toordinal())
    for row, (view, override) in zip(rows, cases, strict=True):
        values = filler.values(view, override)
        row[list(values)] = list(values.values())
    return rows


class _Plan(NamedTuple):
    """Which fields of a record, or of the subject, go where, and as what."""

    record: str
    fields: tuple[tuple[str, int, Held], ...]


class _Filler:
    """Turns facts to numbers for one layout and day."""

    def __init__(self, layout: KernelLayout, today: int) -> None:
        self._layout = layout
        self._today = today
        self._subject = self._plan(_SUBJECT, layout.subject)
        self._records = {
            record: (block, self._plan(record, block.fields))
            for record, block in layout.records.items()
        }

    def _plan(self, record: str, fields: Mapping[str, int]) -> _Plan:
        return _Plan(
            record,
            tuple(
                (name, place, self._layout.columns[record, name])
                for name, place in fields.items()
                if (record, name) != (_SUBJECT, "kind")
            ),
        )

    def values(self, view: View, override: Colour | None) -> dict[int, int]:
        """The numbers that are known, by their index in the row."""
        layout = self._layout
        try:
            found = self._numbers(self._subject, view.subject, 0)
            if view.subject.get("kind") != view.kind:
                raise _Misfit(said("kernel.other_kind"))
            found[layout.kind_index] = layout.code(view.kind)
            if override is not None:
                found[layout.override_index] = override.rank
            for record, (block, plan) in self._records.items():
                rows = view.records.get(record, ())
                _check_room(record, block, len(rows))
                found[block.count_index] = len(rows)
                for number, row in enumerate(rows):
                    found |= self._numbers(plan, row, block.first + number * block.stride)
        except _Misfit as error:
            raise DoesNotFitError(view.subject_id, error.why) from None
        return found

    def _numbers(self, plan: _Plan, facts: Mapping[str, Any], first: int) -> dict[int, int]:
        found: dict[int, int] = {}
        for name, place, held in plan.fields:
            fact = facts.get(name)
            if fact is None:
                continue
            value = self._number(fact, held)
            if value is None:
                code = "kernel.no_word" if held is Held.WORD else "kernel.no_number"
                raise _Misfit(said(code, record=plan.record, field=name))
            if not UNKNOWN < value <= _LARGEST:
                raise _Misfit(said("kernel.too_large", record=plan.record, field=name))
            found[first + place] = value
        return found

    def _number(self, fact: object, held: Held) -> int | None:
        """The number that stands for a fact; None if it is not what rules expect."""
        if held is Held.WORD:
            return self._layout.words.get(fact, OTHER_WORD) if isinstance(fact, str) else None
        if not isinstance(fact, int):
            return None
        return self._today - fact if held is Held.DAY else int(fact)


def _check_room(record: str, block: RecordBlock, count: int) -> None:
    if count > block.capacity:
        raise _Misfit(said("kernel.too_many", record=record, count=count, capacity=block.capacity))
