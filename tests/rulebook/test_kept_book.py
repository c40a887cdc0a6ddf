"""A checked rulebook is kept and read again as it was; anything else is read anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.rulebook import entries, kept_book
from engine.rulebook.book import Rulebook
from engine.rulebook.load import default_rulebook_folder, load_rulebook
from engine.rulebook.problems import RulebookError
from tests.rulebook.bad.planting import good_rulebook


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "own-cache"
    monkeypatch.setenv("TILSYNSTRYK_CACHE", str(folder))
    return folder / "tilsynstryk"


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The folders that were really read."""
    folders: list[Path] = []
    real = entries.read_book

    def read_book(folder: Path, files: list[Path], content_hash: str) -> Rulebook:
        folders.append(folder)
        return real(folder, files, content_hash)

    monkeypatch.setattr(entries, "read_book", read_book)
    return folders


@pytest.mark.usefixtures("cache")
def test_the_shipped_rulebook_comes_back_as_it_was(read: list[Path]) -> None:
    first, second = load_rulebook(), load_rulebook()
    assert read == [default_rulebook_folder()]
    assert second == first


@pytest.mark.usefixtures("cache")
def test_a_changed_rule_file_is_read(tmp_path: Path, read: list[Path]) -> None:
    folder = good_rulebook(tmp_path)
    first = load_rulebook(folder)
    file = next((folder / "signals").glob("*.yaml"))
    file.write_text(file.read_text(encoding="utf-8") + "\n# changed\n", encoding="utf-8")
    second = load_rulebook(folder)
    assert read == [folder, folder]
    assert second.content_hash != first.content_hash


@pytest.mark.usefixtures("cache")
def test_another_program_reads_anew(
    tmp_path: Path, read: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = good_rulebook(tmp_path)
    load_rulebook(folder)
    monkeypatch.setattr(kept_book, "_READERS", ("models",))
    load_rulebook(folder)
    assert len(read) == 2


@pytest.mark.usefixtures("cache")
def test_a_copy_under_another_name_says_its_own_places(tmp_path: Path, read: list[Path]) -> None:
    folder = good_rulebook(tmp_path)
    load_rulebook(folder)
    other = folder.rename(folder.with_name("others"))
    assert load_rulebook(other).rules[0].place.file.startswith("others/")
    assert read == [folder, other]


@pytest.mark.parametrize("spoil", [b"{}", b"", b"\xff", None])
def test_a_spoilt_cache_is_not_believed(
    tmp_path: Path, cache: Path, read: list[Path], spoil: bytes | None
) -> None:
    """A rule must not change because a file of the cache did."""
    folder = good_rulebook(tmp_path)
    first = load_rulebook(folder)
    for file in cache.iterdir():
        content = file.read_bytes()
        file.write_bytes(content.replace(b"yellow", b"red") if spoil is None else spoil)
    assert load_rulebook(folder) == first
    assert len(read) == 2


@pytest.mark.usefixtures("cache")
def test_what_does_not_fit_the_models_is_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = good_rulebook(tmp_path)
    first = load_rulebook(folder)
    monkeypatch.setattr(kept_book.user_cache, "kept", lambda digest: b'{"rules": []}')
    assert kept_book.kept_book(folder, first.content_hash) is None


@pytest.mark.usefixtures("cache")
def test_a_mistake_is_never_kept(tmp_path: Path, read: list[Path]) -> None:
    folder = good_rulebook(tmp_path)
    file = next((folder / "signals").glob("*.yaml"))
    file.write_text("rules:\n  - id: half\n", encoding="utf-8")
    for _ in range(2):
        with pytest.raises(RulebookError):
            load_rulebook(folder)
    assert read == [folder, folder]


@pytest.mark.usefixtures("cache")
def test_a_rule_file_changed_while_it_was_read_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = good_rulebook(tmp_path)
    file = next((folder / "signals").glob("*.yaml"))
    real = entries.read_book
    kept: list[Rulebook] = []

    def read_book(folder_: Path, files: list[Path], content_hash: str) -> Rulebook:
        file.write_text(file.read_text(encoding="utf-8") + "\n# changed\n", encoding="utf-8")
        return real(folder_, files, content_hash)

    monkeypatch.setattr(entries, "read_book", read_book)
    monkeypatch.setattr("engine.rulebook.load.keep_book", kept.append)
    load_rulebook(folder)
    assert kept == []


@pytest.mark.usefixtures("cache")
def test_a_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    folder = good_rulebook(tmp_path)
    (folder / "signals" / "a-folder.yaml").mkdir()
    with pytest.raises(RulebookError, match=r"a-folder\.yaml:1: cannot be read"):
        load_rulebook(folder)
