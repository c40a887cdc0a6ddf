"""The course of an optimisation: read, choose, try in the simulation, show and write."""

from __future__ import annotations

import importlib.util
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NoReturn

import click

from commands.options import bad_input, file_reason, language, load_book, refuse, sentence
from commands.portfolio_input import dossiers_of
from commands.progress import progress
from commands.table_lines import table_lines
from engine.portfolio.aside import folder_aside
from engine.portfolio.tables import Table, write_tables
from engine.rulebook.book import Rulebook
from engine.rulebook.catalogue import Catalogue, Lang, load_catalogue
from engine.rulebook.problems import RulebookError, SaidError
from engine.simulation.assumptions import Assumptions, load_assumptions
from engine.simulation.pressure_tables import for_print, number_text
from models.facts import Dossier
from models.scenario import CutMeasure

if TYPE_CHECKING:
    from engine.simulation.optimise.check import Checked
    from engine.simulation.optimise.choice import Chooser, Point
    from engine.simulation.order import Order
    from engine.simulation.prepared import Policy as SimulatedPolicy
    from engine.simulation.run import Comparison

__all__ = ["OptimiseRun"]

_NEEDED = ("numba", "numpy", "scipy", "matplotlib", "jinja2")
_MONTHS_A_YEAR = 12
_FIRST_LOOK = 4
"""Replicates of today's rules that show how many visits no interval asks for."""
_OTHERS = ("today", "plain")
_CURVE_SHOWN = ("cut_percent", "left", "harm", "bound", "plain_harm", "depth_percent")
_APART_PERCENT = 10
_OVER = 1.005


@dataclass
class OptimiseRun:
    """One optimisation and its settings."""

    source: str
    as_of: date
    percent: int
    measure: str
    years: int
    replicates: int
    seed: int
    workers: int | None
    out: Path | None
    format_: Literal["csv", "json", "xlsx"]
    ignore_later: bool
    rules_folder: Path | None
    lang: Lang

    def run(self) -> None:
        """Prints the proposal, and writes it if asked to."""
        if any(importlib.util.find_spec(name) is None for name in _NEEDED):
            refuse("simulate.missing_extra")
        book = load_book(self.rules_folder)
        try:
            assumptions = load_assumptions(self.rules_folder)
        except RulebookError as error:
            bad_input([sentence("commands.rulebook_unusable"), *error.lines(language())])
        catalogue = load_catalogue(book.folder)
        dossiers = dossiers_of(
            self.source,
            book=book,
            as_of=self.as_of,
            ignore_later=self.ignore_later,
            catalogue=catalogue,
        )
        if not dossiers:
            refuse("simulate.nobody")
        try:
            self._optimise(book, assumptions, dossiers, catalogue)
        except RulebookError as error:
            bad_input(error.lines(language()))
        except SaidError as error:
            refuse(error.what)

    def _optimise(
        self,
        book: Rulebook,
        assumptions: Assumptions,
        dossiers: tuple[Dossier, ...],
        catalogue: Catalogue,
    ) -> None:
        from engine.simulation.optimise.scenario import scenario_text
        from engine.simulation.optimise.tables import (
            assumed_table,
            chosen_table,
            comparison_table,
            curve_table,
            setting_table,
        )

        chooser = self._chooser(book, assumptions, dossiers)
        if not chooser.classes:
            refuse("optimise.nobody_on_menu")
        if chooser.used_today <= 0:
            refuse("optimise.nothing_used", measure=self._measure_word())
        point = chooser.point(self.percent)
        if point.policy is None or point.totals is None:
            self._cannot(chooser)
        text = scenario_text(
            chooser.menu, point.policy, measure=CutMeasure(self.measure), percent=self.percent
        )
        curve = self._curve(chooser)
        checked = self._checked(book, assumptions, dossiers, chooser, text)
        tables = [
            chosen_table(chooser, point.policy, catalogue=catalogue, lang=self.lang),
            setting_table(chooser, point.policy, lang=self.lang),
            comparison_table(chooser, point, checked, lang=self.lang),
            curve_table(chooser, curve, lang=self.lang),
        ]
        self._show(tables, chooser, point, curve, checked)
        if self.out is not None:
            basis = assumed_table(chooser, lang=self.lang)
            self._write(self.out, [*tables, basis], chooser, curve, text)

    def _chooser(
        self, book: Rulebook, assumptions: Assumptions, dossiers: tuple[Dossier, ...]
    ) -> Chooser:
        from engine.simulation.optimise.check import visits_a_year
        from engine.simulation.optimise.choice import Chooser
        from engine.simulation.optimise.menu import menu_of
        from engine.simulation.optimise.outlook import Outlook
        from engine.simulation.optimise.strata import strata_of, with_other_visits
        from engine.simulation.prepared import baseline_policy

        assumed = assumptions.on(self.as_of)
        menu = menu_of(book, assumed, as_of=self.as_of, years=self.years)
        order = self._order([baseline_policy(book)], assumptions, dossiers)
        strata = strata_of(order.prepared(), dossiers, notice_rules=menu.notice_rules)
        if self.replicates:
            first = self._simulated(order, min(self.replicates, _FIRST_LOOK))
            strata = with_other_visits(strata, visits_a_year(first))
        outlook = Outlook(strata, assumed, order.months)
        return Chooser(menu, outlook, CutMeasure(self.measure))

    def _order(
        self,
        policies: Sequence[SimulatedPolicy],
        assumptions: Assumptions,
        dossiers: tuple[Dossier, ...],
    ) -> Order:
        from engine.simulation.order import Order

        return Order(
            policies=tuple(policies),
            dossiers=dossiers,
            assumptions=assumptions,
            as_of=self.as_of,
            months=self.years * _MONTHS_A_YEAR,
        )

    def _simulated(self, order: Order, replicates: int) -> Comparison:
        from engine.simulation.order import executor_of
        from engine.simulation.run import simulated

        total = replicates * len(order.policies)
        workers = self.workers or os.cpu_count() or 1
        with progress(sentence("simulate.simulating"), total) as done:
            reached = 0

            def counted(number: int) -> None:
                nonlocal reached
                reached += number
                done(reached)

            with executor_of(order, workers=workers, progress=counted) as executor:
                return simulated(
                    order.policies,
                    executor,
                    as_of=self.as_of,
                    months=order.months,
                    seed=self.seed,
                    replicates=replicates,
                )

    def _curve(self, chooser: Chooser) -> tuple[Point, ...]:
        from engine.simulation.optimise.choice import CURVE_PERCENT

        points = []
        with progress(sentence("optimise.choosing"), len(CURVE_PERCENT)) as done:
            for number, percent in enumerate(CURVE_PERCENT, start=1):
                points.append(chooser.point(percent))
                done(number)
        return tuple(points)

    def _cannot(self, chooser: Chooser) -> NoReturn:
        """The cut is more than the law leaves: says how much it leaves, and ends with 1."""
        tenths = int(chooser.largest_cut_percent * 10)
        click.echo(
            sentence(
                "optimise.infeasible",
                percent=self.percent,
                measure=self._measure_word(),
                depth=min(setting.depth_percent for setting in chooser.menu.settings),
                largest=number_text(tenths / 10, self.lang, digits=1),
            )
        )
        sys.exit(1)

    def _checked(
        self,
        book: Rulebook,
        assumptions: Assumptions,
        dossiers: tuple[Dossier, ...],
        chooser: Chooser,
        text: str,
    ) -> Checked | None:
        """The scenario, read back as anybody would read it, beside today and a plain cut."""
        if self.replicates == 0:
            return None
        from engine.rulebook.scenarios import load_scenarios
        from engine.simulation.optimise.check import held
        from engine.simulation.optimise.scenario import plain_scenario, write_scenario
        from engine.simulation.prepared import baseline_policy, policy_of

        with tempfile.TemporaryDirectory(prefix="tilsynstryk.") as folder:
            file = Path(folder).resolve() / "scenario.yaml"
            write_scenario(file, text)
            (scenario,) = load_scenarios(book, [file])
        plain = plain_scenario(chooser.menu, measure=CutMeasure(self.measure), percent=self.percent)
        policies = [baseline_policy(book), policy_of(book, plain), policy_of(book, scenario)]
        comparison = self._simulated(self._order(policies, assumptions, dossiers), self.replicates)
        return held(comparison, proposed=scenario.id, serious_weight=chooser.outlook.serious_weight)

    def _show(
        self,
        tables: Sequence[Table],
        chooser: Chooser,
        point: Point,
        curve: Sequence[Point],
        checked: Checked | None,
    ) -> None:
        click.echo(
            sentence(
                "optimise.head",
                percent=self.percent,
                measure=self._measure_word(),
                today=number_text(chooser.used_today, self.lang),
                budget=number_text(point.budget, self.lang),
            )
        )
        for table in tables:
            click.echo()
            names = _CURVE_SHOWN if table.name == "trade_off" else ()
            for line in table_lines(for_print(table, self.lang, names=names)):
                click.echo(line)
        click.echo()
        for line in self._said(chooser, point, curve, checked):
            click.echo(line)

    def _said(
        self, chooser: Chooser, point: Point, curve: Sequence[Point], checked: Checked | None
    ) -> Iterator[str]:
        weight = number_text(chooser.outlook.serious_weight, self.lang)
        yield sentence("optimise.harm_means", weight=weight)
        if not chooser.menu.notice_rules:
            yield sentence("optimise.notice_by_law")
        yield from self._reckoned(chooser, point, curve)
        if checked is None:
            yield sentence("optimise.not_checked")
        else:
            yield from self._tried(chooser, point, checked)
        yield sentence("optimise.assumed")

    def _reckoned(self, chooser: Chooser, point: Point, curve: Sequence[Point]) -> Iterator[str]:
        """What the formula says."""
        if point.totals is None:
            return
        harm = chooser.harm(point.totals)
        if point.plain.met:
            change = _percent_of(harm, chooser.harm(point.plain.totals))
            yield sentence(
                "optimise.saved_reckoned",
                percent=number_text(abs(change), self.lang, digits=1),
                word=sentence("optimise.less" if change <= 0 else "optimise.more"),
            )
        else:
            yield sentence("optimise.plain_unmet", percent=self.percent)
        if point.bound_harm:
            yield sentence(
                "optimise.bound",
                bound=number_text(point.bound_harm, self.lang),
                gap=number_text(max(_percent_of(harm, point.bound_harm), 0), self.lang, digits=1),
            )
        uncut = curve[0].totals
        if uncut is not None:
            gain = -_percent_of(chooser.harm(uncut), chooser.harm(chooser.today))
            yield sentence(
                "optimise.unchanged_better", percent=number_text(max(gain, 0), self.lang, digits=1)
            )

    def _tried(self, chooser: Chooser, point: Point, checked: Checked) -> Iterator[str]:
        """What the simulation says, and where it differs from the formula."""
        yield sentence(
            "optimise.checked",
            years=checked.years,
            replicates=checked.replicates,
            seed=checked.seed,
        )
        for name, difference in reversed(list(zip(_OTHERS, checked.against.values(), strict=True))):
            yield sentence(
                f"optimise.verdict_{difference.verdict.value}",
                other=sentence(f"optimise.other_{name}"),
                mean=number_text(difference.mean, self.lang),
                low=number_text(difference.low, self.lang),
                high=number_text(difference.high, self.lang),
            )
        today, *_, proposed = checked.figures.values()
        target = today[self.measure].mean * (1 - self.percent / 100)
        if proposed[self.measure].mean > _OVER * target:
            yield sentence(
                "optimise.over_frame",
                used=number_text(proposed[self.measure].mean, self.lang),
                measure=self._measure_word(),
                target=number_text(target, self.lang),
            )
        if point.totals is not None:
            apart = _percent_of(proposed["harm"].mean, chooser.harm(point.totals))
            if abs(apart) > _APART_PERCENT:
                yield sentence("optimise.differ", percent=number_text(abs(apart), self.lang))
        if checked.more_breaches:
            yield sentence("optimise.more_breaches")

    def _measure_word(self) -> str:
        return sentence(f"optimise.measure_{self.measure}")

    def _write(
        self,
        target: Path,
        tables: Sequence[Table],
        chooser: Chooser,
        curve: Sequence[Point],
        text: str,
    ) -> None:
        from engine.simulation.optimise.chart import curve_svg

        svg = curve_svg(
            chooser, curve, percent=self.percent, measure=self._measure_word(), lang=self.lang
        )
        try:
            with folder_aside(target, replaces=frozenset()) as folder:
                (folder / "scenario.yaml").write_text(text, encoding="utf-8", newline="\n")
                (folder / "trade-off.svg").write_text(svg, encoding="utf-8", newline="\n")
                if self.format_ == "xlsx":
                    write_tables(tables, folder / "optimise.xlsx", format="xlsx", lang=self.lang)
                else:
                    for table in tables:
                        file = folder / f"{table.name}.{self.format_}"
                        write_tables([table], file, format=self.format_, lang=self.lang)
        except OSError as error:
            refuse("run.unwritable", target=target, reason=file_reason(error))
        click.echo(f"\n{sentence('optimise.written', target=target)}")


def _percent_of(value: float, other: float) -> float:
    """How many per cent a value lies above another."""
    return 100.0 * (value / other - 1.0) if other else 0.0
