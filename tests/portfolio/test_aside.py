"""Several files take the place of earlier ones together, or none does."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine.portfolio.aside import folder_aside
from tests.run.official import PORTFOLIO, run

NAMES = frozenset({"a", "b", "c", "gone"})


def write(target: Path, day: str, names: str = "abc") -> None:
    with folder_aside(target, replaces=NAMES) as folder:
        for name in names:
            (folder / name).write_text(day)


def found(target: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in target.iterdir() if path.is_file()}


@pytest.fixture
def earlier(tmp_path: Path) -> Path:
    target = tmp_path / "tables"
    write(target, "first", "abc")
    (target / "gone").write_text("first")
    (target / "mine").write_text("mine")
    return target


def test_all_are_replaced_and_others_left_alone(earlier: Path) -> None:
    write(earlier, "second", "ab")
    assert found(earlier) == {"a": "second", "b": "second", "mine": "mine"}


@pytest.mark.parametrize("name", ["b", "gone"])
def test_a_folder_in_the_way_is_found_before_anything_moves(earlier: Path, name: str) -> None:
    (earlier / name).unlink()
    (earlier / name).mkdir()
    before = found(earlier)
    with pytest.raises(IsADirectoryError) as caught:
        write(earlier, "second")
    assert caught.value.filename == str(earlier / name)
    assert found(earlier) == before
    assert (earlier / name).is_dir()


@pytest.mark.parametrize("moves", range(7))
@pytest.mark.parametrize("error", [OSError, SystemExit])
def test_whatever_breaks_off_all_is_as_it_was(
    earlier: Path, moves: int, error: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    before, replace, left = found(earlier), os.replace, [moves]

    def breaks(here: Path, there: Path) -> None:
        left[0] -= 1
        if left[0] == -1:
            raise error
        replace(here, there)

    monkeypatch.setattr("engine.portfolio.aside.os.replace", breaks)
    with pytest.raises(error):
        write(earlier, "second")
    assert found(earlier) == before
    assert [path.name for path in earlier.parent.iterdir()] == ["tables"]


def test_a_folder_that_was_not_there_is_not_there_afterwards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(here: Path, there: Path) -> None:
        raise PermissionError

    monkeypatch.setattr("engine.portfolio.aside.os.replace", breaks)
    with pytest.raises(PermissionError):
        write(tmp_path / "tables", "first")
    assert list(tmp_path.iterdir()) == []


def test_outcomes_of_two_days_never_lie_side_by_side(tmp_path: Path) -> None:
    out = tmp_path / "outcomes"
    assert run("outcomes", PORTFOLIO, "--out", out).exit_code == 0
    (out / "required_visit.parquet").unlink()
    (out / "required_visit.parquet").mkdir()
    before = {path.name: path.read_bytes() for path in out.iterdir() if path.is_file()}
    result = run(
        "outcomes",
        PORTFOLIO,
        "--out",
        out,
        as_of="2025-07-01",
    )
    assert result.exit_code == 2
    assert "required_visit.parquet" in result.output or "outcomes" in result.output
    assert {path.name: path.read_bytes() for path in out.iterdir() if path.is_file()} == before
