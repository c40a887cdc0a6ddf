"""What `optimise` comes to, as tables that people open and machines read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from engine.portfolio.tables import Column, ColumnType, Table
from engine.rulebook.catalogue import Catalogue, Lang
from engine.rulebook.problems import said
from engine.simulation.hours import price_per_hour_dkk
from engine.simulation.optimise.check import Checked
from engine.simulation.optimise.choice import Chooser, Point
from engine.simulation.optimise.menu import PREFIX, RANDOM_SHARE, THEMED_SHARE, interval_parameter
from engine.simulation.optimise.outlook import Policy, Totals
from engine.simulation.pressure_tables import column, sources_text, word_column
from models.terms import Colour, Kind

__all__ = ["assumed_table", "chosen_table", "comparison_table", "curve_table", "setting_table"]

Row = tuple[Any, ...]
_INTEGER, _DECIMAL, _FLAG = ColumnType.INTEGER, ColumnType.DECIMAL, ColumnType.FLAG


def _title(code: str, lang: Lang, /, **blanks: object) -> str:
    return said(f"optimise.{code}", **blanks).text(lang)


def chosen_table(chooser: Chooser, policy: Policy, *, catalogue: Catalogue, lang: Lang) -> Table:
    """The interval of each kind and colour: today's, the proposed one, and the law's longest."""
    columns = (
        word_column("kind", "Art", "Kind", Kind, catalogue),
        word_column("colour", "Farve", "Colour", Colour, catalogue),
        column("subjects", "Antal i dag", "Subjects today", _INTEGER),
        column("today_days", "Dage mellem besøg i dag", "Days between visits today", _INTEGER),
        column("proposed_days", "Dage foreslået", "Days proposed", _INTEGER),
        column("law_days", "Lovens længste", "The law's longest", _INTEGER),
        column("parameter", "Parameter", "Parameter"),
    )
    rows = [
        (
            kind,
            colour,
            sum(s.subjects for s in chooser.outlook.strata if (s.kind, s.colour) == (kind, colour)),
            chooser.menu.today[kind, colour],
            policy.intervals[kind, colour],
            chooser.menu.floors[kind],
            interval_parameter(kind, colour),
        )
        for kind, colour in chooser.classes
    ]
    return Table("intervals", _title("intervals", lang), columns, rows)


def setting_table(chooser: Chooser, policy: Policy, *, lang: Lang) -> Table:
    """Depth, sample shares and notice: today's and the proposed ones."""
    columns = (
        column("what", "Hvad", "What"),
        column("today", "I dag", "Today"),
        column("proposed", "Foreslået", "Proposed"),
        column("parameter", "Parameter eller regel", "Parameter or rule"),
    )
    now, new = chooser.menu.setting_today, policy.setting
    rules = "; ".join(chooser.menu.notice_rules)
    rows: list[tuple[str, str, str, str]] = [
        (
            _title("depth", lang),
            f"{now.depth_percent} %",
            f"{new.depth_percent} %",
            "depth percent",
        ),
        (
            _title("themed", lang),
            f"{now.themed_share_percent} %",
            f"{new.themed_share_percent} %",
            THEMED_SHARE,
        ),
        (
            _title("random", lang),
            f"{now.random_share_percent} %",
            f"{new.random_share_percent} %",
            RANDOM_SHARE,
        ),
    ]
    if rules:
        as_now = _title("notice_as_now", lang)
        chosen = _title("notice_more", lang) if new.more_unannounced else as_now
        rows.append((_title("notice", lang), as_now, chosen, rules))
    return Table("settings", _title("settings", lang), columns, rows)


def comparison_table(
    chooser: Chooser, point: Point, checked: Checked | None, *, lang: Lang
) -> Table:
    """Today, the plain cut and the proposed policy: by the closed form, and as simulated."""
    columns: tuple[Column, ...] = (
        column("policy", "Politik", "Policy"),
        column("reckoned_by", "Regnet ved", "Reckoned by"),
        column("visits", "Besøg om året", "Visits a year", _DECIMAL),
        column("hours", "Timer om året", "Hours a year", _DECIMAL),
        column("money_dkk", "Kroner om året", "Kroner a year", _DECIMAL),
        column("unseen_months", "Uopdagede temamåneder", "Undetected theme-months", _DECIMAL),
        column("serious_months", "Heraf alvorlige", "Of these serious", _DECIMAL),
        column("harm", "Skade, vægtet", "Harm, weighed", _DECIMAL),
        column("harm_error", "Skadens Monte Carlo-fejl", "Monte Carlo error of harm", _DECIMAL),
    )
    price = price_per_hour_dkk(chooser.outlook.assumed)
    rows = list(_reckoned(chooser, point, price, lang))
    if checked is not None:
        rows += _simulated(checked, lang)
    return Table("comparison", _title("comparison", lang), columns, rows)


def _reckoned(chooser: Chooser, point: Point, price: float, lang: Lang) -> Iterator[Row]:
    totals: list[tuple[str, Totals | None]] = [
        ("today", chooser.today),
        ("plain", point.plain.totals),
        ("proposed", point.totals),
    ]
    for name, found in totals:
        if found is not None:
            yield (
                _title(f"policy_{name}", lang),
                _title("by_closed_form", lang),
                found.visits,
                found.hours,
                found.hours * price,
                found.unseen_months,
                found.unseen_serious_months,
                chooser.harm(found),
                None,
            )


def _simulated(checked: Checked, lang: Lang) -> Iterator[Row]:
    for name, figures in zip(("today", "plain", "proposed"), checked.figures.values(), strict=True):
        yield (
            _title(f"policy_{name}", lang),
            _title("by_simulation", lang),
            *(
                figures[key].mean
                for key in (
                    "visits",
                    "hours",
                    "money_dkk",
                    "unseen_months",
                    "unseen_serious_months",
                    "harm",
                )
            ),
            figures["harm"].error,
        )


def curve_table(chooser: Chooser, curve: Sequence[Point], *, lang: Lang) -> Table:
    """The trade-off: for each cut the least harm, the bound, and the plain cut. Empty where the cut
    cannot be met."""
    columns = (
        column("cut_percent", "Nedskæring, %", "Cut, %", _INTEGER),
        column("left", "Tilbage af målet", "Left of the measure", _DECIMAL),
        column("harm", "Skade, foreslået", "Harm, proposed", _DECIMAL),
        column("bound", "Skade, nedre grænse", "Harm, lower bound", _DECIMAL),
        column("plain_harm", "Skade, flad nedskæring", "Harm, plain cut", _DECIMAL),
        column("plain_met", "Flad nedskæring når målet", "Plain cut is met", _FLAG),
        column("depth_percent", "Dybde, %", "Depth, %", _INTEGER),
        *(
            column(
                interval_parameter(kind, colour).removeprefix("visits."),
                interval_parameter(kind, colour),
                interval_parameter(kind, colour),
                _INTEGER,
            )
            for kind, colour in chooser.classes
        ),
    )
    rows = []
    for point in curve:
        policy = point.policy
        rows.append(
            (
                round(point.percent),
                point.budget,
                None if point.totals is None else chooser.harm(point.totals),
                point.bound_harm,
                chooser.harm(point.plain.totals) if point.plain.met else None,
                point.plain.met,
                None if policy is None else policy.setting.depth_percent,
                *(None if policy is None else policy.intervals[c] for c in chooser.classes),
            )
        )
    return Table("trade_off", _title("trade_off", lang), columns, rows)


def assumed_table(chooser: Chooser, *, lang: Lang) -> Table:
    """What the choice rests on: the numbers of optimise, of the world and of hours."""
    columns = (
        column("assumption", "Antagelse", "Assumption"),
        column("title", "Betydning", "Meaning"),
        column("unit", "Enhed", "Unit"),
        column("value", "Værdi", "Value", _DECIMAL),
        column("low", "Mindst", "Lowest", _DECIMAL),
        column("high", "Højst", "Highest", _DECIMAL),
        column("source", "Kilde", "Source"),
    )
    assumed = chooser.outlook.assumed
    rows = []
    for name, entry in assumed.quantities.items():
        if name.startswith((PREFIX, "world.", "hours.")):
            value = assumed.value(name)
            words = entry.title.da if lang == "da" else entry.title.en
            sources = sources_text(value.sources, lang)
            rows.append((name, words, entry.unit, value.value, value.low, value.high, sources))
    return Table("assumptions", _title("assumptions", lang), columns, rows)
