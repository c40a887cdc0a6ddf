"""`tilsynstryk evaluate` with a case engine that goes wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.backends.durable import BackendLimitError, DurableBackend, EvaluationError
from engine.backends.durable.library import EngineFaultError, Session
from engine.rulebook.problems import RulebookProblem, Said
from engine.rulebook.program import Firing
from models.rulebook import Place
from models.terms import Colour
from tests.commands.decided import lines
from tests.run.official import PORTFOLIO, run


class TestAWrongEngine:
    """Whatever goes wrong in the case engine, there is no decision."""

    def _fails(self, tmp_path: Path, *, code: int = 1) -> str:
        for out in (tmp_path / "out", "-"):
            result = run("evaluate", PORTFOLIO, "--out", out)
            assert result.exit_code == code
            assert result.stdout == ""
            assert list(tmp_path.iterdir()) == []
        return result.stderr

    @pytest.mark.parametrize("wrong", ["green", "without a rule", "with a rule"])
    def test_a_planted_wrong_answer_stops_the_run(
        self, wrong: str, decisions: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        red = next(d for d in lines(decisions) if d["category"]["proposed"] == "red" and d["fired"])
        evaluate = DurableBackend.evaluate

        def answer(self: DurableBackend, view: Any, override: Colour | None = None) -> Firing:
            right = evaluate(self, view, override)
            if view.subject_id != red["subject_id"]:
                return right
            if wrong == "green":
                return Firing(right.held, right.signals, Colour.GREEN, Colour.GREEN)
            changed = {"without a rule": right.held - {red["fired"][0]}}
            held = changed.get(wrong, right.held | {"visits.invented"})
            return Firing(held, right.signals, right.proposed, right.in_force)

        monkeypatch.setattr(DurableBackend, "evaluate", answer)
        said = self._fails(tmp_path)
        assert "De to læsninger af regelbogen er uenige; intet er skrevet." in said
        (named,) = [line for line in said.splitlines() if red["subject_id"] in line]
        assert {
            "green": "en anden kategori",
            "without a rule": f"{red['fired'][0]} kun i læsningen reference",
            "with a rule": "visits.invented kun i læsningen durable-rules",
        }[wrong] in named

    def test_of_many_wrong_subjects_twenty_are_named(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        nothing = Firing(frozenset({"invented"}), frozenset(), Colour.GREEN, Colour.GREEN)
        monkeypatch.setattr(DurableBackend, "evaluate", lambda *_: nothing)
        said = self._fails(tmp_path)
        assert sum("kun i læsningen durable-rules" in line for line in said.splitlines()) == 20

    def test_an_engine_that_cannot_answer(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(self: object, view: Any, override: object = None) -> Firing:
            raise EvaluationError(view.subject_id, Said("fault.silent"), ["a.rule"])

        monkeypatch.setattr(DurableBackend, "evaluate", fail)
        said = [line for line in self._fails(tmp_path).splitlines() if "advarsel" not in line]
        assert len(said) == 1
        assert "durable-rules udløste ingen regel" in said[0]
        assert "(regler: a.rule); intet er afgjort" in said[0]

    def test_a_fault_of_the_library(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(*_: object) -> list[str]:
            raise EngineFaultError(Said("fault.answer", (("code", 7),)))

        monkeypatch.setattr(Session, "run", fail)
        said = [line for line in self._fails(tmp_path).splitlines() if "advarsel" not in line]
        assert len(said) == 1
        assert "durable-rules svarede 7 på et sæt oplysninger" in said[0]

    def test_a_rule_that_the_engine_cannot_take(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        place = Place(file="rules/signals/x.yaml", line=7)

        def refuse(*_: object, **__: object) -> None:
            raise BackendLimitError([RulebookProblem(place, Said("limits.nested"))])

        monkeypatch.setattr(DurableBackend, "__init__", refuse)
        said = self._fails(tmp_path, code=2)
        assert "rules/signals/x.yaml:7: der står 'any ...' eller et signal inde i" in said
