"""All benchmarks, one after another: `make bench`. Figures are ratios within one run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
SCRIPTS = (
    ("evaluate.py", "--host"),
    ("startup.py",),
    ("tables.py",),
    ("engines.py",),
    ("national.py",),
    ("simulation.py",),
)


def main() -> int:
    """Runs every script and returns the worst exit code."""
    worst = 0
    for script, *options in SCRIPTS:
        print(f"== benchmarks/{script}", flush=True)
        done = subprocess.run([sys.executable, str(HERE / script), *options], check=False)
        worst = max(worst, abs(done.returncode))
        print(flush=True)
    return worst


if __name__ == "__main__":
    sys.exit(main())
