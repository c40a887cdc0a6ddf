"""A chosen policy as a scenario that `simulate` takes, and the plain cut beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from engine.portfolio.aside import written_aside
from engine.simulation.optimise.menu import (
    RANDOM_SHARE,
    THEMED_SHARE,
    Menu,
    interval_parameter,
)
from engine.simulation.optimise.outlook import Policy
from models.rulebook import Place, Text
from models.scenario import Cut, CutMeasure, Scenario
from models.terms import Basis

__all__ = ["changes_of", "plain_scenario", "scenario_text", "write_scenario"]

_MEASURES = {
    CutMeasure.VISITS: ("besøg", "visits"),
    CutMeasure.HOURS: ("timer", "hours"),
    CutMeasure.MONEY_DKK: ("kroner", "money"),
}
_SOURCE = {
    "da": "antagelse: udregnet af tilsynstryk optimise på antagelserne i simulation/",
    "en": "assumption: worked out by tilsynstryk optimise on the assumptions in simulation/",
}
_COMMENT = """\
# Proposed by 'tilsynstryk optimise', on assumptions. The engine proposes, a person decides.
# Simulate it: tilsynstryk simulate PORTFOLIO --as-of DATE --scenario THIS-FILE
"""


class _Plain(yaml.SafeDumper):
    """Writes what is said twice twice, as people do."""

    def ignore_aliases(self, data: Any) -> bool:
        """Always."""
        return True


def changes_of(menu: Menu, policy: Policy) -> dict[str, int]:
    """The parameters that the policy gives another value than today's."""
    wanted = {
        interval_parameter(*where): (days, menu.today[where])
        for where, days in policy.intervals.items()
    }
    chosen, now = policy.setting, menu.setting_today
    wanted[THEMED_SHARE] = (chosen.themed_share_percent, now.themed_share_percent)
    wanted[RANDOM_SHARE] = (chosen.random_share_percent, now.random_share_percent)
    return {name: new for name, (new, old) in sorted(wanted.items()) if new != old}


def scenario_text(menu: Menu, policy: Policy, *, measure: CutMeasure, percent: int) -> str:
    """The scenario as YAML. It is rules alone: they are what makes the cut, no frame does."""
    da, en = _MEASURES[measure]
    entry: dict[str, Any] = {
        "id": f"optimised_{measure.value}_{percent}",
        "title": {
            "da": f"{percent} % færre {da}, foreslået",
            "en": f"{percent} % fewer {en}, proposed",
        },
    }
    changes = changes_of(menu, policy)
    if changes:
        entry["changes"] = [
            {"parameter": name, "from": menu.from_day, "value": value}
            for name, value in changes.items()
        ]
    if policy.setting.more_unannounced:
        entry["switched off"] = [
            {"rule": rule, "from": menu.from_day} for rule in menu.notice_rules
        ]
    if policy.setting.depth_percent != menu.setting_today.depth_percent:
        entry["depth percent"] = policy.setting.depth_percent
    entry |= {"basis": Basis.ASSUMPTION.value, "sources": [_SOURCE], "reviewed": menu.from_day}
    text: str = yaml.dump(
        {"scenarios": [entry]}, Dumper=_Plain, allow_unicode=True, sort_keys=False, width=1000
    )
    return _COMMENT + text


def write_scenario(target: Path, text: str) -> None:
    """The file, whole or not at all."""
    with written_aside(target) as aside:
        aside.write_text(text, encoding="utf-8", newline="\n")


def plain_scenario(menu: Menu, *, measure: CutMeasure, percent: int) -> Scenario:
    """The same rules with that much less."""
    da, en = _MEASURES[measure]
    return Scenario(
        id=f"plain_{measure.value}_{percent}",
        title=Text(da=f"{percent} % færre {da}, samme regler", en=f"{percent} % fewer {en}"),
        cut=Cut(measure=measure, percent=percent),
        basis=Basis.ASSUMPTION,
        sources=(Text(da=_SOURCE["da"], en=_SOURCE["en"]),),
        reviewed=menu.from_day,
        place=Place(file="optimise", line=1),
    )
