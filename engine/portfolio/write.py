"""Writing a portfolio: CSV or Parquet folder, workbook, JSON lines. Same facts, same bytes."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from engine.portfolio.arrow_schema import arrow_type
from engine.portfolio.aside import folder_aside, written_aside
from engine.portfolio.csv_text import BOM
from engine.portfolio.sheets import (
    RECORD_SHEETS,
    SHEETS,
    SUBJECT_SHEETS,
    CellType,
    SheetSpec,
    sheet_spec,
)
from engine.portfolio.spreadsheet_text import csv_text
from models.facts.dossier import Dossier
from models.facts.fields import FactModel

if TYPE_CHECKING:
    from engine.rulebook.catalogue import Catalogue
    from models.registers import Registers

__all__ = ["Format", "dossier_line", "write_portfolio"]

Format = Literal["csv", "parquet", "xlsx", "jsonl"]
_OWN_FILES = frozenset(f"{key}.{end}" for key in SHEETS for end in ("csv", "parquet"))


def write_portfolio(
    dossiers: Iterable[Dossier],
    target: Path,
    *,
    format: Format,
    registers: Registers,
    catalogue: Catalogue,
) -> None:
    """Writes the dossiers to a folder (csv, parquet) or a file (xlsx, jsonl), ordered by id."""
    ordered = sorted(dossiers, key=lambda dossier: dossier.subject_id)
    if format == "jsonl":
        with written_aside(target) as aside, aside.open("wb") as file:
            for dossier in ordered:
                file.write(dossier_line(dossier).encode())
    elif format == "xlsx":
        from engine.portfolio.fact_workbook import write_fact_workbook

        rows = {key: rows_of(key, ordered) for key in _kinds_present(ordered)}
        with written_aside(target) as aside:
            write_fact_workbook(aside, rows, registers=registers, catalogue=catalogue)
    else:
        with folder_aside(target, replaces=_OWN_FILES) as folder:
            for key in _kinds_present(ordered):
                spec = sheet_spec(key)
                file_name = folder / f"{key}.{format}"
                if format == "csv":
                    _write_csv(file_name, spec, rows_of(key, ordered))
                else:
                    _write_parquet(file_name, spec, rows_of(key, ordered))


def _kinds_present(dossiers: Sequence[Dossier]) -> list[str]:
    present = {dossier.kind.value for dossier in dossiers} or set(SUBJECT_SHEETS)
    present |= {kind for dossier in dossiers for kind, rows in dossier.records.items() if rows}
    return [key for key in SHEETS if key in present]


def rows_of(key: str, dossiers: Iterable[Dossier]) -> Iterator[FactModel]:
    """The rows of one sheet."""
    if key in RECORD_SHEETS:
        for dossier in dossiers:
            yield from dossier.of(key)
    else:
        for dossier in dossiers:
            if dossier.kind.value == key:
                yield dossier.subject


def _plain(value: Any) -> Any:
    """A value without our types: enums as their words, days as ISO text, tuples as lists."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


def _csv_cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return csv_text(";".join(str(_plain(item)) for item in value)) if value else ""
    plain = _plain(value)
    return csv_text(plain) if isinstance(plain, str) else str(plain)


def _write_csv(target: Path, spec: SheetSpec, rows: Iterable[FactModel]) -> None:
    """Semicolons, byte order mark, CRLF: what a Danish Excel opens by double-click."""
    names = [column.name for column in spec.columns]
    with target.open("w", encoding="utf-8", newline="") as file:
        file.write(BOM.decode())
        writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
        writer.writerow(names)
        for row in rows:
            held = row.__dict__
            writer.writerow([_csv_cell(held[name]) for name in names])


def _write_parquet(target: Path, spec: SheetSpec, rows: Iterable[FactModel]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    held = [row.__dict__ for row in rows]
    fields: list[Any] = []
    arrays: list[Any] = []
    for column in spec.columns:
        kind = arrow_type(column)
        values = [row[column.name] for row in held]
        if column.cell is not CellType.DATE:
            values = [_plain(value) for value in values]
        fields.append(pa.field(column.name, kind))
        arrays.append(pa.array(values, type=kind))
    table = pa.Table.from_arrays(arrays, schema=pa.schema(fields))
    pq.write_table(table, target, compression="zstd", store_schema=False)


def _facts(fact: FactModel, *, without: frozenset[str]) -> dict[str, Any]:
    held = fact.__dict__
    return {
        name: _plain(value)
        for name, value in held.items()
        if value is not None and value != () and name not in without
    }


def dossier_line(dossier: Dossier) -> str:
    """A dossier as one line of JSON; unknown facts are left out."""
    subject = _facts(dossier.subject, without=frozenset())
    records = {
        kind: [_facts(record, without=frozenset({"subject_id"})) for record in dossier.of(kind)]
        for kind in RECORD_SHEETS
        if dossier.of(kind)
    }
    return json.dumps({"subject": subject, "records": records}, ensure_ascii=False) + "\n"
