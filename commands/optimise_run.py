"""The course of an optimisation: read, choose, try in the simulation, show and write."""

from __future__ import annotations

import importlib.util
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NoReturn

import click

from commands.optimise_words import Wording
from commands.options import bad_input, file_reason, language, load_book, refuse, sentence
from commands.portfolio_input import dossiers_of
from commands.progress import progress
from commands.simulated_world import simulated_world
from commands.table_lines import table_lines
from engine.portfolio.aside import folder_aside
from engine.portfolio.tables import Table, write_tables
from engine.rulebook.book import Rulebook
from engine.rulebook.catalogue import Catalogue, Lang, load_catalogue
from engine.rulebook.problems import RulebookError, SaidError
from engine.simulation.assumptions import Assumptions
from engine.simulation.pressure_tables import for_print, number_text
from models.facts import Dossier
from models.scenario import CutMeasure, Scenario

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
_CURVE_SHOWN = ("cut_percent", "left", "harm", "bound", "plain_harm", "depth_percent")
_CORRECTIONS = 2
_NEAR_ENOUGH = 0.01


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
        assumptions, _ = simulated_world(self.rules_folder, as_of=self.as_of, years=self.years)
        catalogue = load_catalogue(book.folder)
        dossiers = dossiers_of(
            self.source,
            book=book,
            as_of=self.as_of,
            ignore_later=self.ignore_later,
            catalogue=catalogue,
        )
        from engine.simulation.start import supervised

        dossiers = tuple(supervised(dossiers))
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
        curve = self._curve(chooser)
        point, checked = self._tried_out(book, assumptions, dossiers, chooser, point)
        text = self._text(chooser, point)
        policy = point.policy
        if policy is None:
            self._cannot(chooser)
        tables = [
            chosen_table(chooser, policy, catalogue=catalogue, lang=self.lang),
            setting_table(chooser, policy, lang=self.lang),
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
        today = baseline_policy(book)
        order = self._order([today], assumptions, dossiers)
        ready = order.prepared()
        strata = strata_of(ready, dossiers, notice_rules=menu.notice_rules)
        if self.replicates:
            first = self._simulated(order, min(self.replicates, _FIRST_LOOK))
            strata = with_other_visits(strata, visits_a_year(first))
        outlook = Outlook(strata, assumed, order.months, ready.manners[today.id])
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

    def _tried_out(
        self,
        book: Rulebook,
        assumptions: Assumptions,
        dossiers: tuple[Dossier, ...],
        chooser: Chooser,
        point: Point,
    ) -> tuple[Point, Checked | None]:
        """The policy beside today and a plain cut. Where a first look shows that it takes more or
        less than the formula says, it is chosen anew with that in mind."""
        if self.replicates == 0:
            return point, None
        from engine.simulation.optimise.check import held
        from engine.simulation.optimise.scenario import plain_scenario
        from engine.simulation.prepared import baseline_policy, policy_of

        today, weight = baseline_policy(book), chooser.outlook.serious_weight
        dearer = 1.0
        for _ in range(_CORRECTIONS):
            proposed = policy_of(book, self._scenario(book, chooser, point))
            looked_at = self._simulated(
                self._order([today, proposed], assumptions, dossiers),
                min(self.replicates, _FIRST_LOOK),
            )
            figures = held(looked_at, proposed=proposed.id, serious_weight=weight).figures
            target = figures[today.id][self.measure].mean * (1 - self.percent / 100)
            ratio = figures[proposed.id][self.measure].mean / target if target > 0 else 1.0
            if abs(ratio - 1) <= _NEAR_ENOUGH or ratio <= 0:
                break
            dearer *= ratio
            anew = chooser.point(self.percent, dearer=dearer)
            if anew.policy is None:
                break
            point = anew
        plain = plain_scenario(chooser.menu, measure=CutMeasure(self.measure), percent=self.percent)
        proposed = policy_of(book, self._scenario(book, chooser, point))
        policies = [today, policy_of(book, plain), proposed]
        comparison = self._simulated(self._order(policies, assumptions, dossiers), self.replicates)
        return point, held(comparison, proposed=proposed.id, serious_weight=weight)

    def _scenario(self, book: Rulebook, chooser: Chooser, point: Point) -> Scenario:
        """The policy as a scenario, written and read back as anybody would read it."""
        from engine.rulebook.scenarios import load_scenarios
        from engine.simulation.optimise.scenario import write_scenario

        with tempfile.TemporaryDirectory(prefix="tilsynstryk.") as folder:
            file = Path(folder).resolve() / "scenario.yaml"
            write_scenario(file, self._text(chooser, point))
            (scenario,) = load_scenarios(book, [file])
        return scenario

    def _text(self, chooser: Chooser, point: Point) -> str:
        from engine.simulation.optimise.scenario import scenario_text

        if point.policy is None:
            raise ValueError("no policy was chosen")
        return scenario_text(
            chooser.menu, point.policy, measure=CutMeasure(self.measure), percent=self.percent
        )

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
        words = Wording(self.percent, self.measure, self.lang)
        for line in words.of(chooser, point, curve, checked):
            click.echo(line)

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
