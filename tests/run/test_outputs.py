"""The workbook and the form for sample results, as somebody who opens them in Excel finds them."""

from __future__ import annotations

import csv
import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from engine.portfolio.read import read_portfolio
from models.facts import Dossier
from models.facts.course_records import Override
from models.terms import Colour
from tests.run.official import AS_OF, BOOK, CATALOGUE, run, write

FILLS = {"grøn": "FFC6EFCE", "gul": "FFFFEB9C", "rød": "FFFFC7CE"}


@pytest.fixture(scope="module")
def workbook(output: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(output / "decisions.xlsx")


def headings(sheet: Worksheet) -> list[str]:
    return [str(cell.value) for cell in sheet[1]]


def test_the_sheets_and_their_headings_are_danish(workbook: openpyxl.Workbook) -> None:
    assert workbook.sheetnames == [
        "Kategorier",
        "Begrundelser",
        "Tilsynsplan",
        "Stikprøver",
        "Sanktionsforslag",
    ]
    assert headings(workbook["Kategorier"])[:5] == [
        "Id",
        "Art",
        "Socialtilsyn",
        "Kategori",
        "Maskinens forslag",
    ]
    plan = headings(workbook["Tilsynsplan"])
    assert {"Tidligst", "Senest", "Anmeldt eller uanmeldt", "Begrundelse"} <= set(plan)
    words = {cell.value for cell in workbook["Kategorier"]["B"][1:]}
    assert {"socialt tilbud", "plejefamilie"} <= words


def test_headings_stay_in_sight_and_can_be_filtered(workbook: openpyxl.Workbook) -> None:
    for sheet in workbook:
        assert sheet.freeze_panes == "B2"
        assert sheet.auto_filter.ref == sheet.dimensions


def test_days_are_days_in_the_danish_form(workbook: openpyxl.Workbook) -> None:
    sheet = workbook["Tilsynsplan"]
    for heading in ("Tidligst", "Senest"):
        cells = [row[headings(sheet).index(heading)] for row in sheet.iter_rows(min_row=2)]
        assert {cell.number_format for cell in cells} == {"dd-mm-yyyy"}
        assert all(isinstance(cell.value, datetime) for cell in cells)


def test_the_colours_are_words_and_filled(workbook: openpyxl.Workbook) -> None:
    sheet = workbook["Kategorier"]
    column = headings(sheet).index("Kategori")
    cells = [row[column] for row in sheet.iter_rows(min_row=2)]
    assert {cell.value for cell in cells} == set(FILLS)
    reached = {
        rule.formula[0].strip('"'): rule.dxf.fill.bgColor.rgb
        for formatting in sheet.conditional_formatting
        if all(cell.coordinate in formatting.sqref for cell in cells)
        for rule in formatting.rules
    }
    assert reached == FILLS


@pytest.mark.parametrize("text", ["=1+1", "@x", "+1", "-1", "=cmd|' /C calc'!A0"])
def test_a_text_never_becomes_a_formula(
    text: str, small_portfolio: tuple[Dossier, ...], tmp_path: Path
) -> None:
    """Neither in the outputs, nor in a workbook of facts; and it is still the same text."""
    dossier = small_portfolio[0]
    override = Override(
        subject_id=dossier.subject_id,
        no=1,
        colour=Colour.RED,
        decided_by=text,
        decided_on=AS_OF,
        expires_on=date(2025, 12, 31),
        reason=text,
    )
    subject = dossier.subject.model_copy(update={"name": text, "consultant": text})
    made = Dossier(subject, {**dossier.records, "override": (override,)})
    facts = write([made], tmp_path / "facts.xlsx", "xlsx")
    result = run("evaluate", facts, "--out", tmp_path / "out", "--format=xlsx", "--format=csv")
    assert result.exit_code == 0, result.output
    for path in (facts, tmp_path / "out" / "decisions.xlsx"):
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                if name.startswith("xl/worksheets/sheet"):
                    assert b"<f>" not in archive.read(name)
    sheet = openpyxl.load_workbook(tmp_path / "out" / "decisions.xlsx")["Kategorier"]
    (cell,) = (row[headings(sheet).index("Justeret af")] for row in sheet.iter_rows(min_row=2))
    assert (cell.value, cell.data_type) == (text, "s")
    raw = (tmp_path / "out" / "csv" / "categories.csv").read_text(encoding="utf-8-sig")
    assert f";'{text}" in raw.replace('"', "")


def test_in_english(small_portfolio: tuple[Dossier, ...], tmp_path: Path) -> None:
    facts = write(small_portfolio[:5], tmp_path / "facts.jsonl", "jsonl")
    assert run("evaluate", facts, "--lang=en", "--out", tmp_path / "out").exit_code == 0
    book = openpyxl.load_workbook(tmp_path / "out" / "decisions.xlsx")
    assert book.sheetnames == [
        "Categories",
        "Reasons",
        "Visit plan",
        "Samples",
        "Sanction proposals",
    ]
    assert headings(book["Categories"])[:4] == ["Id", "Kind", "Authority", "Category"]
    words = {cell.value for cell in book["Categories"]["D"][1:]}
    assert words <= {"green", "yellow", "red"}
    text = (tmp_path / "out" / "summary.txt").read_text(encoding="utf-8")
    assert "The engine proposes; a person decides." in text


class TestTheSampleForm:
    def test_it_has_the_headings_of_the_facts_and_a_line_for_each_draw(self, output: Path) -> None:
        book = openpyxl.load_workbook(output / "sample-form.xlsx")
        assert book.sheetnames == [CATALOGUE.sheet("sample_result")]
        names = ("subject_id", "no", "frame", "visited_on", "score_changed", "indicator")
        names += ("proposed_category", "report_sent_on")
        wanted = [CATALOGUE.heading("sample_result", name) for name in names]
        sheet = book.worksheets[0]
        assert headings(sheet) == wanted
        with (output / "csv" / "samples.csv").open(encoding="utf-8-sig", newline="") as file:
            lines = list(csv.DictReader(file, delimiter=";"))
        drawn = [(row["subject_id"], row["frame"]) for row in lines if row["drawn"] == "true"]
        rows = [(row[0].value, row[2].value) for row in sheet.iter_rows(min_row=2)]
        assert rows == sorted(drawn)
        assert len(rows) > 1

    def test_filled_in_it_is_read_as_facts(
        self, output: Path, small_portfolio: tuple[Dossier, ...], tmp_path: Path
    ) -> None:
        form = openpyxl.load_workbook(output / "sample-form.xlsx").worksheets[0]
        column = {heading: number for number, heading in enumerate(headings(form), start=1)}
        rows = range(2, form.max_row + 1)
        for number in rows:
            form.cell(number, column["Besøgt den"], datetime(2025, 7, number))
            form.cell(number, column["Bedømmelse ændret"], "ja")
            form.cell(number, column["Foreslået farve"], "gul")
        form.cell(2, column["Nr."], 4)
        book = openpyxl.load_workbook(write(small_portfolio, tmp_path / "facts.xlsx", "xlsx"))
        sheet = book.create_sheet(form.title)
        for row in form.iter_rows():
            for cell in row:
                sheet.cell(cell.row, cell.column, cell.value)
        book.save(tmp_path / "facts.xlsx")
        found = read_portfolio(
            tmp_path / "facts.xlsx",
            registers=BOOK.registers,
            ladder=BOOK.ladder,
            as_of=date(2025, 9, 1),
        )
        assert found.problems == ()
        results = [result for d in found.dossiers for result in d.of("sample_result")]
        assert [(r.subject_id, r.frame) for r in results] == [
            (form.cell(number, 1).value, form.cell(number, 3).value) for number in rows
        ]
        assert [r.visited_on for r in results] == [date(2025, 7, number) for number in rows]
        assert {(r.score_changed, r.proposed_category) for r in results} == {(True, Colour.YELLOW)}
        assert results[0].no == 4

    def test_without_a_draw_there_is_no_form(
        self, small_portfolio: tuple[Dossier, ...], tmp_path: Path
    ) -> None:
        schools = [d for d in small_portfolio if d.kind == "treatment_school"]
        facts = write(schools, tmp_path / "facts.jsonl", "jsonl")
        assert run("evaluate", facts, "--out", tmp_path / "out").exit_code == 0
        assert not (tmp_path / "out" / "sample-form.xlsx").exists()
