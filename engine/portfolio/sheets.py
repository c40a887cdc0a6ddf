"""The columns of every sheet, worked out from the fact models; nothing is listed twice."""

from __future__ import annotations

import typing
from collections.abc import Iterator
from datetime import date
from enum import Enum, StrEnum
from functools import cache
from typing import Any, NamedTuple

from annotated_types import Ge, Le, MaxLen, MinLen

from engine.facts.introspection import fields_of, unwrap
from models.facts.dossier import RECORD_MODELS, SUBJECT_MODELS
from models.facts.fields import FactModel, RegisterWord
from models.terms import Kind

__all__ = [
    "EARLIEST_DAY",
    "LAST_DAY",
    "RECORD_SHEETS",
    "SHEETS",
    "SUBJECT_SHEETS",
    "CellType",
    "ColumnSpec",
    "SheetSpec",
    "column_names",
    "sheet_spec",
]

EARLIEST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
"""Days outside these are slips, or stand for "never"; no deadline can be reckoned from them."""
SUBJECT_SHEETS: tuple[str, ...] = tuple(kind.value for kind in SUBJECT_MODELS)
RECORD_SHEETS: tuple[str, ...] = tuple(RECORD_MODELS)
SHEETS: tuple[str, ...] = SUBJECT_SHEETS + RECORD_SHEETS
"""Every sheet of a portfolio, by the word for its kind of subject or record."""


class CellType(StrEnum):
    """What a cell holds."""

    TEXT = "text"
    INTEGER = "integer"
    FLAG = "flag"
    DATE = "date"
    WORD = "word"
    REGISTER = "register"


class ColumnSpec(NamedTuple):
    """One column. `many` cells hold several words separated by semicolons.

    `low` and `high` bound a number; of a text `high` is the most signs it may have, `shortest` the
    fewest. An empty cell of a column that is not required means `default`.
    """

    name: str
    cell: CellType
    required: bool
    many: bool = False
    enum: type[Enum] | None = None
    register: str | None = None
    low: int | None = None
    high: int | None = None
    shortest: int | None = None
    pattern: str | None = None
    default: Any = None


class SheetSpec(NamedTuple):
    """One sheet: its key (`concern`, `foster_family`), the model of a row, its columns."""

    key: str
    model: type[FactModel]
    kind: Kind | None
    columns: tuple[ColumnSpec, ...]

    @property
    def numbered(self) -> bool:
        """Whether its rows are records, which carry a number within their subject."""
        return self.kind is None

    def column(self, name: str) -> ColumnSpec:
        """The column of a field."""
        return next(column for column in self.columns if column.name == name)


def _parts(metadata: list[object]) -> Iterator[object]:
    for item in metadata:
        yield item
        yield from getattr(item, "metadata", ())


def _column(model: type[FactModel], name: str, annotation: object) -> ColumnSpec:
    plain, metadata = unwrap(annotation)
    many = typing.get_origin(plain) is tuple
    if many:
        plain, inner = unwrap(typing.get_args(plain)[0])
        metadata += inner
    low = high = shortest = None
    register = pattern = None
    for part in _parts(metadata):
        if isinstance(part, Ge):
            low = typing.cast(int, part.ge)
        elif isinstance(part, Le):
            high = typing.cast(int, part.le)
        elif isinstance(part, MaxLen):
            high = part.max_length
        elif isinstance(part, MinLen):
            shortest = part.min_length
        elif isinstance(part, RegisterWord):
            register = part.register
        else:
            pattern = getattr(part, "pattern", pattern)
    enum = plain if isinstance(plain, type) and issubclass(plain, Enum) else None
    if register is not None:
        cell = CellType.REGISTER
    elif enum is not None:
        cell = CellType.WORD
    else:
        cell = {bool: CellType.FLAG, int: CellType.INTEGER, date: CellType.DATE}.get(
            plain, CellType.TEXT
        )
    field = model.model_fields[name]
    required = name != "no" and field.is_required()
    default = None if field.is_required() else field.default
    return ColumnSpec(
        name, cell, required, many, enum, register, low, high, shortest, pattern, default
    )


def _model(key: str) -> type[FactModel]:
    return SUBJECT_MODELS[Kind(key)] if key in SUBJECT_SHEETS else RECORD_MODELS[key]


def column_names(key: str) -> frozenset[str]:
    """What the columns of one sheet are called, without the rest of its layout."""
    return frozenset(_model(key).model_fields) - {"kind"}


@cache
def sheet_spec(key: str) -> SheetSpec:
    """The layout of one sheet: id first, then number, then the model's fields in their order."""
    kind = Kind(key) if key in SUBJECT_SHEETS else None
    model = _model(key)
    columns = tuple(
        _column(model, name, annotation)
        for name, annotation in fields_of(model).items()
        if name not in ("kind", "model_config")
    )
    first = {"subject_id": 0, "no": 1}
    ordered = sorted(columns, key=lambda column: first.get(column.name, 2))
    return SheetSpec(key, model, kind, tuple(ordered))
