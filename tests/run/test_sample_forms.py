"""The form for sample visits that an evaluation wrote is read again once it is filled in."""

from __future__ import annotations

import shutil
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from engine.portfolio.read import PortfolioRead, read_portfolio
from models.terms import Colour
from tests.run.official import BOOK, PORTFOLIO, manifest, run

AS_OF = date(2025, 9, 1)
HELD = "Besøgt den"


def filled(output: Path, target: Path, *rows: dict[str, Any], title: str | None = None) -> Path:
    """The form with its first rows filled in, in the order given."""
    book = openpyxl.load_workbook(output / "sample-form.xlsx")
    sheet = book.worksheets[0]
    column = {sheet.cell(1, n).value: n for n in range(1, sheet.max_column + 1)}
    for number, row in enumerate(rows, start=2):
        for heading, value in row.items():
            sheet.cell(number, column[heading], value)
    if title is not None:
        sheet.title = title
    book.save(target)
    return target


def held(day: int, **more: Any) -> dict[str, Any]:
    return {HELD: datetime(2025, 7, day), "Bedømmelse ændret": "nej", **more}


def read(*forms: Path) -> PortfolioRead:
    return read_portfolio(
        PORTFOLIO,
        sample_forms=forms,
        registers=BOOK.registers,
        ladder=BOOK.ladder,
        as_of=AS_OF,
    )


def results(found: PortfolioRead) -> list[Any]:
    return [result for dossier in found.dossiers for result in dossier.of("sample_result")]


def said(found: PortfolioRead) -> list[str]:
    return [problem.text() for problem in found.problems]


def test_its_rows_join_the_records(output: Path, tmp_path: Path) -> None:
    form = filled(output, tmp_path / "f.xlsx", held(1), held(2, **{"Foreslået farve": "rød"}))
    found = read(form)
    assert said(found) == []
    one, two = results(found)
    assert (one.visited_on, one.score_changed, one.proposed_category) == (
        date(2025, 7, 1),
        False,
        None,
    )
    assert (two.visited_on, two.proposed_category) == (date(2025, 7, 2), Colour.RED)
    assert {one.no, two.no} == {1}
    assert len(found.dossiers) == len(read().dossiers)


def test_rows_that_nobody_has_filled_in_yet_are_counted(output: Path, tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(output / "sample-form.xlsx").worksheets[0]
    found = read(filled(output, tmp_path / "f.xlsx", held(1)))
    (warning,) = [w for w in found.warnings if w.code == "form_rows_unfilled"]
    assert warning.text() == (
        'Ark "f.xlsx, Stikprøveresultater": '
        f"{sheet.max_row - 2} rækker er ikke udfyldt endnu og regnes ikke med."
    )


def test_mistakes_name_the_form_the_row_and_the_column(output: Path, tmp_path: Path) -> None:
    rows = [{"Bedømmelse ændret": "måske"}, held(2, **{"Indikator": "?"})]
    rows += [{HELD: datetime(2025, 10, 1)}]
    place = 'Ark "f.xlsx, Stikprøveresultater", række'
    found = said(read(filled(output, tmp_path / "f.xlsx", *rows)))
    assert found[0] == f'{place} 2, kolonne "Bedømmelse ændret": "måske" er hverken ja eller nej.'
    assert found[1] == f'{place} 2, kolonne "Besøgt den": skal udfyldes.'
    assert found[2].startswith(f'{place} 3, kolonne "Indikator": "?" findes ikke i registret')
    assert found[3].startswith(f'{place} 4, kolonne "Besøgt den": 2025-10-01 ligger efter')
    assert len(found) == 4


def test_a_visit_told_of_twice(output: Path, tmp_path: Path) -> None:
    one = filled(output, tmp_path / "one.xlsx", held(1))
    two = filled(output, tmp_path / "two.xlsx", held(1))
    assert said(read(one, two)) == [
        'Ark "two.xlsx, Stikprøveresultater", række 2: besøget står også i række 2 '
        "(one.xlsx, Stikprøveresultater); lad det stå ét sted."
    ]
    assert said(read(one, one)) == ['Fil "one.xlsx": skemaet er angivet to gange; lad den ene stå.']


def test_a_number_that_the_records_have(output: Path, tmp_path: Path) -> None:
    one = filled(output, tmp_path / "one.xlsx", held(1, **{"Nr.": 1}))
    two = filled(output, tmp_path / "two.xlsx", held(5, **{"Nr.": 1}))
    assert said(read(one, two)) == [
        'Ark "two.xlsx, Stikprøveresultater", række 2, kolonne "Nr.": nummer 1 står også i række '
        "2 (one.xlsx, Stikprøveresultater) for samme id."
    ]


def test_a_subject_that_is_not_there(output: Path, tmp_path: Path) -> None:
    form = filled(output, tmp_path / "f.xlsx", held(1, Id="PF-99999"))
    (line,) = said(read(form))
    assert "række 2" in line
    assert "PF-99999" in line


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("gone.xlsx", "findes ikke"),
        ("form.csv", "er en Excel-arbejdsbog (.xlsx)"),
        ("text.xlsx", "er ikke en Excel-arbejdsbog"),
    ],
)
def test_what_is_no_form(name: str, message: str, tmp_path: Path) -> None:
    if name != "gone.xlsx":
        (tmp_path / name).write_text("hello", encoding="utf-8")
    found = read(tmp_path / name)
    assert len(found.problems) == 1
    assert message in said(found)[0]
    assert found.dossiers == ()


def test_a_form_with_other_facts(output: Path, tmp_path: Path) -> None:
    form = filled(output, tmp_path / "f.xlsx", title="Bekymringer")
    assert any("kun arket Stikprøveresultater" in line for line in said(read(form)))
    form = filled(output, tmp_path / "g.xlsx", title="Kolonner")
    assert any("intet ark, der hedder Stikprøveresultater" in line for line in said(read(form)))


def _evaluate(tmp_path: Path, *forms: Path) -> Any:
    args = [part for form in forms for part in ("--sample-results", form)]
    out = ("--out", tmp_path / "out", "--format", "csv")
    return run("evaluate", PORTFOLIO, *args, *out, as_of="2025-09-01")


def test_the_command_reads_forms_and_can_be_run_again(output: Path, tmp_path: Path) -> None:
    one = filled(output, tmp_path / "one.xlsx", held(1, **{"Foreslået farve": "rød"}))
    two = filled(output, tmp_path / "two.xlsx", {}, held(3))
    result = _evaluate(tmp_path, one, two)
    assert result.exit_code == 0, result.output
    assert len(manifest(tmp_path / "out")["sample_results_sha256"]) == 2

    record = tmp_path / "out" / "manifest.json"
    again = ("rerun", record, "--portfolio", PORTFOLIO, "--out", tmp_path / "again")
    forms = ("--sample-results", one, "--sample-results", two)
    assert run(*again, *forms, as_of=None).exit_code == 0
    shutil.rmtree(tmp_path / "again")
    for other in ((), ("--sample-results", one), (*forms[2:], *forms[:2])):
        result = run(*again, *other, as_of=None)
        assert result.exit_code == 2
        assert "--sample-results" in result.stderr
        assert not (tmp_path / "again").exists()


def test_the_command_says_what_is_wrong_with_a_form(output: Path, tmp_path: Path) -> None:
    form = filled(output, tmp_path / "f.xlsx", {"Bedømmelse ændret": "måske"})
    result = _evaluate(tmp_path, form)
    assert result.exit_code == 2
    assert '"måske" er hverken ja eller nej' in result.stderr
    assert not (tmp_path / "out").exists()


def test_a_result_changes_the_colour(output: Path, tmp_path: Path) -> None:
    form = filled(output, tmp_path / "f.xlsx", held(1, **{"Foreslået farve": "rød"}))
    colours = []
    for forms in ((), (form,)):
        assert _evaluate(tmp_path, *forms).exit_code == 0
        table = (tmp_path / "out" / "csv" / "categories.csv").read_text(encoding="utf-8")
        colours.append({tuple(row.split(";")[:4]) for row in table.splitlines()})
    before, after = colours[0] - colours[1], colours[1] - colours[0]
    assert [row[3] for row in before] == ["green"]
    assert len(after) == 1
    assert {row[0] for row in before} == {row[0] for row in after}
    assert {row[3] for row in after} < {"yellow", "red"}
