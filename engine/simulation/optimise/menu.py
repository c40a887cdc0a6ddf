"""What can be chosen: intervals for each kind and colour, and what holds for all of them at once.

Nothing on the menu is longer than the law allows, and a red subject is never visited less often
than today. What the law says of notice, and what protects people who need predictability, is not
on the menu.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product

from engine.rulebook.book import Rulebook
from engine.rulebook.resolve import ResolvedRulebook, resolve
from engine.simulation.assumptions import AssumedOn
from models.conditions import Comparison
from models.rulebook import NoticeOutcome
from models.terms import Basis, Colour, Kind, Notice, Purpose

__all__ = [
    "PREFIX",
    "RANDOM_SHARE",
    "THEMED_SHARE",
    "Menu",
    "PolicyClass",
    "Setting",
    "floor_days",
    "interval_parameter",
    "menu_of",
    "notice_rules",
]

PREFIX = "optimise."
"""Before the ids of the quantities that the choice rests on."""
THEMED_SHARE, RANDOM_SHARE = "samples.share_percent", "samples.random_share_percent"
_NAMES = {Kind.SOCIAL_OFFER: "offer", Kind.FOSTER_FAMILY: "family"}
_TOLD_APART_BY = frozenset({"kind", "category"})

PolicyClass = tuple[Kind, Colour]
"""What one parameter of the rulebook gives an interval to."""


@dataclass(frozen=True, order=True)
class Setting:
    """What holds for every visit or every sample: depth in per cent of the usual, shares drawn, and
    whether basis visits that practice announces are made unannounced."""

    depth_percent: int
    themed_share_percent: int
    random_share_percent: int
    more_unannounced: bool = False


@dataclass(frozen=True)
class Menu:
    """Intervals by class, settings, and where today's policy stands on both. `floors`: the law's
    longest interval by kind. `notice_rules`: what is switched off for more unannounced visits.
    `from_day`: the day on which a policy begins."""

    intervals: Mapping[PolicyClass, tuple[int, ...]]
    settings: tuple[Setting, ...]
    today: Mapping[PolicyClass, int]
    setting_today: Setting
    floors: Mapping[Kind, int]
    notice_rules: tuple[str, ...]
    from_day: date


def interval_parameter(kind: Kind, colour: Colour) -> str:
    """The parameter that says how often a kind of subject of a colour is visited."""
    return f"visits.{_NAMES[kind]}_{colour.value}_interval_days"


def floor_days(resolved: ResolvedRulebook, kind: Kind, until: date) -> int | None:
    """The shortest of the law's longest intervals in force from the rulebook's day until another;
    None for a kind that the law sets none for."""
    found: list[int] = []
    for floor in resolved.floors:
        if kind not in floor.applies_to:
            continue
        values = resolved.dated_days(floor.interval_days)
        begun = [days for first, days in values if first <= resolved.as_of]
        found += begun[-1:]
        found += [days for first, days in values if resolved.as_of < first <= until]
    return min(found, default=None)


def notice_rules(resolved: ResolvedRulebook) -> tuple[str, ...]:
    """The rules of practice that announce basis visits to a whole kind or colour. Rules of law, of
    a lead's decision and of single subjects' needs are left alone."""
    return tuple(
        rule.id
        for rule in resolved.rules
        if isinstance(rule.then, NoticeOutcome)
        and rule.then.notice is Notice.ANNOUNCED
        and (not rule.then.purposes or Purpose.BASIS in rule.then.purposes)
        and rule.basis in (Basis.PRACTICE, Basis.ASSUMPTION)
        and set(rule.applies_to) <= set(_NAMES)
        and isinstance(rule.when, Comparison)
        and rule.when.field in _TOLD_APART_BY
    )


def menu_of(book: Rulebook, assumed: AssumedOn, *, as_of: date, years: int) -> Menu:
    """The menu for a policy that begins the day after `as_of` and is looked at for some years."""
    from_day = as_of + timedelta(days=1)
    resolved = resolve(book, as_of=from_day)
    until = from_day + timedelta(days=round(365.25 * years))

    def whole(name: str) -> int:
        return round(assumed.number(f"{PREFIX}{name}"))

    def value(parameter: str) -> int:
        found = resolved.parameters[parameter].value
        if not isinstance(found, int):
            raise ValueError(f"{parameter} is unset")
        return found

    floors = {kind: days for kind in _NAMES if (days := floor_days(resolved, kind, until))}
    intervals: dict[PolicyClass, tuple[int, ...]] = {}
    today: dict[PolicyClass, int] = {}
    for kind, floor in floors.items():
        for colour in Colour:
            now = min(value(interval_parameter(kind, colour)), floor)
            today[kind, colour] = now
            if colour is Colour.RED:
                intervals[kind, colour] = (now * 2 // 3, now)
                continue
            shortest = whole(
                "yellow_shortest_days" if colour is Colour.YELLOW else "green_shortest_days"
            )
            steps = range(shortest, floor + 1, whole("interval_step_days"))
            intervals[kind, colour] = tuple(sorted({*steps, now, floor}))
    setting = Setting(100, value(THEMED_SHARE), value(RANDOM_SHARE))
    rules = notice_rules(resolved)
    least, most = whole("sample_share_least_percent"), whole("sample_share_most_percent")
    step = whole("sample_share_step_percent")
    depths = {
        *range(
            whole("depth_least_percent"),
            whole("depth_most_percent") + 1,
            whole("depth_step_percent"),
        ),
        100,
    }
    settings = product(
        sorted(depths),
        sorted({max(least, 1), step, setting.themed_share_percent}),
        sorted({max(least, 1), *range(step, most + 1, step), setting.random_share_percent}),
        (False, True) if rules else (False,),
    )
    return Menu(
        intervals=intervals,
        settings=tuple(Setting(*chosen) for chosen in settings),
        today=today,
        setting_today=setting,
        floors=floors,
        notice_rules=rules,
        from_day=from_day,
    )
