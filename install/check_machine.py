"""Says in one line what this machine lacks before anything is installed on it.

The case engine durable-rules comes as C source only, so a machine needs more than a Python: a C
compiler, the headers of that very Python, and make. Runs on the standard library of Python 3.8 and
later, so that a Python that is too old is told so instead of failing on a syntax error.
"""

from __future__ import annotations

import importlib.util
import os
import platform
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from dataclasses import dataclass
from pathlib import Path

__all__ = ["SUPPORTED", "Lack", "Machine", "lacks", "main", "report", "this_machine"]

SUPPORTED = ((3, 11), (3, 12))
"""The Pythons the project is locked and tested for: durable-rules does not build on 3.13."""

EXIT_LACKING = 2

_TRIAL = "#include <Python.h>\nint main(void) { return 0; }\n"


@dataclass(frozen=True)
class Machine:
    """What the check looks at; `this_machine` reads it, the tests make their own."""

    version: tuple[int, int]
    implementation: str
    executable: str
    search_path: str
    compiler: tuple[str, ...]
    archiver: str
    include_dir: str
    modules: frozenset[str]


@dataclass(frozen=True)
class Lack:
    """One thing that is missing, and the packages that bring it on each system."""

    what: str
    debian: tuple[str, ...] = ()
    fedora: tuple[str, ...] = ()
    macos: tuple[str, ...] = ()
    hint: str = ""


def this_machine() -> Machine:
    """Reads the machine as the build of durable-rules will see it: $CC and $AR before the
    compiler and archiver that this Python was built with."""
    compiler = os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc"
    archiver = os.environ.get("AR") or sysconfig.get_config_var("AR") or "ar"
    return Machine(
        version=(sys.version_info[0], sys.version_info[1]),
        implementation=platform.python_implementation(),
        executable=sys.executable or "python3",
        search_path=os.environ.get("PATH", ""),
        compiler=tuple(shlex.split(str(compiler))),
        archiver=shlex.split(str(archiver))[0],
        include_dir=sysconfig.get_paths()["include"],
        modules=frozenset(
            name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is not None
        ),
    )


def lacks(machine: Machine) -> list[Lack]:
    """Everything the machine lacks, at once. What depends on the Python is left out when the
    Python itself is the wrong one."""
    interpreter = _interpreter_lacks(machine)
    if interpreter:
        return [*interpreter, *_tool_lacks(machine)]
    found = [*_module_lacks(machine), *_tool_lacks(machine), *_header_lacks(machine)]
    return found or _trial_lacks(machine)


def report(found: list[Lack]) -> str:
    """One line that names what is missing, then how to mend it on each system."""
    lines = ["tilsynstryk: missing on this machine: " + "; ".join(lack.what for lack in found)]
    for system, command, chosen in (
        ("Debian/Ubuntu", "sudo apt-get install", [lack.debian for lack in found]),
        ("Fedora", "sudo dnf install", [lack.fedora for lack in found]),
    ):
        packages = list(dict.fromkeys(name for names in chosen for name in names))
        if packages:
            lines.append(f"  {system + ':':<14} {command} {' '.join(packages)}")
    steps = list(dict.fromkeys(step for lack in found for step in lack.macos))
    if steps:
        lines.append(f"  {'macOS:':<14} {' && '.join(steps)}")
    lines.extend(f"  {'Or:':<14} {lack.hint}" for lack in found if lack.hint)
    return "\n".join(lines) + "\n"


def _interpreter_lacks(machine: Machine) -> list[Lack]:
    if machine.version in SUPPORTED and machine.implementation == "CPython":
        return []
    running = f"{machine.implementation} {machine.version[0]}.{machine.version[1]}"
    return [
        Lack(
            what=f"CPython 3.11 or 3.12 ({machine.executable} is {running})",
            debian=("python3.11", "python3.11-venv", "python3.11-dev"),
            fedora=("python3.11", "python3.11-devel"),
            macos=("brew install python@3.11",),
            hint="name another Python with make PYTHON=...",
        )
    ]


def _module_lacks(machine: Machine) -> list[Lack]:
    absent = [name for name in ("venv", "ensurepip") if name not in machine.modules]
    if not absent:
        return []
    python = _python_name(machine)
    return [
        Lack(
            what=f"the module {' and '.join(absent)} of {machine.executable}",
            debian=(f"{python}-venv",),
            fedora=(python,),
            macos=(f"brew reinstall {_brew_name(machine)}",),
        )
    ]


def _tool_lacks(machine: Machine) -> list[Lack]:
    found = []
    if _which(machine, machine.compiler[0]) is None:
        others = [name for name in ("cc", "gcc", "clang") if _which(machine, name) is not None]
        found.append(
            Lack(
                what=f"a C compiler (looked for {machine.compiler[0]})",
                debian=("build-essential",),
                fedora=("gcc",),
                macos=("xcode-select --install",),
                hint=f"use the one that is here: CC={others[0]} make demo" if others else "",
            )
        )
    elif _which(machine, machine.archiver) is None:
        found.append(
            Lack(
                what=f"the archiver of the C compiler (looked for {machine.archiver})",
                debian=("binutils",),
                fedora=("binutils",),
                macos=("xcode-select --install",),
                hint="" if _which(machine, "ar") is None else "use the one here: AR=ar make demo",
            )
        )
    if _which(machine, "make") is None and _which(machine, "gmake") is None:
        found.append(
            Lack(
                what="make",
                debian=("make",),
                fedora=("make",),
                macos=("xcode-select --install",),
            )
        )
    return found


def _header_lacks(machine: Machine) -> list[Lack]:
    if (Path(machine.include_dir) / "Python.h").is_file():
        return []
    python = _python_name(machine)
    return [
        Lack(
            what=f"Python.h (looked in {machine.include_dir})",
            debian=(f"{python}-dev",),
            fedora=(f"{python}-devel",),
            macos=(f"brew reinstall {_brew_name(machine)}",),
        )
    ]


def _trial_lacks(machine: Machine) -> list[Lack]:
    """Compiles one line against Python.h: a compiler can be there without the C library's headers,
    and on macOS cc is there before the command line tools are."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "trial.c"
        source.write_text(_TRIAL, encoding="ascii")
        command = [
            *machine.compiler,
            f"-I{machine.include_dir}",
            "-c",
            str(source),
            "-o",
            str(Path(folder) / "trial.o"),
        ]
        try:
            trial = subprocess.run(
                command,
                capture_output=True,
                text=True,
                check=False,
                env={**os.environ, "PATH": machine.search_path, "LC_ALL": "C"},
            )
        except OSError as error:
            return [_failed_trial(machine, str(error))]
    if trial.returncode == 0:
        return []
    return [_failed_trial(machine, trial.stderr)]


def _failed_trial(machine: Machine, output: str) -> Lack:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if "error" in line] or lines or ["it said nothing"]
    return Lack(
        what=f"a C compiler that works ({machine.compiler[0]} failed on one line: {errors[0]})",
        debian=("build-essential", f"{_python_name(machine)}-dev"),
        fedora=("gcc", "glibc-devel", f"{_python_name(machine)}-devel"),
        macos=("xcode-select --install",),
    )


def _which(machine: Machine, name: str) -> str | None:
    return shutil.which(name, path=machine.search_path)


def _python_name(machine: Machine) -> str:
    return f"python{machine.version[0]}.{machine.version[1]}"


def _brew_name(machine: Machine) -> str:
    return f"python@{machine.version[0]}.{machine.version[1]}"


def main() -> int:
    """Exit code 0 when the machine is ready, 2 when something is missing."""
    found = lacks(this_machine())
    if found:
        sys.stderr.write(report(found))
        return EXIT_LACKING
    return 0


if __name__ == "__main__":
    sys.exit(main())
