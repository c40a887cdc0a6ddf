"""What a month of a simulated subject costs, and how it grows: `python benchmarks/simulation.py`.

A generated portfolio lives through some years under the rules as they are and under a cut of 30 %
of the hours: what of a month is the rulebook's; with more subjects (rows again and again), more
replicates, fewer rules; peak memory in processes of their own; and beside the core of the model
written in NumPy, counts compared first. Processor time, the best of some rounds; what is compiled
is compiled before the clock starts. Nothing is asserted about time.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from evaluate import machine
from simulation_numpy import Core
from tables import seconds

from engine.backends.kernel import UNKNOWN
from engine.portfolio.synthetic.generate import generate
from engine.rulebook.book import FIRST_DAY, Rulebook
from engine.rulebook.load import load_rulebook
from engine.rulebook.scenarios import applied
from engine.simulation.assumptions import load_assumptions
from engine.simulation.blocks import Threads
from engine.simulation.prepared import Policy, Prepared, baseline_policy, prepared
from engine.simulation.priorities import load_priorities
from engine.simulation.replicate import run_replicate
from engine.simulation.run import simulated
from models.rulebook import Place, Text
from models.scenario import Cut, CutMeasure, RuleSwitchedOff, Scenario
from models.terms import Authority, Basis

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
AS_OF = date(2025, 12, 31)


def with_half_the_rules(book: Rulebook) -> Policy:
    """Half the rulebook's rules switched off: those that no other rule builds upon, every other one
    first, so that visits and sanctions are still asked for where that is enough."""
    late = [rule.id for rule in book.rules if not rule.id.startswith(("signals.", "category."))]
    colours = [rule.id for rule in book.rules if rule.id.startswith("category.")]
    free = late[::2] + colours[::2] + late[1::2] + colours[1::2]
    off = free[: len(book.rules) // 2]
    title = Text(da="Halvdelen af reglerne", en="Half the rules")
    scenario = Scenario(
        id="half_the_rules",
        title=title,
        switched_off=tuple(RuleSwitchedOff(rule=rule, valid_from=FIRST_DAY) for rule in off),
        basis=Basis.ASSUMPTION,
        sources=("made up for the benchmark",),
        reviewed=AS_OF,
        place=Place(file="benchmarks/simulation.py", line=1),
    )
    return Policy(scenario.id, title, applied(book, scenario))


def policies(book: Rulebook) -> list[Policy]:
    cut = Cut(measure=CutMeasure.HOURS, percent=30)
    title = Text(da="30 % færre timer", en="30 % fewer hours")
    return [baseline_policy(book), Policy("cut_30", title, book, cut)]


def made_ready(given: argparse.Namespace, *, half: bool) -> Prepared:
    book = load_rulebook()
    dossiers = generate(
        authorities=[Authority(given.authority)],
        as_of=AS_OF,
        seed=1,
        published=FIXTURES / "published",
        registers=book.registers,
    )
    asked = policies(book) + ([with_half_the_rules(book)] if half else [])
    return prepared(
        asked,
        tuple(dossiers),
        load_assumptions(),
        load_priorities(book),
        as_of=AS_OF,
        months=given.months,
    )


def with_subjects(ready: Prepared, times: int) -> Prepared:
    """The same subjects so many times, each with draws of its own."""
    whole = ready.world.portfolio
    arrays = {
        name: np.concatenate([getattr(whole, name)] * times)
        for name in (
            "rows",
            "kind",
            "authority",
            "supervised",
            "start",
            "department_start",
            "visited",
            "override_ends",
        )
    }
    ids = tuple(f"{one}-{copy}" for copy in range(times) for one in whole.ids)
    return replace(ready, world=replace(ready.world, portfolio=replace(whole, ids=ids, **arrays)))


def rulebook_alone(ready: Prepared, policy: str) -> Callable[[], Any]:
    """The compiled conditions over every subject of the portfolio once, as in a month."""
    regime, portfolio = ready.regimes[policy][0], ready.world.portfolio
    number = len(portfolio.ids)
    fired = np.zeros((number, len(regime.kernel.keys)), dtype=np.uint8)
    colours = np.zeros(number, dtype=np.int64)
    rows, day = portfolio.rows, ready.world.days[0]

    def read() -> None:
        regime.kernel.module.fired_all(rows, day, regime.parameters, fired, colours)

    return read


def lived(ready: Prepared, policy: str, frame: Any = None) -> Callable[[], Any]:
    plan = ready.plan(policy, frame)
    return lambda: run_replicate(ready.world, plan, seed=1, replicate=0)


def both(ready: Prepared, given: argparse.Namespace, replicates: int) -> Any:
    """Both policies as `tilsynstryk simulate` runs them, on one worker."""
    asked = [ready.policies["baseline"], ready.policies["cut_30"]]
    how = {"as_of": AS_OF, "months": given.months, "seed": 1, "replicates": replicates}
    return simulated(asked, Threads(ready), **how)


def print_growth(name: str, lines: list[tuple[str, float]]) -> None:
    """Each line's time for a subject's month against the first's."""
    print(f"\n{name:34}{'us a subject-month':>20}{': first':>10}")
    for label, took in lines:
        print(f"{label:34}{took * 1e6:>20.3f}{took / lines[0][1]:>10.2f}")


def peaks(given: argparse.Namespace) -> None:
    """Peak memory of a whole run in a process of its own, by replicates."""
    print(f"\n{'replicates':>12}{'peak MB':>10}")
    for number in given.replicates[:: len(given.replicates) - 1]:
        command = [sys.executable, __file__, "--peak-of", str(number)]
        command += ["--authority", given.authority, "--months", str(given.months)]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        print(f"{number:>12}{json.loads(done.stdout)['peak_mb']:>10.0f}", flush=True)


def measured(given: argparse.Namespace) -> None:
    ready = made_ready(given, half=True)
    number, months = len(ready.world.portfolio.ids), ready.world.months
    every = number * months
    frame = np.array(both(ready, given, 2).frames["cut_30"])
    keys = {name: len(regimes[0].kernel.keys) for name, regimes in ready.regimes.items()}
    print(f"{number:,} synthetic subjects, {months} months, conditions by policy {keys}")
    rounds = given.rounds

    lived(ready, "half_the_rules")()
    whole = {
        "the rules as they are": seconds(lived(ready, "baseline"), rounds=rounds),
        "30 % fewer hours": seconds(lived(ready, "cut_30", frame), rounds=rounds),
        "half the rules": seconds(lived(ready, "half_the_rules"), rounds=rounds),
    }
    print_growth("policy", [(name, took / every) for name, took in whole.items()])
    print(f"\n{'the rulebook within the month':34}{'conditions':>12}{'% of a month':>14}")
    for name in ("baseline", "half_the_rules"):
        rulebook_alone(ready, name)()
        took = seconds(rulebook_alone(ready, name), rounds=10) / number
        share = 100 * took / (whole["the rules as they are"] / every)
        print(f"{name:34}{keys[name]:>12}{share:>14.1f}")

    lines = []
    for times in given.subjects_times:
        more = with_subjects(ready, times)
        took = seconds(lived(more, "baseline"), rounds=rounds) / (every * times)
        lines.append((f"{number * times:,} subjects", took))
    print_growth("subjects", lines)
    lines = []
    for replicates in given.replicates:
        took = seconds(lambda r=replicates: both(ready, given, r), rounds=1)
        lines.append((f"{replicates} replicates", took / (2 * replicates * every)))
    print_growth("replicates, two policies", lines)

    core = Core(ready, seed=1)
    one, other = core.start(), core.start()
    counted = core.compiled(one)
    assert counted == core.by_numpy(other)
    aged, as_well = one.rows[:, one.frozen], other.rows[:, one.frozen]
    stand = (aged != UNKNOWN) & (as_well != UNKNOWN)
    assert stand.any()
    assert (aged[stand] == as_well[stand]).all()
    assert (one.quality == other.quality).all()
    print("\nthe core counts the same by NumPy: " + str(counted))
    starting = seconds(core.start, rounds=rounds)
    lines = [
        ("core by NumPy", seconds(lambda: core.by_numpy(core.start()), rounds=rounds) - starting),
        ("core, compiled world", seconds(lambda: core.compiled(core.start()), rounds=rounds)),
    ]
    lines[1] = (lines[1][0], lines[1][1] - starting)
    lines.append(("whole month loop", whole["the rules as they are"]))
    print_growth("beside NumPy", [(name, took / every) for name, took in lines])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--authority", default=Authority.SYD.value, choices=[*Authority])
    parser.add_argument("--months", type=int, default=24)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--subjects-times", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--replicates", type=int, nargs="+", default=[10, 20, 40])
    parser.add_argument("--peak-of", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.peak_of is not None:
        both(made_ready(given, half=False), given, given.peak_of)
        used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        print(json.dumps({"peak_mb": used / (1 << 20 if sys.platform == "darwin" else 1024)}))
        return
    print(f"{machine()}, load {os.getloadavg()[0]:.1f}")
    measured(given)
    peaks(given)


if __name__ == "__main__":
    main()
