"""A file of a folder that is not read is never passed over in silence."""

import pytest

from engine.portfolio.read import read_portfolio
from engine.portfolio.single import read_subject
from tests.portfolio.small_world import AS_OF, ladder, registers

FAMILIES = "subject_id;authority;municipality;family_type\nPF-1;syd;aeroe;general\n"


def folder(tmp_path, name, content=b"x"):
    (tmp_path / "foster_family.csv").write_text(FAMILIES, encoding="utf-8")
    (tmp_path / name).write_bytes(content)
    return tmp_path


def read(source):
    return read_portfolio(source, registers=registers(), ladder=ladder(), as_of=AS_OF)


@pytest.mark.parametrize(
    ("name", "suggestion"),
    [
        ("concen.csv", "concern"),
        ("Bekymringr.csv", "Bekymringer"),
        ("concern.txt", "concern"),
        ("concern.csv.gz", "concern"),
        ("concerns.xlsx", "concern"),
        ("concern.jsonl", "concern"),
        ("facts.xlsx", None),
        ("notes.csv", None),
        ("børn.tsv", None),
        ("letter", None),
    ],
)
def test_is_a_problem_with_the_nearest_name(name, suggestion, tmp_path):
    found = read(folder(tmp_path, name))
    (problem,) = [p for p in found.problems if p.code.startswith("file_")]
    assert problem.sheet == name
    assert problem.suggestion == suggestion
    assert found.dossiers == ()


def test_so_is_a_folder_named_like_a_file(tmp_path):
    (tmp_path / "concern").mkdir()
    (tmp_path / "concern" / "part-0.csv").write_text("x", encoding="utf-8")
    (tmp_path / "Bekymringr").mkdir()
    (tmp_path / "decisions").mkdir()
    source = folder(tmp_path, ".hidden")
    (tmp_path / ".git").mkdir()
    assert [(p.sheet, p.code) for p in read(source).problems] == [
        ("Bekymringr", "folder_unread"),
        ("concern", "folder_unread"),
    ]


@pytest.mark.parametrize(
    "name",
    [
        *(".concern.csv", "_SUCCESS", "._concern.csv", "~$concern.xlsx", "concern.csv~"),
        *("README.md", "readme.txt", "manifest.json", "Thumbs.db", "desktop.ini"),
    ],
)
def test_files_of_others_do_not_matter(name, tmp_path):
    found = read(folder(tmp_path, name))
    assert found.problems == ()
    assert [d.subject_id for d in found.dossiers] == ["PF-1"]


def test_one_subject_is_not_answered_for_beside_an_unread_file(tmp_path):
    found = read_subject(
        folder(tmp_path, "concen.csv"), "PF-1", registers=registers(), ladder=ladder(), as_of=AS_OF
    )
    assert [p.code for p in found.problems] == ["file_unknown"]
    assert found.dossiers == ()
