"""`tilsynstryk template`: an empty workbook that, filled in, is evaluated."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.run.official import CATALOGUE, files, run


def fill(target: Path, lang: Any, rows: dict[str, list[dict[str, Any]]]) -> None:
    """Writes values under their headings, as a person does."""
    book = openpyxl.load_workbook(target)
    for key, lines in rows.items():
        sheet = book[CATALOGUE.sheet(key, lang)]
        columns = {str(cell.value).removesuffix(" *"): cell.column for cell in sheet[1]}
        for number, line in enumerate(lines, start=2):
            for name, value in line.items():
                sheet.cell(number, columns[CATALOGUE.heading(key, name, lang)], value)
    book.save(target)


ROWS: dict[str, list[dict[str, Any]]] = {
    "foster_family": [
        {
            "subject_id": "PF-7",
            "authority": "syd",
            "municipality": "aabenraa",
            "family_type": "general",
            "approved_on": datetime(2020, 1, 1),
        },
    ],
    "social_offer": [
        {
            "subject_id": "TB-1",
            "name": "@Et tilbud",
            "authority": "syd",
            "municipality": "Aabenraa",
            "ownership": "private",
            "segment": "adults",
            "dwelling_form": "residential",
            "places": 8,
            "approved_on": "01-02-2020",
        },
    ],
    "concern": [
        {
            "subject_id": "PF-7",
            "received_on": datetime(2025, 5, 30),
            "theme": "competences",
            "severity": "acute",
        }
    ],
    "visit": [
        {
            "subject_id": "TB-1",
            "held_on": datetime(2025, 3, 1),
            "purpose": "basis",
            "notice": "unannounced",
        }
    ],
}


@pytest.mark.parametrize("lang", ["da", "en"])
def test_two_subjects_filled_in_are_evaluated(lang: str, tmp_path: Path) -> None:
    target = tmp_path / "facts.xlsx"
    made = run("template", target, "--lang", lang, as_of=None)
    assert made.exit_code == 0
    assert str(target) in made.stdout
    fill(target, lang, ROWS)
    result = run("evaluate", target, "--out", "-")
    assert result.exit_code == 0, result.stderr
    found = [json.loads(line) for line in result.stdout.splitlines()]
    colours = {line["subject_id"]: line["category"]["in_force"] for line in found}
    assert colours == {"PF-7": "red", "TB-1": "green"}


def test_an_empty_template_is_said_to_be_empty(tmp_path: Path) -> None:
    target = tmp_path / "facts.xlsx"
    assert run("template", target, as_of=None).exit_code == 0
    result = run("evaluate", target, "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert "der er ingen tilbud eller familier; udfyld mindst ét af arkene" in result.stderr
    assert not (tmp_path / "out").exists()


def test_the_same_bytes_every_time(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        assert run("template", tmp_path / name / "facts.xlsx", as_of=None).exit_code == 0
    assert files(tmp_path / "a") == files(tmp_path / "b")


def test_a_file_is_not_replaced_unasked(tmp_path: Path) -> None:
    target = tmp_path / "facts.xlsx"
    target.write_text("mine", encoding="utf-8")
    result = run("template", target, as_of=None)
    assert result.exit_code == 2
    assert "findes allerede; giv et andet navn, eller --force" in result.stderr
    assert target.read_text(encoding="utf-8") == "mine"
    assert run("template", target, "--force", as_of=None).exit_code == 0
    assert openpyxl.load_workbook(target).sheetnames[0] == "Vejledning"


@pytest.mark.parametrize("name", ["facts.csv", "facts", "facts.xls"])
def test_only_a_workbook(name: str, tmp_path: Path) -> None:
    result = run("template", tmp_path / name, as_of=None)
    assert result.exit_code == 2
    assert "giv et navn, der ender på .xlsx" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_unwritable_place_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    result = run("template", tmp_path / "file" / "facts.xlsx", as_of=None)
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1
    assert "kan ikke skrives" in result.stderr
