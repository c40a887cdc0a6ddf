"""The example rulebooks as whole folders, and what `rules check` says of one."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from cli import tilsynstryk
from engine.facts import View
from engine.rulebook.load import default_rulebook_folder
from models.terms import Colour, Kind

ROOT = Path(__file__).parent


def names(sort: str) -> list[str]:
    """The examples under `good/` or `bad/`."""
    return sorted(path.name for path in (ROOT / sort).iterdir() if path.is_dir())


def changed_files(sort: str, name: str) -> list[str]:
    """The rule files in which an example differs from the base."""
    folder = ROOT / sort / name
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.yaml"))


def materialised(target: Path, *changes: Path) -> Path:
    """The base with the shipped registers and the files of some folders, in `target`/rules."""
    folder = target / "rules"
    shutil.copytree(ROOT / "base", folder)
    shutil.copytree(default_rulebook_folder() / "registers", folder / "registers")
    for change in changes:
        shutil.copytree(
            change, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("expected.*")
        )
    return folder


def checked(folder: Path, *options: str) -> Result:
    """`rules check` of a folder."""
    return CliRunner().invoke(tilsynstryk, ["rules", "check", "--rules", str(folder), *options])


def findings(folder: Path, *options: str) -> list[dict[str, Any]]:
    """What `rules check` finds, as data, in English."""
    said = checked(folder, "--format", "json", "--lang", "en", *options)
    return [json.loads(line) for line in said.output.splitlines()]


def view_in(example: dict[str, Any]) -> tuple[View, Colour | None]:
    """The facts of an example as the reference reads them, and a person's colour."""
    view = View(
        "?",
        Kind(example["kind"]),
        date.fromisoformat(example["as_of"]),
        example["subject"],
        example["records"],
    )
    return view, None if example["override"] is None else Colour(example["override"])
