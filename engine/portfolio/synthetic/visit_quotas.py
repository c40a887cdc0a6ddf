"""How many visits of the year each subject gets, and which of them come unannounced."""

from __future__ import annotations

from collections.abc import Mapping

from engine.portfolio.synthetic import assumed_rates as assumed
from engine.portfolio.synthetic.published import PublishedFigures, share_of
from engine.portfolio.synthetic.streams import Chance, apportion, ranked, spread
from models.terms import Authority, Kind, Notice

__all__ = ["notices", "unannounced_share", "visit_counts"]


def visit_counts(
    published: PublishedFigures, kind: Kind, authority: Authority, subjects: int
) -> list[int]:
    """Visits of each subject in the year, rising; they add up to the authority's published cell."""
    offers = kind is Kind.SOCIAL_OFFER
    figure = published.target("offer_visits" if offers else "family_visits")
    total = int(figure.values[authority.value])
    groups = (_offer_groups if offers else _family_groups)(published, authority)
    parts = apportion(subjects, groups)
    counts = [low for low, n in sorted(parts.items()) for _ in range(n)]
    top = parts[max(parts)]
    low, high = counts[: subjects - top], counts[subjects - top :]
    if 3 in parts and max(parts) > 3:
        low = [4 if n == 3 and i % 2 else n for i, n in enumerate(low)]
    left = total - sum(low) - sum(high)
    if left < 0:
        raise ValueError(
            f"{figure.id}: {total} visits at {authority.value} are too few for the published "
            "shares of subjects with one visit and more"
        )
    steepness = assumed.OFFER_VISIT_STEEPNESS if offers else assumed.FAMILY_VISIT_STEEPNESS
    return sorted(low) + spread(left, high, steepness=steepness)


def _offer_groups(published: PublishedFigures, authority: Authority) -> dict[int, float]:
    """Percentage of offers by the least number of visits in their group."""
    one = published.target("offers_with_one_visit_percent").values
    five = published.target("offers_with_five_visits_percent").values
    groups: dict[int, float] = {
        0: assumed.OFFERS_WITH_NO_VISIT,
        1: one.get(authority.value, assumed.OFFERS_WITH_ONE_VISIT.get(authority, 0)),
        2: assumed.OFFERS_WITH_TWO_VISITS[authority],
    }
    if authority.value in five:
        groups[5] = five[authority.value]
    groups[3] = 100 - sum(groups.values())
    return groups


def _family_groups(published: PublishedFigures, authority: Authority) -> dict[int, float]:
    one = published.target("families_with_one_visit_percent").values
    two = published.target("families_with_two_visits_percent").values
    groups: dict[int, float] = {
        1: one.get(authority.value, assumed.FAMILIES_WITH_ONE_VISIT.get(authority, 0)),
        2: two.get(authority.value, assumed.FAMILIES_WITH_TWO_VISITS_OR_MORE.get(authority, 0)),
    }
    groups[0] = 100 - sum(groups.values())
    return groups


def unannounced_share(published: PublishedFigures, kind: Kind, authority: Authority) -> float:
    """Percentage of an authority's visits that come unannounced: published, or within its range.

    An authority without a figure takes what the national share leaves over.
    """
    offers = kind is Kind.SOCIAL_OFFER
    word = "offer" if offers else "family"
    chosen = assumed.OFFER_UNANNOUNCED if offers else assumed.FAMILY_UNANNOUNCED
    return share_of(
        published.target(f"{word}_unannounced_percent"),
        authority.value,
        published.target(f"{word}_visits").values,
        {a.value: share for a, share in chosen.items()},
    )


def notices(
    published: PublishedFigures,
    chance: Chance,
    kind: Kind,
    authority: Authority,
    *,
    counts: Mapping[str, int],
    new: frozenset[str],
) -> dict[str, tuple[Notice, ...]]:
    """Notice of every visit of the year, in an exact quota. Visits at approvals are announced."""
    number = round(sum(counts.values()) * unannounced_share(published, kind, authority) / 100)
    level = {
        f"{i}/{visit}": chance.level(i, f"notice {visit}")
        for i, count in counts.items()
        for visit in range(1 if i in new else 0, count)
    }
    unannounced = frozenset(ranked(level, level)[:number])
    return {
        i: tuple(
            Notice.UNANNOUNCED if f"{i}/{visit}" in unannounced else Notice.ANNOUNCED
            for visit in range(count)
        )
        for i, count in counts.items()
    }
