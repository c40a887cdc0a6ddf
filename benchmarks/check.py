"""How long `rules check` takes to prove as rules grow: `python benchmarks/check.py`.

Rulebooks of 25, 100 and 400 rules are generated from a seed: signals over records and over the
subject's own facts with overlapping thresholds, colours, visits and notices upon them. Each is
proved in a process of its own; its processor time in the best round counts, and `python -c pass` is
the measure beside the smallest. Nothing is asserted about time.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY))

SIZES = (25, 100, 400)
RULE = """\
  - id: {id}
    title: {{da: "Regel {number}", en: "Rule number {number}"}}
    applies to: [{kinds}]
    from: {start}
    when: {{{when}}}
    then: {then}
    basis: assumption
    sources: ["made up for the benchmark"]
    reviewed: 2026-01-31
"""
VISIT = (
    "{{visit: follow_up, every days: {days}, window days: 30, methods: [interview], "
    "hear: [interview_others]}}"
)
THEMES = ("competences", "health_and_wellbeing", "target_group_methods_results")


def _fact(draw: random.Random) -> str:
    """A condition on records or on the subject, of the sorts that the shipped rules have."""
    theme, low = draw.choice(THEMES), draw.randrange(1, 5)
    severity = draw.choice(["serious", "[serious, acute]", "[moderate, serious]", "mild"])
    age, share = draw.randrange(10, 400, 10), draw.randrange(5, 95, 5)
    return draw.choice(
        [
            f"any concern: {{open: yes, severity: {severity}, theme: {theme}, "
            f"received_age_days: {{at least: {age}}}}}",
            f"at least {low} concern: {{open: yes, dialogue_age_days: {{at most: {age}}}}}",
            f"any score: {{latest: yes, theme: {theme}, value: {{at most: {low}}}}}",
            f"no visit: {{outcome: met, held_age_days: {{at most: {age}}}}}",
            f"any sanction: {{unmet: yes, extended_deadline_age_days: {{at least: {age}}}}}",
            f"last_visit_age_days: {{at least: {age}}}, consultant_in_doubt: yes",
            f"last_assessed_age_days: {{at least: {age}, at most: {age + share}}}",
        ]
    )


def _rules(number: int, draw: random.Random) -> dict[str, list[str]]:
    """The texts of so many rules, by the folder they stand in."""
    signals = max(3, number // 6)
    found: dict[str, list[str]] = {"signals": [], "category": [], "visits": []}
    for at in range(number):
        share = at % 20
        signal = f"generated_{draw.randrange(signals)}"
        start = draw.choice(["2022-01-01", "2022-01-01", "2022-01-01", "2025-01-01"])
        if share < 11:
            room, when, then = "signals", _fact(draw), f"{{signal: generated_{at % signals}}}"
        elif share < 14:
            colour = draw.choice(["yellow", "yellow", "red"])
            room, when, then = "category", f"signal: {signal}", f"{{colour: {colour}}}"
        elif share < 17:
            room, when = "visits", f"signal: {signal}, category: [yellow, red]"
            then = VISIT.format(days=draw.randrange(20, 300))
        else:
            notice = draw.choice(["announced", "unannounced"])
            room, when = "visits", f"signal: {signal}"
            then = f"{{notice: {notice}, rank: {100 + at}, purposes: [basis]}}"
        kinds = draw.choice(["social_offer, foster_family", "social_offer", "foster_family"])
        text = RULE.format(
            id=f"{room}.generated_{at}", number=at, kinds=kinds, start=start, when=when, then=then
        )
        found[room].append(text)
    return found


def write_rulebook(folder: Path, *, number: int, seed: int) -> Path:
    """A rulebook of `number` generated rules beside those of `tests/rules/base`."""
    rules = folder / "rules"
    shutil.copytree(REPOSITORY / "tests" / "rules" / "base", rules)
    shutil.copytree(REPOSITORY / "rules" / "registers", rules / "registers")
    for room, texts in _rules(number, random.Random(seed)).items():
        (rules / room / "generated.yaml").write_text("rules:\n" + "".join(texts), encoding="utf-8")
    return rules


def _prove(folder: Path, rounds: int) -> None:
    """Proves a rulebook and prints what it took, as data."""
    from engine.analysis.proof.defects import defects_of
    from engine.rulebook.load import load_rulebook

    book = load_rulebook(folder)
    best = float("inf")
    for _ in range(rounds):
        begun = time.process_time()
        examined = defects_of(book)
        best = min(best, time.process_time() - begun)
    taken = {
        "seconds": best,
        "questions": sum(examined.decided.by.values()),
        "findings": len(examined.findings),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    print(json.dumps(taken))


def main() -> None:
    """Generates, measures, and prints a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--prove", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.prove is not None:
        _prove(given.prove, given.rounds)
        return
    nothing = []
    for _ in range(10):
        begun = time.perf_counter()
        subprocess.run([sys.executable, "-c", "pass"], check=True)
        nothing.append(time.perf_counter() - begun)
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"{'rules':>6}{'s':>9}{': 25':>8}{': pass':>9}{'questions':>11}{'found':>7}{'MB':>7}")
    first = 0.0
    for number in given.sizes:
        with tempfile.TemporaryDirectory() as place:
            folder = write_rulebook(Path(place), number=number, seed=given.seed)
            command = [sys.executable, __file__, "--prove", str(folder)]
            command += ["--rounds", str(given.rounds)]
            environment = {**os.environ, "TILSYNSTRYK_CACHE": place}
            done = subprocess.run(
                command, env=environment, stdout=subprocess.PIPE, text=True, check=True
            )
        taken = json.loads(done.stdout)
        seconds = taken["seconds"]
        first = first or seconds
        print(
            f"{number:>6}{seconds:>9.2f}{seconds / first:>8.1f}{seconds / min(nothing):>9.0f}"
            f"{taken['questions']:>11,}{taken['findings']:>7}{taken['peak_mb']:>7.0f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
