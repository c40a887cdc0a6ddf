"""Start-up and answer of `tilsynstryk category` on the national portfolio, beside `python -c pass`.

Both sides run in turn as processes of their own and the best of each counts. Byte code may be kept,
as for any user. Nothing is asserted about time.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
COMMAND = "from cli import main; main()"
AS_OF = "2022-12-31"


def _seconds(arguments: list[str], environment: dict[str, str]) -> float:
    begun = time.perf_counter()
    subprocess.run(
        [sys.executable, *arguments],
        env=environment,
        cwd=REPOSITORY,
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return time.perf_counter() - begun


def main() -> None:
    """Generates the portfolio if none is given, measures, and prints a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--portfolio", type=Path)
    parser.add_argument("--subject", default="PF-01042")
    parser.add_argument("--rounds", type=int, default=15)
    given = parser.parse_args()
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPATH"] = str(REPOSITORY)
    with tempfile.TemporaryDirectory() as folder:
        portfolio = given.portfolio or Path(folder, "portfolio")
        if given.portfolio is None:
            generate = ["-c", COMMAND, "generate", "--as-of", AS_OF, "--out", str(portfolio)]
            _seconds(generate, environment)
        query = ["-c", COMMAND, "category", given.subject, "--as-of", AS_OF]
        query += ["--portfolio", str(portfolio)]
        _seconds(query, environment)
        bare, whole = [], []
        for _ in range(given.rounds):
            bare.append(_seconds(["-c", "pass"], environment))
            whole.append(_seconds(query, environment))
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"{'python -c pass':<28}{min(bare) * 1000:>8.1f} ms{1.0:>8.1f}")
    print(f"{'tilsynstryk category':<28}{min(whole) * 1000:>8.1f} ms{min(whole) / min(bare):>8.1f}")


if __name__ == "__main__":
    main()
