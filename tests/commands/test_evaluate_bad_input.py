"""`tilsynstryk evaluate` on bad facts, days and rulebooks: all is said, nothing is written."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from commands import official
from engine.rulebook.load import default_rulebook_folder
from models.facts import Dossier
from tests.commands.decided import lines
from tests.run.official import PORTFOLIO, manifest, run, write


def _spoilt(target: Path) -> list[str]:
    """The small portfolio with two subjects spoilt; their ids."""
    shutil.copytree(PORTFOLIO, target)
    path = target / "foster_family.csv"
    head, first, second, *rest = path.read_text(encoding="utf-8").splitlines(keepends=True)
    names = head.lstrip("\ufeff").rstrip("\r\n").split(";")
    at = names.index("family_type")
    spoilt = []
    for row in (first, second):
        cells = row.rstrip("\r\n").split(";")
        cells[at] = "enormous"
        spoilt.append(";".join(cells) + "\r\n")
    path.write_text(head + "".join(spoilt + rest), encoding="utf-8", newline="")
    return sorted(row.split(";")[names.index("subject_id")] for row in (first, second))


class TestBadFacts:
    def test_all_are_listed_and_nothing_is_written(self, tmp_path: Path) -> None:
        _spoilt(tmp_path / "facts")
        result = run("evaluate", tmp_path / "facts", "--out", tmp_path / "out")
        assert result.exit_code == 2
        assert result.stdout == ""
        listed = [line for line in result.stderr.splitlines() if "foster_family.csv" in line]
        assert "2 fejl i oplysningerne; intet er beregnet:" in result.stderr
        assert [("række 2" in line, "række 3" in line) for line in listed] == [
            (True, False),
            (False, True),
        ]
        assert not (tmp_path / "out").exists()

    def test_quarantine_sets_them_aside_and_evaluates_the_rest(
        self, tmp_path: Path, decisions: bytes
    ) -> None:
        bad = _spoilt(tmp_path / "facts")
        aside, out = tmp_path / "aside.jsonl", tmp_path / "out"
        args = ("--out", out, "--quarantine", aside, "--format", "csv", "--seed", "1")
        result = run("evaluate", tmp_path / "facts", *args)
        assert result.exit_code == 0, result.stderr
        found = lines(aside.read_text(encoding="utf-8"))
        assert [line["subject_id"] for line in found] == bad
        assert all("family_type" in line["problems"][0] for line in found)
        assert manifest(out)["quarantined"] == bad
        assert manifest(out)["counts"]["subjects"] == 78
        rest = [line["subject_id"] for line in lines(decisions) if line["subject_id"] not in bad]
        assert [d["subject_id"] for d in lines((out / "decisions.jsonl").read_bytes())] == rest
        assert f"2 sat til side i {aside}" in result.stderr

    @pytest.mark.parametrize("out", ["out", "-"])
    def test_nothing_is_evaluated_if_all_are_set_aside(self, out: str, tmp_path: Path) -> None:
        shutil.copytree(PORTFOLIO, tmp_path / "facts")
        for path in (tmp_path / "facts").glob("*.csv"):
            if path.stem != "foster_family":
                path.unlink()
        path = tmp_path / "facts" / "foster_family.csv"
        path.write_text(
            "subject_id;authority;municipality;family_type\nPF-1;syd;?;general\n",
            encoding="utf-8",
        )
        aside = tmp_path / "aside.jsonl"
        target = out if out == "-" else tmp_path / out
        result = run("evaluate", tmp_path / "facts", "--out", target, "--quarantine", aside)
        assert result.exit_code == 2
        assert result.stdout == ""
        assert result.stderr.splitlines() == [
            f"1 er sat til side i {aside}; der er ingen tilbage at evaluere."
        ]
        assert [line["subject_id"] for line in lines(aside.read_bytes())] == ["PF-1"]
        assert not (tmp_path / "out").exists()

    def test_a_quarantine_on_a_full_disk_leaves_nothing_behind(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        _spoilt(tmp_path / "facts")

        def full(*_: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(official.os, "replace", full)
        args = ("--out", "-", "--quarantine", tmp_path / "aside.jsonl")
        result = run("evaluate", tmp_path / "facts", *args)
        assert result.exit_code == 2
        assert "kan ikke skrives (der er ikke plads på disken)" in result.stderr
        assert [path.name for path in tmp_path.iterdir()] == ["facts"]

    def test_what_may_concern_any_subject_is_not_quarantined(self, tmp_path: Path) -> None:
        shutil.copytree(PORTFOLIO, tmp_path / "facts")
        (tmp_path / "facts" / "concern.csv").write_text("no;theme\r\n1;x\r\n", encoding="utf-8")
        aside, out = tmp_path / "aside.jsonl", tmp_path / "out"
        result = run("evaluate", tmp_path / "facts", "--out", out, "--quarantine", aside)
        assert result.exit_code == 2
        assert not aside.exists()
        assert not out.exists()

    def test_the_quarantine_may_not_lie_in_the_folder_that_is_replaced(
        self, tmp_path: Path
    ) -> None:
        out = tmp_path / "out"
        result = run("evaluate", PORTFOLIO, "--out", out, "--quarantine", out / "aside.jsonl")
        assert result.exit_code == 2
        assert "giv en fil uden for den" in result.stderr
        assert not out.exists()

    def test_an_unwritable_quarantine_is_one_line(self, tmp_path: Path) -> None:
        _spoilt(tmp_path / "facts")
        aside = tmp_path / "nowhere" / "aside.jsonl"
        args = ("--out", tmp_path / "out", "--quarantine", aside)
        result = run("evaluate", tmp_path / "facts", *args)
        assert result.exit_code == 2
        assert f"{aside} kan ikke skrives" in result.stderr
        assert not (tmp_path / "out").exists()

    @pytest.mark.parametrize(
        ("as_of", "said"),
        [
            ("2021-12-31", "svarer fra 2022-01-01; 2021-12-31 ligger før"),
            ("2025-13-01", "'2025-13-01' er ikke en dag"),
            ("i går", "'i går' er ikke en dag; skriv den som 2025-06-01"),
            ("9999-12-31", "9999-12-31 ligger ikke mellem 1900-01-01 og 2199-12-31"),
            ("25-06-01", "'25-06-01' er ikke en dag"),
            ("", "'' er ikke en dag"),
        ],
    )
    def test_a_wrong_day(self, as_of: str, said: str, tmp_path: Path) -> None:
        result = run("evaluate", PORTFOLIO, "--out", tmp_path / "out", as_of=as_of)
        assert result.exit_code == 2
        assert said in result.stderr
        assert not (tmp_path / "out").exists()

    @pytest.mark.parametrize("as_of", ["01-06-2025", "1.6.2025", "2025-06-01"])
    def test_a_day_may_be_written_the_danish_way(
        self, as_of: str, small_portfolio: tuple[Dossier, ...], tmp_path: Path
    ) -> None:
        source = write(small_portfolio[:1], tmp_path / "facts.jsonl", "jsonl")
        result = run("evaluate", source, "--out", "-", as_of=as_of)
        assert lines(result.stdout)[0]["as_of"] == "2025-06-01"

    def test_without_a_day_nothing_is_guessed(self) -> None:
        result = run("evaluate", PORTFOLIO, as_of=None)
        assert result.exit_code == 2
        assert "--as-of" in result.stderr

    @pytest.mark.parametrize("name", ["missing.xlsx", "missing", "missing.jsonl", "empty", "x.txt"])
    def test_no_such_facts(self, name: str, tmp_path: Path) -> None:
        (tmp_path / "empty").mkdir()
        (tmp_path / "x.txt").write_text("hello", encoding="utf-8")
        result = run("evaluate", tmp_path / name, "--out", tmp_path / "out")
        assert result.exit_code == 2
        assert result.stderr.strip()
        assert not (tmp_path / "out").exists()


def test_a_rulebook_without_words_of_its_own_speaks_the_shipped_ones(
    small_portfolio: tuple[Dossier, ...], tmp_path: Path
) -> None:
    rules = tmp_path / "rules"
    shutil.copytree(default_rulebook_folder(), rules)
    shutil.rmtree(rules / "catalogue")
    facts = write(small_portfolio[:2], tmp_path / "facts.jsonl", "jsonl")
    for out in ("-", tmp_path / "out"):
        result = run("evaluate", facts, "--rules", rules, "--out", out)
        assert result.exit_code == 0, result.output


def test_broken_words_are_said_like_any_mistake_in_a_rulebook(
    small_portfolio: tuple[Dossier, ...], tmp_path: Path
) -> None:
    rules = tmp_path / "rules"
    shutil.copytree(default_rulebook_folder(), rules)
    (rules / "catalogue" / "words.yaml").write_text("a: [", encoding="utf-8")
    facts = write(small_portfolio[:2], tmp_path / "facts.jsonl", "jsonl")
    result = run("evaluate", facts, "--rules", rules, "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert "catalogue/words.yaml:2: kan ikke læses som YAML" in result.stderr
    assert not (tmp_path / "out").exists()


def test_a_rulebook_with_mistakes_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "signals").mkdir()
    (tmp_path / "signals" / "x.yaml").write_text("rules: 3\n", encoding="utf-8")
    result = run("evaluate", PORTFOLIO, "--rules", tmp_path, "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert "signals/x.yaml:1: 'rules:' skal indeholde en liste" in result.stderr
