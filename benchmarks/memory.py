"""How much memory a run takes as the portfolio grows: held whole, and streamed.

    python benchmarks/memory.py 20000 80000

The portfolio is one generated authority over and over, each copy with ids of its own. Peak memory
is that of a process of its own, Python and its libraries in it.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
DAY = "2022-12-31"
_APART = 1_000_000


def copied(base: Path, target: Path, *, copies: int) -> None:
    """A folder of CSV with every row so many times, each time about another subject."""
    target.mkdir(parents=True)
    for path in sorted(base.glob("*.csv")):
        heading, *lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        with (target / path.name).open("w", encoding="utf-8", newline="") as file:
            file.write(heading)
            for copy in range(copies):
                for line in lines:
                    prefix, _, rest = line.partition("-")
                    number = rest[: len(rest) - len(rest.lstrip("0123456789"))]
                    apart = int(number) + copy * _APART
                    file.write(f"{prefix}-{apart}{rest[len(number) :]}")


def base_portfolio(target: Path) -> int:
    """One generated authority as CSV; how many subjects it has."""
    from engine.portfolio.synthetic.generate import generate
    from engine.portfolio.write import write_portfolio
    from engine.rulebook.catalogue import load_catalogue
    from engine.rulebook.load import load_rulebook
    from models.terms import Authority

    book = load_rulebook()
    dossiers = generate(
        authorities=[Authority.SYD],
        as_of=date.fromisoformat(DAY),
        seed=3,
        published=ROOT / "fixtures" / "published",
        registers=book.registers,
    )
    write_portfolio(
        dossiers, target, format="csv", registers=book.registers, catalogue=load_catalogue()
    )
    return len(dossiers)


def evaluate(arguments: Sequence[str], *, held: int | None = None) -> None:
    """Runs `tilsynstryk evaluate` here, and prints the peak memory and the processor's time.

    With `held` a stream holds no more than so many subjects, and ten rows for each; sentences are
    remembered, and garbage left lying, as little.
    """
    import gc

    from cli import tilsynstryk
    from engine.portfolio import spool, streamed
    from engine.run import streaming, tables

    streamed._LARGE_BYTES = 1 << 60
    if held is not None:
        streaming._AT_A_TIME = held
        streamed._ROWS_AT_A_TIME = spool._A_RUN = tables._MOST_REMEMBERED = 10 * held
        spool._A_BLOCK = 8
        gc.set_threshold(700, 10, 10)
    tilsynstryk(["evaluate", *arguments], standalone_mode=False)
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps({"peak_mb": peak_mb(), "seconds": used.ru_utime}))


def peak_mb() -> float:
    """This process's own peak. Linux lets `ru_maxrss` begin with that of whoever started the
    process, so its own high-water mark is asked for where there is one."""
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024 / 1e6
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def measured(
    portfolio: Path, out: Path, *options: str, as_of: str = DAY, held: int | None = None
) -> dict[str, float]:
    """Peak memory and processor time of a run in a process of its own."""
    arguments = [str(portfolio), "--as-of", as_of, "--out", str(out), "--format", "csv", *options]
    code = f"import memory; memory.evaluate({arguments!r}, held={held!r})"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT / "benchmarks",
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'benchmarks'}", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("subjects", type=int, nargs="*", default=[20_000, 80_000])
    parser.add_argument("--engine", default="tables")
    parser.add_argument("--only-streamed", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        each = base_portfolio(folder / "base")
        print(f"{'subjects':>10} {'CSV MB':>8} {'how':>10} {'peak MB':>9} {'CPU s':>7} {'s':>6}")
        for wanted in given.subjects:
            copies = max(1, round(wanted / each))
            portfolio = folder / f"portfolio-{wanted}"
            copied(folder / "base", portfolio, copies=copies)
            size = sum(path.stat().st_size for path in portfolio.iterdir()) / 1e6
            for how in ("--streaming",) if given.only_streamed else ("--streaming", ""):
                start = time.perf_counter()
                options = ["--engine", given.engine, *([how] if how else [])]
                found = measured(portfolio, folder / "out", *options)
                row = (copies * each, f"{size:.0f}", how.strip("-") or "held whole")
                took = time.perf_counter() - start
                print(
                    f"{row[0]:>10} {row[1]:>8} {row[2]:>10} {found['peak_mb']:>9.0f} "
                    f"{found['seconds']:>7.0f} {took:>6.0f}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
