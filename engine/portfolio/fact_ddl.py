"""The tables of facts as SQL: what another system may deliver, checked by its database.

A table for every sheet, under the same name and with the same columns, worked out from the fact
models. One table more, `subject`, holds every id once with its kind, so that a record can refer to
a subject of any kind.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import Enum, StrEnum
from typing import TYPE_CHECKING

from engine.portfolio.row_constraints import Allowed, allowed_together
from engine.portfolio.sheets import (
    EARLIEST_DAY,
    LAST_DAY,
    SHEETS,
    SUBJECT_SHEETS,
    CellType,
    ColumnSpec,
    SheetSpec,
    sheet_spec,
)
from models.facts.fields import FactModel

if TYPE_CHECKING:
    from engine.rulebook.catalogue import Catalogue, Lang

__all__ = [
    "REGISTRY",
    "SqlDialect",
    "fact_ddl",
    "longest_text",
    "quoted_name",
    "quoted_text",
    "sql_type",
]

REGISTRY = "subject"
"""The table of all ids, with the kind of each."""
_LONGEST_NAME_BYTES = 63
_INDENT = "  "


class SqlDialect(StrEnum):
    """The databases that the tables are written for."""

    POSTGRES = "postgres"
    DUCKDB = "duckdb"


_TYPES = {
    CellType.INTEGER: "integer",
    CellType.FLAG: "boolean",
    CellType.DATE: "date",
}


def quoted_name(name: str) -> str:
    """A name as SQL writes it. Raises ValueError for what no database takes as a name."""
    if not name or "\0" in name or len(name.encode()) > _LONGEST_NAME_BYTES:
        raise ValueError("a name has 1 to 63 bytes, none of them zero")
    return '"' + name.replace('"', '""') + '"'


def quoted_text(text: str) -> str:
    """A text as SQL writes it."""
    if "\0" in text:
        raise ValueError("a text in SQL holds no zero byte")
    return "'" + text.replace("'", "''") + "'"


def sql_type(column: ColumnSpec) -> str:
    """The type of a column, in the words of both dialects."""
    plain = _TYPES.get(column.cell, "text")
    return f"{plain}[]" if column.many else plain


def longest_text(column: ColumnSpec) -> int:
    """How many signs a text may have."""
    limit = FactModel.model_config.get("str_max_length") if column.high is None else column.high
    if limit is None:
        raise TypeError("the fact models bound every text")
    return limit


def fact_ddl(
    *, schema: str, dialect: SqlDialect, catalogue: Catalogue, lang: Lang
) -> dict[str, list[str]]:
    """The statements that make the schema (under the empty name) and each of its tables, each
    without its semicolon. Raises ValueError if the schema's name can be none."""
    return _Writer(schema, dialect, catalogue, lang).statements()


class _Writer:
    def __init__(self, schema: str, dialect: SqlDialect, catalogue: Catalogue, lang: Lang) -> None:
        self._schema = quoted_name(schema)
        self._dialect = dialect
        self._catalogue = catalogue
        self._lang: Lang = lang

    def statements(self) -> dict[str, list[str]]:
        found = {
            "": [f"CREATE SCHEMA IF NOT EXISTS {self._schema}"],
            REGISTRY: [self._registry(), *self._registry_comments()],
        }
        for key in SHEETS:
            spec = sheet_spec(key)
            parts = [*self._columns(spec), *self._constraints(spec)]
            found[key] = [self._table(key, parts), *self._comments(spec)]
        return found

    def _name(self, table: str) -> str:
        return f"{self._schema}.{quoted_name(table)}"

    def _table(self, table: str, parts: Iterable[str]) -> str:
        inner = f",\n{_INDENT}".join(parts)
        return f"CREATE TABLE {self._name(table)} (\n{_INDENT}{inner}\n)"

    def _registry(self) -> str:
        id_column = sheet_spec(SUBJECT_SHEETS[0]).column("subject_id")
        return self._table(
            REGISTRY,
            [
                self._column(id_column),
                f'"kind" text NOT NULL CHECK ("kind" IN ({_listed(SUBJECT_SHEETS)}))',
                'PRIMARY KEY ("subject_id")',
                'UNIQUE ("subject_id", "kind")',
            ],
        )

    def _columns(self, spec: SheetSpec) -> Iterator[str]:
        for column in spec.columns:
            yield self._column(column)
        if spec.kind is not None:
            word = quoted_text(spec.kind.value)
            yield f'"kind" text NOT NULL DEFAULT {word} CHECK ("kind" = {word})'

    def _column(self, column: ColumnSpec) -> str:
        parts = [quoted_name(column.name), sql_type(column)]
        if column.required or column.name == "no" or column.default is not None:
            parts.append("NOT NULL")
        if column.default is not None:
            parts.append(f"DEFAULT {_value(column.default)}")
        parts += [f"CHECK ({check})" for check in self._checks(column)]
        return " ".join(parts)

    def _checks(self, column: ColumnSpec) -> Iterator[str]:
        name = quoted_name(column.name)
        if column.many:
            if self._dialect is SqlDialect.POSTGRES:
                yield f"array_position({name}, NULL) IS NULL"
            return
        if column.enum is not None:
            yield f"{name} IN ({_listed(str(word.value) for word in column.enum)})"
        elif column.cell is CellType.INTEGER:
            yield f"{name} BETWEEN {column.low} AND {column.high}"
        elif column.cell is CellType.DATE:
            first, last = quoted_text(str(EARLIEST_DAY)), quoted_text(str(LAST_DAY))
            yield f"{name} BETWEEN DATE {first} AND DATE {last}"
        elif column.pattern is not None:
            pattern = quoted_text(column.pattern)
            if self._dialect is SqlDialect.POSTGRES:
                yield f"{name} ~ {pattern}"
            else:
                yield f"regexp_full_match({name}, {pattern})"
        elif column.cell is CellType.TEXT:
            yield f"length({name}) BETWEEN {column.shortest or 0} AND {longest_text(column)}"

    def _constraints(self, spec: SheetSpec) -> Iterator[str]:
        allowed = allowed_together(spec.model)
        if allowed is not None:
            yield f"CHECK ({_together(allowed)})"
        registry = self._name(REGISTRY)
        if spec.numbered:
            yield 'PRIMARY KEY ("subject_id", "no")'
            yield f'FOREIGN KEY ("subject_id") REFERENCES {registry} ("subject_id")'
        else:
            yield 'PRIMARY KEY ("subject_id")'
            key = '"subject_id", "kind"'
            yield f"FOREIGN KEY ({key}) REFERENCES {registry} ({key})"

    def _registry_comments(self) -> Iterator[str]:
        from engine.rulebook.problems import said

        yield self._comment(
            "TABLE", self._name(REGISTRY), said("fact_schema.registry").text(self._lang)
        )
        yield from self._column_comments(SUBJECT_SHEETS[0], REGISTRY, ("subject_id", "kind"))

    def _comments(self, spec: SheetSpec) -> Iterator[str]:
        text = self._catalogue.sheet_explanation(spec.key, self._lang)
        yield self._comment("TABLE", self._name(spec.key), text)
        names = [column.name for column in spec.columns]
        kind = [] if spec.kind is None else ["kind"]
        yield from self._column_comments(spec.key, spec.key, [*names, *kind])

    def _column_comments(self, record: str, table: str, names: Iterable[str]) -> Iterator[str]:
        for name in names:
            text = self._catalogue.explanation(record, name, self._lang)
            yield self._comment("COLUMN", f"{self._name(table)}.{quoted_name(name)}", text)

    def _comment(self, what: str, name: str, text: str) -> str:
        return f"COMMENT ON {what} {name} IS {quoted_text(' '.join(text.split()))}"


def _listed(words: Iterable[str]) -> str:
    return ", ".join(map(quoted_text, words))


def _value(value: object) -> str:
    """A value of a column as SQL writes it."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Enum):
        return quoted_text(str(value.value))
    if value == ():
        return quoted_text("{}")
    raise TypeError(f"no way to write {type(value).__name__} in SQL is known")


def _together(allowed: Allowed) -> str:
    """Which numbers may stand beside which words and flags, as a condition that is never null."""
    number = quoted_name(allowed.number)
    cases = []
    for words, numbers in allowed.rows:
        parts = [f"{quoted_name(name)} = {_value(word)}" for name, word in words]
        known = sorted(found for found in numbers if found is not None)
        within = f"{number} IS NOT NULL AND {number} IN ({', '.join(map(str, known))})"
        if not known:
            parts.append(f"{number} IS NULL")
        elif None in numbers:
            parts.append(f"({number} IS NULL OR ({within}))")
        else:
            parts.append(within)
        cases.append(f"({' AND '.join(parts)})")
    return " OR ".join(cases)
