"""The rulebook as views that a database keeps, for systems that read its answers without us."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import Any

import ibis
import sqlglot
import sqlglot.expressions as sge

from engine.backends.tables.outcomes import CompiledOutcomes, compile_outcomes
from engine.backends.tables.program import RESULT, Query
from engine.backends.tables.schema import KIND, OVERRIDE, SUBJECT, SUBJECT_ID, FactTable
from engine.facts import ValueType
from engine.facts.hidden import HIDDEN
from engine.rulebook.catalogue import Catalogue, Lang
from engine.rulebook.problems import said
from engine.rulebook.program import Program
from engine.rulebook.resolve import ResolvedRulebook

__all__ = ["Dialect", "rulebook_as_sql"]


class Dialect(StrEnum):
    """The databases whose SQL is written."""

    DUCKDB = "duckdb"
    POSTGRES = "postgres"
    SPARK = "spark"


_IBIS_NAME = {Dialect.DUCKDB: "duckdb", Dialect.POSTGRES: "postgres", Dialect.SPARK: "pyspark"}
_SQL_TYPES = {ValueType.INTEGER: "INTEGER", ValueType.FLAG: "BOOLEAN", ValueType.WORD: "VARCHAR"}


def rulebook_as_sql(
    resolved: ResolvedRulebook,
    program: Program,
    *,
    dialect: Dialect,
    catalogue: Catalogue,
    lang: Lang,
    notices_change_on: date | None = None,
) -> str:
    """Views over the fact tables, which stand in comments with what each column means. One view has
    a row per subject with every rule that fired, every signal and the category; those after it
    are what that leads to. `notices_change_on`: see `compile_outcomes`."""
    compiled = compile_outcomes(
        resolved, program, notices_change_on=notices_change_on, as_views=True
    )
    parts = ["\n".join(_heading(resolved, compiled, catalogue, lang))]
    queries = (*compiled.program.queries, *compiled.outcomes.values())
    parts += [_view(query, dialect) for query in queries]
    return "\n\n".join(parts) + "\n"


def _heading(
    resolved: ResolvedRulebook, compiled: CompiledOutcomes, catalogue: Catalogue, lang: Lang
) -> Iterator[str]:
    def line(code: str, **blanks: object) -> str:
        return f"-- {said(code, **blanks).text(lang)}"

    yield line("tables.rulebook", hash=resolved.content_hash[:12], day=resolved.as_of)
    yield line("tables.result", name=RESULT)
    for name, query in compiled.outcomes.items():
        yield f"--   {query.name:26} {said(f'outcomes.{name}').text(lang)}"
    yield line("outcomes.left_out")
    yield line("tables.facts")
    for table in compiled.fact_tables.values():
        yield "--"
        yield f"-- {table.name}"
        yield from (f"--   {line}" for line in _columns(table, catalogue, lang))


def _columns(table: FactTable, catalogue: Catalogue, lang: Lang) -> Iterator[str]:
    def line(name: str, type_: str, meaning: str) -> str:
        return f"{name:34} {type_:8} {meaning}"

    if table.name == SUBJECT:
        yield line(SUBJECT_ID, "VARCHAR", said("tables.unique").text(lang))
        yield line(OVERRIDE, "VARCHAR", said("tables.override").text(lang))
    else:
        yield line(SUBJECT_ID, "VARCHAR", said("tables.many").text(lang))
    for name, value_type in table.fields.items():
        own = {KIND: "tables.kind", HIDDEN: "outcomes.source_hidden"}.get(name)
        meaning = (
            catalogue.explanation(table.name, name, lang) if own is None else said(own).text(lang)
        )
        yield line(name, _SQL_TYPES[value_type], " ".join(meaning.split()))


def _view(query: Query, dialect: Dialect) -> str:
    name = _IBIS_NAME[dialect]
    tree: Any = sqlglot.parse_one(str(ibis.to_sql(query.table, dialect=name)), read=name)
    for column in tree.selects:
        meaning = query.meaning.get(column.alias_or_name)
        if meaning is not None:
            column.add_comments([meaning])
    view = sge.Create(this=sge.to_table(query.name), kind="VIEW", expression=tree)
    text: str = view.sql(dialect=name, pretty=True)
    return f"{text};"
