"""What a full evaluation costs beside durable-rules alone: `python benchmarks/evaluate.py`.

All sides run in one process on the same synthetic subjects, round by round, and the best round of
each counts; so the ratio says more than the figures. Nothing is asserted about time.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import durable_rules_engine as c_engine

from engine.backends.durable import DurableBackend
from engine.backends.reference import ReferenceBackend
from engine.facts import View
from engine.portfolio.synthetic.generate import generate
from engine.rulebook.load import load_rulebook
from engine.rulebook.program import Program, program_of
from engine.rulebook.resolve import ResolvedRulebook, resolve
from engine.run.evaluate import official_decider
from models.facts import Dossier
from models.terms import Authority

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
AS_OF = date(2022, 12, 31)


@dataclass(frozen=True)
class Case:
    """One subject: its dossier, its view, and the batches of facts the engine was given."""

    dossier: Dossier
    view: View
    batches: tuple[tuple[int, str], ...]


class Recording:
    """durable-rules' C module, noting which rules were registered and which facts were given."""

    def __init__(self) -> None:
        self.batches: list[tuple[int, str]] = []
        self.rules: dict[int, str] = {}

    def create_ruleset(self, name: str, rules: str) -> int:
        handle: int = c_engine.create_ruleset(name, rules)
        self.rules[handle] = rules
        return handle

    def assert_facts(self, handle: int, facts: str) -> Any:
        self.batches.append((handle, facts))
        return c_engine.assert_facts(handle, facts)

    def __getattr__(self, name: str) -> Any:
        return getattr(c_engine, name)


def bare_loop(cases: Sequence[Case]) -> int:
    """durable-rules and nothing else: prepared facts in, names of fired rules out."""
    fired = 0
    for case in cases:
        for handle, facts in case.batches:
            _, state = c_engine.assert_facts(handle, facts)
            _, message = c_engine.start_action_for_state(handle, state)
            while message is not None:
                fired += 1
                message = c_engine.complete_and_start_action(handle, state)
            c_engine.delete_state(handle, "0")
    return fired


def host_loop(rules: dict[int, str]) -> Callable[[Sequence[Case]], int]:
    """The same through the library's own Python host, without its background threads."""
    from durable.engine import Host

    class QuietHost(Host):  # type: ignore[misc, unused-ignore]
        def _run(self) -> None:
            pass

    fired: list[int] = []
    host = QuietHost()
    for handle, text in rules.items():
        definition = json.loads(text)
        for rule in definition.values():
            rule["run"] = lambda c: fired.append(1)
        host.register_rulesets({str(handle): definition})

    def loop(cases: Sequence[Case]) -> int:
        fired.clear()
        for case in cases:
            for handle, facts in case.batches:
                host.assert_facts(str(handle), json.loads(facts))
                host.delete_state(str(handle), "0")
        return len(fired)

    return loop


def full_evaluation(resolved: ResolvedRulebook) -> Callable[[Sequence[Case]], int]:
    """What the official run does per subject: facts laid out, rules run, shadow check, reasons,
    visit plan, proposals."""
    decider = official_decider(resolved)

    def loop(cases: Sequence[Case]) -> int:
        return sum(len(decider.decide(case.dossier).fired) for case in cases)

    return loop


def prepared(
    dossiers: Sequence[Dossier], resolved: ResolvedRulebook, program: Program
) -> tuple[list[Case], Recording, DurableBackend]:
    """Every subject's view and batches, from one evaluation each."""
    decider = official_decider(resolved)
    recording = Recording()
    backend = DurableBackend(program, library=recording)
    cases = []
    for dossier in dossiers:
        view = decider.view(dossier)
        recording.batches = []
        backend.evaluate(view)
        cases.append(Case(dossier, view, tuple(recording.batches)))
    return cases, recording, backend


def best_seconds(
    sides: dict[str, Callable[[Sequence[Case]], int]], cases: Sequence[Case], *, rounds: int
) -> dict[str, float]:
    """The shortest time of each side over some rounds, taken in turn."""
    best = dict.fromkeys(sides, float("inf"))
    for _ in range(rounds):
        for name, side in sides.items():
            start = time.perf_counter()
            side(cases)
            best[name] = min(best[name], time.perf_counter() - start)
    return best


def resident_kb() -> int:
    """The memory the process holds now; its highest so far where the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return pages * resource.getpagesize() // 1024


def memory_over(program: Program, cases: Sequence[Case], *, evaluations: int) -> tuple[int, int]:
    """Memory in kB after a tenth of the evaluations, and after all."""
    with DurableBackend(program) as backend:
        at_tenth = 0
        for number in range(evaluations):
            if number == evaluations // 10:
                at_tenth = resident_kb()
            backend.evaluate(cases[number % len(cases)].view)
        return at_tenth, resident_kb()


def machine() -> str:
    """Processor, cores, system, versions."""
    model = platform.processor() or platform.machine()
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        model = next(
            (line.split(": ")[1] for line in lines if line.startswith("model name")), model
        )
    except OSError:
        pass
    return (
        f"{model}, {os.cpu_count()} cores, {platform.system()}, "
        f"Python {platform.python_version()}, durable-rules {version('durable-rules')}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--authority", default=Authority.SYD.value, choices=[*Authority])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--evaluations", type=int, default=100_000, help="for memory; 0: skip")
    parser.add_argument("--host", action="store_true", help="also through the library's own host")
    given = parser.parse_args()

    book = load_rulebook()
    resolved = resolve(book, as_of=AS_OF)
    program = program_of(resolved)
    start = time.perf_counter()
    with DurableBackend(program) as timed:
        compiled = time.perf_counter()
        timed.prepare()
        registered = time.perf_counter()
    dossiers = generate(
        authorities=[Authority(given.authority)],
        as_of=AS_OF,
        seed=1,
        published=FIXTURES / "published",
        registers=book.registers,
    )
    cases, recording, backend = prepared(dossiers, resolved, program)
    reference = ReferenceBackend(program)
    sides: dict[str, Callable[[Sequence[Case]], int]] = {
        "durable-rules, bare loop": bare_loop,
        "durable-rules, adapter": lambda all_: sum(
            len(backend.evaluate(case.view).held) for case in all_
        ),
        "reference": lambda all_: sum(len(reference.evaluate(case.view).held) for case in all_),
        "full evaluation": full_evaluation(resolved),
    }
    if given.host:
        sides["durable-rules, own host"] = host_loop(recording.rules)
    best = best_seconds(sides, cases, rounds=given.rounds)

    records = sum(len(rows) for case in cases for rows in case.view.records.values())
    print(machine())
    print(
        f"{len(cases)} synthetic subjects with {records / len(cases):.1f} records each, "
        f"{sum(1 for _ in program.items())} conditions in {len(recording.rules)} rulesets"
    )
    print(
        f"set-up: compiled in {(compiled - start) * 1e3:.1f} ms, "
        f"registered for all kinds in {(registered - compiled) * 1e3:.1f} ms\n"
    )
    bare = best["durable-rules, bare loop"]
    print(f"{'':28}{'subjects/s':>12}{'us each':>10}{'time : bare':>14}")
    for name, seconds in best.items():
        rate = len(cases) / seconds
        print(f"{name:28}{rate:>12,.0f}{1e6 / rate:>10.0f}{seconds / bare:>14.2f}")
    if given.evaluations:
        tenth, end = memory_over(program, cases, evaluations=given.evaluations)
        print(
            f"\nmemory: {tenth / 1024:.1f} MB after {given.evaluations // 10:,} evaluations, "
            f"{end / 1024:.1f} MB after {given.evaluations:,}"
        )


if __name__ == "__main__":
    main()
