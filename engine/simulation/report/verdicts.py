"""What may be said of a difference: it rises, it falls, or it cannot be told from nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from engine.simulation.report.results import Figure, PolicyShown, Results
from engine.simulation.sureness import Outcome
from engine.simulation.tables import Measure

__all__ = ["HARM_MEASURES", "Tried", "Verdict", "tried", "unsure", "verdict_of"]

HARM_MEASURES = (
    Measure.UNDETECTED_MONTHS,
    Measure.UNDETECTED_SERIOUS_MONTHS,
    Measure.DELAY_MEAN_MONTHS,
    Measure.FALSE_GREEN_PERCENT,
)
"""What the answer is about: what a cut does to those who are supervised."""
_ORDER = (Outcome.TURNS, Outcome.UNTOLD, Outcome.HOLDS)


class Verdict(StrEnum):
    """How a policy stands to the baseline on one measure."""

    SAME = "same"
    RISES = "rises"
    FALLS = "falls"
    UNSURE = "unsure"


def verdict_of(difference: Figure) -> Verdict:
    """`unsure` within two Monte Carlo errors of nothing; `same` only where nothing differs."""
    if difference.mean == 0 and difference.error == 0:
        return Verdict.SAME
    if not difference.told_from_zero:
        return Verdict.UNSURE
    return Verdict.RISES if difference.mean > 0 else Verdict.FALLS


def unsure(results: Results) -> list[tuple[PolicyShown, str]]:
    """Policies and measures of harm whose difference cannot be told from nothing."""
    return [
        (policy, measure)
        for policy in results.others
        for measure in HARM_MEASURES
        if (difference := results.difference(policy, measure)) is not None
        and verdict_of(difference) is Verdict.UNSURE
    ]


@dataclass(frozen=True)
class Tried:
    """What trying assumptions says of some policies and a measure: the answer turns with those
    named in `by`, it cannot be told whether it does, or it holds with all `number` of them.

    `none_told`: of no assumption can it be told.
    """

    outcome: Outcome
    policies: tuple[PolicyShown, ...]
    measure: str
    by: tuple[str, ...]
    number: int
    replicates: int
    none_told: bool = False


def tried(results: Results) -> list[Tried]:
    """What turns first, then what cannot be told, then what holds. Policies that stand alike stand
    together."""
    titles = {
        row["assumption"]: row[f"title_{results.lang}"] or row["assumption"]
        for row in results.rows("assumption")
    }
    named = {policy.name: policy for policy in results.policies}
    asked: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in results.rows("sensitivity"):
        if row["outcome"] and row["policy"] in named:
            asked.setdefault((row["policy"], row["measure"]), []).append(row)
    together: dict[Tried, list[PolicyShown]] = {}
    for (name, measure), rows in asked.items():
        for outcome in _ORDER:
            of = [row for row in rows if row["outcome"] == outcome]
            holds = outcome is Outcome.HOLDS
            if not of or (holds and len(of) < len(rows)):
                continue
            by = [titles.get(row["assumption"], row["assumption"]) for row in of]
            none_told = outcome is Outcome.UNTOLD and len(of) == len(rows)
            key = Tried(
                outcome, (), measure, () if holds else tuple(by), len(rows),
                min(row["replicates"] for row in rows), none_told,
            )  # fmt: skip
            together.setdefault(key, []).append(named[name])
    found = [replace(key, policies=tuple(of)) for key, of in together.items()]
    return sorted(found, key=lambda one: _ORDER.index(one.outcome))
