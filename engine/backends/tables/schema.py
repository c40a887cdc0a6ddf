"""The fact tables that rules are read over: one of all subjects, one of each kind of record.

They hold facts as rules see them on the evaluation day (ages in days, derived fields), one column
for each field that the program tests, empty where a fact is unknown or has no place with that kind
of subject.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from engine.facts import ValueType, vocabulary
from engine.rulebook.program import Program

__all__ = ["KIND", "OVERRIDE", "SUBJECT", "SUBJECT_ID", "FactTable", "fact_tables"]

SUBJECT = "subject"
SUBJECT_ID = "subject_id"
OVERRIDE = "override"
"""The subject's column with the colour that a person has set and that still holds."""
_CATEGORY = "category"
KIND = "kind"


class FactTable(NamedTuple):
    """A table's name and the type of each of its fields. `subject_id` comes before them; in the
    table of subjects it is unique, and `override` stands beside it."""

    name: str
    fields: dict[str, ValueType]


def _fields(record: str, names: frozenset[str]) -> dict[str, ValueType]:
    found = ((name, vocabulary().find(record, name)) for name in sorted(names))
    return {name: spec.value_type for name, spec in found if spec is not None}


def fact_tables(
    program: Program, more: Mapping[str, Mapping[str, ValueType]] | None = None
) -> dict[str, FactTable]:
    """The tables a program reads, by name: the subjects first, then records in order of name;
    with `more` fields, by record, than the program tests.

    The category is no fact: rules of the last strata see what those before have found.
    """
    more = more or {}
    found = {}
    for record in (SUBJECT, *sorted(program.record_kinds() | more.keys() - {SUBJECT})):
        tested = program.fields_of(record)
        if record == SUBJECT:
            tested = tested - {_CATEGORY} | {KIND}
        fields = _fields(record, tested) | dict(more.get(record, {}))
        found[record] = FactTable(record, {name: fields[name] for name in sorted(fields)})
    return found
