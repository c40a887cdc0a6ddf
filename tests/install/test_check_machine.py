"""The machine check names everything that is missing, in one line, before anything is installed."""

import os
import shutil
import subprocess
import sys
import tomllib
from dataclasses import replace
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "install" / "check_machine.py"
CHOOSER = ROOT / "install" / "choose_python.sh"


def load_check() -> ModuleType:
    spec = spec_from_file_location("check_machine", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


check = load_check()


def tool(folder: Path, name: str, body: str = "exit 0") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


@pytest.fixture
def machine(tmp_path: Path):
    """A machine that has all that is needed, made of empty stand-ins."""
    tools = tmp_path / "bin"
    for name in ("cc", "ar", "make"):
        tool(tools, name)
    headers = tmp_path / "include"
    headers.mkdir()
    (headers / "Python.h").write_text("", encoding="utf-8")
    return check.Machine(
        version=(3, 11),
        implementation="CPython",
        executable="python3",
        search_path=str(tools),
        compiler=("cc", "-pthread"),
        archiver="ar",
        include_dir=str(headers),
        modules=frozenset({"venv", "ensurepip"}),
    )


def first_line(machine) -> str:
    return check.report(check.lacks(machine)).splitlines()[0]


def test_a_complete_machine_lacks_nothing(machine):
    assert check.lacks(machine) == []
    assert check.lacks(replace(machine, version=(3, 12))) == []


@pytest.mark.parametrize("version", [(3, 8), (3, 10), (3, 13), (4, 0)])
def test_another_python_is_named(machine, version):
    line = first_line(replace(machine, version=version))
    assert "CPython 3.11 or 3.12" in line
    assert f"CPython {version[0]}.{version[1]}" in line


def test_another_implementation_is_named(machine):
    assert "is PyPy 3.11" in first_line(replace(machine, implementation="PyPy"))


def test_a_wrong_python_is_not_asked_for_its_headers(machine):
    wrong = replace(machine, version=(3, 13), include_dir="absent", modules=frozenset())
    assert "Python.h" not in first_line(wrong)


@pytest.mark.parametrize("absent", ["venv", "ensurepip"])
def test_a_missing_module_is_named(machine, absent):
    text = check.report(check.lacks(replace(machine, modules=machine.modules - {absent})))
    assert f"the module {absent}" in text.splitlines()[0]
    assert "apt-get install python3.11-venv" in text


def test_a_missing_compiler_is_named_with_what_was_looked_for(machine):
    text = check.report(check.lacks(replace(machine, compiler=("icc",))))
    assert "a C compiler (looked for icc)" in text.splitlines()[0]
    assert "CC=cc make demo" in text


def test_a_missing_archiver_is_named(machine):
    line = first_line(replace(machine, archiver="llvm-ar"))
    assert "looked for llvm-ar" in line


def test_missing_headers_are_named(machine, tmp_path):
    text = check.report(check.lacks(replace(machine, include_dir=str(tmp_path / "none"))))
    assert f"Python.h (looked in {tmp_path / 'none'})" in text.splitlines()[0]
    assert "python3.11-dev" in text
    assert "python3.11-devel" in text


def test_missing_make_is_named(machine, tmp_path):
    (tmp_path / "bin" / "make").unlink()
    assert first_line(machine).endswith("missing on this machine: make")


def test_a_compiler_that_fails_is_named_with_its_error(machine, tmp_path):
    tool(tmp_path / "bin", "cc", "echo 'fatal error: stdio.h: No such file' >&2; exit 1")
    line = first_line(machine)
    assert "a C compiler that works" in line
    assert "stdio.h" in line


def test_all_that_is_missing_is_said_at_once_for_each_system(machine):
    bare = replace(machine, search_path="", include_dir="none", modules=frozenset())
    lines = check.report(check.lacks(bare)).splitlines()
    assert [word in lines[0] for word in ("venv", "C compiler", "make", "Python.h")] == [True] * 4
    starts = [line.split(":")[0].strip() for line in lines[1:]]
    assert starts == ["Debian/Ubuntu", "Fedora", "macOS"]


def test_the_compiler_of_the_environment_comes_first(monkeypatch):
    monkeypatch.setenv("CC", "my-cc -m64")
    monkeypatch.setenv("AR", "my-ar")
    found = check.this_machine()
    assert found.compiler == ("my-cc", "-m64")
    assert found.archiver == "my-ar"


def test_the_supported_pythons_are_those_of_the_project():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    low, high = check.SUPPORTED[0], check.SUPPORTED[-1]
    assert project["requires-python"] == f">={low[0]}.{low[1]},<{high[0]}.{high[1] + 1}"


def test_the_script_ends_with_two_and_no_traceback_on_an_empty_path():
    run = subprocess.run(
        [sys.executable, str(SCRIPT)],
        env={"PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 2
    assert run.stdout == ""
    line = run.stderr.splitlines()[0]
    assert line.startswith("tilsynstryk: missing on this machine: ")
    assert "a C compiler" in line
    assert "make" in line
    assert "Traceback" not in run.stderr


def test_the_script_is_silent_on_a_machine_that_runs_the_tests():
    run = subprocess.run([sys.executable, str(SCRIPT)], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


def choose(path: Path, python: str = "") -> subprocess.CompletedProcess[str]:
    shell = shutil.which("sh")
    assert shell is not None
    cat = shutil.which("cat")
    assert cat is not None
    if not (path / "cat").exists():
        path.mkdir(exist_ok=True)
        (path / "cat").symlink_to(cat)
    return subprocess.run(
        [shell, str(CHOOSER)],
        env={"PATH": str(path), "PYTHON": python},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_plain_python3_is_chosen_when_it_fits(tmp_path):
    tool(tmp_path, "python3", "echo 3.12")
    tool(tmp_path, "python3.11", "echo 3.11")
    assert choose(tmp_path).stdout == "python3\n"


def test_a_fitting_python_is_chosen_past_a_newer_python3(tmp_path):
    tool(tmp_path, "python3", "echo 3.13")
    tool(tmp_path, "python3.12", "exit 127")
    tool(tmp_path, "python3.11", "echo 3.11")
    assert choose(tmp_path).stdout == "python3.11\n"


def test_what_was_found_is_said_when_no_python_fits(tmp_path):
    tool(tmp_path, "python3", "echo 3.13")
    run = choose(tmp_path)
    assert run.returncode == 2
    assert run.stdout == ""
    assert "found: python3 is 3.13, no python3.12, no python3.11" in run.stderr.splitlines()[0]


def test_the_named_python_is_taken_as_it_is(tmp_path):
    named = tool(tmp_path / "elsewhere", "mine", "echo 3.13")
    assert choose(tmp_path, str(named)).stdout == f"{named}\n"


def test_a_named_python_that_does_not_run_is_refused(tmp_path):
    run = choose(tmp_path, "no-such-python")
    assert run.returncode == 2
    assert run.stderr.startswith("tilsynstryk: PYTHON=no-such-python does not run")


def test_make_installs_nothing_on_a_machine_without_a_compiler(tmp_path):
    run = subprocess.run(
        ["make", "demo", f"PYTHON={sys.executable}", f"VENV={tmp_path / 'venv'}"],
        cwd=ROOT,
        env={**os.environ, "CC": "no-such-compiler"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 2
    assert "a C compiler (looked for no-such-compiler)" in run.stderr.splitlines()[0]
    assert not (tmp_path / "venv").exists()
