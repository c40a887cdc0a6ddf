"""Same rules, same facts, every engine, and how ours grows: `python benchmarks/engines.py`.

Needs the extra `bench` beside the tests'. What all find is compared first. Counted is processor
time over all threads, the best of some rounds, taken in turn; facts are laid out in each engine's
own form before the clock starts. Nothing is asserted about time.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
import polars as pl
from engines_by_hand import SQL, fired_by_functions, with_polars
from engines_facts import AS_OF, RULES, facts_of, few_of, views_of
from engines_others import with_clips, with_zen
from evaluate import Recording, bare_loop, host_loop, machine
from tables import database_of, seconds

from engine.backends.durable import DurableBackend
from engine.backends.kernel import compile_kernel, fill_all, kernel_layout, most_records
from engine.backends.reference import ReferenceBackend
from engine.backends.tables import compile_program
from engine.facts import View
from engine.rulebook.load import load_rulebook
from engine.rulebook.program import Firing, Program, program_of
from engine.rulebook.resolve import resolve

Found = list[tuple[frozenset[str], str]]
Work = Callable[[], Any]
COLUMNS = ["subject_id", "colour", *(f"r{place}" for place in range(len(RULES)))]


class Batches(NamedTuple):
    """What durable-rules was given for one subject."""

    batches: tuple[tuple[int, str], ...]


def of_firings(firings: Sequence[Firing]) -> Found:
    return [(firing.held, str(firing.in_force)) for firing in firings]


def of_rows(rows: Sequence[tuple[Any, ...]]) -> Found:
    """Found in rows of `COLUMNS`."""
    return [
        (frozenset(key for key, held in zip(RULES, row[2:], strict=True) if held), row[1])
        for row in sorted(rows)
    ]


def ours_in_sql(program: Program, connection: Any) -> str:
    """Our compiled query with the columns of the one written by hand."""
    compiled = compile_program(program)
    result = compiled.result
    rules = {f"r{place}": result[compiled.rules[key]] for place, key in enumerate(RULES)}
    return str(
        connection.compile(
            result.select(subject_id=result.subject_id, colour=result["in_force"], **rules)
        )
    )


class Kernel:
    """The compiled reading, with facts at rest in rows."""

    def __init__(self, program: Program, views: Sequence[View]) -> None:
        layout = kernel_layout(program, capacity=most_records(program, views))
        self._kernel = compile_kernel(program, layout)
        self.rows = fill_all(layout, [(view, None) for view in views], AS_OF)
        self._program = program

    def found(self) -> Found:
        firings = self._kernel.firings(self.rows, AS_OF.toordinal())
        return of_firings(firings)

    def work(self, copies: int) -> tuple[Work, Work]:
        """What reads so many copies of all rows, and what says how often each rule held."""
        rows = np.tile(self.rows, (copies, 1))
        out = np.zeros((len(rows), len(self._kernel.keys)), dtype=np.uint8)
        colours = np.zeros(len(rows), dtype=np.int64)
        values, today = self._kernel.parameters, AS_OF.toordinal()

        def read() -> None:
            self._kernel.module.fired_all(rows, today, values, out, colours)

        def held() -> list[int]:
            places = [self._kernel.keys.index(key) for key in RULES]
            return [int(out[:, place].sum(dtype=np.int64)) for place in places]

        return read, held


def one_by_one(program: Program, views: Sequence[View], expected: Found) -> dict[str, Work]:
    """Engines that decide a subject at a time, each seen to find what is expected."""
    recording = Recording()
    backend = DurableBackend(program, library=recording)
    given: list[Batches] = []
    firings = []
    for view in views:
        recording.batches = []
        firings.append(backend.evaluate(view))
        given.append(Batches(tuple(recording.batches)))
    assert of_firings(firings) == expected
    bare, host = bare_loop, host_loop(recording.rules)
    assert bare(given) == host(given) > 0
    reference = ReferenceBackend(program)
    assert of_firings([reference.evaluate(view) for view in views]) == expected
    zen, read_zen = with_zen(views)
    assert read_zen(zen()) == expected
    clips, read_clips = with_clips(views)
    assert read_clips(clips()) == expected
    assert fired_by_functions(views) == expected
    return {
        "durable-rules, its own host": lambda: host(given),
        "durable-rules, bare loop over its C core": lambda: bare(given),
        "durable-rules, our adapter": lambda: [backend.evaluate(view) for view in views],
        "clipspy": clips,
        "zen-engine": zen,
        "our reference": lambda: [reference.evaluate(view) for view in views],
        "plain Python functions": lambda: fired_by_functions(views),
    }


class Sets:
    """The readings of whole tables at one size: facts at rest, every subject `copies` times."""

    def __init__(
        self, program: Program, facts: Mapping[str, Any], kernel: Kernel, *, copies: int, file: str
    ) -> None:
        self.connection = database_of(dict(facts), copies=copies, file=file)
        self.ours = ours_in_sql(program, self.connection)
        self.copies = copies
        self.kernel, self.kernel_held = kernel.work(copies)

    def read(self, sql: str) -> Any:
        return self.connection.con.sql(sql).to_arrow_table()

    def in_polars(self) -> dict[str, pl.DataFrame]:
        names = ("subject", "concern", "score", "sanction", "placed_child")
        return {name: pl.from_arrow(self.read(f"FROM {name}")) for name in names}

    def held(self, sql: str) -> list[int]:
        """How often each rule held, in order."""
        sums = ", ".join(f"count(*) FILTER (r{place})" for place in range(len(RULES)))
        return list(self.connection.con.execute(f"SELECT {sums} FROM ({sql})").fetchone())

    def bytes_read(self) -> int:
        """What the columns that the rules test take as Arrow."""
        return sum(table.to_arrow().nbytes for table in self.in_polars().values())


def moved_a_second(megabytes: int = 512) -> float:
    """Bytes a second of a plain copy by NumPy, read and written."""
    source = np.ones(megabytes << 17, dtype=np.float64)
    target = np.zeros_like(source)
    taken = seconds(lambda: np.copyto(target, source), rounds=5)
    return 2 * source.nbytes / taken


def operators(sets: Sets) -> str:
    """Where DuckDB spends its time on our query: the share of each sort of operator."""
    text = sets.connection.con.execute(f"EXPLAIN (ANALYZE, FORMAT json) {sets.ours}").fetchall()[0][
        1
    ]
    taken: dict[str, float] = {}
    waiting = [json.loads(text)]
    while waiting:
        node = waiting.pop()
        waiting += node.get("children", [])
        name = node.get("operator_type") or node.get("operator_name")
        if name:
            taken[name] = taken.get(name, 0.0) + node.get("operator_timing", 0.0)
    whole = sum(taken.values()) or 1.0
    largest = sorted(taken, key=lambda name: -taken[name])[:4]
    return ", ".join(f"{name.lower()} {100 * taken[name] / whole:.0f} %" for name in largest)


def taken_in_turn(works: Mapping[str, Work], *, rounds: int) -> dict[str, float]:
    best = dict.fromkeys(works, float("inf"))
    for _ in range(rounds):
        for name, work in works.items():
            start = time.process_time()
            work()
            best[name] = min(best[name], time.process_time() - start)
    return best


def compared(program: Program, given: argparse.Namespace) -> None:
    """Every engine on the same subjects, then how the readings of whole tables grow."""
    facts = facts_of(given.subjects, seed=given.seed)
    views = views_of(facts)
    few = views[: given.one_by_one]
    expected = of_firings([ReferenceBackend(program).evaluate(view) for view in views])
    single = one_by_one(program, few, expected[: len(few)])
    kernel = Kernel(program, views)
    assert kernel.found() == expected
    held = [sum(key in keys for keys, _ in expected) for key in RULES]
    assert all(held)
    print(f"{len(views):,} synthetic subjects (seed {given.seed}), {len(RULES)} rules; all equal")
    taken = taken_in_turn(single, rounds=given.rounds)
    each = {name: took / len(few) for name, took in taken.items()}
    growth: list[tuple[int, dict[str, float]]] = []
    for copies in given.copies:
        with tempfile.TemporaryDirectory() as folder:
            file = os.path.join(folder, "facts.duckdb")
            sets = Sets(program, facts, kernel, copies=copies, file=file)
            many = len(views) * copies
            polars = sets.in_polars() if many <= given.polars_most else None
            sets.kernel()
            times = [number * copies for number in held]
            assert sets.kernel_held() == sets.held(sets.ours) == sets.held(SQL) == times
            if copies == 1:
                assert of_rows(sets.read(sets.ours).to_pandas().itertuples(index=False)) == expected
                assert of_rows(sets.read(SQL).to_pandas().itertuples(index=False)) == expected
            works: dict[str, Work] = {
                "ours on DuckDB": lambda s=sets: s.read(s.ours),
                "SQL by hand on DuckDB": lambda s=sets: s.read(SQL),
                "our kernel": sets.kernel,
            }
            if polars is not None:
                answer = with_polars(polars)
                assert [int(answer[name].sum()) for name in COLUMNS[2:]] == times
                works["Polars by hand"] = lambda p=polars: with_polars(p)
            rounds = given.rounds if many < 5_000_000 else 1
            best = taken_in_turn(works, rounds=rounds)
            growth.append((many, {name: took / many for name, took in best.items()}))
            if polars is not None:
                last = (many, sets.bytes_read() / many, operators(sets))
                out = sets.read(sets.ours).nbytes / many
                plan = f"EXPLAIN {sets.ours}"
                planned = seconds(lambda s=sets, p=plan: s.read(p), rounds=3)
                row = kernel.rows.itemsize * kernel.rows.shape[1] + len(RULES) + 8
            sets.connection.disconnect()
    print_engines(each, growth)
    print_growth(growth)
    rate = moved_a_second()
    many, read, where = last
    ours = dict(growth)[many]
    print(f"\nat {many:,} subjects; a plain copy by NumPy moves {rate / 1e9:.1f} GB a second")
    print(f"{'':24}{'bytes a subject':>16}{'time : copying as much':>24}")
    for name, moved in (("ours on DuckDB", read + out), ("our kernel", row)):
        print(f"{name:24}{moved:>16.0f}{ours[name] / (moved / rate):>24.1f}")
    print(f"DuckDB's time in our query: {where}; planning {planned * 1e3:.0f} ms a query")


def print_engines(each: Mapping[str, float], growth: list[tuple[int, dict[str, float]]]) -> None:
    """Subjects a second and ratios, the readings of whole tables at their largest common size."""
    many, sets = [line for line in growth if "Polars by hand" in line[1]][-1]
    ours = sets["ours on DuckDB"]
    print(f"\n{'':42}{'subjects/s':>12}{'time : ours':>13}")
    for name, took in sorted({**each, **sets}.items(), key=lambda line: -line[1]):
        print(f"{name:42}{1 / took:>12,.0f}{took / ours:>13.2f}")
    best = min(sets["SQL by hand on DuckDB"], sets["Polars by hand"])
    print(f"(whole tables at {many:,} subjects; ours : best by hand {ours / best:.2f})")


def print_growth(growth: list[tuple[int, dict[str, float]]]) -> None:
    names = list(growth[0][1])
    print(f"\n{'ns a subject':>14}" + "".join(f"{name:>24}" for name in names))
    for many, each in growth:
        cells = (f"{each[name] * 1e9:>24,.0f}" if name in each else f"{'-':>24}" for name in names)
        print(f"{many:>14,}" + "".join(cells))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--subjects", type=int, default=10_000)
    parser.add_argument("--one-by-one", type=int, default=2_000)
    parser.add_argument("--copies", type=int, nargs="+", default=[1, 10, 100])
    parser.add_argument("--polars-most", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    versions = ("duckdb", "ibis-framework", "polars", "zen-engine", "clipspy", "numba")
    print(machine() + ", " + ", ".join(f"{name} {version(name)}" for name in versions))
    print(f"load {os.getloadavg()[0]:.1f}")
    compared(few_of(program_of(resolve(load_rulebook(), as_of=AS_OF))), given)


if __name__ == "__main__":
    main()
