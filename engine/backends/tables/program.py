"""A program as a few queries, one upon the other: records counted, then stratum after stratum.

Each record table is read once, for all rules: a row per subject says how many of its records
fulfil each inner condition. Rules then look at one row per subject.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import ibis

from engine.backends.tables.beside import NOTHING_BESIDE, Beside, shown_age
from engine.backends.tables.conditions import Columns, certain, expression
from engine.backends.tables.names import ColumnNames
from engine.backends.tables.schema import (
    KIND,
    OVERRIDE,
    SUBJECT,
    SUBJECT_ID,
    FactTable,
    fact_tables,
)
from engine.facts import ValueType
from engine.rulebook.program import Item, Program
from models.conditions import AllOf, AnyOf, Condition, Not, Quantified
from models.terms import Colour, Kind

__all__ = ["CompiledProgram", "Query", "compile_program", "quantifiers"]

Table = Any

IBIS_TYPES = {ValueType.INTEGER: "int32", ValueType.FLAG: "boolean", ValueType.WORD: "string"}
PROPOSED, IN_FORCE = "proposed", "in_force"
RESULT = "rulebook_fired"
WIDE = "rulebook_measures"


class Query(NamedTuple):
    """One of the queries: its name, the table it gives, what its columns stand for."""

    name: str
    table: Table
    meaning: dict[str, str]


class CompiledProgram(NamedTuple):
    """A program over its fact tables. The last query has a row per subject: a flag for each rule
    and each signal by the column given here, `proposed` and `in_force`. The one before it, where
    something comes along beside the program, has the facts too, and how many records fulfil what
    by the columns of `counts`."""

    fact_tables: dict[str, FactTable]
    queries: tuple[Query, ...]
    rules: dict[str, str]
    signals: dict[str, str]
    counts: dict[tuple[str, Condition], str]

    @property
    def result(self) -> Table:
        """The last query."""
        return self.queries[-1].table

    @property
    def wide(self) -> Table:
        """The query that has everything of each subject in its row, where something comes along
        beside the program."""
        return next(query.table for query in self.queries if query.name == WIDE)


def compile_program(
    program: Program,
    *,
    as_views: bool = False,
    facts: Mapping[str, Table] | None = None,
    beside: Beside = NOTHING_BESIDE,
) -> CompiledProgram:
    """The program as queries, each holding those before it; with `as_views` each reads those
    before it by their names, as views in a database. The fact tables are read by their names too,
    unless `facts` says how to get at them (`facts_from_raw`). `beside` is what else comes along."""
    return _Compiler(program, as_views=as_views, facts=facts, beside=beside).compiled()


class _Compiler:
    def __init__(
        self,
        program: Program,
        *,
        as_views: bool,
        facts: Mapping[str, Table] | None,
        beside: Beside,
    ) -> None:
        self._given = facts
        self._program = program
        self._as_views = as_views
        self._beside = beside
        self._tables = fact_tables(program, beside.fields)
        taken = {SUBJECT_ID, OVERRIDE, PROPOSED, IN_FORCE, *self._tables[SUBJECT].fields}
        taken |= beside.oldest.keys()
        names = ColumnNames(taken)
        items = list(program.items())
        self._rules = {item.key: names.give("rule", item.key) for item in items}
        raised = sorted({item.raises_signal for item in items if item.raises_signal is not None})
        self._signals = {signal: names.give("signal", signal) for signal in raised}
        self._counts: dict[tuple[str, Condition], str] = {}
        self._counted_for: dict[str, list[str]] = {}
        nodes = [(item.key, node) for item in items for node in quantifiers(item.condition)]
        for key, node in [*nodes, *beside.counted]:
            counted = (node.record, node.where)
            if counted not in self._counts:
                self._counts[counted] = names.give("count", node.record)
            keys = self._counted_for.setdefault(self._counts[counted], [])
            if key not in keys:
                keys.append(key)
        self._queries: list[Query] = []

    def compiled(self) -> CompiledProgram:
        (_, signal_items), (_, colour_items), *late = self._program.strata
        asked = {record for record, _ in self._counts}
        facts = self._facts([self._counts_of(name) for name in self._tables if name in asked])
        raised = self._signals_raised(facts, signal_items)
        coloured = self._colours(raised, colour_items)
        self._fired(coloured, [item for _, items in late for item in items])
        return CompiledProgram(
            self._tables, tuple(self._queries), self._rules, self._signals, self._counts
        )

    def _query(self, name: str, table: Table, meaning: dict[str, str]) -> Table:
        self._queries.append(Query(name, table, meaning))
        return ibis.table(table.schema(), name=name) if self._as_views else table

    def _fact_table(self, name: str) -> Table:
        table = self._tables[name]
        columns = {SUBJECT_ID: "string"} | ({OVERRIDE: "string"} if name == SUBJECT else {})
        columns |= {field: IBIS_TYPES[type_] for field, type_ in table.fields.items()}
        if self._given is not None:
            return self._given[name].select(*columns)
        return ibis.table(columns, name=name)

    def _counts_of(self, record: str) -> Table:
        """Of each subject with such records, how many fulfil each inner condition. What all of
        them ask for is asked once, before the records are grouped."""
        asked = {
            name: _together(where) for (of, where), name in self._counts.items() if of == record
        }
        by_all = [part for part in min(asked.values(), key=len) if _in_all(part, asked.values())]
        rows = self._fact_table(record)
        if by_all:
            rows = rows.filter(
                expression(AllOf(parts=tuple(by_all)), self._of_record(record, rows))
            )
        columns = self._of_record(record, rows)
        counts = {}
        for name, parts in asked.items():
            own = tuple(part for part in parts if part not in by_all)
            where = expression(AllOf(parts=own), columns) if own else None
            counts[name] = rows.count(where=where)
        for name, oldest in self._beside.oldest.items():
            if oldest.record == record:
                where = expression(oldest.where, columns)
                counts[name] = shown_age(oldest, rows, self._beside.as_of).max(where=where)
        meaning = {
            name: f"for {', '.join(keys)}"
            for name, keys in self._counted_for.items()
            if name in counts
        }
        counted = rows.group_by(SUBJECT_ID).aggregate(**counts)
        return self._query(f"rulebook_{record}_counts", counted, meaning)

    def _of_record(self, record: str, rows: Table) -> Columns:
        return Columns({name: rows[name] for name in self._tables[record].fields})

    def _facts(self, counted: list[Table]) -> Table:
        """The subjects with all counts beside their own facts."""
        subjects = self._fact_table(SUBJECT)
        facts = subjects
        for number, counts in enumerate(counted):
            key = f"of_{number}"
            beside = counts.rename({key: SUBJECT_ID})
            facts = facts.left_join(beside, facts[SUBJECT_ID] == beside[key])
        held = {name: facts[name].fill_null(0) for name in self._counts.values()}
        held |= {name: facts[name] for name in self._beside.oldest}
        facts = facts.select(*[facts[name] for name in subjects.columns], **held)
        return self._query("rulebook_facts", facts, {})

    def _columns(self, table: Table, *, signals: bool, category: bool) -> Columns:
        fields = {name: table[name] for name in self._tables[SUBJECT].fields}
        if category:
            fields["category"] = table[IN_FORCE]
        return Columns(
            fields,
            {name: table[column] for name, column in self._signals.items()} if signals else {},
            lambda node: table[self._counts[node.record, node.where]],
        )

    def _held(self, table: Table, items: Iterable[Item], columns: Columns) -> dict[str, Any]:
        """For each item, a flag that is never unknown."""
        return {
            self._rules[item.key]: certain(
                _of_kinds(item.kinds, table) & expression(item.condition, columns)
            )
            for item in items
        }

    def _meaning(self, items: Iterable[Item]) -> dict[str, str]:
        return {
            self._rules[item.key]: f"{item.key} ({item.place.file}:{item.place.line})"
            for item in items
        }

    def _signals_raised(self, facts: Table, items: tuple[Item, ...]) -> Table:
        held = self._held(facts, items, self._columns(facts, signals=False, category=False))
        rules = self._query("rulebook_signal_rules", facts.mutate(**held), self._meaning(items))
        raisers: dict[str, list[Item]] = {}
        for item in items:
            raisers.setdefault(item.raises_signal or "", []).append(item)
        raised = {
            column: ibis.or_(*(rules[self._rules[i.key]] for i in raisers.get(signal, ())))
            for signal, column in self._signals.items()
        }
        meaning = {column: f"signal {signal}" for signal, column in self._signals.items()}
        return self._query("rulebook_signals", rules.mutate(**raised), meaning)

    def _colours(self, table: Table, items: tuple[Item, ...]) -> Table:
        held = self._held(table, items, self._columns(table, signals=True, category=False))
        rules = self._query("rulebook_colour_rules", table.mutate(**held), self._meaning(items))
        cases = [
            (ibis.or_(*(rules[self._rules[item.key]] for item in raisers)), colour.value)
            for colour in sorted(Colour, key=lambda colour: -colour.rank)
            if (raisers := [item for item in items if item.raises_colour is colour])
        ]
        green = ibis.literal(Colour.GREEN.value)
        proposed = rules.mutate(**{PROPOSED: ibis.cases(*cases, else_=green) if cases else green})
        in_force = ibis.coalesce(proposed[OVERRIDE], proposed[PROPOSED])
        meaning = {PROPOSED: "the most severe colour raised", IN_FORCE: "a person's, or else that"}
        return self._query("rulebook_category", proposed.mutate(**{IN_FORCE: in_force}), meaning)

    def _fired(self, table: Table, items: list[Item]) -> None:
        late = self._held(table, items, self._columns(table, signals=True, category=True))
        known = (SUBJECT_ID, PROPOSED, IN_FORCE, *self._signals.values())
        before = [name for name in self._rules.values() if name not in late]
        if self._beside is not NOTHING_BESIDE:
            table = self._query(WIDE, table.mutate(**late), self._meaning(items))
            late = {name: table[name] for name in late}
        fired = table.select(*[table[name] for name in (*known, *before)], **late)
        self._query(RESULT, fired, self._meaning(items))


def _together(where: Condition) -> tuple[Condition, ...]:
    """The conditions that must all hold for this one to hold."""
    if isinstance(where, AllOf):
        return tuple(part for inner in where.parts for part in _together(inner))
    return (where,)


def _in_all(part: Condition, asked: Iterable[tuple[Condition, ...]]) -> bool:
    return all(part in parts for parts in asked)


def _of_kinds(kinds: frozenset[Kind], table: Table) -> Any:
    if kinds >= frozenset(Kind):
        return ibis.literal(True)
    return table[KIND].isin(sorted(kind.value for kind in kinds))


def quantifiers(condition: Condition) -> Iterable[Quantified]:
    """What a condition asks of records, in the order it is written."""
    match condition:
        case AllOf() | AnyOf():
            for part in condition.parts:
                yield from quantifiers(part)
        case Not():
            yield from quantifiers(condition.part)
        case Quantified():
            yield condition
        case _:
            return
