"""The README's tour is real output: every command in it is run and its answer compared.

A line `...` in the README stands for any number of lines.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```console\n\$ (tilsynstryk [^\n]*)\n(.*?)\n?```", README, re.DOTALL)


def _output(command: str, folder: Path) -> list[str]:
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "-c", "from cli import main; main()", *shlex.split(command)[1:]],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    return (done.stdout or done.stderr).rstrip("\n").split("\n")


def _without_hash(text: str) -> str:
    """The rulebook's hash, and how many questions it raises, change with every edit of a rule; the
    tour need not."""
    text = re.sub(r"\d+ (spørgsmål afgjort for alle fakta) \([^)]*\)", r"# \1", text)
    return re.sub(r"([Rr]egelbog) [0-9a-f]{12}", r"\1 #", text)


def _matches(expected: list[str], found: list[str]) -> bool:
    pattern = "\n".join("(?:.*\n?)*?" if line == "..." else re.escape(line) for line in expected)
    pattern = pattern.replace("(?:.*\n?)*?\n", "(?:.*\n)*?").replace("\n(?:.*\n?)*?", "(?:\n.*)*?")
    return re.fullmatch(pattern, "\n".join(found)) is not None


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the README's commands find what they name."""
    place = tmp_path_factory.mktemp("readme")
    for name in ("fixtures", "rules"):
        shutil.copytree(REPOSITORY / name, place / name)
    (place / "build").mkdir()
    return place


def test_the_readme_has_a_tour() -> None:
    assert len(BLOCKS) >= 8


@pytest.mark.parametrize(("command", "expected"), BLOCKS, ids=[c[12:60] for c, _ in BLOCKS])
def test_a_command_of_the_tour_answers_as_printed(
    command: str, expected: str, folder: Path
) -> None:
    if command.startswith("tilsynstryk rerun") or "--previous" in command:
        evaluate = next(c for c, _ in BLOCKS if "evaluate fixtures/small" in c)
        _output(evaluate, folder)
    found = _output(command, folder)
    assert _matches(_without_hash(expected).split("\n"), [_without_hash(line) for line in found]), (
        "\n".join(found)
    )
