"""No name and no free text leaves the facts that `tilsynstryk evaluate` reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.facts import Dossier
from models.terms import Severity
from tests.commands.decided import lines
from tests.run.official import run, write


class TestPrivacy:
    NAME, TEXT = "Familien Genkendelig", "Barnet græd om natten"

    @pytest.fixture
    def told(self, small_portfolio: tuple[Dossier, ...], tmp_path: Path) -> Path:
        """A subject with a recognisable name and free text in a concern."""
        dossier = next(d for d in small_portfolio if d.of("concern"))
        concerns = tuple(
            concern.model_copy(update={"text": self.TEXT, "severity": Severity.SERIOUS})
            for concern in dossier.of("concern")
        )
        subject = dossier.subject.model_copy(update={"name": self.NAME})
        made = Dossier(subject, {**dossier.records, "concern": concerns})
        return write([made], tmp_path / "facts.jsonl", "jsonl")

    def test_no_name_and_no_text_leaves_the_facts(self, told: Path, tmp_path: Path) -> None:
        out = tmp_path / "out"
        forms = ("--format=csv", "--format=json", "--format=xlsx")
        result = run("evaluate", told, "--out", out, *forms)
        assert result.exit_code == 0
        for name in ("run-log.jsonl", "manifest.json", "decisions.jsonl", "summary.txt"):
            text = (out / name).read_text(encoding="utf-8")
            assert self.NAME not in text
            assert self.TEXT not in text
        assert self.NAME not in result.output

    def test_the_log_holds_ids_and_counts(self, told: Path, tmp_path: Path) -> None:
        assert run("evaluate", told, "--out", tmp_path / "out").exit_code == 0
        logged = lines((tmp_path / "out" / "run-log.jsonl").read_text(encoding="utf-8"))
        assert [line["event"] for line in logged[:2]] == ["portfolio_read", "evaluated"]
        assert {line["event"] for line in logged[2:]} == {"written"}
        words = {"event", "level", "timestamp", "backend", "file", "sha256"}
        for line in logged:
            for key, value in line.items():
                assert key in words or isinstance(value, int)
        assert logged[0]["subjects"] == 1
