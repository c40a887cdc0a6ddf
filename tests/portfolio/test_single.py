"""One subject read out of a folder: the same answer as from the whole, and light to start."""

import subprocess
import sys
from pathlib import Path

import pytest

from engine.portfolio.read import read_portfolio
from engine.portfolio.single import read_subject
from tests.portfolio.small_world import AS_OF, ladder, registers

REGISTERS = registers()
LADDER = ladder()
ROOT = Path(__file__).parents[2]
HEAD = "subject_id;no;received_on;theme;severity;text\n"


def folder(tmp_path, concerns, families=("PF-1", "PF-10")):
    rows = "".join(f"{f};syd;aeroe;general\n" for f in families)
    text = "subject_id;authority;municipality;family_type\n" + rows
    (tmp_path / "foster_family.csv").write_text(text, encoding="utf-8")
    (tmp_path / "concern.csv").write_bytes(concerns.encode())
    return tmp_path


def one(source, subject_id="PF-1"):
    return read_subject(source, subject_id, registers=REGISTERS, ladder=LADDER, as_of=AS_OF)


ROW = "PF-1;{};2025-01-01;economy;acute;{}\n"
CASES = {
    "sorted": HEAD + ROW.format(1, "a") + ROW.format(2, "b"),
    "unsorted": HEAD
    + ROW.format(1, "a")
    + "PF-10;1;2025-01-01;economy;mild;PF-1;\n".replace(";\n", "\n")
    + ROW.format(2, "b"),
    "without a last line end": (HEAD + ROW.format(1, "a"))[:-1],
    "CRLF": (HEAD + ROW.format(1, "a")).replace("\n", "\r\n"),
    "CR alone": (HEAD + ROW.format(1, "a")).replace("\n", "\r"),
    "quoted ids": HEAD + '"PF-1";1;2025-01-01;economy;acute;a\n',
    "line break in a text": HEAD + ROW.format(1, '"a\nb ""c"" d"') + ROW.format(2, "x"),
    "a row within a text": HEAD
    + 'PF-10;1;2025-01-01;economy;mild;"x\nPF-1;7;2025-01-01;economy;acute;y\n"\n'
    + ROW.format(1, "real"),
    "Danish headings": "Id;Nr.;Modtaget den;Tema;Alvor;Tekst\n" + ROW.format(1, "a"),
    "commas": (HEAD + ROW.format(1, "a")).replace(";", ","),
    "id not first": "no;subject_id;received_on;theme;severity\n1;PF-1;2025-01-01;economy;acute\n",
    "byte order mark": "\ufeff" + HEAD + ROW.format(1, "a"),
    "blank numbers": HEAD + ROW.format("", "a") + ROW.format("", "b"),
    "nothing": HEAD,
}


@pytest.mark.parametrize("name", CASES)
def test_reads_as_the_whole_portfolio_does(name, tmp_path):
    source = folder(tmp_path, CASES[name])
    whole = read_portfolio(source, registers=REGISTERS, ladder=LADDER, as_of=AS_OF)
    assert [p.text() for p in whole.problems] == []
    for dossier in whole.dossiers:
        assert one(source, dossier.subject_id).dossiers == (dossier,)


BAD = {
    "wrong word": HEAD + ROW.format(1, "a") + "PF-1;2;2025-01-01;economy;awful;x\n",
    "blank before the id": HEAD + " PF-1;1;2025-01-01;economy;acute;x\n",
    "ragged": HEAD + "PF-1;1;2025-01-01;economy;acute\n",
    "number twice": HEAD + "PF-10;1;2025-01-01;economy;acute;x\n" + ROW.format(1, "") * 2,
}


@pytest.mark.parametrize("name", BAD)
def test_says_the_same_of_mistakes_with_the_right_row(name, tmp_path):
    source = folder(tmp_path, BAD[name])
    whole = read_portfolio(source, registers=REGISTERS, ladder=LADDER, as_of=AS_OF)
    expected = [p.text() for p in whole.problems]
    assert expected
    found = one(source)
    assert [p.text() for p in found.problems] == expected
    assert found.dossiers == ()


def test_mistakes_of_others_do_not_matter(tmp_path):
    found = one(folder(tmp_path, HEAD + "PF-10;1;x;economy;acute;x\n" + ROW.format(1, "a")))
    assert found.problems == ()
    assert len(found.dossiers[0].of("concern")) == 1


def test_an_id_that_is_not_there(tmp_path):
    found = one(folder(tmp_path, HEAD), "PF-7")
    assert [p.code for p in found.problems] == ["subject_unknown"]


def test_starting_needs_none_of_the_slow_libraries():
    slow = ["pyarrow", "openpyxl", "rich", "polars", "yaml", "xlsxwriter", "python_calamine"]
    program = (
        "import sys, engine.portfolio.single\n"
        f"print([m for m in {slow!r} if m in sys.modules], 'engine.rulebook' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[] False"
