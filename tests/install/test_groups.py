"""Tests of a group run in one process: what is slow to make is made once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

CONFTEST = """import pytest

@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    for item in items:
        item.add_marker(pytest.mark.xdist_group(item.nodeid.partition("::")[0]))
"""
TESTS = """import os
import time

import pytest

@pytest.mark.parametrize("number", range(6))
def test_it(number):
    time.sleep(0.05)
    with open(__file__ + ".by", "a") as told:
        told.write(str(os.getpid()) + "\\n")
"""


def test_the_locked_runner_keeps_a_group_together(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(CONFTEST, encoding="utf-8")
    files = [tmp_path / f"test_{name}.py" for name in ("one", "other")]
    for file in files:
        file.write_text(TESTS, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "loadgroup"]
    surroundings = {name: value for name, value in os.environ.items() if "PYTEST" not in name}
    done = subprocess.run(
        [*command, "-p", "no:cacheprovider", str(tmp_path)],
        cwd=tmp_path,
        env=surroundings,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    by = [Path(f"{file}.by").read_text(encoding="utf-8").split() for file in files]
    assert [len(processes) for processes in by] == [6, 6]
    assert all(len(set(processes)) == 1 for processes in by)
