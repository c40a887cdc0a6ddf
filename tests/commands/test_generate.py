"""`tilsynstryk generate`: every form the same facts, the same seed the same bytes."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.portfolio import workbook_style
from engine.portfolio.synthetic import is_synthetic
from models.facts import Dossier
from models.terms import Kind
from tests.run.official import files, read, run

SYD = ("--authority", "syd")


def generate(out: Path, *args: object) -> None:
    result = run("generate", "--out", out, *args)
    assert result.exit_code == 0, result.output
    assert "ingen virkelige data" in result.stdout


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("generated") / "portfolio"
    generate(out, *SYD)
    return out


@pytest.fixture(scope="module")
def dossiers(folder: Path) -> tuple[Dossier, ...]:
    return read(folder)


def test_one_authority_of_the_kinds_that_are_always_there(
    dossiers: tuple[Dossier, ...],
) -> None:
    assert len(dossiers) > 1_000
    assert {dossier.subject.authority.value for dossier in dossiers} == {"syd"}
    assert {dossier.kind for dossier in dossiers} == {Kind.SOCIAL_OFFER, Kind.FOSTER_FAMILY}


@pytest.mark.parametrize("name", ["facts.jsonl", "facts.xlsx", "parquet"])
def test_every_form_is_read_back_as_the_same_facts(
    name: str, dossiers: tuple[Dossier, ...], tmp_path: Path
) -> None:
    form = ("--format", "parquet") if name == "parquet" else ()
    generate(tmp_path / name, *SYD, *form)
    assert read(tmp_path / name) == dossiers


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(
    folder: Path, tmp_path: Path
) -> None:
    generate(tmp_path / "same", *SYD, "--seed", "1")
    generate(tmp_path / "other", *SYD, "--seed", "2")
    assert files(tmp_path / "same") == files(folder)
    assert files(tmp_path / "other") != files(folder)


def test_with_employers_and_schools(tmp_path: Path) -> None:
    generate(tmp_path / "facts.jsonl", "--authority", "nord", "--with-bpa", "--with-schools")
    found = read(tmp_path / "facts.jsonl")
    assert {dossier.kind for dossier in found} == set(Kind)
    assert is_synthetic(found)


def test_the_report_shows_targets_beside_results(tmp_path: Path) -> None:
    result = run("generate", "--out", tmp_path / "x", *SYD, "--report", "--lang", "en")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[0].split() == ["Published", "figure", "target", "result"]
    assert len(result.stdout.splitlines()) > 10
    assert "synthetic subjects, no real data" in result.stdout


def test_what_it_wrote_before_is_replaced(folder: Path, tmp_path: Path) -> None:
    generate(tmp_path / "out", "--authority", "nord", "--with-bpa", "--with-schools")
    generate(tmp_path / "out", *SYD)
    assert files(tmp_path / "out") == files(folder)


@pytest.mark.parametrize("as_of", ["2010-01-01", "1900-01-01"])
def test_days_without_published_figures(as_of: str, tmp_path: Path) -> None:
    result = run("generate", "--out", tmp_path / "out", *SYD, as_of=as_of)
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_an_unwritable_place_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    result = run("generate", "--out", tmp_path / "file" / "out", *SYD)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"{tmp_path / 'file' / 'out'} kan ikke skrives")


def test_a_full_sheet_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_style, "_MOST_ROWS", 100)
    result = run("generate", "--out", tmp_path / "facts.xlsx", *SYD)
    assert result.exit_code == 2
    assert "skriv CSV eller Parquet i stedet" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_authority(tmp_path: Path) -> None:
    result = run("generate", "--out", tmp_path / "out", "--authority", "vest")
    assert result.exit_code == 2
    assert "'vest' er ikke en af" in result.stderr


def test_what_stands_there_is_not_written_over_unless_that_is_asked_for(tmp_path: Path) -> None:
    own = tmp_path / "facts" / "social_offer.csv"
    own.parent.mkdir()
    own.write_text("mine", encoding="utf-8")
    result = run("generate", "--out", own.parent, *SYD)
    assert (result.exit_code, own.read_text("utf-8")) == (2, "mine")
    assert len(result.stderr.splitlines()) == 1
    assert run("generate", "--out", own.parent, *SYD, "--force").exit_code == 0
    assert own.read_text("utf-8") != "mine"
    book = tmp_path / "facts.xlsx"
    book.write_bytes(b"mine")
    assert run("generate", "--out", book, *SYD).exit_code == 2
    assert book.read_bytes() == b"mine"
