"""Facts as they were recorded, as tables: what people typed, before any day becomes an age.

One table of subjects of all kinds and one of each kind of record. Free text, names of persons and
whatever is withheld to protect somebody has no column, since no rule may rest on it. Of who raised
a concern a flag is left: whether that is hidden, as the days shown must then be less exact.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from enum import Enum, StrEnum
from functools import cache
from itertools import chain
from typing import Any

import pyarrow as pa

from engine.backends.tables.schema import KIND, SUBJECT, SUBJECT_ID
from engine.facts.hidden import HIDDEN, source_is_hidden
from engine.facts.introspection import fields_of, unwrap
from models.facts import Dossier
from models.facts.dossier import RECORD_MODELS, SUBJECT_MODELS
from models.facts.fields import FactModel, RegisterWord, Withheld

__all__ = ["NUMBER", "RawType", "lay_out_raw", "raw_columns"]

NUMBER = "no"


class RawType(StrEnum):
    """What a column of recorded facts holds, as Ibis calls it."""

    INTEGER = "int32"
    FLAG = "boolean"
    WORD = "string"
    DAY = "date"


_ARROW: dict[RawType, Any] = {
    RawType.INTEGER: pa.int32(),
    RawType.FLAG: pa.bool_(),
    RawType.WORD: pa.string(),
    RawType.DAY: pa.date32(),
}


def _type_of(annotation: Any) -> RawType | None:
    plain, metadata = unwrap(annotation)
    if any(isinstance(item, Withheld) for item in metadata):
        return None
    if plain is date:
        return RawType.DAY
    if plain is bool:
        return RawType.FLAG
    if plain is int:
        return RawType.INTEGER
    is_word = isinstance(plain, type) and issubclass(plain, Enum)
    if is_word or any(isinstance(item, RegisterWord) for item in metadata):
        return RawType.WORD
    return None


def _of_model(model: type[FactModel]) -> dict[str, RawType]:
    found = {name: _type_of(annotation) for name, annotation in fields_of(model).items()}
    return {name: type_ for name, type_ in found.items() if type_ is not None}


@cache
def raw_columns(table: str) -> Mapping[str, RawType]:
    """The columns of a table beside `subject_id`; of the subjects, those of every kind."""
    if table != SUBJECT:
        hidden = {HIDDEN: RawType.FLAG} if table == "concern" else {}
        return _of_model(RECORD_MODELS[table]) | hidden
    columns = {KIND: RawType.WORD}
    for model in SUBJECT_MODELS.values():
        columns |= _of_model(model)
    return columns


def _table(name: str, facts: Sequence[Any]) -> Any:
    rows = [fact.__dict__ for fact in facts]
    columns = {SUBJECT_ID: pa.array([row[SUBJECT_ID] for row in rows], pa.string())}
    for column, type_ in raw_columns(name).items():
        cells = (
            [source_is_hidden(name, row) for row in rows]
            if column == HIDDEN
            else [row.get(column) for row in rows]
        )
        columns[column] = pa.array(cells, _ARROW[type_])
    return pa.table(columns)


def lay_out_raw(dossiers: Sequence[Dossier]) -> dict[str, Any]:
    """An Arrow table of the subjects and of each kind of record, as recorded."""
    tables = {SUBJECT: _table(SUBJECT, [dossier.subject for dossier in dossiers])}
    for kind in RECORD_MODELS:
        records = chain.from_iterable(dossier.of(kind) for dossier in dossiers)
        tables[kind] = _table(kind, list(records))
    return tables
