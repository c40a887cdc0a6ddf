"""`--previous`: what an official run takes over from an earlier one, and how that is said."""

from __future__ import annotations

from pathlib import Path

from commands.options import language, refuse, sentence
from engine.rulebook.problems import Said
from engine.rulebook.resolve import ResolvedRulebook
from engine.run.incremental import EarlierDecisions, PreviousRun, PreviousRunError

__all__ = ["TakenOver"]


class TakenOver:
    """The earlier run of a folder, if one was given; a damaged one ends the command."""

    def __init__(self, folder: Path | None) -> None:
        self._run: PreviousRun | None = None
        self._unlike: Said | None = None
        self._earlier: EarlierDecisions | None = None
        if folder is not None:
            try:
                self._run = PreviousRun(folder)
            except PreviousRunError as error:
                refuse(error.what)

    def earlier(
        self, resolved: ResolvedRulebook, *, period_days: int | None, engine: str, backend: str
    ) -> EarlierDecisions | None:
        """Its decisions, where they still hold."""
        if self._run is None:
            return None
        self._unlike = self._run.unlike(
            resolved, period_days=period_days, engine=engine, backend=backend
        )
        if self._unlike is None:
            self._earlier = self._run.decisions(resolved)
        return self._earlier

    def counts(self) -> dict[str, int]:
        """How many subjects were taken over, altered, new and gone; for the log."""
        found = self._earlier
        if found is None:
            return {}
        found.finish()
        return {
            "reused": found.reused,
            "altered": found.altered,
            "new": found.new,
            "removed": found.removed,
        }

    def said(self, count: int) -> str | None:
        """How many of `count` subjects were evaluated, and how many taken over."""
        if self._run is None:
            return None
        folder = self._run.folder
        if self._unlike is not None:
            reason = self._unlike.text(language())
            return sentence("commands.all_again", folder=folder, reason=reason, count=count)
        numbers = self.counts()
        evaluated = count - numbers["reused"]
        blanks = {"folder": folder, "count": count, "evaluated": evaluated, **numbers}
        return sentence("commands.only_changed", **blanks)
