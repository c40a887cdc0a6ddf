"""What each synthetic offer is: owner, type, specialist function, places and departments."""

from __future__ import annotations

from dataclasses import dataclass

from engine.portfolio.synthetic import assumed_rates as assumed
from engine.portfolio.synthetic.plan import Base, numbered
from engine.portfolio.synthetic.streams import apportion, ranked, share_out, spread
from models.terms import (
    Authority,
    DwellingForm,
    Kind,
    Ownership,
    Segment,
    SpecialistFunction,
)

__all__ = ["OfferDetail", "offer_details", "private_offers"]

_FUNCTION = {
    Authority.MIDT: SpecialistFunction.CORPORATE_GROUP,
    Authority.HOVEDSTADEN: SpecialistFunction.CORPORATE_GROUP,
    Authority.SYD: SpecialistFunction.BOARDING_SCHOOL_OR_SHIP,
    Authority.OEST: SpecialistFunction.SECURE,
}
_TYPE_OF_FUNCTION = {
    SpecialistFunction.BOARDING_SCHOOL_OR_SHIP: "children_home_place_of_residence",
    SpecialistFunction.SECURE: "children_home_institution",
}


@dataclass(frozen=True, slots=True)
class OfferDetail:
    """One offer's fixed traits; `registered` says whether its departments stand on the portal."""

    ownership: Ownership
    function: SpecialistFunction
    offer_type: str
    form: DwellingForm
    segment: Segment
    places: int
    departments: int
    registered: bool


def offer_details(base: Base, authority: Authority) -> dict[str, OfferDetail]:
    """The traits of every offer of an authority."""
    _, ids = numbered(base, Kind.SOCIAL_OFFER, authority)
    types = share_out(
        _order(base, ids, "type"), {t: row[0] for t, row in assumed.OFFER_TYPES.items()}
    )
    owners = _owners(base, authority, ids)
    functions = _functions(base, authority, ids, types, owners)
    places = _places(base, ids, types)
    departments = _departments(base, authority, ids, places)
    details = {}
    for i in ids:
        _, form, segments = assumed.OFFER_TYPES[types[i]]
        second = base.chance.level(i, "segment") < assumed.SECOND_SEGMENT_CHANCE
        registered = (
            departments[i] > 1
            or base.chance.level(i, "registered") >= assumed.ONE_DEPARTMENT_NOT_REGISTERED / 100
        )
        details[i] = OfferDetail(
            ownership=owners[i],
            function=functions.get(i, SpecialistFunction.NONE),
            offer_type=types[i],
            form=form,
            segment=segments[-1] if second else segments[0],
            places=places[i],
            departments=departments[i],
            registered=registered,
        )
    return details


def _order(base: Base, ids: tuple[str, ...] | list[str], topic: str) -> list[str]:
    return ranked(ids, {i: base.chance.level(i, topic) for i in ids})


def private_offers(base: Base) -> dict[str, int]:
    """How many offers of each authority are private."""
    active = base.published.target("offers_active").values
    return {a.value: round(active[a.value] * assumed.PRIVATE_SHARE[a] / 100) for a in Authority}


def _owners(base: Base, authority: Authority, ids: tuple[str, ...]) -> dict[str, Ownership]:
    private = private_offers(base)[authority.value]
    public = apportion(len(ids) - private, assumed.PUBLIC_OWNERS)
    return share_out(
        _order(base, ids, "owner"),
        {Ownership.PRIVATE: private, **public},
    )


def _functions(
    base: Base,
    authority: Authority,
    ids: tuple[str, ...],
    types: dict[str, str],
    owners: dict[str, Ownership],
) -> dict[str, SpecialistFunction]:
    """Groups are private; the schools, ships and secure units are children's homes here."""
    function = _FUNCTION.get(authority)
    if function is None:
        return {}
    number = base.published.target("offers_in_specialist_functions").values[authority.value]
    wanted = _TYPE_OF_FUNCTION.get(function)
    fitting = [
        i for i in ids if (owners[i] is Ownership.PRIVATE if wanted is None else types[i] == wanted)
    ]
    return dict.fromkeys(_order(base, fitting, "function")[: int(number)], function)


def _places(base: Base, ids: tuple[str, ...], types: dict[str, str]) -> dict[str, int]:
    outpatient = {i for i in ids if assumed.OFFER_TYPES[types[i]][1] is DwellingForm.OUTPATIENT}
    order = sorted(_order(base, ids, "size"), key=lambda i: i not in outpatient)
    classes = {c.word: c for c in base.registers.size_classes if c.holds_on(base.as_of)}
    word_of = share_out(order, assumed.SIZE_CLASS_SHARES)
    places = {}
    for i in ids:
        entry = classes[word_of[i]]
        low = max(1, entry.places_from)
        high = assumed.LARGEST_OFFER_PLACES if entry.places_to is None else entry.places_to
        drawn = low + int(base.chance.level(i, "places") ** 1.5 * (high - low + 1))
        places[i] = 0 if i in outpatient else drawn
    return places


def _departments(
    base: Base, authority: Authority, ids: tuple[str, ...], places: dict[str, int]
) -> dict[str, int]:
    """Departments in an exact total, more in large offers."""
    total = round(len(ids) * assumed.DEPARTMENTS_PER_OFFER[authority])
    one = round(len(ids) * assumed.OFFERS_WITH_ONE_DEPARTMENT / 100)
    pull = {i: places[i] / 20 + 3 * base.chance.level(i, "departments") for i in ids}
    more = [2] * (len(ids) - one)
    counts = [1] * one + spread(
        total - one - sum(more), more, steepness=assumed.DEPARTMENT_STEEPNESS
    )
    return dict(zip(ranked(ids, pull), counts, strict=True))
