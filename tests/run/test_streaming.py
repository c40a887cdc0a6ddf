"""A portfolio that is streamed gives what one held whole gives, in less memory."""

from __future__ import annotations

import sys
import tracemalloc
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.decisions.decide import Decider
from engine.portfolio import streamed
from engine.rulebook.resolve import resolve
from engine.run import streaming
from engine.run.evaluate import evaluate_portfolio
from engine.run.streaming import evaluate_stream
from engine.testing import subjects
from models.decisions import Decision
from models.facts import Dossier
from tests.run.official import AS_OF, BOOK, PORTFOLIO, files, run, write
from tests.run.test_incremental import of_id

FORMS = [f"--format={form}" for form in ("xlsx", "csv", "parquet", "json")]
ROOT = PORTFOLIO.parents[1]


@cache
def decider() -> Decider:
    return Decider(resolve(BOOK, as_of=AS_OF))


@settings(max_examples=max(30, settings.default.max_examples // 10 if settings.default else 0))
@given(
    found=st.lists(subjects(as_of=AS_OF, most_records=2), min_size=1, max_size=7),
    seed=st.integers(1, 3),
)
def test_the_same_decisions_and_draw(
    found: list[Dossier], seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    dossiers = [of_id(dossier, f"ST-{n}") for n, dossier in enumerate(found, start=1)]
    whole = evaluate_portfolio(dossiers, decider(), seed=seed)
    folder = tmp_path_factory.mktemp("streamed")
    part = evaluate_stream(iter(dossiers), decider(), folder=folder, seed=seed)
    assert len(part) == len(whole) == len(dossiers)
    assert (part.draw.seed, part.draw.places_drawn) == (seed, whole.draw.places_drawn)
    assert part.draw.places_drawn == sum(line.drawn for line in whole.draw.lines)
    assert tuple(part.draw.lines) == whole.draw.lines
    assert len(part.draw.lines) == len(whole.draw.lines)
    assert part.backend == whole.backend
    for _ in range(2):
        assert tuple(part.decisions) == whole.decisions
        assert tuple(part.fingerprints) == whole.fingerprints


@pytest.fixture
def held_small(monkeypatch: pytest.MonkeyPatch) -> None:
    """So little is held at a time that a small portfolio comes in many parts."""
    monkeypatch.setattr(streaming, "_AT_A_TIME", 7)
    monkeypatch.setattr(streamed, "_ROWS_AT_A_TIME", 20)
    monkeypatch.setattr("engine.portfolio.spool._A_RUN", 100)
    monkeypatch.setattr("engine.portfolio.spool._A_BLOCK", 3)


def outputs(folder: Path) -> dict[str, bytes]:
    found = files(folder)
    del found["run-log.jsonl"]
    return found


@pytest.mark.usefixtures("held_small")
def test_every_file_has_the_same_bytes(output: Path, tmp_path: Path) -> None:
    out = tmp_path / "streamed"
    result = run("evaluate", PORTFOLIO, "--streaming", "--out", out, *FORMS)
    assert result.exit_code == 0, result.output
    assert outputs(out) == outputs(output)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["streamed"]
    stream = run("evaluate", PORTFOLIO, "--streaming", "--out", "-")
    assert stream.stdout.encode() == (output / "decisions.jsonl").read_bytes()


@pytest.mark.slow
@pytest.mark.usefixtures("held_small")
def test_with_tables_an_earlier_run_and_subjects_set_aside(
    small_portfolio: tuple[Dossier, ...], tmp_path: Path
) -> None:
    portfolio = write(small_portfolio, tmp_path / "portfolio", "parquet")
    lines = write(small_portfolio, tmp_path / "lines.jsonl", "jsonl")
    bad = write(small_portfolio, tmp_path / "bad", "csv")
    text = (bad / "concern.csv").read_text(encoding="utf-8")
    (bad / "concern.csv").write_text(text.replace(";serious;", ";sserious;", 1), encoding="utf-8")
    for number, (source, options) in enumerate(
        (
            (portfolio, ["--engine", "tables"]),
            (lines, []),
            (bad, ["--quarantine", tmp_path / "aside.jsonl"]),
        )
    ):
        found = {}
        for how in ([], ["--streaming"]):
            out = tmp_path / f"out-{number}{len(how)}"
            args = (*options, "--format", "csv", *how)
            result = run("evaluate", source, "--out", out, *args)
            assert result.exit_code == 0, result.output
            again = run("evaluate", source, "--previous", out, "--out", out, *args)
            assert "Evalueret: 0 af" in again.output
            aside = tmp_path / "aside.jsonl"
            found[len(how)] = (
                outputs(out),
                result.output.replace(str(out), ""),
                aside.read_bytes() if aside.exists() else b"",
            )
        assert found[0] == found[1]


@pytest.mark.usefixtures("held_small")
def test_problems_are_said_alike_and_leave_nothing_behind(tmp_path: Path) -> None:
    bad = PORTFOLIO.parent / "bad-portfolio"
    said = [run("evaluate", bad, "--out", tmp_path / "out", *how) for how in ([], ["--streaming"])]
    assert [result.exit_code for result in said] == [2, 2]
    assert said[0].output == said[1].output
    assert len(said[0].output.splitlines()) > 5
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("held_small")
def test_what_is_wrong_with_the_facts_is_said_before_what_is_wrong_with_the_engine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from engine.backends.shadow import Difference, ReadingsDisagree

    def disagrees(*_: object, **__: object) -> None:
        raise ReadingsDisagree([Difference("TB-1", "one", "other", ("a",), (), False)])

    monkeypatch.setattr("engine.run.evaluate.decided_in_order", disagrees)
    monkeypatch.setattr(streaming, "decided_in_order", disagrees)
    bad = PORTFOLIO.parent / "bad-portfolio"
    for source, code in ((bad, 2), (PORTFOLIO, 1)):
        one, other = (
            run("evaluate", source, "--out", tmp_path / "out", *how)
            for how in ([], ["--streaming"])
        )
        assert (one.exit_code, other.exit_code) == (code, code)
        assert one.output == other.output
        assert not (tmp_path / "out").exists()


def test_a_large_source_streams_by_itself(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert not streamed.is_large(PORTFOLIO)
    assert not streamed.is_large(None)
    assert not streamed.is_large(tmp_path / "nowhere")
    monkeypatch.setattr(streamed, "_LARGE_BYTES", 1000)
    assert streamed.is_large(PORTFOLIO)
    (tmp_path / "facts.xlsx").write_bytes(b"0" * 2000)
    assert not streamed.is_large(tmp_path / "facts.xlsx")
    (tmp_path / "facts.jsonl").write_bytes(b"0" * 2000)
    assert streamed.is_large(tmp_path / "facts.jsonl")


class DecidedAlike:
    """An earlier run in which every subject was decided as one was."""

    def __init__(self, decision: Decision) -> None:
        self._decision = decision

    def decision(self, dossier: Dossier) -> Decision:
        return replace(self._decision, subject_id=dossier.subject_id)


def test_of_each_subject_next_to_nothing_is_held(
    small_portfolio: tuple[Dossier, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each has a place in a sample frame; decisions, places and fingerprints lie on disk. What is
    held of those drawn, one in ten or twenty, is spread on all."""
    monkeypatch.setattr(streaming, "_AT_A_TIME", 100)
    monkeypatch.setattr("engine.portfolio.spool._A_RUN", 500)
    monkeypatch.setattr("engine.portfolio.spool._A_BLOCK", 8)
    decided = ((dossier, decider().decide(dossier)) for dossier in small_portfolio)
    one, decision = next((dossier, found) for dossier, found in decided if found.frames)
    peaks = {}
    for count in (2_000, 12_000):
        folder = tmp_path / f"{count}"
        folder.mkdir()
        many = (of_id(Dossier(one.subject, {}), f"ST-{n:06}") for n in range(count))
        tracemalloc.start()
        try:
            result = evaluate_stream(
                many, decider(), folder=folder, seed=1, earlier=DecidedAlike(decision)
            )
            peaks[count] = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert len(result) == len(result.draw.lines) == count
        assert 0 < result.draw.places_drawn < count / 5
    assert (peaks[12_000] - peaks[2_000]) / 10_000 < 100


@pytest.mark.slow
def test_memory_grows_by_little_with_each_subject(tmp_path: Path) -> None:
    """A run in a process of its own, tables and all."""
    sys.path.insert(0, str(ROOT / "benchmarks"))
    try:
        from memory import copied, measured
    finally:
        sys.path.pop(0)
    peaks = {}
    for copies in (4, 24):
        portfolio = tmp_path / f"portfolio-{copies}"
        copied(PORTFOLIO, portfolio, copies=copies)
        found = measured(portfolio, tmp_path / "out", "--streaming", as_of="2025-06-01", held=50)
        peaks[copies] = found["peak_mb"]
    more = 20 * 80
    assert (peaks[24] - peaks[4]) * 1e6 / more < 3_000
