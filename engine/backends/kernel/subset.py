"""A program without what some outcomes do not need: less to work out, the same outcomes."""

from __future__ import annotations

from collections.abc import Collection

from engine.backends.kernel.layout import CATEGORY
from engine.rulebook.asked import comparisons_of, signals_of
from engine.rulebook.program import Item, Program

__all__ = ["subset"]

_SIGNALS, _COLOURS = 0, 1


def subset(program: Program, keys: Collection[str], *, category: bool = True) -> Program:
    """The items of these keys, with the signals and colours that they rest on.

    With `category` the proposed category stays as it is, too; without, it is only kept where some
    item tests it. Raises ValueError for a key that the program does not have.
    """
    unknown = set(keys) - {item.key for item in program.items()}
    if unknown:
        raise ValueError(f"the program has no item {', '.join(sorted(unknown))}")
    strata = [list(items) for _, items in program.strata]
    kept = [[item for item in items if item.key in keys] for items in strata]
    late = [item for items in kept[_COLOURS + 1 :] for item in items]
    if category or any(_tests_category(item) for item in late):
        kept[_COLOURS] = strata[_COLOURS]
    behind = [item for items in kept[_COLOURS:] for item in items]
    raised = {signal for item in behind for signal in signals_of(item.condition)}
    kept[_SIGNALS] = [
        item for item in strata[_SIGNALS] if item.key in keys or item.raises_signal in raised
    ]
    return Program(
        strata=tuple(
            (stratum, tuple(items))
            for (stratum, _), items in zip(program.strata, kept, strict=True)
        ),
        content_hash=program.content_hash,
    )


def _tests_category(item: Item) -> bool:
    return any(
        comparison.field == CATEGORY
        for record, comparison in comparisons_of(item.condition)
        if record == "subject"
    )
