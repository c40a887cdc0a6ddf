"""Every mistake in a workbook is found at once, with sheet, row and column, in plain words."""

from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from engine.portfolio.problems import problem_lines
from engine.portfolio.read import read_portfolio
from tests.portfolio.bad_books import (
    CONCERN,
    FAMILY,
    GOOD_FAMILY,
    GOOD_OFFER,
    OFFER,
    SCORE,
    book,
    everything_wrong,
    good,
)
from tests.portfolio.small_world import AS_OF, ladder, registers

GOLDEN = Path(__file__).parent / "golden"
REGISTERS = registers()
LADDER = ladder()


def read(source, *, as_of=AS_OF, ignore_later=False):
    return read_portfolio(
        source, registers=REGISTERS, ladder=LADDER, as_of=as_of, ignore_later=ignore_later
    )


def said(found, lang="da"):
    return [p.text(lang) for p in found.problems]


@pytest.mark.parametrize("lang", ["da", "en"])
def test_all_mistakes_are_listed_as_in_the_golden_file(lang, tmp_path):
    found = read(everything_wrong(tmp_path / "facts.xlsx"))
    lines = [*said(found, lang), "", *(w.text(lang) for w in found.warnings)]
    golden = GOLDEN / f"everything_wrong.{lang}.txt"
    assert "\n".join(lines) + "\n" == golden.read_text(encoding="utf-8")
    assert found.dossiers == ()


def test_a_workbook_without_mistakes(tmp_path):
    found = read(good(tmp_path / "facts.xlsx"))
    assert said(found) == []
    assert [d.subject_id for d in found.dossiers] == ["PF-1", "ST-1"]


def concern(*cells):
    return {"Bekymringer": [CONCERN, list(cells)]}


def test_only_subjects_without_problems_are_used(tmp_path):
    found = read(good(tmp_path / "f.xlsx", **concern("ST-1", 1, "i går", "Kompetencer", "akut")))
    assert [d.subject_id for d in found.dossiers] == ["PF-1"]
    assert found.subjects_with_problems == {"ST-1"}


def test_a_row_nobody_can_place_holds_everybody_back(tmp_path):
    """It may be an acute concern about anyone."""
    row = (None, 1, date(2025, 1, 1), "Kompetencer", "akut")
    found = read(good(tmp_path / "f.xlsx", **concern(*row)))
    assert said(found) == ['Ark "Bekymringer", række 2, kolonne "Id": id mangler.']
    assert found.dossiers == ()
    assert found.unattributed


def test_merged_cells_name_their_range(tmp_path):
    target = good(tmp_path / "f.xlsx", **concern("ST-1", 1, date(2025, 1, 1), "økonomi", "akut"))
    workbook = openpyxl.load_workbook(target)
    workbook["Bekymringer"].merge_cells("D2:E3")
    workbook.save(target)
    found = read(target)
    assert any("cellerne D2:E3 er flettet" in line for line in said(found))
    assert [d.subject_id for d in found.dossiers] == ["PF-1"]


def test_a_formula_is_refused_although_its_value_is_there(tmp_path):
    target = tmp_path / "f.xlsx"
    workbook = xlsxwriter.Workbook(str(target))
    sheet = workbook.add_worksheet("Sociale tilbud")
    for row, cells in enumerate((OFFER, GOOD_OFFER)):
        sheet.write_row(row, 0, cells)
    sheet.write_formula("G2", "=6+6", None, 12)
    workbook.close()
    found = read(target)
    assert said(found) == [
        'Ark "Sociale tilbud", række 2, kolonne "Pladser": '
        "celle G2 indeholder en formel; indsæt værdien i stedet."
    ]
    assert found.dossiers == ()


def test_headings_below_a_title(tmp_path):
    rows = [["Vores familier"], [], FAMILY, GOOD_FAMILY]
    found = read(book(tmp_path / "f.xlsx", {"Plejefamilier": rows}))
    assert said(found) == [
        'Ark "Plejefamilier", række 1: overskrifterne står i række 3; slet rækkerne over dem.'
    ]


def test_a_required_column_that_is_missing_is_said_once(tmp_path):
    rows = [["Id", "Socialtilsyn", "Kommune"], ["PF-1", "syd", "Ærø"], ["PF-2", "syd", "Ærø"]]
    found = read(book(tmp_path / "f.xlsx", {"Plejefamilier": rows}))
    assert said(found) == [
        'Ark "Plejefamilier", kolonne "Plejefamilietype": kolonnen mangler og skal være der.'
    ]
    assert found.subjects_with_problems == {"PF-1", "PF-2"}


def test_an_unknown_column_holds_the_sheets_subjects_back(tmp_path):
    sheets = {"Bekymringer": [[*CONCERN, "Hast"], ["ST-1", 1, AS_OF, "økonomi", "akut", None, "!"]]}
    found = read(good(tmp_path / "f.xlsx", **sheets))
    assert said(found) == [
        'Ark "Bekymringer", række 1, kolonne "Hast": '
        "kolonnen kendes ikke; ret overskriften eller slet kolonnen."
    ]
    assert [d.subject_id for d in found.dossiers] == ["PF-1"]


def test_something_beside_the_columns(tmp_path):
    sheets = {"Bekymringer": [CONCERN, ["ST-1", 1, AS_OF, "økonomi", "akut", None, None, "husk!"]]}
    found = read(good(tmp_path / "f.xlsx", **sheets))
    assert said(found) == [
        'Ark "Bekymringer", række 2: der står noget i en kolonne uden overskrift (H); '
        "giv den en overskrift eller slet den."
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\xd0\xcf\x11\xe0rest", "låst med kodeord"),
        (b"hello", "er ikke en Excel-arbejdsbog"),
        (b"", "er ikke en Excel-arbejdsbog"),
        (b"PK\x03\x04 rubbish", "beskadiget eller afkortet"),
    ],
)
def test_what_is_no_workbook(content, message, tmp_path):
    target = tmp_path / "facts.xlsx"
    target.write_bytes(content)
    (line,) = said(read(target))
    assert line.startswith('Fil "facts.xlsx": ')
    assert message in line


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_a_workbook_cut_short(share, tmp_path):
    target = good(tmp_path / "facts.xlsx")
    content = target.read_bytes()
    target.write_bytes(content[: int(len(content) * share)])
    (line,) = said(read(target))
    assert "beskadiget eller afkortet" in line


def test_a_damaged_workbook(tmp_path):
    target = good(tmp_path / "facts.xlsx")
    content = bytearray(target.read_bytes())
    for position in range(300, 400):
        content[position] ^= 0xFF
    target.write_bytes(content)
    (line,) = said(read(target))
    assert "beskadiget eller afkortet" in line


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("facts.xls", "gamle Excel-format"),
        ("facts.docx", "formatet kendes ikke"),
        ("gone.xlsx", "findes ikke"),
    ],
)
def test_other_files(name, message, tmp_path):
    if name != "gone.xlsx":
        (tmp_path / name).write_bytes(b"x")
    (line,) = said(read(tmp_path / name))
    assert message in line


def test_sheet_names_are_suggested(tmp_path):
    found = read(good(tmp_path / "f.xlsx", Bekymringr=[CONCERN, ["ST-1"]]))
    assert said(found) == [
        'Ark "Bekymringr": arket kendes ikke; ret navnet eller slet arket. Mener du "Bekymringer"?'
    ]
    assert found.dossiers == ()


def test_a_repealed_theme_after_the_reform(tmp_path):
    row = ("ST-1", 1, date(2026, 2, 1), "Uddannelse", "akut")
    found = read(good(tmp_path / "f.xlsx", **concern(*row)), as_of=date(2026, 6, 1))
    assert said(found) == [
        'Ark "Bekymringer", række 2, kolonne "Tema": "Uddannelse" gælder ikke 2026-02-01; '
        "den gælder fra 2015-01-01 til 2025-12-31."
    ]


def test_the_old_scale_after_the_reform(tmp_path):
    rows = {"Bedømmelser": [SCORE, ["ST-1", "offer.3b", None, 4, date(2026, 2, 1)]]}
    found = read(good(tmp_path / "f.xlsx", **rows), as_of=date(2026, 6, 1))
    assert said(found, "en") == [
        'Sheet "Bedømmelser", row 2, column "Skala": the indicator "offer.3b" is scored on '
        "the scale met or not met, not 1 to 5."
    ]


def test_later_facts_are_problems_or_left_out(tmp_path):
    rows = {
        "Bekymringer": [
            CONCERN,
            ["ST-1", 1, date(2025, 5, 1), "økonomi", "akut", date(2025, 7, 1)],
            ["ST-1", 2, date(2025, 7, 1), "økonomi", "akut", None],
        ]
    }
    target = good(tmp_path / "f.xlsx", **rows)
    assert [p.code for p in read(target).problems] == ["later_than_evaluation"] * 2
    found = read(target, ignore_later=True)
    assert found.problems == ()
    (offer,) = [d for d in found.dossiers if d.subject_id == "ST-1"]
    (kept,) = offer.of("concern")
    assert kept.closed_on is None


def test_numbers_left_blank_follow_the_rows(tmp_path):
    rows = [CONCERN]
    rows += [["ST-1", no, AS_OF, "økonomi", word] for no, word in ((None, "akut"), (1, "mild"))]
    rows += [["ST-1", None, AS_OF, "økonomi", "moderat"]]
    found = read(good(tmp_path / "f.xlsx", Bekymringer=rows))
    offer = found.dossiers[1]
    assert [(c.no, c.severity) for c in offer.of("concern")] == [
        (1, "mild"),
        (2, "acute"),
        (3, "moderate"),
    ]


def test_a_hundred_thousand_bad_rows_are_listed_and_capped(tmp_path):
    target = tmp_path / "f.xlsx"
    workbook = xlsxwriter.Workbook(str(target), {"constant_memory": True})
    offers = workbook.add_worksheet("Sociale tilbud")
    for row, cells in enumerate((OFFER, GOOD_OFFER)):
        offers.write_row(row, 0, cells)
    sheet = workbook.add_worksheet("Bekymringer")
    sheet.write_row(0, 0, CONCERN)
    for row in range(1, 100_001):
        sheet.write_row(row, 0, ["ST-1", row, "2025-01-01", "økonomi", "meget"])
    workbook.close()
    found = read(target)
    assert len(found.problems) == 100_000
    lines = list(problem_lines(found.problems, at_most=3))
    assert lines[0].startswith('Ark "Bekymringer", række 2, kolonne "Alvor": "meget" kendes ikke')
    assert lines[-1] == "… og 99997 til."
    assert len(lines) == 4


def test_a_personal_number_in_free_text_is_warned_of(tmp_path):
    rows = {"Bekymringer": [[*CONCERN, "Tekst"], ["ST-1", 1, AS_OF, "økonomi", "akut", None, ""]]}
    rows["Bekymringer"][1][-1] = "se sag 010190-1234"
    found = read(good(tmp_path / "f.xlsx", **rows))
    assert found.problems == ()
    assert [w.code for w in found.warnings] == ["looks_like_cpr"]
    assert "0101" not in found.warnings[0].text()


def test_dates_with_midnight_are_days(tmp_path):
    row = ("ST-1", 1.0, datetime(2025, 1, 2, 0, 0), "KOMPETENCER", "Akut")
    found = read(good(tmp_path / "f.xlsx", **concern(*row)))
    assert said(found) == []
    assert found.dossiers[1].of("concern")[0].received_on == date(2025, 1, 2)
