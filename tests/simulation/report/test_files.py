"""The files of a report: page, workbook, data, the same bytes each time."""

from datetime import date, datetime

import openpyxl
import pyarrow.parquet as pq
import pytest

from engine.simulation.report import workbook as workbooks
from engine.simulation.report import write_report
from engine.simulation.tables import SCHEMAS, table_of
from tests.simulation.report.page_reading import FACTS
from tests.simulation.report.synthetic_results import synthetic_tables


@pytest.fixture(scope="module")
def tables():
    return synthetic_tables(2)


@pytest.fixture(scope="module")
def written(tables, tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    return folder, write_report(tables, folder, lang="en", facts=FACTS)


def test_all_files_are_there_and_named(written):
    folder, files = written
    assert [path.relative_to(folder).as_posix() for path in files] == [
        "report.html",
        "report.xlsx",
        *(f"data/{name}.parquet" for name in SCHEMAS),
    ]
    assert all(path.stat().st_size > 0 for path in files)
    assert files[0].read_bytes().startswith(b'<!doctype html>\n<html lang="en">')


def test_the_same_tables_give_the_same_bytes(written, tables, tmp_path):
    folder, files = written
    write_report(tables, tmp_path, lang="en", facts=FACTS)
    for path in files:
        assert (tmp_path / path.relative_to(folder)).read_bytes() == path.read_bytes(), path.name


def test_the_data_are_the_tables(written, tables):
    folder, _ = written
    for name, table in tables.items():
        read = pq.read_table(folder / "data" / f"{name}.parquet")
        assert read.equals(table)
        assert read.schema.equals(SCHEMAS[name])


def test_the_workbook_holds_each_number(written, tables):
    folder, _ = written
    book = openpyxl.load_workbook(folder / "report.xlsx")
    assert book.sheetnames[0] == "Read first"
    assert len(book.sheetnames) == 1 + len(SCHEMAS)
    for (name, table), sheet_name in zip(tables.items(), book.sheetnames[1:], strict=True):
        sheet = book[sheet_name]
        assert sheet.freeze_panes == "A2"
        assert sheet.max_row == table.num_rows + 1
        columns = list(sheet.iter_cols(min_row=2, values_only=True))
        for column, cells in zip(table.column_names, columns, strict=True):
            values = table[column].to_pylist()
            if any(isinstance(value, float) for value in values):
                assert [None if v is None else pytest.approx(v) for v in values] == list(cells), (
                    name,
                    column,
                )
            if any(type(value) is int for value in values):
                assert values == list(cells)
            if any(isinstance(value, date) for value in values):
                assert [c.date() if isinstance(c, datetime) else c for c in cells] == values


def test_the_workbook_speaks_words_and_not_codes(written):
    folder, _ = written
    book = openpyxl.load_workbook(folder / "report.xlsx")
    sheet = book["Headline figures"]
    heads = [cell.value for cell in sheet[1]]
    assert heads[:4] == ["Policy", "Kind", "Authority", "Measure"]
    first = [cell.value for cell in sheet[2]]
    assert first[:4] == ["The rules as they are", "all", "all", "Visits a year"]
    cover = [cell.value for row in book["Read first"].iter_rows() for cell in row if cell.value]
    assert FACTS.rulebook_hash in cover
    assert 7210 in cover
    assert any("made up by a generator" in str(value) for value in cover)


def test_a_table_too_long_for_a_sheet_goes_on_in_another(tables, tmp_path, monkeypatch):
    monkeypatch.setattr(workbooks, "_MOST_ROWS", 50)
    rows = tables["replicate"].to_pylist()[:120]
    few = {"policy": tables["policy"], "replicate": table_of("replicate", rows)}
    write_report(few, tmp_path, lang="en", facts=FACTS)
    book = openpyxl.load_workbook(tmp_path / "report.xlsx")
    names = [name for name in book.sheetnames if name.startswith("Replicates")]
    assert names == ["Replicates", "Replicates 2", "Replicates 3"]
    assert [book[name].max_row for name in names] == [51, 51, 21]
    values = [row[3] for name in names for row in book[name].iter_rows(2, values_only=True)]
    assert values == pytest.approx([row["value"] for row in rows])


def test_text_that_looks_like_a_formula_stays_text(tables, tmp_path):
    rows = tables["policy"].to_pylist()
    rows[0]["title_en"] = "=1+1"
    few = {"policy": table_of("policy", rows)}
    write_report(few, tmp_path, lang="en", facts=FACTS)
    cell = openpyxl.load_workbook(tmp_path / "report.xlsx")["Policies"]["C2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")
