"""What stands in the files: entries added, removed and changed, and which lines of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from enum import StrEnum
from typing import Any, NamedTuple

from pydantic import BaseModel

from engine.analysis.rulebook_difference.sides import Side, Sides
from engine.rulebook.resolve import resolve
from models.rulebook import (
    DatedValue,
    Floor,
    Frame,
    LadderStep,
    Parameter,
    Place,
    Precondition,
    Promise,
    Rule,
)

__all__ = ["Change", "EntryChange", "Line", "Section", "changes_of_entries", "plain_value"]

_NOT_A_LINE = frozenset({"id", "place", "node", "leads_to"})
ENTRIES = Rule | Parameter | Floor | Frame | LadderStep | Promise


class Section(StrEnum):
    """The kinds of entry of a rulebook."""

    RULES = "rules"
    PARAMETERS = "parameters"
    FLOORS = "floors"
    FRAMES = "frames"
    STEPS = "steps"
    PROMISES = "promises"


class Change(StrEnum):
    """What happened to an entry."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class Line(NamedTuple):
    """One line of an entry on both sides; None where there is no such line."""

    name: str
    before: Any
    after: Any


class EntryChange(NamedTuple):
    """One entry that is not the same on both sides."""

    section: Section
    id: str
    change: Change
    before: Any
    after: Any
    lines: tuple[Line, ...] = ()

    @property
    def places(self) -> tuple[Place | None, Place | None]:
        """Where it stands in the old and the new rulebook."""
        before, after = self.before, self.after
        return (
            None if before is None else before.place,
            None if after is None else after.place,
        )


def changes_of_entries(sides: Sides) -> tuple[EntryChange, ...]:
    """Every entry that differs, in order of section and id. On one day: of what is in force."""
    found: list[EntryChange] = []
    old, new = _entries(sides.old), _entries(sides.new)
    for key in sorted(old.keys() | new.keys(), key=lambda k: (list(Section).index(k[0]), *k[1:])):
        before, after = old.get(key), new.get(key)
        if before is None or after is None:
            change = Change.ADDED if before is None else Change.REMOVED
            found.append(EntryChange(key[0], key[1], change, before, after))
        elif lines := tuple(_changed_lines(before, after)):
            found.append(EntryChange(key[0], key[1], Change.CHANGED, before, after, lines))
    return tuple(found)


Key = tuple[Section, str, int]


def _entries(side: Side) -> dict[Key, ENTRIES]:
    """Every entry by its name; of several with one name each has its number."""
    book = side.read
    counted: Counter[tuple[Section, str]] = Counter()
    found: dict[Key, ENTRIES] = {}

    def put(section: Section, name: str, entry: ENTRIES) -> None:
        counted[section, name] += 1
        found[section, name, counted[section, name]] = entry

    resolved = None if side.on is None else resolve(book, as_of=side.on)
    for rule in (resolved or book).rules:
        put(Section.RULES, rule.id, rule)
    for parameter in book.parameters.values():
        if side.on is not None:
            value = [v for v in parameter.values if v.valid_from <= side.on][-1:]
            parameter = parameter.model_copy(update={"values": tuple(value)})  # noqa: PLW2901
        put(Section.PARAMETERS, parameter.id, parameter)
    for floor in book.floors:
        put(Section.FLOORS, floor.id, floor)
    for frame in (resolved or book).frames:
        put(Section.FRAMES, frame.id, frame)
    for step in (resolved or book).ladder:
        put(Section.STEPS, step.step.value, step)
    for promise in book.promises:
        put(Section.PROMISES, f"{promise.record}.{promise.field}", promise)
    return found


def _changed_lines(before: BaseModel, after: BaseModel) -> Iterator[Line]:
    old, new = dict(_lines(before)), dict(_lines(after))
    if isinstance(before, Parameter) and isinstance(after, Parameter):
        if len(before.values) == len(after.values) == 1:
            old |= {"value": before.values[0]}
            new |= {"value": after.values[0]}
        else:
            old |= {f"value from {value.valid_from}": value for value in before.values}
            new |= {f"value from {value.valid_from}": value for value in after.values}
    for name in dict.fromkeys([*old, *new]):
        one, other = old.get(name), new.get(name)
        if isinstance(one, DatedValue) and isinstance(other, DatedValue):
            yield from _changed_values(name, one, other)
        elif _raw(one) != _raw(other):
            yield Line(name, one, other)


def _lines(entry: BaseModel) -> Iterator[tuple[str, Any]]:
    """The lines of an entry by their names in the rule file, and those of its outcome and each of
    its preconditions."""
    for name in type(entry).model_fields:
        value = getattr(entry, name)
        if name in _NOT_A_LINE:
            continue
        if name == "then":
            yield "then", value.leads_to
            yield from _lines(value)
        elif name == "needs":
            for need in value:
                yield f"needs {need.id}", need
        elif name != "values":
            yield _FILE_NAMES.get(name, name.replace("_", " ")), value


_FILE_NAMES = {"valid_from": "from", "valid_until": "until"}


def _changed_values(name: str, before: DatedValue, after: DatedValue) -> Iterator[Line]:
    """Which lines changed of a parameter's value."""
    for field in DatedValue.model_fields:
        one, other = getattr(before, field), getattr(after, field)
        if _raw(one) != _raw(other):
            shown = "" if field == "value" else f": {_FILE_NAMES.get(field, field)}"
            yield Line(f"{name}{shown}", one, other)


def _raw(value: Any) -> Any:
    """A value without the places where it stands."""
    if isinstance(value, Precondition):
        return {name: _raw(part) for name, part in value if name not in _NOT_A_LINE}
    return value


def plain_value(value: Any) -> Any:
    """A line's value as plain data."""
    if isinstance(value, Precondition):
        return {name: plain_value(part) for name, part in value if name != "place"}
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, tuple):
        return [plain_value(item) for item in value]
    return value if value is None or isinstance(value, (bool, int)) else str(value)
