"""Whom the choice is made for: a kind, a colour and an authority together, as they stand at the
start, with what the year before shows of visits that no interval asks for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, NamedTuple

import numpy as np

from engine.rulebook.resolve import ResolvedRulebook, resolve
from engine.simulation.optimise.menu import RANDOM_SHARE, THEMED_SHARE
from engine.simulation.prepared import Prepared
from engine.simulation.regimes import THEME_GROUPS
from engine.simulation.start import supervised
from engine.simulation.world.rates import GROUPS, KINDS
from models.conditions import ParameterRef
from models.facts import Dossier
from models.rulebook import FrameOutcome
from models.terms import (
    Authority,
    Colour,
    Kind,
    Notice,
    PerformedBy,
    Purpose,
    Severity,
    VisitOutcome,
)

__all__ = ["Drawn", "OtherVisits", "Stratum", "strata_of", "with_other_visits"]

_YEAR_DAYS = 365
_LONGEST_WAIT = 60
_RECURRING = (Purpose.BASIS, Purpose.DEPARTMENT, Purpose.SAMPLE)
_PURPOSES = tuple(Purpose)
_ON_THE_MENU = (Kind.SOCIAL_OFFER, Kind.FOSTER_FAMILY)


@dataclass(frozen=True)
class Drawn:
    """A sample frame as a stratum meets it: which share of it can be drawn, by which parameter,
    what is looked at, whether the visit is unannounced, and how long it may last."""

    parameter: str
    eligible_share: float
    group: int
    unannounced: bool
    at_most_minutes: int | None = None


@dataclass(frozen=True)
class OtherVisits:
    """Visits a subject and month that no interval asks for, as the year before had them: those that
    met somebody by purpose, and those in vain."""

    met: Mapping[Purpose, float]
    in_vain: float = 0.0

    @property
    def rate(self) -> float:
        """All that met somebody; each sets the clock of the next recurring visit anew."""
        return sum(self.met.values())


@dataclass(frozen=True)
class Stratum:
    """Subjects of a kind, colour and authority. `departments`: open ones of theirs;
    `with_departments`: how many have any; `other_departments`: of subjects of other colours, beyond
    the one that each main visit sees, which follow the interval of green. `known_share`: of their
    theme groups what is known to be amiss already. `unannounced_share` of basis visits, as the
    rules are and with more of them. `waited`, by whole months: the share
    whose last visit is so long ago, and the same of departments. `only_serious`: moderate concerns
    are not followed up."""

    kind: Kind
    colour: Colour
    authority: Authority
    subjects: int
    known_share: float
    unannounced_share: tuple[float, float]
    other: OtherVisits
    departments: int = 0
    with_departments: int = 0
    other_departments: int = 0
    drawn: tuple[Drawn, ...] = ()
    waited: tuple[float, ...] = (1.0,)
    departments_waited: tuple[float, ...] = (1.0,)
    only_serious: bool = False


def strata_of(
    prepared: Prepared, dossiers: Sequence[Dossier], *, notice_rules: Sequence[str]
) -> tuple[Stratum, ...]:
    """The strata of those in a portfolio who are approved, under the first policy's rules, in order
    of kind, colour and authority. A kind that has anybody has all its colours, so that each of its
    parameters is decided on."""
    portfolio = prepared.world.portfolio
    as_of = portfolio.as_of
    policy = next(iter(prepared.policies))
    book = prepared.policies[policy].book
    regime = prepared.regimes[policy][0]
    resolved = resolve(book, as_of=date.fromordinal(prepared.world.days[0]))
    number = len(portfolio.ids)
    fired = np.zeros((number, len(regime.kernel.keys)), dtype=np.uint8)
    colours = np.zeros(number, dtype=np.int64)
    regime.kernel.module.fired_all(
        portfolio.rows.copy(), prepared.world.days[0], regime.parameters, fired, colours
    )
    ordered = supervised(dossiers)
    whose = [
        (dossier.kind, tuple(Colour)[rank], dossier.subject.authority)
        for dossier, rank in zip(ordered, (colours >> 2).tolist(), strict=True)
    ]
    frames = _frames(resolved, regime.kernel.keys)
    announcing = [
        _unannounced(fired, regime, leaving_out)
        for leaving_out in (frozenset[str](), frozenset(notice_rules))
    ]
    others = _others(ordered, whose, as_of)
    known = [_known_share(dossier, rank, prepared) for dossier, (_, rank, _) in zip(
        ordered, whose, strict=True)]  # fmt: skip
    departments = [_open_departments(dossier, as_of) for dossier in ordered]
    drawn = {kind: tuple(_drawn(kind, whose, fired, frames)) for kind in KINDS}
    waited = {
        (kind, colour): _waited(
            [portfolio.start[i] for i, who in enumerate(whose) if who[:2] == (kind, colour)], as_of
        )
        for kind in KINDS
        for colour in Colour
    }
    departments_waited = {
        kind: _waited(
            [
                start
                for i, who in enumerate(whose)
                if who[0] is kind
                for start in portfolio.department_start[i][: departments[i]]
            ],
            as_of,
        )
        for kind in KINDS
    }
    found: list[Stratum] = []
    for kind in KINDS:
        if not any(dossier.kind is kind for dossier in ordered):
            continue
        for colour in Colour:
            for authority in Authority:
                at = [i for i, who in enumerate(whose) if who == (kind, colour, authority)]
                elsewhere = [
                    i
                    for i, who in enumerate(whose)
                    if who[0] is kind and who[1] is not colour and who[2] is authority
                ]
                green = colour is Colour.GREEN
                found.append(
                    Stratum(
                        kind=kind,
                        colour=colour,
                        authority=authority,
                        subjects=len(at),
                        known_share=_mean([known[i] for i in at]),
                        unannounced_share=(
                            _mean([float(announcing[0][i]) for i in at]),
                            _mean([float(announcing[1][i]) for i in at]),
                        ),
                        other=others[kind, colour],
                        departments=sum(departments[i] for i in at),
                        with_departments=sum(departments[i] > 0 for i in at),
                        other_departments=sum(max(departments[i] - 1, 0) for i in elsewhere)
                        if green
                        else 0,
                        drawn=drawn[kind] if green else (),
                        waited=waited[kind, colour],
                        departments_waited=departments_waited[kind],
                    )
                )
    return tuple(found)


def _waited(starts: Sequence[int], as_of: date) -> tuple[float, ...]:
    """Of visits on these days (ordinals), the share that is so many whole months ago."""
    if not starts:
        return (1.0,)
    ago = [min(max(as_of.toordinal() - int(day), 0) // 30, _LONGEST_WAIT) for day in starts]
    return tuple(ago.count(months) / len(ago) for months in range(max(ago) + 1))


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


class _Frame(NamedTuple):
    """A sample frame: the parameter of its share, the place of its rule among what fired, its theme
    group, its notice, its longest visit."""

    parameter: str
    item: int
    group: int
    unannounced: bool
    at_most_minutes: int | None


def _frames(resolved: ResolvedRulebook, keys: Sequence[str]) -> list[_Frame]:
    """The frames whose share is one of the two parameters."""
    frames = {frame.id: frame for frame in resolved.frames}
    found = []
    for rule in resolved.rules:
        if not isinstance(rule.then, FrameOutcome) or rule.then.frame not in frames:
            continue
        frame = frames[rule.then.frame]
        share = frame.share_percent
        if isinstance(share, ParameterRef) and share.parameter in (THEMED_SHARE, RANDOM_SHARE):
            group = THEME_GROUPS.get(frame.theme, 0)
            notice = frame.notice is Notice.UNANNOUNCED
            minutes = resolved.days(frame.at_most_minutes)
            found.append(_Frame(share.parameter, list(keys).index(rule.id), group, notice, minutes))
    return found


def with_other_visits(
    strata: Sequence[Stratum], a_year: Mapping[tuple[Kind, Purpose], float]
) -> tuple[Stratum, ...]:
    """The strata with so many other visits a year, by kind and purpose, in place of those of the
    year before; how they are spread among strata stays."""
    purposes = sorted({purpose for _, purpose in a_year} - set(_RECURRING))
    factors: dict[tuple[Kind, Purpose], tuple[float, float]] = {}
    for kind in {stratum.kind for stratum in strata}:
        own = [stratum for stratum in strata if stratum.kind is kind]
        for purpose in purposes:
            before = 12 * sum(s.subjects * s.other.met.get(purpose, 0.0) for s in own)
            wanted = a_year.get((kind, purpose), 0.0)
            if before > 0:
                factors[kind, purpose] = wanted / before, 0.0
            else:
                factors[kind, purpose] = 0.0, wanted / max(sum(s.subjects for s in own), 1) / 12

    def rates(stratum: Stratum) -> OtherVisits:
        met = {}
        for purpose in purposes:
            times, plus = factors[stratum.kind, purpose]
            met[purpose] = stratum.other.met.get(purpose, 0.0) * times + plus
        other = OtherVisits(met)
        change = other.rate / stratum.other.rate if stratum.other.rate > 0 else 0.0
        return replace(other, in_vain=stratum.other.in_vain * change)

    return tuple(
        replace(stratum, other=rates(stratum)) if stratum.kind in _ON_THE_MENU else stratum
        for stratum in strata
    )


def _drawn(
    kind: Kind,
    whose: Sequence[tuple[Kind, Colour, Authority]],
    fired: Any,
    frames: Sequence[_Frame],
) -> Iterator[Drawn]:
    """The frames that green subjects of a kind can be drawn in, the same in the whole country."""
    at = [i for i, who in enumerate(whose) if who[:2] == (kind, Colour.GREEN)]
    for frame in frames:
        share = _mean(fired[at, frame.item].tolist())
        if share > 0:
            yield Drawn(
                frame.parameter, share, frame.group, frame.unannounced, frame.at_most_minutes
            )


def _unannounced(fired: Any, regime: Any, leaving_out: Any) -> Any:
    """Whether each subject's basis visit is unannounced, by the highest rank of the rules that hold
    and are not left out."""
    plan = regime.plan
    best = np.full(len(fired), -1)
    unannounced = np.zeros(len(fired), dtype=bool)
    for item, rank, notice, purposes in zip(
        plan.notice_item.tolist(),
        plan.notice_rank.tolist(),
        plan.notice_unannounced.tolist(),
        plan.notice_purposes.tolist(),
        strict=True,
    ):
        if regime.kernel.keys[item] in leaving_out:
            continue
        if not (purposes >> _PURPOSES.index(Purpose.BASIS)) & 1:
            continue
        decides = (fired[:, item] > 0) & (best < rank)
        best[decides] = rank
        unannounced[decides] = bool(notice)
    return unannounced


def _others(
    dossiers: Sequence[Dossier], whose: Sequence[tuple[Kind, Colour, Authority]], as_of: date
) -> dict[tuple[Kind, Colour], OtherVisits]:
    """What was done in the year before that no interval of the menu asked for."""
    subjects: Counter[tuple[Kind, Colour]] = Counter()
    met: dict[tuple[Kind, Colour], Counter[Purpose]] = {
        (kind, colour): Counter() for kind in Kind for colour in Colour
    }
    vain: Counter[tuple[Kind, Colour]] = Counter()
    since = as_of - timedelta(days=_YEAR_DAYS)
    for dossier, (kind, colour, _) in zip(dossiers, whose, strict=True):
        subjects[kind, colour] += 1
        on_the_menu = kind in _ON_THE_MENU
        for visit in dossier.of("visit"):
            if not since < visit.held_on <= as_of or visit.performed_by is PerformedBy.ECONOMY:
                continue
            if on_the_menu and visit.purpose in _RECURRING:
                continue
            if visit.outcome is VisitOutcome.MET:
                met[kind, colour][visit.purpose] += 1
            else:
                vain[kind, colour] += 1
    return {
        where: OtherVisits(
            {p: count / subjects[where] / 12 for p, count in counted.items()},
            vain[where] / subjects[where] / 12 if subjects[where] else 0.0,
        )
        for where, counted in met.items()
    }


def _known_share(dossier: Dossier, colour: Colour, prepared: Prepared) -> float:
    """Of a subject's theme groups the share known to be amiss: those with an open concern of some
    weight, by the assumed chance that it is borne out."""
    if colour is Colour.GREEN:
        return 0.0
    as_of = prepared.world.portfolio.as_of
    assumed = prepared.assumptions.on(as_of)
    concerned = {
        THEME_GROUPS.get(concern.theme, 0)
        for concern in dossier.of("concern")
        if (concern.closed_on is None or concern.closed_on > as_of)
        and concern.severity is not Severity.MILD
    }
    amiss = sum(
        assumed.number(f"world.initial_{colour.value}_{state}_percent") / 100
        for state in ("declined", "serious")
    )
    return min(len(concerned) * amiss / len(GROUPS), 1.0)


def _open_departments(dossier: Dossier, as_of: date) -> int:
    return sum(
        department.closed_on is None or department.closed_on > as_of
        for department in dossier.of("department")
    )
