"""YAML with its lines, and the cache of the parsed form: done without where it cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.rulebook import documents
from engine.rulebook.documents import load_document, load_documents
from engine.rulebook.load import load_rulebook
from tests.rulebook.bad.planting import good_rulebook

TEXT = "rules:\n  - id: a\n    applies to: [x,\n      y]\n  - id: b\n"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "own-cache"
    monkeypatch.setenv("TILSYNSTRYK_CACHE", str(folder))
    return folder / "tilsynstryk"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "rules" / "some.yaml"
    path.parent.mkdir()
    path.write_text(TEXT, encoding="utf-8")
    return path


def _no_parsing(monkeypatch: pytest.MonkeyPatch) -> None:
    def parse(file: str, content: bytes) -> object:
        raise AssertionError(f"{file} was parsed")

    monkeypatch.setattr(documents, "_parse", parse)


@pytest.mark.parametrize("cached", [False, True])
def test_every_part_knows_its_line(file: Path, cache: Path, cached: bool) -> None:
    document = load_document(file)
    if cached:
        document = load_document(file)
    assert document.data == {"rules": [{"id": "a", "applies_to": ["x", "y"]}, {"id": "b"}]}
    paths = [(), ("rules",), ("rules", 0, "id"), ("rules", 0, "applies_to", 1), ("rules", 1)]
    assert [document.line_of(path) for path in paths] == [1, 2, 2, 4, 5]
    assert document.line_of(("rules", 1, "title", "da")) == 5
    assert document.line_of(("rules", 7)) == 2
    assert document.place_of(("rules", 1)).file == "rules/some.yaml"


def test_what_was_parsed_is_kept_in_the_cache(
    file: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = load_document(file)
    (kept,) = cache.iterdir()
    assert kept.suffix == ".json"
    _no_parsing(monkeypatch)
    assert load_document(file) == first
    file.write_text(TEXT + "  - id: c\n", encoding="utf-8")
    with pytest.raises(AssertionError, match="was parsed"):
        load_document(file)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"[[1, 2], [3, 4]]", b"\xff\xfe"])
def test_a_corrupt_cache_is_ignored_and_mended(file: Path, cache: Path, content: bytes) -> None:
    first = load_document(file)
    (kept,) = cache.iterdir()
    kept.write_bytes(content)
    assert load_document(file) == first
    assert len(kept.read_bytes()) > len(content)


@pytest.mark.parametrize("content", [b"[3]", b'["ab"]', b"[[1, 2, 3]]", b'[{"a": 1}]', b"[[1, 2]]"])
def test_a_cache_of_another_shape_is_ignored(file: Path, cache: Path, content: bytes) -> None:
    first = load_document(file)
    (kept,) = cache.iterdir()
    kept.write_bytes(content)
    assert load_document(file) == first


def test_a_cache_that_was_changed_is_ignored(file: Path, cache: Path) -> None:
    """A rule must not change because a file of the cache did."""
    first = load_document(file)
    (kept,) = cache.iterdir()
    content = kept.read_bytes()
    assert content.count(b'"a"') == 1
    kept.write_bytes(content.replace(b'"a"', b'"z"'))
    assert load_document(file) == first


def test_a_cache_that_cannot_be_written_is_done_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_the_way = tmp_path / "a-file"
    in_the_way.write_text("not a folder", encoding="utf-8")
    monkeypatch.setenv("TILSYNSTRYK_CACHE", str(in_the_way))
    book = load_rulebook(good_rulebook(tmp_path))
    assert len(book.rules) == 9
    assert in_the_way.read_text(encoding="utf-8") == "not a folder"


def test_without_a_home_there_is_no_cache(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TILSYNSTRYK_CACHE", "XDG_CACHE_HOME", "HOME"):
        monkeypatch.delenv(name, raising=False)
    assert load_document(file).data["rules"][1] == {"id": "b"}


def test_a_cache_never_hides_a_mistake(file: Path, cache: Path) -> None:
    """What was wrong is not kept: the second reading says it again."""
    file.write_text("a: 1\na: 2\n", encoding="utf-8")
    for _ in range(2):
        with pytest.raises(documents.RulebookError, match="'a' stands twice"):
            load_documents(file.parent, [file])
    assert not cache.exists() or not list(cache.iterdir())
