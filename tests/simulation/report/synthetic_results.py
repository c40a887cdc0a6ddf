"""A made-up result set in the form of a simulation's tables. No number in it means anything."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import numpy as np

from engine.simulation.tables import REST, SCHEMAS, Measure, table_of
from tests.simulation.report.synthetic_policies import POLICIES, levels
from tests.simulation.report.synthetic_world import ASSUMPTIONS, FIT

AUTHORITIES = {"nord": 0.15, "midt": 0.22, "syd": 0.24, "oest": 0.18, "hovedstaden": 0.21}
KINDS = {"social_offer": 0.4, "foster_family": 0.6}
THEMES = {"daily_life": 0.5, "organisation": 0.32, "frame": 0.18}
YEARS = range(2023, 2028)
REPLICATES = 40

_SHARED = {
    Measure.VISITS_UNANNOUNCED_PERCENT,
    Measure.FALSE_GREEN_PERCENT,
    Measure.DELAY_MEAN_MONTHS,
    Measure.DELAY_MEDIAN_MONTHS,
    Measure.DELAY_90_PERCENT_MONTHS,
    Measure.HOURS_PER_CONSULTANT,
    Measure.DELAY_OVER_A_YEAR_PERCENT,
    Measure.SAMPLES_CHANGED_PERCENT,
    Measure.SINCE_VISIT_MEAN_MONTHS,
}


def _weights() -> list[tuple[str, str, float]]:
    whole = [("all", "all", 1.0)]
    return [
        *whole,
        *((kind, "all", share) for kind, share in KINDS.items()),
        *(("all", authority, share) for authority, share in AUTHORITIES.items()),
    ]


def _ranged(mean: float, spread: float) -> dict[str, float]:
    error = spread / math.sqrt(REPLICATES)
    return {
        "mean": mean,
        "mc_error": error,
        "low": mean - 1.64 * spread,
        "high": mean + 1.64 * spread,
    }


def _headlines(count: int) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    noise = np.random.default_rng(7)
    headline, difference = [], []
    base = levels(0)
    for number in range(count):
        name = POLICIES[number]["policy"]
        for kind, authority, share in _weights():
            tilt = 1.0 + (0.06 * noise.standard_normal() if share < 1 else 0.0)
            for measure, value in levels(number).items():
                scale = tilt if measure in _SHARED else share * tilt
                where = {"policy": name, "kind": kind, "authority": authority, "measure": measure}
                headline.append(where | _ranged(value * scale, abs(value * scale) * 0.04))
                if number:
                    gap = (value - base[measure]) * scale
                    spread = abs(gap) * 0.1 + abs(value) * 0.01 * (value != base[measure])
                    difference.append(where | _ranged(gap, spread))
    return headline, difference


def _months(count: int) -> list[dict[str, Any]]:
    rows = []
    for number in range(count):
        level = levels(number)[Measure.UNDETECTED_MONTHS] / 12
        start = levels(0)[Measure.UNDETECTED_MONTHS] / 12
        for step in range(12 * len(YEARS)):
            day = date(YEARS[0] + step // 12, step % 12 + 1, 1)
            mean = (
                start + (level * 1.1 - start) * (1 - math.exp(-step / 20)) + 6 * math.sin(step / 3)
            )
            rows.append(
                {
                    "policy": POLICIES[number]["policy"],
                    "month": day,
                    "kind": "all",
                    "authority": "all",
                    "measure": Measure.UNDETECTED_MONTHS,
                    "mean": mean,
                    "mc_error": 3.0,
                }
            )
    return rows


def _visits(count: int) -> list[dict[str, Any]]:
    mix = {"basis": 0.62, "follow_up": 0.2, "department": 0.12, "night": 0.02, "approval": 0.04}
    rows = []
    for number in range(count):
        total = levels(number)[Measure.VISITS]
        unannounced = levels(number)[Measure.VISITS_UNANNOUNCED_PERCENT] / 100
        parts = {
            **{p: total * s for p, s in mix.items()},
            "sample": levels(number)[Measure.SAMPLES],
        }
        for year in YEARS:
            for kind, share in {**KINDS, "all": 1.0}.items():
                for purpose, value in parts.items():
                    for notice, part in (
                        ("announced", 1 - unannounced),
                        ("unannounced", unannounced),
                    ):
                        rows.append(
                            {
                                "policy": POLICIES[number]["policy"],
                                "year": year,
                                "kind": kind,
                                "authority": "all",
                                "purpose": purpose,
                                "notice": notice,
                                "mean": value * share * part,
                                "mc_error": 4.0,
                            }
                        )
    return rows


def _delays(count: int) -> list[dict[str, Any]]:
    rows = []
    for number in range(count):
        mean = levels(number)[Measure.DELAY_MEAN_MONTHS]
        for theme, share in {"all": 1.0, **THEMES}.items():
            own = mean * (1.0 if theme == "all" else 0.8 + share)
            chances = [math.exp(-m / own) - math.exp(-(m + 1) / own) for m in range(40)]
            for month, chance in [*enumerate(chances), (-1, 1 - sum(chances) + 0.04)]:
                rows.append(
                    {
                        "policy": POLICIES[number]["policy"],
                        "kind": "all",
                        "theme_group": theme,
                        "months": month,
                        "mean": 6600 * share * chance,
                        "mc_error": 1.0,
                    }
                )
    return rows


def _detection(count: int) -> list[dict[str, Any]]:
    rows = []
    for number in range(count):
        words = [(theme, "all", 0.8 + share) for theme, share in THEMES.items()]
        words += [("all", "green", 1.1), ("all", "yellow", 0.6), ("all", "red", 0.4)]
        for theme, colour, factor in words:
            for measure in (
                Measure.DELAY_MEDIAN_MONTHS,
                Measure.DELAY_90_PERCENT_MONTHS,
                Measure.DELAY_OVER_A_YEAR_PERCENT,
            ):
                value = levels(number)[measure] * factor
                rows.append(
                    {
                        "policy": POLICIES[number]["policy"],
                        "theme_group": theme,
                        "colour": colour,
                        "measure": measure,
                        "mean": value,
                        "mc_error": 0.04,
                        "low": 0.8 * value,
                        "high": 1.2 * value,
                    }
                )
    return rows


def _curves(count: int) -> list[dict[str, Any]]:
    rows = []
    for number in range(count):
        found = levels(number)[Measure.DELAY_MEAN_MONTHS]
        since = levels(number)[Measure.SINCE_VISIT_MEAN_MONTHS]
        for month in range(40):
            for curve, mean in (
                ("found", 100 - 100 * math.exp(-(month + 1) / found)),
                ("unvisited", 100 * math.exp(-(month + 1) / since)),
            ):
                where = {"policy": POLICIES[number]["policy"], "curve": curve, "months": month}
                rows.append(where | _ranged(mean, 0.4 * math.sqrt(REPLICATES)))
    return rows


def _undetected(count: int) -> list[dict[str, Any]]:
    rows = []
    for number in range(count):
        total = levels(number)[Measure.UNDETECTED_MONTHS]
        for theme, share in {"all": 1.0, **THEMES}.items():
            for colour, part in (("all", 1.0), ("green", 0.72), ("yellow", 0.2), ("red", 0.08)):
                rows.append(
                    {
                        "policy": POLICIES[number]["policy"],
                        "kind": "all",
                        "theme_group": theme,
                        "colour": colour,
                        "mean": total * share * part,
                        "mc_error": 14.0,
                    }
                )
    return rows


def _flows(count: int) -> list[dict[str, Any]]:
    stay = {"green": (0.93, 0.06, 0.01), "yellow": (0.4, 0.5, 0.1), "red": (0.2, 0.35, 0.45)}
    sizes = {"green": 6010, "yellow": 890, "red": 310}
    rows = []
    for number in range(count):
        slower = 0.01 * number
        for year in YEARS:
            for before, shares in stay.items():
                for after, share in zip(stay, shares, strict=True):
                    moved = share + (slower if after == "green" else -slower / 2)
                    rows.append(
                        {
                            "policy": POLICIES[number]["policy"],
                            "year": year,
                            "kind": "all",
                            "from_colour": before,
                            "to_colour": after,
                            "mean": sizes[before] * max(moved, 0.001),
                            "mc_error": 2.0,
                        }
                    )
    return rows


def _since(count: int) -> list[dict[str, Any]]:
    rows = []
    for number in range(count):
        mean = levels(number)[Measure.SINCE_VISIT_MEAN_MONTHS]
        for month in range(37):
            value = 7210 * (math.exp(-month / mean) - math.exp(-(month + 1) / mean))
            rows.append(
                {
                    "policy": POLICIES[number]["policy"],
                    "kind": "all",
                    "months": month,
                    "mean": value,
                    "mc_error": 2.0,
                }
            )
    return rows


def _frames(count: int) -> list[dict[str, Any]]:
    """The policies with a cut use 99 per cent of what it leaves; but the third more, in Syd."""
    rows = []
    for number in range(count):
        policy = POLICIES[number]
        if policy.get("cut_measure") is None:
            continue
        whole = 5400.0 if policy["cut_measure"] == "visits" else 128000.0
        for authority, share in AUTHORITIES.items():
            used = 1.02 if (number, authority) == (2, "syd") else 0.99
            rows.append(
                {
                    "policy": policy["policy"],
                    "authority": authority,
                    "cut_measure": policy["cut_measure"],
                    "frame_per_year": whole * share,
                    "mean": used * whole * share,
                    "mc_error": 40.0,
                    "low": used * whole * share - 400,
                    "high": used * whole * share + 400,
                }
            )
    return rows


def _replicates(count: int) -> list[dict[str, Any]]:
    noise = np.random.default_rng(11)
    return [
        {
            "policy": POLICIES[number]["policy"],
            "replicate": replicate,
            "measure": measure,
            "value": value * (1 + 0.04 * noise.standard_normal()),
        }
        for number in range(count)
        for replicate in range(REPLICATES)
        for measure, value in levels(number).items()
        if measure in (Measure.UNDETECTED_MONTHS, Measure.HOURS, Measure.FALSE_GREEN_PERCENT)
    ]


def _sensitivity(count: int, *, flips: bool) -> list[dict[str, Any]]:
    shares = [48.0, 9.0, 21.0, 6.0, 12.0, 3.0, 0.6, 0.4]
    rows = []
    base = levels(0)[Measure.UNDETECTED_MONTHS]
    for number in range(1, count):
        answer = levels(number)[Measure.UNDETECTED_MONTHS] - base
        for place, (line, share) in enumerate(zip(ASSUMPTIONS, shares, strict=True)):
            reach = answer * share / 60
            flipping = flips and place == 0
            low = -0.2 * answer if flipping else answer - reach
            rows.append(
                {
                    "assumption": line["assumption"],
                    "policy": POLICIES[number]["policy"],
                    "measure": Measure.UNDETECTED_MONTHS,
                    "at_value": answer,
                    "at_value_error": 20.0,
                    "at_low": low,
                    "at_low_error": 20.0,
                    "at_high": answer + 1.2 * reach,
                    "at_high_error": 20.0,
                    "replicates": REPLICATES,
                    "outcome": "turns" if flipping else "holds",
                    "variance_share_percent": share,
                    "variance_share_error": 0.1 * share,
                }
            )
        rows.append(
            {
                "assumption": REST,
                "policy": POLICIES[number]["policy"],
                "measure": Measure.UNDETECTED_MONTHS,
                "variance_share_percent": 11.0,
                "variance_share_error": 4.0,
            }
        )
    return rows


def synthetic_tables(policies: int = 3, *, flips: bool = False) -> dict[str, Any]:
    """The tables of a simulation of so many policies; `flips`: an assumption turns the answer."""
    headline, difference = _headlines(policies)
    rows = {
        "policy": [
            p | {"rulebook_hash": f"{n:02x}" * 32} for n, p in enumerate(POLICIES[:policies])
        ],
        "frame": _frames(policies),
        "headline": headline,
        "difference": difference,
        "month": _months(policies),
        "visit": _visits(policies),
        "delay": _delays(policies),
        "detection": _detection(policies),
        "curve": _curves(policies),
        "undetected": _undetected(policies),
        "flow": _flows(policies),
        "since_visit": _since(policies),
        "replicate": _replicates(policies),
        "assumption": ASSUMPTIONS,
        "fit": FIT,
        "sensitivity": _sensitivity(policies, flips=flips),
    }
    return {name: table_of(name, rows[name]) for name in SCHEMAS}
