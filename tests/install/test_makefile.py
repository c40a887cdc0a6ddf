"""The targets that the documentation promises, and the profiles they choose."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parents[2]
TARGETS = [
    "help",
    "demo",
    "test",
    "lint",
    "fuzz",
    "bench",
    "prove",
    "mutate",
    "fit",
    "lock",
    "clean",
]


def make(*arguments: str) -> str:
    plain = {key: value for key, value in os.environ.items() if not key.startswith("MAKE")}
    run = subprocess.run(
        ["make", *arguments], cwd=ROOT, env=plain, capture_output=True, text=True, check=True
    )
    return run.stdout


def test_plain_make_lists_the_targets():
    listed = re.findall(r"^  make (\w+) +\S", make(), re.MULTILINE)
    assert listed == TARGETS


def test_every_target_is_documented():
    text = (ROOT / "docs" / "development.md").read_text(encoding="utf-8")
    assert [name for name in TARGETS[1:] if f"make {name}" not in text] == []


def test_the_demo_generates_and_evaluates_all_authorities(tmp_path):
    steps = make("-n", "demo", f"VENV={tmp_path}", f"PYTHON={sys.executable}")
    assert "generate --authority all --as-of 2022-12-31 --seed 1 --out build/portfolio" in steps
    assert "evaluate build/portfolio --as-of 2022-12-31 --seed 1 --out build/decisions" in steps
    assert "test.lock" not in steps


def test_arguments_reach_pytest(tmp_path):
    steps = make("-n", "test", f"VENV={tmp_path}", "TESTARGS=-k colour")
    assert "-m pytest -n 2 --dist loadgroup --no-loadscope-reorder -k colour" in steps


def test_an_installed_venv_is_not_installed_again(tmp_path):
    for stamp in (".run", ".test"):
        (tmp_path / stamp).touch()
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").symlink_to(sys.executable)
    assert "install -q" not in make("-n", "test", f"VENV={tmp_path}")


@pytest.mark.parametrize("changed", ["pyproject.toml", "requirements/run.lock"])
def test_a_changed_lock_installs_again(tmp_path, changed):
    for stamp in (".run", ".test"):
        (tmp_path / stamp).touch()
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").symlink_to(sys.executable)
    assert "install -q --require-hashes" in make("-n", "-W", changed, "test", f"VENV={tmp_path}")


def test_another_python_makes_the_venv_anew(tmp_path):
    (tmp_path / ".run").touch()
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").symlink_to(sys.executable)
    other = tmp_path / "other"
    other.write_text("#!/bin/sh\necho another\n", encoding="utf-8")
    other.chmod(0o755)
    assert "-m venv --clear" in make("-n", "demo", f"VENV={tmp_path}", f"PYTHON={other}")
    assert "-m venv" not in make("-n", "demo", f"VENV={tmp_path}", f"PYTHON={sys.executable}")


def test_the_ci_script_is_sound_bash():
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert subprocess.run(["bash", "-n", str(script)], check=False).returncode == 0


def test_the_default_profile_repeats_itself_and_keeps_no_database():
    profile = settings.get_profile("default")
    assert (profile.derandomize, profile.deadline, profile.max_examples) == (True, None, 60)
    assert profile.database is None
    assert profile.print_blob


def test_the_fuzz_profile_searches_widely():
    profile = settings.get_profile("fuzz")
    assert (profile.derandomize, profile.max_examples) == (False, 20_000)
    assert profile.database is None
