"""The course of a simulation: read, prepare, live through the years, show and write."""

from __future__ import annotations

import importlib.util
import os
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from commands.options import bad_input, language, load_book, refuse, sentence
from commands.portfolio_input import dossiers_of
from commands.progress import progress
from commands.scenario_choice import chosen_scenarios
from commands.simulated_world import simulated_world
from commands.table_lines import table_lines
from engine.portfolio.tables import Column, ColumnType, Table
from engine.rulebook.book import Rulebook
from engine.rulebook.catalogue import Lang, load_catalogue
from engine.rulebook.problems import RulebookError, SaidError
from engine.run.aside import written_whole
from engine.run.by_tables import spark_is_there
from engine.run.listed_folder import list_files, listed_files
from engine.simulation.assumptions import Assumptions
from engine.simulation.margins import Fit, fit_rows
from engine.simulation.pressure_tables import number_text
from models.facts import Dossier
from models.scenario import Scenario

if TYPE_CHECKING:
    from engine.simulation.order import Order

__all__ = ["SimulationRun"]

_SHOWN = (
    ("visits", 0),
    ("hours", 0),
    ("delay_median_months", 1),
    ("delay_90_percent_months", 1),
    ("undetected_months", 0),
    ("undetected_serious_months", 0),
    ("false_green_percent", 2),
    ("since_visit_mean_months", 1),
    ("visits_put_off", 0),
    ("breaches", 1),
)
_NEEDED = ("numba", "numpy", "scipy", "matplotlib", "jinja2")
_MONTHS_A_YEAR = 12
_SENSITIVITY_REPLICATES = (4, 12)
"""At least and at most so many for each end of a range: a tenth of those of the report."""


@dataclass
class SimulationRun:
    """One simulation and its settings; `command` is the one that was given."""

    command: str
    source: str
    as_of: date
    scenarios: tuple[str, ...]
    years: int
    replicates: int
    seed: int
    out: Path | None
    workers: int | None
    executor: str
    master: str | None
    sensitivity: int
    ignore_later: bool
    rules_folder: Path | None
    lang: Lang

    def run(self) -> None:
        """Simulates, prints the main figures, and writes the report if asked to."""
        if any(importlib.util.find_spec(name) is None for name in _NEEDED):
            refuse("simulate.missing_extra")
        if self.master is not None and self.executor != "spark":
            refuse("simulate.master_of_spark")
        if self.executor == "spark" and not spark_is_there():
            refuse("simulate.missing_spark")
        book = load_book(self.rules_folder)
        chosen = chosen_scenarios(book, self.scenarios)
        assumptions, fit = simulated_world(self.rules_folder, as_of=self.as_of, years=self.years)
        dossiers = dossiers_of(
            self.source,
            book=book,
            as_of=self.as_of,
            ignore_later=self.ignore_later,
            catalogue=load_catalogue(book.folder),
        )
        from engine.simulation.start import supervised

        dossiers = tuple(supervised(dossiers))
        if not dossiers:
            refuse("simulate.nobody")
        try:
            with self._report_folder() as folder:
                self._simulate(book, chosen, assumptions, fit, dossiers, folder)
        except RulebookError as error:
            bad_input(error.lines(language()))
        except SaidError as error:
            refuse(error.what)
        if self.out is not None:
            click.echo(f"\n{sentence('simulate.written', target=self.out)}")

    @contextmanager
    def _report_folder(self) -> Iterator[Path | None]:
        """Where the report goes; that it cannot be written is found out before the simulation."""
        if self.out is None:
            yield None
            return
        with written_whole(self.out, written_before=listed_files) as folder:
            yield folder
            list_files(folder)

    def _simulate(
        self,
        book: Rulebook,
        chosen: tuple[Scenario, ...],
        assumptions: Assumptions,
        fit: Fit,
        dossiers: tuple[Dossier, ...],
        folder: Path | None,
    ) -> None:
        from engine.simulation.order import Order, executor_of
        from engine.simulation.prepared import baseline_policy, policy_of
        from engine.simulation.result_tables import result_tables
        from engine.simulation.run import simulated

        policies = [baseline_policy(book), *(policy_of(book, scenario) for scenario in chosen)]
        order = Order(
            policies=tuple(policies),
            dossiers=dossiers,
            assumptions=assumptions,
            as_of=self.as_of,
            months=self.years * _MONTHS_A_YEAR,
        )
        total = self.replicates * len(policies)
        with progress(sentence("simulate.simulating"), total) as done:
            reached = 0

            def counted(number: int) -> None:
                nonlocal reached
                reached += number
                done(reached)

            with executor_of(
                order,
                kind=self.executor,
                workers=self.workers or os.cpu_count() or 1,
                master=self.master,
                progress=counted,
            ) as executor:
                comparison = simulated(
                    policies,
                    executor,
                    as_of=self.as_of,
                    months=order.months,
                    seed=self.seed,
                    replicates=self.replicates,
                )
        tables = result_tables(
            comparison,
            assumptions,
            fitted=frozenset(fit.values),
            fit=fit_rows(fit),
            sensitivity=self._sensitivity(order),
        )
        for line in table_lines(self._main_figures(tables)):
            click.echo(line)
        click.echo()
        for line in self._said(tables):
            click.echo(line)
        if folder is not None:
            self._write(folder, tables, book, dossiers)

    def _sensitivity(self, order: Order) -> list[dict[str, Any]]:
        """What the answer turns on, asked of a part of the portfolio; only for a report."""
        from engine.simulation.sensitivity import PART, Study, asked, sensitivity_rows

        if self.out is None or self.sensitivity == 0:
            return []
        least, most = _SENSITIVITY_REPLICATES
        every = -(-len(order.dossiers) // PART)
        part = replace(order, dossiers=order.dossiers[::every]).prepared()
        study = Study(
            part,
            order.policies,
            order.months,
            self.seed,
            min(max(self.replicates // 10, least), most),
            self.sensitivity,
            self.workers or os.cpu_count() or 1,
        )
        number = 2 * len(asked(part)) + self.sensitivity
        with progress(sentence("simulate.asking_what_decides"), number) as done:
            return list(sensitivity_rows(study, told=done))

    def _main_figures(self, tables: dict[str, Any]) -> Table:
        """A row for each measure, a column for each policy: mean and Monte Carlo error."""
        headline = _rows(tables, "headline")
        policies = _rows(tables, "policy")
        heading = sentence("simulate.measure")
        columns = [Column("measure", heading, heading, ColumnType.TEXT)]
        names = [str(policy["policy"]) for policy in policies]
        columns += [Column(name, name, name, ColumnType.TEXT) for name in names]
        rows = []
        for measure, digits in _SHOWN:
            row = [sentence(f"simulate.measure_{measure}")]
            for policy in policies:
                cell = [
                    line
                    for line in headline
                    if line["policy"] == policy["policy"]
                    and line["measure"] == measure
                    and line["kind"] == line["authority"] == "all"
                ]
                row.append(self._figure(cell[0], digits) if cell else "-")
            rows.append(tuple(row))
        title = sentence(
            "simulate.title", years=self.years, replicates=self.replicates, seed=self.seed
        )
        return Table("main_figures", title, tuple(columns), rows)

    def _figure(self, cell: dict[str, float], digits: int) -> str:
        mean = number_text(cell["mean"], self.lang, digits=digits)
        error = number_text(cell["mc_error"], self.lang, digits=max(digits, 1))
        return f"{mean} ±{error}"

    def _said(self, tables: dict[str, Any]) -> Iterator[str]:
        yield sentence("simulate.error_means")
        for policy in _rows(tables, "policy"):
            if policy["cut_measure"] is not None:
                yield sentence(
                    "simulate.cut_of",
                    policy=policy["policy"],
                    percent=number_text(policy["cut_percent"], self.lang),
                    measure=sentence(f"simulate.cut_measure_{policy['cut_measure']}"),
                )
        yield sentence("simulate.assumed")

    def _write(
        self,
        folder: Path,
        tables: dict[str, Any],
        book: Rulebook,
        dossiers: tuple[Dossier, ...],
    ) -> None:
        from engine.portfolio.synthetic import is_synthetic
        from engine.simulation.report import ReportFacts, write_report

        facts = ReportFacts(
            portfolio=Path(self.source).name if self.source != "-" else self.source,
            subjects=len(dossiers),
            as_of=self.as_of,
            years=self.years,
            replicates=self.replicates,
            seed=self.seed,
            rulebook_hash=book.content_hash,
            synthetic=is_synthetic(dossiers),
            command=self._again(),
        )
        write_report(tables, folder, lang=self.lang, facts=facts)

    def _again(self) -> str:
        """The command that gives the same report: whatever the result depends on."""
        words = ["tilsynstryk", self.command, self.source, "--as-of", self.as_of.isoformat()]
        for scenario in self.scenarios:
            words += ["--scenario", scenario]
        words += ["--years", str(self.years), "--replicates", str(self.replicates)]
        words += ["--seed", str(self.seed), "--sensitivity", str(self.sensitivity)]
        if self.ignore_later:
            words.append("--ignore-later")
        if self.rules_folder is not None:
            words += ["--rules", str(self.rules_folder)]
        words += ["--lang", self.lang]
        return shlex.join(words)


def _rows(tables: dict[str, Any], name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = tables[name].to_pylist()
    return rows
