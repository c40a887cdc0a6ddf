"""A synthetic offer: the subject itself and the records that only offers have."""

from __future__ import annotations

import random
from datetime import date, timedelta

from engine.portfolio.synthetic import assumed_rates as assumed
from engine.portfolio.synthetic.common_records import judgement_fields
from engine.portfolio.synthetic.mark import synthetic_name
from engine.portfolio.synthetic.offer_details import OfferDetail
from engine.portfolio.synthetic.plan import YEAR_DAYS, Base, SubjectPlan
from engine.portfolio.synthetic.record_book import RecordBook
from models.facts.course_records import PortalGroup
from models.facts.subjects import SocialOffer
from models.terms import (
    ApprovalStatus,
    DwellingForm,
    ForceBasis,
    Segment,
    SpecialistFunction,
)

__all__ = [
    "SPECIALIST_FUNCTIONS_FROM",
    "add_offer_records",
    "force_weights",
    "offer",
]

SPECIALIST_FUNCTIONS_FROM = date(2022, 7, 1)
"""First day on which functions are gathered at single authorities (001_...:3612-3620)."""


def offer(base: Base, plan: SubjectPlan, detail: OfferDetail, *, conditional: bool) -> SocialOffer:
    """The offer as a subject; its name is a label, never a name."""
    stream = base.chance.stream(plan.subject_id, "offer")
    residential = detail.form is DwellingForm.RESIDENTIAL
    night = residential and stream.random() < assumed.NIGHT_STAFF_CHANCE
    background = min(100, max(0, round(stream.gauss(assumed.NIGHT_BACKGROUND_MEAN_PERCENT, 20))))
    quiet = (
        detail.segment is not Segment.CHILDREN
        and residential
        and stream.random() < assumed.LARGELY_WITHOUT_SPEECH_CHANCE
    )
    school = detail.function is SpecialistFunction.BOARDING_SCHOOL_OR_SHIP
    gathered = detail.function is not SpecialistFunction.NONE
    places = max(detail.places, 9) if school else detail.places
    return SocialOffer(
        subject_id=plan.subject_id,
        name=synthetic_name(f"tilbud {plan.number:05d}"),
        authority=plan.authority,
        authority_since_on=(
            max(plan.approved_on, SPECIALIST_FUNCTIONS_FROM) if gathered else plan.approved_on
        ),
        municipality=plan.municipality,
        approval_status=(
            ApprovalStatus.APPROVED_WITH_CONDITIONS if conditional else ApprovalStatus.APPROVED
        ),
        applied_on=plan.approved_on - timedelta(days=stream.randrange(40, 200)),
        approved_on=plan.approved_on,
        ownership=detail.ownership,
        segment=detail.segment,
        dwelling_form=detail.form,
        specialist_function=detail.function,
        places=places,
        placement_places_at_school=stream.randrange(9, 20) if school else None,
        cluster=assumed.CLUSTERS[detail.segment],
        night_staff_employed=night if residential else False,
        night_staff_with_background_percent=background if night else None,
        residents_without_speech_percent=stream.randrange(40, 100) if quiet else 0,
        needs_predictability=stream.random() < assumed.PREDICTABILITY_CHANCE,
        outward_reacting_behaviour=stream.random() < assumed.OUTWARD_REACTING_CHANCE,
        emergency_plan_complete=stream.random() < assumed.EMERGENCY_PLAN_COMPLETE_CHANCE,
        goals_documented=stream.random() < assumed.GOALS_DOCUMENTED_CHANCE,
        **judgement_fields(base, plan, stream),
    )


def force_weights(detail: OfferDetail) -> dict[ForceBasis, int]:
    """Legal bases of use of force that occur at an offer."""
    children = detail.segment is Segment.CHILDREN
    return assumed.FORCE_BASIS_CHILDREN if children else assumed.FORCE_BASIS_ADULTS


def add_offer_records(
    base: Base, plan: SubjectPlan, detail: OfferDetail, book: RecordBook, places: int
) -> None:
    """Adds offer types, departments, staffing and reports to the portal."""
    stream = base.chance.stream(plan.subject_id, "offer records")
    book.add("offer_type", {"offer_type": detail.offer_type, "places": places})
    second = {"housing_temporary": "housing_long_term", "shelter": "housing_temporary"}
    if detail.offer_type in second and stream.random() < assumed.SECOND_OFFER_TYPE_CHANCE:
        book.add("offer_type", {"offer_type": second[detail.offer_type], "places": None})
    if detail.registered:
        for number in range(detail.departments):
            share, rest = divmod(places, detail.departments)
            book.add(
                "department",
                {
                    "name": f"Syntetisk afdeling {number + 1}",
                    "places": share + (number < rest),
                    "opened_on": plan.approved_on,
                },
            )
    _add_staffing(base, plan, book, stream)
    if stream.random() < assumed.PORTAL_REPORT_CHANCE:
        reported = base.as_of - timedelta(days=stream.randrange(90))
        handled = reported + timedelta(days=stream.randrange(1, 5))
        book.add(
            "portal_report",
            {
                "reported_on": reported,
                "group": stream.choice(tuple(PortalGroup)),
                "mixed": stream.random() < 0.1,
                "handled_on": handled if handled <= base.as_of else None,
            },
        )


def _add_staffing(base: Base, plan: SubjectPlan, book: RecordBook, stream: random.Random) -> None:
    since = min(YEAR_DAYS, (base.as_of - plan.approved_on).days)
    reported = base.as_of - timedelta(days=stream.randrange(since + 1))
    peers = stream.randrange(9, 15)
    strained = plan.trouble >= assumed.TROUBLED_FROM and stream.random() < 0.4
    book.add(
        "staffing",
        {
            "reported_on": reported,
            "staff_groups_updated_on": max(
                plan.approved_on, reported - timedelta(days=stream.randrange(0, 300))
            ),
            "temporary_staff_percent": stream.randrange(15, 45)
            if strained
            else stream.randrange(0, 15),
            "sickness_days_of_peers": peers,
            "sickness_days_per_employee": max(
                1, peers + (stream.randrange(4, 12) if strained else stream.randrange(-5, 4))
            ),
            "staff_turnover_percent": stream.randrange(30, 55)
            if strained
            else stream.randrange(25),
            "external_supervision": stream.random() < 0.85,
            "leader_missing_since_on": (
                base.as_of - timedelta(days=stream.randrange(min(200, since + 1)))
                if strained and stream.random() < 0.2
                else None
            ),
        },
    )
