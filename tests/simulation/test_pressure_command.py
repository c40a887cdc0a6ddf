"""`tilsynstryk pressure` as a lead meets it: tables, files, one line where the words are wrong."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook

from cli import tilsynstryk
from tests.simulation.portfolios import SMALL


def run(*args: object) -> Result:
    return CliRunner().invoke(tilsynstryk, [str(arg) for arg in ("pressure", *args)])


def small(*args: object) -> Result:
    return run(SMALL, "--as-of", "2025-06-01", *args)


def test_the_report_shows_done_planned_and_every_reading() -> None:
    result = small()
    assert result.exit_code == 0
    text = result.stdout
    assert "Gjort: 2024-06-02 - 2025-06-01; planlagt: 2025-06-01 - 2026-06-01." in text
    assert "Timer, og dermed kroner, er antagelser" in text
    assert "trykt -18,9 %, regnet -20,3 %" in text
    assert "trykt -30 %, regnet -22,7 %" in text
    assert "Lovens gulv alene, som loven er 2026-06-01: 42 besøg om året." in text
    assert "I den planlagte periode falder 38 af lovens besøg" in text
    for heading in ("Efter farve", "Efter art", "Efter socialtilsyn"):
        assert heading in text
    assert "Hvem mister hvad" not in text


def test_in_english_and_by_what_is_asked_for() -> None:
    result = small("--by", "authority,colour", "--lang", "en")
    assert result.exit_code == 0
    assert "By authority, colour" in result.stdout
    assert "recomputed -20.3 %" in result.stdout
    assert "By kind" not in result.stdout
    assert "rød" not in result.stdout


def test_a_cut_says_what_of_who_loses_and_what_is_left() -> None:
    result = small("--cut", "30%", "--measure", "visits")
    assert result.exit_code == 0
    text = result.stdout
    assert "30,0 % af besøg: fra 238 til højst 167" in text
    assert "Taget: 72 (30,3 %). Nået." in text
    assert "opfølgning på akut og alvorligt): 95." in text
    assert "Hvem mister hvad" in text
    assert "Hvis alle mistede 30 % af besøgene" in text
    assert "De længst ubesøgte efter nedskæringen" in text


def test_a_cut_that_cannot_be_met_says_by_how_much() -> None:
    result = small("--cut", "90", "--measure", "visits", "--lang", "en")
    assert result.exit_code == 0
    assert "Not met: 71 are wanting, and nothing more may be taken." in result.stdout
    assert "Slack between the least that is left and the target: -71." in result.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["--cut", "30%"],
            "30% af hvad? Giv --measure: visits, hours, dkk, documents, unannounced",
        ),
        (["--cut", "much", "--measure", "hours"], "'much' er ikke en procent; skriv fx 30%"),
        (["--cut", "130%", "--measure", "hours"], "'130%' ligger ikke mellem 0 % og 100 %"),
        (["--measure", "hours"], "hører til --cut"),
        (["--by", "colour,size"], "'size' er ikke noget, der kan summeres efter"),
        (["--format", "csv"], "--format csv kræver --out"),
        (["--out", "nowhere.xlsx"], "--out kræver --format xlsx, csv, json eller parquet"),
        (
            ["--scenario", "floor_olny"],
            "der er intet scenarie 'floor_olny'; mener du 'floor_only'?",
        ),
    ],
)
def test_wrong_words_are_one_line_and_exit_2(arguments: list[str], said: str) -> None:
    result = small(*arguments)
    assert result.exit_code == 2
    assert said in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert result.stdout == ""


def test_bad_facts_are_listed() -> None:
    result = run(SMALL.parent / "bad-portfolio", "--as-of", "2025-06-01")
    assert result.exit_code == 2
    assert "5 fejl i oplysningerne" in result.stderr


def test_a_scenario_stands_beside_the_plan(tmp_path: Path) -> None:
    result = run(SMALL, "--as-of", "2026-06-01", "--scenario", "floor_only")
    assert result.exit_code == 0
    assert "Scenarie floor_only: Gule besøges kun så ofte, som loven kræver" in result.stdout
    (visits,) = [line for line in result.stdout.splitlines() if line.startswith("  Besøg  ")]
    done, planned, scenario = (int(cell) for cell in visits.split()[1:])
    assert scenario < planned
    assert done == 0  # the facts end a year before
    assert "Efter farve (planen er scenariets)" in result.stdout
    file = tmp_path / "mine.yaml"
    file.write_text(
        "scenarios:\n  - id: mine\n    title: {da: Min, en: Mine}\n    changes:\n"
        "      - {parameter: visits.offer_yellow_interval_days, from: 2026-01-01, value: 100}\n"
        "    basis: assumption\n    sources: [x]\n    reviewed: 2026-11-22\n",
        encoding="utf-8",
    )
    assert "Scenarie mine: Min" in run(SMALL, "--as-of", "2026-06-01", "--scenario", file).stdout
    file.write_text(file.read_text(encoding="utf-8").replace("offer_yellow", "offer_yelow"))
    wrong = run(SMALL, "--as-of", "2026-06-01", "--scenario", file)
    assert wrong.exit_code == 2
    assert "offer_yelow" in wrong.stderr


def rows_of(folder: Path, form: str, name: str) -> list[dict[str, Any]]:
    path = folder / f"{name}.{form}"
    if form == "json":
        found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
        return found
    if form == "parquet":
        rows: list[dict[str, Any]] = pq.read_table(path).to_pylist()
        return rows
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream, delimiter=";"))


@pytest.mark.parametrize("form", ["json", "csv", "parquet"])
def test_machines_get_every_number(tmp_path: Path, form: str) -> None:
    out = tmp_path / "out"
    result = small("--cut", "30%", "--measure", "hours", "--format", form, "--out", out)
    assert (result.exit_code, result.stdout) == (0, f"Skrevet: {out}\n")
    vectors = rows_of(out, form, "pressure")
    assert len(vectors) == 160
    planned = [row for row in vectors if row["period"] == "planned"]
    assert sum(int(row["visits"]) for row in planned) == 238
    assert sum(int(row["documents"]) for row in planned) == 540
    losses = rows_of(out, form, "cut_losses")
    assert len({(row["subject_id"], row["visit_no"]) for row in losses}) == len(losses) > 20
    assert {row["colour"] for row in losses} == {"green", "yellow", "red"}
    taken = sum(float(row["hours"]) for row in losses)
    (hours,) = [row for row in rows_of(out, form, "headline") if row["component"] == "Timer"]
    assert taken >= 0.3 * float(hours["planned"])
    assert len(rows_of(out, form, "unvisited")) == 80
    assert len(rows_of(out, form, "readings")) == 8
    assumed = rows_of(out, form, "assumptions")
    assert {"hours.price_dkk", "hours.light_visit_share"} <= {row["assumption"] for row in assumed}


def test_the_workbook_has_a_sheet_for_every_table(tmp_path: Path) -> None:
    out = tmp_path / "pressure.xlsx"
    result = small("--cut", "30%", "--measure", "dkk", "--format", "xlsx", "--out", out)
    assert result.exit_code == 0
    sheets = load_workbook(out, read_only=True).sheetnames
    assert len(sheets) == 12
    assert "Hvem mister hvad" in sheets


def test_the_same_report_twice_is_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        small("--cut", "30%", "--measure", "hours", "--format", "csv", "--out", tmp_path / name)
    one, two = ({p.name: p.read_bytes() for p in (tmp_path / n).iterdir()} for n in ("one", "two"))
    assert one == two
    assert len(one) == 12


def test_an_empty_portfolio_is_said_to_be_empty(tmp_path: Path) -> None:
    lines = (SMALL / "foster_family.csv").read_text(encoding="utf-8-sig").splitlines()
    family = next(line for line in lines if line.startswith("PF-00002;"))
    (tmp_path / "foster_family.csv").write_text(f"{lines[0]}\n{family}\n", encoding="utf-8")
    result = run(tmp_path, "--as-of", "2022-02-01", "--ignore-later")
    assert result.exit_code == 0, result.stderr
    assert result.stdout == "Ingen tilbud eller plejefamilier i porteføljen.\n"
