"""Result tables: the same rows for machines and for people."""

import csv
import io
import json
from datetime import date

import openpyxl
import pyarrow.parquet as pq
import pytest

from engine.portfolio.tables import Column, Table, print_table, write_tables
from models.terms import Colour

COLOURS = {"green": ("grøn", "green"), "yellow": ("gul", "yellow"), "red": ("rød", "red")}
TABLE = Table(
    "categories",
    "Kategorier: alle [2025]",
    (
        Column("subject_id", "Id", "Id", "text"),
        Column("colour", "Farve", "Colour", "word", COLOURS),
        Column("visits", "Besøg", "Visits", "integer"),
        Column("share", "Andel", "Share", "decimal"),
        Column("since_on", "Siden", "Since", "date"),
        Column("assessed", "Vurderet", "Assessed", "flag"),
        Column("reason", "Grund", "Reason", "text"),
    ),
    (
        ("PF-1", Colour.RED, 1234, 0.5, date(2025, 3, 14), True, "=HYPERLINK(1)"),
        ("PF-2", "green", None, None, None, None, None),
    ),
)


def test_workbook(tmp_path):
    target = tmp_path / "t.xlsx"
    write_tables([TABLE, TABLE], target, format="xlsx")
    book = openpyxl.load_workbook(target)
    assert book.sheetnames == ["Kategorier alle 2025", "Kategorier alle 2025 (2)"]
    sheet = book.worksheets[0]
    assert [c.value for c in sheet[1]] == [c.heading_da for c in TABLE.columns]
    assert [sheet["B2"].value, sheet["B3"].value, sheet["F2"].value] == ["rød", "grøn", "ja"]
    assert sheet["C2"].number_format == "#,##0"
    assert sheet["E2"].number_format == "dd-mm-yyyy"
    assert sheet["G2"].data_type == "s"
    assert sheet["G2"].value == "=HYPERLINK(1)"
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref == "A1:G3"
    formulas = [r.formula[0] for rules in sheet.conditional_formatting for r in rules.rules]
    assert sorted(formulas) == ['"grøn"', '"gul"', '"rød"']


def test_csv_runs_nothing(tmp_path):
    write_tables([TABLE], tmp_path / "t.csv", format="csv")
    text = (tmp_path / "t.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert rows[1] == ["PF-1", "red", "1234", "0.5", "2025-03-14", "true", "'=HYPERLINK(1)"]


def test_json_and_parquet(tmp_path):
    write_tables([TABLE, TABLE], tmp_path / "all", format="json")
    (first, _) = json.loads((tmp_path / "all" / "categories.json").read_text(encoding="utf-8"))
    assert first["colour"] == "red"
    assert first["reason"] == "=HYPERLINK(1)"
    write_tables([TABLE], tmp_path / "t.jsonl", format="jsonl")
    assert len((tmp_path / "t.jsonl").read_text(encoding="utf-8").splitlines()) == 2
    write_tables([TABLE], tmp_path / "t.parquet", format="parquet")
    rows = pq.read_table(tmp_path / "t.parquet").to_pylist()
    assert rows[0]["since_on"] == date(2025, 3, 14)
    assert rows[1]["visits"] is None


@pytest.mark.parametrize("form", ["csv", "json", "jsonl", "xlsx", "parquet"])
def test_the_same_bytes(form, tmp_path):
    for name in ("a", "b"):
        write_tables([TABLE], tmp_path / f"{name}.{form}", format=form)
    assert (tmp_path / f"a.{form}").read_bytes() == (tmp_path / f"b.{form}").read_bytes()


def test_printed_for_people():
    stream = io.StringIO()
    print_table(TABLE, stream, width=120)
    text = stream.getvalue()
    assert "1.234" in text
    assert "14-03-2025" in text
    assert "rød" in text
    assert "[2025]" in text
    english = io.StringIO()
    print_table(TABLE, english, lang="en", width=120)
    assert "1,234" in english.getvalue()


def test_a_table_without_rows(tmp_path):
    empty = Table("e", "Tom", TABLE.columns, ())
    write_tables([empty], tmp_path / "e.xlsx", format="xlsx")
    write_tables([empty], tmp_path / "e.parquet", format="parquet")
    assert openpyxl.load_workbook(tmp_path / "e.xlsx").worksheets[0].max_row == 1
