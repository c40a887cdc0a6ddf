"""Made-up policies and what they come to. No number here means anything."""

from __future__ import annotations

import math
from typing import Any

from engine.simulation.tables import Measure

POLICIES: list[dict[str, Any]] = [
    {
        "policy": "baseline",
        "title_da": "Reglerne, som de er",
        "title_en": "The rules as they are",
        "baseline": True,
        "depth_percent": 100.0,
    },
    {
        "policy": "cut_30",
        "title_da": "30 % færre timer",
        "title_en": "30% fewer hours",
        "baseline": False,
        "cut_measure": "hours",
        "cut_percent": 30.0,
        "depth_percent": 85.0,
    },
    {
        "policy": "cut_30_with_samples",
        "title_da": "30 % færre timer med stikprøver",
        "title_en": "30% fewer hours with sample visits",
        "baseline": False,
        "cut_measure": "hours",
        "cut_percent": 30.0,
        "depth_percent": 80.0,
    },
    {
        "policy": "floor_only",
        "title_da": "Kun lovens mindstekrav",
        "title_en": "The law's minimum only",
        "baseline": False,
        "cut_measure": "visits",
        "cut_percent": 53.0,
        "depth_percent": 100.0,
    },
    {
        "policy": "yellow_once",
        "title_da": "Gul besøges én gang om året",
        "title_en": "Yellow once a year",
        "baseline": False,
        "depth_percent": 100.0,
    },
    {
        "policy": "all_announced",
        "title_da": "Alle besøg anmeldt",
        "title_en": "All visits announced",
        "baseline": False,
        "depth_percent": 100.0,
    },
]

#                    hours, harm, sample, unannounced
PRESSURES = [
    (1.0, 1.0, 0, 34),
    (0.7, 1.62, 0, 31),
    (0.71, 1.44, 260, 38),
    (0.49, 2.2, 0, 28),
    (0.93, 1.08, 0, 34),
    (1.0, 1.004, 0, 2),
]


def levels(number: int) -> dict[str, float]:
    hours, harm, samples, unannounced = PRESSURES[number]
    return {
        Measure.VISITS: 10240 * hours**1.12,
        Measure.VISITS_UNANNOUNCED_PERCENT: unannounced,
        Measure.VISITS_NOT_MET: 640 * hours,
        Measure.VISITS_PUT_OFF: 120 * harm,
        Measure.HOURS: 182300 * hours,
        Measure.MONEY_DKK: 214e6 * (0.25 + 0.75 * hours),
        Measure.BREACHES: 0.0,
        Measure.OVERDUE_AT_START: 84,
        Measure.DECLINES: 1320,
        Measure.DECLINES_FOUND: 1180 / harm**0.2,
        Measure.DECLINES_RECOVERED_UNFOUND: 120 * harm,
        Measure.DECLINES_LEFT_UNFOUND: 9 * harm,
        Measure.DECLINES_UNFOUND_AT_END: 53 * harm,
        Measure.DELAY_MEAN_MONTHS: 6.8 * harm,
        Measure.DELAY_MEDIAN_MONTHS: 4.9 * harm,
        Measure.DELAY_90_PERCENT_MONTHS: 15.2 * harm,
        Measure.DELAY_OVER_A_YEAR_PERCENT: 100 * math.exp(-12 / (6.8 * harm)),
        Measure.UNDETECTED_MONTHS: 4120 * harm,
        Measure.UNDETECTED_SERIOUS_MONTHS: 610 * harm,
        Measure.POOR_MONTHS: 9800 * harm**0.5,
        Measure.GREENS: 6010 + 60 * harm,
        Measure.FALSE_GREENS: 262 * harm,
        Measure.FALSE_GREEN_PERCENT: 4.3 * harm,
        Measure.YELLOWS: 890 / harm**0.1,
        Measure.REDS: 310 / harm**0.2,
        Measure.CONCERNS_OUTSIDE: 2210,
        Measure.CONCERNS_WHISTLEBLOWER: 640,
        Measure.CONCERNS_VISIT: 980 * hours,
        Measure.FORCE_REPORTS: 2950,
        Measure.SAMPLES: samples,
        Measure.SAMPLES_CHANGED: samples * 0.19,
        Measure.SAMPLES_RANDOM: samples / 1.3,
        Measure.SAMPLES_RANDOM_NOT_GREEN: samples / 1.3 * 0.07,
        Measure.SAMPLES_CHANGED_PERCENT: 19 if samples else 0,
        Measure.ORDERS: 96 * hours,
        Measure.ORDERS_WARNED: 148 * hours,
        Measure.INTENSIFIED: 41 * hours,
        Measure.WITHDRAWALS: 12.4 * hours,
        Measure.SINCE_VISIT_MEAN_MONTHS: 6.9 / hours,
        Measure.SINCE_VISIT_OVER_TWO_YEARS: 140 * harm**3,
        Measure.HOURS_PER_CONSULTANT: 1180 * hours,
    }
