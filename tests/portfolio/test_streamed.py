"""Rows sorted on disk: the same dossiers and the same problems as where everything is held."""

from __future__ import annotations

import os
import resource
import shutil
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.portfolio import folders, streamed
from engine.portfolio.problems import CellError
from engine.portfolio.read import PortfolioRead, read_portfolio
from engine.portfolio.spool import Pile, SortedPile
from engine.portfolio.streamed import StreamedPortfolio
from engine.portfolio.write import write_portfolio
from engine.rulebook.catalogue import load_catalogue
from engine.rulebook.load import load_rulebook
from models.facts import Dossier

AS_OF = date(2025, 6, 1)
FIXTURES = Path(__file__).parents[2] / "fixtures"
SMALL = FIXTURES / "small-portfolio"
BOOK = load_rulebook()
JUNK = (
    "",
    "odnse",
    "meget slem",
    "2031-01-01",
    "31-02-2024",
    "-1",
    "TB-1",
    "id",
    "'",
    "æ;ø",
    "010190-1234",
)
Rows = dict[str, list[list[str]]]


def whole(source: Path, **given: Any) -> PortfolioRead:
    return read_portfolio(
        source, registers=BOOK.registers, ladder=BOOK.ladder, as_of=AS_OF, **given
    )


def in_parts(source: Path, folder: Path, **given: Any) -> tuple[list[Dossier], PortfolioRead]:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    portfolio = StreamedPortfolio(
        source,
        folder=folder,
        registers=BOOK.registers,
        ladder=BOOK.ladder,
        as_of=AS_OF,
        rows_held=9,
        all_or_nothing=False,
        **given,
    )
    return list(portfolio.dossiers()), portfolio.finish()


def hold_together(source: Path, folder: Path, **given: Any) -> PortfolioRead:
    expected = whole(source, **given)
    dossiers, found = in_parts(source, folder, **given)
    assert found.problems == expected.problems
    assert found.warnings == expected.warnings
    assert found.unattributed == expected.unattributed
    assert found.rows_read == expected.rows_read
    assert found.kinds_in_files == expected.kinds_in_files
    assert found.subjects_seen == expected.subjects_seen
    if not expected.unattributed:
        assert found.subjects_with_problems == expected.subjects_with_problems
        assert tuple(dossiers) == expected.dossiers
        counts = (found.subjects_fine, found.subjects_not_yet_there)
        assert counts == (len(dossiers), expected.subjects_not_yet_there)
    return expected


@pytest.fixture(autouse=True)
def little_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streamed, "_ROWS_AT_A_TIME", 8)


def few_subjects() -> Rows:
    """The rows of a dozen subjects by file, headings first."""
    found: Rows = {}
    wanted: set[str] = set()
    for path in sorted(SMALL.glob("*.csv")):
        lines = path.read_text(encoding="utf-8-sig").splitlines()
        found[path.stem] = [line.split(";") for line in lines]
        if path.stem in ("foster_family", "social_offer", "treatment_school"):
            wanted |= {row[0] for row in found[path.stem][1:5]}
    return {
        name: [rows[0], *(row for row in rows[1:] if row[0] in wanted)]
        for name, rows in found.items()
    }


FEW = few_subjects()
NAMES = sorted(name for name, rows in FEW.items() if len(rows) > 1)


@st.composite
def disorder(draw: st.DrawFn) -> dict[str, bytes]:
    """The files with some cells, rows, headings and bytes spoilt."""
    rows = {name: [list(row) for row in found] for name, found in FEW.items()}
    for _ in range(draw(st.integers(0, 5))):
        name = draw(st.sampled_from(NAMES))
        some = rows[name]
        at = draw(st.integers(1, len(some) - 1)) if len(some) > 1 else 0
        match draw(
            st.sampled_from(["cell", "cell", "twice", "gone", "other", "heading", "ragged"])
        ):
            case "cell":
                row = some[at]
                row[draw(st.integers(0, len(row) - 1))] = draw(st.sampled_from(JUNK))
            case "twice":
                some.insert(draw(st.integers(1, len(some))), list(some[at]))
            case "gone":
                if len(some) > 1:
                    del some[at]
            case "other":
                some[at][0] = draw(st.sampled_from(["PF-99999", "TB-1", FEW["social_offer"][1][0]]))
            case "heading":
                some[0][draw(st.integers(0, len(some[0]) - 1))] = draw(
                    st.sampled_from(["", "severty", "subject_id"])
                )
            case "ragged":
                some[at].append("x")
    files = {
        name: "\r\n".join(";".join(row) for row in found).encode() + b"\r\n"
        for name, found in rows.items()
    }
    if draw(st.integers(0, 9)) == 9:
        name = draw(st.sampled_from(NAMES))
        files[name] += draw(st.sampled_from([b"\xff", b'"', b'TB-1;"a', b"\xc3"]))
    return files


@given(files=disorder(), ignore_later=st.booleans())
def test_whatever_is_wrong_the_same_is_found(
    files: dict[str, bytes], ignore_later: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    base = tmp_path_factory.getbasetemp()
    source = base / "disorder"
    shutil.rmtree(source, ignore_errors=True)
    source.mkdir()
    for name, content in files.items():
        (source / f"{name}.csv").write_bytes(content)
    hold_together(source, base / "parts", ignore_later=ignore_later)


@pytest.mark.parametrize("form", ["csv", "parquet", "jsonl", "xlsx"])
def test_every_form_gives_the_same_dossiers(tmp_path: Path, form: Any) -> None:
    source = tmp_path / ("facts" + (f".{form}" if form in ("jsonl", "xlsx") else ""))
    dossiers = whole(SMALL).dossiers
    write_portfolio(
        dossiers, source, format=form, registers=BOOK.registers, catalogue=load_catalogue()
    )
    read = hold_together(source, tmp_path / "parts")
    assert read.dossiers == dossiers


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("concern.csv", "subject_id;no\nTB-1;1\n"),
        ("foster_family.parquet", "not one"),
        ("facts.txt", "?"),
    ],
)
def test_without_any_subject_the_same_is_said(tmp_path: Path, name: str, content: str) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / name).write_text(content, encoding="utf-8")
    assert hold_together(source, tmp_path / "parts").problems
    assert hold_together(tmp_path / "nowhere", tmp_path / "parts").problems


def test_bad_lines_are_told_alike(tmp_path: Path) -> None:
    lines = [
        b'{"subject": {"kind": "foster_family", "subject_id": "PF-2"}, "records": {"x": []}}',
        b'{"subject": {"kind": "nothing", "subject_id": "PF-1"},'
        b' "records": {"concern": [{"no": 1, "subject_id": "PF-2", "theme": "economy"}]}}',
        b"[1, 2]",
        b"not json",
        b"\xff",
    ]
    source = tmp_path / "facts.jsonl"
    source.write_bytes(b"\n".join(lines))
    assert len(hold_together(source, tmp_path / "parts").problems) > 5


@given(st.lists(st.tuples(st.sampled_from(["", "a", "b", "c", "æ"]), st.integers())))
def test_a_sorted_pile_gives_each_key_what_it_was_given(
    tmp_path_factory: pytest.TempPathFactory, items: list[tuple[str, int]]
) -> None:
    pile = SortedPile(tmp_path_factory.mktemp("sorted"), at_a_time=3)
    for key, item in items:
        pile.add(key, item)
    expected = {key: [i for k, i in items if k == key] for key in sorted({k for k, _ in items})}
    found = [(key, list(of_key)) for key, of_key in pile.groups()]
    assert found == list(expected.items())


@pytest.fixture
def few_files_open() -> Iterator[None]:
    """No more than some 250 files can be open at once."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    highest = max(int(name) for name in os.listdir("/proc/self/fd"))
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(highest + 250, before[1]), before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


@pytest.mark.usefixtures("few_files_open")
def test_more_sorted_parts_than_files_can_be_open(tmp_path: Path) -> None:
    pile = SortedPile(tmp_path, at_a_time=1)
    for number in range(999):
        pile.add(f"{number % 7}", number)
    found = {key: list(items) for key, items in pile.groups()}
    assert found == {f"{key}": list(range(key, 999, 7)) for key in range(7)}
    assert len(list(tmp_path.iterdir())) == 5


def test_parts_are_merged_in_as_many_passes_as_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.portfolio.spool._FILES_AT_ONCE", 2)
    pile = SortedPile(tmp_path, at_a_time=2)
    for number in range(61):
        pile.add(f"{number % 3}", number)
    assert [(k, list(i)) for k, i in pile.groups()] == [
        (f"{key}", list(range(key, 61, 3))) for key in range(3)
    ]
    assert len(list(tmp_path.iterdir())) == 2


def test_a_pile_can_be_gone_through_again_and_while_it_grows(tmp_path: Path) -> None:
    pile: Pile[int] = Pile(tmp_path / "pile")
    for number in range(600):
        pile.append(number)
        if number == 300:
            assert list(pile) == list(range(301))
    pile.close()
    pile.close()
    assert len(pile) == 600
    assert list(pile) == list(pile) == list(range(600))


def test_what_is_wrong_with_a_cell_survives_the_disk(tmp_path: Path) -> None:
    pile: Pile[CellError] = Pile(tmp_path / "pile")
    pile.append(CellError("row_ragged", suggestion="x", found="1", expected="2"))
    (found,) = pile
    assert (found.code, found.suggestion) == ("row_ragged", "x")
    assert found.values == (("found", "1"), ("expected", "2"))


def pieces(content: bytes) -> Iterator[bytes]:
    yield content
    yield b"\xef\xbb\xbf" + content


@given(st.lists(st.sampled_from([b"a", "æ".encode(), "€".encode(), b"\xc3", b"\xff", b"\xe2\x82"])))
def test_the_first_byte_that_is_not_utf8_is_found_whatever_the_chunk(
    tmp_path_factory: pytest.TempPathFactory, parts: Iterable[bytes]
) -> None:
    path = tmp_path_factory.getbasetemp() / "text"
    for content in pieces(b"".join(parts)):
        path.write_bytes(content)
        try:
            content.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
            expected = None
        except UnicodeDecodeError as error:
            expected = error.start
        for size in (1, 2, 5):
            with pytest.MonkeyPatch.context() as patched, path.open("rb") as file:
                patched.setattr(folders, "_CHUNK_BYTES", size)
                assert folders._not_utf8(file) == expected
