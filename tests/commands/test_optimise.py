"""`tilsynstryk optimise` as a lead meets it: a proposal, files, one line where words are wrong."""

from __future__ import annotations

import csv
import importlib.util
import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook

from cli import tilsynstryk
from models.facts import Dossier
from models.terms import ApprovalStatus, Kind
from tests.run.official import write

SMALL = Path(__file__).resolve().parents[2] / "fixtures" / "small-portfolio"


def run(*args: object) -> Result:
    return CliRunner().invoke(tilsynstryk, [str(arg) for arg in ("optimise", *args)])


def small(*args: object) -> Result:
    return run(SMALL, "--as-of", "2025-12-31", *args)


@pytest.mark.parametrize("cut", ["0%", "91", "-5", "12,5%", "meget", "100%"])
def test_a_cut_is_a_whole_per_cent_within_reason(cut: str) -> None:
    result = small(f"--cut={cut}", "--measure", "hours")
    assert result.exit_code == 2
    assert "hel procent fra 1 til 90" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_per_cent_of_what() -> None:
    result = small("--cut", "30%", "--lang", "en")
    assert result.exit_code == 2
    assert "30 % of what?" in result.stderr


def test_a_form_needs_a_folder() -> None:
    result = small("--cut", "30%", "--measure", "hours", "--format", "json")
    assert result.exit_code == 2
    assert "--out" in result.stderr


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(name: str) -> None:
        return None

    monkeypatch.setattr(importlib.util, "find_spec", nothing)
    result = small("--cut", "30%", "--measure", "hours")
    assert result.exit_code == 2
    assert "[simulate]" in result.stderr


def test_who_is_not_approved_is_left_out_and_nobody_left_is_one_line(
    tmp_path: Path, small_portfolio: tuple[Dossier, ...]
) -> None:
    ended = {"approval_status": ApprovalStatus.ENDED, "ended_on": date(2025, 1, 31)}
    families = [d for d in small_portfolio if d.kind is Kind.FOSTER_FAMILY]
    gone = Dossier(families[0].subject.model_copy(update=ended), families[0].records)
    quick = ("--cut", "5%", "--measure", "visits", "--years", "1", "--replicates", "0")
    day = ("--as-of", "2025-12-31")
    others = [d for d in small_portfolio if d.subject_id != gone.subject_id]
    some = write([gone, *others], tmp_path / "some", "csv")
    result = run(some, *day, *quick)
    assert result.exit_code in (0, 1), result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    without = write(others, tmp_path / "without", "csv")
    assert run(without, *day, *quick).stdout == result.stdout
    nobody = run(write([gone], tmp_path / "nobody", "csv"), *day, *quick)
    assert nobody.exit_code == 2
    assert nobody.stderr.splitlines()[-1].startswith("der er ingen godkendte i porteføljen")


@pytest.mark.slow
def test_a_proposal_from_the_portfolio_to_the_files_and_back(tmp_path: Path) -> None:
    out = tmp_path / "best"
    asked = ("--cut", "10%", "--measure", "hours", "--years", "1", "--replicates", "2")
    first = small(*asked, "--out", out, "--lang", "en")
    assert first.exit_code == 0, first.output
    assert "10 % of hours" in first.stdout
    assert "Tried in the simulation: 1 years, 2 replicates" in first.stdout
    assert "The simulation" in first.stdout
    with (out / "intervals.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    assert len(rows) == 6
    for row in rows:
        assert int(row["proposed_days"]) <= int(row["law_days"])
    files = {path.name: path.read_bytes() for path in out.iterdir()}
    assert {"scenario.yaml", "trade-off.svg", "trade_off.csv", "comparison.csv"} <= set(files)

    again = tmp_path / "again"
    assert small(*asked, "--out", again, "--lang", "en", "--workers", "1").exit_code == 0
    assert {path.name: path.read_bytes() for path in again.iterdir()} == files

    quick = ("--cut", "10%", "--measure", "visits", "--years", "1", "--replicates", "0")
    as_json = small(*quick, "--out", tmp_path / "json", "--format", "json")
    assert as_json.exit_code == 0
    assert "Ikke afprøvet i simuleringen" in as_json.stdout
    assert len(json.loads((tmp_path / "json" / "trade_off.json").read_text("utf-8"))) == 11
    as_book = small(*quick, "--out", tmp_path / "xlsx", "--format", "xlsx")
    assert as_book.exit_code == 0
    assert len(load_workbook(tmp_path / "xlsx" / "optimise.xlsx").sheetnames) == 5

    too_much = small("--cut", "90%", "--measure", "visits", "--years", "1", "--replicates", "0")
    assert too_much.exit_code == 1
    assert "kan ikke spares uden at bryde loven" in too_much.stdout
