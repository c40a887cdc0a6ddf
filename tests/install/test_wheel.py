"""A wheel carries the rules beside the code, and the command works from it in any folder."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def build(folder: Path, version: str) -> Path:
    target = f"wheel:{version}"
    run = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(folder)],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    (made,) = folder.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    return build(tmp_path_factory.mktemp("wheel"), "standard")


def files_of(folder: str) -> set[str]:
    return {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.mark.parametrize("folder", ["models", "engine", "commands", "rules"])
def test_the_wheel_holds_every_file_of_the_product(wheel, folder):
    held = set(zipfile.ZipFile(wheel).namelist())
    assert files_of(folder) - held == set()


def test_the_wheel_holds_nothing_else(wheel):
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    product = {"models", "engine", "commands", "rules", "fixtures", "cli.py"}
    assert {top for top in tops if not top.endswith(".dist-info")} == product


def test_an_editable_installation_copies_nothing(tmp_path):
    """A copy of a rule beside the real one would be read in its place and never be edited."""
    names = zipfile.ZipFile(build(tmp_path, "editable")).namelist()
    assert [name for name in names if ".dist-info/" not in name] == ["_tilsynstryk.pth"]


def test_the_command_runs_from_the_wheel_in_another_folder(wheel, tmp_path):
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)
    start = (
        f"import sys; sys.path.insert(0, {str(site)!r}); sys.argv = ['tilsynstryk', '--help'];"
        "import cli; assert cli.__file__.startswith(sys.path[0]); sys.exit(cli.main())"
    )
    run = subprocess.run(
        [sys.executable, "-c", start],
        cwd=tmp_path,
        env={key: value for key, value in os.environ.items() if key != "PYTHONPATH"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert "evaluate" in run.stdout
