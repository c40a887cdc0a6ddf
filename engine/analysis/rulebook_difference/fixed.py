"""Answers that rest on numbers and dates alone, and not on facts: compared as they stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from engine.analysis.rulebook_difference.levels import What
from engine.rulebook.needed_numbers import PLANNER_PARAMETERS
from engine.rulebook.resolve import ResolvedRulebook
from models.rulebook import Frame, ProposalOutcome
from models.terms import Kind

__all__ = ["Fixed", "Stands", "fixed_of"]

_NO_MEANING = {"title", "basis", "sources", "place", "valid_from", "valid_until"}
LOWER, HIGHER, NONE = -1, 1, 0


class Stands(NamedTuple):
    """A line of an answer on both sides. `stricter` says which way it grows stricter: -1 if a
    lower number is, 1 if a higher one is, 0 if neither."""

    name: str
    before: Any
    after: Any
    stricter: int = NONE

    @property
    def direction(self) -> int:
        """1: stricter, -1: milder, 0: neither is said. What is not there is the mildest."""
        if not self.stricter:
            return 0
        if self.before is None or self.after is None:
            return 1 if self.before is None else -1
        return self.stricter if self.after > self.before else -self.stricter


class Fixed(NamedTuple):
    """An answer that does not rest on facts; `lines` are those that differ."""

    what: What
    of: str
    kind: Kind | None
    lines: tuple[Stands, ...]


def fixed_of(old: ResolvedRulebook, new: ResolvedRulebook) -> Iterator[Fixed]:
    """Floors, draws, the ladder, the numbers the engine reads, and the registers."""
    for kind in Kind:
        yield Fixed(What.FLOOR, "", kind, _differing(_floors(old, kind), _floors(new, kind), LOWER))
        yield Fixed(What.LADDER, "", kind, _differing(_ladder(old, kind), _ladder(new, kind)))
    frames = [{frame.id: frame for frame in side.frames} for side in (old, new)]
    for name in sorted({*frames[0], *frames[1]}):
        yield Fixed(What.DRAW, name, None, _draws(old, new, *(side.get(name) for side in frames)))
    yield Fixed(What.NUMBERS, "", None, _differing(_numbers(old), _numbers(new)))
    yield Fixed(What.REGISTERS, "", None, _differing(_registers(old), _registers(new)))


def _differing(
    old: Mapping[str, Any], new: Mapping[str, Any], stricter: int = NONE
) -> tuple[Stands, ...]:
    return tuple(
        Stands(name, old.get(name), new.get(name), stricter)
        for name in sorted(old.keys() | new.keys())
        if old.get(name) != new.get(name)
    )


def _floors(resolved: ResolvedRulebook, kind: Kind) -> dict[str, int]:
    """The shortest lawful interval, by whether it holds for each department."""
    found: dict[str, int] = {}
    for floor in resolved.floors:
        days = resolved.days(floor.interval_days)
        if kind in floor.applies_to and days is not None:
            name = "each department" if floor.each_department else "interval days"
            found[name] = min(days, found.get(name, days))
    return found


def _ladder(resolved: ResolvedRulebook, kind: Kind) -> dict[str, Any]:
    """What the steps themselves demand, and how long what is proposed may run."""
    found: dict[str, Any] = {}
    for step in resolved.ladder:
        if kind in step.applies_to:
            name = step.step.value
            found[f"{name}: nature"] = step.nature.value
            found[f"{name}: follows"] = ", ".join(sorted(before.value for before in step.follows))
            found[f"{name}: warned by"] = step.warned_by and step.warned_by.value
            found[f"{name}: longest days"] = resolved.days(step.longest_days)
            found[f"{name}: stands days"] = resolved.days(step.stands_days)
    for rule in resolved.rules:
        if kind in rule.applies_to and isinstance(rule.then, ProposalOutcome):
            name = f"{rule.then.step.value}: at most days"
            days = resolved.days(rule.then.at_most_days)
            if days is not None:
                found[name] = min(days, found.get(name, days))
    return found


def _draws(
    old: ResolvedRulebook, new: ResolvedRulebook, before: Frame | None, after: Frame | None
) -> tuple[Stands, ...]:
    """What is drawn from a frame; that it comes or goes is said of who is in it."""
    if before is None or after is None:
        return ()
    lines = []
    for name, stricter in _DRAWN.items():
        one, other = getattr(before, name), getattr(after, name)
        if name in _MAY_BE_PARAMETERS:
            one, other = old.value(one), new.value(other)
        if one != other:
            lines.append(Stands(name.replace("_", " "), one, other, stricter))
    return tuple(lines)


_DRAWN = {
    "share_percent": HIGHER,
    "at_least_per_stratum": HIGHER,
    "at_most_minutes": NONE,
    "theme": NONE,
    "notice": NONE,
    "strata": NONE,
    "methods": NONE,
    "hear": NONE,
}
_MAY_BE_PARAMETERS = frozenset({"share_percent", "at_least_per_stratum", "at_most_minutes"})


def _numbers(resolved: ResolvedRulebook) -> dict[str, Any]:
    """The numbers and flags that the engine reads by itself."""
    used = resolved.parameters
    return {name: used[name].value for name in sorted(PLANNER_PARAMETERS & used.keys())}


def _registers(resolved: ResolvedRulebook) -> dict[str, Any]:
    """Every register's lines in force, without words for people."""
    registers = resolved.book.registers
    return {
        f"{name}: {line.word}": line.model_dump(mode="json", exclude=_NO_MEANING)
        for name in type(registers).model_fields
        for line in getattr(registers, name)
        if line.holds_on(resolved.as_of)
    }
