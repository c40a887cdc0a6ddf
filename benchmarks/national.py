"""The nation with all outputs, beside the start of Python: `python benchmarks/national.py`.

With facts at rest: every decision, reason, required visit, frame and proposal as tables out of
DuckDB. And `tilsynstryk evaluate` as a user runs it, files read and written. Counted is processor
time over all threads, the best of some rounds. Nothing is asserted about time.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from evaluate import machine
from tables import database_of, seconds

from engine.backends.kernel import compile_kernel, fill_all, kernel_layout, most_records
from engine.backends.tables import OUTCOMES, compile_outcomes, lay_out
from engine.backends.tables.program import WIDE
from engine.decisions.decide import Decider
from engine.portfolio.read import read_portfolio
from engine.rulebook.load import load_rulebook
from engine.rulebook.resolve import resolve

REPOSITORY = Path(__file__).resolve().parents[1]
AS_OF = date(2022, 12, 31)
COMMAND = "from cli import main; main()"


def of_a_process(arguments: list[str], *, rounds: int) -> float:
    """The least processor time of a process of its own."""
    best = float("inf")
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPATH"] = str(REPOSITORY)
    for _ in range(rounds):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(
            [sys.executable, *arguments],
            env=environment,
            cwd=REPOSITORY,
            stdout=subprocess.DEVNULL,
            check=True,
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        best = min(best, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return best


def all_outputs(portfolio: Path) -> tuple[dict[str, Callable[[], Any]], int]:
    """What works out everything, in parts, from facts at rest; and how many subjects there are."""
    book = load_rulebook()
    read = read_portfolio(portfolio, registers=book.registers, ladder=book.ladder, as_of=AS_OF)
    resolved = resolve(book, as_of=AS_OF)
    decider = Decider(resolved)
    compiled = compile_outcomes(resolved, decider.program)
    cases = [(decider.view(dossier), decider.override(dossier)) for dossier in read.dossiers]
    connection = database_of(lay_out(compiled.fact_tables, cases), copies=1)
    wide = connection.compile(compiled.program.wide)
    queries = [connection.compile(compiled.outcomes[name].table) for name in OUTCOMES]

    def rules() -> None:
        connection.con.execute(f"CREATE OR REPLACE TEMP TABLE {WIDE} AS {wide}")

    def outputs() -> list[Any]:
        return [connection.con.sql(query).to_arrow_table() for query in queries]

    def planned() -> None:
        connection.con.execute(f"EXPLAIN {wide}")
        for query in queries:
            connection.con.execute(f"EXPLAIN {query}")

    program = decider.program
    layout = kernel_layout(program, capacity=most_records(program, [view for view, _ in cases]))
    kernel = compile_kernel(program, layout)
    facts = fill_all(layout, cases, AS_OF)
    kernel.fired_all(facts, AS_OF.toordinal())

    rules()
    rows = dict(zip(OUTCOMES, (len(table) for table in outputs()), strict=True))
    print(", ".join(f"{many:,} {name}" for name, many in rows.items()))
    assert rows["decision"] == len(cases)
    return {
        "at rest: every rule, kernel": lambda: kernel.fired_all(facts, AS_OF.toordinal()),
        "at rest: every rule": rules,
        "at rest: five output tables": outputs,
        "of both: DuckDB's planning": planned,
    }, len(cases)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--portfolio", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    print(machine(), f"load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as folder:
        portfolio = given.portfolio or Path(folder, "portfolio")
        if given.portfolio is None:
            asked = ["generate", "--authority", "all", "--as-of", str(AS_OF), "--seed", "1"]
            of_a_process(["-c", COMMAND, *asked, "--out", str(portfolio)], rounds=1)
        works, subjects = all_outputs(portfolio)
        taken = {name: seconds(work, rounds=given.rounds) for name, work in works.items()}
        asked = ["evaluate", str(portfolio), "--as-of", str(AS_OF), "--format", "csv"]
        for number, engine in enumerate(("tables", "case")):
            out = str(Path(folder, f"out-{number}"))
            options = ["--engine", engine] if engine != "case" else []
            taken[f"tilsynstryk evaluate ({engine})"] = of_a_process(
                ["-c", COMMAND, *asked, *options, "--out", out], rounds=1
            )
        bare = of_a_process(["-c", "pass"], rounds=20)
    print(f"{subjects:,} subjects; processor time : that of `python -c pass` ({bare * 1e3:.0f} ms)")
    for name, took in taken.items():
        print(f"{name:32}{took / bare:>10.1f}{took / subjects * 1e6:>10.1f} us a subject")


if __name__ == "__main__":
    main()
