"""A run that is ended leaves no facts behind; one that is killed, none that the next run finds."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from engine.portfolio.passing import REPLACED, passing
from engine.run.aside import written_whole
from tests.run.official import PORTFOLIO, files, run

ROOT = PORTFOLIO.parents[1]
_COMMAND = """
import sys, time
sys.argv = {argv!r}
from {module} import {name}
import {module} as module

def waits(*given, **more):
    print("waiting", flush=True)
    time.sleep(600)

module.{name} = waits
import cli
cli.main()
"""
PLACES = {
    "evaluate": ("commands.official", "write_outputs", ["--streaming"]),
    "outcomes": ("engine.run.outcomes", "write_outcomes", []),
}


@contextmanager
def waiting(command: str, out: Path) -> Iterator[subprocess.Popen[str]]:
    """A command of a process of its own that has read and evaluated, and not yet written."""
    module, name, options = PLACES[command]
    argv = ["tilsynstryk", command, str(PORTFOLIO), *options]
    argv += ["--out", str(out), "--as-of", "2025-06-01"]
    program = _COMMAND.format(argv=argv, module=module, name=name)
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            assert "waiting" in next(line for line in process.stdout if "waiting" in line)
            yield process
        finally:
            process.kill()


def hidden(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name.startswith("."))


@pytest.mark.parametrize("command", PLACES)
@pytest.mark.parametrize(
    ("ended_by", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130)]
)
def test_what_is_ended_clears_up(
    command: str, ended_by: signal.Signals, code: int, tmp_path: Path
) -> None:
    with waiting(command, tmp_path / "out") as process:
        assert len(hidden(tmp_path)) == 2
        process.send_signal(ended_by)
        assert process.wait(30) == code
    assert list(tmp_path.iterdir()) == []


def test_what_was_told_to_live_on_does(tmp_path: Path) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with waiting("evaluate", tmp_path / "out") as process:
            process.send_signal(signal.SIGHUP)
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(0.3)
    finally:
        signal.signal(signal.SIGHUP, before)


def test_the_next_run_clears_up_after_a_dead_one_and_leaves_a_living_one(tmp_path: Path) -> None:
    (tmp_path / ".tilsynstryk.mine").mkdir()
    (tmp_path / ".out.mine").mkdir()
    with waiting("evaluate", tmp_path / "dead") as dead:
        dead.kill()
        dead.wait()
    with waiting("evaluate", tmp_path / "alive"):
        left = hidden(tmp_path)
        assert sum(name.startswith(".alive.") for name in left) == 1
        assert not any(name.startswith(".dead.") for name in left)
        assert run("evaluate", PORTFOLIO, "--out", tmp_path / "out").exit_code == 0
        assert hidden(tmp_path) == left
    assert run("evaluate", PORTFOLIO, "--out", tmp_path / "out").exit_code == 0
    assert hidden(tmp_path) == [".out.mine", ".tilsynstryk.mine"]


def test_an_earlier_output_comes_back_when_its_successor_does_not_take_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    assert run("evaluate", PORTFOLIO, "--out", out).exit_code == 0
    before = files(out)
    rename = Path.rename

    def ended(here: Path, there: Path) -> Path:
        if here.name == "new" and there == out:
            raise SystemExit(143)
        return rename(here, there)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", ended)
        with pytest.raises(SystemExit), written_whole(out):
            pass
    assert files(out) == before
    assert hidden(tmp_path) == []


def test_an_earlier_output_of_a_killed_run_comes_back(tmp_path: Path) -> None:
    program = (
        "import os, sys; from pathlib import Path\n"
        "from engine.portfolio.passing import REPLACED, passing\n"
        f"with passing(Path({str(tmp_path)!r}), prefix='.out.') as folder:\n"
        "    (folder / REPLACED / 'out').mkdir(parents=True)\n"
        "    (folder / REPLACED / 'out' / 'kept').touch()\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == -9
    assert len(hidden(tmp_path)) == 1
    with passing(tmp_path, prefix=".x.") as folder:
        assert not (folder / REPLACED).exists()
        assert (tmp_path / "out" / "kept").exists()
    assert hidden(tmp_path) == []


def test_somebody_elses_folder_is_left_alone(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "tilsynstryk.lock").touch()
    (tmp_path / ".linked").symlink_to(kept)
    with passing(tmp_path, prefix=".x."):
        pass
    assert (kept / "tilsynstryk.lock").exists()
    assert (tmp_path / ".linked").is_symlink()
