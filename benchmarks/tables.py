"""What the rules alone cost a table at a time, and one by one: `python benchmarks/tables.py`.

All sides get the same synthetic subjects, laid out before the clock starts, and what they find is
compared first. Counted is processor time, over all threads, so that a busy machine and a second
core say nothing; the best of some rounds. Nothing is asserted about time.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import duckdb
import ibis
from evaluate import machine

from engine.backends.durable import DurableBackend
from engine.backends.reference import ReferenceBackend
from engine.backends.tables import TablesBackend, compile_program, lay_out
from engine.decisions.decide import Decider
from engine.facts import View
from engine.portfolio.synthetic.generate import generate
from engine.rulebook.load import load_rulebook
from engine.rulebook.program import Firing, Program, Stratum
from engine.rulebook.resolve import resolve
from models.terms import Authority, Colour

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
AS_OF = date(2022, 12, 31)
Case = tuple[View, Colour | None]

HANDFUL = (
    "signals.acute_concern_open",
    "signals.family_surplus_low",
    "signals.large_score_drop",
    "signals.many_concerns_open",
    "signals.order_in_force",
    "signals.several_serious_concerns_open",
)
BY_HAND = """
WITH c AS (
    SELECT subject_id,
        count(*) FILTER (severity = 'acute') AS acute,
        count(*) FILTER (severity IN ('serious', 'acute')) AS serious,
        count(*) AS n
    FROM concern WHERE open GROUP BY subject_id
)
SELECT subject_id,
    coalesce(c.acute >= 1, false),
    kind = 'foster_family' AND coalesce(NOT surplus_of_energy, false),
    kind IN ('foster_family', 'social_offer') AND subject_id IN (
        SELECT subject_id FROM score
        WHERE latest AND score_model = 'one_to_five' AND change_from_best <= -2),
    coalesce(c.n >= 3, false),
    kind IN ('foster_family', 'social_offer')
        AND subject_id IN (SELECT subject_id FROM sanction WHERE current AND step = 'order'),
    coalesce(c.serious >= 2, false)
FROM subject LEFT JOIN c USING (subject_id)
"""
"""The six rules as somebody who knows SQL and these tables would write them."""


def handful_of(program: Program) -> Program:
    """Only these few rules, each a signal of its own."""
    few = tuple(item for item in program.items() if item.key in HANDFUL)
    strata = tuple((s, few if s is Stratum.SIGNALS else ()) for s in Stratum)
    return Program(strata=strata, content_hash="handful")


def one_by_one(backend: DurableBackend | ReferenceBackend) -> Callable[[Sequence[Case]], Any]:
    return lambda cases: [backend.evaluate(view, override) for view, override in cases]


def seconds(work: Callable[[], Any], *, rounds: int) -> float:
    """The least processor time of some rounds."""
    best = float("inf")
    for _ in range(rounds):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best


def database_of(facts: dict[str, Any], *, copies: int, file: str = ":memory:") -> Any:
    """A DuckDB with the fact tables, every subject so many times under other ids."""
    connection = ibis.duckdb.connect(file)
    for name, table in facts.items():
        connection.con.register("laid_out", table)
        connection.con.execute(
            f"CREATE TABLE {name} AS SELECT * REPLACE (subject_id || '-' || copy AS subject_id) "
            f"FROM laid_out, range({copies}) AS copies(copy)"
        )
        connection.con.unregister("laid_out")
    return connection


def table_of(connection: Any, sql: str) -> Any:
    return connection.con.sql(sql).to_arrow_table()


def rows_of(connection: Any, sql: str) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = sorted(connection.con.execute(sql).fetchall())
    return found


def print_line(name: str, rate: float, beside: float) -> None:
    print(f"{name:44}{rate:>14,.0f}{rate / beside:>10.1f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--authority", default=Authority.SYD.value, choices=[*Authority])
    parser.add_argument("--copies", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()

    book = load_rulebook()
    decider = Decider(resolve(book, as_of=AS_OF))
    program = decider.program
    dossiers = generate(
        authorities=[Authority(given.authority)],
        as_of=AS_OF,
        seed=1,
        published=FIXTURES / "published",
        registers=book.registers,
    )
    cases = [(decider.view(dossier), decider.override(dossier)) for dossier in dossiers]
    durable, reference = DurableBackend(program), ReferenceBackend(program)
    tables = TablesBackend(program)
    facts = lay_out(compile_program(program).fact_tables, cases)

    expected: list[Firing] = one_by_one(reference)(cases)
    assert [firing for _, firing in tables.firings(cases)] == expected
    assert one_by_one(durable)(cases) == expected

    compiled, few = compile_program(program), compile_program(handful_of(program))
    connection = database_of(facts, copies=given.copies)
    whole = str(connection.compile(compiled.result))
    columns = ["subject_id", *(few.rules[key] for key in HANDFUL)]
    ours = str(connection.compile(few.result.select(*columns)))
    found = rows_of(connection, ours)
    assert found == rows_of(connection, BY_HAND)
    fired = [sum(row[place] for row in found) for place in range(1, len(columns))]
    assert any(fired)

    rounds = given.rounds
    many = len(cases) * given.copies
    rules = sum(1 for _ in program.items())
    bare = len(cases) / seconds(lambda: one_by_one(durable)(cases), rounds=rounds)
    plain = len(cases) / seconds(lambda: one_by_one(reference)(cases), rounds=rounds)
    at_once = many / seconds(lambda: table_of(connection, whole), rounds=rounds)
    laid_out = len(cases) / seconds(lambda: list(tables.firings(cases)), rounds=rounds)
    hand = many / seconds(lambda: table_of(connection, BY_HAND), rounds=rounds)
    same = many / seconds(lambda: table_of(connection, ours), rounds=rounds)
    planned = seconds(lambda: table_of(connection, f"EXPLAIN {whole}"), rounds=rounds)
    compiling = seconds(lambda: TablesBackend(program).close(), rounds=rounds)

    versions = ", ".join(f"{name} {version(name)}" for name in ("ibis-framework", "sqlglot"))
    print(f"{machine()}, DuckDB {duckdb.__version__}, {versions}")
    print(
        f"{len(cases)} synthetic subjects, {many:,} in the tables, {rules} conditions; "
        f"the six rules fired {fired} times\n"
    )
    print(f"{'subjects a second of one processor':44}{'':>14}{'ratio':>10}")
    print_line("durable-rules, adapter", bare, bare)
    print_line("reference", plain, bare)
    print_line("tables, facts laid out by Python first", laid_out, bare)
    print_line("tables, facts at rest", at_once, bare)
    print(f"\n{'six rules':44}{'':>14}{'ratio':>10}")
    print_line("DuckDB, written by hand", hand, hand)
    print_line("tables, facts at rest", same, hand)
    print(
        f"\nonce for each rulebook: {compiling:.1f} s to compile; "
        f"each query: {planned * 1000:.0f} ms for DuckDB to plan"
    )


if __name__ == "__main__":
    main()
