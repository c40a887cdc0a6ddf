"""The command line itself: help, unknown commands, exit codes, and what is imported when."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import cli
from cli import tilsynstryk
from models.facts import Dossier
from tests.run.official import PORTFOLIO, run, write

ROOT = Path(__file__).parents[2]
COMMANDS = ("category", "evaluate", "generate", "rerun", "rules", "template", "what-if")


def python(code: str, *, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """A fresh interpreter at the root of the product."""
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, input=stdin, capture_output=True, check=False
    )


def start(*args: object, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """The program as it is started from a shell."""
    argv = ["tilsynstryk", *map(str, args)]
    return python(f"import sys; sys.argv = {argv!r}; import cli; cli.main()", stdin=stdin)


def test_every_command_has_help_with_an_example() -> None:
    assert set(COMMANDS) < set(cli._COMMANDS)
    for name in COMMANDS:
        result = CliRunner().invoke(tilsynstryk, [name, "--help"])
        assert result.exit_code == 0
        assert f"tilsynstryk {name}" in result.stdout
        assert "Example" in result.stdout


def test_the_help_lists_the_commands_without_importing_them() -> None:
    result = start("--help")
    assert result.returncode == 0
    text = result.stdout.decode()
    assert all(f"  {name} " in text for name in COMMANDS)
    assert "Exit codes: 0 fine, 1 findings, 2 bad input." in text
    found = python(
        "import sys, cli\n"
        "from click.testing import CliRunner\n"
        "CliRunner().invoke(cli.tilsynstryk, ['--help'])\n"
        "print([m for m in sys.modules if m.split('.')[0] in ('engine', 'commands', 'models')])"
    )
    assert found.stdout.strip() == b"[]", found


@pytest.mark.parametrize(
    ("given", "hint"), [("evalute", "evaluate"), ("templat", "template"), ("categori", "category")]
)
def test_a_misspelt_command_gets_a_hint(given: str, hint: str) -> None:
    result = CliRunner().invoke(tilsynstryk, [given])
    assert result.exit_code == 2
    assert f"Der er ingen kommando '{given}'. Mener du '{hint}'?" in result.stderr


def test_a_command_like_no_other_gets_none() -> None:
    result = CliRunner().invoke(tilsynstryk, ["xyzzy"])
    assert result.exit_code == 2
    assert "Der er ingen kommando 'xyzzy'." in result.stderr
    assert "Mener du" not in result.stderr


@pytest.mark.parametrize(
    "args",
    [
        ("evaluate",),
        ("evaluate", PORTFOLIO, "--format", "pdf"),
        ("evaluate", PORTFOLIO, "--seed", "many"),
        ("evaluate", PORTFOLIO, "--period-days", "0"),
        ("evaluate", PORTFOLIO, "--rules", "nowhere"),
        ("evaluate", PORTFOLIO, "--lang", "de"),
        ("rerun", "manifest.json", "--portfolio", PORTFOLIO),
        ("category", "PF-1", "--portfolio", "nowhere"),
        ("generate",),
    ],
)
def test_wrong_use_is_exit_code_2(args: tuple[object, ...]) -> None:
    command = str(args[0])
    result = run(command, *args[1:], as_of=None if command == "rerun" else "2025-06-01")
    assert result.exit_code == 2
    assert result.stderr.strip()
    assert result.stdout == ""


def test_from_a_shell_decisions_can_be_piped(
    small_portfolio: tuple[Dossier, ...], tmp_path: Path
) -> None:
    facts = write(small_portfolio[:3], tmp_path / "facts.jsonl", "jsonl").read_bytes()
    args = ("evaluate", "-", "--as-of", "2025-06-01", "--out", "-")
    result = start(*args, stdin=facts)
    assert result.returncode == 0, result.stderr
    assert result.stdout == run("evaluate", "-", "--out", "-", stdin=facts).stdout_bytes
    assert result.stdout.count(b"\n") == 3


def test_a_reader_that_has_seen_enough_is_no_error(
    small_portfolio: tuple[Dossier, ...], tmp_path: Path
) -> None:
    facts = write(small_portfolio, tmp_path / "facts.jsonl", "jsonl")
    argv = ["tilsynstryk", "evaluate", str(facts), "--as-of", "2025-06-01", "--out", "-"]
    code = f"import sys; sys.argv = {argv!r}; import cli; cli.main()"
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as program:
        assert program.stdout is not None
        assert program.stderr is not None
        assert program.stdout.readline().startswith(b'{"subject_id"')
        program.stdout.close()
        said = program.stderr.read()
        assert program.wait(timeout=60) == 0
    assert b"Traceback" not in said
    assert b"BrokenPipe" not in said


def test_words_are_utf_8_whatever_the_locale(
    small_portfolio: tuple[Dossier, ...], tmp_path: Path
) -> None:
    facts = write(small_portfolio[:2], tmp_path / "facts.jsonl", "jsonl")
    argv = ["tilsynstryk", "evaluate", str(facts), "--as-of", "2025-06-01", "--out", "out"]
    result = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.argv = {argv!r}; import cli; cli.main()"],
        cwd=tmp_path,
        env={**os.environ, "LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert "Maskinen foreslår" in result.stdout.decode("utf-8")
