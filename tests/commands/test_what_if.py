"""`tilsynstryk what-if`: only the difference, and everything wrong at once. Synthetic facts."""

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cli import tilsynstryk
from engine.analysis.words import Words

HERE = Path(__file__).parent
_spec = importlib.util.spec_from_file_location("portfolio_lines", HERE / "portfolio_lines.py")
assert _spec is not None
assert _spec.loader is not None
lines: Any = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(lines)


@pytest.fixture(scope="module")
def portfolio(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lines.write_portfolio(tmp_path_factory.mktemp("portfolio"))


def run(portfolio: Path, subject_id: str, *args: str) -> Result:
    wanted = ["what-if", subject_id, "--portfolio", str(portfolio), "--as-of", lines.AS_OF, *args]
    return CliRunner().invoke(tilsynstryk, wanted)


def data_of(portfolio: Path, *args: str) -> Any:
    result = run(portfolio, "PF-01042", *args, "--format", "json")
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


def test_closing_the_concern_makes_the_family_green(portfolio: Path) -> None:
    result = run(portfolio, "PF-01042", "--set", "concern[2].status=closed")
    assert result.exit_code == 0, result.output
    golden = HERE / "golden" / "what-if-closed.da.txt"
    assert result.output == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "written",
    [
        "concern[2].status=closed",
        "concern[2].stage = lukket",
        "bekymringer[2].Lukket den=2025-06-01",
        "concern[2].closed_on=01-06-2025",
        "concern[2].open=nej",
        "bekymring[2].status=lukket",
        "Bekymring [2] . Forløb = Lukket",
        "bekymring[2].lukket=2025-06-01",
        "bekymring[2].åben=nej",
    ],
)
def test_the_same_change_however_it_is_written(portfolio: Path, written: str) -> None:
    data = data_of(portfolio, "--set", written)
    assert data["after"]["category"]["in_force"] == "green"
    assert data["reasons_lost"] == ["category.serious_concern"]


def test_an_added_and_a_dropped_record(portfolio: Path) -> None:
    acute = "concern: severity=akut, theme=kompetencer, received_on=2025-06-01"
    data = data_of(portfolio, "--add", acute, "--drop", "concern[2]")
    assert data["after"]["category"]["in_force"] == "red"
    assert "category.acute_concern" in data["reasons_gained"]
    assert data_of(portfolio, "--drop", "concern[2]")["after"]["category"]["in_force"] == "green"


def test_records_and_fields_go_by_danish_names(portfolio: Path) -> None:
    add = "bekymring: alvor=akut, tema=kompetencer, modtaget=2025-06-01"
    added = data_of(portfolio, "--add", add, "--drop", "bekymring[2]")
    assert added["after"]["category"]["in_force"] == "red"
    assert data_of(portfolio, "--set", "sagen.plejeforældre=2")["same"]


def test_a_name_of_two_records_or_fields_is_refused(
    portfolio: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Words, "names_of", lambda _, record: frozenset({"sag"}))
    monkeypatch.setattr(Words, "names_of_field", lambda *_: frozenset({"dag"}))
    result = run(portfolio, "PF-01042", "--drop", "sag[1]", "--set", "concern[2].dag=2025-06-01")
    assert result.exit_code == 2
    first, second = result.output.splitlines()
    assert "'dag' kan være flere felter; skriv et af " in first
    assert "'sag' kan være flere slags oplysninger; skriv en af " in second
    assert "concern" in second


def test_a_stage_sets_its_day_and_takes_back_later_ones(portfolio: Path) -> None:
    held = data_of(portfolio, "--set", "concern[2].status=dialogue")
    missing = held["after"]["proposals"][0]["preconditions"]
    assert [need["met"] for need in missing] == [True]
    reopened = data_of(portfolio, "--set", "concern[1].status=received")
    assert reopened["after"]["category"]["reasons"] != reopened["before"]["category"]["reasons"]


def test_no_difference_is_said(portfolio: Path) -> None:
    result = run(portfolio, "PF-01042", "--set", "foster_parents=2")
    assert result.output.endswith("Ændringerne gør ingen forskel.\n")
    assert run(portfolio, "PF-01042", "--set", "approved_need=").exit_code == 0


def test_everything_wrong_with_the_changes_is_said_at_once(portfolio: Path) -> None:
    result = run(
        portfolio,
        "PF-01042",
        *("--set", "concern[9].status=closed"),
        *("--set", "concen[1].severity=mild"),
        *("--set", "concern[2].open=maybe"),
        *("--set", "concern[2].visited_since=yes"),
        *("--set", "nonsense"),
        *("--set", "family_typ=almen"),
        *("--set", "concern[2].no=3"),
        *("--add", "budget: budget_year=2025"),
        *("--add", "concern: mild"),
        *("--add", "concern"),
        *("--drop", "concern"),
    )
    assert result.exit_code == 2
    said = result.output.splitlines()
    assert len(said) == 11
    assert "der er ingen concern[9]; der er: 1, 2" in said[0]
    assert "mener du 'concern'?" in said[1]
    assert "beregnes af andre oplysninger" in said[2]
    assert "mener du 'family_type'?" in said[5]
    assert "foster_family har ingen 'budget'" in said[7]


def test_values_are_checked_like_cells(portfolio: Path) -> None:
    add = "concern: severity=slem, received_on=2026-01-01"
    result = run(portfolio, "PF-01042", "--set", "foster_parents=mange", "--add", add)
    assert result.exit_code == 2
    assert 'foster_parents: "mange" er ikke et helt tal' in result.output
    assert '"slem" kendes ikke' in result.output
    assert "theme: skal udfyldes" in result.output


def test_nothing_to_change_and_unknown_ids(portfolio: Path) -> None:
    assert run(portfolio, "PF-01042").exit_code == 2
    assert run(portfolio, "PF-99999", "--set", "places=1").exit_code == 2


def test_the_portfolio_is_left_as_it_was(portfolio: Path) -> None:
    before = portfolio.read_bytes()
    run(portfolio, "PF-01042", "--set", "concern[2].status=closed")
    assert portfolio.read_bytes() == before
