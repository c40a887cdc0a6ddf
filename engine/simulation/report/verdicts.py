"""What may be said of a difference: it rises, it falls, or it cannot be told from nothing."""

from __future__ import annotations

from enum import StrEnum

from engine.simulation.report.results import Figure, PolicyShown, Results
from engine.simulation.tables import Measure

__all__ = ["HARM_MEASURES", "Verdict", "overturning", "unsure", "verdict_of"]

HARM_MEASURES = (
    Measure.UNDETECTED_MONTHS,
    Measure.UNDETECTED_SERIOUS_MONTHS,
    Measure.DELAY_MEAN_MONTHS,
    Measure.FALSE_GREEN_PERCENT,
)
"""What the answer is about: what a cut does to those who are supervised."""


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


def overturning(
    results: Results,
) -> list[tuple[tuple[PolicyShown, ...], str, tuple[str, ...]]]:
    """Policies and a measure whose answer changes sign within the range of some assumptions, with
    the titles of these. Policies that the same assumptions turn around stand together."""
    titles = {
        row["assumption"]: row[f"title_{results.lang}"] or row["assumption"]
        for row in results.rows("assumption")
    }
    named = {policy.name: policy for policy in results.policies}
    found: dict[tuple[str, str], list[str]] = {}
    for row in results.rows("sensitivity"):
        if row["sign_changes"] and row["policy"] in named:
            title = titles.get(row["assumption"], row["assumption"])
            found.setdefault((row["policy"], row["measure"]), []).append(title)
    together: dict[tuple[str, tuple[str, ...]], list[PolicyShown]] = {}
    for (name, measure), of in found.items():
        together.setdefault((measure, tuple(of)), []).append(named[name])
    return [(tuple(of), measure, by) for (measure, by), of in together.items()]
