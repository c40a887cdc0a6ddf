"""A small good rulebook, copied to a folder and spoilt in one place or more."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from engine.rulebook.load import default_rulebook_folder, load_rulebook
from engine.rulebook.needed_numbers import PLANNER_PARAMETERS as NEEDED_PARAMETERS
from engine.rulebook.problems import RulebookError

_PARAMETER = """\
  - id: {name}
    title: {{da: "{name}", en: "{name}"}}
    unit: days
    values:
      - {{from: 2022-01-01, value: 365, basis: assumption, sources: [x], reviewed: 2026-01-31}}
"""
GOOD = Path(__file__).parent / "good"


def good_rulebook(target: Path) -> Path:
    """The good rulebook with the shipped registers, in `target`/rules."""
    folder = target / "rules"
    shutil.copytree(GOOD, folder)
    shutil.copytree(default_rulebook_folder() / "registers", folder / "registers")
    given = (folder / "parameters" / "all.yaml").read_text(encoding="utf-8")
    further = [name for name in sorted(NEEDED_PARAMETERS) if f"id: {name}\n" not in given]
    if further:
        lines = "".join(_PARAMETER.format(name=name) for name in further)
        (folder / "parameters" / "further.yaml").write_text(f"parameters:\n{lines}")
    return folder


@dataclass(frozen=True)
class Change:
    """`old`, which stands once in `file`, becomes `new`."""

    file: str
    old: str
    new: str

    def make(self, folder: Path) -> None:
        path = folder / self.file
        text = path.read_text(encoding="utf-8")
        assert text.count(self.old) == 1, f"{self.old!r} stands {text.count(self.old)} times"
        path.write_text(text.replace(self.old, self.new), encoding="utf-8")


def messages(folder: Path) -> list[str]:
    """What loading a rulebook says is wrong with it; nothing if it loads."""
    try:
        load_rulebook(folder)
    except RulebookError as error:
        return [str(problem) for problem in error.problems]
    return []
