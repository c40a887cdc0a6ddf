"""What cannot be written is one line and an exit code, wherever the output goes."""

from __future__ import annotations

import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.run.official import PORTFOLIO

ROOT = Path(__file__).parents[2]
FULL = Path("/dev/full")
SUBJECT = ("category", "PF-00658", "--portfolio", PORTFOLIO, "--as-of", "2025-06-01")
OUTPUTS = (
    ("--help",),
    ("category", "--help"),
    SUBJECT,
    (*SUBJECT, "--format", "json"),
    ("evaluate", PORTFOLIO, "--as-of", "2025-06-01", "--out", "-"),
    ("rules", "show"),
    ("completion", "bash"),
)


def command(*args: object) -> list[str]:
    argv = ["tilsynstryk", *map(str, args)]
    return [sys.executable, "-c", f"import sys; sys.argv = {argv!r}; import cli; cli.main()"]


@pytest.mark.skipif(not FULL.exists(), reason="no device that is always full")
@pytest.mark.parametrize("args", OUTPUTS, ids=lambda args: " ".join(map(str, args))[:30])
def test_a_full_device_is_one_line(args: tuple[object, ...]) -> None:
    with FULL.open("wb") as full:
        done = subprocess.run(
            command(*args), cwd=ROOT, stdout=full, stderr=subprocess.PIPE, check=False
        )
    said = [line for line in done.stderr.decode().splitlines() if "advarsel" not in line]
    assert said == ["Svaret kan ikke skrives (der er ikke plads på disken)."]
    assert done.returncode == 2


@pytest.mark.skipif(not FULL.exists(), reason="no device that is always full")
def test_if_nothing_can_be_said_at_all_the_exit_code_does() -> None:
    with FULL.open("wb") as full:
        done = subprocess.run(
            command("evaluate", "nowhere"), cwd=ROOT, stdout=full, stderr=full, check=False
        )
    assert done.returncode == 2


@pytest.mark.parametrize("args", OUTPUTS, ids=lambda args: " ".join(map(str, args))[:30])
def test_a_reader_that_leaves_at_once_is_no_error(args: tuple[object, ...]) -> None:
    with subprocess.Popen(
        command(*args), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as program:
        assert program.stdout is not None
        assert program.stderr is not None
        program.stdout.close()
        said = program.stderr.read().decode().splitlines()
        assert program.wait(timeout=60) == 0
    assert [line for line in said if "advarsel" not in line] == []


def _small_files_only() -> None:
    """Writing past 20,000 bytes of a file fails, as on a disk without room."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))


@pytest.mark.parametrize("form", ["xlsx", "csv", "parquet", "json"])
def test_outputs_that_find_no_room_leave_nothing(form: str, tmp_path: Path) -> None:
    args = ("evaluate", PORTFOLIO, "--as-of", "2025-06-01", "--out", tmp_path / "out")
    done = subprocess.run(
        command(*args, "--format", form),
        cwd=ROOT,
        capture_output=True,
        check=False,
        preexec_fn=_small_files_only,
    )
    said = [line for line in done.stderr.decode().splitlines() if "advarsel" not in line]
    assert len(said) == 1, said
    assert said[0].startswith(f"{tmp_path / 'out'} kan ikke skrives (")
    assert done.returncode == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["facts.xlsx", "facts.jsonl", "facts"])
def test_so_do_a_template_and_a_portfolio(name: str, tmp_path: Path) -> None:
    wanted = [("generate", "--as-of", "2022-12-31", "--authority", "syd", "--out", tmp_path / name)]
    if name == "facts.xlsx":
        wanted.append(("template", tmp_path / name))
    for args in wanted:
        done = subprocess.run(
            command(*args),
            cwd=ROOT,
            capture_output=True,
            check=False,
            preexec_fn=_small_files_only,
        )
        said = done.stderr.decode().splitlines()
        assert len(said) == 1, said
        assert said[0].startswith(f"{tmp_path / name} kan ikke skrives (")
        assert done.returncode == 2
        assert list(tmp_path.iterdir()) == []
