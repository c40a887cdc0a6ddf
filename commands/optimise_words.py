"""What a proposal's figures say, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from commands.options import sentence
from engine.rulebook.catalogue import Lang
from engine.simulation.pressure_tables import number_text

if TYPE_CHECKING:
    from engine.simulation.optimise.check import Checked
    from engine.simulation.optimise.choice import Chooser, Point

__all__ = ["Wording"]

_OTHERS = ("today", "plain")
_APART_PERCENT = 10
_OVER = 1.01


@dataclass(frozen=True)
class Wording:
    """Says what became of a cut of so many per cent of a measure."""

    percent: int
    measure: str
    lang: Lang

    def of(
        self, chooser: Chooser, point: Point, curve: Sequence[Point], checked: Checked | None
    ) -> Iterator[str]:
        """Line by line."""
        weight = number_text(chooser.outlook.serious_weight, self.lang)
        yield sentence("optimise.harm_means", weight=weight)
        if not chooser.menu.notice_rules:
            yield sentence("optimise.notice_by_law")
        yield from self._reckoned(chooser, point, curve)
        if checked is None:
            yield sentence("optimise.not_checked")
        else:
            yield from self._tried(chooser, point, checked)
        yield sentence("optimise.assumed")

    def _reckoned(self, chooser: Chooser, point: Point, curve: Sequence[Point]) -> Iterator[str]:
        """What the formula says."""
        if point.totals is None:
            return
        harm = chooser.harm(point.totals)
        if point.plain.met:
            change = _percent_of(harm, chooser.harm(point.plain.totals))
            yield sentence(
                "optimise.saved_reckoned",
                percent=number_text(abs(change), self.lang, digits=1),
                word=sentence("optimise.less" if change <= 0 else "optimise.more"),
            )
        else:
            yield sentence("optimise.plain_unmet", percent=self.percent)
        if point.bound_harm:
            yield sentence(
                "optimise.bound",
                bound=number_text(point.bound_harm, self.lang),
                gap=number_text(max(_percent_of(harm, point.bound_harm), 0), self.lang, digits=1),
            )
        uncut = curve[0].totals
        if uncut is not None:
            gain = -_percent_of(chooser.harm(uncut), chooser.harm(chooser.today))
            yield sentence(
                "optimise.unchanged_better", percent=number_text(max(gain, 0), self.lang, digits=1)
            )

    def _tried(self, chooser: Chooser, point: Point, checked: Checked) -> Iterator[str]:
        """What the simulation says, and where it differs from the formula."""
        yield sentence(
            "optimise.checked",
            years=checked.years,
            replicates=checked.replicates,
            seed=checked.seed,
        )
        for name, difference in reversed(list(zip(_OTHERS, checked.against.values(), strict=True))):
            yield sentence(
                f"optimise.verdict_{difference.verdict.value}",
                other=sentence(f"optimise.other_{name}"),
                mean=number_text(difference.mean, self.lang),
                low=number_text(difference.low, self.lang),
                high=number_text(difference.high, self.lang),
            )
        today, *_, proposed = checked.figures.values()
        target = today[self.measure].mean * (1 - self.percent / 100)
        if proposed[self.measure].mean > _OVER * target:
            yield sentence(
                "optimise.over_frame",
                used=number_text(proposed[self.measure].mean, self.lang),
                measure=sentence(f"optimise.measure_{self.measure}"),
                target=number_text(target, self.lang),
            )
        if point.totals is not None:
            apart = _percent_of(proposed["harm"].mean, chooser.harm(point.totals))
            if abs(apart) > _APART_PERCENT:
                yield sentence("optimise.differ", percent=number_text(abs(apart), self.lang))
        if checked.more_breaches:
            yield sentence("optimise.more_breaches")


def _percent_of(value: float, other: float) -> float:
    """How many per cent a value lies above another."""
    return 100.0 * (value / other - 1.0) if other else 0.0
