"""`tilsynstryk rerun`: the same bytes from a record, or what is not the same."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from engine.rulebook.load import default_rulebook_folder
from models.facts import Dossier
from tests.run.official import PORTFOLIO, files, manifest, run, write


@pytest.fixture(scope="module")
def facts(small_portfolio: tuple[Dossier, ...], tmp_path_factory: pytest.TempPathFactory) -> Path:
    chosen = [d for d in small_portfolio if d.of("concern")][:6]
    return write(chosen, tmp_path_factory.mktemp("facts") / "facts.jsonl", "jsonl")


@pytest.fixture(scope="module")
def first(facts: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("first") / "out"
    settings = ("--seed=11", "--lang=en", "--format=csv", "--format=xlsx", "--period-days=200")
    assert run("evaluate", facts, "--out", out, *settings).exit_code == 0
    return out


def rerun(record: Path, portfolio: Path, out: Path, *more: object) -> Any:
    args = (record, "--portfolio", portfolio, "--out", out, *more)
    return run("rerun", *args, as_of=None)


def tampered(first: Path, tmp_path: Path, **changes: Any) -> Path:
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(manifest(first) | changes), encoding="utf-8")
    return path


def test_the_record_alone_gives_the_same_bytes(first: Path, facts: Path, tmp_path: Path) -> None:
    result = rerun(first / "manifest.json", facts, tmp_path / "again")
    assert result.exit_code == 0, result.output
    one, two = files(first), files(tmp_path / "again")
    del one["run-log.jsonl"], two["run-log.jsonl"]
    assert one == two
    assert f"{len(one) - 1} filer, de samme bytes som i kørslen." in result.stdout


def test_the_whole_small_portfolio_again(output: Path, tmp_path: Path) -> None:
    result = rerun(output / "manifest.json", PORTFOLIO, tmp_path / "again")
    assert result.exit_code == 0, result.output


def test_another_portfolio(first: Path, facts: Path, tmp_path: Path) -> None:
    other = tmp_path / "facts.jsonl"
    other.write_bytes(facts.read_bytes() + b"\n")
    result = rerun(first / "manifest.json", other, tmp_path / "again")
    assert result.exit_code == 2
    assert f"{other} er ikke den portefølje, kørslen blev lavet på" in result.stderr
    assert not (tmp_path / "again").exists()


def test_another_rulebook(first: Path, facts: Path, tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    shutil.copytree(default_rulebook_folder(), rules)
    same = rerun(first / "manifest.json", facts, tmp_path / "same", "--rules", rules)
    assert same.exit_code == 0, same.output
    with (rules / "parameters" / "duty.yaml").open("a", encoding="utf-8") as file:
        file.write("# a remark\n")
    result = rerun(first / "manifest.json", facts, tmp_path / "again", "--rules", rules)
    assert result.exit_code == 2
    assert "regelbogen er ikke kørslens; giv den med --rules" in result.stderr
    assert not (tmp_path / "again").exists()


def test_both_wrong_are_said_at_once(first: Path, tmp_path: Path) -> None:
    record = tampered(first, tmp_path, rulebook_files_sha256="0" * 64)
    result = rerun(record, PORTFOLIO, tmp_path / "again")
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 2


def test_an_output_that_differs(first: Path, facts: Path, tmp_path: Path) -> None:
    outputs = manifest(first)["outputs_sha256"]
    record = tampered(
        first, tmp_path, outputs_sha256=outputs | {"csv/visits.csv": "0" * 64, "gone.csv": "1"}
    )
    result = rerun(record, facts, tmp_path / "again")
    assert result.exit_code == 1
    differing = [line for line in result.stderr.splitlines() if "afviger" in line]
    assert differing == [
        "afviger fra kørslen: csv/visits.csv",
        "afviger fra kørslen: gone.csv",
    ]
    assert "versioner, der er ændret: ingen" in result.stderr


def test_another_seed_or_version_is_told(first: Path, facts: Path, tmp_path: Path) -> None:
    versions = manifest(first)["versions"] | {"pydantic": "0.1"}
    record = tampered(first, tmp_path, as_of="2025-07-01", versions=versions)
    result = rerun(record, facts, tmp_path / "again")
    assert result.exit_code == 1
    assert "afviger fra kørslen: decisions.jsonl" in result.stderr
    assert "versioner, der er ændret: pydantic 0.1 -> " in result.stderr


def test_with_subjects_set_aside(facts: Path, tmp_path: Path) -> None:
    lines = facts.read_text(encoding="utf-8").splitlines(keepends=True)
    bad = json.loads(lines[0])
    bad["subject"]["municipality"] = "atlantis"
    mixed = tmp_path / "mixed.jsonl"
    mixed.write_text("".join([json.dumps(bad) + "\n", *lines[1:]]), encoding="utf-8")
    out = tmp_path / "out"
    made = run("evaluate", mixed, "--out", out, "--quarantine", tmp_path / "aside.jsonl")
    assert made.exit_code == 0
    result = rerun(out / "manifest.json", mixed, tmp_path / "again")
    assert result.exit_code == 0, result.output
    aside = tmp_path / "again-quarantine.jsonl"
    assert aside.read_bytes() == (tmp_path / "aside.jsonl").read_bytes()


def test_what_came_from_a_stream_is_rerun_from_its_file(facts: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert run("evaluate", "-", "--out", out, stdin=facts.read_bytes()).exit_code == 0
    assert rerun(out / "manifest.json", facts, tmp_path / "again").exit_code == 0


@pytest.mark.parametrize("name", ["missing.json", "facts.jsonl"])
def test_what_is_no_record(name: str, facts: Path, tmp_path: Path) -> None:
    (tmp_path / "facts.jsonl").write_bytes(facts.read_bytes())
    result = rerun(tmp_path / name, facts, tmp_path / "again")
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1


def test_a_day_before_the_rulebook(first: Path, facts: Path, tmp_path: Path) -> None:
    record = tampered(first, tmp_path, as_of="2020-01-01")
    result = rerun(record, facts, tmp_path / "again")
    assert result.exit_code == 2
    assert "svarer fra 2022-01-01" in result.stderr
