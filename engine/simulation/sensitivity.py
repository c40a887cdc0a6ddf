"""Which assumptions decide the answer: one at a time to either end of its range, and all together.

What is asked is how much more undetected decline a policy has than the baseline. One at a time
gives the tornado, each end with its error over the replicates, and whether the answer keeps its
sign. All together: every assumption is drawn from its range at once, many times, and the share of
the answer's variance that goes with each is its squared correlation with the answer, less what
chance alone would give, with an error from drawing the draws anew (bootstrap). The draws are
independent of each other, so the shares of what is linear add up; the rest is chance and what is
not linear. Both on a part of the portfolio, every so many subjects in order of id, since hundreds
of simulations are made.

Not varied: hours and prices, how many consultants there are, hearings, notice, budgets and
conditions. How much the answer turns on these is not asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.simulation.blocks import Threads
from engine.simulation.prepared import Policy, Prepared
from engine.simulation.run import simulated
from engine.simulation.sureness import Outcome, outcome_of
from engine.simulation.tables import REST, Measure
from engine.simulation.world.rates import PREFIX

__all__ = ["PART", "Study", "asked", "sensitivity_rows"]

PART = 1500
"""At most so many subjects take part."""
_MEASURE = Measure.UNDETECTED_MONTHS
_LEFT_OUT = ("consultants_", "hearing_days", "lead_days", "budget_", "condition_")
"""Not varied, nor what is no assumption of the world: hours and prices."""
_BOOTSTRAP = 200
_FEWEST_DRAWS = 30


@dataclass(frozen=True)
class Study:
    """A sensitivity study: a prepared part of the portfolio, its policies with the baseline first,
    how many replicates each point of the tornado has, and how many draws of all assumptions."""

    prepared: Prepared
    policies: Sequence[Policy]
    months: int
    seed: int
    replicates: int
    draws: int
    workers: int

    def difference(self, values: dict[str, float], *, seed: int, replicates: int) -> Any:
        """[policy, 2]: how many more undetected months a year than the baseline, and the Monte
        Carlo error of that (not a number for a single replicate)."""
        changed = self.prepared.with_assumptions(values) if values else self.prepared
        comparison = simulated(
            self.policies,
            Threads(changed, self.workers),
            as_of=self.prepared.world.portfolio.as_of,
            months=self.months,
            seed=seed,
            replicates=replicates,
        )
        before = comparison.overall(self.policies[0].id, _MEASURE)
        found = []
        for policy in self.policies[1:]:
            more = comparison.overall(policy.id, _MEASURE) - before
            error = more.std(ddof=1) / np.sqrt(len(more)) if len(more) > 1 else np.nan
            found.append((float(more.mean()), float(error)))
        return np.array(found)


def asked(prepared: Prepared) -> list[str]:
    """The assumptions that are varied: those of the world that have a range."""
    assumed = prepared.assumptions.on(prepared.world.portfolio.as_of)
    names = []
    for name in prepared.assumptions.quantities:
        if not name.startswith(PREFIX) or name[len(PREFIX) :].startswith(_LEFT_OUT):
            continue
        low, high = assumed.range(name)
        if low < high:
            names.append(name)
    return names


def _shares(drawn: Any, answers: Any, seed: int) -> tuple[Any, Any]:
    """[assumption and the rest]: per cent of the variance that goes with each, and its error. The
    rest is made before shares below nothing are cut off, so that many such do not eat it up."""

    def of(rows: Any) -> Any:
        x, y = drawn[rows], answers[rows]
        spread = x.std(axis=0) * y.std()
        spread[spread == 0] = np.inf
        together = ((x - x.mean(axis=0)) * (y - y.mean())[:, None]).mean(axis=0)
        squared = (together / spread) ** 2
        shares = 100.0 * (squared - (1.0 - squared) / (len(rows) - 2))
        rest = 100.0 - shares.sum() if y.std() > 0 else 0.0
        return np.clip(np.append(shares, rest), 0.0, 100.0)

    everything = np.arange(len(answers))
    chance = np.random.default_rng(seed)
    again = np.array([of(chance.choice(everything, len(everything))) for _ in range(_BOOTSTRAP)])
    return of(everything), again.std(axis=0, ddof=1)


def sensitivity_rows(
    study: Study, *, told: Callable[[int], None] | None = None
) -> Iterator[dict[str, Any]]:
    """The table `sensitivity`: a row for each assumption and policy, and one for the rest. `told`
    is given the number of simulations done so far, of twice the assumptions plus the draws."""
    names = asked(study.prepared)
    assumed = study.prepared.assumptions.on(study.prepared.world.portfolio.as_of)
    ranges = np.array([assumed.range(name) for name in names])
    done = 0

    def one(values: dict[str, float], seed: int, replicates: int) -> Any:
        nonlocal done
        found = study.difference(values, seed=seed, replicates=replicates)
        done += 1
        if told is not None:
            told(done)
        return found

    middle = study.difference({}, seed=study.seed, replicates=study.replicates)
    ends = np.array(
        [
            [one({name: float(end)}, study.seed, study.replicates) for end in ranges[number]]
            for number, name in enumerate(names)
        ]
    )
    chance = np.random.default_rng(study.seed)
    levels = _latin(chance, study.draws, len(names))
    drawn = ranges[:, 0] + levels * (ranges[:, 1] - ranges[:, 0])
    answers = np.array(
        [
            one(dict(zip(names, map(float, values), strict=True)), study.seed + 1 + number, 1)[:, 0]
            for number, values in enumerate(drawn)
        ]
    )
    for place, policy in enumerate(study.policies[1:]):
        enough = study.draws >= _FEWEST_DRAWS
        shares, errors = (
            _shares(drawn, answers[:, place], study.seed)
            if enough
            else (np.full(len(names) + 1, np.nan), np.full(len(names) + 1, np.nan))
        )
        for number, name in enumerate([*names, REST]):
            row = {
                "assumption": name,
                "policy": policy.id,
                "measure": _MEASURE.value,
                "at_value": None,
                "at_low": None,
                "outcome": None,
                "variance_share_percent": float(shares[number]) if enough else None,
                "variance_share_error": float(errors[number]) if enough else None,
            }
            if name != REST:
                row |= _tried(middle[place], ends[number, :, place], study.replicates)
            yield row


def _tried(middle: Any, ends: Any, replicates: int) -> dict[str, Any]:
    """The answer at an assumption's value and at both ends of its range, and whether it holds."""
    value, low, high = ((float(mean), float(error)) for mean, error in (middle, *ends))
    outcomes = {outcome_of(value, end, replicates=replicates) for end in (low, high)}
    worst = next(one for one in (Outcome.TURNS, Outcome.UNTOLD, Outcome.HOLDS) if one in outcomes)
    found: dict[str, Any] = {"replicates": replicates, "outcome": worst.value}
    for name, (mean, error) in (("at_value", value), ("at_low", low), ("at_high", high)):
        found |= {name: mean, f"{name}_error": error}
    return found


def _latin(chance: Any, draws: int, number: int) -> Any:
    """[draw, assumption]: levels from 0 to 1 that cover each assumption's range evenly."""
    steps = np.tile(np.arange(draws)[:, None], (1, number))
    return (chance.permuted(steps, axis=0) + chance.random((draws, number))) / max(draws, 1)
