"""The record of a run: what was run on what, and what came out, without a time of day."""

from __future__ import annotations

import importlib.metadata
import platform
from pathlib import Path

import pytest

from engine.rulebook.resolve import resolve
from engine.run.manifest import Manifest, ManifestError, input_checksum
from models.facts import Dossier
from tests.run.official import AS_OF, BOOK, PORTFOLIO, files, manifest, run, sha256, write


def test_it_names_rulebook_day_seed_and_versions(output: Path) -> None:
    record = manifest(output)
    resolved = resolve(BOOK, as_of=AS_OF)
    assert record["rulebook_files_sha256"] == BOOK.content_hash
    assert record["rulebook_resolved_sha256"] == resolved.content_hash
    assert (record["as_of"], record["seed"], record["language"]) == ("2025-06-01", 1, "da")
    assert record["formats"] == ["xlsx", "csv", "parquet", "json"]
    assert record["backend"] == "durable-rules, checked by reference"
    assert record["versions"]["python"] == platform.python_version()
    assert record["versions"]["durable-rules"] == importlib.metadata.version("durable-rules")
    assert record["quarantined"] == []


def test_it_holds_every_parameter_in_force(output: Path) -> None:
    given = manifest(output)["parameters"]
    assert given.keys() == BOOK.parameters.keys()
    for name, parameter in BOOK.parameters.items():
        last = [value for value in parameter.values if value.valid_from <= AS_OF][-1]
        assert given[name] == {
            "value": last.value,
            "unit": parameter.unit,
            "basis": last.basis.value,
            "valid_from": last.valid_from.isoformat(),
        }


def test_its_checksums_are_those_of_the_bytes(output: Path) -> None:
    found = files(output)
    del found["manifest.json"], found["run-log.jsonl"]
    assert manifest(output)["outputs_sha256"] == {n: sha256(c) for n, c in found.items()}


def test_the_inputs_checksum_is_over_names_and_bytes(output: Path) -> None:
    lines = "".join(f"{name}\0{sha256(content)}\n" for name, content in files(PORTFOLIO).items())
    assert manifest(output)["input_sha256"] == sha256(lines.encode())


def test_a_stream_has_the_checksum_of_the_file_it_came_from(tmp_path: Path) -> None:
    file = tmp_path / "facts.jsonl"
    file.write_bytes(b'{"subject": {}}\n')
    assert input_checksum(file) == input_checksum(None, file.read_bytes())
    assert input_checksum(file) != input_checksum(None, b"")


def test_it_says_nothing_of_where_and_when(output: Path) -> None:
    text = (output / "manifest.json").read_text(encoding="utf-8")
    assert str(output.parent) not in text
    assert str(PORTFOLIO) not in text
    assert Manifest.read(output / "manifest.json").text() == text


@pytest.mark.parametrize("content", ["", "{}", "[1]", '{"record": "tilsynstryk-run-1"}', "\xff"])
def test_another_file_is_not_a_record(content: str, tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    path.write_text(content, encoding="latin-1")
    with pytest.raises(ManifestError, match="is not the record of a run"):
        Manifest.read(path)


def test_a_missing_record_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="cannot be read \\(No such file or directory\\)"):
        Manifest.read(tmp_path / "manifest.json")


def test_the_language_and_the_settings_are_recorded(
    small_portfolio: tuple[Dossier, ...], tmp_path: Path
) -> None:
    facts = write(small_portfolio[:3], tmp_path / "facts.jsonl", "jsonl")
    settings = ("--lang=en", "--seed=7", "--format=json", "--period-days=90", "--ignore-later")
    result = run("evaluate", facts, "--out", tmp_path / "out", *settings)
    assert result.exit_code == 0, result.output
    record = manifest(tmp_path / "out")
    assert (record["language"], record["seed"], record["formats"]) == ("en", 7, ["json"])
    assert (record["period_days"], record["ignore_later"]) == (90, True)
