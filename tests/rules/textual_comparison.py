"""How dmn-check compares the rules of a decision table: by the text of their cells.

After the validators for conflicting and for duplicate rules of red6/dmn-check (Apache-2.0), said
again in a few lines: rules of which all input cells read the same are one group, and a group with
more than one reading of inputs and outputs together is a conflict; a rule whose inputs and outputs
both read as an earlier rule's is a duplicate.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

__all__ = ["Row", "conflicts", "duplicates"]


class Row(NamedTuple):
    """A rule of a decision table: the text of its input and of its output cells."""

    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]


def conflicts(table: Sequence[Row]) -> list[tuple[str, ...]]:
    """The groups of rules with the same inputs and not the same outputs, by their text."""
    groups: dict[tuple[str, ...], dict[str, str]] = {}
    for row in table:
        readings = groups.setdefault(row.inputs, {})
        readings.setdefault("".join((*row.inputs, *row.outputs)), row.name)
    return [tuple(readings.values()) for readings in groups.values() if len(readings) > 1]


def duplicates(table: Sequence[Row]) -> list[str]:
    """The rules that read as an earlier one does."""
    read: set[tuple[tuple[str, ...], tuple[str, ...]]] = set()
    found = []
    for row in table:
        if (row.inputs, row.outputs) in read:
            found.append(row.name)
        read.add((row.inputs, row.outputs))
    return found
