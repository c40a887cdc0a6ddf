"""`tilsynstryk finance` as a lead meets it. The own file is synthetic."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook

from cli import tilsynstryk
from engine.rulebook.load import default_rulebook_folder

HERE = Path(__file__).parent
RULES = default_rulebook_folder()
OWN = HERE.parents[1] / "fixtures" / "finance" / "midt-2027.yaml"


def run(*args: str | Path) -> Result:
    return CliRunner().invoke(tilsynstryk, ["finance", *map(str, args)])


PAGES = {
    "frame-2026.da": ("frame", "--year", "2026"),
    "frame-2026-syd.en": ("frame", "--year", "2026", "--authority", "syd"),
    "frame-2018.da": ("frame", "--year", "2018"),
    "tariffs-syd-2024.da": ("tariffs", "--authority", "syd", "--year", "2024"),
    "tariffs-syd-2025.da": ("tariffs", "--authority", "syd", "--year", "2025"),
    "tariffs-syd-2026.en": ("tariffs", "--authority", "syd", "--year", "2026"),
    "tariffs-own.da": ("tariffs", "--authority", "midt", "--year", "2027"),
    "municipalities-syd-2026.da": ("municipalities", "--authority", "syd", "--year", "2026"),
    "municipalities-syd-2017.en": ("municipalities", "--authority", "syd", "--year", "2017"),
    "municipalities-nord-2025.da": ("municipalities", "--authority", "nord", "--year", "2025"),
    "municipalities-own.en": ("municipalities", "--authority", "midt", "--year", "2027"),
    "bpa-2026.da": ("bpa", "--year", "2026", "--supervisions", "20", "--approvals", "3"),
    "bpa-2024.en": ("bpa", "--year", "2024"),
    "forward.da": ("forward", "57562.25", "--from-year", "2025", "--to-year", "2026"),
    "check.da": ("check",),
    "check.en": ("check",),
}


@pytest.mark.parametrize("name", PAGES)
def test_pages(name: str) -> None:
    """The page as it was last looked at; UPDATE_GOLDEN=1 writes it anew."""
    own = ("--authority-file", OWN) if "own" in name else ()
    result = run(*PAGES[name], *own, "--lang", name.rpartition(".")[2])
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    path = HERE / "golden" / f"{name}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(result.stdout, encoding="utf-8")
    assert result.stdout == path.read_text(encoding="utf-8")


def test_every_page_says_its_basis_and_its_sources() -> None:
    for name, args in PAGES.items():
        if name.endswith(".da") and "own" not in name and args != ("check",):
            text = run(*args).stdout
            assert "Grundlag" in text, name
            assert "Kilder:\n[1] " in text, name


@pytest.mark.parametrize("name", ["frame-2026.da", "tariffs-own.da", "bpa-2026.da"])
def test_json_has_whole_kroner_and_the_words_themselves(name: str) -> None:
    own = ("--authority-file", OWN) if "own" in name else ()
    danish = run(*PAGES[name], *own, "--format", "json")
    tables = json.loads(danish.stdout)
    for rows in tables.values():
        for row in rows:
            for column, value in row.items():
                if column.endswith("_dkk") and not column.startswith("base_"):
                    assert value is None or isinstance(value, int)
            assert row.get("basis", "practice") in {"practice", "assumption", "law", "order"}
    assert run(*PAGES[name], *own, "--format", "json").stdout == danish.stdout


def test_csv_on_the_screen_is_the_first_table() -> None:
    result = run("municipalities", "--authority", "syd", "--year", "2026", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(result.stdout), delimiter=";"))
    assert len(rows) == 22
    assert sum(int(row["dkk"]) for row in rows) == 31_200_000
    assert {row["municipality"] for row in rows} >= {"odense", "aeroe", "frederiksberg"}


def test_workbook_and_folder_hold_every_table(tmp_path: Path) -> None:
    book = tmp_path / "frame.xlsx"
    args = ("frame", "--year", "2026", "--lang", "en")
    assert run(*args, "--format", "xlsx", "--out", book).exit_code == 0
    sheets = load_workbook(book)
    assert len(sheets.sheetnames) == 3
    cells = [cell.value for row in sheets.worksheets[1].iter_rows() for cell in row]
    assert 48_540_000 in cells
    first = book.read_bytes()
    assert run(*args, "--format", "xlsx", "--out", book).exit_code == 0
    assert book.read_bytes() == first
    folder = tmp_path / "frame"
    assert run(*args, "--format", "csv", "--out", folder).exit_code == 0
    assert sorted(path.name for path in folder.iterdir()) == [
        "authorities.csv",
        "national.csv",
        "readings.csv",
    ]
    target = tmp_path / "frame.json"
    assert run(*args, "--format", "json", "--out", target).exit_code == 0
    assert list(json.loads(target.read_text("utf-8"))) == ["national", "authorities", "readings"]


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (
            ("tariffs", "--authority", "midt", "--year", "2024"),
            "ingen takster for Socialtilsyn Midt",
        ),
        (("tariffs", "--authority", "syd", "--year", "2019"), "kendte år: 2016, 2017, 2018, 2024"),
        (("municipalities", "--authority", "midt", "--year", "2024"), "ingen kommunale andele"),
        (("frame", "--year", "2020"), "hverken en udgiftsramme eller et budget for 2020"),
        (("frame", "--year", "2020", "--authority", "syd"), "den første ramme er for 2026"),
        (("bpa", "--year", "2026", "--authority", "syd"), "ingen timer pr. BPA-sag"),
        (("forward", "57.562,25", "--from-year", "2025", "--to-year", "2026"), "ikke et beløb"),
        (("forward", "NaN", "--from-year", "2025", "--to-year", "2026"), "ikke et beløb"),
        (("forward", "1", "--from-year", "2018", "--to-year", "2026"), "fra 2018 til 2019 kendes"),
        (("frame", "--year", "2026", "--format", "xlsx"), "xlsx kræver --out"),
        (("frame", "--year", "2026", "--out", "x"), "tekst skrives kun på skærmen"),
        (("frame", "--year", "2026", "--format", "csv", "--out", __file__), "kan ikke"),
        (("frame",), "--year"),
        (("nix",), "nix"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_cannot_be_answered_is_one_line_and_exit_code_two(
    args: tuple[str, ...], said: str
) -> None:
    result = run(*args)
    assert result.exit_code == 2, result.output
    assert said in result.stderr
    assert result.stdout == ""


def _check_with(tmp_path: Path, name: str, old: str, new: str) -> Result:
    rules = tmp_path / "rules"
    shutil.copytree(RULES, rules)
    path = rules / "finance" / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return run("check", "--rules", rules)


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("national.yaml", "frame dkk: 218_000_000", "frame dkk: 219_000_000", "udgiftsramme 2026"),
        ("national.yaml", "given back dkk: 21_000_000", "given back dkk: 25_000_000", "ramme 2026"),
        ("authorities/syd.yaml", "places_50_up: 114475", "places_50_up: 114474", "Grundtakst 2024"),
        ("authorities/syd.yaml", "printed dkk: 22707", "printed dkk: 22708", "Pris pr. plejefam"),
        ("authorities/syd.yaml", "odense: 4_886_792", "odense: 4_886_793", "i alt 2026"),
        ("authorities/syd.yaml", "printed offers: 340", "printed offers: 341", "Antal tilbud 2024"),
        ("authorities/syd.yaml", "percent: -33.97", "percent: -33.98", "Takster fra tilbud"),
        ("printed/syd-2024-2026.yaml", "[14.34]", "[14.35]", "Takstindtægter 2026"),
        ("printed/post-adjustment.yaml", "on the unit: 1125", "on the unit: 1126", "Overtagelse"),
        ("printed/post-adjustment.yaml", "[1481, 1852, 1667]", "[1482, 1851, 1667]", "enhed D"),
    ],
)
def test_a_figure_that_should_reproduce_and_does_not_is_exit_code_one(
    tmp_path: Path, name: str, old: str, new: str, said: str
) -> None:
    result = _check_with(tmp_path, name, old, new)
    assert result.exit_code == 1, result.output
    wrong = [line for line in result.stdout.splitlines() if "stemmer ikke. Ret tallet" in line]
    assert any(said in line and f"rules/finance/{name}:" in line for line in wrong)


def test_what_is_called_a_misprint_and_reproduces_is_exit_code_one(tmp_path: Path) -> None:
    args = (
        "authorities/syd.yaml",
        "printed offers: 460\n    misprint",
        "printed offers: 468\n    misprint",
    )
    result = _check_with(tmp_path, *args)
    assert result.exit_code == 1
    assert "stemmer, men er kaldt trykfejl" in result.stdout


def test_all_figures_can_be_shown() -> None:
    result = run("check", "--all", "--lang", "en")
    assert result.exit_code == 0
    assert result.stdout.count("  reproduces  ") == 192
    assert "rules/finance/national.yaml:" in result.stdout
