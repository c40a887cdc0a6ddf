"""What is written is read back the same, from every form, and written the same to the byte."""

import csv
import io

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings

from engine.portfolio.read import read_portfolio
from engine.portfolio.single import read_subject
from engine.portfolio.spreadsheet_text import (
    csv_text,
    from_csv_text,
    from_sheet_text,
    sheet_text,
)
from engine.portfolio.write import write_portfolio
from engine.rulebook.catalogue import load_catalogue
from models.facts.course_records import Concern
from models.facts.dossier import Dossier
from models.facts.subjects import FosterFamily
from models.terms import Authority, FamilyType, Severity
from tests.portfolio.small_world import AS_OF, ladder, portfolios, registers

REGISTERS = registers()
LADDER = ladder()
CATALOGUE = load_catalogue()
TARGETS = {"csv": "folder", "parquet": "folder", "xlsx": "facts.xlsx", "jsonl": "facts.jsonl"}
MANY = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=40,
)


def write(dossiers, target, form):
    write_portfolio(dossiers, target, format=form, registers=REGISTERS, catalogue=CATALOGUE)
    return target


def read(source):
    return read_portfolio(source, registers=REGISTERS, ladder=LADDER, as_of=AS_OF)


@pytest.mark.parametrize("form", ["csv", "parquet", "xlsx", "jsonl"])
@MANY
@given(portfolio=portfolios())
def test_round_trip(form, portfolio, tmp_path_factory):
    folder = tmp_path_factory.mktemp("round")
    found = read(write(portfolio, folder / TARGETS[form], form))
    assert [p.text() for p in found.problems] == []
    assert found.dossiers == portfolio


@pytest.mark.parametrize("form", ["csv", "parquet"])
@MANY
@given(portfolio=portfolios())
def test_one_subject_reads_as_in_the_whole(form, portfolio, tmp_path_factory):
    folder = write(portfolio, tmp_path_factory.mktemp("single") / "folder", form)
    for dossier in portfolio:
        found = read_subject(
            folder, dossier.subject_id, registers=REGISTERS, ladder=LADDER, as_of=AS_OF
        )
        assert [p.text() for p in found.problems] == []
        assert found.dossiers == (dossier,)


@pytest.mark.parametrize("form", ["csv", "parquet", "xlsx", "jsonl"])
def test_the_same_facts_give_the_same_bytes(form, tmp_path):
    portfolio = (family(1), family(2))
    first = write(portfolio, tmp_path / "1" / TARGETS[form], form)
    second = write(reversed(portfolio), tmp_path / "2" / TARGETS[form], form)
    pairs = [(first, second)]
    if first.is_dir():
        names = sorted(p.name for p in first.iterdir())
        assert names == sorted(p.name for p in second.iterdir())
        pairs = [(first / n, second / n) for n in names]
    for one, other in pairs:
        assert one.read_bytes() == other.read_bytes()


def family(number, text="=1+1"):
    subject_id = f"PF-{number:05d}"
    concern = Concern(
        subject_id=subject_id,
        no=1,
        received_on=AS_OF,
        theme="competences",
        severity=Severity.ACUTE,
        text=text,
    )
    subject = FosterFamily(
        subject_id=subject_id,
        authority=Authority.SYD,
        municipality="aeroe",
        family_type=FamilyType.GENERAL,
    )
    return Dossier(subject, {"concern": (concern,)})


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n", "＝"])
def test_no_text_becomes_a_formula(sign, tmp_path):
    dossier = family(1, text=sign + "cmd|x")
    folder = write([dossier], tmp_path / "csv", "csv")
    content = (folder / "concern.csv").read_bytes().removeprefix(b"\xef\xbb\xbf").decode()
    rows = list(csv.DictReader(io.StringIO(content, newline=""), delimiter=";"))
    assert rows[0]["text"] == "'" + sign + "cmd|x"
    book = openpyxl.load_workbook(write([dossier], tmp_path / "f.xlsx", "xlsx"))
    kinds = {c.data_type for sheet in book for row in sheet.iter_rows() for c in row}
    assert "f" not in kinds


@pytest.mark.parametrize("text", ["", "'", "''", "=1", "'=1", "x", "'x", "''x", "-", "'-'"])
def test_marks_come_off_again(text):
    assert from_csv_text(csv_text(text)) == text
    assert from_sheet_text(sheet_text(text)) == text


def test_csv_is_what_a_danish_spreadsheet_opens(tmp_path):
    content = (write([family(1)], tmp_path / "csv", "csv") / "concern.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbfsubject_id;no;received_on;")
    assert content.endswith(b"\r\n")


def test_old_files_of_a_folder_do_not_linger_and_foreign_ones_stay(tmp_path):
    folder = tmp_path / "portfolio"
    write([family(1)], folder, "csv")
    (folder / "notes.txt").write_text("mine")
    write([Dossier(family(1).subject, {})], folder, "csv")
    assert sorted(p.name for p in folder.iterdir()) == ["foster_family.csv", "notes.txt"]


def test_nothing_half_written_is_left(tmp_path):
    def broken():
        yield family(1)
        raise RuntimeError("disk")

    with pytest.raises(RuntimeError, match="disk"):
        write(broken(), tmp_path / "f.jsonl", "jsonl")
    assert list(tmp_path.iterdir()) == []
