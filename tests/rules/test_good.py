"""No false alarm: rulebooks that come close to a defect and have none."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rules.examples import ROOT, changed_files, checked, materialised, names

pytestmark = pytest.mark.slow

GOOD = names("good")


def test_there_are_many_of_them() -> None:
    assert len(GOOD) >= 12


def test_nothing_is_wrong_in_the_base(tmp_path: Path) -> None:
    said = checked(materialised(tmp_path), "--lang", "en")
    assert said.exit_code == 0
    assert said.output.startswith("nothing wrong, no warnings; ")
    assert "undecided" not in said.output


@pytest.mark.parametrize("name", GOOD)
def test_nothing_is_found(name: str, tmp_path: Path) -> None:
    said = checked(materialised(tmp_path, ROOT / "good" / name), "--lang", "en")
    assert said.output.startswith("nothing wrong, no warnings; "), said.output
    assert said.exit_code == 0
    assert len(said.output.splitlines()) == 1


@pytest.mark.parametrize("name", GOOD)
def test_it_says_what_it_comes_close_to(name: str) -> None:
    firsts = [
        (ROOT / "good" / name / file).read_text(encoding="utf-8").split("\n")[0]
        for file in changed_files("good", name)
    ]
    assert sum(first.startswith("# Comes close to ") for first in firsts) == 1
