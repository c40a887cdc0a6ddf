"""Folders of CSV and Parquet, and JSON lines: what is accepted, and what is said of mistakes."""

import io
import json
from datetime import date

import pytest

from engine.portfolio.read import read_portfolio
from tests.portfolio.small_world import AS_OF, ladder, registers

REGISTERS = registers()
LADDER = ladder()
FAMILIES = "subject_id;authority;municipality;family_type\r\nPF-1;syd;aeroe;general\r\n"
CONCERNS = "subject_id;no;received_on;theme;severity;text\n"


def read(source, stream=None):
    return read_portfolio(source, stream=stream, registers=REGISTERS, ladder=LADDER, as_of=AS_OF)


def folder(tmp_path, **files):
    for name, content in files.items():
        data = content if isinstance(content, bytes) else content.encode()
        (tmp_path / f"{name}.csv").write_bytes(data)
    return tmp_path


def said(found, lang="da"):
    return [p.text(lang) for p in found.problems]


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_csv_of_any_make(separator, mark, end, tmp_path):
    text = FAMILIES.replace(";", separator).replace("\r\n", end)
    found = read(folder(tmp_path, foster_family=mark + text.encode()))
    assert said(found) == []
    assert [d.subject_id for d in found.dossiers] == ["PF-1"]


def test_danish_headings_words_and_file_names(tmp_path):
    text = "Id;Socialtilsyn;Kommune;Plejefamilietype\nPF-1;Socialtilsyn Syd;ÆRØ;almen\n"
    found = read(folder(tmp_path, Plejefamilier=text))
    assert said(found) == []
    assert found.dossiers[0].subject.municipality == "aeroe"


def test_csv_mistakes(tmp_path):
    found = read(
        folder(
            tmp_path,
            foster_family=FAMILIES,
            concern=CONCERNS
            + "PF-1;1;2025-01-01;competences;akut;fint\n"
            + "PF-1;2;2025-01-01;competences;akut\n"
            + "PF-1;3;2025-01-01;competences;akut;tekst;med semikolon\n"
            + "PF-1;4;01-13-2025;competences;akut;\n"
            + "PF-1;1.458;2025-01-01;competences;akut;\n",
            notes="a;b\n",
        )
    )
    assert said(found) == [
        'Fil "notes.csv": filen hører ikke til nogen slags oplysninger; ret navnet eller flyt '
        "filen.",
        'Fil "concern.csv", række 3: rækken har 5 felter, men der er 6 overskrifter.',
        'Fil "concern.csv", række 4: rækken har 7 felter, men der er 6 overskrifter.',
        'Fil "concern.csv", række 5, kolonne "received_on": "01-13-2025" er ikke en dato; '
        "skriv fx 2025-03-14 eller 14-03-2025.",
        'Fil "concern.csv", række 6, kolonne "no": "1.458" er ikke et helt tal; '
        "skriv fx 12 uden punktum og komma.",
    ]


def test_csv_that_is_not_utf8(tmp_path):
    found = read(folder(tmp_path, foster_family=FAMILIES.replace("aeroe", "Ærø").encode("cp1252")))
    (line,) = said(found)
    assert "ikke gemt som UTF-8" in line


def test_csv_with_an_open_quotation_mark(tmp_path):
    row = 'PF-1;1;2025-01-01;competences;akut;"aldrig lukket\n'
    found = read(folder(tmp_path, foster_family=FAMILIES, concern=CONCERNS + row))
    (line,) = said(found)
    assert "anførselstegn" in line
    assert found.dossiers == ()


@pytest.mark.parametrize("content", ["", "\n", "\r\n\r\n"])
def test_an_empty_file(content, tmp_path):
    found = read(folder(tmp_path, foster_family=FAMILIES, concern=content))
    assert [p.code for p in found.problems] in ([], ["heading_missing"])


def test_folders_that_are_none(tmp_path):
    assert [p.code for p in read(tmp_path).problems] == ["folder_empty"]
    (tmp_path / "concern.parquet").write_bytes(b"PAR1 not really")
    assert [p.code for p in read(tmp_path).problems] == ["corrupt_parquet"]
    (tmp_path / "visit.csv").write_bytes(b"")
    assert [p.code for p in read(tmp_path).problems] == ["folder_mixed", "corrupt_parquet"]


def lines(*items):
    return io.BytesIO("\n".join(i if isinstance(i, str) else json.dumps(i) for i in items).encode())


SUBJECT = {
    "subject_id": "PF-1",
    "kind": "foster_family",
    "authority": "syd",
    "municipality": "aeroe",
    "family_type": "general",
}


def test_lines_from_a_stream():
    concern = {"received_on": "2025-01-01", "theme": "economy", "severity": "acute", "no": 2}
    found = read(None, lines({"subject": SUBJECT, "records": {"concern": [concern]}}, ""))
    assert said(found) == []
    (dossier,) = found.dossiers
    assert dossier.of("concern")[0].received_on == date(2025, 1, 1)


def test_mistakes_in_lines():
    wrong = {**SUBJECT, "municipality": 7, "favourite": "x"}
    found = read(
        None,
        lines(
            "{not json",
            "[1]",
            "[" * 100_000,
            {"subject": {**SUBJECT, "kind": "castle"}},
            {"subject": wrong, "records": {"concerns": []}},
            {"subject": {**SUBJECT, "subject_id": "PF-2"}, "records": {"visit": [{"no": True}]}},
            {"subject": {**SUBJECT, "subject_id": "PF-2", "name": "\ud800"}},
        ),
    )
    codes = {(p.row, p.code, p.field) for p in found.problems}
    assert {
        (1, "line_not_json", None),
        (2, "line_shape", None),
        (3, "line_not_json", None),
        (4, "kind_unknown", "kind"),
        (5, "not_in_register", "municipality"),
        (5, "column_unknown", None),
        (5, "record_unknown", None),
        (6, "not_integer", "no"),
        (6, "empty", "held_on"),
        (7, "not_acceptable", "name"),
    } <= codes
    assert found.dossiers == ()
    for line in [*said(found), *said(found, "en")]:
        assert "\n" not in line
        assert line.encode()


def test_a_line_of_another_subject_is_not_mixed_in():
    concern = {"subject_id": "PF-9", "received_on": "2025-01-01"}
    found = read(None, lines({"subject": SUBJECT, "records": {"concern": [concern]}}))
    assert "record_other_subject" in {p.code for p in found.problems}


def test_neither_source_nor_stream_is_a_mistake_of_the_program():
    with pytest.raises(ValueError, match="neither"):
        read(None)
