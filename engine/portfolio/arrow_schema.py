"""The tables of facts as Arrow schemas: types, which cells may be empty, and what columns mean."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.portfolio.aside import folder_aside
from engine.portfolio.sheets import SHEETS, CellType, ColumnSpec, sheet_spec

if TYPE_CHECKING:
    from engine.rulebook.catalogue import Catalogue

__all__ = ["arrow_schema", "arrow_type", "write_empty_parquet"]


def arrow_type(column: ColumnSpec) -> Any:
    """The Arrow type of a column's cells."""
    import pyarrow as pa

    plain = {
        CellType.INTEGER: pa.int32(),
        CellType.FLAG: pa.bool_(),
        CellType.DATE: pa.date32(),
    }.get(column.cell, pa.string())
    return pa.list_(plain) if column.many else plain


def _metadata(key: str, column: ColumnSpec, catalogue: Catalogue) -> dict[str, str]:
    """What a column means, in both languages, and what may stand in it."""
    found = {
        "heading_da": catalogue.heading(key, column.name, "da"),
        "heading_en": catalogue.heading(key, column.name, "en"),
        "description_da": catalogue.explanation(key, column.name, "da"),
        "description_en": catalogue.explanation(key, column.name, "en"),
    }
    if column.enum is not None:
        found["words"] = ";".join(str(word.value) for word in column.enum)
    bounds = {"minimum": column.low, "maximum": column.high}
    if column.cell is CellType.TEXT:
        bounds = {"shortest": column.shortest, "longest": column.high}
    more = {**bounds, "register": column.register, "pattern": column.pattern}
    if column.default not in (None, ()):
        more["default"] = column.default
    return found | {name: _text(value) for name, value in more.items() if value is not None}


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def arrow_schema(key: str, catalogue: Catalogue) -> Any:
    """The schema of one sheet's file, what each column means beside it."""
    import pyarrow as pa

    spec = sheet_spec(key)
    fields = [
        pa.field(
            column.name,
            arrow_type(column),
            nullable=not column.required,
            metadata=_metadata(key, column, catalogue),
        )
        for column in spec.columns
    ]
    about = {
        "table": key,
        "primary_key": "subject_id;no" if spec.numbered else "subject_id",
        "description_da": catalogue.sheet_explanation(key, "da"),
        "description_en": catalogue.sheet_explanation(key, "en"),
    }
    return pa.schema(fields, metadata=about)


def write_empty_parquet(folder: Path, catalogue: Catalogue) -> list[str]:
    """A Parquet file without rows for every sheet; their names."""
    import pyarrow.parquet as pq

    names = []
    with folder_aside(folder, replaces=frozenset()) as aside:
        for key in SHEETS:
            names.append(f"{key}.parquet")
            pq.write_table(arrow_schema(key, catalogue).empty_table(), aside / names[-1])
    return names
