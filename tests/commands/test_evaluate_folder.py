"""The folder that `tilsynstryk evaluate` writes: whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from commands import official
from engine.portfolio import workbook_style
from models.facts import Dossier
from tests.run.official import files, run, write


class TestTheOutputFolder:
    @pytest.fixture
    def one(self, small_portfolio: tuple[Dossier, ...], tmp_path: Path) -> Path:
        return write(small_portfolio[:3], tmp_path / "facts.jsonl", "jsonl")

    def test_a_foreign_folder_is_left_alone(self, one: Path, tmp_path: Path) -> None:
        out = tmp_path / "out"
        out.mkdir()
        (out / "letters.txt").write_text("mine", encoding="utf-8")
        result = run("evaluate", one, "--out", out)
        assert result.exit_code == 2
        assert "er ikke et tidligere resultat af en kørsel" in result.stderr
        assert files(out) == {"letters.txt": b"mine"}
        assert sorted(p.name for p in tmp_path.iterdir()) == ["facts.jsonl", "out"]

    def test_an_earlier_output_is_replaced_whole(self, one: Path, tmp_path: Path) -> None:
        out = tmp_path / "out"
        assert run("evaluate", one, "--out", out, "--format", "parquet").exit_code == 0
        assert run("evaluate", one, "--out", out, "--format", "csv").exit_code == 0
        assert (out / "csv").is_dir()
        assert not (out / "parquet").exists()
        assert sorted(p.name for p in tmp_path.iterdir()) == ["facts.jsonl", "out"]

    def test_an_empty_folder_is_used(self, one: Path, tmp_path: Path) -> None:
        (tmp_path / "out").mkdir()
        assert run("evaluate", one, "--out", tmp_path / "out").exit_code == 0
        assert (tmp_path / "out" / "decisions.xlsx").is_file()

    def test_a_file_in_the_way(self, one: Path, tmp_path: Path) -> None:
        (tmp_path / "out").write_text("mine", encoding="utf-8")
        result = run("evaluate", one, "--out", tmp_path / "out")
        assert result.exit_code == 2
        assert (tmp_path / "out").read_text(encoding="utf-8") == "mine"

    def test_a_folder_that_cannot_be_made(self, one: Path, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("", encoding="utf-8")
        result = run("evaluate", one, "--out", tmp_path / "file" / "out")
        assert result.exit_code == 2
        assert result.stderr.count("\n") == 1
        assert "kan ikke skrives" in result.stderr

    @pytest.mark.parametrize("earlier", [False, True])
    @pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
    def test_a_crash_while_writing_leaves_all_as_it_was(
        self,
        earlier: bool,
        error: BaseException,
        one: Path,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        out = tmp_path / "out"
        if earlier:
            assert run("evaluate", one, "--out", out, "--format", "csv").exit_code == 0
        before = files(tmp_path)

        def half(result: object, folder: Path, **_: object) -> None:
            (folder / "decisions.jsonl").write_text("half", encoding="utf-8")
            raise error

        monkeypatch.setattr(official, "write_outputs", half)
        result = run("evaluate", one, "--out", out)
        assert result.exit_code != 0
        if isinstance(error, OSError):
            assert result.exit_code == 2
            assert "kan ikke skrives (der er ikke plads på disken)" in result.stderr
        assert files(tmp_path) == before
        assert sorted(p.name for p in tmp_path.iterdir() if p.name.startswith(".")) == []

    def test_a_failing_swap_puts_the_earlier_output_back(
        self, one: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        out = tmp_path / "out"
        assert run("evaluate", one, "--out", out, "--format", "csv").exit_code == 0
        before = files(out)
        rename = Path.rename

        def refuse(self: Path, target: Path) -> Path:
            if Path(target) == out and "replaced" not in self.parts:
                raise OSError(13, "Permission denied")
            return rename(self, target)

        monkeypatch.setattr(Path, "rename", refuse)
        result = run("evaluate", one, "--out", out, "--format", "json")
        assert result.exit_code == 2
        assert files(out) == before
        assert sorted(p.name for p in tmp_path.iterdir()) == ["facts.jsonl", "out"]

    def test_an_earlier_output_that_cannot_be_put_back_is_kept(
        self, one: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        out = tmp_path / "out"
        assert run("evaluate", one, "--out", out, "--format", "csv").exit_code == 0
        before = files(out)
        rename = Path.rename

        def refuse(self: Path, target: Path) -> Path:
            if Path(target) == out:
                raise OSError(13, "Permission denied")
            return rename(self, target)

        monkeypatch.setattr(Path, "rename", refuse)
        assert run("evaluate", one, "--out", out, "--format", "json").exit_code == 2
        (kept,) = tmp_path.glob(".out.*/replaced/out")
        assert files(kept) == before
        assert [path.name for path in kept.parents[1].iterdir() if path.is_dir()] == ["replaced"]

    def test_a_full_sheet_is_one_line(
        self, one: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(workbook_style, "_MOST_ROWS", 2)
        result = run("evaluate", one, "--out", tmp_path / "out")
        assert result.exit_code == 2
        assert "skriv CSV eller Parquet i stedet" in result.stderr
        assert sorted(p.name for p in tmp_path.iterdir()) == ["facts.jsonl"]

    def test_the_folder_is_readable_as_any_other(self, one: Path, tmp_path: Path) -> None:
        assert run("evaluate", one, "--out", tmp_path / "out").exit_code == 0
        assert os.stat(tmp_path / "out").st_mode & 0o777 == 0o755
