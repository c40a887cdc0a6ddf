"""The rulebook as views that a database keeps, for systems that read its answers without us."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

import ibis
import sqlglot
import sqlglot.expressions as sge

from engine.backends.tables.from_raw import facts_from_raw
from engine.backends.tables.outcomes import CompiledOutcomes, compile_outcomes
from engine.backends.tables.postgres_raw import stored_raw
from engine.backends.tables.program import RESULT, Query
from engine.backends.tables.schema import KIND, OVERRIDE, SUBJECT, SUBJECT_ID, FactTable
from engine.backends.tables.stored import StoredTable
from engine.facts import ValueType
from engine.facts.hidden import HIDDEN
from engine.rulebook.catalogue import Catalogue, Lang
from engine.rulebook.problems import said
from engine.rulebook.program import Program
from engine.rulebook.resolve import ResolvedRulebook

__all__ = ["Dialect", "PublishedFacts", "rulebook_as_sql"]


class Dialect(StrEnum):
    """The databases whose SQL is written."""

    DUCKDB = "duckdb"
    POSTGRES = "postgres"
    SPARK = "spark"


_IBIS_NAME = {Dialect.DUCKDB: "duckdb", Dialect.POSTGRES: "postgres", Dialect.SPARK: "pyspark"}
_SEEN = "rulebook_seen_{}"
_SQL_TYPES = {ValueType.INTEGER: "INTEGER", ValueType.FLAG: "BOOLEAN", ValueType.WORD: "VARCHAR"}


class PublishedFacts(NamedTuple):
    """The published tables of facts as recorded, in a schema of the database."""

    schema: str
    tables: Mapping[str, StoredTable]


def rulebook_as_sql(
    resolved: ResolvedRulebook,
    program: Program,
    *,
    dialect: Dialect,
    catalogue: Catalogue,
    lang: Lang,
    published: PublishedFacts | None = None,
    notices_change_on: date | None = None,
) -> str:
    """Views over the tables of facts. One view has a row per subject with every rule that fired,
    every signal and the category; those after it are what that leads to. The tables are those
    published, and the first views work out ages and derived fields from them; without `published`
    they are tables of facts as rules see them, which stand in comments with what each column
    means. `notices_change_on`: see `compile_outcomes`."""
    seen = {} if published is None else _seen(resolved, published)
    compiled = compile_outcomes(
        resolved,
        program,
        notices_change_on=notices_change_on,
        as_views=True,
        facts={
            name: ibis.table(table.schema(), name=_SEEN.format(name))
            for name, table in seen.items()
        }
        or None,
    )
    queries = [*compiled.program.queries, *compiled.outcomes.values()]
    if published is None:
        tables = _tables_laid_out(compiled, catalogue, lang)
    else:
        tables = _line("tables.published", lang, schema=published.schema, day=resolved.as_of)
        queries = [*_as_seen(seen, compiled, catalogue, lang), *queries]
    parts = ["\n".join([*_heading(resolved, compiled, lang), *tables])]
    parts += [_view(query, dialect) for query in queries]
    return "\n\n".join(parts) + "\n"


def _seen(resolved: ResolvedRulebook, published: PublishedFacts) -> dict[str, Any]:
    """The published facts as rules see them on the day."""
    deadlines = resolved.book.registers.budget_deadlines
    raw = stored_raw(published.tables, schema=published.schema, deadlines=deadlines)
    return facts_from_raw(as_of=resolved.as_of, duty=resolved.duty(), raw=raw)


def _as_seen(
    seen: Mapping[str, Any], compiled: CompiledOutcomes, catalogue: Catalogue, lang: Lang
) -> Iterator[Query]:
    """A view of each table of facts, with the fields that some rule tests."""
    for name, table in compiled.fact_tables.items():
        meaning = {column: text for column, _, text in _columns(table, catalogue, lang)}
        yield Query(_SEEN.format(name), seen[name].select(*meaning), meaning)


def _line(code: str, lang: Lang, **blanks: object) -> Iterator[str]:
    yield f"-- {said(code, **blanks).text(lang)}"


def _heading(resolved: ResolvedRulebook, compiled: CompiledOutcomes, lang: Lang) -> Iterator[str]:
    blanks = {"hash": resolved.content_hash[:12], "day": resolved.as_of}
    yield from _line("tables.rulebook", lang, **blanks)
    yield from _line("tables.result", lang, name=RESULT)
    for name, query in compiled.outcomes.items():
        yield f"--   {query.name:26} {said(f'outcomes.{name}').text(lang)}"
    yield from _line("outcomes.left_out", lang)


def _tables_laid_out(compiled: CompiledOutcomes, catalogue: Catalogue, lang: Lang) -> Iterator[str]:
    yield from _line("tables.facts", lang)
    for table in compiled.fact_tables.values():
        yield "--"
        yield f"-- {table.name}"
        for name, type_, meaning in _columns(table, catalogue, lang):
            yield f"--   {name:34} {type_:8} {meaning}"


def _columns(table: FactTable, catalogue: Catalogue, lang: Lang) -> Iterator[tuple[str, str, str]]:
    """Of each column its name, its type and what it means."""
    if table.name == SUBJECT:
        yield SUBJECT_ID, "VARCHAR", said("tables.unique").text(lang)
        yield OVERRIDE, "VARCHAR", said("tables.override").text(lang)
    else:
        yield SUBJECT_ID, "VARCHAR", said("tables.many").text(lang)
    for name, value_type in table.fields.items():
        own = {KIND: "tables.kind", HIDDEN: "outcomes.source_hidden"}.get(name)
        meaning = (
            catalogue.explanation(table.name, name, lang) if own is None else said(own).text(lang)
        )
        yield name, _SQL_TYPES[value_type], " ".join(meaning.split())


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
