"""All that can be known to be wrong is said at once; one mistake does not hide another."""

import io
import json
from datetime import date

import pytest

from engine.portfolio.read import read_portfolio
from tests.portfolio.bad_books import CONCERN, FAMILY, GOOD_FAMILY, SCORE, book, good
from tests.portfolio.small_world import AS_OF, ladder, registers

LATER = date(2025, 7, 1)


def read(source, stream=None):
    return read_portfolio(
        source, stream=stream, registers=registers(), ladder=ladder(), as_of=AS_OF
    )


def found(read_):
    return {(p.sheet, p.row, p.field, p.code) for p in read_.problems}


def test_a_bad_cell_does_not_hide_the_rows_dates(tmp_path):
    rows = [CONCERN, ["ST-1", 1, LATER, "Kompetencer", "meget", date(2025, 1, 1)]]
    assert found(read(good(tmp_path / "f.xlsx", Bekymringer=rows))) == {
        ("Bekymringer", 2, "severity", "not_word"),
        ("Bekymringer", 2, "received_on", "later_than_evaluation"),
        ("Bekymringer", 2, "closed_on", "dates_out_of_order"),
    }


def test_an_empty_cell_does_not_hide_the_rows_dates(tmp_path):
    rows = [CONCERN, ["ST-1", 1, LATER, None, "akut"]]
    assert found(read(good(tmp_path / "f.xlsx", Bekymringer=rows))) == {
        ("Bekymringer", 2, "theme", "empty"),
        ("Bekymringer", 2, "received_on", "later_than_evaluation"),
    }


def test_a_bad_cell_of_a_subject_does_not_hide_its_dates(tmp_path):
    head = [*FAMILY, "Godkendt den"]
    rows = [head, ["PF-1", "syd", "Ærø", "enorm", LATER]]
    assert found(read(book(tmp_path / "f.xlsx", {"Plejefamilier": rows}))) == {
        ("Plejefamilier", 2, "family_type", "not_word"),
        ("Plejefamilier", 2, "approved_on", "later_than_evaluation"),
    }


def test_a_row_nobody_can_place_is_still_read(tmp_path):
    rows = [CONCERN, [None, 1, LATER, "Kompetencer", "meget"], ["ST-9", 1, LATER, "?", "akut"]]
    assert found(read(good(tmp_path / "f.xlsx", Bekymringer=rows))) == {
        ("Bekymringer", 2, "subject_id", "id_empty"),
        ("Bekymringer", 2, "severity", "not_word"),
        ("Bekymringer", 2, "received_on", "later_than_evaluation"),
        ("Bekymringer", 3, "subject_id", "subject_unknown"),
        ("Bekymringer", 3, "theme", "not_in_register"),
        ("Bekymringer", 3, "received_on", "later_than_evaluation"),
    }


def test_the_second_of_two_rows_with_one_id_is_looked_at(tmp_path):
    head = [*FAMILY, "Godkendt den"]
    rows = [head, GOOD_FAMILY, ["PF-1", "syd", "Ærø", "almen", LATER]]
    assert found(read(book(tmp_path / "f.xlsx", {"Plejefamilier": rows}))) == {
        ("Plejefamilier", 3, "subject_id", "subject_twice"),
        ("Plejefamilier", 3, "approved_on", "later_than_evaluation"),
    }


def test_a_record_of_the_wrong_kind_is_still_read(tmp_path):
    rows = [["Id", "Budgetår", "Indberettet den"], ["PF-1", 2025, LATER]]
    assert found(read(good(tmp_path / "f.xlsx", Budgetter=rows))) == {
        ("Budgetter", 2, None, "record_not_allowed"),
        ("Budgetter", 2, "filed_on", "later_than_evaluation"),
    }


def test_a_bad_cell_does_not_hide_a_score_off_its_scale(tmp_path):
    rows = [SCORE, ["ST-1", "offer.3b", "1 til 5", 0, "i går"], ["ST-1", "?", None, 0, None]]
    assert {
        ("Bedømmelser", 2, "scored_on", "not_date"),
        ("Bedømmelser", 2, "value", "score_off_scale"),
        ("Bedømmelser", 3, "indicator", "not_in_register"),
        ("Bedømmelser", 3, "scored_on", "empty"),
        ("Bedømmelser", 3, "value", "score_off_scale"),
    } <= found(read(good(tmp_path / "f.xlsx", Bedømmelser=rows)))


def test_missing_headings_hide_no_other_sheet_and_invent_nothing(tmp_path):
    """Concerns about families whose own sheet cannot be read are not said to be about nobody."""
    sheets = {
        "Plejefamilier": [["Ident", "Tilsyn"], GOOD_FAMILY],
        "Bekymringer": [CONCERN, ["PF-1", 1, date(2025, 1, 1), "Kompetencer", "meget"]],
    }
    assert found(read(book(tmp_path / "f.xlsx", sheets))) == {
        ("Plejefamilier", 1, None, "heading_missing"),
        ("Bekymringer", 2, "severity", "not_word"),
    }


def test_a_missing_column_hides_no_bad_row(tmp_path):
    rows = [["Id", "Nr.", "Modtaget den", "Tema"], ["ST-1", 1, LATER, "?"]]
    assert found(read(good(tmp_path / "f.xlsx", Bekymringer=rows))) == {
        ("Bekymringer", None, "severity", "column_missing"),
        ("Bekymringer", 2, "theme", "not_in_register"),
        ("Bekymringer", 2, "received_on", "later_than_evaluation"),
    }


def test_files_of_two_makes_are_both_read(tmp_path):
    (tmp_path / "foster_family.csv").write_text(
        "subject_id;authority;municipality;family_type\nPF-1;syd;nowhere;general\n",
        encoding="utf-8",
    )
    (tmp_path / "concern.parquet").write_bytes(b"PAR1 not really")
    assert {code for *_, code in found(read(tmp_path))} == {
        "folder_mixed",
        "not_in_register",
        "corrupt_parquet",
    }


SUBJECT = {"subject_id": "PF-1", "kind": "foster_family", "authority": "syd"}
SUBJECT |= {"municipality": "aeroe", "family_type": "general"}
BAD_CONCERN = {"received_on": "2025-07-01", "theme": "economy", "severity": "awful"}


@pytest.mark.parametrize(
    ("line", "codes"),
    [
        ({"subject": SUBJECT, "extra": 1}, {"line_shape"}),
        ({"subject": {**SUBJECT, "kind": "castle"}}, {"kind_unknown"}),
        ({"subject": {**SUBJECT, "municipality": "?"}}, {"not_in_register"}),
        ({"subject": {**SUBJECT, "municipality": "?"}, "records": 7}, {"line_shape"}),
    ],
)
def test_one_mistake_of_a_line_does_not_hide_another(line, codes):
    wrong = {"records": {"concern": [BAD_CONCERN]}} | line
    stream = io.BytesIO(json.dumps(wrong).encode())
    expected = codes | {"not_word", "later_than_evaluation"}
    if wrong["records"] == 7:
        expected = codes | {"not_in_register"}
    assert {code for *_, code in found(read(None, stream))} == expected


@pytest.mark.parametrize("day", ["9999-12-31", "2200-01-01", "1899-12-31", "0001-01-01"])
def test_days_nobody_can_reckon_with(day, tmp_path):
    rows = [["Id", "Skridt", "Afgjort den", "Frist"], ["ST-1", "påbud", date(2025, 1, 1), day]]
    (line,) = [p.text() for p in read(good(tmp_path / "f.xlsx", Sanktioner=rows)).problems]
    assert line == (
        f'Ark "Sanktioner", række 2, kolonne "Frist": {day} ligger ikke mellem 1900-01-01 og '
        "2199-12-31; ret datoen, eller lad cellen stå tom, hvis der ingen dag er."
    )
