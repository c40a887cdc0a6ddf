"""The locks hold all that the project asks for, and nothing of where they were made."""

import re
import tomllib
from pathlib import Path

import ibis
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("build", "run", "test", "bench", "lock")
PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)(?: ; [^\\]+?)?(?: \\)?$", re.MULTILINE)
HOST = re.compile(r"://|--(?:extra-)?index-url|--find-links|\b[\w-]+\.(?:org|com|net|io)\b")
ABSOLUTE_PATH = re.compile(r"(?<![\w.)}$*@/-])/[A-Za-z][\w.-]*(?:/[\w.-]+)*")
OF_EVERY_MACHINE = {"/bin/sh", "/usr/bin/env", "/dev/null"}


def lock_text(name: str) -> str:
    return (ROOT / "requirements" / f"{name}.lock").read_text(encoding="utf-8")


def pins(name: str) -> dict[str, Version]:
    return {
        str(canonicalize_name(found[1])): Version(found[2])
        for found in PINNED.finditer(lock_text(name))
    }


def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def unmet(requirements: list[str], held: dict[str, Version]) -> list[str]:
    asked = [Requirement(line) for line in requirements]
    return [
        str(one)
        for one in asked
        if canonicalize_name(one.name) not in held
        or not one.specifier.contains(held[canonicalize_name(one.name)])
    ]


def inputs(name: str) -> list[str]:
    lines = (ROOT / "requirements" / f"{name}.in").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def test_the_run_lock_meets_every_dependency():
    assert project()["project"]["dependencies"]
    assert unmet(project()["project"]["dependencies"], pins("run")) == []


def test_the_test_lock_meets_every_dependency_and_the_test_extra():
    declared = project()["project"]
    asked = declared["dependencies"] + declared["optional-dependencies"]["test"]
    assert unmet(asked, pins("test")) == []


def test_the_build_lock_meets_the_build_backend_and_its_own_list():
    asked = project()["build-system"]["requires"] + inputs("build")
    assert unmet(asked, pins("build")) == []


def test_the_lock_of_the_lock_maker_meets_its_own_list():
    assert unmet(inputs("lock"), pins("lock")) == []


def test_the_bench_lock_meets_the_bench_extra():
    assert unmet(project()["project"]["optional-dependencies"]["bench"], pins("bench")) == []


INNER = [("run", "test"), ("build", "test"), ("run", "bench"), ("test", "bench")]


@pytest.mark.parametrize(("inner", "outer"), INNER)
def test_a_package_has_one_version_in_all_locks_of_one_venv(inner, outer):
    one, other = pins(inner), pins(outer)
    shared = one.keys() & other.keys()
    assert {name: one[name] for name in shared} == {name: other[name] for name in shared}


def test_the_test_lock_holds_the_whole_run_lock():
    assert pins("run").items() <= pins("test").items()


def test_the_demo_installs_nothing_that_only_tests_need():
    extras = project()["project"]["optional-dependencies"]
    extra = {canonicalize_name(Requirement(one).name) for one in extras["test"] + extras["bench"]}
    assert extra.isdisjoint(pins("run"))


@pytest.mark.parametrize("name", LOCKS)
def test_every_pin_has_a_hash(name):
    blocks = re.split(r"\n(?=[a-z0-9])", lock_text(name))
    pinned = [block for block in blocks if PINNED.match(block)]
    assert len(pinned) == len(pins(name)) > 0
    assert [block.splitlines()[0] for block in pinned if "--hash=sha256:" not in block] == []


def written_files() -> list[Path]:
    return [
        *sorted((ROOT / "requirements").iterdir()),
        *sorted(path for path in (ROOT / "install").iterdir() if path.is_file()),
        ROOT / "Makefile",
        ROOT / "pyproject.toml",
        ROOT / ".ci" / "run",
    ]


@pytest.mark.parametrize("path", written_files(), ids=lambda path: path.name)
def test_no_host_and_no_path_of_one_machine_is_named(path):
    text = path.read_text(encoding="utf-8")
    assert HOST.findall(text) == []
    assert set(ABSOLUTE_PATH.findall(text)) - OF_EVERY_MACHINE == set()


@pytest.mark.parametrize(
    "line",
    ["--index-url https://mirror.example.org/simple", "--find-links wheels", "see pypi.example.io"],
)
def test_a_host_would_be_found(line):
    assert HOST.search(line)


@pytest.mark.parametrize("line", ["VENV = /home/someone/venv", "-r '/srv/locks/run.lock'"])
def test_a_path_of_one_machine_would_be_found(line):
    assert set(ABSOLUTE_PATH.findall(line)) - OF_EVERY_MACHINE


def test_the_lock_holds_versions_of_ibis_sqlglot_and_duckdb_that_work_together():
    """Ibis 12 loses the name in DROP from sqlglot 30.18 on, and calls what DuckDB 2 lacks."""
    held = pins("test")
    assert Version("12") <= held["ibis-framework"] < Version("13")
    assert Version("28.6") <= held["sqlglot"] < Version("30.18")
    assert held["duckdb"] < Version("2")


def test_whoever_installs_the_tables_gets_what_the_tests_have():
    extras = project()["project"]["optional-dependencies"]
    assert set(extras["tables"]) <= set(extras["test"])
    assert set(extras["prove"]) <= set(extras["test"])
    assert unmet(extras["tables"], pins("test")) == []


def test_tables_can_be_made_and_dropped_with_the_versions_at_hand():
    database = ibis.duckdb.connect()
    database.create_table("facts", schema={"subject_id": "string"})
    assert database.list_tables() == ["facts"]
    database.drop_table("facts")
    assert database.list_tables() == []
