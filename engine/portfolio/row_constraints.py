"""Which values of a row may stand together, found by asking its model about every combination."""

from __future__ import annotations

from functools import cache
from itertools import product
from typing import Any, NamedTuple

from pydantic import ValidationError

from engine.facts.introspection import fields_of, is_optional
from engine.portfolio.sheets import EARLIEST_DAY, CellType, ColumnSpec, sheet_spec
from models.facts.dossier import RECORD_MODELS
from models.facts.fields import FactModel

__all__ = ["Allowed", "allowed_together"]

_MOST_NUMBERS = 20


class Allowed(NamedTuple):
    """For each combination of words and flags, the numbers (None: left empty) beside them."""

    number: str
    rows: tuple[tuple[tuple[tuple[str, Any], ...], frozenset[int | None]], ...]


@cache
def allowed_together(model: type[FactModel]) -> Allowed | None:
    """What a model asks of several fields at once; None if it asks nothing of that sort.

    A model that does has one small number and some words and flags which its rule is about.
    """
    if not model.__pydantic_decorators__.model_validators:
        return None
    key = next(key for key, found in RECORD_MODELS.items() if found is model)
    columns = sheet_spec(key).columns
    closed = [c for c in columns if c.cell in (CellType.WORD, CellType.FLAG) and not c.required]
    (number,) = (c for c in columns if c.name != "no" and c.cell is CellType.INTEGER)
    numbers = _numbers(model, number)
    others = {c.name: _any_value(c) for c in columns if c.required or c.name == "no"}
    rows = []
    for chosen in product(*map(_words, closed)):
        words = tuple(zip([column.name for column in closed], chosen, strict=True))
        fitting = frozenset(
            n for n in numbers if _fits(model, others | dict(words) | {number.name: n})
        )
        if fitting:
            rows.append((words, fitting))
    return Allowed(number.name, tuple(rows))


def _numbers(model: type[FactModel], number: ColumnSpec) -> list[int | None]:
    if number.low is None or number.high is None or number.high - number.low > _MOST_NUMBERS:
        raise TypeError(f"too many values of '{number.name}' to try each")
    found: list[int | None] = list(range(number.low, number.high + 1))
    return [None, *found] if is_optional(fields_of(model)[number.name]) else found


def _words(column: ColumnSpec) -> list[Any]:
    return [False, True] if column.enum is None else list(column.enum)


def _any_value(column: ColumnSpec) -> Any:
    """A value that the field takes by itself, whatever stands beside it."""
    if column.cell is CellType.DATE:
        return EARLIEST_DAY
    if column.cell is CellType.INTEGER:
        return column.low
    return "ST-1" if column.pattern is not None else "any"


def _fits(model: type[FactModel], values: dict[str, Any]) -> bool:
    try:
        model(**values)
    except ValidationError:
        return False
    return True
