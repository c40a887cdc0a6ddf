"""The plugin is there for whoever installs the wheel, in a folder that holds rules alone."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

from tests.rulebook.bad.planting import good_rulebook

ROOT = Path(__file__).resolve().parents[2]


def test_the_wheel_brings_the_plugin(tmp_path: Path) -> None:
    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "dist")],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert built.returncode == 0, built.stderr
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)
    own = tmp_path / "own"
    own.mkdir()
    good_rulebook(own)
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "HYPO"))}
    environment |= {"PYTHONPATH": str(site), "TILSYNSTRYK_CACHE": str(tmp_path / "cache")}
    command = ["pytest", "--rulebook", "rules", "--rulebook-examples", "2", "-v"]
    run = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=own,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "tilsynstryk-" in run.stdout
    assert "rules::loads PASSED" in run.stdout
