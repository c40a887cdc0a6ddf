"""Where each fact of a subject stands in a row of numbers.

A row holds the subject's kind, a person's colour, the fields of the subject that some rule tests,
and for each kind of record that some rule counts a number of records and room for them.

An unknown fact is `UNKNOWN`; a flag is 0 or 1; a word is its code; the day that an age is counted
from is `date.toordinal()`, so that a row stays true as time goes by. Flags and numbers that depend
on the day in another way (is it open, is it the latest) are as they were when the row was filled.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine.backends.kernel.columns import Columns, Held, columns_of
from engine.facts import vocabulary
from engine.rulebook.asked import comparisons_of
from engine.rulebook.problems import SaidError, said
from engine.rulebook.program import Program
from models.terms import Kind

__all__ = [
    "CATEGORY",
    "OTHER_WORD",
    "UNKNOWN",
    "KernelLayout",
    "RecordBlock",
    "UnknownCodeError",
    "kernel_layout",
]

UNKNOWN = -(2**31)
"""Stands for a fact that nobody knows."""
OTHER_WORD = 0
"""The code of every word that no rule tells from another."""
CATEGORY = "category"
"""The field of the last strata: the category in force, which stands in no row."""
_KIND, _OVERRIDE, _FIRST_FIELD = 0, 1, 2
_SUBJECT = "subject"


class UnknownCodeError(SaidError, LookupError):
    """A word was asked for that has no code in this layout."""

    def __init__(self, word: str) -> None:
        super().__init__(said("kernel.no_code", word=word))


@dataclass(frozen=True)
class RecordBlock:
    """Room for one kind of record: record `r` begins at `first + r * stride`.

    `fields` gives each field's offset within a record; those in `days` are stored as days.
    """

    count_index: int
    first: int
    stride: int
    capacity: int
    fields: Mapping[str, int]
    days: frozenset[int]


@dataclass(frozen=True)
class KernelLayout:
    """Where facts stand in a row. `days` are the subject's columns that are stored as days.

    `override_index` holds the rank of a person's colour, or UNKNOWN; `kind_index` the code of the
    subject's kind, which rules also test as its field `kind`.
    """

    width: int
    subject: Mapping[str, int]
    days: frozenset[int]
    records: Mapping[str, RecordBlock]
    words: Mapping[str, int]
    columns: Columns
    kind_index: int = _KIND
    override_index: int = _OVERRIDE

    def code(self, word: str) -> int:
        """The number that stands for a word. Raises UnknownCodeError for one without."""
        try:
            return self.words[word]
        except KeyError:
            raise UnknownCodeError(word) from None

    def word(self, code: int) -> str:
        """The word behind a code, or nothing if rules do not tell it from others."""
        return next((word for word, number in self.words.items() if number == code), "")

    @property
    def capacity(self) -> dict[str, int]:
        """How many records of each kind have room."""
        return {record: block.capacity for record, block in self.records.items()}


def kernel_layout(
    program: Program, *, capacity: Mapping[str, int], words: Iterable[str] = ()
) -> KernelLayout:
    """The row that holds all that a program tests, with room for `capacity` records of each kind.

    Codes are those of all closed sets of words, of the words that rules name, and of `words`
    (those of registers, say), in the order of the alphabet. Raises ValueError if a kind of record
    has no capacity, or less than none.
    """
    columns = columns_of(program)
    needed = sorted(program.record_kinds())
    missing = [record for record in needed if capacity.get(record, -1) < 0]
    if missing:
        raise ValueError(f"no capacity is given for records of {', '.join(missing)}")
    names = sorted(program.fields_of(_SUBJECT) - {"kind", CATEGORY})
    subject = {name: index for index, name in enumerate(names, start=_FIRST_FIELD)}
    next_index = _FIRST_FIELD + len(names)
    count_index = {record: next_index + number for number, record in enumerate(needed)}
    next_index += len(needed)
    records: dict[str, RecordBlock] = {}
    for record in needed:
        fields = {name: n for n, name in enumerate(sorted(program.fields_of(record)))}
        room = capacity[record]
        records[record] = RecordBlock(
            count_index=count_index[record],
            first=next_index,
            stride=len(fields),
            capacity=room,
            fields=fields,
            days=_days(columns, record, fields),
        )
        next_index += len(fields) * room
    return KernelLayout(
        width=next_index,
        subject={"kind": _KIND, **subject},
        days=_days(columns, _SUBJECT, subject),
        records=records,
        words=_codes(program, words),
        columns=columns,
    )


def _days(columns: Columns, record: str, fields: Mapping[str, int]) -> frozenset[int]:
    return frozenset(place for name, place in fields.items() if columns[record, name] is Held.DAY)


def _codes(program: Program, further: Iterable[str]) -> dict[str, int]:
    known = {str(kind) for kind in Kind} | set(further)
    for fields in vocabulary().fields.values():
        known |= {word for spec in fields.values() for word in spec.words}
    for item in program.items():
        for _, comparison in comparisons_of(item.condition):
            known |= {str(word) for word in comparison.operands if isinstance(word, str)}
    return {word: code for code, word in enumerate(sorted(known), start=OTHER_WORD + 1)}
