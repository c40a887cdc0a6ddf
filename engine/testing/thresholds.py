"""Where a rulebook draws its lines: the numbers, words, days and counts that its rules compare to.

Facts drawn on and just beside them show a rule's mistakes soonest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from engine.facts import vocabulary
from engine.rulebook.book import Rulebook
from engine.rulebook.program import program_of
from engine.rulebook.resolve import ResolvedRulebook, resolve
from models.conditions import AllOf, AnyOf, Comparison, Condition, Not, Quantified
from models.terms import Kind

__all__ = ["Thresholds", "around", "compared_in", "thresholds_of"]

_MOST_RECORDS = 8


@dataclass(frozen=True, eq=False)
class Thresholds:
    """What the rules of one day compare with, by (record, field); the subject is "subject".

    `days` are all numbers of days that a rule, an interval or a deadline counts with, and `most`
    the largest number of records of a kind that a rule asks for. `fields` are the fields tested,
    and `kinds` the kinds of subject that some rule is about.
    """

    numbers: Mapping[tuple[str, str], tuple[int, ...]]
    words: Mapping[tuple[str, str], tuple[str, ...]]
    days: tuple[int, ...]
    most: Mapping[str, int]
    fields: Mapping[str, tuple[str, ...]]
    kinds: tuple[Kind, ...]

    def around(self, record: str, field: str) -> tuple[int, ...]:
        """The field's own thresholds with the numbers just below and above each."""
        return around(self.numbers.get((record, field), ()))


def around(numbers: Iterable[int]) -> tuple[int, ...]:
    """Numbers with their neighbours, each once, in order."""
    return tuple(sorted({number + step for number in numbers for step in (-1, 0, 1)}))


_KNOWN: dict[str, Thresholds] = {}
_MOST_KNOWN = 32


def thresholds_of(book: Rulebook, *, as_of: date) -> Thresholds:
    """The thresholds of a rulebook as it stands on a day."""
    resolved = resolve(book, as_of=as_of)
    if resolved.content_hash not in _KNOWN:
        if len(_KNOWN) >= _MOST_KNOWN:
            _KNOWN.clear()
        _KNOWN[resolved.content_hash] = _read(resolved)
    return _KNOWN[resolved.content_hash]


def _read(resolved: ResolvedRulebook) -> Thresholds:
    numbers: dict[tuple[str, str], set[int]] = {}
    words: dict[tuple[str, str], set[str]] = {}
    most: dict[str, int] = {}
    fields: dict[str, set[str]] = {"subject": set()}
    items = tuple(program_of(resolved).items())
    for item in items:
        for record, node in _compared(item.condition, "subject", most):
            if vocabulary().find(record, node.field) is None:
                continue
            fields.setdefault(record, set()).add(node.field)
            for operand in node.operands:
                place = (record, node.field)
                if isinstance(operand, str):
                    words.setdefault(place, set()).add(operand)
                elif isinstance(operand, int) and not isinstance(operand, bool):
                    numbers.setdefault(place, set()).add(operand)
    return Thresholds(
        numbers={place: tuple(sorted(found)) for place, found in numbers.items()},
        words={place: tuple(sorted(found)) for place, found in words.items()},
        days=_days(resolved, numbers),
        most={record: min(count, _MOST_RECORDS) for record, count in most.items()},
        kinds=tuple(k for k in Kind if any(k in item.kinds for item in items)) or tuple(Kind),
        fields={record: tuple(sorted(names)) for record, names in fields.items()},
    )


def compared_in(condition: Condition) -> Iterator[tuple[str, Comparison]]:
    """Every comparison of a condition, with the record whose field it looks at."""
    return _compared(condition, "subject", {})


def _compared(
    condition: Condition, record: str, most: dict[str, int]
) -> Iterator[tuple[str, Comparison]]:
    match condition:
        case AllOf() | AnyOf():
            for part in condition.parts:
                yield from _compared(part, record, most)
        case Not():
            yield from _compared(condition.part, record, most)
        case Quantified():
            if isinstance(condition.count, int):
                most[condition.record] = max(condition.count, most.get(condition.record, 1))
            yield from _compared(condition.where, condition.record, most)
        case Comparison():
            yield record, condition
        case _:
            return


def _days(
    resolved: ResolvedRulebook, numbers: Mapping[tuple[str, str], Iterable[int]]
) -> tuple[int, ...]:
    """Ages that conditions name, and every value from now on of a parameter counted in days."""
    found = {
        number
        for (record, field), held in numbers.items()
        if _is_age(record, field)
        for number in held
    }
    for parameter in resolved.book.parameters.values():
        if parameter.unit == "days":
            for dated in parameter.values:
                if isinstance(dated.value, int) and not isinstance(dated.value, bool):
                    found.add(dated.value)
    return tuple(sorted(found))


@cache
def _is_age(record: str, field: str) -> bool:
    return field.endswith("_age_days") and vocabulary().find(record, field) is not None
