"""What charts and tables of all sections have in common: titles that say a finding, keys, ticks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from engine.simulation.report.canvas import (
    Look,
    policy_look,
    sample_of_bar,
    sample_of_line,
)
from engine.simulation.report.content import Cell, Key, Table
from engine.simulation.report.numbers import NO_NUMBER, Unit
from engine.simulation.report.results import ALL, Figure, PolicyShown, Results, shared
from engine.simulation.report.texts import Texts
from engine.simulation.report.verdicts import verdict_of

__all__ = ["Findings"]


class Findings:
    """The results of one simulation and the words for them."""

    def __init__(self, results: Results, texts: Texts) -> None:
        self.results = results
        self.texts = texts
        self.numbers = texts.numbers

    def quoted(self, policy: PolicyShown) -> str:
        """A policy's title in quotation marks, within a sentence."""
        return self.texts.said("words.quoted", text=policy.title)

    def moved(self, measure: str, *, authority: str = ALL) -> str:
        """How a measure moves from the baseline to the policy that changes it most."""
        results, texts = self.results, self.texts
        base = results.level(results.baseline, measure, authority=authority)
        if base is None:
            return texts.measure(measure)
        shown = texts.figure(base.mean, measure, base.error)
        what = texts.measure(measure)
        policy = results.most_changed(measure)
        difference = results.difference(policy, measure, authority=authority) if policy else None
        now = results.level(policy, measure, authority=authority) if policy else None
        if policy is None or difference is None or now is None:
            return texts.said("moves.one", what=what, base=shown)
        return texts.said(
            f"moves.{verdict_of(difference)}",
            what=what,
            base=shown,
            now=texts.figure(now.mean, measure, now.error),
            policy=self.quoted(policy),
        )

    def key(self, chart: str, *, lines: bool = False) -> tuple[Key, ...]:
        """The policies with their letters and looks."""
        sample = sample_of_line if lines else sample_of_bar
        return tuple(
            Key(sample(policy_look(number), f"{chart}-key-{number}"), self._in_key(policy))
            for number, policy in enumerate(self.results.policies)
        )

    def key_of(self, chart: str, looks: Sequence[tuple[str, Look]]) -> tuple[Key, ...]:
        """The key of other things than policies."""
        return tuple(
            Key(sample_of_bar(look, f"{chart}-key-{number}"), text)
            for number, (text, look) in enumerate(looks)
        )

    def percent(self, value: float) -> str:
        """A share that somebody has set: `30 %`."""
        return self.numbers.percent(self.numbers.as_written(value))

    def letters(self) -> str:
        """Which letter is which policy, in a line."""
        return "; ".join(self._in_key(policy) for policy in self.results.policies)

    def _in_key(self, policy: PolicyShown) -> str:
        lettered = policy.lettered
        return self.texts.said("words.baseline", title=lettered) if policy.baseline else lettered

    def head(self, column: str) -> tuple[str, ...]:
        """The headings of a table of something by policy."""
        return (
            self.texts.said(f"columns.{column}"),
            *(policy.lettered for policy in self.results.policies),
        )

    def cell(
        self, policy: PolicyShown, measure: str, *, kind: str = ALL, authority: str = ALL
    ) -> Cell:
        """A policy's level on a measure with its error, the difference below it."""
        level = self.results.level(policy, measure, kind=kind, authority=authority)
        if level is None:
            return Cell(NO_NUMBER)
        below = ""
        difference = self.results.difference(policy, measure, kind=kind, authority=authority)
        if difference is not None and policy is not self.results.baseline:
            below = self.texts.with_error(difference.mean, measure, difference.error, signed=True)
        return Cell(self.texts.with_error(level.mean, measure, level.error), below)

    def counted(self, figure: Figure | None) -> Cell:
        """A count with its error."""
        if figure is None:
            return Cell(NO_NUMBER)
        return Cell(self.numbers.with_error(figure.mean, Unit.COUNT, figure.error))

    def counted_of(self, figure: Figure | None, whole: Sequence[Figure]) -> Cell:
        """A count with its error, and below it the share of a whole that it is among."""
        cell = self.counted(figure)
        if figure is None or not any(part.mean for part in whole):
            return cell
        share = shared(figure, whole)
        return replace(cell, below=self.numbers.with_error(share.mean, Unit.PERCENT, share.error))

    def table(self, caption: str, measures: Sequence[str]) -> Table:
        """Measures by policy; those that the run has no figures of are left out."""
        held = [m for m in measures if any(self.results.level(p, m) for p in self.results.policies)]
        return Table(
            caption,
            self.head("measure"),
            tuple(
                (Cell(self.texts.measure(m)), *(self.cell(p, m) for p in self.results.policies))
                for m in held
            ),
        )

    def split(self, caption: str, measure: str, column: str) -> Table | None:
        """A measure by kind or by authority and by policy; None where there is nothing to split."""
        rows = []
        for word in self.results.words_in(column):
            kind, authority = (word, ALL) if column == "kind" else (ALL, word)
            cells = [
                self.cell(policy, measure, kind=kind, authority=authority)
                for policy in self.results.policies
            ]
            if any(cell.text != NO_NUMBER for cell in cells):
                rows.append((Cell(self.texts.word(column, word)), *cells))
        levels = (self.results.level(policy, measure) for policy in self.results.policies)
        if not any(level is not None and level.mean for level in levels):
            return None
        return Table(caption, self.head(column), tuple(rows)) if rows else None

    def ticks(self, unit: Unit = Unit.COUNT) -> Callable[[float], str]:
        """How numbers at an axis are written: without a unit, which stands in the axis' title."""

        def written(value: float) -> str:
            decimals = 0 if abs(value - round(value)) < 1e-9 else 1
            if decimals and abs(value * 10 - round(value * 10)) > 1e-6:
                decimals = 2
            return self.numbers.plain(value, decimals)

        if unit is Unit.PERCENT:
            return lambda value: self.numbers.percent(written(value))
        return written
