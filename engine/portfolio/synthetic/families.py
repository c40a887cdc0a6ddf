"""A synthetic foster family: the subject itself, its places and the children placed there."""

from __future__ import annotations

from datetime import date, timedelta

from engine.portfolio.synthetic import assumed_rates as assumed
from engine.portfolio.synthetic.common_records import judgement_fields
from engine.portfolio.synthetic.mark import synthetic_name
from engine.portfolio.synthetic.plan import YEAR_DAYS, Base, SubjectPlan, numbered
from engine.portfolio.synthetic.record_book import RecordBook
from engine.portfolio.synthetic.streams import ranked, share_out
from models.facts.quality_records import PlacementForm
from models.facts.subjects import FosterFamily
from models.terms import ApprovalStatus, Authority, FamilyType, Kind, SupportNeed

__all__ = ["FamilyDetail", "add_children_and_places", "families_details", "family"]

_RECATEGORISED_FROM = date(2024, 6, 1)
_RECATEGORISED_UNTIL = date(2024, 8, 31)
# What a type may support, and the narrower reading at Syd before summer 2024
# (000_0be2027a0e412987.txt:3630-3639, 3728-3741).
_WIDE = {
    FamilyType.GENERAL: SupportNeed.MODERATE,
    FamilyType.REINFORCED: SupportNeed.SEVERE,
    FamilyType.SPECIALISED: SupportNeed.SEVERE,
}
_NARROW = {
    FamilyType.GENERAL: SupportNeed.MILD,
    FamilyType.REINFORCED: SupportNeed.MODERATE,
}
_TYPES = tuple(FamilyType)
_NEEDS = tuple(SupportNeed)


class FamilyDetail:
    """A family's type, what it is and was approved for, and since when."""

    __slots__ = ("approved", "family_type", "previous", "recategorised_on")

    def __init__(self, base: Base, subject_id: str, family_type: FamilyType, narrow: bool) -> None:
        self.family_type = family_type
        self.approved = _WIDE[family_type]
        self.previous: SupportNeed | None = None
        self.recategorised_on: date | None = None
        if not narrow:
            return
        span = (_RECATEGORISED_UNTIL - _RECATEGORISED_FROM).days
        day = _RECATEGORISED_FROM + timedelta(
            days=int(base.chance.level(subject_id, "recategorised") * span)
        )
        if day <= base.as_of:
            self.previous = _NARROW[family_type]
            self.recategorised_on = day
        else:
            self.approved = _NARROW[family_type]


def families_details(
    base: Base, authority: Authority, plans: list[SubjectPlan]
) -> dict[str, FamilyDetail]:
    """The type of every family of an authority in exact quotas, and Syd's 400 recategorised."""
    _, ids = numbered(base, Kind.FOSTER_FAMILY, authority)
    order = ranked(ids, {i: base.chance.level(i, "family type") for i in ids})
    types = share_out(order, assumed.FAMILY_TYPE_SHARES)
    narrow: set[str] = set()
    if authority is Authority.SYD:
        number = int(base.published.target("syd_families_recategorised").value or 0)
        old = [
            p.subject_id
            for p in plans
            if types[p.subject_id] in _NARROW and p.approved_on < _RECATEGORISED_FROM
        ]
        level = {i: base.chance.level(i, "narrow approval") for i in old}
        narrow = set(ranked(old, level)[:number])
    return {i: FamilyDetail(base, i, types[i], i in narrow) for i in ids}


def add_children_and_places(
    base: Base, plan: SubjectPlan, detail: FamilyDetail, book: RecordBook
) -> date | None:
    """Adds places and children; returns when the last child left, if none lives there now."""
    stream = base.chance.stream(plan.subject_id, "places")
    number = stream.choices(list(assumed.FAMILY_PLACES), list(assumed.FAMILY_PLACES.values()))[0]
    lower = _TYPES[max(0, _TYPES.index(detail.family_type) - 1)]
    for place in range(number):
        lower_place = place > 0 and stream.random() < assumed.LOWER_PLACE_CHANCE
        book.add("family_place", {"family_type": lower if lower_place else detail.family_type})
    since = (base.as_of - plan.approved_on).days
    here = 0
    for place in range(number):
        if stream.random() >= assumed.PLACE_TAKEN_CHANCE:
            continue
        here += 1
        placed = base.as_of - timedelta(days=stream.randrange(min(since, 9 * YEAR_DAYS) + 1))
        updated = base.as_of - timedelta(days=stream.randrange((base.as_of - placed).days + 1))
        received = stream.random() < assumed.CHILD_PLAN_RECEIVED_CHANCE
        relief = stream.random() < assumed.RELIEF_CHANCE
        need, placed = _need(base, plan, detail, placed)
        updated = max(updated, placed)
        book.add(
            "placed_child",
            {
                "child": f"B-{plan.number:05d}-{place + 1}",
                "need": need,
                "placement_form": PlacementForm.RELIEF if relief else PlacementForm.FULL_TIME,
                "placed_on": placed,
                "child_plan_received": received,
                "child_plan_updated_on": updated if received else None,
                "goals_clear": stream.random() < assumed.GOALS_CLEAR_CHANCE,
            },
        )
    if here:
        return None
    lapsing = stream.random() < assumed.EMPTY_FAMILY_LAPSING_CHANCE
    gone = stream.randrange(1, 4 * YEAR_DAYS if lapsing else 600)
    return base.as_of - timedelta(days=min(gone, since))


def _need(
    base: Base, plan: SubjectPlan, detail: FamilyDetail, placed: date
) -> tuple[SupportNeed, date]:
    """A child's need, within the approval but for a few, and the day of placing.

    A child whose need lies above the earlier approval came after it was widened.
    """
    stream = base.chance.stream(f"{plan.subject_id}{placed}", "need")
    approved = detail.approved.rank
    if detail.previous is not None and detail.recategorised_on is not None:
        if stream.random() < assumed.NEED_ABOVE_PREVIOUS_CHANCE:
            days = (base.as_of - detail.recategorised_on).days
            later = detail.recategorised_on + timedelta(days=stream.randrange(days + 1))
            return detail.approved, later
        approved = detail.previous.rank
    if stream.random() < assumed.NEED_ABOVE_APPROVAL_CHANCE and detail.approved.rank < 2:
        return _NEEDS[detail.approved.rank + 1], placed
    return _NEEDS[max(0, approved - (stream.random() < 0.45))], placed


def family(
    base: Base,
    plan: SubjectPlan,
    detail: FamilyDetail,
    *,
    conditional: bool,
    last_placed_on: date | None,
) -> FosterFamily:
    """The family as a subject; its name is a label, never a name."""
    stream = base.chance.stream(plan.subject_id, "family")
    kinds = list(assumed.DOCUMENTATION)
    return FosterFamily(
        subject_id=plan.subject_id,
        name=synthetic_name(f"plejefamilie {plan.number:05d}"),
        authority=plan.authority,
        authority_since_on=plan.approved_on,
        municipality=plan.municipality,
        approval_status=(
            ApprovalStatus.APPROVED_WITH_CONDITIONS if conditional else ApprovalStatus.APPROVED
        ),
        applied_on=plan.approved_on - timedelta(days=stream.randrange(60, 300)),
        approved_on=plan.approved_on,
        last_placed_on=last_placed_on,
        family_type=detail.family_type,
        approved_need=detail.approved,
        previous_approved_need=detail.previous,
        recategorised_on=detail.recategorised_on,
        network_family=stream.random() < assumed.NETWORK_FAMILY_CHANCE,
        foster_parents=1 if stream.random() < assumed.ONE_FOSTER_PARENT_CHANCE else 2,
        own_children=stream.randrange(4),
        basic_course_done=True,
        criminal_record_checked=True,
        surplus_of_energy=stream.random() < assumed.SURPLUS_CHANCE,
        support_around_family=stream.random() < assumed.SUPPORT_AROUND_CHANCE,
        documentation=stream.choices(kinds, list(assumed.DOCUMENTATION.values()))[0],
        needs_predictability=stream.random() < assumed.PREDICTABILITY_CHANCE,
        **judgement_fields(base, plan, stream),
    )
