"""Synthetic employers of personal assistants, and treatment schools, when they are asked for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from engine.portfolio.synthetic import assumed_rates as assumed
from engine.portfolio.synthetic.mark import synthetic_name
from engine.portfolio.synthetic.plan import YEAR_DAYS, Base
from engine.portfolio.synthetic.record_book import RecordBook
from models.facts.dossier import Dossier
from models.facts.subjects import PersonalAssistanceEmployer, TreatmentSchool
from models.terms import Authority, Notice, Purpose

__all__ = ["employers", "schools"]


def _municipality(base: Base, subject_id: str, authority: Authority) -> str:
    words = [m.word for m in base.registers.municipalities if m.authority is authority]
    return words[int(base.chance.level(subject_id, "municipality") * len(words))]


def employers(base: Base) -> Iterator[Dossier]:
    """The employers under §§ 95 and 96, all at Nord (table 2); they have neither scores nor orders.

    Their number is published; everything else about them is our assumption.
    """
    number = base.published.target("offers_in_specialist_functions").values[Authority.NORD.value]
    for n in range(1, int(number) + 1):
        subject_id = f"BPA-{n:04d}"
        stream = base.chance.stream(subject_id, "employer")
        approved = base.as_of - timedelta(days=stream.randrange(200, 4 * YEAR_DAYS))
        calls = stream.random() < 0.4
        book = RecordBook(subject_id)
        if calls:
            held = base.as_of - timedelta(days=stream.randrange(190))
            book.add(
                "visit",
                {"held_on": held, "purpose": Purpose.BASIS, "notice": Notice.ANNOUNCED},
            )
        yield book.dossier(
            PersonalAssistanceEmployer(
                subject_id=subject_id,
                name=synthetic_name(f"arbejdsgiver {n:04d}"),
                authority=Authority.NORD,
                municipality=_municipality(base, subject_id, Authority.NORD),
                approved_on=approved,
                consultant="K-NORD-01",
                risk_assessed_on=base.as_of - timedelta(days=stream.randrange(180)),
                risk_assessment_calls_for_visit=calls,
                citizens=stream.randrange(1, 120),
                supervision_hours=13,
            )
        )


def schools(base: Base, authority: Authority) -> Iterator[Dossier]:
    """An authority's treatment schools: visited, announced, as often as the municipality orders."""
    first = 1
    for earlier in Authority:
        if earlier is authority:
            break
        first += assumed.SCHOOLS[earlier]
    for n in range(first, first + assumed.SCHOOLS[authority]):
        subject_id = f"BS-{n:04d}"
        stream = base.chance.stream(subject_id, "school")
        ordered = stream.randrange(1, 3)
        book = RecordBook(subject_id)
        for visit in range(ordered):
            share = YEAR_DAYS // ordered
            held = base.start + timedelta(days=visit * share + stream.randrange(share))
            book.add(
                "visit",
                {
                    "held_on": held,
                    "purpose": Purpose.BASIS,
                    "notice": Notice.ANNOUNCED,
                    "announced_on": held - timedelta(days=21),
                },
            )
        yield book.dossier(
            TreatmentSchool(
                subject_id=subject_id,
                name=synthetic_name(f"behandlingssted {n:04d}"),
                authority=authority,
                municipality=_municipality(base, subject_id, authority),
                consultant=f"K-{authority.value.upper()}-01",
                quality_agreement_on=base.as_of - timedelta(days=stream.randrange(400)),
                visits_per_year_ordered=ordered,
                pupils=stream.randrange(8, 60),
            )
        )
