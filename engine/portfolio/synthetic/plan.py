"""What each synthetic subject is to be, decided in exact quotas before any record is made.

Quotas are filled inside one authority and kind at a time, so that an authority generated alone is
the same as its part of the whole.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from engine.portfolio.synthetic import assumed_rates as assumed
from engine.portfolio.synthetic.published import PublishedFigures
from engine.portfolio.synthetic.sanction_quotas import PlannedSanction
from engine.portfolio.synthetic.streams import Chance, apportion, ranked, share_out
from engine.portfolio.synthetic.visit_quotas import notices, visit_counts
from models.registers import Registers
from models.terms import Authority, Kind, Notice

__all__ = ["YEAR_DAYS", "Base", "Direction", "Frame", "SubjectPlan", "base_plans", "numbered"]

YEAR_DAYS = 365
_PREFIX = {Kind.SOCIAL_OFFER: "TB", Kind.FOSTER_FAMILY: "PF"}
_WORD = {Kind.SOCIAL_OFFER: "offer", Kind.FOSTER_FAMILY: "family"}
_PLURAL = {Kind.SOCIAL_OFFER: "offers", Kind.FOSTER_FAMILY: "families"}


class Direction(StrEnum):
    """Which way a subject's total score moves between its last two rounds."""

    UP = "up"
    SAME = "same"
    DOWN = "down"


@dataclass(frozen=True)
class Base:
    """What everything is generated from: the day, chance, the published figures, the registers."""

    as_of: date
    chance: Chance
    published: PublishedFigures
    registers: Registers

    @property
    def start(self) -> date:
        """First day of the year of visits that ends on the day of the portfolio."""
        return self.as_of - timedelta(days=YEAR_DAYS - 1)


@dataclass(frozen=True, slots=True)
class SubjectPlan:
    """One subject's place in the quotas that are common to offers and families.

    `trouble` runs from 0 to 1: troubled subjects get more visits, concerns and sanctions.
    `notices` has one entry for each visit of the year; `history` says which of the years before
    it saw a visit, the nearest first.
    """

    subject_id: str
    number: int
    kind: Kind
    authority: Authority
    municipality: str
    consultant: str
    trouble: float
    newly_approved: bool
    approved_on: date
    notices: tuple[Notice, ...]
    not_met: int
    history: tuple[bool, bool]
    direction: Direction | None
    drops_by_two: bool
    concerns: int
    departments: int
    sanction: PlannedSanction | None


@dataclass(frozen=True)
class Frame:
    """The subjects of one kind at one authority, and the sanctions to be placed among them."""

    kind: Kind
    authority: Authority
    ids: tuple[str, ...]
    first_number: int
    sanctions: tuple[PlannedSanction, ...]
    departments: dict[str, int] = field(default_factory=dict)


def numbered(base: Base, kind: Kind, authority: Authority) -> tuple[int, tuple[str, ...]]:
    """First number and ids of an authority's subjects; all authorities share one numbering."""
    active = base.published.target(f"{_PLURAL[kind]}_active").values
    first = 1
    for earlier in Authority:
        if earlier is authority:
            break
        first += int(active[earlier.value])
    numbers = range(first, first + int(active[authority.value]))
    return first, tuple(f"{_PREFIX[kind]}-{n:05d}" for n in numbers)


def base_plans(base: Base, frame: Frame) -> list[SubjectPlan]:
    """The common plan of every subject in a frame, in the order of their numbers."""
    ids, chance = frame.ids, base.chance
    trouble = {i: chance.level(i, "trouble") for i in ids}
    new = _newly_approved(base, frame)
    approved = {i: _approved_on(base, i, i in new) for i in ids}
    counts = _visits_of(base, frame, trouble, new)
    notice = notices(base.published, chance, frame.kind, frame.authority, counts=counts, new=new)
    history = {i: _history(base, i, approved[i], counts[i]) for i in ids}
    directions = _directions(
        base, frame.kind, [i for i in ids if (counts[i] > 0) + sum(history[i]) >= 2]
    )
    drops = _drops(directions, trouble, len(ids))
    concerns = _concerns(base, frame, trouble)
    sanctions = _sanctions(base, frame, trouble, approved)
    not_met = _not_met(base, frame, notice)
    municipality = _municipalities(base, frame)
    consultant = _consultants(base, frame)
    return [
        SubjectPlan(
            subject_id=i,
            number=frame.first_number + position,
            kind=frame.kind,
            authority=frame.authority,
            municipality=municipality[i],
            consultant=consultant[i],
            trouble=trouble[i],
            newly_approved=i in new,
            approved_on=approved[i],
            notices=notice[i],
            not_met=not_met.get(i, 0),
            history=history[i],
            direction=directions.get(i),
            drops_by_two=i in drops,
            concerns=concerns.get(i, 0),
            departments=frame.departments.get(i, 1),
            sanction=sanctions.get(i),
        )
        for position, i in enumerate(ids)
    ]


def _newly_approved(base: Base, frame: Frame) -> frozenset[str]:
    figure = base.published.target(f"{_PLURAL[frame.kind]}_newly_approved")
    order = ranked(frame.ids, {i: base.chance.level(i, "new") for i in frame.ids})
    return frozenset(order[: int(figure.values[frame.authority.value])])


def _approved_on(base: Base, subject_id: str, new: bool) -> date:
    stream = base.chance.stream(subject_id, "approved")
    if new:
        return base.as_of - timedelta(days=stream.randrange(0, YEAR_DAYS - 90))
    return base.start - timedelta(days=1 + int(stream.random() ** 1.3 * 11 * YEAR_DAYS))


def _visits_of(
    base: Base, frame: Frame, trouble: dict[str, float], new: frozenset[str]
) -> dict[str, int]:
    """Visits of the year: more to offers with departments and to the troubled, none to no new."""
    counts = visit_counts(base.published, frame.kind, frame.authority, len(frame.ids))
    pull = {
        i: frame.departments.get(i, 1) + 1.6 * trouble[i] + (0.5 if i in new else 0.0)
        for i in frame.ids
    }
    return dict(zip(ranked(frame.ids, pull), counts, strict=True))


def _history(base: Base, subject_id: str, approved: date, count: int) -> tuple[bool, bool]:
    years = []
    for back in (1, 2):
        begun = base.start - timedelta(days=YEAR_DAYS * back)
        chance = base.chance.level(subject_id, f"history {back}")
        seen = chance < assumed.HISTORY_YEAR_VISITED_CHANCE or (back == 1 and count == 0)
        years.append(approved < begun and seen)
    if count == 0 and not any(years):
        years[0] = approved < base.start - timedelta(days=60)
    return years[0], years[1]


def _directions(base: Base, kind: Kind, ids: list[str]) -> dict[str, Direction]:
    shares = base.published.target(f"{_WORD[kind]}_score_movement_percent").values
    order = ranked(ids, {i: base.chance.level(i, "direction") for i in ids})
    return share_out(order, {Direction(word): share for word, share in shares.items()})


def _drops(
    directions: dict[str, Direction], trouble: dict[str, float], subjects: int
) -> frozenset[str]:
    falling = [i for i, direction in directions.items() if direction is Direction.DOWN]
    number = round(subjects * assumed.DROPS_OF_TWO / 100)
    return frozenset(ranked(falling, trouble)[::-1][:number])


def _concerns(base: Base, frame: Frame, trouble: dict[str, float]) -> dict[str, int]:
    per_hundred = (
        assumed.CONCERNS_PER_100_OFFERS
        if frame.kind is Kind.SOCIAL_OFFER
        else assumed.CONCERNS_PER_100_FAMILIES
    )
    total = round(len(frame.ids) * per_hundred / 100)
    pull = {i: base.chance.level(i, "concern") + 0.6 * trouble[i] for i in frame.ids}
    order = ranked(frame.ids, pull)[::-1]
    once = order[: total - total // 5]
    return {i: 2 if position < total // 5 else 1 for position, i in enumerate(once)}


def _sanctions(
    base: Base, frame: Frame, trouble: dict[str, float], approved: dict[str, date]
) -> dict[str, PlannedSanction]:
    """To the most troubled of those approved long enough for a whole course before the sanction."""
    latest = base.as_of - timedelta(days=2 * YEAR_DAYS)
    order = [i for i in ranked(frame.ids, trouble)[::-1] if approved[i] < latest]
    return dict(zip(order, frame.sanctions, strict=False))


def _not_met(base: Base, frame: Frame, notice: dict[str, tuple[Notice, ...]]) -> dict[str, int]:
    if frame.kind is not Kind.FOSTER_FAMILY:
        return {}
    visited = [i for i in frame.ids if Notice.UNANNOUNCED in notice[i]]
    total = sum(n is Notice.UNANNOUNCED for i in visited for n in notice[i])
    order = ranked(visited, {i: base.chance.level(i, "not met") for i in visited})
    return dict.fromkeys(order[: round(total * assumed.NOT_MET_PER_UNANNOUNCED)], 1)


def _municipalities(base: Base, frame: Frame) -> dict[str, str]:
    weights = {
        entry.word: float(
            assumed.ROUGH_POPULATION_THOUSANDS.get(
                entry.word, assumed.ROUGH_POPULATION_ELSEWHERE_THOUSANDS
            )
        )
        for entry in base.registers.municipalities
        if entry.authority is frame.authority and entry.holds_on(base.as_of)
    }
    order = ranked(frame.ids, {i: base.chance.level(i, "municipality") for i in frame.ids})
    return share_out(order, weights)


def _consultants(base: Base, frame: Frame) -> dict[str, str]:
    """Evenly by kind; the authority's consultants are split as those who answered the survey."""
    place = frame.authority.value
    split = apportion(
        int(base.published.target("consultants").values[place]),
        {
            kind: float(base.published.target(f"consultants_with_{_PLURAL[kind]}").values[place])
            for kind in (Kind.SOCIAL_OFFER, Kind.FOSTER_FAMILY)
        },
    )
    first = 1 if frame.kind is Kind.SOCIAL_OFFER else split[Kind.SOCIAL_OFFER] + 1
    order = ranked(frame.ids, {i: base.chance.level(i, "consultant") for i in frame.ids})
    return {
        i: f"K-{place.upper()}-{first + position % split[frame.kind]:02d}"
        for position, i in enumerate(order)
    }
