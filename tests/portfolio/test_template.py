"""The template: what people see in it, and that what they fill in is read."""

from datetime import datetime

import openpyxl

from engine.portfolio.fact_workbook import write_template
from engine.portfolio.read import read_portfolio
from engine.portfolio.sheets import SHEETS, sheet_spec
from engine.rulebook.catalogue import load_catalogue
from tests.portfolio.small_world import AS_OF, ladder, registers

CATALOGUE = load_catalogue()


def template(tmp_path, lang="da"):
    target = tmp_path / "facts.xlsx"
    write_template(target, registers=registers(), catalogue=CATALOGUE, lang=lang)
    return target


def filled(target, **rows):
    """Fills the template as a person does: by heading, on the sheet's first empty row."""
    book = openpyxl.load_workbook(target)
    for key, values in rows.items():
        sheet = book[CATALOGUE.sheet(key)]
        columns = {str(c.value).removesuffix(" *"): c.column for c in sheet[1]}
        for heading, value in values.items():
            sheet.cell(row=2, column=columns[heading], value=value)
    book.save(target)
    return target


def test_sheets_headings_and_help(tmp_path):
    book = openpyxl.load_workbook(template(tmp_path))
    assert book.sheetnames[:2] == ["Vejledning", "Kolonner"]
    assert book.sheetnames[2:-1] == [CATALOGUE.sheet(key) for key in SHEETS]
    assert book["Lister"].sheet_state == "hidden"
    guide = " ".join(str(c.value) for (c,) in book["Vejledning"].iter_rows())
    assert "CPR" in guide
    explained = {(r[0].value, r[5].value) for r in book["Kolonner"].iter_rows(min_row=2)}
    for key in SHEETS:
        sheet = book[CATALOGUE.sheet(key)]
        assert sheet.freeze_panes == "B2"
        assert sheet.auto_filter.ref
        for cell, column in zip(sheet[1], sheet_spec(key).columns, strict=True):
            assert str(cell.value).endswith(" *") == column.required
            assert cell.comment is not None
            assert (sheet.title, column.name) in explained


def test_drop_downs_dates_and_bounds(tmp_path):
    book = openpyxl.load_workbook(template(tmp_path))
    rules = {
        str(rule.sqref).split(":")[0]: rule
        for rule in book["Bekymringer"].data_validations.dataValidation
    }
    spec = sheet_spec("concern")
    letter = {column.name: "ABCDEFGHIJKLMNOPQ"[i] for i, column in enumerate(spec.columns)}
    assert rules[letter["received_on"] + "2"].type == "date"
    assert rules[letter["no"] + "2"].type == "whole"
    listed = rules[letter["severity"] + "2"]
    assert listed.type == "list"
    sheet, cells = listed.formula1.replace("'", "").replace("$", "").split("!")
    words = [c.value for (c,) in book[sheet][cells]]
    assert words == ["mild", "moderat", "alvorlig", "akut"]


def test_what_is_filled_in_is_read(tmp_path):
    target = filled(
        template(tmp_path),
        social_offer={
            "Id": "ST-1",
            "Socialtilsyn": "Socialtilsyn Syd",
            "Kommune": "Aabenraa",
            "Ejerforhold": "privat",
            "Målgruppe": "voksne",
            "Tilbudsform": "døgntilbud",
            "Pladser": 12,
        },
        sanction={
            "Id": "ST-1",
            "Skridt": "skærpet tilsyn med påbud",
            "Afgjort den": datetime(2025, 2, 1),
            "Temaer": "Kompetencer; Økonomi",
        },
    )
    found = read_portfolio(target, registers=registers(), ladder=ladder(), as_of=AS_OF)
    assert [p.text() for p in found.problems] == []
    (dossier,) = found.dossiers
    assert dossier.of("sanction")[0].step == "intensified_with_order"
    assert dossier.of("sanction")[0].themes == ("competences", "economy")


def test_an_empty_template_says_that_nothing_is_in_it(tmp_path):
    found = read_portfolio(template(tmp_path), registers=registers(), ladder=ladder(), as_of=AS_OF)
    assert [p.code for p in found.problems] == ["no_subjects"]


def test_two_templates_are_the_same_to_the_byte(tmp_path):
    first = template(tmp_path).read_bytes()
    assert template(tmp_path).read_bytes() == first


def test_the_english_template(tmp_path):
    book = openpyxl.load_workbook(template(tmp_path, "en"))
    assert book.sheetnames[0] == "Guide"
    assert book["Concerns"]["A1"].value == "Id *"
