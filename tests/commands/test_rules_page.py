"""`tilsynstryk rules page` and `rules schema`: what they write, and what they leave alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli import tilsynstryk
from tests.rulebook.bad.planting import good_rulebook


def run(*args: str) -> Result:
    return CliRunner().invoke(tilsynstryk, ["rules", *args])


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(good_rulebook(tmp_path_factory.mktemp("small")))


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_pages_are_written_and_written_again(small: str, tmp_path: Path) -> None:
    out = tmp_path / "pages"
    first = run("page", "--out", str(out), "--rules", small)
    assert first.exit_code == 0, first.output
    assert str(out / "index.md") in first.output
    before = files(out)
    assert {"index.md", "assumptions.md", "signals/signals.serious.md"} <= before.keys()
    assert run("page", "--out", str(out), "--rules", small).exit_code == 0
    assert files(out) == before
    assert run("page", "--out", str(out), "--rules", small, "--format", "html").exit_code == 0
    assert "index.html" in files(out)
    assert "index.md" not in files(out)
    assert [path.name for path in tmp_path.iterdir()] == ["pages"]


def test_pages_are_of_the_language_asked_for(small: str, tmp_path: Path) -> None:
    out = tmp_path / "pages"
    english = run("page", "--out", str(out), "--rules", small, "--lang", "en")
    assert english.output.startswith("Written to")
    assert "## Neighbours" in (out / "signals" / "signals.many.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("spoilt", ["a file of one's own", "an edited page", "no list"])
def test_what_a_person_put_in_the_folder_is_left_alone(
    spoilt: str, small: str, tmp_path: Path
) -> None:
    out = tmp_path / "pages"
    assert run("page", "--out", str(out), "--rules", small).exit_code == 0
    if spoilt == "a file of one's own":
        (out / "mine.txt").write_text("mine", encoding="utf-8")
    elif spoilt == "an edited page":
        (out / "index.md").write_text("mine", encoding="utf-8")
    else:
        (out / "contents.sha256").unlink()
    before = files(out)
    result = run("page", "--out", str(out), "--rules", small)
    assert result.exit_code == 2
    assert str(out) in result.output
    assert files(out) == before


def test_a_schema_is_printed_or_written(small: str, tmp_path: Path) -> None:
    printed = run("schema", "--rules", small)
    assert printed.exit_code == 0
    assert json.loads(printed.output)["$schema"].endswith("2020-12/schema")
    out = tmp_path / "new" / "rules.schema.json"
    written = run("schema", "--rules", small, "--out", str(out), "--lang", "en")
    assert written.output == f"Written: {out}\n"
    assert out.read_text(encoding="utf-8") == printed.output
    narrow = run("schema", "--rules", small, "--folder", "signals")
    assert len(narrow.output) < len(printed.output)


def test_a_schema_that_cannot_be_written_is_one_line(small: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    result = run("schema", "--rules", small, "--out", str(tmp_path / "file" / "x.json"))
    assert result.exit_code == 2
    assert len(result.output.splitlines()) == 1


def test_both_show_examples_of_their_use() -> None:
    for name in ("page", "schema"):
        text = run(name, "--help").output
        assert f"tilsynstryk rules {name} --" in text
