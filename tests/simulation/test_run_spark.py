"""A real Spark gives what threads give, bit for bit, and finds the program wherever it stands."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine.backends.tables import SparkError
from engine.simulation.blocks import Threads, together
from engine.simulation.order import executor_of
from tests.backends.tables.local_spark import LocalSpark
from tests.simulation.spark_orders import order, several

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_spark_gives_the_same_bits_and_says_in_one_line_what_fails(
    spark: LocalSpark, tmp_path: Path
) -> None:
    """In a process that runs in a folder which is not the program's, and whose surroundings do not
    name the program."""
    lines = [
        f"import sys; sys.path.insert(0, {str(ROOT)!r})",
        "from tests.simulation.spark_orders import ask",
        "ask()",
    ]
    surroundings = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    found = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=surroundings,
        check=False,
    )
    assert found.stdout == "[True, 1, True, 1] [10, 3, 10, 3]", found.stderr[-3000:]


def test_a_master_that_is_none_is_refused() -> None:
    with pytest.raises(SparkError), executor_of(order(), kind="spark", master="local[x]"):
        pass


def test_threads_tell_what_they_have_done() -> None:
    told: list[int] = []
    with executor_of(order(), workers=2, progress=told.append) as executor:
        assert isinstance(executor, Threads)
        result = together(executor.run(several("baseline")))
    assert told == [10, 3]
    assert result.replicates == 13
